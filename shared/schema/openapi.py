"""The description of the API, OpenAPI 3.1, made of what the routes declare and of their shapes.

https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from shared.errors import ServiceError
from shared.schema.shapes import Field, List, Shape, Text, definitions

#: The version of this API, which is that of the product.
VERSION = "0.1.0"

_ABOUT = (
    "Custom entity extraction that you own. It speaks the wire protocol of Azure's custom entity "
    "extraction, so programs that were written for the hosted service change only their endpoint. "
    "In requests, members that are not described are ignored, null counts as absent where it is "
    "not described, and words such as kinds are read in any letter case."
)

#: How callers say who they are.
_SECURITY: dict[str, Any] = {
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "Ocp-Apim-Subscription-Key",
        "description": "One of this service's keys.",
    },
    "entra": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of Microsoft Entra ID, where the service is set up for it.",
    },
}

#: The statuses with which any route refuses that asks who calls.
_ALWAYS = frozenset({400, 401, 403, 429, 500, 503})
#: Also those of routes that change something.
_CHANGING = frozenset({409, 412, 413})

_PARAMETER = re.compile(r"\{\*?([^{}?]+)\??\}")

_INNER_ERROR = Shape(
    "InnerError",
    "The finer reason of an error.",
    (
        Field("code", Text(), "A finer code.", required=True),
        Field("message", Text(), "A sentence.", required=True),
    ),
)

ERROR = Shape(
    "Error",
    "What is wrong, and where.",
    (
        Field("code", Text(), "A code for programs.", required=True),
        Field("message", Text(), "A sentence for people.", required=True),
        Field("target", Text(), "What it is about: a JSON path, a parameter, a document."),
        Field("innererror", _INNER_ERROR, "The finer reason, where there is one."),
    ),
)

REFUSAL = Shape(
    "Refusal",
    "What every request is answered that is refused.",
    (
        Field(
            "error",
            Shape(
                "RefusalError",
                "The first fault, and all of them where there are several.",
                (*ERROR.fields, Field("details", List(ERROR), "Each fault of the request.")),
            ),
            "The error.",
            required=True,
        ),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One way in which a route answers that does what was asked."""

    status: int = 200
    about: str
    #: None: no JSON, but something of `media`, or nothing.
    body: Shape | None = None
    #: The types of contents without a shape.
    media: tuple[str, ...] = ()
    headers: tuple[Field, ...] = ()


class Declared(TypedDict, total=False):
    """What the author of a route says of it: the fields of `Route` of the same names."""

    query: tuple[Field, ...]
    request: Shape
    media: tuple[str, ...]
    answers: tuple[Answer, ...]
    refuses: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A route: how it is reached, by whom, what it takes and what it answers."""

    #: The name of its function.
    name: str
    method: str
    #: As the host knows it: without the first slash, `{name}`, `{name?}` for what is open, or
    #: `{*name}` for all that follows.
    template: str
    #: What it does: the first line is the summary.
    about: str
    #: The module that it is in: the sort of routes that it belongs to.
    group: str
    #: The least role that may call; None: callers are not asked who they are.
    role: str | None
    #: The header with a token that opens this route alone.
    token: str | None = None
    query: tuple[Field, ...] = ()
    request: Shape | None = None
    #: The types of contents that the request may have, where they are not JSON alone; only JSON has
    #: the shape.
    media: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    #: Statuses of refusals, beside those that all routes of its sort have.
    refuses: tuple[int, ...] = ()

    @property
    def path(self) -> str:
        """Its path as OpenAPI writes it, where nothing is optional."""
        return "/" + self.template.replace("?}", "}").replace("{*", "{")

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters of its path."""
        return _PARAMETER.findall(self.template)

    def refusals(self) -> list[int]:
        """Return the statuses with which it may refuse, in order."""
        statuses = set(self.refuses)
        if self.role or self.token:
            statuses |= _ALWAYS
        if self.parameters or self.request or self.media:
            statuses.add(404)
        if self.method != "GET":
            statuses |= _CHANGING
        return sorted(statuses)


def document(
    routes: Iterable[Route],
    *,
    groups: Mapping[str, tuple[str, str]],
    parameters: Mapping[str, Field],
) -> dict[str, Any]:
    """Return the OpenAPI document of routes.

    `groups` has for each group of routes, in order, a title and a sentence; `parameters` are all
    that paths name. Raises ValueError where two shapes have one name.
    """
    place = {group: number for number, group in enumerate(groups)}
    ordered = sorted(routes, key=lambda route: (place[route.group], route.path, route.method))
    paths: dict[str, Any] = {}
    for route in ordered:
        operation = _operation(route, groups[route.group][0], parameters)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    shapes = [shape for route in ordered for shape in _shapes(route)]
    statuses = sorted({status for route in ordered for status in route.refusals()})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Spanwright", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name, "description": about}
            for name, about in dict.fromkeys(groups[route.group] for route in ordered)
        ],
        "paths": paths,
        "components": {
            "schemas": definitions(REFUSAL, *shapes),
            "responses": {f"Refusal{status}": _refusal(status) for status in statuses},
            "securitySchemes": _SECURITY | _token(ordered),
        },
    }


def _operation(route: Route, group: str, parameters: Mapping[str, Field]) -> dict[str, Any]:
    summary, _, rest = route.about.partition("\n")
    security: list[dict[str, list[str]]] = []
    if route.token:
        callers, security = f"Needs a token in the header {route.token}.", [{"token": []}]
    elif route.role:
        callers, security = f"Needs the role {route.role}.", [{"key": []}, {"entra": []}]
    else:
        callers = "Open to all."
    body: dict[str, Any] = {
        "operationId": route.name,
        "tags": [group],
        "summary": summary.rstrip("."),
        "description": " ".join([*rest.split(), callers]),
        "parameters": [
            *(_parameter(parameters[name], "path", name) for name in route.parameters),
            *(_parameter(field, "query", field.name) for field in route.query),
        ],
        "responses": {
            **{str(status): _answer(several) for status, several in _by_status(route.answers)},
            **{
                str(status): {"$ref": f"#/components/responses/Refusal{status}"}
                for status in route.refusals()
            },
        },
        "security": security,
    }
    if route.request is not None or route.media:
        body["requestBody"] = {"required": True, "content": _contents(route)}
    return body


def _contents(route: Route) -> dict[str, Any]:
    """Return the types of contents of a request, with the shape of what is JSON."""
    schema = None if route.request is None else {"schema": route.request.json_schema()}
    return {
        media: schema if schema and media.endswith("json") else {}
        for media in route.media or ("application/json",)
    }


def _token(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the security scheme of routes that a token opens, if there are any."""
    name = next((route.token for route in routes if route.token), None)
    if name is None:
        return {}
    about = "A token that this service gave for one copy."
    return {"token": {"type": "apiKey", "in": "header", "name": name, "description": about}}


def _parameter(field: Field, place: str, name: str) -> dict[str, Any]:
    schema = field.kind.json_schema()
    examples = {} if field.example is None else {"example": field.example}
    return {
        "name": name,
        "in": place,
        "required": field.required or place == "path",
        "description": field.about,
        "schema": schema,
        **examples,
    }


def _by_status(answers: Sequence[Answer]) -> Iterator[tuple[int, list[Answer]]]:
    for status in sorted({answer.status for answer in answers}):
        yield status, [answer for answer in answers if answer.status == status]


def _answer(several: Sequence[Answer]) -> dict[str, Any]:
    """Return what a route answers with one status; several bodies are alternatives."""
    shapes = [answer.body.json_schema() for answer in several if answer.body is not None]
    content: dict[str, Any] = {
        media: {"schema": {}} for answer in several for media in answer.media
    }
    if shapes:
        schema = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        content["application/json"] = {"schema": schema}
    headers = {
        field.name: {
            "description": field.about,
            "required": field.required,
            "schema": field.kind.json_schema(),
        }
        for answer in several
        for field in answer.headers
    }
    return {
        "description": " ".join(dict.fromkeys(answer.about for answer in several)),
        **({"headers": headers} if headers else {}),
        **({"content": content} if content else {}),
    }


def _refusal(status: int) -> dict[str, Any]:
    """Return the refusals of one status: the sentence of the most general, and the codes of all."""
    errors = [error for error in _kinds_of_errors() if error.status == status]
    codes = ", ".join(dict.fromkeys(error.code for error in errors))
    return {
        "description": f"{(errors[0].__doc__ or '').strip()} Codes: {codes}.",
        "content": {"application/json": {"schema": REFUSAL.json_schema()}},
    }


def _kinds_of_errors() -> list[type[ServiceError]]:
    """Return every class of errors, the most general first."""
    kinds: list[type[ServiceError]] = [ServiceError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return kinds


def _shapes(route: Route) -> Iterator[Shape]:
    if route.request is not None:
        yield route.request
    yield from (answer.body for answer in route.answers if answer.body is not None)
