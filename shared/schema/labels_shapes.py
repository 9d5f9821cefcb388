"""The shapes of labels files, in every dialect: see `labels_file`."""

from __future__ import annotations

from shared import limits
from shared.domain.labels import Dataset
from shared.schema.authoring_requests import SETTINGS
from shared.schema.kinds import KIND_TEXT, kind_fault
from shared.schema.names import (
    CONTAINER_TEXT,
    LANGUAGE_TEXT,
    LOCATION_LENGTH,
    entity_fault,
    language_fault,
    location_fault,
    name_text,
)
from shared.schema.shapes import Field, Flag, List, Shape, Text, Whole, must

_DESCRIPTION = Text(longest=limits.DESCRIPTION_LENGTH)


def _dataset_fault(value: str) -> str | None:
    if value.lower() in ("", *(dataset.value.lower() for dataset in Dataset)):
        return None
    return "The dataset of a document is Train or Test."


def _unit_fault(value: str) -> str | None:
    if value.lower() == "utf16codeunit":
        return None
    return "Labels files have one stringIndexType: Utf16CodeUnit."


LABEL = Shape(
    "Label",
    "An entity that was tagged in a document.",
    (
        must(("category", "extractorName"), Text(shortest=1), "Its entity type.", example="Date"),
        must("offset", Whole(), "Where it begins, in UTF-16 units of the document."),
        must("length", Whole(least=1), "How long it is, in UTF-16 units.", example=1),
    ),
)

REGION = Shape(
    "LabelledRegion",
    "A stretch of a document that a person has looked at.",
    (
        must("regionOffset", Whole(), "Where it begins, in UTF-16 units of the document."),
        must("regionLength", Whole(), "How long it is, in UTF-16 units.", example=10),
        Field("labels", List(LABEL), "The entities in it."),
    ),
)

DOCUMENT = Shape(
    "LabelledDocument",
    "The labels of one document.",
    (
        must(
            "location",
            Text(shortest=1, longest=LOCATION_LENGTH, rule=location_fault),
            "The name of its blob in the project's container.",
            example="agreement-01.txt",
        ),
        Field(
            ("language", "culture"),
            Text(rule=lambda value: language_fault(value) if value else None),
            "Its language.",
        ),
        Field(
            "dataset",
            Text(values=tuple(dataset.value for dataset in Dataset), rule=_dataset_fault),
            "The set that it is in, for a training whose sets are dealt out by hand.",
        ),
        Field(("entities", "extractors"), List(REGION), "What was looked at in it."),
    ),
)

_ASSETS = (
    Field(
        "projectKind",
        Text(values=KIND_TEXT.values, rule=lambda value: kind_fault(value) if value else None),
        "The kind of the project once more.",
    ),
    Field(
        ("entities", "extractors"),
        List(
            Shape(
                "EntityType",
                "An entity type.",
                (
                    must(
                        ("category", "name"),
                        Text(shortest=1, longest=limits.ENTITY_NAME_LENGTH, rule=entity_fault),
                        "Its name.",
                        example="Date",
                    ),
                    Field("description", _DESCRIPTION, "What it is."),
                ),
            )
        ),
        "The entity types.",
    ),
    Field("documents", List(DOCUMENT), "The documents with labels."),
)

ASSETS = Shape("LabelsFileAssets", "What a labels file has of entity types and labels.", _ASSETS)

METADATA = Shape(
    "LabelsFileMetadata",
    "The settings of the project.",
    (
        must(("projectKind", "modelType"), KIND_TEXT, "The kind of the project."),
        must(("projectName", "name"), name_text("project"), "Its name.", example="LoanAgreements"),
        must(
            "storageInputContainerName",
            CONTAINER_TEXT,
            "The blob container with its documents.",
            example="loan-agreements",
        ),
        must(
            ("language", "culture"),
            LANGUAGE_TEXT,
            "The language of most documents.",
            example="en-us",
        ),
        Field(
            ("multilingual", "multiLingual"), Flag(), "Whether documents are in several languages."
        ),
        Field("description", _DESCRIPTION, "What it is about."),
        Field("settings", SETTINGS, "Its settings."),
    ),
)

FILE = Shape(
    "LabelsFile",
    "A labels file: with metadata and assets, or the tags file of 2021, which has the members of "
    "assets itself.",
    (
        Field(
            ("projectFileVersion", "project-file-version", "api-version"),
            Text(),
            "The version of the file's format.",
            example="2022-05-01",
        ),
        Field(
            ("stringIndexType", "string-index-type"),
            Text(values=("Utf16CodeUnit",), rule=_unit_fault),
            "The units of offsets and lengths: there is one.",
            example="Utf16CodeUnit",
        ),
        Field("metadata", METADATA, "The settings of the project."),
        Field("assets", ASSETS, "The entity types and the labels."),
        *_ASSETS,
    ),
)
