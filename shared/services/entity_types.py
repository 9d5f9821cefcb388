"""Entity types of a project: set, renamed, and deleted together with their labels.

A renaming and a deletion change the list of types first and the labels after it, document by
document, each over the version that was read. Whoever tags a document meanwhile by a type that is
gone is refused (`documents.put`), so that the last look at all documents finds no such label.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from itertools import islice

from shared import limits
from shared.domain.labels import Document, Labels
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import EntityType, Project
from shared.domain.states import State
from shared.errors import (
    ChangedMeanwhile,
    Conflict,
    NotFound,
    ProjectNotFound,
    QuotaExceeded,
    ServiceUnavailable,
)
from shared.services import operations
from shared.services.messages import Message, Queue
from shared.storage.side_by_side import side_by_side
from shared.storage.stores import Stores

#: The kinds of operations that change one entity type in all documents.
KINDS = (OperationKind.RENAME_ENTITY, OperationKind.DELETE_ENTITY)

#: How often the labels of one document are read anew because somebody else is at them.
_TRIES = 20

_BUSY = (
    "An entity type of this project is being renamed or deleted now. Wait until that job has ended."
)


def listed(stores: Stores, name: str) -> Sequence[EntityType]:
    """Return the entity types of a project, in its order."""
    return stores.projects.entities(stores.projects.read(name))


def put(
    stores: Stores, name: str, category: str, description: str | None
) -> tuple[EntityType, bool]:
    """Make an entity type, at the end of the list, or change its description.

    Returns it and whether it is new. Raises `QuotaExceeded` beyond the limit of types, and
    `Conflict` for a new one of a name that is being renamed or deleted.
    """
    project = stores.projects.read(name)
    known = {entity.category for entity in stores.projects.entities(project)}
    if category not in known and any(
        category in (one.subject, one.other) for one in _under_way(stores, project)
    ):
        raise Conflict(_BUSY, target="category")
    most = stores.limits.entities_per_project
    new = False

    def change(present: tuple[EntityType, ...]) -> tuple[EntityType, ...]:
        nonlocal new
        new = all(entity.category != category for entity in present)
        if not new:
            return tuple(_described(entity, category, description) for entity in present)
        if len(present) >= most:
            raise QuotaExceeded(f"A project can have at most {most:,} entity types.")
        return (*present, EntityType(category=category, description=description or ""))

    after = stores.projects.change_entities(project, change)
    return next(entity for entity in after if entity.category == category), new


def _described(entity: EntityType, category: str, description: str | None) -> EntityType:
    if entity.category != category or description is None:
        return entity
    return dataclasses.replace(entity, description=description)


def rename(stores: Stores, name: str, category: str, new: str) -> tuple[Operation, Message, bool]:
    """Take a renaming in; its labels in all documents follow.

    Returns the operation, its message, and whether it can run at once. Raises `NotFound` where the
    project has no such type, and `Conflict` where it has one of the new name.
    """
    project, known = _project(stores, name, category)
    if new in known:
        raise Conflict("The project has an entity type of this name already.", target="$.category")
    return _start(stores, OperationKind.RENAME_ENTITY, project, category, new)


def delete(stores: Stores, name: str, category: str) -> tuple[Operation, Message, bool]:
    """Take the deletion of a type and of all its labels in; otherwise as `rename`."""
    project, _ = _project(stores, name, category)
    return _start(stores, OperationKind.DELETE_ENTITY, project, category)


def _project(stores: Stores, name: str, category: str) -> tuple[Project, set[str]]:
    """Return the project and its types' names; raise `NotFound` where it lacks the category."""
    project = stores.projects.read(name)
    known = {entity.category for entity in stores.projects.entities(project)}
    if category not in known:
        raise NotFound("The project has no entity type of this name.", target="category")
    return project, known


def _start(
    stores: Stores, kind: OperationKind, project: Project, category: str, new: str = ""
) -> tuple[Operation, Message, bool]:
    if _under_way(stores, project):
        raise Conflict(_BUSY, target="category")
    operation = operations.start(
        stores, kind, project.name, project.id, subject=category, other=new
    )
    documents = islice(stores.documents.tagged_documents(project), limits.IMPORT_AT_ONCE + 1)
    small = sum(1 for _ in documents) <= limits.IMPORT_AT_ONCE
    return operation, Message(Queue.AUTHORING, operation.id), small


def _under_way(stores: Stores, project: Project) -> list[Operation]:
    return [
        operation
        for kind in KINDS
        for operation in stores.operations.of_project(project.id, kind)
        if not operation.state.final
    ]


def run_rename(stores: Stores, operation: Operation) -> None:
    """Give a type its new name, in the list and then in every document. May be repeated.

    A later try may find the list renamed by an earlier one. Raises `Conflict`, before any change,
    where a type of the new name was made since the renaming was taken in.
    """
    old, new = operation.subject, operation.other

    def renamed(present: tuple[EntityType, ...]) -> tuple[EntityType, ...]:
        names = {entity.category for entity in present}
        if old in names and new in names:
            raise Conflict("The project has an entity type of this name already.", target=new)
        return tuple(
            dataclasses.replace(entity, category=new) if entity.category == old else entity
            for entity in present
        )

    def relabelled(labels: Labels) -> Labels:
        spans = (
            dataclasses.replace(span, category=new) if span.category == old else span
            for span in labels.spans
        )
        return dataclasses.replace(labels, spans=tuple(spans))

    _run(stores, operation, renamed, relabelled)


def run_deletion(stores: Stores, operation: Operation) -> None:
    """Take a type off the list and its labels out of every document. May be repeated."""
    gone = operation.subject

    def without(present: tuple[EntityType, ...]) -> tuple[EntityType, ...]:
        return tuple(entity for entity in present if entity.category != gone)

    def unlabelled(labels: Labels) -> Labels:
        spans = tuple(span for span in labels.spans if span.category != gone)
        return dataclasses.replace(labels, spans=spans)

    _run(stores, operation, without, unlabelled)


def _run(
    stores: Stores,
    operation: Operation,
    change: Callable[[tuple[EntityType, ...]], tuple[EntityType, ...]],
    rewrite: Callable[[Labels], Labels],
) -> None:
    project = stores.projects.find_by_id(operation.project_id)
    if project is None:
        raise ProjectNotFound(target="projectName")
    stores.projects.change_entities(project, change)

    def work(document: Document) -> bool:
        return _rewrite(stores, project, document, operation.subject, rewrite)

    # Documents that were tagged by the type while others were rewritten: look until none is left.
    looks = 0
    while looks < _TRIES:
        looks += 1
        documents = list(stores.documents.tagged_documents(project))
        if not any(list(side_by_side(work, documents))):
            break
    operations.end(stores, operation, State.SUCCEEDED)


def _rewrite(
    stores: Stores,
    project: Project,
    document: Document,
    category: str,
    rewrite: Callable[[Labels], Labels],
) -> bool:
    """Rewrite the labels of a document that has some of the category; return whether it had.

    Counts that a crash left behind are mended too.
    """
    for _ in range(_TRIES):
        stored = stores.documents.labels(project, document.name)
        if stored is None or category not in {**stored.labels.counts(), **document.counts}:
            return False
        try:
            changed = rewrite(stored.labels)
            stores.documents.put_labels(project, document.name, changed, etag=stored.etag)
            return True
        except ChangedMeanwhile:
            continue
    raise ServiceUnavailable("The labels of a document change again and again.")
