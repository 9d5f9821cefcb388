"""Harvests on the wire, as `extractions` of a project. All of it is our own."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from shared import limits
from shared.domain.harvests import Harvest, HarvestRequest, Progress
from shared.errors import InvalidParameterValue
from shared.schema import answers
from shared.schema.authoring_bodies import project_address
from shared.schema.fields import Problems, read_object
from shared.schema.job_requests import INDEX_TYPE
from shared.schema.names import LOCATION_LENGTH, name_text
from shared.schema.operation_bodies import first_error
from shared.schema.shapes import Field, List, Number, Shape, Text, Whole, must
from shared.schema.timestamps import timestamp
from shared.schema.words import status_word
from shared.text import offsets
from shared.text.offsets import IndexType


def _prefix_fault(value: str) -> str | None:
    if len(value) <= LOCATION_LENGTH and not any(
        unicodedata.category(character) == "Cc" for character in value
    ):
        return None
    return f"A prefix has at most {LOCATION_LENGTH:,} printable characters."


_NAME = Text(longest=limits.DESCRIPTION_LENGTH)
_PREFIX = Text(longest=LOCATION_LENGTH, rule=_prefix_fault, error=InvalidParameterValue)

REQUEST = Shape(
    "ExtractionRequest",
    "The extraction of a project's container: which documents, and by which model.",
    (
        Field("displayName", _NAME, "A name for the job."),
        Field(
            "prefix",
            _PREFIX,
            "What the names of the documents begin with; without it, all of the container's.",
            example="2026/",
        ),
        Field(
            "deploymentName",
            name_text("deployment", InvalidParameterValue),
            "The deployment of the model; or trainedModelLabel.",
            example="production",
        ),
        Field(
            "trainedModelLabel",
            name_text("model", InvalidParameterValue),
            "The trained model itself, deployed or not.",
        ),
        Field(
            "stringIndexType",
            INDEX_TYPE,
            "The units of offsets and lengths: UTF-16 code units where it is absent.",
        ),
    ),
)

EXTRACTION = Shape(
    "ExtractionOfContainer",
    "An extraction of a project's container, and how far it is.",
    (
        must("jobId", Text(), "Its id."),
        Field("displayName", Text(), "Its name, where it was given one."),
        must("createdDateTime", answers.MOMENT, "When it was submitted."),
        must("lastUpdatedDateTime", answers.MOMENT, "When its state changed last."),
        must("expirationDateTime", answers.MOMENT, "When it and its results are removed."),
        must("status", answers.STATE, "Its state."),
        must("prefix", Text(), "What the names of its documents begin with."),
        Field("deploymentName", Text(), "The deployment of its model."),
        Field("trainedModelLabel", Text(), "Its model, where no deployment was named."),
        must("stringIndexType", INDEX_TYPE, "The units of offsets and lengths."),
        Field("documentsTotal", Whole(), "Its documents, once the container is listed."),
        must("documentsDone", Whole(), "Documents that were extracted."),
        must("documentsFailed", Whole(), "Documents whose result is an error."),
        Field("documentsPerSecond", Number(least=0), "Its rate since it was last started."),
        Field("secondsLeft", Whole(), "How long it will take at this rate, while it runs."),
        Field("resultUrl", Text(form="uri"), "Where its results are read, once it has ended."),
        must("errors", answers.ERRORS, "Why it failed, as a whole or in part."),
        answers.FIRST_ERROR,
    ),
)

RESULT = Shape(
    "ExtractionResult",
    "A line of the results: one document, with its entities or with its error.",
    (
        must("name", Text(), "The name of its blob."),
        Field(
            "entities",
            List(
                Shape(
                    "ExtractionEntity",
                    "An entity of a document.",
                    (
                        must("text", Text(), "Its text."),
                        must("category", Text(), "Its entity type."),
                        must("offset", Whole(), "Where it begins, in the units asked for."),
                        must("length", Whole(), "How long it is, in these units."),
                        must("confidenceScore", Number(least=0, most=1), "How sure the model is."),
                    ),
                )
            ),
            "Its entities, by place.",
        ),
        Field("error", answers.ERRORS.of, "Why it could not be read."),
    ),
)


def parse(data: bytes) -> HarvestRequest:
    """Return what a caller asks for; raise the fault of a request that cannot be done."""
    problems = Problems()
    body = read_object(data, problems, REQUEST)
    display_name, prefix = body.text("displayName"), body.text("prefix")
    deployment = body.text("deploymentName")
    model = body.text("trainedModelLabel")
    if bool(deployment) == bool(model):
        body.fault(
            "Name either deploymentName or trainedModelLabel.",
            "deploymentName",
            kind=InvalidParameterValue,
        )
    units = body.text("stringIndexType") or IndexType.UTF16.value
    problems.refuse()
    return HarvestRequest(
        display_name=display_name,
        prefix=prefix or "",
        deployment=deployment or "",
        trained_model=model or "",
        index_type=offsets.parse(units),
    )


def location(endpoint: str, project: str, harvest_id: str, api_version: str) -> str:
    """Return the address at which a harvest is read; `endpoint` has no slash at its end."""
    query = urlencode({"api-version": api_version})
    return f"{_address(endpoint, project, harvest_id)}?{query}"


def result_location(
    endpoint: str, project: str, harvest_id: str, api_version: str, first: int = 0
) -> str:
    """Return the address of a page of a harvest's results."""
    values = {"api-version": api_version, **({"from": str(first)} if first else {})}
    return f"{_address(endpoint, project, harvest_id)}/result?{urlencode(values)}"


def _address(endpoint: str, project: str, harvest_id: str) -> str:
    return f"{project_address(endpoint, project)}/extractions/{quote(harvest_id, safe='')}"


def harvest_json(
    harvest: Harvest, progress: Progress, project: str, *, endpoint: str, api_version: str
) -> dict[str, Any]:
    """Return a harvest of a project and how far it is; what is not known is left out."""
    task = harvest.task
    known = {
        "displayName": harvest.display_name,
        "deploymentName": task.deployment or None,
        "trainedModelLabel": task.trained_model or None,
        "documentsTotal": progress.total,
        "documentsPerSecond": _rounded(progress.documents_per_second),
        "secondsLeft": progress.seconds_left,
    }
    if harvest.state.final:
        known["resultUrl"] = result_location(endpoint, project, harvest.id, api_version)
    return {
        "jobId": harvest.id,
        "createdDateTime": timestamp(harvest.created),
        "lastUpdatedDateTime": timestamp(harvest.updated),
        "expirationDateTime": timestamp(harvest.expires),
        "status": status_word(harvest.state, api_version),
        "prefix": harvest.prefix,
        "stringIndexType": task.index_type.value,
        "documentsDone": progress.done,
        "documentsFailed": progress.failed,
        "errors": [error.body() for error in harvest.errors],
        **{name: value for name, value in known.items() if value is not None},
        **first_error(harvest.state, harvest.errors),
    }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 2)


def result_line(name: str, entities: Sequence[dict[str, Any]]) -> bytes:
    """Return the line of a document that was read: its entities are in their form on the wire."""
    return _line({"name": name, "entities": entities})


def error_line(name: str, error: dict[str, Any]) -> bytes:
    """Return the line of a document that has no entities but an error."""
    return _line({"name": name, "error": error})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
