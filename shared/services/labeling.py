"""Labels: imported from a file of any format, all or nothing; and what an import would do."""

from __future__ import annotations

from shared import limits
from shared.domain.labels import Labels
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import ProjectSettings
from shared.domain.states import State
from shared.errors import InvalidArgument, InvalidBody, ServiceError
from shared.schema import labels_file, labels_formats
from shared.schema.findings import Findings
from shared.schema.labels_file import LabelsFile
from shared.schema.labels_formats import ImportOptions
from shared.schema.labels_report import Report
from shared.services import operations, plans
from shared.services.messages import Message, Queue
from shared.storage.stores import Stores

_FILE = "labels.json"
_OPTIONS = "options.json"

#: Bytes up to which a file that brings texts along is imported inside its own request.
_AT_ONCE = 4 * 2**20


def start_import(
    stores: Stores, name: str, body: bytes, options: ImportOptions | None = None
) -> tuple[Operation, Message, bool]:
    """Take a file in; return the operation, its message, and whether it can run at once.

    What the file alone shows to be wrong is refused here, with every fault listed; what only the
    documents can show ends the operation as failed.
    """
    options = options or ImportOptions()
    if options.form.dialect is None:
        count = _judge_corpus(stores, name, body, options)
        small = count <= limits.IMPORT_AT_ONCE and len(body) <= _AT_ONCE
    else:
        file = labels_file.parse(body, stores.limits)
        if plans.settings_of(name, file, stores.projects.find(name)) is None:
            raise InvalidArgument(plans.NO_SETTINGS, target="$.metadata")
        small = len(file.documents) <= limits.IMPORT_AT_ONCE
    project = stores.projects.find(name)
    operation = operations.start(stores, OperationKind.IMPORT, name, project.id if project else "")
    # The file comes last: where it is, a worker has all that it needs.
    stores.operations.put_file(operation.id, _OPTIONS, options.data())
    stores.operations.put_file(operation.id, _FILE, body)
    return operation, Message(Queue.AUTHORING, operation.id), small


def _judge_corpus(stores: Stores, name: str, body: bytes, options: ImportOptions) -> int:
    """Refuse a file of another tool for what it alone shows; return how many documents it has."""
    stores.projects.read(name)
    _check_there(body)
    findings = Findings()
    count = sum(1 for _ in labels_formats.read(body, findings, options))
    findings.refuse()
    return count


def run_import(stores: Stores, operation: Operation) -> None:
    """Check every label against its document; then set them all, or fail and change nothing."""
    body = stores.operations.file(operation.id, _FILE)
    if body is None:
        # The worker was quicker than the request that keeps the file, or the operation is gone.
        raise ServiceError("The labels file of this import is not there.")
    kept = stores.operations.file(operation.id, _OPTIONS)
    options = labels_formats.import_options_of(kept) if kept else ImportOptions()
    plan = plans.make(stores, operation.project_name, body, options)
    plans.carry_out(stores, operation.project_name, plan)
    operations.end(stores, operation, State.SUCCEEDED, warnings=plan.findings.notices)


def check(stores: Stores, name: str, body: bytes, options: ImportOptions) -> Report:
    """Return what an import of a file would do, with all that is wrong with it; change nothing.

    Raises `InvalidBody` for no file at all, and `ProjectNotFound` for one of another tool.
    """
    _check_there(body)
    return plans.report(stores, plans.make(stores, name, body, options))


def judged(stores: Stores, settings: ProjectSettings, file: LabelsFile) -> list[tuple[str, Labels]]:
    """Return the labels that a file gives the documents of the container, by document.

    Raises `InvalidLabels` with every label that does not fit its document. Changes nothing.
    """
    findings = Findings()
    labelled = plans.resolved(stores, settings, file, findings)
    findings.refuse()
    return labelled


def _check_there(body: bytes) -> None:
    if not body.strip():
        raise InvalidBody("The request has no body: send the file.", target="$")
