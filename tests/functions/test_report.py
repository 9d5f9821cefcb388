"""The report of a training over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from devhost.testing import TestHost
from shared.domain.models import TrainingOptions
from shared.services import models, training
from shared.storage.models import CONTAINER
from shared.storage.stores import Stores
from tests.functions.conftest import KEY
from tests.services import loans

PATH = "/language/authoring/analyze-text/projects/{}/models/{}/evaluation/{}"
VERSION = {"api-version": "2023-04-01"}


@pytest.fixture
def prefix(stores: Stores) -> str:
    """Return where the files of the trained model `M` of the project `Notes` are."""
    loans.make_project(stores)
    options = TrainingOptions(label="M", config_version="2022-05-01")
    _, message = training.start(stores, "Notes", options)
    training.run(stores, message.id, stuck_after_seconds=120)
    return models.read(stores, "Notes", "M")[1].artifact.prefix


def get(
    host: TestHost, what: str, *names: str, query: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    response = host.request(
        "GET",
        PATH.format(*(names or ("Notes", "M")), what),
        headers={"Ocp-Apim-Subscription-Key": KEY},
        query=VERSION if query is None else query,
    )
    return response.status, response.json()


def test_the_report_of_a_model_is_shown(host: TestHost, prefix: str) -> None:
    status, body = get(host, "report")

    assert status == 200
    assert body["projectKind"] == "CustomEntityRecognition"
    assert body["training"]["documentCount"] == 16
    assert body["training"]["durationInSeconds"] > 0
    assert set(body["strongestFeatures"]) == {"Name", "Sum"}
    assert body["strongestFeatures"]["Sum"]["supporting"][0]["score"] > 0
    assert body["learningCurve"]["projection"]["message"]
    assert body["confidence"]["expectedEntityCount"] == 4
    assert body["mistakes"]["count"] == len(body["mistakes"]["first"])


def test_a_model_from_before_reports_were_kept_has_none(
    host: TestHost, stores: Stores, prefix: str
) -> None:
    stores.storage.blobs.delete(CONTAINER, prefix + models.REPORT)

    status, body = get(host, "report")

    assert (status, body["error"]["code"]) == (404, "NotFound")
    assert body["error"]["target"] == "trainedModelLabel"
    assert "trained before reports were kept" in body["error"]["message"]
    assert get(host, "summary-result")[0] == 200


@pytest.mark.parametrize(
    ("names", "query"),
    [
        (("Nothing", "M"), VERSION),
        (("Notes", "N"), VERSION),
        (("Notes", "M"), {}),
        (("Notes", "M"), {"api-version": "latest"}),
    ],
    ids=["no project", "no model", "no version", "no such version"],
)
def test_it_is_refused_as_the_summary_is(
    host: TestHost, prefix: str, names: tuple[str, str], query: dict[str, str]
) -> None:
    status, body = get(host, "report", *names, query=query)

    expected_status, expected = get(host, "summary-result", *names, query=query)
    assert status == expected_status >= 400
    assert body["error"] == expected["error"]


def test_offsets_in_other_units_are_refused(host: TestHost, prefix: str) -> None:
    other = {**VERSION, "stringIndexType": "UnicodeCodePoint"}

    status, body = get(host, "report", query=other)

    assert status == 400
    assert body["error"]["target"] == "stringIndexType"
