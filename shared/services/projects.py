"""Projects: made, changed, listed, deleted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from shared import clock, ids, limits
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project, ProjectSettings, ProjectState
from shared.domain.states import State
from shared.errors import (
    Conflict,
    InvalidArgument,
    OperationNotFound,
    QuotaExceeded,
)
from shared.services import operations
from shared.services.messages import Message, Queue
from shared.storage.projects import CONTAINER
from shared.storage.stores import Stores


def put(
    stores: Stores, name: str, change: Callable[[ProjectSettings | None], ProjectSettings]
) -> tuple[Project, bool]:
    """Make the project of this name, or change it; return it and whether it is new.

    `change` gives the settings from the present ones, or from None for a new project. Raises
    `InvalidArgument` where the container does not exist, `Conflict` where a project has this name
    in other letter case, `QuotaExceeded` beyond `limits.PROJECTS`.
    """
    present = stores.projects.find_folded(name)
    if present is not None and present.name != name:
        raise Conflict(
            "A project of this name in other letter case is there already.", target="projectName"
        )
    settings = change(present.settings if present else None)
    now = clock.now()
    if present is not None:
        check_container(stores, settings.container)
        changed = dataclasses.replace(present, settings=settings, modified=now)
        return stores.projects.replace(changed), False
    check_container(stores, settings.container)
    if len(stores.projects.all()) >= limits.PROJECTS:
        raise QuotaExceeded(f"There can be at most {limits.PROJECTS} projects.")
    project = Project(id=ids.random_hex(), settings=settings, created=now, modified=now)
    return stores.projects.insert(project), True


def check_container(stores: Stores, container: str) -> None:
    """Raise `InvalidArgument` unless projects may be bound to this container and it exists."""
    if container == CONTAINER:
        raise InvalidArgument(
            f"The container {CONTAINER} is the service's own.", target="storageInputContainerName"
        )
    if not stores.storage.blobs.container_exists(container):
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
    stores.documents.forget(operation.project_id)
    stores.models.forget(operation.project_id)
    stores.projects.forget(operation.project_id, operation.project_name)
    operations.end(stores, operation, State.SUCCEEDED)
