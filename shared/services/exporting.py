"""Export: the labels of a project, or those that a model was trained on, as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from shared import limits
from shared.domain.labels import Labels
from shared.domain.operations import EXPORTS, Operation, OperationKind
from shared.domain.projects import EntityType, Project
from shared.domain.states import State
from shared.errors import ErrorDetail, NotFound, ProjectNotFound
from shared.schema import labels_formats
from shared.schema.findings import Findings
from shared.schema.labels_formats import ExportOptions, Format
from shared.services import operations
from shared.services.messages import Message, Queue
from shared.services.snapshot import Snapshot, read_snapshot
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores


def start(
    stores: Stores, name: str, model_label: str | None, options: ExportOptions | None = None
) -> tuple[Operation, Message, bool]:
    """Take an export in; return the operation, its message, and whether it can run at once.

    With the label of a model, what is exported are the labels that it was trained on. Without
    options it is an export of the hosted service's API: a project file. Raises
    `ProjectNotFound` or `ModelNotFound`.
    """
    project = stores.projects.read(name)
    source = ""
    if model_label:
        model = stores.models.read(project.id, model_label)
        source = model.operation_id
        count = model.train_documents + model.validation_documents + model.test_documents
    else:
        few = islice(stores.documents.tagged_documents(project), limits.IMPORT_AT_ONCE + 1)
        count = sum(1 for _ in few)
    operation = operations.start(
        stores,
        OperationKind.EXPORT_LABELS if options else OperationKind.EXPORT,
        name,
        project.id,
        subject=model_label or "",
        source=source,
        form=options.text() if options else "",
    )
    return operation, Message(Queue.AUTHORING, operation.id), count <= limits.IMPORT_AT_ONCE


def run(stores: Stores, operation: Operation) -> None:
    """Write the file, document by document; what cannot be in it is told as a warning."""
    project = _project(stores, operation)
    warnings: list[ErrorDetail] = []
    if operation.source:
        snapshot = read_snapshot(stores, project.id, operation.source)
        if snapshot is None:
            raise NotFound("The snapshot of this model is gone.", target="trainedModelLabel")
        warnings += snapshot.warnings
        used = {span.category for one in snapshot.documents.values() for span in one.spans}
        declared = snapshot.entities or stores.projects.entities(project)
        documents = _as_trained(stores, project, snapshot, warnings)
    else:
        rows = stores.documents.tagged_documents(project)
        used = {category for row in rows for category in row.counts}
        declared = stores.projects.entities(project)
        documents = _present(stores, project, warnings)
    # A name of its own for each try: two workers never write one file.
    file = f"export-{operation.tries}.json"
    findings = Findings()
    parts = labels_formats.write(
        labels_formats.export_options_of(operation.form),
        project.settings,
        _all_of(declared, used),
        documents,
        findings,
    )
    stores.operations.put_parts(operation.id, file, parts)
    warnings += findings.notices
    if stores.projects.find_by_id(project.id) is None:
        # It was deleted meanwhile, and with it all exports that were there by then.
        stores.operations.delete_files(operation.id)
        raise ProjectNotFound(target="projectName")
    operations.end(stores, operation, State.SUCCEEDED, warnings=warnings, result=file)


def read_result(
    stores: Stores, project_name: str, operation_id: str, kind: OperationKind
) -> tuple[bytes, Format]:
    """Return the file that an export has made, and its format.

    Raises `OperationNotFound`, and `NotFound` for an export that has not succeeded.
    """
    operation = operations.read(stores, kind, project_name, operation_id)
    data = stores.operations.file(operation.id, operation.result) if operation.result else None
    if data is None:
        raise NotFound("This export has no result: see its status.", target="jobId")
    return data, labels_formats.export_options_of(operation.form).form


def delete_results(stores: Stores, project_id: str) -> None:
    """Remove the files of all exports of a project."""
    for kind in EXPORTS:
        for operation in stores.operations.of_project(project_id, kind):
            stores.operations.delete_files(operation.id)


def _project(stores: Stores, operation: Operation) -> Project:
    project = stores.projects.find_by_id(operation.project_id)
    if project is None:
        raise ProjectNotFound(target="projectName")
    return project


def _all_of(declared: Iterable[EntityType], used: set[str]) -> list[EntityType]:
    """Return the declared entity types and then those that labels have beside them.

    A file whose labels are of a type that it does not declare could not be imported.
    """
    entities = list(declared)
    others = used - {entity.category for entity in entities}
    return entities + [EntityType(category=category) for category in sorted(others)]


def _present(
    stores: Stores, project: Project, warnings: list[ErrorDetail]
) -> Iterator[tuple[str, str, Labels]]:
    for name, text, labels in stores.documents.labelled(project):
        if not isinstance(text, DocumentText):
            warnings.append(ErrorDetail("Warning", f"{text.message} It was left out.", name))
        elif text.digest != labels.text_digest:
            message = "The document changed after it was tagged, so it was left out. Tag it anew."
            warnings.append(ErrorDetail("Warning", message, name))
        else:
            yield name, text.text, labels


def _as_trained(
    stores: Stores, project: Project, snapshot: Snapshot, warnings: list[ErrorDetail]
) -> Iterator[tuple[str, str, Labels]]:
    """Yield the documents of a snapshot, with their texts as they were then."""
    names = sorted({*snapshot.documents, *snapshot.empty})
    for name, text in stores.documents.texts(project, names):
        tagged = snapshot.documents.get(name)
        labels = tagged.labels() if tagged else snapshot.empty[name]
        same = isinstance(text, DocumentText) and text.digest == labels.text_digest
        if tagged:
            if not same:
                message = "The document is not as it was when the model was trained: its labels"
                warnings.append(ErrorDetail("Warning", f"{message} may not fit it any more.", name))
            yield name, tagged.text, labels
        elif same and isinstance(text, DocumentText):
            yield name, text.text, labels
        else:
            message = "The document has changed or is gone. It has no labels, and was left out."
            warnings.append(ErrorDetail("Warning", message, name))
