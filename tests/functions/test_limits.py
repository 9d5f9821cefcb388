"""The limits of projects over HTTP: each at the last number that is taken, and at one more.

Those of extraction jobs are in `test_jobs`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from function_app import app
from functions import wiring
from shared.domain.models import Artifact, Deployment, TrainedModel, TrainingOptions
from shared.domain.operations import OperationKind
from shared.domain.projects import Project, ProjectSettings
from shared.ids import key_of
from shared.limits import DEFAULTS, Limits
from shared.services import operations
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.functions.conftest import KEY, ROOT, SETTINGS
from tests.services import loans
from tests.services.conftest import Clock, time

__all__ = ["time"]

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HEADERS = {"Ocp-Apim-Subscription-Key": KEY}
PROJECTS = "/language/authoring/analyze-text/projects"
VERSION = "?api-version=2023-04-01"

Start = Callable[..., tuple[TestHost, Stores]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the app on storage in memory, within the hosted limits but for those given."""

    def start_within(**given: int) -> tuple[TestHost, Stores]:
        limits = dataclasses.replace(DEFAULTS, **given)
        stores = Stores.on(memory_storage(), limits)
        settings = dataclasses.replace(SETTINGS, limits=limits)
        wiring.use(wiring.Service.of(settings, stores))
        return TestHost(app, ROOT), stores

    yield start_within
    wiring.use(None)


def send(host: TestHost, method: str, path: str, body: Any = b"") -> Response:
    return host.request(method, f"{PROJECTS}{path}{VERSION}", headers=HEADERS, body=body)


def assert_refused(response: Response, code: str) -> None:
    assert response.status == 400, response.body
    error = response.json()["error"]
    assert error["code"] == code


def put_project(host: TestHost, name: str) -> Response:
    body = {
        "projectName": name,
        "projectKind": "CustomEntityRecognition",
        "storageInputContainerName": "notes",
        "language": "en",
    }
    return send(host, "PATCH", f"/{name}", body)


def model(label: str, project: Project) -> TrainedModel:
    return TrainedModel(
        options=TrainingOptions(label=label, config_version="2022-05-01"),
        id=f"{label}-{project.id}",
        artifact=Artifact(prefix=f"models/{project.id}/o-1/", digest="0" * 64),
        operation_id="o",
        trained=NOW,
        duration_seconds=1,
        train_documents=8,
        validation_documents=1,
        test_documents=1,
        f1=1.0,
    )


def labels_file(documents: list[Any], entities: int = 1) -> dict[str, Any]:
    return {
        "projectFileVersion": "2022-05-01",
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {
            "projectKind": "CustomEntityRecognition",
            "projectName": "Notes",
            "storageInputContainerName": "notes",
            "language": "en",
        },
        "assets": {
            "projectKind": "CustomEntityRecognition",
            "entities": [{"category": f"E{number}"} for number in range(entities)],
            "documents": documents,
        },
    }


def imported(host: TestHost, file: Any) -> str:
    """The end of an import, or "refused"."""
    response = send(host, "POST", "/Notes/:import", file)
    if response.status == 400:
        return "refused"
    assert response.status == 202, response.body
    host.drain()
    location = response.headers["operation-location"].removeprefix("http://localhost")
    return str(host.request("GET", location, headers=HEADERS).json()["status"])


def test_the_defaults_are_those_that_the_hosted_service_publishes() -> None:
    assert dataclasses.asdict(DEFAULTS) == {
        "projects": 500,
        "models_per_project": 10,
        "deployments_per_project": 10,
        "entities_per_project": 200,
        "entity_length": 500,
        "documents_per_project": 100_000,
        "project_document_length": 128_000,
        "tagged_documents_to_train": 10,
        "documents_per_job": 25,
        "tasks_per_job": 25,
        "characters_per_job": 125_000,
        "job_document_length": 125_000,
        "job_hours": 24,
        "operation_days": 7,
        # The hosted service has no job for a whole container.
        "documents_per_container_job": 100_000,
    }


@pytest.mark.parametrize("most", [500, 502])
def test_there_are_at_most_so_many_projects(start: Start, most: int) -> None:
    host, stores = start(projects=most)
    stores.storage.blobs.create_container("notes")
    for number in range(most - 1):
        settings = ProjectSettings(name=f"P{number}", container="notes", language="en")
        stores.projects.insert(
            Project(id=key_of(settings.name), settings=settings, created=NOW, modified=NOW)
        )

    assert put_project(host, "Last").status == 201
    assert_refused(put_project(host, "More"), "QuotaExceeded")
    assert put_project(host, "P0").status == 200, "one that is there can be changed"
    assert imported(host, labels_file([])) in ("refused", "failed")


@pytest.mark.parametrize("most", [10, 11])
def test_a_project_has_at_most_so_many_models(start: Start, most: int) -> None:
    host, stores = start(models_per_project=most)
    project = loans.make_project(stores)
    for number in range(most):
        stores.models.put(project.id, model(f"M{number}", project))

    def train(label: str) -> Response:
        body = {"modelLabel": label, "trainingConfigVersion": "2022-05-01"}
        return send(host, "POST", "/Notes/:train", body)

    assert_refused(train("More"), "QuotaExceeded")
    assert train("M0").status == 202, "one that is there can be trained over"
    stores.models.delete(project.id, "M1")
    for operation in stores.operations.active():
        stores.operations.delete(operation.id)
    assert train("Last").status == 202


@pytest.mark.parametrize("most", [10, 11])
def test_a_project_has_at_most_so_many_deployments(start: Start, most: int) -> None:
    host, stores = start(deployments_per_project=most)
    project = loans.make_project(stores)
    made = model("M", project)
    stores.models.put(project.id, made)
    for number in range(most - 1):
        stores.models.put_deployment(
            project.id,
            Deployment(
                name=f"D{number}",
                model_label="M",
                model_id=made.id,
                artifact=made.artifact,
                config_version="2022-05-01",
                trained=NOW,
                deployed=NOW,
            ),
        )

    def deploy(name: str) -> Response:
        return send(host, "PUT", f"/Notes/deployments/{name}", {"trainedModelLabel": "M"})

    assert deploy("Last").status == 202
    assert_refused(deploy("More"), "QuotaExceeded")
    assert deploy("D0").status == 202, "one that is there can be changed"


@pytest.mark.parametrize("most", [200, 201])
def test_a_project_has_at_most_so_many_entity_types(start: Start, most: int) -> None:
    host, stores = start(entities_per_project=most)
    loans.make_project(stores)

    assert imported(host, labels_file([], entities=most)) == "succeeded"
    assert imported(host, labels_file([], entities=most + 1)) == "refused"


@pytest.mark.parametrize("most", [500, 501])
def test_a_tagged_entity_has_at_most_so_many_characters(start: Start, most: int) -> None:
    host, stores = start(entity_length=most)
    loans.make_project(stores)
    # Two UTF-16 units each: the limit is of code points.
    stores.storage.blobs.put("notes", "long.txt", ("\U0001f600" * 600).encode())

    def document(length: int) -> dict[str, Any]:
        label = {"category": "E0", "offset": 0, "length": 2 * length}
        region = {"regionOffset": 0, "regionLength": 1_200, "labels": [label]}
        return {"location": "long.txt", "language": "en", "entities": [region]}

    assert imported(host, labels_file([document(most)])) == "succeeded"
    assert imported(host, labels_file([document(1)])) == "succeeded"
    assert imported(host, labels_file([document(most + 1)])) == "failed"
    assert imported(host, labels_file([document(0)])) in ("refused", "failed")


def test_a_project_has_at_most_so_many_documents(start: Start) -> None:
    host, stores = start(documents_per_project=20)
    loans.make_project(stores)
    stores.storage.blobs.put("notes", "more.txt", b"x")
    documents = [{"location": loans.note(number)[0], "entities": []} for number in range(20)]

    assert imported(host, labels_file(documents)) == "succeeded"
    assert imported(host, labels_file([*documents, {"location": "more.txt"}])) == "refused"


@pytest.mark.parametrize("most", [128_000, 128_001])
def test_a_document_of_a_project_has_at_most_so_many_characters(start: Start, most: int) -> None:
    host, stores = start(project_document_length=most)
    loans.make_project(stores)
    for name, length in (("fits.txt", most), ("long.txt", most + 1)):
        stores.storage.blobs.put("notes", name, ("é" * length).encode())

    assert imported(host, labels_file([{"location": "fits.txt", "entities": []}])) == "succeeded"
    assert imported(host, labels_file([{"location": "long.txt", "entities": []}])) == "failed"


@pytest.mark.parametrize("least", [10, 12])
def test_a_training_needs_so_many_tagged_documents(start: Start, least: int) -> None:
    for tagged in (least - 1, least):
        host, stores = start(tagged_documents_to_train=least)
        loans.make_project(stores, tagged=tagged)

        response = send(
            host,
            "POST",
            "/Notes/:train",
            {"modelLabel": "M", "trainingConfigVersion": "2022-05-01"},
        )

        if tagged < least:
            assert_refused(response, "InvalidRequest")
        else:
            assert response.status == 202


@pytest.mark.parametrize(("length", "taken"), [(0, False), (1, True), (50, True), (51, False)])
def test_a_name_has_1_to_50_characters(start: Start, length: int, taken: bool) -> None:
    host, stores = start()
    project = loans.make_project(stores)
    stores.models.put(project.id, model("M", project))
    name = "n" * length

    made = {
        "project": put_project(host, name),
        "deployment": send(host, "PUT", f"/Notes/deployments/{name}", {"trainedModelLabel": "M"}),
        "model": send(
            host,
            "POST",
            "/Notes/:train",
            {"modelLabel": name, "trainingConfigVersion": "2022-05-01"},
        ),
    }

    for what, response in made.items():
        assert (response.status < 300) == taken, (what, response.body)


@pytest.mark.parametrize("days", [7, 9])
def test_an_authoring_job_is_kept_for_so_many_days(start: Start, time: Clock, days: int) -> None:
    host, stores = start(operation_days=days)
    project = loans.make_project(stores)
    operation = operations.start(stores, OperationKind.IMPORT, "Notes", project.id)

    def read() -> int:
        return send(host, "GET", f"/Notes/import/jobs/{operation.id}").status

    time.pass_by(days=days, seconds=-1)
    assert read() == 200
    time.pass_by(seconds=1)
    assert read() == 404


def test_a_limit_of_the_settings_is_the_one_that_holds(start: Start) -> None:
    host, stores = start(projects=1)
    stores.storage.blobs.create_container("notes")

    assert stores.limits == Limits(projects=1)
    assert put_project(host, "First").status == 201
    assert_refused(put_project(host, "Second"), "QuotaExceeded")
