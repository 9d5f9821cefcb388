"""Changes of labels in many documents: what is asked for, and what came of it. All our own.

Offsets and lengths are UTF-16 units of the document's text.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared import limits
from shared.schema.document_labels import read_labels
from shared.schema.fields import Fields, Problems, clip, read_object
from shared.schema.labels_file import WireLabel
from shared.schema.labels_shapes import LABEL
from shared.schema.shapes import Field, List, Shape, Text, Whole, must

CHANGES = Shape(
    "LabelsChange",
    "Labels to be added and removed. Each is counted as nothing where it is so already.",
    (
        must(
            "changes",
            List(
                Shape(
                    "LabelsChangeOfDocument",
                    "Labels of one document to be added and removed.",
                    (
                        must("documentName", Text(shortest=1), "The document.", example="note.txt"),
                        must(
                            "textDigest",
                            Text(shortest=1),
                            "The digest of the text that was looked at.",
                        ),
                        Field("add", List(LABEL), "Labels that it is to have."),
                        Field(
                            "remove", List(LABEL), "Labels that it is not to have; they go first."
                        ),
                    ),
                ),
                least=1,
                most=limits.DOCUMENTS_PER_CHANGE,
            ),
            "The documents, each once.",
        ),
    ),
)


class Refusal(enum.StrEnum):
    """Why a label was not changed; the value is the wire's word."""

    #: It overlaps a label of the document.
    OVERLAP = "overlap"
    #: The project has no such entity type.
    MISSING = "missing"
    #: It is no stretch of the text that could be tagged.
    INVALID = "invalid"
    #: The text, or that of the labels, is another than the one that was looked at.
    CHANGED_TEXT = "changedText"
    #: There is no such document, or it cannot be read.
    NO_DOCUMENT = "noDocument"


CHANGED = Shape(
    "LabelsChanged",
    "What became of a change of labels.",
    (
        must(
            "documents",
            List(
                Shape(
                    "LabelsChangedOfDocument",
                    "What became of the labels of one document.",
                    (
                        must("documentName", Text(), "The document."),
                        must("etag", Text(), "The version of its labels; empty where it has none."),
                        must("added", Whole(), "Labels that were added."),
                        must("removed", Whole(), "Labels that were removed."),
                        must(
                            "refused",
                            List(
                                Shape(
                                    "LabelRefused",
                                    "A label that was not changed, and why.",
                                    (
                                        must("category", Text(), "Its entity type."),
                                        must("offset", Whole(), "Where it begins."),
                                        must("length", Whole(), "How long it is."),
                                        must(
                                            "code",
                                            Text(values=tuple(each.value for each in Refusal)),
                                            "A word for programs.",
                                        ),
                                        must("message", Text(), "A sentence for people."),
                                    ),
                                )
                            ),
                            "What was not changed.",
                        ),
                    ),
                )
            ),
            "The documents, in the order in which they were sent.",
        ),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentChange:
    """What is to be added to and removed from the labels of one document."""

    name: str
    digest: str
    add: Sequence[WireLabel]
    remove: Sequence[WireLabel]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedDocument:
    """What became of a change of one document's labels."""

    name: str
    etag: str = ""
    added: int = 0
    removed: int = 0
    refused: Sequence[tuple[WireLabel, Refusal, str]] = ()


def parse(body: bytes) -> list[DocumentChange]:
    """Return what a request body asks for; raise `InvalidBody` or `InvalidArgument`."""
    problems = Problems()
    root = read_object(body, problems, CHANGES)
    found = root.items("changes")
    most = limits.DOCUMENTS_PER_CHANGE
    if not found:
        root.fault("changes has no document.", "changes")
    if len(found) > most:
        root.fault(
            f"A change names at most {most:,} documents; here are {len(found):,}.", "changes"
        )
    problems.refuse()
    changes = [_change(fields) for fields in root.objects("changes")]
    seen: set[str] = set()
    for number, change in enumerate(changes):
        if change.name and change.name in seen:
            message = f"The document {clip(change.name)} comes twice."
            problems.add(message, f"$.changes[{number}].documentName")
        seen.add(change.name)
    labels, most = sum(len(one.add) + len(one.remove) for one in changes), limits.LABELS_PER_CHANGE
    if labels > most:
        root.fault(f"A change has at most {most:,} labels; here are {labels:,}.", "changes")
    problems.refuse()
    return changes


def _change(fields: Fields) -> DocumentChange:
    return DocumentChange(
        name=fields.required_text("documentName"),
        digest=fields.required_text("textDigest"),
        add=read_labels(fields, "add"),
        remove=read_labels(fields, "remove"),
    )


def changed_json(documents: Sequence[ChangedDocument]) -> dict[str, Any]:
    """Return what became of a change."""
    return {
        "documents": [
            {
                "documentName": document.name,
                "etag": document.etag,
                "added": document.added,
                "removed": document.removed,
                "refused": [
                    {
                        "category": label.category,
                        "offset": label.offset,
                        "length": label.length,
                        "code": refusal.value,
                        "message": message,
                    }
                    for label, refusal, message in document.refused
                ],
            }
            for document in documents
        ]
    }
