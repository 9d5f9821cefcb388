"""Documents on the wire: lists of them, their faults, and one with its text and its labels.

All of it is our own. Offsets and lengths are UTF-16 units of the document's text.
"""

from __future__ import annotations

from typing import Any

from shared import limits
from shared.domain.documents import Fault, FaultyDocument, ListedDocument, OpenDocument
from shared.domain.labels import Dataset, Document, Labels
from shared.domain.uploads import Kind, Origin
from shared.errors import DocumentNotUtf8, DocumentTooLong, InvalidArgument, InvalidDocument
from shared.schema.answers import MOMENT
from shared.schema.corpus import name_fault
from shared.schema.shapes import Field, Flag, List, Shape, Table, Text, Whole, must
from shared.schema.timestamps import timestamp
from shared.schema.uploads import origin_json
from shared.text.offsets import IndexType, OffsetMap

_DATASETS = tuple(dataset.value for dataset in Dataset)
_LANGUAGE = Field("language", Text(), "Its language, where somebody has said it.")
_DATASET = Field("dataset", Text(values=_DATASETS), "The set that somebody has put it in.")
_NAME = must("documentName", Text(), "The name of its blob in the project's container.")

CONVERTED = Shape(
    "DocumentConverted",
    "The file of another kind whose text a document is.",
    (
        must("original", Text(), "The name of its blob in the project's container."),
        must("kind", Text(values=tuple(kind.value for kind in Kind)), "What kind of file it is."),
        must("by", Text(), "What read it, with its version."),
        Field("pages", Whole(), "Of a PDF, the number of its pages."),
    ),
)
_CONVERTED = Field("converted", CONVERTED, "The file whose text it is, if it was made of one.")

LISTED = Shape(
    "DocumentListed",
    "A document as lists show it.",
    (
        _NAME,
        Field("size", Whole(most=2**53 - 1), "The bytes of its blob; not in brief lists."),
        Field("lastModifiedDateTime", MOMENT, "When its blob was written; not in brief lists."),
        _LANGUAGE,
        _DATASET,
        must("tagged", Flag(), "Whether it has labels."),
        must("labelCounts", Table(Whole()), "The number of its labels by entity type."),
        Field("converted", CONVERTED, "The file whose text it is; in the answer to that file."),
    ),
)

FAULTY = Shape(
    "DocumentFault",
    "A document of which nothing can be learned, and why.",
    (
        _NAME,
        must("code", Text(values=tuple(fault.value for fault in Fault)), "A word for programs."),
        must("message", Text(), "A sentence for people."),
    ),
)

SHOWN_LABEL = Shape(
    "DocumentLabel",
    "A label of a document.",
    (
        must("category", Text(), "Its entity type."),
        must("offset", Whole(), "Where it begins, in UTF-16 units of the text."),
        must("length", Whole(), "How long it is, in UTF-16 units."),
    ),
)

_LABELLED = (
    _NAME,
    must("textDigest", Text(), "SHA-256 of the bytes of its text, in hex."),
    must("etag", Text(), "The version of its labels; empty where it has none yet."),
    _LANGUAGE,
    _DATASET,
    must("changed", Flag(), "Whether its labels are for another text than it has now."),
    must(
        "labels",
        List(SHOWN_LABEL),
        "Its labels, by place; of those for another text, the ones that lie inside the present.",
    ),
)

OPENED = Shape(
    "DocumentOpened",
    "A document with its text and its labels.",
    (must("text", Text(), "Its text, with every character as it is."), *_LABELLED, _CONVERTED),
)
LABELLED = Shape("DocumentLabelled", "A document with its labels.", _LABELLED)


def document_fault(name: str) -> str | None:
    """Say why no document can be made under this name."""
    if len(name) > limits.DOCUMENT_NAME_LENGTH:
        return f"The name of a document has at most {limits.DOCUMENT_NAME_LENGTH} characters."
    if any(step in (".", "..") for step in name.split("/")):
        return "A document cannot be called . or .., which addresses take for steps."
    return name_fault(name)


def check_document(name: str, data: bytes, longest: int) -> None:
    """Raise unless a document of this name and these bytes can be made: its text is theirs.

    Raises `InvalidArgument` for the name, and `InvalidDocument` for a text that is empty, not
    UTF-8, or of more than `longest` code points.
    """
    if fault := document_fault(name):
        raise InvalidArgument(fault, target="documentName")
    check_text(data, longest)


def check_text(data: bytes, longest: int) -> None:
    """Raise `InvalidDocument` unless these bytes can be the text of a document."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentNotUtf8(
            f"The document is not UTF-8: byte {error.start} cannot be read.", target="$"
        ) from error
    if not text.strip():
        raise InvalidDocument("The document holds nothing but white space.", target="$")
    if len(text) > longest:
        raise DocumentTooLong(f"The document is longer than {longest:,} characters.", target="$")


def listed_json(document: ListedDocument) -> dict[str, Any]:
    """Return a document as lists show it; brief ones do without what only its blob tells."""
    facts = document.facts
    told: dict[str, Any] = {"documentName": document.name}
    if document.size is not None and document.modified is not None:
        told |= {"size": document.size, "lastModifiedDateTime": timestamp(document.modified)}
    return {
        **told,
        **_facts(facts),
        "tagged": facts is not None and facts.tagged,
        "labelCounts": dict(sorted(facts.counts.items())) if facts else {},
        **_origin(document.origin),
    }


def faulty_json(document: FaultyDocument) -> dict[str, Any]:
    """Return a document with what is wrong with it."""
    return {
        "documentName": document.name,
        "code": document.fault.value,
        "message": document.message,
    }


def opened_json(document: OpenDocument) -> dict[str, Any]:
    """Return a document with its text and its labels."""
    return {"text": document.text, **labelled_json(document), **_origin(document.origin)}


def labelled_json(document: OpenDocument) -> dict[str, Any]:
    """Return a document with its labels."""
    offsets = OffsetMap(document.text, IndexType.UTF16)
    spans = document.labels.spans if document.labels else ()
    labels: list[dict[str, Any]] = []
    for span in spans:
        if span.end <= len(document.text):
            offset, length = offsets.to_units(span.start, span.end)
            labels.append({"category": span.category, "offset": offset, "length": length})
    return {
        "documentName": document.name,
        "textDigest": document.digest,
        "etag": document.etag,
        **_facts(document.labels),
        "changed": document.changed,
        "labels": labels,
    }


def _origin(origin: Origin | None) -> dict[str, Any]:
    return {} if origin is None else {"converted": origin_json(origin)}


def _facts(facts: Document | Labels | None) -> dict[str, str]:
    found: dict[str, str] = {}
    if facts is not None and facts.language:
        found["language"] = facts.language
    if facts is not None and facts.dataset:
        found["dataset"] = facts.dataset.value
    return found
