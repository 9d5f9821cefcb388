"""The log: what was done can be followed by it, and nothing else can be read there."""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from devhost.testing import TestHost
from function_app import app
from functions import wiring
from shared import clock, telemetry
from shared.limits import DEFAULTS
from shared.services.messages import Message, Queue, parse
from tests.functions.conftest import KEY, ROOT
from tests.functions.dialects import DIALECTS, HEADERS
from tests.functions.test_jobs import Start, documents, start

__all__ = ["start"]

TODAY = DIALECTS["2023-04-01"]
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
CANARY = "Quetzalcoatl"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="spanwright")
    return caplog


def events(log: pytest.LogCaptureFixture, name: str = "") -> list[dict[str, Any]]:
    """Return what was logged by now, or the events of a name."""
    lines = [one for one in log.records if one.name == "spanwright"]
    found = [json.loads(line.getMessage()) for line in lines]
    return [one for one in found if name in ("", one["event"])]


def submit(host: TestHost, texts: list[dict[str, str]], **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return host.request(
        "POST", TODAY.path + TODAY.query, headers={**HEADERS, **sent}, body=TODAY.request(texts)
    )


def test_a_job_is_followed_from_its_request_through_the_queue_to_its_end(
    start: Start, log: pytest.LogCaptureFixture
) -> None:
    host = start(replace(DEFAULTS, documents_per_job=60, characters_per_job=200_000))

    submitted = submit(host, documents(60, "call IBM " * 60), traceparent=TRACEPARENT)
    host.drain()

    job = submitted.headers["operation-location"].rpartition("/")[2].partition("?")[0]
    found = [one for one in events(log) if one["event"] != "cold-start"]
    assert {one["trace"] for one in found} == {TRACE}
    assert sorted(one["event"] for one in found) == [
        *["job-accepted", "job-ended"],
        *["piece-done"] * 3,
        "request",
        *["work"] * 3,
    ]
    assert {one["job"] for one in found if one["event"] != "request"} == {job}
    (request,) = events(log, "request")
    assert request["request"] == submitted.headers["apim-request-id"]
    (accepted,) = events(log, "job-accepted")
    done = events(log, "piece-done")
    assert (accepted["documents"], accepted["pieces"]) == (60, 3)
    assert sum(one["documents"] for one in done) == 60
    assert sum(one["characters"] for one in done) == accepted["characters"]
    assert {one["piece"] for one in done} == {0, 1, 2}
    (ended,) = events(log, "job-ended")
    assert (ended["state"], ended["documents"]) == ("succeeded", 60)
    for one in events(log, "work"):
        assert (one["outcome"], one["delivery"], one["function"]) == ("done", 1, "analyze_worker")
        assert one["age_ms"] >= 0 and one["ms"] >= 0


def test_an_operation_is_followed_to_its_end(start: Start, log: pytest.LogCaptureFixture) -> None:
    host = start(DEFAULTS)
    path = "/language/authoring/analyze-text/projects/Loans?api-version=2023-04-01"

    host.request("DELETE", path, headers={**HEADERS, "traceparent": TRACEPARENT})
    host.drain()

    (accepted,), (ended,) = events(log, "operation-accepted"), events(log, "operation-ended")
    assert accepted["operation"] == ended["operation"]
    assert (ended["kind"], ended["state"]) == (accepted["kind"], "succeeded")
    assert {one["trace"] for one in events(log) if one["event"] != "cold-start"} == {TRACE}


def test_work_that_was_put_back_is_followed_from_there(
    start: Start, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = start(DEFAULTS)
    submit(host, documents(25, "call IBM " * 200), traceparent=TRACEPARENT)
    host.queues.receive(Queue.JOBS, 1, visibility=600)  # by a process that dies
    later = clock.now() + timedelta(minutes=3)
    monkeypatch.setattr(clock, "now", lambda: later)

    host.run_timer("sweep")
    host.deliver(Queue.JOBS)

    (back,), (accepted,) = events(log, "stuck-work-put-back"), events(log, "job-accepted")
    assert (back["job"], back["piece"]) == (accepted["job"], 0)
    (work,), (ended,) = events(log, "work"), events(log, "job-ended")
    assert work["trace"] == ended["trace"] == back["trace"] != TRACE
    assert ended["job"] == back["job"]


def test_a_request_without_a_trace_begins_one(start: Start, log: pytest.LogCaptureFixture) -> None:
    host = start(DEFAULTS)

    for _ in range(2):
        submit(host, documents(1))

    first, second = events(log, "request")
    assert telemetry.is_trace(first["trace"])
    assert first["trace"] != second["trace"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        CANARY,
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"ff-{TRACE}-b7ad6b7169203331-01",
        f"00-{TRACE.upper()}-b7ad6b7169203331-01",
        f"{TRACEPARENT}-{CANARY}",
    ],
)
def test_what_is_no_trace_is_not_taken_for_one(text: str) -> None:
    made = telemetry.trace_of(text)

    assert telemetry.is_trace(made)
    assert made not in text


def test_the_id_of_a_client_is_kept_if_it_is_one(
    start: Start, log: pytest.LogCaptureFixture
) -> None:
    host, own = start(DEFAULTS), str(uuid.uuid4())

    submit(host, documents(1), x_ms_client_request_id=own)
    submit(host, documents(1), apim_request_id=own.upper())
    submit(host, documents(1), x_ms_client_request_id=CANARY, traceparent=CANARY)

    told = [one["client_request"] for one in events(log, "request")]
    assert told == [own, own, None]
    assert CANARY not in log.text


def test_a_refused_request_is_logged_by_its_code_and_without_its_words(
    start: Start, log: pytest.LogCaptureFixture
) -> None:
    host = start(DEFAULTS)

    submit(host, [{"id": CANARY, "text": CANARY}] * 2)
    host.request("GET", f"{TODAY.path}/{CANARY}{TODAY.query}", headers=HEADERS)

    told = [(one["function"], one["status"], one["code"]) for one in events(log, "request")]
    assert told[0][:2] == ("analyze_submit", 400)
    assert told[1] == ("analyze_get", 404, "OperationNotFound")
    assert CANARY not in log.text


def test_a_look_at_the_health_is_not_logged(start: Start, log: pytest.LogCaptureFixture) -> None:
    host = start(DEFAULTS)

    host.request("GET", "/health/live")

    assert events(log, "request") == []


def test_work_that_fails_is_logged_at_each_try(
    start: Start, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = start(DEFAULTS)
    submit(host, documents(25, "call IBM " * 200), traceparent=TRACEPARENT)

    def fail(*_: Any) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(wiring.service().stores.jobs, "find", fail)
    host.drain(Queue.JOBS)

    tries = events(log, "work")
    assert [one["delivery"] for one in tries] == [1, 2, 3, 4, 5]
    assert {(one["outcome"], one["trace"]) for one in tries} == {("again", TRACE)}
    assert {one["trace"] for one in events(log, "work-failed")} == {TRACE}
    assert CANARY not in log.text


def test_a_message_that_is_not_ours_is_logged_without_its_words(
    start: Start, log: pytest.LogCaptureFixture
) -> None:
    host = start(DEFAULTS)
    host.send(Queue.JOBS, json.dumps({"identity": CANARY, "trace": CANARY}))

    host.drain()

    (one,) = events(log, "work")
    assert one["outcome"] == "dropped"
    assert CANARY not in log.text


@pytest.mark.parametrize("trace", ["", CANARY, 7, None, ["a"], "0" * 32])
def test_a_message_with_no_sound_trace_is_taken_all_the_same(trace: Any) -> None:
    message = parse(Queue.JOBS, json.dumps({"id": "a", "piece": 3, "trace": trace, "new": 1}))

    assert message == Message(Queue.JOBS, "a", 3)
    assert message.trace == ""


def test_a_message_of_an_older_version_is_taken() -> None:
    assert parse(Queue.TRAINING, '{"id": "a"}') == Message(Queue.TRAINING, "a")
    assert parse(Queue.TRAINING, Message(Queue.TRAINING, "a").text(TRACE)).trace == TRACE


def test_the_first_call_of_a_process_is_told(
    start: Start, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = start(DEFAULTS)
    monkeypatch.setattr(telemetry, "_called", False)

    for _ in range(2):
        submit(host, documents(1))

    (one,) = events(log, "cold-start")
    assert one["function"] == "analyze_submit"
    assert one["loaded_ms"] >= 0 and one["ms"] >= 0


def test_the_fields_of_one_request_are_not_those_of_the_next(
    log: pytest.LogCaptureFixture,
) -> None:
    with telemetry.within(trace=TRACE, job="7", message=None):
        telemetry.event("inner")
    telemetry.event("outer")

    inner, outer = events(log)
    assert inner == {"event": "inner", "trace": TRACE, "job": "7"}
    assert outer == {"event": "outer"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPANWRIGHT_LIMIT_JOB_HOURS", CANARY),
        ("SPANWRIGHT_LIMIT_OF_NOTHING", "7"),
        ("SPANWRIGHT_STORAGE", f"AccountKey={CANARY}"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_without_its_value(
    name: str, value: str, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPANWRIGHT_STORAGE", "UseDevelopmentStorage=true")
    monkeypatch.setenv("SPANWRIGHT_KEY", KEY)
    monkeypatch.setenv(name, value)
    wiring.use(None)
    wiring._environment.cache_clear()

    response = TestHost(app, ROOT).request("GET", TODAY.path + "/x" + TODAY.query, headers=HEADERS)

    wiring._environment.cache_clear()
    assert response.status == 500
    assert CANARY.encode() not in response.body
    (told,) = events(log, "setting-refused")
    assert name in told["reason"]
    assert CANARY not in log.text
