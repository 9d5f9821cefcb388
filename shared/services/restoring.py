"""Snapshots put back: the labels of a project as a model was trained on them."""

from __future__ import annotations

from shared import limits
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import EntityType
from shared.domain.states import State
from shared.errors import ErrorDetail, NotFound, ProjectNotFound
from shared.services import models, operations
from shared.services.messages import Message, Queue
from shared.services.snapshot import read_snapshot
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores


def start(stores: Stores, name: str, label: str) -> tuple[Operation, Message, bool]:
    """Take the loading of a model's snapshot in.

    Returns the operation, its message, and whether it can run at once. Raises `ProjectNotFound` or
    `ModelNotFound`.
    """
    project, model = models.read(stores, name, label)
    operation = operations.start(
        stores,
        OperationKind.LOAD_SNAPSHOT,
        name,
        project.id,
        subject=label,
        source=model.operation_id,
    )
    count = model.train_documents + model.validation_documents + model.test_documents
    return operation, Message(Queue.AUTHORING, operation.id), count <= limits.IMPORT_AT_ONCE


def run(stores: Stores, operation: Operation) -> None:
    """Make labels and entity types of the project what they were; texts are not touched.

    Documents that were tagged since lose their labels, which a warning counts. A document whose
    text is another now gets its labels back for the text as it was: nothing learns from them until
    the text is that again, or somebody tags it anew; a warning names it.
    """
    project = stores.projects.find_by_id(operation.project_id)
    if project is None:
        raise ProjectNotFound(target="projectName")
    snapshot = read_snapshot(stores, project.id, operation.source)
    if snapshot is None:
        raise NotFound("The snapshot of this model is gone.", target="trainedModelLabel")
    labelled = {name: one.labels() for name, one in snapshot.documents.items()}
    labelled.update(snapshot.empty)
    warnings: list[ErrorDetail] = []
    lost = [
        document.name
        for document in stores.documents.tagged_documents(project)
        if document.tagged and document.name not in snapshot.documents
    ]
    if lost:
        message = (
            f"{len(lost):,} documents that have labels now had none that the model was trained "
            "on; they have lost them."
        )
        warnings.append(ErrorDetail("Warning", message))
    for name, text in stores.documents.texts(project, sorted(labelled)):
        if not isinstance(text, DocumentText):
            warnings.append(ErrorDetail("Warning", text.message, name))
        elif text.digest != labelled[name].text_digest:
            message = (
                "The document has changed since the model was trained. Its labels are those of "
                "its text at that time; tag it anew."
            )
            warnings.append(ErrorDetail("Warning", message, name))
    entities = snapshot.entities or tuple(
        EntityType(category=category) for category in snapshot.categories
    )
    stores.projects.put_entities(project, entities)
    stores.documents.put_all_labels(project, labelled.items())
    operations.end(stores, operation, State.SUCCEEDED, warnings=warnings)
