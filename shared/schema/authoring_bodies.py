"""What callers read from the authoring API: projects, models, deployments, operations, lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from shared.domain.models import Deployment, TrainedModel
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.schema.kinds import KIND
from shared.schema.query import Page, next_link
from shared.schema.timestamps import far_off, timestamp

#: The path of all projects.
PROJECTS = "/language/authoring/analyze-text/projects"

#: The phases of a training in which the model is trained already and being judged, or published.
EVALUATING = frozenset({"evaluating", "packing", "publishing"})

_FAILED = ErrorDetail("InternalServerError", "The work did not come to an end.")

Item = TypeVar("Item")


def listing(
    items: Sequence[Item],
    render: Callable[[Item], dict[str, Any]],
    page: Page,
    *,
    url: str,
    query: Mapping[str, str],
) -> dict[str, Any]:
    """Return one page of a list: `value`, and `nextLink` where there is more.

    `url` is the list's own address, absolute and without a query; `query` is the request's.
    """
    body: dict[str, Any] = {"value": [render(item) for item in page.cut(items)]}
    following = page.following(len(items))
    if following is not None:
        body["nextLink"] = next_link(url, following, query)
    return body


def project_json(project: Project) -> dict[str, Any]:
    """Return a project; moments that have not been are left out."""
    settings = project.settings
    threshold = settings.confidence_threshold
    return {
        "projectName": settings.name,
        "projectKind": KIND,
        "storageInputContainerName": settings.container,
        "language": settings.language,
        "multilingual": settings.multilingual,
        "description": settings.description,
        "settings": {} if threshold is None else {"confidenceThreshold": threshold},
        "createdDateTime": timestamp(project.created),
        "lastModifiedDateTime": timestamp(project.modified),
        **_moment("lastTrainedDateTime", project.last_trained),
        **_moment("lastDeployedDateTime", project.last_deployed),
    }


def model_json(model: TrainedModel) -> dict[str, Any]:
    """Return a trained model.

    It must have an expiry: one ten years off, though models do not expire here. The score on the
    test set and the sizes of the three sets are this service's own.
    """
    return {
        "label": model.label,
        "modelId": model.id,
        "lastTrainedDateTime": timestamp(model.trained),
        "lastTrainingDurationInSeconds": model.duration_seconds,
        "modelExpirationDate": far_off(model.trained),
        "modelTrainingConfigVersion": model.options.config_version,
        "hasSnapshot": False,
        "f1": model.f1,
        "trainingDocumentsCount": model.train_documents,
        "validationDocumentsCount": model.validation_documents,
        "testingDocumentsCount": model.test_documents,
    }


def deployment_json(deployment: Deployment) -> dict[str, Any]:
    """Return a deployment; its expiry too is ten years off. `modelLabel` is this service's own."""
    return {
        "deploymentName": deployment.name,
        "modelId": deployment.model_id,
        "modelLabel": deployment.model_label,
        "lastTrainedDateTime": timestamp(deployment.trained),
        "lastDeployedDateTime": timestamp(deployment.deployed),
        "deploymentExpirationDate": far_off(deployment.deployed),
        "modelTrainingConfigVersion": deployment.config_version,
        "assignedResources": [],
    }


def operation_json(operation: Operation) -> dict[str, Any]:
    """Return an operation of any kind; a training also has `result`.

    Cancelled work says "cancelled", the documented word. `phase` and `percentComplete` are this
    service's own. Failed work has its first error also as `error`, where azure-core's pollers look
    for it.
    """
    errors = [error.body() for error in operation.errors]
    body: dict[str, Any] = {
        "jobId": operation.id,
        "createdDateTime": timestamp(operation.created),
        "lastUpdatedDateTime": timestamp(operation.updated),
        "expirationDateTime": timestamp(operation.expires),
        "status": operation.state.value,
        "phase": operation.phase,
        "percentComplete": operation.percent,
        "warnings": [warning.body() for warning in operation.warnings],
        "errors": errors,
    }
    if operation.state is State.FAILED:
        first = operation.errors[0] if operation.errors else _FAILED
        body["error"] = {"code": first.code, "message": first.inner_message or first.message}
    if operation.training is not None:
        training, evaluation = _training_states(operation)
        body["result"] = {
            "modelLabel": operation.training.label,
            "trainingConfigVersion": operation.training.config_version,
            "trainingStatus": training,
            "evaluationStatus": evaluation,
        }
    return body


def operation_location(endpoint: str, operation: Operation, api_version: str) -> str:
    """Return the address at which an operation is read; `endpoint` has no slash at its end."""
    project = f"{endpoint}{PROJECTS}/{quote(operation.project_name, safe='')}"
    deployment = f"deployments/{quote(operation.subject, safe='')}"
    folders = {
        OperationKind.IMPORT: f"{project}/import",
        OperationKind.TRAIN: f"{project}/train",
        OperationKind.DEPLOY: f"{project}/{deployment}",
        OperationKind.DELETE_DEPLOYMENT: f"{project}/{deployment}",
    }
    query = urlencode({"api-version": api_version})
    if operation.kind is OperationKind.DELETE_PROJECT:
        return f"{endpoint}{PROJECTS}/global/deletion-jobs/{operation.id}?{query}"
    return f"{folders[operation.kind]}/jobs/{operation.id}?{query}"


def _training_states(operation: Operation) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the states of a training's two steps, from its state, phase and percentage.

    The percentage is of both together, so only the step that is under way, and is the first, has
    it; the second is told as begun or done.
    """
    state, started, ended = operation.state, operation.started, operation.ended
    if state is State.SUCCEEDED:
        return _step(state, 100, started, ended), _step(state, 100, started, ended)
    if operation.phase in EVALUATING:
        return _step(State.SUCCEEDED, 100, started, None), _step(state, 0, None, ended)
    second = state if state is State.CANCELLED else State.NOT_STARTED
    return _step(state, operation.percent, started, ended), _step(second, 0, None, None)


def _step(
    state: State, percent: int, started: datetime | None, ended: datetime | None
) -> dict[str, Any]:
    return {
        "percentComplete": percent,
        **_moment("startDateTime", started),
        **_moment("endDateTime", ended),
        "status": state.value,
    }


def _moment(name: str, moment: datetime | None) -> dict[str, str]:
    """Return a member with a moment, or none."""
    return {} if moment is None else {name: timestamp(moment)}
