"""The labels of one document, as a caller sets them, and the rules by which labels fit a text.

Offsets and lengths are UTF-16 units of the document's text on the wire, code points in `Labels`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.domain.documents import OpenDocument
from shared.domain.labels import Dataset, Labels
from shared.errors import InvalidLabels
from shared.limits import Limits
from shared.schema import labels_file
from shared.schema.fields import Fields, Problems, read_object
from shared.schema.labels_file import LabelledDocument, Region, WireLabel
from shared.schema.labels_shapes import LABEL
from shared.schema.languages import LANGUAGES
from shared.schema.names import LANGUAGE_TEXT
from shared.schema.shapes import Field, List, Shape, Text, must
from shared.text.offsets import IndexType, measure

_DATASETS = {dataset.value.lower(): dataset for dataset in Dataset}


def _dataset_fault(value: str) -> str | None:
    return None if value.lower() in _DATASETS else "The dataset of a document is Train or Test."


def _digest_fault(value: str) -> str | None:
    return None if value else "textDigest is empty."


CHANGE = Shape(
    "DocumentLabelsChange",
    "The labels that a document is to have, instead of any that it had.",
    (
        Field(
            "etag",
            Text(),
            "The version of the labels that these replace; empty or absent where there are none.",
        ),
        must("textDigest", Text(rule=_digest_fault), "The digest of the text that was looked at."),
        Field("language", LANGUAGE_TEXT, "Its language; null takes it away.", nullable=True),
        Field(
            "dataset",
            Text(values=tuple(dataset.value for dataset in Dataset), rule=_dataset_fault),
            "The set that it is in; null takes it out.",
            nullable=True,
        ),
        Field("labels", List(LABEL), "All of its labels."),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelsChange:
    """What a caller wants a document's labels to be, not yet seen against its text."""

    etag: str
    digest: str
    labels: Sequence[WireLabel]
    #: Whether the language changes, as None is one of its values; and so for the dataset.
    sets_language: bool
    language: str | None
    sets_dataset: bool
    dataset: Dataset | None


def parse(body: bytes) -> LabelsChange:
    """Return what a request body wants; raise `InvalidBody` or `InvalidArgument`, as all do."""
    problems = Problems()
    root = read_object(body, problems, CHANGE)
    change = LabelsChange(
        etag=root.text("etag") or "",
        digest=root.required_text("textDigest"),
        labels=read_labels(root, "labels"),
        sets_language=root.has("language"),
        language=root.text("language"),
        sets_dataset=root.has("dataset"),
        dataset=_DATASETS.get((root.text("dataset") or "").lower()),
    )
    problems.refuse()
    return change


def read_labels(fields: Fields, name: str) -> list[WireLabel]:
    """Return the labels of a list of them."""
    return [labels_file.read_label(label) for label in fields.objects(name)]


def settle(
    change: LabelsChange,
    document: OpenDocument,
    declared: Collection[str],
    languages: Collection[str | None],
    most: Limits,
) -> Labels:
    """Return the labels that a document will have by a change.

    `declared` are the project's entity types, and `languages` what a document can have beside the
    languages that all can choose from. Raises `InvalidLabels` or `InvalidArgument` with each fault
    and its JSON path.
    """
    problems = Problems()
    language, dataset = _facts(change, document)
    if language is not None and language.lower() not in LANGUAGES and language not in languages:
        message = "There is no such language: global/languages lists all that there are."
        problems.add(message, "$.language")
    whole = Region(
        offset=0,
        length=measure(document.text, IndexType.UTF16),
        labels=tuple(change.labels),
        path="$.labels",
    )
    asked = LabelledDocument(
        location=document.name, language=language, dataset=dataset, regions=(whole,)
    )
    labels, faults = labels_file.resolve(
        asked, document.text, document.digest, declared, most.entity_length
    )
    for fault in faults:
        path = (fault.target or "").removeprefix(f"{document.name} ")
        problems.add(fault.message, path, InvalidLabels)
    problems.refuse()
    if labels is None:
        raise InvalidLabels
    return dataclasses.replace(labels, regions=looked_at(labels, document))


def _facts(change: LabelsChange, document: OpenDocument) -> tuple[str | None, Dataset | None]:
    present = document.labels
    language = present.language if present else None
    dataset = present.dataset if present else None
    if change.sets_language:
        language = change.language
    if change.sets_dataset:
        dataset = change.dataset
    return language, dataset


def looked_at(labels: Labels, document: OpenDocument) -> tuple[tuple[int, int], ...]:
    """Return the regions that a document has with new labels.

    Those that it has, if the labels lie inside of them; else the whole text. A document that
    nobody has tagged and that is given no labels has none: nothing says that it was looked at.
    """
    present = document.labels
    kept = present.regions if present and present.text_digest == document.digest else ()
    if all(
        any(start <= span.start and span.end <= end for start, end in kept) for span in labels.spans
    ):
        return kept
    return ((0, len(document.text)),)
