"""What is exported is what was imported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.labels import Dataset, Labels
from shared.domain.projects import EntityType, ProjectSettings
from shared.schema import labels_export, labels_file
from shared.schema.labels_export import Format
from shared.text.spans import Span

SETTINGS = ProjectSettings(
    name="Loans",
    container="loans",
    language="en-us",
    multilingual=True,
    description='Loans of a "bank", é',
    confidence_threshold=0.25,
)
ENTITIES = (
    EntityType(category="Date"),
    EntityType(category="Lender's name", description="Who lends"),
)
TEXT = "\ufeffOn 1 May\r\n\U0001f600 José lends"
LABELS = Labels(
    spans=(Span(4, 9, "Date"), Span(13, 17, "Lender's name")),
    regions=((0, 11), (11, len(TEXT))),
    language="es",
    dataset=Dataset.TRAIN,
    text_digest="digest",
)


def written(form: Format, *documents: tuple[str, str, Labels]) -> Any:
    return json.loads(b"".join(labels_export.write(SETTINGS, ENTITIES, documents, form)))


def test_a_project_file_is_written_in_utf_16_units() -> None:
    assert written(Format.PROJECT, ("a.txt", TEXT, LABELS)) == {
        "projectFileVersion": "2022-05-01",
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {
            "projectKind": "CustomEntityRecognition",
            "storageInputContainerName": "loans",
            "projectName": "Loans",
            "multilingual": True,
            "description": 'Loans of a "bank", é',
            "language": "en-us",
            "settings": {"confidenceThreshold": 0.25},
        },
        "assets": {
            "projectKind": "CustomEntityRecognition",
            "entities": [
                {"category": "Date"},
                {"category": "Lender's name", "description": "Who lends"},
            ],
            "documents": [
                {
                    "location": "a.txt",
                    "language": "es",
                    "dataset": "Train",
                    "entities": [
                        {
                            "regionOffset": 0,
                            "regionLength": 11,
                            "labels": [{"category": "Date", "offset": 4, "length": 5}],
                        },
                        {
                            "regionOffset": 11,
                            "regionLength": 13,
                            "labels": [{"category": "Lender's name", "offset": 14, "length": 4}],
                        },
                    ],
                }
            ],
        },
    }


def test_a_tags_file_of_2021_is_written_with_its_own_names() -> None:
    assert written(Format.TAGS, ("a.txt", TEXT, LABELS)) == {
        "extractors": [{"name": "Date"}, {"name": "Lender's name"}],
        "documents": [
            {
                "location": "a.txt",
                "language": "es",
                "extractors": [
                    {
                        "regionOffset": 0,
                        "regionLength": 11,
                        "labels": [{"extractorName": "Date", "offset": 4, "length": 5}],
                    },
                    {
                        "regionOffset": 11,
                        "regionLength": 13,
                        "labels": [{"extractorName": "Lender's name", "offset": 14, "length": 4}],
                    },
                ],
            }
        ],
    }


def test_the_import_body_of_2021_is_written_with_its_own_names() -> None:
    body = written(Format.PROJECT_2021, ("a.txt", TEXT, LABELS))

    assert body["api-version"] == "2021-11-01-preview"
    assert body["metadata"] == {
        "name": "Loans",
        "multiLingual": True,
        "description": 'Loans of a "bank", é',
        "modelType": "Extraction",
        "language": "en-us",
        "storageInputContainerName": "loans",
        "settings": {"confidenceThreshold": 0.25},
    }
    assert body["assets"] == written(Format.TAGS, ("a.txt", TEXT, LABELS))


def test_a_project_file_of_2022_is_written_with_the_names_of_then() -> None:
    today = written(Format.PROJECT, ("a.txt", TEXT, LABELS))
    kind = "customNamedEntityRecognition"

    assert written(Format.PROJECT_2022, ("a.txt", TEXT, LABELS)) == {
        "project-file-version": "2022-05-01",
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {**today["metadata"], "projectKind": kind},
        "assets": {**today["assets"], "projectKind": kind},
    }


@pytest.mark.parametrize("form", list(Format))
def test_a_file_without_documents_or_entity_types_is_whole(form: Format) -> None:
    body = b"".join(labels_export.write(SETTINGS, (), (), form))

    file = labels_file.parse(body)

    assert (file.entities, file.documents) == ((), ())


def test_a_file_is_written_document_by_document() -> None:
    taken = 0

    def documents() -> Iterator[tuple[str, str, Labels]]:
        nonlocal taken
        while True:
            taken += 1
            yield f"{taken}.txt", TEXT, LABELS

    pieces = labels_export.write(SETTINGS, ENTITIES, documents())
    next(pieces)
    assert taken == 0

    next(pieces)
    next(pieces)

    assert taken == 2


def test_labels_without_a_region_are_written_in_one_of_the_whole_document() -> None:
    labels = Labels(spans=(Span(4, 9, "Date"),), regions=((0, 5),), text_digest="digest")

    (region,) = labels_export.document_json("a.txt", TEXT, labels)["entities"]

    assert (region["regionOffset"], region["regionLength"]) == (0, 24)
    assert len(region["labels"]) == 1


@st.composite
def labelled_texts(draw: st.DrawFn) -> tuple[str, Labels]:
    """A text with characters of every kind, spans in it and regions around them."""
    words = st.sampled_from(["a", "é", "e\u0301", "\U0001f600", "\r\n", "\ufeff", "x y", "👩‍👩‍👧"])
    text = "x" + "x".join(draw(st.lists(words, min_size=1, max_size=12))) + "x"
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=8)))
    regions = list(zip(cuts[::2], cuts[1::2], strict=False))
    spans = []
    for start, end in regions:
        middle = draw(st.integers(start, end))
        for one, other in ((start, middle), (middle, end)):
            if text[one:other].strip():
                spans.append(Span(one, other, draw(st.sampled_from(["Date", "Lender's name"]))))
    labels = Labels(
        spans=tuple(sorted(spans)),
        regions=tuple(regions),
        language=draw(st.sampled_from([None, "en", "pt-br"])),
        dataset=draw(st.sampled_from([None, *Dataset])),
        text_digest="digest",
    )
    return text, labels


@settings(max_examples=150, deadline=None)
@given(labelled_texts())
def test_importing_what_was_exported_changes_nothing(sample: tuple[str, Labels]) -> None:
    text, labels = sample

    body = b"".join(labels_export.write(SETTINGS, ENTITIES, [("a.txt", text, labels)]))
    file = labels_file.parse(body)
    declared = {entity.category for entity in file.entities}
    again, faults = labels_file.resolve(file.documents[0], text, "digest", declared)

    assert faults == []
    assert again == labels
    assert (file.metadata, file.entities) == (SETTINGS, ENTITIES)


@pytest.mark.parametrize("form", [Format.PROJECT_2022, Format.PROJECT_2021, Format.TAGS])
@settings(max_examples=50, deadline=None)
@given(sample=labelled_texts())
def test_every_dialect_keeps_every_label(form: Format, sample: tuple[str, Labels]) -> None:
    text, labels = sample

    body = b"".join(labels_export.write(SETTINGS, ENTITIES, [("a.txt", text, labels)], form))
    file = labels_file.parse(body)
    declared = {entity.category for entity in file.entities}
    again, _ = labels_file.resolve(file.documents[0], text, "digest", declared)

    assert again is not None
    assert (again.spans, again.regions, again.language) == (
        labels.spans,
        labels.regions,
        labels.language,
    )
    assert again.dataset == (labels.dataset if form is Format.PROJECT_2022 else None)
    assert file.metadata == (None if form is Format.TAGS else SETTINGS)
    kept = (
        ENTITIES
        if form is Format.PROJECT_2022
        else tuple(EntityType(category=entity.category) for entity in ENTITIES)
    )
    assert file.entities == kept
