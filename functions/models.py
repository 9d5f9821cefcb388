"""Models: trained, judged, and led back to what they were trained on."""

from __future__ import annotations

from typing import Any

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, accepted, at_once, listing, standing_of
from shared.domain.operations import Operation, OperationKind
from shared.errors import ModelNotFound
from shared.schema import answers, evaluation, parameters, query, report
from shared.schema import authoring_answers as told
from shared.schema import authoring_bodies as bodies
from shared.schema import authoring_requests as requests
from shared.schema.operation_bodies import operation_json
from shared.schema.report_answers import REPORT
from shared.services import evaluating, models, restoring, training
from shared.services.messages import Queue

blueprint = func.Blueprint()

_MODEL = f"{PROJECT}/models/{{model}}"


# Training


@endpoint(
    blueprint,
    "POST",
    f"{PROJECT}/:train",
    queue=Queue.TRAINING,
    query=parameters.VERSION,
    request=requests.TRAINING,
    answers=(answers.ACCEPTED,),
)
def training_start(call: Call) -> Reply:
    """Start a training."""
    query.api_version(call.query)
    options = requests.parse_training(call.body)
    operation, message = training.start(call.stores, call.path["project"], options)
    return accepted(call, operation, message)


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/train/jobs",
    query=parameters.LISTING,
    answers=(answers.listed(told.TRAINING_JOB),),
)
def training_list(call: Call) -> Reply:
    """List the trainings of a project, the newest first."""
    version = query.api_version(call.query)
    project = call.stores.projects.read(call.path["project"])
    trainings = call.stores.operations.of_project(project.id, OperationKind.TRAIN)

    def render(operation: Operation) -> dict[str, Any]:
        return operation_json(operation, endpoint=call.endpoint, api_version=version)

    return listing(call, trainings, render)


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/train/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.TRAINING_JOB),),
)
def training_get(call: Call) -> Reply:
    """Say how a training stands."""
    return standing_of(call, OperationKind.TRAIN)


@endpoint(
    blueprint,
    "POST",
    f"{PROJECT}/train/jobs/{{job}}/:cancel",
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def training_cancel(call: Call) -> Reply:
    """Ask a training to stop."""
    query.api_version(call.query)
    return accepted(call, training.cancel(call.stores, call.path["project"], call.path["job"]))


# Models


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/models",
    query=parameters.LISTING,
    answers=(answers.listed(told.MODEL),),
)
def models_list(call: Call) -> Reply:
    """List the trained models of a project."""
    project = call.stores.projects.read(call.path["project"])
    return listing(call, call.stores.models.all(project.id), bodies.model_json)


@endpoint(
    blueprint,
    "GET",
    _MODEL,
    query=parameters.VERSION,
    answers=(answers.shown(told.MODEL),),
)
def model_get(call: Call) -> Reply:
    """Show a trained model."""
    query.api_version(call.query)
    _, model = models.read(call.stores, call.path["project"], call.path["model"])
    return Reply(body=bodies.model_json(model))


@endpoint(
    blueprint,
    "DELETE",
    _MODEL,
    query=parameters.VERSION,
    answers=(answers.DELETED,),
)
def model_delete(call: Call) -> Reply:
    """Delete a trained model; its deployments go on."""
    query.api_version(call.query)
    project, model = models.read(call.stores, call.path["project"], call.path["model"])
    if not call.stores.models.delete(project.id, model.label):
        raise ModelNotFound(target="trainedModelLabel")
    return Reply(status=204)


@endpoint(
    blueprint,
    "POST",
    f"{_MODEL}/:load-snapshot",
    queue=Queue.AUTHORING,
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def snapshot_load_start(call: Call) -> Reply:
    """Make the labels of the project those that a model was trained on."""
    query.api_version(call.query)
    started = restoring.start(call.stores, call.path["project"], call.path["model"])
    return at_once(call, *started)


@endpoint(
    blueprint,
    "GET",
    f"{_MODEL}/load-snapshot/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.JOB),),
)
def snapshot_load_get(call: Call) -> Reply:
    """Say how the loading of a snapshot stands."""
    return standing_of(call, OperationKind.LOAD_SNAPSHOT, call.path["model"])


# Evaluation


@endpoint(
    blueprint,
    "POST",
    f"{_MODEL}/:evaluate",
    queue=Queue.TRAINING,
    query=parameters.VERSION,
    request=requests.EVALUATION,
    answers=(answers.ACCEPTED,),
)
def evaluation_start(call: Call) -> Reply:
    """Judge a model anew, by the documents as they are tagged now."""
    query.api_version(call.query)
    project, model = models.read(call.stores, call.path["project"], call.path["model"])
    options = requests.parse_evaluation(call.body, model.options)
    operation, message = evaluating.start(call.stores, project, model, options)
    return accepted(call, operation, message)


@endpoint(
    blueprint,
    "GET",
    f"{_MODEL}/evaluate/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.EVALUATION_JOB),),
)
def evaluation_get(call: Call) -> Reply:
    """Say how an evaluation stands."""
    return standing_of(call, OperationKind.EVALUATE, call.path["model"])


@endpoint(
    blueprint,
    "GET",
    f"{_MODEL}/evaluation/summary-result",
    query=parameters.VERSION,
    answers=(answers.shown(told.EVALUATION),),
)
def evaluation_summary(call: Call) -> Reply:
    """Show how good a model is, overall and per entity type, by its latest evaluation."""
    query.api_version(call.query)
    _, model = models.read(call.stores, call.path["project"], call.path["model"])
    found = models.evaluation(call.stores, model)
    return Reply(body=evaluation.summary_json(found, models.evaluated_by(model)))


@endpoint(
    blueprint,
    "GET",
    f"{_MODEL}/evaluation/report",
    query=(*parameters.VERSION, parameters.UTF16),
    answers=(answers.shown(REPORT),),
)
def evaluation_report(call: Call) -> Reply:
    """Show what else the training found out: an extension of our own."""
    query.api_version(call.query)
    query.check_utf16(call.query)
    _, model = models.read(call.stores, call.path["project"], call.path["model"])
    return Reply(body=report.report_json(models.report(call.stores, model)))


@endpoint(
    blueprint,
    "GET",
    f"{_MODEL}/evaluation/result",
    query=(*parameters.LISTING, parameters.UTF16, parameters.DATASET),
    answers=(answers.listed(told.DOCUMENT_EVALUATION),),
)
def evaluation_result(call: Call) -> Reply:
    """Show what was tagged beside what the model predicts, document by document.

    Of the test set, or, with our own `dataset=Validation`, of the validation set.
    """
    query.check_utf16(call.query)
    project, model = models.read(call.stores, call.path["project"], call.path["model"])
    dataset = query.dataset(call.query)
    documents = evaluation.by_document(models.predictions(call.stores, model), dataset)
    language = project.settings.language
    return listing(call, documents, lambda one: evaluation.document_json(one, language))
