"""Extractions of a container over HTTP: what is taken, what is answered."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from devhost.invocation import Died
from devhost.testing import Response, TestHost
from functions import wiring
from shared import limits
from shared.storage.stores import Stores
from tests.functions.conftest import AUTHOR_KEY, KEY, READER_KEY, SETTINGS
from tests.services import containers
from tests.services.fakes import CapitalsEverywhere

VERSION = "?api-version=2023-04-01"
PROJECT = "/language/authoring/analyze-text/projects/Loans"
EXTRACTIONS = f"{PROJECT}/extractions{VERSION}"
DEPLOYED = {"deploymentName": "production"}


@pytest.fixture
def host(host: TestHost, stores: Stores) -> TestHost:
    """The app with a project whose model finds words of capitals."""
    containers.make_project(stores)
    wiring.use(wiring.Service(SETTINGS, stores, CapitalsEverywhere()))
    return host


def send(host: TestHost, method: str, address: str, body: Any = b"", key: str = KEY) -> Response:
    path = address.removeprefix("http://localhost")
    headers = {"Ocp-Apim-Subscription-Key": key}
    return host.request(method, path, headers=headers, body=body)


def start(host: TestHost, **body: Any) -> str:
    """The address of a new extraction."""
    response = send(host, "POST", EXTRACTIONS, {**DEPLOYED, **body})
    assert response.status == 202, response.body
    return str(response.headers["operation-location"])


def act(host: TestHost, location: str, action: str, method: str = "POST") -> Response:
    return send(host, method, location.replace("?", f"/{action}?"))


def test_a_container_is_extracted_by_its_messages(host: TestHost, stores: Stores) -> None:
    containers.fill(stores, 60)
    stores.storage.blobs.put("loans", "zz.txt", b"\xff")
    location = start(host, displayName="May")
    before = send(host, "GET", location).json()
    assert before["status"] == "notStarted"
    assert "documentsTotal" not in before

    host.drain()

    assert host.failures == []
    told = send(host, "GET", location).json()
    assert told["status"] == "succeeded"
    assert (told["documentsTotal"], told["documentsDone"], told["documentsFailed"]) == (61, 60, 1)
    assert told["displayName"] == "May"
    assert told["deploymentName"] == "production"
    assert told["stringIndexType"] == "Utf16CodeUnit"
    assert told["documentsPerSecond"] > 0
    assert told["errors"] == []
    listed = send(host, "GET", EXTRACTIONS).json()["value"]
    assert [one["jobId"] for one in listed] == [told["jobId"]]
    result = send(host, "GET", told["resultUrl"])
    assert result.headers["Content-Type"].startswith("application/jsonl")
    lines = [json.loads(line) for line in result.body.splitlines()]
    assert [line["name"] for line in lines] == [containers.name(n) for n in range(60)] + ["zz.txt"]
    assert lines[0]["entities"][0]["text"] == "IBM"
    assert lines[-1]["error"]["code"] == "InvalidArgument"


def test_results_are_read_page_by_page_by_the_links(
    host: TestHost, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RESULT_BYTES", 1)
    containers.fill(stores, 60)
    location = start(host)
    host.drain()

    address = send(host, "GET", location).json()["resultUrl"]
    sizes: list[int] = []
    while address:
        page = send(host, "GET", address)
        sizes.append(len(page.body.splitlines()))
        link = page.headers.get("Link", "")
        address = link.partition("<")[2].partition(">")[0]

    assert sizes == [25, 25, 10]


def test_it_is_cancelled_and_resumed_under_one_id(host: TestHost, stores: Stores) -> None:
    containers.fill(stores, 60)
    location = start(host)
    for _ in range(3):
        host.deliver()
    assert act(host, location, "result", "GET").status == 409

    cancelled = act(host, location, ":cancel")
    assert (cancelled.status, cancelled.headers["operation-location"]) == (202, location)
    told = send(host, "GET", location).json()
    assert (told["status"], told["documentsDone"]) == ("cancelled", 25)
    assert told["error"]["code"] == "InvalidRequest"
    assert len(act(host, location, "result", "GET").body.splitlines()) == 25
    later = location.replace("2023-04-01", "2026-05-15-preview")
    assert send(host, "GET", later).json()["status"] == "canceled"

    resumed = act(host, location, ":resume")
    assert (resumed.status, resumed.headers["operation-location"]) == (202, location)
    host.drain()

    assert send(host, "GET", location).json()["status"] == "succeeded"
    assert len(act(host, location, "result", "GET").body.splitlines()) == 60
    for action in (":cancel", ":resume"):
        refused = act(host, location, action)
        assert (refused.status, refused.json()["error"]["code"]) == (409, "Conflict")


def test_what_is_taken_away_is_not_found(host: TestHost) -> None:
    location = start(host)
    assert send(host, "DELETE", location).status == 204

    for method, action in (("GET", ""), ("DELETE", "")):
        assert send(host, method, location + action).status == 404
    for method, action in (("POST", ":cancel"), ("POST", ":resume"), ("GET", "result")):
        assert act(host, location, action, method).status == 404
    assert send(host, "GET", EXTRACTIONS).json()["value"] == []
    host.drain()
    assert host.failures == []


@pytest.mark.parametrize(
    ("body", "status", "target"),
    [
        ({}, 400, "$.deploymentName"),
        ({**DEPLOYED, "trainedModelLabel": "M"}, 400, "$.deploymentName"),
        ({"deploymentName": "none"}, 404, None),
        ({"trainedModelLabel": "none"}, 404, None),
        ({"deploymentName": "a b"}, 400, "$.deploymentName"),
        ({**DEPLOYED, "prefix": "a\n"}, 400, "$.prefix"),
        ({**DEPLOYED, "prefix": "x" * 1025}, 400, "$.prefix"),
        ({**DEPLOYED, "prefix": 1}, 400, "$.prefix"),
        ({**DEPLOYED, "stringIndexType": "Bytes"}, 400, "$.stringIndexType"),
        ({**DEPLOYED, "displayName": "x" * 1001}, 400, "$.displayName"),
        ([], 400, "$"),
        (b"{", 400, "$"),
    ],
    ids=str,
)
def test_a_request_that_cannot_be_done_is_refused_by_name(
    host: TestHost, body: Any, status: int, target: str | None
) -> None:
    response = send(host, "POST", EXTRACTIONS, body)

    assert response.status == status
    error = response.json()["error"]
    assert target is None or error["target"] == target
    assert host.messages("harvests") == []


def test_where_to_go_on_must_be_a_number(host: TestHost) -> None:
    location = start(host)
    host.drain()

    for bad in ("x", "-1", "1.5", "99999999999"):
        response = send(host, "GET", location.replace("?", "/result?") + f"&from={bad}")
        assert (response.status, response.json()["error"]["target"]) == (400, "from")
    beyond = send(host, "GET", location.replace("?", "/result?") + "&from=7000000")
    assert (beyond.status, beyond.body) == (200, b"")


def test_readers_look_and_authors_act(host: TestHost) -> None:
    assert send(host, "POST", EXTRACTIONS, DEPLOYED, READER_KEY).status == 403
    location = send(host, "POST", EXTRACTIONS, DEPLOYED, AUTHOR_KEY).headers["operation-location"]
    assert send(host, "GET", location, key=READER_KEY).status == 200
    assert send(host, "DELETE", location, key=READER_KEY).status == 403


def test_no_text_is_in_messages_or_rows(host: TestHost, stores: Stores) -> None:
    stores.storage.blobs.put("loans", "a.txt", b"CANARY sings")
    location = start(host)
    seen = host.messages("harvests")
    while host.deliver() is not None:
        seen += host.messages("harvests")

    rows = [row for table in ("harvests", "pieces") for row in stores.storage.table(table).scan()]
    assert len(rows) == 3
    assert "CANARY" not in repr((rows, seen))
    assert "a.txt" not in repr((rows, seen))
    assert b"CANARY" in act(host, location, "result", "GET").body


@pytest.mark.parametrize(
    ("function", "switch"),
    [
        ("extraction_start", "before-flush"),
        ("extraction_start", "after-flush"),
        ("extraction_worker", "before-flush"),
        ("extraction_worker", "after-flush"),
        ("extraction_worker", "twice"),
    ],
)
def test_a_host_that_dies_or_errs_at_the_flush_loses_nothing(
    host: TestHost, stores: Stores, function: str, switch: str
) -> None:
    containers.fill(stores, 60)
    host.fault(switch, function)
    try:
        start(host)
    except Died:
        assert function == "extraction_start"
    host.drain()
    (harvest,) = stores.harvests.all()
    if not harvest.state.final:
        # What was sent is lost with the process that should have sent it.
        wiring.use(wiring.Service(_impatient(), stores, CapitalsEverywhere()))
        host.run_timer("sweep")
        host.drain()

    assert len(containers.lines(stores, harvest)) == 60


def _impatient() -> Any:
    return dataclasses.replace(SETTINGS, stuck_after_seconds=0)
