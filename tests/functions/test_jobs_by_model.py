"""Extraction jobs that name a trained model itself, deployed or not: our own."""

from __future__ import annotations

from typing import Any

import pytest

from devhost.testing import Response, TestHost
from functions import wiring
from shared.domain.projects import Project
from shared.storage.stores import Stores
from tests.functions.conftest import SETTINGS
from tests.functions.dialects import HEADERS, get
from tests.services import loans
from tests.services.fakes import CapitalsEverywhere


@pytest.fixture
def project(stores: Stores) -> Project:
    """A project with a model and no deployment."""
    made = loans.make_project(stores, tagged=12)
    loans.put_model(stores, made)
    wiring.use(wiring.Service(SETTINGS, stores, CapitalsEverywhere()))
    return made


def submit(host: TestHost, count: int = 1, **parameters: Any) -> Response:
    task = {"kind": "CustomEntityRecognition", "parameters": {"projectName": "Notes", **parameters}}
    documents = [{"id": str(number), "text": "call IBM"} for number in range(count)]
    body = {"analysisInput": {"documents": documents}, "tasks": [task]}
    path = "/language/analyze-text/jobs?api-version=2023-04-01"
    return host.request("POST", path, headers=HEADERS, body=body)


def test_a_job_is_answered_by_the_model_that_it_names(host: TestHost, project: Project) -> None:
    submitted = submit(host, trainedModelLabel="M")

    job = get(host, submitted.headers["operation-location"]).json()
    results = job["tasks"]["items"][0]["results"]
    assert job["status"] == "succeeded"
    assert [one["text"] for one in results["documents"][0]["entities"]] == ["IBM"]
    assert (results["projectName"], results["trainedModelLabel"]) == ("Notes", "M")
    assert "deploymentName" not in results


def test_a_model_that_is_deleted_after_the_submission_answers_all_the_same(
    host: TestHost, stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.limits.CHARACTERS_AT_ONCE", 0)
    submitted = submit(host, trainedModelLabel="M")
    stores.models.delete(project.id, "M")

    host.drain()

    job = get(host, submitted.headers["operation-location"]).json()
    assert job["status"] == "succeeded"


@pytest.mark.parametrize(
    ("parameters", "status", "target"),
    [
        ({}, 400, "deploymentName"),
        ({"trainedModelLabel": None}, 400, "deploymentName"),
        ({"trainedModelLabel": ""}, 400, "trainedModelLabel"),
        ({"trainedModelLabel": "a/b"}, 400, "trainedModelLabel"),
        ({"trainedModelLabel": 7}, 400, "trainedModelLabel"),
        ({"trainedModelLabel": "M", "deploymentName": "production"}, 400, "trainedModelLabel"),
        ({"trainedModelLabel": "M", "deployment-name": "production"}, 400, "trainedModelLabel"),
        ({"trainedModelLabel": "M", "projectName": "Other"}, 404, None),
        ({"trainedModelLabel": "Other"}, 404, None),
        ({"deploymentName": "M"}, 404, None),
    ],
)
def test_a_task_names_one_model_by_one_of_both(
    host: TestHost,
    stores: Stores,
    project: Project,
    parameters: dict[str, Any],
    status: int,
    target: str | None,
) -> None:
    response = submit(host, **parameters)

    assert response.status == status
    if target is not None:
        assert response.json()["error"]["target"] == f"$.tasks[0].parameters.{target}"
    assert list(stores.jobs.active()) == []
