"""Bundles over HTTP: from one app as a file, and into another, each on its own storage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions import wiring
from shared import limits
from shared.domain.models import TrainingOptions
from shared.services import deployments, training
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.functions.test_copy import (
    HEADERS,
    PROJECTS,
    TOKEN,
    VERSION,
    App,
    authorize,
    contents,
    everything,
)
from tests.services import loans

BINARY = {**HEADERS, "Content-Type": "application/octet-stream"}


@pytest.fixture(autouse=True)
def left() -> Iterator[None]:
    """Leave no service behind."""
    yield
    wiring.use(None)


@pytest.fixture(scope="module")
def source() -> App:
    """An app with a project whose model is trained and deployed."""
    stores = Stores.on(memory_storage())
    loans.make_project(stores, tagged=12)
    options = TrainingOptions(label="M", config_version="2022-05-01")
    _, message = training.start(stores, "Notes", options)
    training.run(stores, message.id, stuck_after_seconds=120)
    deployments.put(stores, "Notes", "production", "M")
    return App(stores)


@pytest.fixture
def target() -> App:
    return App(Stores.on(memory_storage()))


def at(address: str) -> str:
    return address.removeprefix("http://localhost")


def export(app: App, name: str = "Notes") -> tuple[dict[str, Any], dict[str, Any]]:
    """Export a project; return the job, and what it tells of the bundle."""
    response = app.call("POST", f"/{name}/:export-bundle")
    assert response.status == 202, response.body
    app.drain()
    job = app.request("GET", at(response.headers["operation-location"]), headers=HEADERS).json()
    return job, app.request("GET", at(job["resultUrl"]), headers=HEADERS).json()


def read(app: App, result: dict[str, Any]) -> bytes:
    parts = [app.request("GET", at(part["url"]), headers=HEADERS) for part in result["parts"]]
    assert {part.headers["Content-Type"] for part in parts} == {"application/octet-stream"}
    return b"".join(part.body for part in parts)


@pytest.fixture(scope="module")
def bundle(source: App) -> bytes:
    return read(source, export(source)[1])


def post(app: App, bundle: bytes, name: str = "Back", query: str = "") -> Any:
    path = f"{PROJECTS}/{name}/:import-bundle{VERSION}{query}"
    return app.request("POST", path, headers=BINARY, body=bundle)


def imported(app: App, bundle: bytes, query: str = "") -> dict[str, Any]:
    response = post(app, bundle, query=query)
    assert response.status == 202, response.body
    app.drain()
    job: dict[str, Any] = app.request(
        "GET", at(response.headers["operation-location"]), headers=HEADERS
    ).json()
    return job


def extracted(app: App, project: str) -> Any:
    task = {"projectName": project, "deploymentName": "production"}
    body = {
        "analysisInput": {"documents": [{"id": "1", "text": loans.note(3)[1]}]},
        "tasks": [{"kind": "CustomEntityRecognition", "parameters": task}],
    }
    path = f"/language/analyze-text/jobs{VERSION}"
    sent = app.request("POST", path, headers=HEADERS, body=body)
    job = app.request("GET", at(sent.headers["operation-location"]), headers=HEADERS).json()
    return job["tasks"]["items"][0]["results"]["documents"]


def test_a_project_goes_out_and_comes_in_and_answers_as_before(source: App, target: App) -> None:
    job, result = export(source)
    data = read(source, result)

    found = imported(target, data)

    assert (job["status"], job["warnings"]) == ("succeeded", [])
    assert result["size"] == len(data)
    assert result["sha256"] == hashlib.sha256(data).hexdigest()
    assert [part["number"] for part in result["parts"]] == [0]
    assert (found["status"], found["errors"]) == ("succeeded", [])
    assert contents(target.stores, "Back") == contents(source.stores, "Notes")
    assert extracted(target, "Back") == extracted(source, "Notes")
    assert extracted(target, "Back")[0]["entities"]
    shown = target.call("GET", "/Back/deployments/production")
    assert shown.json()["modelLabel"] == "M"


def test_a_large_bundle_goes_out_and_comes_in_by_parts(
    source: App, target: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BUNDLE_PART_BYTES", 5_000)
    _, result = export(source)
    assert len(result["parts"]) > 3
    token = {TOKEN: authorize(target, "Back")["accessToken"]}
    path = f"{PROJECTS}/Back/copy/parts"

    def send(step: str, body: Any) -> int:
        return int(target.request("POST", f"{path}/{step}", headers=token, body=body).status)

    assert send("begin", {"source": "a file"}) == 200
    for part in result["parts"]:
        data = source.request("GET", at(part["url"]), headers=HEADERS).body
        assert hashlib.sha256(data).hexdigest() == part["sha256"]
        assert send(f"1-{part['number']:05}", data) == 204
    digests = [part["sha256"] for part in result["parts"]]
    assert send("end", {"attempt": 1, "parts": digests}) == 202
    target.drain()

    found = target.request("GET", path, headers=token).json()
    assert found == {"status": "succeeded", "errors": []}
    assert contents(target.stores, "Back") == contents(source.stores, "Notes")
    assert extracted(target, "Back") == extracted(source, "Notes")


def test_a_bundle_goes_into_the_container_that_is_named(
    source: App, target: App, bundle: bytes
) -> None:
    target.stores.storage.blobs.create_container("mine")

    assert imported(target, bundle, "&storageInputContainerName=mine")["status"] == "succeeded"

    assert target.call("GET", "/Back").json()["storageInputContainerName"] == "mine"


def test_a_name_that_is_there_is_taken_only_where_that_is_asked(
    source: App, target: App, bundle: bytes
) -> None:
    loans.make_project(target.stores, name="Back")

    refused = post(target, bundle)

    assert (refused.status, refused.json()["error"]["target"]) == (409, "projectName")
    assert imported(target, bundle, "&allowOverwrite=true")["status"] == "succeeded"
    assert contents(target.stores, "Back") == contents(source.stores, "Notes")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("&storageInputContainerName=NO", "storageInputContainerName"),
        ("&storageInputContainerName=not-there", "storageInputContainerName"),
        ("&storageInputContainerName=spanwright", "storageInputContainerName"),
        ("&allowOverwrite=perhaps", "allowOverwrite"),
    ],
)
def test_a_bad_wish_is_refused(target: App, bundle: bytes, query: str, name: str) -> None:
    response = post(target, bundle, query=query)

    assert (response.status, response.json()["error"]["target"]) == (400, name)
    assert list(target.stores.copies.all()) == []


@pytest.mark.parametrize("name", ["a%2Fb", "global", "x" * 51])
def test_a_name_that_no_project_has_is_refused(target: App, bundle: bytes, name: str) -> None:
    assert post(target, bundle, name).status in (400, 404)
    assert list(target.stores.copies.all()) == []


@pytest.mark.parametrize("body", [b"", b"\n", b"{}", b"PK\x03\x04\n", b"\xff\n", b"[" * 100_000])
def test_what_is_no_bundle_is_refused_with_code_and_target(target: App, body: bytes) -> None:
    response = post(target, body)

    error = response.json()["error"]
    assert response.status == 400
    assert error["code"] == "InvalidRequest"
    assert error["target"]
    assert list(target.stores.copies.all()) == []


def test_a_bundle_of_a_newer_form_is_refused_with_code_and_target(
    target: App, bundle: bytes
) -> None:
    response = post(target, bundle.replace(b'"format": 1', b'"format": 2', 1))

    error = response.json()["error"]
    assert response.status == 400
    assert error["target"] == "$[1].format"
    assert "another form" in error["message"]


def test_a_damaged_bundle_fails_with_code_and_target_and_leaves_nothing(
    target: App, bundle: bytes
) -> None:
    before = everything(target.stores)

    job = imported(target, bundle.replace(b"owes", b"pays", 1))

    assert job["status"] == "failed"
    assert (job["error"]["code"], job["error"]["target"]) == ("InvalidRequest", "$")
    assert "damaged" in job["error"]["message"]
    assert target.call("GET", "/Back").status == 404
    after = everything(target.stores)
    after["spanwright"] = [n for n in after["spanwright"] if not n.startswith("operations/")]
    assert after == {"spanwright": [], **before}


def test_no_project_and_no_part_are_not_found(source: App) -> None:
    job, _ = export(source)
    parts = f"/Notes/bundles/jobs/{job['jobId']}/parts"

    assert source.call("POST", "/Nothing/:export-bundle").status == 404
    for number in ("1", "99999", "-1", "x", "1.0", "%D9%A3", "000000"):
        response = source.call("GET", f"{parts}/{number}")
        assert (response.status, response.json()["error"]["target"]) == (404, "number")
    assert source.call("GET", f"/Other/bundles/jobs/{job['jobId']}/parts/0").status == 404


def test_no_message_or_row_has_anything_of_a_text(source: App, target: App, bundle: bytes) -> None:
    source.call("POST", "/Notes/:export-bundle")
    post(target, bundle)

    for app in (source, target):
        told = [*app.host.messages("authoring")]
        for table in ("operations", "copies"):
            told += [repr(row) for row in app.stores.storage.table(table).scan()]
        assert told
        assert not any("owes" in one or "note-0" in one for one in told)
        assert all(set(json.loads(one)) <= {"id", "piece", "trace"} for one in told[:1])
        app.drain()
