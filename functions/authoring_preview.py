"""The authoring API of 2021: projects with their tags file, training, evaluation, publishing."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.older import codes_of_2021
from shared.auth import Role
from shared.domain.operations import Operation, OperationKind
from shared.schema import answers, parameters, preview_answers, query
from shared.schema import authoring_preview as preview
from shared.schema import preview_requests as requests
from shared.schema.authoring_bodies import listing
from shared.services import creation, deployments, models, operations, projects, training
from shared.services.messages import Message, Queue

blueprint = func.Blueprint()

_PROJECTS = preview.PROJECTS.lstrip("/")
_PROJECT = f"{_PROJECTS}/{{project}}"


@endpoint(
    blueprint,
    "GET",
    _PROJECTS,
    query=(parameters.TOP, parameters.SKIP, parameters.PAGE_SIZE),
    answers=(answers.listed(preview_answers.PROJECT),),
)
@codes_of_2021
def preview_projects_list(call: Call) -> Reply:
    """List the projects."""
    page = query.list_page(call.query)
    address = f"{call.endpoint}{call.address}"
    found = call.stores.projects.all()
    return Reply(body=listing(found, preview.project_json, page, url=address, query=call.query))


@endpoint(
    blueprint,
    "POST",
    _PROJECTS,
    request=requests.PROJECT,
    answers=(preview_answers.CREATED,),
)
@codes_of_2021
def preview_project_create(call: Call) -> Reply:
    """Make a project, with the labels of the tags file that it names."""
    wanted = requests.parse_project(call.body)
    project = creation.create(call.stores, wanted.settings, wanted.tags_file)
    return Reply(status=201, body=preview.project_json(project))


@endpoint(blueprint, "GET", _PROJECT, answers=(answers.shown(preview_answers.PROJECT),))
@codes_of_2021
def preview_project_get(call: Call) -> Reply:
    """Show a project."""
    return Reply(body=preview.project_json(call.stores.projects.read(call.path["project"])))


@endpoint(
    blueprint,
    "DELETE",
    _PROJECT,
    role=Role.OWNER,
    queue=Queue.AUTHORING,
    answers=(preview_answers.DELETED,),
)
@codes_of_2021
def preview_project_delete(call: Call) -> Reply:
    """Delete a project: for callers it is gone at once."""
    _, message = projects.delete(call.stores, call.path["project"])
    return Reply(status=202, messages=(message,))


@endpoint(
    blueprint,
    "POST",
    f"{_PROJECT}/train",
    queue=Queue.TRAINING,
    request=requests.MODEL,
    answers=(preview_answers.ACCEPTED,),
)
@codes_of_2021
def preview_training_start(call: Call) -> Reply:
    """Start a training."""
    options = requests.parse_training(call.body)
    operation, message = training.start(call.stores, call.path["project"], options)
    return _accepted(call, operation, message)


@endpoint(
    blueprint,
    "GET",
    f"{_PROJECT}/train/jobs/{{job}}",
    answers=(answers.job(preview_answers.TRAINING),),
)
@codes_of_2021
def preview_training_get(call: Call) -> Reply:
    """Say how a training stands."""
    project, job = call.path["project"], call.path["job"]
    operation = operations.read(call.stores, OperationKind.TRAIN, project, job)
    return Reply(body=preview.training_json(operation), headers={"Retry-After": "1"})


@endpoint(
    blueprint,
    "GET",
    f"{_PROJECT}/evaluation",
    query=(requests.MODEL_NAME,),
    answers=(answers.shown(preview_answers.EVALUATION),),
)
@codes_of_2021
def preview_evaluation_get(call: Call) -> Reply:
    """Show how good a model is on the test set."""
    label = requests.model_of(call.query)
    _, model = models.read(call.stores, call.path["project"], label)
    evaluation = models.evaluation(call.stores, model)
    predictions = models.predictions(call.stores, model)
    return Reply(body=preview.evaluation_json(evaluation, predictions))


@endpoint(
    blueprint,
    "GET",
    f"{_PROJECT}/validation",
    query=(requests.MODEL_NAME,),
    answers=(answers.shown(preview_answers.VALIDATION),),
)
@codes_of_2021
def preview_validation_get(call: Call) -> Reply:
    """Show what was tagged in the validation set beside what a model predicts there."""
    label = requests.model_of(call.query)
    project, model = models.read(call.stores, call.path["project"], label)
    predictions = models.predictions(call.stores, model)
    return Reply(body=preview.validation_json(predictions, project.settings.language))


@endpoint(
    blueprint,
    "POST",
    f"{_PROJECT}/publish",
    request=requests.MODEL,
    answers=(preview_answers.ACCEPTED,),
)
@codes_of_2021
def preview_publishing_start(call: Call) -> Reply:
    """Publish a model instead of any that was."""
    label = requests.parse_model(call.body)
    project = call.path["project"]
    return _accepted(call, deployments.put(call.stores, project, preview.PUBLISHED, label))


@endpoint(
    blueprint,
    "GET",
    f"{_PROJECT}/publish/jobs/{{job}}",
    answers=(answers.job(preview_answers.PUBLISHING),),
)
@codes_of_2021
def preview_publishing_get(call: Call) -> Reply:
    """Say how a publishing stands, and by which id extraction jobs name the model."""
    project, job = call.path["project"], call.path["job"]
    operation = operations.read(
        call.stores, OperationKind.DEPLOY, project, job, subject=preview.PUBLISHED
    )
    return Reply(body=preview.publishing_json(operation), headers={"Retry-After": "1"})


def _accepted(call: Call, operation: Operation, *messages: Message) -> Reply:
    """Say where the job is read: this API calls the header `location`."""
    location = preview.job_location(call.endpoint, operation)
    return Reply(status=202, headers={"location": location}, messages=messages)
