"""The functions of the app, as the Functions host sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devhost import host
from devhost.invocation import registered
from devhost.routing import names_refused, parse, shadowed
from devhost.web import route_of
from function_app import app
from functions import http
from shared.services.messages import Queue
from shared.settings import CONNECTION

ROOT = Path(__file__).resolve().parents[2]

FUNCTIONS = registered(app)
ROUTES = [
    route_of(function)
    for function in host.load(app, host.read_settings(ROOT))
    if function.kind == "httpTrigger"
]

#: The routes that answer without a key, and why: a probe has none, a browser shows the page before
#: its user signs in, and the description of the API holds nothing of any project.
OPEN = {"health_live", "health_ready", "openapi_document", "openapi_page", "studio"}


def trigger(function: Any) -> dict[str, Any]:
    return dict(function.get_trigger().get_dict_repr())


HTTP = [function for function in FUNCTIONS if trigger(function)["type"] == "httpTrigger"]
QUEUES = [function for function in FUNCTIONS if trigger(function)["type"] == "queueTrigger"]


def name(function: Any) -> str:
    return str(function.get_function_name())


@pytest.mark.parametrize("function", HTTP, ids=name)
def test_every_http_function_goes_through_the_wrapper(function: Any) -> None:
    assert function.get_user_function() in http.WRAPPED


@pytest.mark.parametrize("function", HTTP, ids=name)
def test_the_host_asks_for_no_key_of_its_own(function: Any) -> None:
    # Clients of this API send a header that the host does not know; the wrapper checks it.
    assert str(trigger(function)["authLevel"]).upper().endswith("ANONYMOUS")


def test_names_and_routes_are_such_as_the_host_takes() -> None:
    assert names_refused([*FUNCTIONS, *ROUTES]) == []


def test_no_route_is_shadowed_by_an_earlier_one() -> None:
    assert shadowed(ROUTES) == []


def test_shadowed_routes_are_found() -> None:
    first, second = parse("a", "x/{any}", ["GET"]), parse("b", "x/one", ["GET"])

    assert shadowed([first, second]) == [("a", "b")]
    assert shadowed([second, parse("z", "x/{any}", ["GET"])]) == []


def test_every_queue_has_a_worker_and_a_worker_for_its_poison() -> None:
    names = {trigger(function)["queueName"] for function in QUEUES}

    assert names == {queue.value for queue in Queue} | {f"{queue.value}-poison" for queue in Queue}


@pytest.mark.parametrize("function", FUNCTIONS, ids=name)
def test_every_binding_uses_the_one_connection(function: Any) -> None:
    bindings = [binding.get_dict_repr() for binding in function.get_bindings()]

    connections = {binding["connection"] for binding in bindings if "connection" in binding}

    assert connections <= {CONNECTION}
