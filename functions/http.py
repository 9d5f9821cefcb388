"""The one wrapper of every HTTP trigger: size, caller, role, rate, call, reply, error body.

A trigger is registered by `endpoint` and by nothing else, so none can be reached around it. The
Functions host's own keys cannot be used: clients of this API send a header that it does not know.
"""

from __future__ import annotations

import inspect
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Unpack
from urllib.parse import urlsplit

import azure.functions as func

from functions.wiring import Service, counts, own_settings, service
from shared import auth, clock, limits, telemetry
from shared.auth import Caller, Role
from shared.errors import BodyTooLarge, ServiceError, Unauthorized
from shared.limits import Limits
from shared.rates import Rate
from shared.schema.openapi import Declared, Route
from shared.services.messages import Message, Queue
from shared.settings import CONNECTION
from shared.storage.stores import Stores


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A request, as an endpoint reads it."""

    #: As the caller addressed it.
    url: str
    #: The parameters of the route, decoded.
    path: Mapping[str, str]
    #: What the route declares, with names in lower case; what it does not is left out.
    query: Mapping[str, str]
    body: bytes
    #: None where callers are not asked who they are.
    caller: Caller | None = None
    #: Whether the caller reads an answer that is compressed by gzip.
    takes_gzip: bool = False
    #: Of a call under `by_copy_token`: what the endpoint must check before anything else.
    copy_token: str = field(default="", repr=False)

    @property
    def service(self) -> Service:
        """The process's service."""
        return service()

    @property
    def stores(self) -> Stores:
        """The stores of the process's service."""
        return service().stores

    @property
    def limits(self) -> Limits:
        """The limits that are set for this service."""
        return service().stores.limits

    @property
    def address(self) -> str:
        """The path of this request, as the caller wrote it."""
        return urlsplit(self.url).path

    @property
    def endpoint(self) -> str:
        """The public address of the service, for links; without a slash at its end."""
        return _own_address(self.url)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What an endpoint answers; messages go onto its queue once it has returned."""

    status: int = 200
    #: A dict is sent as JSON, bytes as they are.
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()


#: Every function that `endpoint` made: a test holds all HTTP functions of the app against it.
WRAPPED: set[Callable[..., func.HttpResponse]] = set()

#: Every route that `endpoint` made: the description of the API is made of them.
ROUTES: list[Route] = []

Endpoint = Callable[[Call], Reply]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Door:
    """What lets a caller in by one route."""

    #: The least that the caller must have; None: no caller is asked for.
    role: Role | None
    rate: Rate
    open_to_all: bool
    by_copy_token: bool
    #: Parameters of the query, in lower case and without `$`.
    query: frozenset[str]


def endpoint(
    blueprint: func.Blueprint,
    method: str,
    route: str,
    *,
    role: Role | None = None,
    queue: Queue | None = None,
    open_to_all: bool = False,
    by_copy_token: bool = False,
    **declared: Unpack[Declared],
) -> Callable[[Endpoint], Endpoint]:
    """Register an endpoint for a method and a route, under its own name.

    Callers must be known and have the `role`, which is by default READER for a GET and AUTHOR for
    all else. With `open_to_all` anybody may call, and with `by_copy_token` who sends some copy
    token, which the endpoint checks. `queue` names the queue that its messages go to.
    The host tries routes in the order of function names and takes the first that fits, so the
    name of a more specific route must sort before that of a more general one.

    What is `declared` of the query, the request and the answers, the description of the API tells.
    """

    if open_to_all or by_copy_token:
        role = None
    elif role is None:
        role = Role.READER if method == "GET" else Role.AUTHOR
    door = _Door(
        role=role,
        rate=Rate.of(method, route),
        open_to_all=open_to_all,
        by_copy_token=by_copy_token,
        query=frozenset(_plain(field.name) for field in declared.get("query", ())),
    )

    def register(answer: Endpoint) -> Endpoint:
        if queue is None:

            def function(req: func.HttpRequest) -> func.HttpResponse:
                return _respond(answer, req, door)[0]

        else:

            def function(  # type: ignore[misc]
                req: func.HttpRequest, messages: func.Out[str]
            ) -> func.HttpResponse:
                response, queued = _respond(answer, req, door)
                if queued:
                    messages.set(queued)
                return response

        WRAPPED.add(function)
        ROUTES.append(
            Route(
                name=answer.__name__,
                method=method,
                template=route,
                about=inspect.getdoc(answer) or "",
                group=answer.__module__,
                role=None if role is None else role.name.lower(),
                token=auth.COPY_HEADER if by_copy_token else None,
                **declared,
            )
        )
        builder = blueprint.function_name(answer.__name__)(
            blueprint.route(route=route, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)(
                function
            )
        )
        if queue is not None:
            blueprint.queue_output(
                arg_name="messages", queue_name=queue.value, connection=CONNECTION
            )(builder)
        return answer

    return register


def batch(messages: tuple[Message, ...] | list[Message]) -> str:
    """Return messages as one value of a queue binding: the host splits a JSON array.

    They are a part of what is done now: of its trace.
    """
    trace = telemetry.trace()
    texts = [message.text(trace) for message in messages]
    return texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"


def _respond(answer: Endpoint, req: func.HttpRequest, door: _Door) -> tuple[func.HttpResponse, str]:
    """Return the answer to a request, and the value of its queue's binding: "" for no message."""
    begin, name = time.monotonic(), answer.__name__
    request_id = str(uuid.uuid4())
    headers = {name.lower(): value for name, value in req.headers.items()}
    trace = telemetry.trace_of(headers.get("traceparent", ""))
    with telemetry.within(request=request_id, trace=trace), telemetry.first_call(name):
        code: str | None = None
        try:
            reply = answer(_call(req, headers, door))
        except ServiceError as error:
            reply, code = _refusal(error), error.code
        except Exception as error:
            telemetry.fault("request-failed", error, function=name)
            reply, code = _refusal(ServiceError()), ServiceError.code
        if code is not None or not door.open_to_all:
            telemetry.event(
                "request",
                function=name,
                status=reply.status,
                code=code,
                ms=telemetry.ms_since(begin),
                client_request=_client_request(headers),
            )
        return _response(reply, request_id), batch(reply.messages) if reply.messages else ""


def _client_request(headers: Mapping[str, str]) -> str | None:
    """Return the id that a client gave its request, if it is one: other text is not logged."""
    for name in ("x-ms-client-request-id", "apim-request-id"):
        try:
            return str(uuid.UUID(headers.get(name, "")))
        except ValueError:
            continue
    return None


def _call(req: func.HttpRequest, headers: Mapping[str, str], door: _Door) -> Call:
    """Return the request, once its sender has come in by the door.

    The names of `headers` are in lower case.
    """
    body = req.get_body()
    if len(body) > limits.BODY_BYTES:
        raise BodyTooLarge(f"The request body has more than {limits.BODY_BYTES:,} bytes.")
    caller: Caller | None = None
    if door.role is not None:
        caller = auth.identify(headers, own_settings())
        auth.demand(caller, door.role)
        if req.method != "GET":
            auth.check_page(caller, headers, _own_address(req.url))
        if (most := own_settings().rates.get(door.rate)) is not None:
            counts().admit(caller.id, door.rate, most, clock.now())
    token = headers.get(auth.COPY_HEADER, "") if door.by_copy_token else ""
    if door.by_copy_token and not token:
        raise Unauthorized(f"Access denied: send a copy token in the header {auth.COPY_HEADER}.")
    return Call(
        url=req.url,
        path=dict(req.route_params),
        query={
            name.lower(): value for name, value in req.params.items() if _plain(name) in door.query
        },
        body=body,
        caller=caller,
        takes_gzip="gzip" in headers.get("accept-encoding", ""),
        copy_token=token,
    )


def _own_address(url: str) -> str:
    """Return the public address of the service, as it is set or as a request names it."""
    address = urlsplit(url)
    return own_settings().endpoint or f"{address.scheme}://{address.netloc}"


def _plain(name: str) -> str:
    """Return the name of a parameter of a query, which may be written in any case and with `$`."""
    return name.lower().removeprefix("$")


def _refusal(error: ServiceError) -> Reply:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return Reply(status=error.status, body=error.body(), headers=headers)


def _response(reply: Reply, request_id: str) -> func.HttpResponse:
    body, mimetype = reply.body, "application/json"
    if body is None:
        body, mimetype = b"", "text/plain"
    elif not isinstance(body, bytes):
        body = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "apim-request-id": request_id,
        "x-content-type-options": "nosniff",
        "Cache-Control": "no-store",
        **reply.headers,
    }
    return func.HttpResponse(
        body,
        status_code=reply.status,
        headers=headers,
        mimetype=headers.get("Content-Type", mimetype),
        charset="utf-8",
    )
