"""Microsoft's own Python runtime as an oracle: what does it make of our app?

Needs Python 3.13 or newer with `requirements.txt` and `azure-functions-runtime` installed. That
package is the part of the real host that is written in Python: it reads the decorators, refuses
functions whose bindings and parameters don't fit, builds a function's arguments and encodes its
answer. The .NET part (routes, queues, timers) isn't in it; the messages that pass between the two
are stood in for by plain objects.

    python official_runtime.py ROOT
        Index ROOT/function_app.py and print a JSON list, one object for each function, sorted by
        name: `name`, `bindings` (as in function.json) and, of HTTP functions, `route` and
        `methods`. Ends with 1 and the reason on stderr when the indexer refuses the app.

    python official_runtime.py ROOT --request < request.json
        Send one request through the app. The request is an object with `path` (with its query)
        and, if wanted, `method`, `headers`, and `body` (text) or `body_base64`. Prints an object
        with `function`, `status`, `headers`, `cookies`, `body` (or `body_base64` if it isn't
        UTF-8) and `outputs` (what was set on output bindings, by parameter). A function that
        raises gives status 500 and `error`, the official runtime's text of it; no function for
        the path gives status 404. Which function takes the path is decided by devhost/routing.py,
        since the official package has no routes.

What the app itself prints goes to stderr.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from devhost import routing


class _Message(SimpleNamespace):
    """A stand-in for one protobuf message: it has the fields that it was made with."""

    def WhichOneof(self, group: str) -> str | None:
        """Return the name of the field that is set, as protobuf does for a group of them."""
        fields = [name for name in vars(self) if name != "name"]
        return fields[0] if fields else None


class _Status(_Message):
    Failure = 0
    Success = 1


class _Binding(_Message):
    undefined = 0
    out = 1
    inout = 2


class _SameSite:
    Lax = "Lax"
    Strict = "Strict"
    ExplicitNone = "None"


# `None` cannot be written as a name; the runtime looks it up by text.
setattr(_SameSite, "None", "")


class _Cookie(_Message):
    SameSite = _SameSite


class _Protos:
    """A stand-in for the module of protobuf classes."""

    StatusResult = _Status
    BindingInfo = _Binding
    RpcHttpCookie = _Cookie

    def __getattr__(self, name: str) -> type[_Message]:
        return _Message


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the module says. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("root", type=Path, help="folder of function_app.py and host.json")
    parser.add_argument("--request", action="store_true", help="send the request on stdin")
    options = parser.parse_args(arguments)
    request = json.load(sys.stdin) if options.request else None
    with contextlib.redirect_stdout(sys.stderr):
        try:
            answer = asyncio.run(_run(options.root.resolve(), request))
        except _Refused as refused:
            print(refused, file=sys.stderr)
            return 1
    json.dump(answer, sys.stdout, indent=2, sort_keys=True)
    print()
    return 0


class _Refused(Exception):
    """The official indexer refuses the app; the message is its own."""


async def _run(root: Path, request: dict[str, Any] | None) -> Any:
    functions = await _index(root)
    if request is None:
        return sorted(functions, key=lambda each: str(each["name"]))
    return await _send(root, functions, request)


async def _index(root: Path) -> list[dict[str, Any]]:
    """Return the functions as the official indexer sees them. Raises `_Refused`."""
    from azure_functions_runtime import handle_event

    sys.path.insert(0, str(root))
    init = _Message(capabilities={}, function_app_directory=str(root))
    answer = await handle_event.worker_init_request(
        _Message(
            request=_Message(worker_init_request=init),
            properties={"host": "127.0.0.1", "protos": _Protos()},
        )
    )
    if answer.result.status != _Status.Success:
        raise _Refused(answer.result.exception.message)
    answer = await handle_event.functions_metadata_request(_Message(request=None))
    functions = []
    for each in answer.function_metadata_results or ():
        bindings = [json.loads(binding) for binding in each.raw_bindings]
        function = {"name": each.name, "id": each.function_id, "bindings": bindings}
        for binding in bindings:
            if binding["type"] == "httpTrigger":
                function["route"] = binding.get("route") or each.name
                function["methods"] = binding.get("methods") or sorted(routing.ALL_METHODS)
        functions.append(function)
    if not functions:
        raise _Refused("the official indexer finds no functions")
    return functions


async def _send(
    root: Path, functions: list[dict[str, Any]], request: dict[str, Any]
) -> dict[str, Any]:
    """Send a request through the official runtime, as the .NET host would hand it over."""
    from azure_functions_runtime import handle_event

    method = str(request.get("method", "GET")).upper()
    target = urlsplit("http://localhost" + request["path"])
    routes = routing.in_order(
        routing.parse(each["name"], each["route"], each["methods"], _prefix(root))
        for each in functions
        if "route" in each
    )
    found = routing.find(routes, method, routing.decode(target.path))
    if found is None:
        return {"status": 404, "function": None}
    route, parameters = found
    function = next(each for each in functions if each["name"] == route.function)
    trigger = next(each for each in function["bindings"] if each["type"] == "httpTrigger")
    if "body_base64" in request:
        body = base64.b64decode(request["body_base64"])
    else:
        body = str(request.get("body", "")).encode()
    http = _Message(
        method=method,
        url=f"http://localhost{request['path']}",
        headers={name.lower(): value for name, value in request.get("headers", {}).items()},
        query=_query(target.query),
        params=parameters,
        body=_Message(bytes=body) if body else _Message(),
    )
    invocation = _Message(
        invocation_id=str(uuid.uuid4()),
        function_id=function["id"],
        trace_context=_Message(trace_parent="", trace_state="", attributes={}),
        retry_context=_Message(retry_count=0, max_retry_count=0, exception=None),
        input_data=[_Message(name=trigger["name"], data=_Message(http=http))],
        trigger_metadata={},
    )
    answer = await handle_event.invocation_request(
        _Message(request=_Message(invocation_request=invocation), properties={})
    )
    if answer.result.status != _Status.Success:
        error = answer.result.exception.message
        return {"status": 500, "function": route.function, "error": error}
    outputs = {each.name: _plain(each.data) for each in answer.output_data}
    return {"function": route.function, "outputs": outputs, **_reply(answer.return_value)}


def _query(text: str) -> dict[str, str]:
    """Return the query without empty values, repeated keys joined by commas."""
    query: dict[str, str] = {}
    for key, value in parse_qsl(text):
        query[key] = f"{query[key]},{value}" if key in query else value
    return query


def _prefix(root: Path) -> str:
    path = root / "host.json"
    settings = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return str(settings.get("extensions", {}).get("http", {}).get("routePrefix", "api"))


def _reply(value: Any) -> dict[str, Any]:
    """Return what the .NET host would send for a returned value."""
    if value.WhichOneof("data") == "string":
        return {
            "status": 200,
            "headers": {"content-type": "text/plain; charset=utf-8"},
            "cookies": [],
            "body": value.string,
        }
    http = value.http
    answer: dict[str, Any] = {
        "status": int(http.status_code),
        "headers": {name.lower(): text for name, text in http.headers.items()},
        "cookies": [{"name": each.name, "value": each.value} for each in http.cookies or ()],
    }
    content = http.body.bytes
    try:
        answer["body"] = content.decode("utf-8")
    except UnicodeDecodeError:
        answer["body_base64"] = base64.b64encode(content).decode("ascii")
    return answer


def _plain(data: Any) -> Any:
    """Return the value of an output in a form that JSON knows."""
    value = getattr(data, data.WhichOneof("data") or "", None)
    return value.decode("utf-8") if isinstance(value, bytes) else value


if __name__ == "__main__":
    raise SystemExit(main())
