"""Deployments: a model put to work under a name, in one step."""

from __future__ import annotations

import dataclasses

from shared import clock, telemetry
from shared.domain.models import Deployment
from shared.domain.operations import Operation, OperationKind
from shared.domain.states import State
from shared.errors import (
    ChangedMeanwhile,
    DeploymentNotFound,
    InvalidArgument,
    OperationNotFound,
    QuotaExceeded,
    ServiceUnavailable,
)
from shared.services import operations
from shared.services.messages import Message, Queue
from shared.storage.ports import Changed
from shared.storage.stores import Stores


def put(stores: Stores, project_name: str, name: str, model_label: str) -> Operation:
    """Make a model answer under this name, instead of any that did; return what was done.

    Raises `ModelNotFound` for an unknown model and `QuotaExceeded` for one deployment too many.
    """
    project = stores.projects.read(project_name)
    model = stores.models.read(project.id, model_label)
    others = {one.name for one in stores.models.deployments(project.id)} - {name}
    most = stores.limits.deployments_per_project
    if len(others) >= most:
        raise QuotaExceeded(
            f"A project can have at most {most:,} deployments.", target="deploymentName"
        )
    now = clock.now()
    stores.models.put_deployment(
        project.id,
        Deployment(
            name=name,
            model_label=model.label,
            model_id=model.id,
            artifact=model.artifact,
            config_version=model.options.config_version,
            trained=model.trained,
            deployed=now,
        ),
    )
    _note_deployment(stores, project.id)
    return operations.done(stores, OperationKind.DEPLOY, project_name, project.id, name)


def delete(stores: Stores, project_name: str, name: str) -> Operation:
    """Take a deployment away; raise `DeploymentNotFound` where there is none."""
    project = stores.projects.read(project_name)
    stores.models.read_deployment(project.id, name)
    stores.models.delete_deployment(project.id, name)
    return operations.done(stores, OperationKind.DELETE_DEPLOYMENT, project_name, project.id, name)


def read_operation(stores: Stores, project_name: str, name: str, operation_id: str) -> Operation:
    """Return the making or the deletion of a deployment; raise `OperationNotFound`."""
    kinds = (OperationKind.DEPLOY, OperationKind.DELETE_DEPLOYMENT)
    return operations.read_any(stores, kinds, project_name, operation_id, name)


def start_swap(
    stores: Stores, project_name: str, first: str, second: str
) -> tuple[Operation, Message]:
    """Take the swap of two deployments in; it is quick enough to be run at once.

    Raises `InvalidArgument` for two times the same name, and `DeploymentNotFound`.
    """
    if first == second:
        raise InvalidArgument(
            "A deployment cannot be swapped with itself.", target="secondDeploymentName"
        )
    project = stores.projects.read(project_name)
    for name, target in ((first, "firstDeploymentName"), (second, "secondDeploymentName")):
        if stores.models.find_deployment(project.id, name) is None:
            raise DeploymentNotFound(target=target)
    operation = operations.start(
        stores, OperationKind.SWAP, project_name, project.id, subject=first, other=second
    )
    return operation, Message(Queue.AUTHORING, operation.id)


def run_swap(stores: Stores, operation: Operation) -> None:
    """Give each of two deployments the model of the other, in one transaction.

    No caller sees both with one model. The transaction leaves a mark, so that a swap which is tried
    again after a crash is not undone.
    """
    project_id = operation.project_id
    for _ in range(10):
        if stores.models.is_swapped(project_id, operation.id):
            break
        now = clock.now()
        first = stores.models.read_deployment(project_id, operation.subject)
        second = stores.models.read_deployment(project_id, operation.other)
        try:
            stores.models.swap(
                project_id,
                operation.id,
                dataclasses.replace(second, name=first.name, deployed=now, etag=first.etag),
                dataclasses.replace(first, name=second.name, deployed=now, etag=second.etag),
            )
            break
        except Changed:
            continue  # One of them changed just now: read both again.
    else:
        raise ServiceUnavailable("The deployments changed again and again.")
    _note_deployment(stores, project_id)
    operations.end(stores, operation, State.SUCCEEDED)
    stores.models.forget_swap(project_id, operation.id)


def read_swap(stores: Stores, project_name: str, operation_id: str) -> Operation:
    """Return a swap; raise `OperationNotFound`.

    The making and the deletion of a deployment that is called "swap" have the same address.
    """
    try:
        return operations.read(stores, OperationKind.SWAP, project_name, operation_id)
    except OperationNotFound:
        return read_operation(stores, project_name, "swap", operation_id)


def _note_deployment(stores: Stores, project_id: str) -> None:
    """Write the day of the deployment into the project; the deployment itself is what counts."""
    project = stores.projects.find_by_id(project_id)
    if project is not None:
        try:
            stores.projects.replace(dataclasses.replace(project, last_deployed=clock.now()))
        except ChangedMeanwhile:
            telemetry.warning("project-changed-meanwhile", project=project_id)
