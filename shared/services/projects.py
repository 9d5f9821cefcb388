"""Projects: made, changed, listed, deleted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from shared import clock, ids
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project, ProjectSettings, ProjectState
from shared.domain.states import State
from shared.errors import (
    Conflict,
    InvalidArgument,
    OperationNotFound,
    QuotaExceeded,
    StorageDenied,
)
from shared.services import exporting, operations
from shared.services.messages import Message, Queue
from shared.storage.projects import CONTAINER
from shared.storage.stores import Stores


def put(
    stores: Stores, name: str, change: Callable[[ProjectSettings | None], ProjectSettings]
) -> tuple[Project, bool]:
    """Make the project of this name, or change it; return it and whether it is new.

    `change` gives the settings from the present ones, or from None for a new project. Raises
    `InvalidArgument` where the container does not exist, `Conflict` where a project has this name
    in other letter case, `QuotaExceeded` beyond the limit of projects.
    """
    present = stores.projects.find_folded(name)
    if present is not None and present.name != name:
        raise Conflict(
            "A project of this name in other letter case is there already.", target="projectName"
        )
    settings = change(present.settings if present else None)
    if present is None:
        return stores.projects.insert(new(stores, settings)), True
    check_container(stores, settings.container)
    changed = dataclasses.replace(present, settings=settings, modified=clock.now())
    return stores.projects.replace(changed), False


def new(stores: Stores, settings: ProjectSettings) -> Project:
    """Return a project that is ready to be inserted; its name is not looked at.

    Raises `InvalidArgument` where the container does not exist, and `QuotaExceeded` beyond the
    limit of projects.
    """
    check_container(stores, settings.container)
    most = stores.limits.projects
    if len(stores.projects.all()) >= most:
        raise QuotaExceeded(f"There can be at most {most:,} projects.")
    now = clock.now()
    return Project(id=ids.random_hex(), settings=settings, created=now, modified=now)


def check_container(stores: Stores, container: str) -> None:
    """Raise `InvalidArgument` unless projects may be bound to this container and it exists."""
    if container == CONTAINER:
        raise InvalidArgument(
            f"The container {CONTAINER} is the service's own.", target="storageInputContainerName"
        )
    try:
        there = stores.storage.blobs.container_exists(container)
    except StorageDenied as error:
        raise InvalidArgument(
            "The service may not read this container: its identity needs the role Storage Blob "
            "Data Reader on it, and the storage account must let the service in.",
            target="storageInputContainerName",
        ) from error
    if not there:
        raise InvalidArgument(
            "There is no container of this name in the storage account; make it first.",
            target="storageInputContainerName",
        )


def delete(stores: Stores, name: str) -> tuple[Operation, Message]:
    """Take a project away from callers at once; a worker removes what it owned."""
    project = stores.projects.read(name)
    operation = operations.start(stores, OperationKind.DELETE_PROJECT, name, project.id)
    stores.projects.replace(dataclasses.replace(project, state=ProjectState.DELETING))
    return operation, Message(Queue.AUTHORING, operation.id)


def read_deletion(stores: Stores, operation_id: str) -> Operation:
    """Return the deletion of a project; raise `OperationNotFound` where there is none."""
    operation = stores.operations.find(operation_id.lower()) if ids.is_id(operation_id) else None
    if (
        operation is None
        or operation.kind is not OperationKind.DELETE_PROJECT
        or operation.expires <= clock.now()
    ):
        raise OperationNotFound(target="jobId")
    return operation


def run_deletion(stores: Stores, operation: Operation) -> None:
    """Remove all that a deleted project owned; its documents stay in the user's container.

    Every step can be repeated, and the project's row goes last.
    """
    forget(stores, operation.project_id)
    stores.projects.forget(operation.project_id, operation.project_name)
    operations.end(stores, operation, State.SUCCEEDED)


def forget(stores: Stores, project_id: str) -> None:
    """Remove all that a project owns but its row, which nobody sees any more, or not yet."""
    stores.documents.forget(project_id)
    stores.models.forget(project_id)
    exporting.delete_results(stores, project_id)
