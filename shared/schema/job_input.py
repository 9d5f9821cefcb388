"""What every dialect of an extraction request has: its documents, and in which units to answer."""

from __future__ import annotations

from collections.abc import Sequence

from shared import limits
from shared.domain.jobs import InputDocument
from shared.errors import (
    InvalidDocument,
    InvalidDocumentBatch,
    InvalidParameterValue,
    MissingInputDocuments,
)
from shared.schema.fields import Fields
from shared.text import offsets
from shared.text.offsets import IndexType, measure

#: Characters of a language code of a document; the code itself is not judged.
_LANGUAGE_LENGTH = 35


def read_display_name(root: Fields) -> str | None:
    """Return the job's name as its caller gave it, or None."""
    return root.text("displayName", longest=limits.DESCRIPTION_LENGTH)


def read_documents(root: Fields, *, documents: int, characters: int) -> list[InputDocument]:
    """Return the documents of a request, at most so many, of so many text elements together.

    Faults of the list and of ids are noted in `root.problems`. An empty or too long text is none:
    it is the fault of one document, which `entities.document_error` tells.
    """
    given = root.object("analysisInput") or Fields({}, "$.analysisInput", root.problems)
    target = given.target("documents")
    value = given.value("documents")
    if value is None or value == []:
        root.problems.add("The request has no documents.", target, MissingInputDocuments)
        return []
    if not isinstance(value, list):
        root.problems.add("documents must be a list.", target, InvalidDocumentBatch)
        return []
    if len(value) > documents:
        root.problems.add(
            f"A request can have at most {documents:,} documents; this one has {len(value):,}.",
            target,
            InvalidDocumentBatch,
        )
        return []
    read = [_document(fields) for fields in given.objects("documents")]
    _check_ids(root, read, target)
    if _longer(read, characters):
        root.problems.add(
            f"The documents of a request can have at most {characters:,} characters together.",
            target,
            InvalidDocumentBatch,
        )
    return read


def _document(fields: Fields) -> InputDocument:
    text = fields.text("text")
    if text is None and fields.value("text") is None:
        fields.fault("text is required.", "text", kind=InvalidDocument)
    return InputDocument(
        id=fields.required_text("id", longest=limits.DOCUMENT_ID_LENGTH),
        text=text or "",
        language=fields.text("language", longest=_LANGUAGE_LENGTH) or None,
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

    A text never has more text elements than code points, so most need no measuring.
    """
    left = characters - sum(len(document.text) for document in documents)
    if left >= 0:
        return False
    # Most elements are one code point: give back what each text's longer elements saved.
    for document in documents:
        left += len(document.text) - measure(document.text, IndexType.TEXT_ELEMENTS)
        if left >= 0:
            return False
    return True


def read_index_type(parameters: Fields) -> IndexType:
    """Return the units that a task is to answer in; text elements where it does not say."""
    value = parameters.text("stringIndexType")
    if value is None:
        return IndexType.TEXT_ELEMENTS
    try:
        return offsets.parse(value)
    except ValueError:
        parameters.fault(
            "stringIndexType must be TextElements_v8, UnicodeCodePoint or Utf16CodeUnit.",
            "stringIndexType",
            kind=InvalidParameterValue,
        )
        return IndexType.TEXT_ELEMENTS
