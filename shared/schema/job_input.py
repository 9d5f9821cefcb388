"""What every dialect of an extraction request has: its documents, and in which units to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.domain.jobs import InputDocument, JobRequest, TaskRequest
from shared.errors import (
    InvalidDocument,
    InvalidDocumentBatch,
    InvalidParameterValue,
    MissingInputDocuments,
)
from shared.limits import Limits
from shared.schema.fields import Fields, Problems, read_object
from shared.schema.job_requests import INPUT
from shared.schema.shapes import Shape
from shared.text import offsets
from shared.text.offsets import IndexType, elements


def read_job(
    body: bytes,
    shape: Shape,
    bounds: Limits,
    read_tasks: Callable[[Fields, Limits], Sequence[TaskRequest]],
) -> JobRequest:
    """Return the job that a body asks for; the shape and the reading of tasks are the dialect's.

    Raises the error of the first fault, with every fault listed: `InvalidBody`,
    `MissingInputDocuments`, `InvalidDocumentBatch`, `InvalidDocument`, `InvalidParameterValue`,
    `InvalidArgument`.
    """
    problems = Problems()
    root = read_object(body, problems, shape)
    request = JobRequest(
        display_name=root.text("displayName"),
        documents=_documents(root, bounds),
        tasks=read_tasks(root, bounds),
        cancel_after=root.number("cancelAfter"),
    )
    problems.refuse()
    return request


def task_fields(given: Fields, name: str, bounds: Limits) -> list[Fields]:
    """Return the tasks in a list of the request; a list of none, or of too many, is a fault."""
    tasks = given.items(name)
    if not tasks:
        if given.value(name) in (None, []):
            given.fault(f"The request has no {name}.", name, kind=InvalidParameterValue)
        return []
    if len(tasks) > bounds.tasks_per_job:
        given.fault(
            f"A request can have at most {bounds.tasks_per_job:,} tasks, not {len(tasks):,}.",
            name,
            kind=InvalidParameterValue,
        )
        return []
    return list(given.objects(name))


def _documents(root: Fields, bounds: Limits) -> list[InputDocument]:
    """Return the documents of a request.

    Faults of the list and of ids are noted in `root.problems`. An empty or too long text is none:
    it is the fault of one document, which `entities.document_error` tells.
    """
    language = root.text("defaultLanguage") or None
    given = root.object("analysisInput") or Fields({}, "$.analysisInput", root.problems, INPUT)
    target = given.target("documents")
    value = given.value("documents")
    if value is None or value == []:
        root.problems.add("The request has no documents.", target, MissingInputDocuments)
        return []
    if not isinstance(value, list):
        root.problems.add("documents must be a list.", target, InvalidDocumentBatch)
        return []
    if len(value) > bounds.documents_per_job:
        root.problems.add(
            f"A request can have at most {bounds.documents_per_job:,} documents; "
            f"this one has {len(value):,}.",
            target,
            InvalidDocumentBatch,
        )
        return []
    read = [_document(fields, language) for fields in given.objects("documents")]
    _check_ids(root, read, target)
    if _longer(read, bounds.characters_per_job):
        root.problems.add(
            f"The documents of a request can have at most {bounds.characters_per_job:,} "
            "characters (text elements) together.",
            target,
            InvalidDocumentBatch,
        )
    return read


def _document(fields: Fields, default_language: str | None) -> InputDocument:
    text = fields.text("text")
    if text is None and fields.value("text") is None:
        fields.fault("text is required.", "text", kind=InvalidDocument)
    return InputDocument(
        id=fields.required_text("id"),
        text=text or "",
        language=fields.text("language") or default_language,
    )


def _check_ids(root: Fields, documents: Sequence[InputDocument], target: str) -> None:
    first: dict[str, int] = {}
    for number, document in enumerate(documents):
        before = first.setdefault(document.id, number)
        if before != number and document.id:
            root.problems.add(
                f"Each document needs an id of its own; documents {before} and {number} of the "
                "list have the same.",
                f"{target}[{number}].id",
                InvalidDocument,
            )


def _longer(documents: Sequence[InputDocument], characters: int) -> bool:
    """Whether all texts together have more text elements than `characters`.

    A text never has more text elements than code points, so most need no counting.
    """
    if sum(len(document.text) for document in documents) <= characters:
        return False
    left = characters
    for document in documents:
        left -= elements(document.text, at_most=left)
        if left < 0:
            return True
    return False


def read_index_type(parameters: Fields) -> IndexType:
    """Return the units that a task is to answer in; text elements where it does not say.

    `loggingOptOut` is judged and has no effect: no text is ever logged here.
    """
    parameters.flag("loggingOptOut")
    value = parameters.text("stringIndexType")
    try:
        return IndexType.TEXT_ELEMENTS if value is None else offsets.parse(value)
    except ValueError:  # A fault, and noted as one by its shape.
        return IndexType.TEXT_ELEMENTS
