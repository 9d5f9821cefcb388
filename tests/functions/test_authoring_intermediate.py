"""Authoring at the addresses of 2021-11-01-preview and 2022-03-01-preview, over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from functions.authoring_intermediate import PREFIX
from functions.http import ROUTES
from shared.storage.stores import Stores
from tests.functions.conftest import KEY
from tests.functions.test_authoring_preview import tags
from tests.house.test_functions import HTTP, name
from tests.services import loans

PROJECTS = "/language/analyze-text/projects"
TODAYS = "/language/authoring/analyze-text/projects"
HEADERS = {"Ocp-Apim-Subscription-Key": KEY}
FIRST, SECOND, TODAY = "2021-11-01-preview", "2022-03-01-preview", "2023-04-01"

IMPORT = {
    "api-version": FIRST,
    "metadata": {
        "name": "Notes",
        "multiLingual": True,
        "description": "Trying out",
        "modelType": "Extraction",
        "language": "en-us",
        "storageInputContainerName": "notes",
        "settings": {},
    },
    "assets": tags(),
}


@pytest.fixture(autouse=True)
def container(stores: Stores) -> None:
    stores.storage.blobs.create_container("notes")
    for number in range(20):
        location, text, _ = loans.note(number)
        stores.storage.blobs.put("notes", location, text.encode())


def send(host: TestHost, method: str, path: str, body: Any = b"", version: str = FIRST) -> Response:
    query = {} if "api-version=" in path else {"api-version": version}
    return host.request(method, path, headers=HEADERS, query=query, body=body)


def follow(host: TestHost, response: Response) -> dict[str, Any]:
    """Return what is at the address of a response's job, which both headers tell."""
    assert response.status == 202, response.body
    location = response.headers["location"]
    assert response.headers["operation-location"] == location
    assert location.startswith(f"http://localhost{PROJECTS}/")
    assert "api-version=" in location
    found = send(host, "GET", location.removeprefix("http://localhost"))
    assert found.status == 200
    body: dict[str, Any] = found.json()
    return body


def trained(host: TestHost, version: str = FIRST) -> None:
    """Make the project Notes with the trained model M."""
    assert send(host, "POST", f"{PROJECTS}/Notes/:import", IMPORT, version).status == 202
    wanted = {"modelLabel": "M", "runValidation": True}
    assert send(host, "POST", f"{PROJECTS}/Notes/:train", wanted, version).status == 202
    host.drain("training")


def test_the_quickstart_of_2021_11_runs_from_a_container_to_entities(host: TestHost) -> None:
    imported = follow(host, send(host, "POST", f"{PROJECTS}/Notes/:import", IMPORT))
    assert imported["status"] == "succeeded"

    project = send(host, "GET", f"{PROJECTS}/Notes").json()
    for key in ("name", "modelType", "multiLingual", "description", "language"):
        assert project[key] == IMPORT["metadata"][key]  # type: ignore[index]

    started = send(
        host, "POST", f"{PROJECTS}/Notes/:train", {"modelLabel": "M", "runValidation": True}
    )
    assert follow(host, started)["status"] == "notStarted"
    host.drain("training")
    training = follow(host, started)
    assert training["status"] == "succeeded"
    assert training["result"]["trainedModelLabel"] == "M"
    assert training["result"]["trainStatus"]["percentComplete"] == 100
    assert training["result"]["evaluationStatus"]["elapsedTime"].count(":") == 2
    (listed,) = send(host, "GET", f"{PROJECTS}/Notes/train/jobs").json()["jobs"]
    assert listed == training

    deployed = send(host, "PUT", f"{PROJECTS}/Notes/deployments/prod", {"trainedModelLabel": "M"})
    assert f"{PROJECTS}/Notes/deployments/prod/jobs/" in deployed.headers["location"]
    assert follow(host, deployed)["status"] == "succeeded"

    job = {
        "analysisInput": {"documents": [{"id": "1", "text": "Bo Li owes $300 to the bank."}]},
        "tasks": [
            {
                "kind": "CustomEntityRecognition",
                "parameters": {"projectName": "Notes", "deploymentName": "prod"},
            }
        ],
    }
    submitted = host.request(
        "POST",
        "/language/analyze-text/jobs",
        headers=HEADERS,
        query={"api-version": SECOND},
        body=job,
    )
    assert submitted.status == 202

    gone = send(host, "DELETE", f"{PROJECTS}/Notes")
    host.drain("authoring")
    assert follow(host, gone)["status"] == "succeeded"
    assert send(host, "GET", f"{PROJECTS}/Notes").status == 404


def test_the_evaluation_has_the_names_of_2022_03(host: TestHost) -> None:
    trained(host)
    path = f"{PROJECTS}/Notes/models/M/evaluation"

    body = send(host, "GET", f"{path}/summary-result", version=SECOND).json()

    assert body["projectKind"] == "customNamedEntityRecognition"
    evaluation = body["customNamedEntityRecognitionEvaluation"]
    for scores in evaluation["entities"].values():
        assert scores["truePositivesCount"] == scores["truePositiveCount"]
        assert scores["truePositivesCount"] + scores["falseNegativesCount"] == 2
        assert {"falsePositivesCount", "trueNegativesCount"} <= scores.keys()
    assert evaluation["microF1"] == body["customEntityRecognitionEvaluation"]["microF1"]
    page = send(host, "GET", f"{path}/result?maxpagesize=1", version=SECOND).json()
    assert page["value"][0]["customNamedEntityRecognitionResult"]["entities"]
    assert page["nextLink"].startswith(f"http://localhost{path}/result?")
    assert f"api-version={SECOND}" in page["nextLink"]


def test_a_later_version_is_answered_as_it_is_at_its_own_address(host: TestHost) -> None:
    trained(host)

    for path in (
        "",
        "/Notes",
        "/Notes/models",
        "/Notes/models/M",
        "/Notes/train/jobs",
        "/Notes/models/M/evaluation/summary-result",
        "/Notes/models/M/evaluation/result",
        "/Notes/deployments",
    ):
        older = send(host, "GET", PROJECTS + path, version=TODAY)
        assert older.status == 200
        assert older.json() == send(host, "GET", TODAYS + path, version=TODAY).json()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {
                "type": "percentage",
                "testingSplitPercentage": "30",
                "trainingSplitPercentage": "70",
            },
            {
                "kind": "percentage",
                "trainingSplitPercentage": 70,
                "testingSplitPercentage": 30,
            },
        ),
        ({"type": "set"}, {"kind": "manual"}),
    ],
)
def test_the_split_of_a_training_may_be_spelled_as_then(
    host: TestHost, stores: Stores, options: dict[str, str], expected: dict[str, Any]
) -> None:
    send(host, "POST", f"{PROJECTS}/Notes/:import", IMPORT)
    project = stores.projects.read("Notes")
    for number in range(4):
        loans.mark_for_test(stores, project, number)
    wanted = {"modelLabel": "M", "runValidation": True, "evaluationOptions": options}

    started = send(host, "POST", f"{PROJECTS}/Notes/:train", wanted)
    assert follow(host, started)["status"] == "notStarted"
    host.drain("training")

    summary = f"{PROJECTS}/Notes/models/M/evaluation/summary-result"
    assert send(host, "GET", summary).json()["evaluationOptions"] == expected


@pytest.mark.parametrize(
    "options",
    [
        {"type": "best"},
        {"type": 5},
        {"type": "percentage", "trainingSplitPercentage": "1000"},
        {"type": "percentage", "trainingSplitPercentage": "²"},
        {"type": "percentage", "trainingSplitPercentage": ""},
        {"type": "percentage", "trainingSplitPercentage": "70", "testingSplitPercentage": "20"},
        [],
        5,
    ],
)
def test_a_split_that_is_none_is_refused(host: TestHost, options: Any) -> None:
    send(host, "POST", f"{PROJECTS}/Notes/:import", IMPORT)

    response = send(
        host,
        "POST",
        f"{PROJECTS}/Notes/:train",
        {"modelLabel": "M", "evaluationOptions": options},
    )

    assert response.status == 400
    assert response.json()["error"]["target"].startswith("$.evaluationOptions")


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"\xff", b"null", b'{"a":', b"[" * 100_000])
def test_a_body_that_is_no_request_is_refused(host: TestHost, body: bytes) -> None:
    for verb in (":import", ":train"):
        response = send(host, "POST", f"{PROJECTS}/Notes/{verb}", body)

        assert response.status == 400
        assert response.json()["error"]["code"] == "InvalidRequest"


def test_an_export_can_be_read_by_the_program_of_2021_11(host: TestHost) -> None:
    send(host, "POST", f"{PROJECTS}/Notes/:import", IMPORT)

    started = send(host, "POST", f"{PROJECTS}/Notes/:export", {"assetsToExport": ["extractors"]})
    exported = follow(host, started)

    assert exported["status"] == "succeeded"
    # The address is asked for as it stands.
    address = exported["resultUrl"].removeprefix("http://localhost")
    assert address.startswith(f"{PROJECTS}/Notes/export/jobs/")
    file = host.request("GET", address, headers=HEADERS).json()
    assert file["api-version"] == FIRST
    assert file["metadata"]["modelType"] == "Extraction"
    assert file["assets"]["extractors"] == tags()["extractors"]
    assert file["assets"]["documents"] == tags()["documents"]
    again = send(host, "POST", f"{PROJECTS}/Again/:import", file)
    assert follow(host, again)["status"] == "succeeded"


def test_an_export_of_2022_03_can_be_imported_again(host: TestHost) -> None:
    send(host, "POST", f"{PROJECTS}/Notes/:import", IMPORT)

    exported = follow(host, send(host, "POST", f"{PROJECTS}/Notes/:export", version=SECOND))
    address = exported["resultUrl"].removeprefix("http://localhost")
    file = host.request("GET", address, headers=HEADERS).json()

    assert file["metadata"]["projectKind"] == "customNamedEntityRecognition"
    assert len(file["assets"]["documents"]) == 20
    again = send(host, "POST", f"{PROJECTS}/Again/:import", file, SECOND)
    assert follow(host, again)["status"] == "succeeded"


def test_every_older_route_has_the_role_and_the_queue_of_todays() -> None:
    routes = {route.name: route for route in ROUTES}
    functions = {name(function): function for function in HTTP}

    def queues(function: Any) -> list[str]:
        bindings = [binding.get_dict_repr() for binding in function.get_bindings()]
        return [str(one["queueName"]) for one in bindings if one["type"] == "queue"]

    older = [one for one in functions if one.startswith(PREFIX)]
    assert len(older) > 20
    for one in older:
        todays = one.removeprefix(PREFIX)
        assert routes[one].role == routes[todays].role, one
        assert routes[one].method == routes[todays].method
        assert queues(functions[one]) == queues(functions[todays]), one


def test_no_version_is_no_request(host: TestHost) -> None:
    response = host.request("GET", PROJECTS, headers=HEADERS)

    assert response.status == 400
    assert response.json()["error"]["target"] == "api-version"
    assert json.loads(response.body)["error"]["code"] == "InvalidArgument"
