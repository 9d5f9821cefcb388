"""Every route of authoring over HTTP; the host holds each answer against its description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from devhost.testing import Response, TestHost
from shared import limits
from shared.domain.models import TrainingOptions
from shared.domain.projects import Project
from shared.services import training
from shared.storage.stores import Stores
from tests.functions.conftest import KEY
from tests.services import loans

PROJECTS = "/language/authoring/analyze-text/projects"
NOTES = f"{PROJECTS}/Notes"
VERSION = "2025-05-15-preview"


@pytest.fixture
def project(stores: Stores) -> Project:
    made = loans.make_project(stores)
    stores.projects.put_entities(made, loans.ENTITIES)
    return made


@pytest.fixture
def model(stores: Stores, project: Project) -> str:
    loans.put_model(stores, project)
    return "M"


def send(host: TestHost, method: str, path: str, body: Any = b"", **query: str) -> Response:
    return host.request(
        method,
        path,
        headers={"Ocp-Apim-Subscription-Key": KEY},
        query={"api-version": VERSION, **query},
        body=body,
    )


def get(host: TestHost, path: str, **query: str) -> dict[str, Any]:
    response = send(host, "GET", path, **query)
    assert response.status == 200, response.body
    body: dict[str, Any] = response.json()
    return body


def follow(host: TestHost, address: str) -> Response:
    """Return what is at an absolute address of an answer."""
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("http", "localhost")
    return host.request(
        "GET", f"{parts.path}?{parts.query}", headers={"Ocp-Apim-Subscription-Key": KEY}
    )


def job(host: TestHost, response: Response) -> dict[str, Any]:
    """Return the job that an answer leads to, once it has ended, as a poller of azure-core does."""
    assert response.status == 202, response.body
    assert response.body == b""
    assert "location" not in response.headers
    host.drain()
    found = follow(host, response.headers["operation-location"])
    assert found.status == 200, found.body
    assert found.headers["Retry-After"] == "1"
    body: dict[str, Any] = found.json()
    assert body["jobId"] in response.headers["operation-location"]
    return body


def refused(response: Response, status: int, code: str, target: str | None = None) -> str:
    assert (response.status, response.json()["error"]["code"]) == (status, code)
    assert response.json()["error"].get("target") == target
    message: str = response.json()["error"]["message"]
    return message


# Export


@pytest.mark.parametrize("at_once", [True, False])
def test_a_project_is_exported_and_imported_again(
    host: TestHost,
    stores: Stores,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    at_once: bool,
) -> None:
    monkeypatch.setattr(limits, "IMPORT_AT_ONCE", 100 if at_once else 0)
    before = dict(stores.documents.all_labels(project))
    started = send(
        host,
        "POST",
        f"{NOTES}/:export",
        stringIndexType="Utf16CodeUnit",
        assetKind="CustomEntityRecognition",
    )
    assert len(host.messages("authoring")) == (0 if at_once else 1)

    done = job(host, started)

    assert done["status"] == "succeeded"
    file = follow(host, done["resultUrl"])
    assert file.status == 200
    assert file.headers["Content-Type"].startswith("application/json")
    stores.documents.put_all_labels(project, [])
    assert job(host, send(host, "POST", f"{NOTES}/:import", file.body))["status"] == "succeeded"
    assert dict(stores.documents.all_labels(project)) == before


def test_an_export_of_a_model_s_labels_names_the_model(
    host: TestHost, stores: Stores, project: Project, model: str
) -> None:
    stores.documents.put_all_labels(project, [])

    done = job(host, send(host, "POST", f"{NOTES}/:export", trainedModelLabel=model))

    assert len(follow(host, done["resultUrl"]).json()["assets"]["documents"]) == 20


@pytest.mark.parametrize(
    ("query", "status", "code", "target"),
    [
        ({"stringIndexType": "UnicodeCodePoint"}, 400, "InvalidArgument", "stringIndexType"),
        ({"assetKind": "CustomHealthcare"}, 400, "InvalidArgument", "assetKind"),
        ({"trainedModelLabel": "M"}, 404, "NotFound", "trainedModelLabel"),
    ],
)
def test_an_export_of_what_is_not_there_is_refused(
    host: TestHost,
    project: Project,
    query: Mapping[str, str],
    status: int,
    code: str,
    target: str,
) -> None:
    refused(send(host, "POST", f"{NOTES}/:export", **query), status, code, target)


def test_an_export_that_has_not_ended_has_no_result(
    host: TestHost, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IMPORT_AT_ONCE", 0)
    started = send(host, "POST", f"{NOTES}/:export")

    address = started.headers["operation-location"]
    found = follow(host, address)
    result = follow(host, address.replace("?", "/result?"))

    assert "resultUrl" not in found.json()
    refused(result, 404, "NotFound", "jobId")


# Deployments


def test_deployments_are_swapped(host: TestHost, stores: Stores, project: Project) -> None:
    for name, label in (("production", "A"), ("staging", "B")):
        loans.put_model(stores, project, label, training=label.lower())
        put = send(host, "PUT", f"{NOTES}/deployments/{name}", {"trainedModelLabel": label})
        assert job(host, put)["status"] == "succeeded"
    names = {"firstDeploymentName": "production", "secondDeploymentName": "staging"}

    done = job(host, send(host, "POST", f"{NOTES}/deployments/:swap", names))

    assert done["status"] == "succeeded"
    shown = get(host, f"{NOTES}/deployments")["value"]
    assert [(one["deploymentName"], one["modelLabel"]) for one in shown] == [
        ("production", "B"),
        ("staging", "A"),
    ]
    assert get(host, f"{NOTES}/deployments/production") == shown[0]


@pytest.mark.parametrize(
    ("body", "status", "target"),
    [
        ({}, 400, "$.firstDeploymentName"),
        ({"firstDeploymentName": "a"}, 400, "$.secondDeploymentName"),
        ({"firstDeploymentName": "a", "secondDeploymentName": "a"}, 400, "secondDeploymentName"),
        ({"firstDeploymentName": "a", "secondDeploymentName": "b"}, 404, "firstDeploymentName"),
    ],
)
def test_a_swap_of_what_is_not_there_is_refused(
    host: TestHost, project: Project, body: dict[str, str], status: int, target: str
) -> None:
    response = send(host, "POST", f"{NOTES}/deployments/:swap", body)

    assert response.status == status
    assert response.json()["error"]["target"] == target


def test_a_deployment_is_there_once_its_job_has_succeeded(
    host: TestHost, project: Project, model: str
) -> None:
    address = f"{NOTES}/deployments/production"

    done = job(host, send(host, "PUT", address, {"trainedModelLabel": model}))

    assert done["status"] == "succeeded"
    assert get(host, address)["assignedResources"] == []
    assert job(host, send(host, "DELETE", address))["status"] == "succeeded"
    refused(send(host, "GET", address), 404, "NotFound", "deploymentName")


# Models


def test_a_model_is_evaluated_anew(host: TestHost, stores: Stores, project: Project) -> None:
    _, message = training.start(
        stores, "Notes", TrainingOptions(label="M", config_version="2022-05-01")
    )
    training.run(stores, message.id, stuck_after_seconds=120)
    options = {
        "kind": "percentage",
        "trainingSplitPercentage": 50,
        "testingSplitPercentage": 50,
    }

    started = send(host, "POST", f"{NOTES}/models/M/:evaluate", options)

    assert len(host.messages("training")) == 1
    waiting = follow(host, started.headers["operation-location"]).json()
    assert (waiting["status"], waiting["result"]["percentComplete"]) == ("notStarted", 0)
    done = job(host, started)
    assert done["status"] == "succeeded"
    assert done["result"] == {
        "evaluationOptions": options,
        "modelLabel": "M",
        "trainingConfigVersion": "2022-05-01",
        "percentComplete": 100,
    }
    summary = get(host, f"{NOTES}/models/M/evaluation/summary-result")
    assert summary["evaluationOptions"] == options
    assert len(get(host, f"{NOTES}/models/M/evaluation/result")["value"]) == 10
    assert (
        get(host, f"{NOTES}/models/M")["f1"]
        == (summary["customEntityRecognitionEvaluation"]["microF1"])
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"kind": "percentage", "trainingSplitPercentage": 80, "testingSplitPercentage": 10}),
        ({"kind": "manual"}, {"kind": "manual"}),
        (
            {"evaluationOptions": {"kind": "percentage", "testingSplitPercentage": 30}},
            {"kind": "percentage", "trainingSplitPercentage": 70, "testingSplitPercentage": 30},
        ),
    ],
)
def test_an_evaluation_takes_options_at_its_top_or_as_a_training_has_them(
    host: TestHost, model: str, body: dict[str, Any], expected: dict[str, Any]
) -> None:
    started = send(host, "POST", f"{NOTES}/models/{model}/:evaluate", body)

    told = follow(host, started.headers["operation-location"]).json()

    assert told["result"]["evaluationOptions"] == expected


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"kind": "random"}, "$.kind"),
        (
            {"trainingSplitPercentage": 90, "testingSplitPercentage": 20},
            "$.trainingSplitPercentage",
        ),
        ({"testingSplitPercentage": 100}, "$.testingSplitPercentage"),
    ],
)
def test_an_evaluation_that_cannot_be_is_refused(
    host: TestHost, model: str, body: dict[str, Any], target: str
) -> None:
    response = send(host, "POST", f"{NOTES}/models/{model}/:evaluate", body)

    refused(response, 400, "InvalidArgument", target)
    assert host.messages("training") == []


def test_a_snapshot_is_loaded(host: TestHost, stores: Stores, project: Project, model: str) -> None:
    assert get(host, f"{NOTES}/models/{model}")["hasSnapshot"] is True
    before = dict(stores.documents.all_labels(project))
    stores.documents.put_all_labels(project, [])

    done = job(host, send(host, "POST", f"{NOTES}/models/{model}/:load-snapshot"))

    assert (done["status"], done["warnings"]) == ("succeeded", [])
    assert dict(stores.documents.all_labels(project)) == before


@pytest.mark.parametrize("verb", ["evaluate", "load-snapshot"])
def test_a_job_is_known_under_its_model_alone(host: TestHost, model: str, verb: str) -> None:
    started = send(host, "POST", f"{NOTES}/models/{model}/:{verb}", {})
    address = started.headers["operation-location"]

    assert follow(host, address).status == 200
    refused(follow(host, address.replace("/M/", "/N/")), 404, "OperationNotFound", "jobId")


def test_a_training_that_is_cancelled_is_told_in_the_word_of_the_version(
    host: TestHost, project: Project
) -> None:
    body = {"modelLabel": "M", "trainingConfigVersion": "2022-05-01"}
    started = send(host, "POST", f"{NOTES}/:train", body)
    address = urlsplit(started.headers["operation-location"]).path

    cancelled = send(host, "POST", f"{address}/:cancel")

    assert cancelled.status == 202
    assert get(host, address)["status"] == "canceled"
    assert get(host, f"{NOTES}/train/jobs")["value"][0]["status"] == "canceled"
    older = host.request(
        "GET",
        address,
        headers={"Ocp-Apim-Subscription-Key": KEY},
        query={"api-version": "2023-04-01"},
    )
    assert older.json()["status"] == "cancelled"


# Exported models


def test_a_model_is_exported_and_its_files_are_read(host: TestHost, model: str) -> None:
    address = f"{NOTES}/exported-models/take-away"

    done = job(host, send(host, "PUT", address, {"trainedModelLabel": model}))

    assert done["status"] == "succeeded"
    shown = get(host, address)
    assert shown["exportedModelName"] == "take-away"
    assert get(host, f"{NOTES}/exported-models")["value"] == [shown]
    files = get(host, f"{address}/manifest")["modelFiles"]
    assert [file["name"] for file in files] == ["a.npy", "manifest.json"]
    read = [follow(host, file["contentUri"]) for file in files]
    assert [(one.status, one.body) for one in read] == [(200, b"numbers"), (200, b"{}")]
    assert read[0].headers["Content-Type"].startswith("application/octet-stream")
    assert job(host, send(host, "DELETE", address))["status"] == "succeeded"
    refused(send(host, "GET", address), 404, "NotFound", "exportedModelName")
    assert follow(host, files[0]["contentUri"]).status == 404


def test_a_file_of_an_exported_model_needs_a_key(host: TestHost, model: str) -> None:
    address = f"{NOTES}/exported-models/take-away"
    job(host, send(host, "PUT", address, {"trainedModelLabel": model}))
    parts = urlsplit(get(host, f"{address}/manifest")["modelFiles"][0]["contentUri"])

    assert host.request("GET", f"{parts.path}?{parts.query}").status == 401


@pytest.mark.parametrize(
    ("name", "body", "status", "target"),
    [
        ("a b", {"trainedModelLabel": "M"}, 400, "exportedModelName"),
        ("E", {}, 400, "$.trainedModelLabel"),
        ("E", {"trainedModelLabel": "N"}, 404, "trainedModelLabel"),
    ],
)
def test_an_export_of_a_model_that_cannot_be_is_refused(
    host: TestHost, model: str, name: str, body: dict[str, str], status: int, target: str
) -> None:
    response = send(host, "PUT", f"{NOTES}/exported-models/{name}", body)

    assert (response.status, response.json()["error"]["target"]) == (status, target)
    assert get(host, f"{NOTES}/exported-models")["value"] == []


# What projects can be made with


def test_languages_are_listed_page_by_page(host: TestHost) -> None:
    first = get(host, f"{PROJECTS}/global/languages", projectKind="customentityrecognition")

    rest = get(host, f"{PROJECTS}/global/languages", skip="50", maxpagesize="20")

    assert {"languageName": "English (US)", "languageCode": "en-us"} in first["value"]
    assert len(first["value"]) == 93
    assert rest["value"] == first["value"][50:70]
    assert follow(host, rest["nextLink"]).json()["value"] == first["value"][70:90]


def test_there_is_one_training_configuration_and_no_prebuilt_entity(host: TestHost) -> None:
    (version,) = get(host, f"{PROJECTS}/global/training-config-versions")["value"]

    assert version["trainingConfigVersion"] == "2022-05-01"
    assert get(host, f"{PROJECTS}/global/prebuilt-entities") == {"value": []}


@pytest.mark.parametrize("what", ["languages", "training-config-versions"])
def test_lists_for_another_kind_of_project_are_refused(host: TestHost, what: str) -> None:
    response = send(host, "GET", f"{PROJECTS}/global/{what}", projectKind="CustomHealthcare")

    message = refused(response, 400, "InvalidArgument", "projectKind")
    assert "custom entity extraction only" in message


# Resources


def test_there_are_no_other_resources(host: TestHost, project: Project) -> None:
    assert get(host, f"{PROJECTS}/global/deployments/resources") == {"value": []}
    assert get(host, f"{NOTES}/resources") == {"value": []}


@pytest.mark.parametrize("verb", ["assign", "unassign"])
def test_resources_cannot_be_assigned_and_it_is_said_what_to_do(
    host: TestHost, project: Project, verb: str
) -> None:
    response = send(host, "POST", f"{NOTES}/resources/:{verb}", {"resourcesMetadata": []})

    assert ":authorize-copy" in refused(response, 400, "InvalidRequest")
    assert send(host, "POST", f"{PROJECTS}/Nothing/resources/:{verb}").status == 404


def test_a_deployment_is_on_no_other_resource(host: TestHost, model: str) -> None:
    address = f"{NOTES}/deployments/production"
    assert send(host, "POST", f"{address}/:delete-from-resources").status == 404
    job(host, send(host, "PUT", address, {"trainedModelLabel": model}))

    response = send(host, "POST", f"{address}/:delete-from-resources", {})

    assert "send DELETE to the deployment itself" in refused(response, 400, "InvalidRequest")
    assert send(host, "GET", address).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "resources/assign/jobs/x",
        "resources/unassign/jobs/x",
        "deployments/production/delete-from-resources/jobs/x",
    ],
)
def test_there_are_no_jobs_of_resources(host: TestHost, project: Project, path: str) -> None:
    refused(send(host, "GET", f"{NOTES}/{path}"), 404, "OperationNotFound", "jobId")


# Deletion


def test_a_project_that_is_deleted_takes_its_exports_with_it(
    host: TestHost, stores: Stores, project: Project, model: str
) -> None:
    done = job(host, send(host, "POST", f"{NOTES}/:export"))
    job(host, send(host, "PUT", f"{NOTES}/exported-models/E", {"trainedModelLabel": model}))

    assert job(host, send(host, "DELETE", NOTES))["status"] == "succeeded"

    assert follow(host, done["resultUrl"]).status == 404
    assert stores.models.exported(project.id) == []
    assert send(host, "GET", f"{NOTES}/exported-models/E").status == 404
