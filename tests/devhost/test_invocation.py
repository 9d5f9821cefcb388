"""Functions of an app: what is loaded, what they are given, what comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from devhost import invocation
from devhost.invocation import AppError, Faults, Switch
from devhost.testing import TestHost
from tests.devhost import apps


def sending(value: Any) -> func.FunctionApp:
    """An app whose timer sets a value on an output binding."""
    app = apps.new()

    @app.timer_trigger(arg_name="timer", schedule="0 0 0 * * *")
    @app.queue_output(arg_name="out", queue_name="%OUT_QUEUE%", connection=apps.CONNECTION)
    def tick(timer: func.TimerRequest, out: func.Out[str]) -> None:
        out.set(value)

    return app


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        (None, []),
        ("plain", ["plain"]),
        (b"bytes", ["bytes"]),
        ("", [""]),
        ('{"a": [1]}', ['{"a": [1]}']),
        ('["a", "b"]', ["a", "b"]),
        ('[{"id": "ä"}, {"id": 2}]', ['{"id": "ä"}', '{"id": 2}']),
        ("[]", []),
        ("[not json", ["[not json"]),
        (["a", "b"], ["a", "b"]),
        ([], []),
    ],
)
def test_an_output_becomes_messages_as_in_the_host(
    value: Any, messages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUT_QUEUE", "somewhere")
    host = TestHost(sending(value), apps.folder(tmp_path))

    host.run_timer("tick")

    assert host.messages("somewhere") == messages


@pytest.mark.parametrize("value", [7, func.QueueMessage(body="x"), {"a": 1}.items()])
def test_an_output_that_is_no_text_fails_the_function(
    value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUT_QUEUE", "somewhere")
    host = TestHost(sending(value), apps.folder(tmp_path))

    with pytest.raises(TypeError):
        host.run_timer("tick")

    assert host.messages("somewhere") == []


def test_a_missing_setting_in_a_name_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OUT_QUEUE", raising=False)
    host = TestHost(sending("x"), apps.folder(tmp_path))

    with pytest.raises(AppError, match="OUT_QUEUE"):
        host.run_timer("tick")


def test_an_async_function_and_its_context(tmp_path: Path) -> None:
    app = apps.new()

    @app.route(route="x")
    async def page(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        return func.HttpResponse(f"{context.function_name} {len(context.invocation_id)}")

    host = TestHost(app, apps.folder(tmp_path))

    assert host.request("GET", "/x").body == b"page 36"


def test_an_app_can_be_loaded_again(tmp_path: Path) -> None:
    app = apps.with_route(lambda req: func.HttpResponse("ok"))
    TestHost(app, apps.folder(tmp_path))

    again = TestHost(app, tmp_path)

    assert again.request("GET", "/x").body == b"ok"


def test_two_functions_of_one_name_are_refused(tmp_path: Path) -> None:
    app = apps.with_route(lambda req: func.HttpResponse("ok"))

    @app.route(route="y")
    def page(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse()

    with pytest.raises(ValueError, match="unique"):
        TestHost(app, apps.folder(tmp_path))


def test_a_parameter_without_a_binding_is_refused(tmp_path: Path) -> None:
    app = apps.new()

    @app.route(route="x/{id}")
    def page(req: func.HttpRequest, id: str) -> func.HttpResponse:
        return func.HttpResponse(id)

    with pytest.raises(AppError, match="page"):
        TestHost(app, apps.folder(tmp_path))


def test_a_trigger_that_this_host_does_not_have_is_refused(tmp_path: Path) -> None:
    app = apps.new()

    @app.event_grid_trigger(arg_name="event")
    def announced(event: func.EventGridEvent) -> None:
        pass

    with pytest.raises(AppError, match="eventGridTrigger"):
        TestHost(app, apps.folder(tmp_path))


def test_a_name_or_route_that_the_host_refuses_is_refused(tmp_path: Path) -> None:
    app = apps.with_route(lambda req: func.HttpResponse("ok"), route="admin/x")

    with pytest.raises(AppError, match="admin"):
        TestHost(app, apps.folder(tmp_path))


@pytest.mark.parametrize(
    "queues",
    [
        {"batchSize": 0},
        {"batchSize": 33},
        {"messageEncoding": "rot13"},
        {"maxPollingInterval": "2 seconds"},
        {"maxDequeueCount": "many"},
    ],
)
def test_a_setting_of_host_json_that_cannot_be_used_is_refused(
    queues: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(AppError, match=r"host\.json"):
        TestHost(apps.new(), apps.folder(tmp_path, **queues))


@pytest.mark.parametrize("blobs", [{"maxDegreeOfParallelism": 0}, {"poisonBlobThreshold": "often"}])
def test_a_setting_of_blobs_that_cannot_be_used_is_refused(
    blobs: dict[str, Any], tmp_path: Path
) -> None:
    settings = {"version": "2.0", "extensions": {"blobs": blobs}}
    (tmp_path / "host.json").write_text(json.dumps(settings), "utf-8")

    with pytest.raises(AppError, match=r"host\.json"):
        TestHost(apps.new(), tmp_path)


def test_a_failure_is_described_without_its_text() -> None:
    try:
        try:
            json.loads("a secret")
        except ValueError as error:
            raise RuntimeError("a secret") from error
    except RuntimeError as error:
        described = invocation.failure(error)

    assert "secret" not in described
    assert described.startswith("RuntimeError at test_invocation.py:")
    assert "JSONDecodeError" in described


@pytest.mark.parametrize("switch", ["before-flush=1", "delay", "delay=x", "never", ""])
def test_an_unknown_fault_is_refused(switch: str) -> None:
    with pytest.raises(ValueError):
        Faults().add(switch, "worker")


def test_a_fault_strikes_as_often_as_it_should_and_no_other_function() -> None:
    faults = Faults()
    faults.add("twice", "worker", times=2)

    struck = [faults.strikes(Switch.TWICE, name) for name in ("worker", "other", *["worker"] * 2)]

    assert struck == [True, False, True, False]
