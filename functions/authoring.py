"""Projects, import, training, models, evaluation, deployments: the authoring API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import azure.functions as func

from functions.http import Call, Reply, endpoint
from shared import telemetry
from shared.domain.operations import Operation, OperationKind
from shared.errors import ModelNotFound
from shared.schema import authoring_bodies as bodies
from shared.schema import authoring_requests as requests
from shared.schema import evaluation, query, report
from shared.schema.names import check_name
from shared.services import authoring, deployments, labeling, models, operations, projects, training
from shared.services.messages import Message, Queue

blueprint = func.Blueprint()

_PROJECTS = bodies.PROJECTS.lstrip("/")
_PROJECT = f"{_PROJECTS}/{{project}}"

Item = TypeVar("Item")


# Projects


@endpoint(blueprint, "GET", _PROJECTS)
def projects_list(call: Call) -> Reply:
    """List the projects."""
    return _listing(call, call.stores.projects.all(), bodies.project_json)


@endpoint(blueprint, "PATCH", _PROJECT)
def project_put(call: Call) -> Reply:
    """Make a project or change it."""
    query.api_version(call.query)
    changes = requests.parse_project(call.body, call.path["project"])
    project, new = projects.put(call.stores, call.path["project"], changes.apply)
    return Reply(status=201 if new else 200, body=bodies.project_json(project))


@endpoint(blueprint, "GET", _PROJECT)
def project_get(call: Call) -> Reply:
    """Show a project."""
    query.api_version(call.query)
    return Reply(body=bodies.project_json(call.stores.projects.read(call.path["project"])))


@endpoint(blueprint, "DELETE", _PROJECT, queue=Queue.AUTHORING)
def project_delete(call: Call) -> Reply:
    """Delete a project."""
    operation, message = projects.delete(call.stores, call.path["project"])
    return _accepted(call, operation, message)


@endpoint(blueprint, "GET", f"{_PROJECTS}/global/deletion-jobs/{{job}}")
def project_deletion_get(call: Call) -> Reply:
    """Say how the deletion of a project stands."""
    return _operation(call, projects.read_deletion(call.stores, call.path["job"]))


# Import


@endpoint(blueprint, "POST", f"{_PROJECT}/:import", queue=Queue.AUTHORING)
def import_start(call: Call) -> Reply:
    """Take a labels file in and, if it is small, import it now."""
    query.api_version(call.query)
    check_name(call.path["project"], "project", "projectName")
    operation, message, small = labeling.start_import(call.stores, call.path["project"], call.body)
    if small:
        try:
            authoring.run(call.stores, operation.id)
        except Exception as error:
            telemetry.fault("run-at-once-failed", error, operation=operation.id)
        else:
            return _accepted(call, operation)
    return _accepted(call, operation, message)


@endpoint(blueprint, "GET", f"{_PROJECT}/import/jobs/{{job}}")
def import_get(call: Call) -> Reply:
    """Say how an import stands."""
    return _project_operation(call, OperationKind.IMPORT)


# Training


@endpoint(blueprint, "POST", f"{_PROJECT}/:train", queue=Queue.TRAINING)
def training_start(call: Call) -> Reply:
    """Start a training."""
    query.api_version(call.query)
    options = requests.parse_training(call.body)
    operation, message = training.start(call.stores, call.path["project"], options)
    return _accepted(call, operation, message)


@endpoint(blueprint, "GET", f"{_PROJECT}/train/jobs")
def training_list(call: Call) -> Reply:
    """List the trainings of a project, the newest first."""
    project = call.stores.projects.read(call.path["project"])
    trainings = call.stores.operations.of_project(project.id, OperationKind.TRAIN)
    return _listing(call, trainings, bodies.operation_json)


@endpoint(blueprint, "GET", f"{_PROJECT}/train/jobs/{{job}}")
def training_get(call: Call) -> Reply:
    """Say how a training stands."""
    return _project_operation(call, OperationKind.TRAIN)


@endpoint(blueprint, "POST", f"{_PROJECT}/train/jobs/{{job}}/:cancel")
def training_cancel(call: Call) -> Reply:
    """Ask a training to stop."""
    return _accepted(call, training.cancel(call.stores, call.path["project"], call.path["job"]))


# Models


@endpoint(blueprint, "GET", f"{_PROJECT}/models")
def models_list(call: Call) -> Reply:
    """List the trained models of a project."""
    project = call.stores.projects.read(call.path["project"])
    return _listing(call, call.stores.models.all(project.id), bodies.model_json)


@endpoint(blueprint, "GET", f"{_PROJECT}/models/{{model}}")
def model_get(call: Call) -> Reply:
    """Show a trained model."""
    query.api_version(call.query)
    _, model = models.read(call.stores, call.path["project"], call.path["model"])
    return Reply(body=bodies.model_json(model))


@endpoint(blueprint, "DELETE", f"{_PROJECT}/models/{{model}}")
def model_delete(call: Call) -> Reply:
    """Delete a trained model; its deployments go on."""
    query.api_version(call.query)
    project, model = models.read(call.stores, call.path["project"], call.path["model"])
    if not call.stores.models.delete(project.id, model.label):
        raise ModelNotFound(target="trainedModelLabel")
    return Reply(status=204)


@endpoint(blueprint, "GET", f"{_PROJECT}/models/{{model}}/evaluation/summary-result")
def evaluation_summary(call: Call) -> Reply:
    """Show how good a model is, overall and per entity type."""
    query.api_version(call.query)
    _, model = models.read(call.stores, call.path["project"], call.path["model"])
    return Reply(body=evaluation.summary_json(models.evaluation(call.stores, model), model.options))


@endpoint(blueprint, "GET", f"{_PROJECT}/models/{{model}}/evaluation/report")
def evaluation_report(call: Call) -> Reply:
    """Show what else the training found out: an extension of our own."""
    query.api_version(call.query)
    query.check_utf16(call.query)
    _, model = models.read(call.stores, call.path["project"], call.path["model"])
    return Reply(body=report.report_json(models.report(call.stores, model)))


@endpoint(blueprint, "GET", f"{_PROJECT}/models/{{model}}/evaluation/result")
def evaluation_result(call: Call) -> Reply:
    """Show what was tagged beside what the model predicts, document by document.

    Of the test set, or, with our own `dataset=Validation`, of the validation set.
    """
    query.check_utf16(call.query)
    project, model = models.read(call.stores, call.path["project"], call.path["model"])
    dataset = query.dataset(call.query)
    documents = evaluation.by_document(models.predictions(call.stores, model), dataset)
    language = project.settings.language
    return _listing(call, documents, lambda one: evaluation.document_json(one, language))


# Deployments


@endpoint(blueprint, "GET", f"{_PROJECT}/deployments")
def deployments_list(call: Call) -> Reply:
    """List the deployments of a project."""
    project = call.stores.projects.read(call.path["project"])
    return _listing(call, call.stores.models.deployments(project.id), bodies.deployment_json)


@endpoint(blueprint, "PUT", f"{_PROJECT}/deployments/{{deployment}}")
def deployment_put(call: Call) -> Reply:
    """Make a model answer under a name, instead of any that did."""
    query.api_version(call.query)
    check_name(call.path["deployment"], "deployment", "deploymentName")
    label = requests.parse_deployment(call.body)
    return _accepted(
        call,
        deployments.put(call.stores, call.path["project"], call.path["deployment"], label),
    )


@endpoint(blueprint, "GET", f"{_PROJECT}/deployments/{{deployment}}")
def deployment_get(call: Call) -> Reply:
    """Show a deployment."""
    query.api_version(call.query)
    project = call.stores.projects.read(call.path["project"])
    found = call.stores.models.read_deployment(project.id, call.path["deployment"])
    return Reply(body=bodies.deployment_json(found))


@endpoint(blueprint, "DELETE", f"{_PROJECT}/deployments/{{deployment}}")
def deployment_delete(call: Call) -> Reply:
    """Take a deployment away."""
    query.api_version(call.query)
    return _accepted(
        call, deployments.delete(call.stores, call.path["project"], call.path["deployment"])
    )


@endpoint(blueprint, "GET", f"{_PROJECT}/deployments/{{deployment}}/jobs/{{job}}")
def deployment_operation_get(call: Call) -> Reply:
    """Say how the making or the deletion of a deployment stands."""
    return _operation(
        call,
        deployments.read_operation(
            call.stores, call.path["project"], call.path["deployment"], call.path["job"]
        ),
    )


def _accepted(call: Call, operation: Operation, *messages: Message) -> Reply:
    version = query.api_version(call.query)
    location = bodies.operation_location(call.endpoint, operation, version)
    return Reply(status=202, headers={"operation-location": location}, messages=messages)


def _operation(call: Call, operation: Operation) -> Reply:
    query.api_version(call.query)
    return Reply(body=bodies.operation_json(operation), headers={"Retry-After": "1"})


def _project_operation(call: Call, kind: OperationKind) -> Reply:
    return _operation(
        call, operations.read(call.stores, kind, call.path["project"], call.path["job"])
    )


def _listing(call: Call, items: Sequence[Item], render: Callable[[Item], dict[str, Any]]) -> Reply:
    query.api_version(call.query)
    address = f"{call.endpoint}{call.address}"
    page = query.list_page(call.query)
    return Reply(body=bodies.listing(items, render, page, url=address, query=call.query))
