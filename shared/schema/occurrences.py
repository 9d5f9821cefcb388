"""Occurrences of a text on the wire: what is looked for, and where it is. All of it is our own.

Offsets and lengths are UTF-16 units of the document's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared import limits
from shared.domain.occurrences import FoundDocument, Search
from shared.schema.fields import Problems, read_object
from shared.schema.shapes import Field, Flag, List, Shape, Text, Whole, must
from shared.text.offsets import IndexType, OffsetMap

#: Characters of the text before and after an occurrence that are shown with it.
_CONTEXT = 40

SEARCH = Shape(
    "DocumentSearch",
    "What to look for in the texts of documents.",
    (
        must(
            "text",
            Text(shortest=1, longest=limits.SOUGHT_LENGTH),
            "The text to look for.",
            example="Bo",
        ),
        Field("matchCase", Flag(), "Whether the case of letters counts; true where it is absent."),
        Field(
            "wholeWords",
            Flag(),
            "Whether no letter or digit may stand beside it; true where it is absent.",
        ),
        Field(
            "category",
            Text(),
            "Only occurrences that overlap a label of this entity type; else all.",
        ),
    ),
)

_OCCURRENCE = Shape(
    "DocumentOccurrence",
    "A place at which a text occurs.",
    (
        must("offset", Whole(), "Where it begins, in UTF-16 units of the document."),
        must("length", Whole(), "How long it is, in UTF-16 units."),
        must("before", Text(), "Up to 40 characters before it."),
        must("after", Text(), "Up to 40 characters after it."),
        must("categories", List(Text()), "The entity types of the labels that overlap it."),
    ),
)

FOUND = Shape(
    "DocumentsFound",
    "Where a text occurs in the documents of a project.",
    (
        must("count", Whole(), "The number of occurrences that are told."),
        must("documentsCount", Whole(), "The number of documents that have them."),
        must("truncated", Flag(), "Whether there are more than are told."),
        must(
            "documents",
            List(
                Shape(
                    "DocumentFound",
                    "A document in which a text occurs.",
                    (
                        must("documentName", Text(), "Its name."),
                        must("textDigest", Text(), "SHA-256 of the bytes of its text, in hex."),
                        must("occurrences", List(_OCCURRENCE), "Where, by place."),
                    ),
                )
            ),
            "The documents, by name.",
        ),
    ),
)


def parse(body: bytes) -> Search:
    """Return what a request body looks for; raise `InvalidBody` or `InvalidArgument`."""
    problems = Problems()
    root = read_object(body, problems, SEARCH)
    match_case, whole_words = root.flag("matchCase"), root.flag("wholeWords")
    search = Search(
        text=root.required_text("text"),
        match_case=match_case is not False,
        whole_words=whole_words is not False,
        category=root.text("category"),
    )
    problems.refuse()
    return search


def found_json(documents: Sequence[FoundDocument], *, truncated: bool) -> dict[str, Any]:
    """Return the documents in which a text occurs."""
    return {
        "count": sum(len(document.occurrences) for document in documents),
        "documentsCount": len(documents),
        "truncated": truncated,
        "documents": [_document_json(document) for document in documents],
    }


def _document_json(document: FoundDocument) -> dict[str, Any]:
    text = document.text
    offsets = OffsetMap(text, IndexType.UTF16)
    found: list[dict[str, Any]] = []
    for one in document.occurrences:
        offset, length = offsets.to_units(one.start, one.end)
        found.append(
            {
                "offset": offset,
                "length": length,
                "before": text[max(0, one.start - _CONTEXT) : one.start],
                "after": text[one.end : one.end + _CONTEXT],
                "categories": list(one.categories),
            }
        )
    return {
        "documentName": document.name,
        "textDigest": document.digest,
        "occurrences": found,
    }
