"""What stands in addresses: the parameters of paths and of queries, as shapes have fields."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

from shared import limits
from shared.errors import InvalidParameterValue
from shared.schema.kinds import KIND_TEXT
from shared.schema.names import CONTAINER_TEXT, LOCATION_LENGTH, name_text
from shared.schema.shapes import Field, Text, Whole

#: The first version of the API that had these addresses.
_EARLIEST = "2021-11-01"

_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(-preview)?\Z", re.ASCII)


def _version_fault(value: str) -> str | None:
    match = _VERSION.match(value)
    try:
        if match and date.fromisoformat(match[1]) and match[1] >= _EARLIEST:
            return None
    except ValueError:
        pass  # No day of the calendar.
    return (
        f"The query parameter api-version must be a date from {_EARLIEST} on, such as "
        "2023-04-01 or 2025-05-15-preview."
    )


def _unit_fault(value: str) -> str | None:
    if value.lower() == "utf16codeunit":
        return None
    return "Authoring knows one stringIndexType: Utf16CodeUnit."


def choice(name: str, *values: str) -> Text:
    """Return the kind of a parameter that is one of some values, in any letter case."""

    def fault(value: str) -> str | None:
        if value.lower() in (each.lower() for each in values):
            return None
        return f"{name} must be {' or '.join(values)}."

    return Text(values=values, rule=fault, error=InvalidParameterValue)


#: The parameters of paths, by their names in routes.
PATH = {
    field.name: field
    for field in (
        Field("project", name_text("project"), "A project.", example="LoanAgreements"),
        Field("model", name_text("model"), "A trained model of the project.", example="model1"),
        Field(
            "deployment",
            name_text("deployment"),
            "A deployment of the project.",
            example="production",
        ),
        Field("exported", name_text("model"), "An exported model.", example="take-away"),
        Field("job", Text(shortest=1, longest=64), "A job, as operation-location names it."),
        Field(
            "document",
            Text(shortest=1, longest=LOCATION_LENGTH),
            "A document of the project: the name of its blob.",
            example="note-00.txt",
        ),
        Field(
            "category",
            Text(shortest=1, longest=limits.ENTITY_NAME_LENGTH),
            "An entity type of the project.",
            example="Date",
        ),
        Field(
            "container",
            CONTAINER_TEXT,
            "A container of the storage account.",
            example="loan-agreements",
        ),
        Field("file", Text(shortest=1), "The name of a file.", example="index.html"),
        Field("path", Text(), "A page of the studio, or a file of it.", example="projects"),
        Field(
            "part",
            Text(pattern=r"^[1-9][0-9]?-[0-9]{5}$"),
            "A part of a copy: the try of its source, and its place among the parts.",
            example="1-00000",
        ),
        Field(
            "number",
            Text(pattern=r"^[0-9]{1,5}$"),
            "A part of a bundle: its place among the parts, from 0 on.",
            example="0",
        ),
    )
}

API_VERSION = Field(
    "api-version",
    Text(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?$", rule=_version_fault),
    "The version of the API: any date from 2021-11-01 on, with -preview or without.",
    required=True,
    example="2023-04-01",
)

TOP = Field("top", Whole(), "Items wanted in all, over all pages.")
SKIP = Field("skip", Whole(), "Items to pass over.")
PAGE_SIZE = Field("maxpagesize", Whole(least=1), "Items of one answer, at most 1,000.")

SHOW_STATISTICS = Field(
    "showStats", choice("showStats", "true", "false"), "Whether to tell statistics."
)
JOB_TOP = Field("top", Whole(least=1), "Documents of each task in one answer; else all.")
JOB_SKIP = Field("skip", Whole(), "Documents of each task to pass over.")

DATASET = Field(
    "dataset",
    choice("dataset", "Test", "Validation"),
    "Which documents: those of the test set, or of the validation set, which is our own.",
)
UTF16 = Field(
    "stringIndexType",
    Text(values=("Utf16CodeUnit",), rule=_unit_fault, error=InvalidParameterValue),
    "The units of offsets and lengths: there is one.",
)

_KIND = dataclasses.replace(KIND_TEXT, error=InvalidParameterValue)
PROJECT_KIND = Field("projectKind", _KIND, "The kind of project: there is one.")
ASSET_KIND = Field("assetKind", _KIND, "The kind of project: there is one.")
MODEL_LABEL = Field(
    "trainedModelLabel", name_text("model"), "The model whose snapshot is meant; else the project."
)

MODEL_TO_ASK = Field(
    "trainedModelLabel",
    name_text("model", InvalidParameterValue),
    "The model that is asked.",
    required=True,
    example="model1",
)
OCCURRENCES = Field(
    "top", Whole(least=1, most=limits.OCCURRENCES), "Occurrences wanted, at most 1,000."
)
OVERWRITE = Field(
    "overwrite",
    choice("overwrite", "true", "false"),
    "Whether another document of this name may be replaced.",
)

CONTAINER = Field(
    "storageInputContainerName",
    dataclasses.replace(CONTAINER_TEXT, error=InvalidParameterValue),
    "The blob container for the documents; a new one is made where there is no name.",
)
ALLOW_OVERWRITE = Field(
    "allowOverwrite",
    choice("allowOverwrite", "true", "false"),
    "Whether a project of this name may be replaced.",
)

BRIEF = Field(
    "brief",
    choice("brief", "true", "false"),
    "Whether to leave out sizes and times, which take most of the time; pages may then have "
    "20,000 items.",
)

FROM = Field("from", Whole(), "Where to go on: as the header Link of the page before says.")
LINK = Field("Link", Text(), "The address of the next page, if there is one, as RFC 8288 has it.")

#: The parameters of most routes of authoring, and of their lists.
VERSION = (API_VERSION,)
LISTING = (API_VERSION, TOP, SKIP, PAGE_SIZE)
#: Those of an extraction job's address; the previews of 2021 have no version, and `$` in names.
JOB = (API_VERSION, SHOW_STATISTICS, JOB_TOP, JOB_SKIP)
JOB_2021 = (
    SHOW_STATISTICS,
    Field(("$top", "top"), JOB_TOP.kind, JOB_TOP.about),
    Field(("$skip", "skip"), JOB_SKIP.kind, JOB_SKIP.about),
)
