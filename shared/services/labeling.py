"""Labels: imported from a labels file, all or nothing."""

from __future__ import annotations

from shared import clock, limits
from shared.domain.labels import Labels
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project, ProjectSettings
from shared.domain.states import State
from shared.errors import ErrorDetail, InvalidArgument, InvalidLabels, ServiceError
from shared.schema import labels_file
from shared.schema.labels_file import LabelsFile
from shared.services import operations, projects
from shared.services.messages import Message, Queue
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores

_FILE = "labels.json"


def start_import(stores: Stores, name: str, body: bytes) -> tuple[Operation, Message, bool]:
    """Take a labels file in; return the operation, its message, and whether it can run at once.

    What the file alone shows to be wrong is refused here, with every fault listed; what only the
    documents can show ends the operation as failed.
    """
    file = labels_file.parse(body)
    project = stores.projects.find(name)
    _settings(name, file, project)
    project_id = project.id if project else ""
    operation = operations.start(stores, OperationKind.IMPORT, name, project_id)
    stores.operations.put_file(operation.id, _FILE, body)
    small = len(file.documents) <= limits.IMPORT_AT_ONCE
    return operation, Message(Queue.AUTHORING, operation.id), small


def run_import(stores: Stores, operation: Operation) -> None:
    """Check every label against its document; then set them all, or fail and change nothing."""
    body = stores.operations.file(operation.id, _FILE)
    if body is None:
        # The worker was quicker than the request that keeps the file, or the operation is gone.
        raise ServiceError("The labels file of this import is not there.")
    try:
        project, labelled = _checked(stores, operation.project_name, labels_file.parse(body))
    except ServiceError as error:
        if error.status >= 500:
            raise
        operations.end(stores, operation, State.FAILED, errors=operations.failure(error))
        return
    stores.documents.put_all_labels(project, labelled)
    operations.end(stores, operation, State.SUCCEEDED)


def _checked(
    stores: Stores, name: str, file: LabelsFile
) -> tuple[Project, list[tuple[str, Labels]]]:
    """Return the project, made or changed as the file says, and the labels to set.

    Raises `InvalidLabels` with every label that does not fit its document, before any change.
    """
    settings = _settings(name, file, stores.projects.find(name))
    projects.check_container(stores, settings.container)
    moment = clock.now()
    source = Project(id="", settings=settings, created=moment, modified=moment)
    labelled: list[tuple[str, Labels]] = []
    problems: list[ErrorDetail] = []
    wanted = {document.location: document for document in file.documents}
    declared = {entity.category for entity in file.entities}
    for location, text in stores.documents.texts(source, wanted):
        if isinstance(text, DocumentText):
            labels, faults = labels_file.resolve(wanted[location], text.text, text.digest, declared)
            problems += faults
            if labels is not None:
                labelled.append((location, labels))
        else:
            problems.append(ErrorDetail(text.code, text.message, location))
    if problems:
        raise InvalidLabels(details=problems)
    project, _ = projects.put(stores, name, lambda _: settings)
    stores.projects.put_entities(project, file.entities)
    return project, labelled


def _settings(name: str, file: LabelsFile, present: Project | None) -> ProjectSettings:
    """Return the settings that an import gives the project; the address names it, not the file."""
    if file.metadata is not None:
        return ProjectSettings(
            name=name,
            container=file.metadata.container,
            language=file.metadata.language,
            multilingual=file.metadata.multilingual,
            description=file.metadata.description,
            confidence_threshold=file.metadata.confidence_threshold,
        )
    if present is None:
        raise InvalidArgument(
            "A file without metadata can only be imported into a project that is there already.",
            target="$.metadata",
        )
    return present.settings
