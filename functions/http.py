"""The one wrapper of every HTTP trigger: size, authentication, call, reply, error body.

A trigger is registered by `endpoint` and by nothing else, so none can be reached around it. The
Functions host's own keys cannot be used: clients of this API send a header that it does not know.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import azure.functions as func

from functions.wiring import Service, own_settings, service
from shared import auth, limits, telemetry
from shared.errors import BodyTooLarge, ServiceError
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
    #: Names in lower case.
    query: Mapping[str, str]
    body: bytes

    @property
    def service(self) -> Service:
        """The process's service."""
        return service()

    @property
    def stores(self) -> Stores:
        """The stores of the process's service."""
        return service().stores

    @property
    def address(self) -> str:
        """The path of this request, as the caller wrote it."""
        return urlsplit(self.url).path

    @property
    def endpoint(self) -> str:
        """The public address of the service, for links; without a slash at its end."""
        address = urlsplit(self.url)
        return own_settings().endpoint or f"{address.scheme}://{address.netloc}"


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

Endpoint = Callable[[Call], Reply]


def endpoint(
    blueprint: func.Blueprint,
    method: str,
    route: str,
    *,
    queue: Queue | None = None,
    open_to_all: bool = False,
) -> Callable[[Endpoint], Endpoint]:
    """Register an endpoint for a method and a route, under its own name.

    `queue` names the queue that its messages go to. Without `open_to_all`, callers must be known.
    The host tries routes in the order of function names and takes the first that fits, so the
    name of a more specific route must sort before that of a more general one.
    """

    def register(answer: Endpoint) -> Endpoint:
        if queue is None:

            def function(req: func.HttpRequest) -> func.HttpResponse:
                return _respond(answer, req, open_to_all)[0]

        else:

            def function(  # type: ignore[misc]
                req: func.HttpRequest, messages: func.Out[str]
            ) -> func.HttpResponse:
                response, queued = _respond(answer, req, open_to_all)
                if queued:
                    messages.set(batch(queued))
                return response

        WRAPPED.add(function)
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
    """Return messages as one value of a queue binding: the host splits a JSON array."""
    texts = [message.text() for message in messages]
    return texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"


def _respond(
    answer: Endpoint, req: func.HttpRequest, open_to_all: bool
) -> tuple[func.HttpResponse, tuple[Message, ...]]:
    request_id = str(uuid.uuid4())
    try:
        reply = answer(_call(req, open_to_all))
    except ServiceError as error:
        reply = _refusal(error)
    except Exception as error:
        telemetry.fault("request-failed", error, request=request_id, function=answer.__name__)
        reply = _refusal(ServiceError())
    return _response(reply, request_id), reply.messages


def _call(req: func.HttpRequest, open_to_all: bool) -> Call:
    headers = {name.lower(): value for name, value in req.headers.items()}
    body = req.get_body()
    if len(body) > limits.BODY_BYTES:
        raise BodyTooLarge(f"The request body has more than {limits.BODY_BYTES:,} bytes.")
    if not open_to_all:
        auth.check(headers, own_settings().key_digests)
    return Call(
        url=req.url,
        path=dict(req.route_params),
        query={name.lower(): value for name, value in req.params.items()},
        body=body,
    )


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
