"""What callers read of long-running jobs of the authoring API, and where they read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from shared.domain.models import TrainingOptions
from shared.domain.operations import EXPORTS, Operation, OperationKind
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.schema.authoring_bodies import PROJECTS, project_address
from shared.schema.evaluation import options_json
from shared.schema.timestamps import timestamp
from shared.schema.words import status_word

#: The phases of a training in which the model is trained already and being judged, or published.
EVALUATING = frozenset({"evaluating", "packing", "publishing"})

#: What is told of work that ended so and left no error.
_ENDS = {
    State.FAILED: ErrorDetail("InternalServerError", "The work did not come to an end."),
    State.CANCELLED: ErrorDetail("InvalidRequest", "The work was cancelled."),
}


def operation_json(operation: Operation, *, endpoint: str, api_version: str) -> dict[str, Any]:
    """Return an operation of any kind, its state in the word of the API version.

    A training and an evaluation also have `result`, an export that has succeeded `resultUrl`.
    `phase` and `percentComplete` are this service's own. Work that failed or was cancelled has its
    first error also as `error`, where azure-core's pollers look for it, with the others as its
    `details`: that is all that they tell their users.
    """
    body: dict[str, Any] = {
        "jobId": operation.id,
        "createdDateTime": timestamp(operation.created),
        "lastUpdatedDateTime": timestamp(operation.updated),
        "expirationDateTime": timestamp(operation.expires),
        "status": status_word(operation.state, api_version),
        "phase": operation.phase,
        "percentComplete": operation.percent,
        "warnings": [warning.body() for warning in operation.warnings],
        "errors": [error.body() for error in operation.errors],
    }
    body |= first_error(operation.state, operation.errors)
    if operation.kind in EXPORTS and operation.state is State.SUCCEEDED:
        address, _, query = operation_location(endpoint, operation, api_version).partition("?")
        body["resultUrl"] = f"{address}/result?{query}"
    if options := operation.training:
        body["result"] = (
            _evaluation_result(operation, options)
            if operation.kind is OperationKind.EVALUATE
            else _training_result(operation, options, api_version)
        )
    return body


def first_error(state: State, errors: Sequence[ErrorDetail]) -> dict[str, Any]:
    """Return the member `error` of a job that failed or was cancelled; of others, nothing."""
    if state not in _ENDS:
        return {}
    first = errors[0] if errors else _ENDS[state]
    error: dict[str, Any] = {"code": first.code, "message": first.inner_message or first.message}
    if first.target is not None:
        error["target"] = first.target
    if errors[1:]:
        error["details"] = [other.body() for other in errors[1:]]
    return {"error": error}


def operation_location(endpoint: str, operation: Operation, api_version: str) -> str:
    """Return the address at which an operation is read; `endpoint` has no slash at its end."""
    project = project_address(endpoint, operation.project_name)
    subject = quote(operation.subject, safe="")
    folders = {
        OperationKind.IMPORT: f"{project}/import",
        OperationKind.EXPORT: f"{project}/export",
        OperationKind.EXPORT_LABELS: f"{project}/labels/export",
        OperationKind.TRAIN: f"{project}/train",
        OperationKind.EVALUATE: f"{project}/models/{subject}/evaluate",
        OperationKind.LOAD_SNAPSHOT: f"{project}/models/{subject}/load-snapshot",
        OperationKind.RENAME_ENTITY: f"{project}/entities",
        OperationKind.DELETE_ENTITY: f"{project}/entities",
        OperationKind.DEPLOY: f"{project}/deployments/{subject}",
        OperationKind.DELETE_DEPLOYMENT: f"{project}/deployments/{subject}",
        OperationKind.COPY: f"{project}/copy",
        OperationKind.EXPORT_BUNDLE: f"{project}/bundles",
        OperationKind.RECEIVE_COPY: f"{project}/bundles",
        OperationKind.SWAP: f"{project}/deployments/swap",
        OperationKind.EXPORT_MODEL: f"{project}/exported-models/{subject}",
        OperationKind.DELETE_EXPORTED_MODEL: f"{project}/exported-models/{subject}",
    }
    query = urlencode({"api-version": api_version})
    if operation.kind is OperationKind.DELETE_PROJECT:
        return f"{endpoint}{PROJECTS}/global/deletion-jobs/{operation.id}?{query}"
    return f"{folders[operation.kind]}/jobs/{operation.id}?{query}"


def _evaluation_result(operation: Operation, options: TrainingOptions) -> dict[str, Any]:
    return {
        "evaluationOptions": options_json(options),
        "modelLabel": operation.subject,
        "trainingConfigVersion": options.config_version,
        "percentComplete": operation.percent,
    }


def _training_result(
    operation: Operation, options: TrainingOptions, api_version: str
) -> dict[str, Any]:
    training, evaluation = _training_states(operation, api_version)
    return {
        "modelLabel": options.label,
        "trainingConfigVersion": options.config_version,
        "trainingStatus": training,
        "evaluationStatus": evaluation,
    }


def _training_states(
    operation: Operation, api_version: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the states of a training's two steps, from its state, phase and percentage.

    The percentage is of both together, so only the step that is under way, and is the first, has
    it; the second is told as begun or done.
    """

    def step(
        state: State, percent: int, started: datetime | None, ended: datetime | None
    ) -> dict[str, Any]:
        body: dict[str, Any] = {"percentComplete": percent}
        if started is not None:
            body["startDateTime"] = timestamp(started)
        if ended is not None:
            body["endDateTime"] = timestamp(ended)
        return {**body, "status": status_word(state, api_version)}

    state, started, ended = operation.state, operation.started, operation.ended
    if state is State.SUCCEEDED:
        return step(state, 100, started, ended), step(state, 100, started, ended)
    if operation.phase in EVALUATING:
        return step(State.SUCCEEDED, 100, started, None), step(state, 0, None, ended)
    second = state if state is State.CANCELLED else State.NOT_STARTED
    return step(state, operation.percent, started, ended), step(second, 0, None, None)
