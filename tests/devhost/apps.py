"""Small apps for the tests of the local host."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, List  # noqa: UP035 - the official runtime takes no list[str] in Out

import azure.functions as func

CONNECTION = "TEST_STORAGE"


def new() -> func.FunctionApp:
    return func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def with_route(
    answer: Callable[[func.HttpRequest], Any], route: str = "x/{id?}", **options: Any
) -> func.FunctionApp:
    """An app with one HTTP function, `page`."""
    app = new()

    @app.route(route=route, **options)
    def page(req: func.HttpRequest) -> func.HttpResponse:
        returned: func.HttpResponse = answer(req)
        return returned

    return app


def with_queue(work: Callable[[func.QueueMessage], None], queue: str = "jobs") -> func.FunctionApp:
    """An app with the queue function `work`, one on its poison queue, and the HTTP `submit`."""
    app = new()

    @app.queue_trigger(arg_name="message", queue_name=queue, connection=CONNECTION)
    @app.queue_output(arg_name="out", queue_name=f"{queue}-done", connection=CONNECTION)
    def worker(message: func.QueueMessage, out: func.Out[str]) -> None:
        work(message)
        out.set(message.get_body().decode())

    @app.route(route="submit", methods=["POST"])
    @app.queue_output(arg_name="out", queue_name=queue, connection=CONNECTION)
    def submit(req: func.HttpRequest, out: func.Out[List[str]]) -> func.HttpResponse:  # noqa: UP006
        out.set(req.get_json())
        return func.HttpResponse(status_code=202)

    return app


def folder(path: Path, **queues: Any) -> Path:
    """Write a host.json with these settings of queues; return its folder."""
    settings = {
        "version": "2.0",
        "extensions": {
            "http": {"routePrefix": ""},
            "queues": {"messageEncoding": "none", "maxPollingInterval": "00:00:01", **queues},
        },
    }
    (path / "host.json").write_text(json.dumps(settings), "utf-8")
    return path
