"""Routes of HTTP functions, tried the way the Functions host tries them.

The host sorts the functions by name, ignoring case, and takes the first whose method and pattern
fit: a specific route does not go before a general one by itself. Patterns are those of ASP.NET
route templates: https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

#: What the host takes when a trigger names no methods.
ALL_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"})

#: First segments that the host keeps for itself; it does not load such a function.
RESERVED = ("admin", "runtime")

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,127}", re.IGNORECASE)
_PARAMETER = re.compile(r"\{([^{}]*)\}")
_IDENTIFIER = re.compile(r"(\*{0,2})([A-Za-z_][A-Za-z0-9_-]*)(\??)")
_ESCAPES = re.compile(rb"(?:%(?!2[fF])[0-9A-Fa-f]{2})+")


class RouteError(ValueError):
    """A route that the host would refuse, or that this one does not know; the message says why."""


class Named(Protocol):
    """What `names_refused` looks at: an Azure Functions function, or a stand-in."""

    def get_function_name(self) -> str | None: ...


class _Kind(IntEnum):
    """Kinds of segments, the most specific first."""

    LITERAL = 0
    MIXED = 1
    PARAMETER = 2
    OPTIONAL = 3
    REST = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One piece of a route between two slashes."""

    kind: _Kind
    #: Matches a whole segment of a path; its groups are the parameters, in order.
    pattern: re.Pattern[str]
    #: Parameter names, in order.
    names: tuple[str, ...]
    #: As written in the route.
    text: str

    @property
    def ends(self) -> tuple[str, str]:
        """The fixed text before the first parameter and after the last one, in small letters."""
        text = self.text.lower()
        return text.split("{", 1)[0], text.rsplit("}", 1)[-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """The route of one HTTP function."""

    function: str
    #: In capitals.
    methods: frozenset[str]
    #: As written in the decorator, with the prefix of host.json, without slashes around it.
    template: str
    segments: tuple[Segment, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters of a decoded path, or None when the path doesn't fit.

        An optional or catch-all parameter that takes nothing is left out, as in the host.
        """
        pieces = _pieces(path)
        parameters: dict[str, str] = {}
        for index, segment in enumerate(self.segments):
            if segment.kind is _Kind.REST:
                rest = "/".join(pieces[index:])
                return parameters | {segment.names[0]: rest} if rest else parameters
            if index >= len(pieces):
                if segment.kind is _Kind.OPTIONAL:
                    continue
                return None
            found = segment.pattern.fullmatch(pieces[index])
            if found is None:
                return None
            parameters.update(zip(segment.names, found.groups(), strict=True))
        return parameters if len(pieces) <= len(self.segments) else None


def parse(function: str, template: str, methods: Iterable[str] = (), prefix: str = "") -> Route:
    """Return the route of a function; no methods means all of them.

    Raises `RouteError` on a template that the host refuses, and on inline constraints and default
    values, which this host does not know.
    """
    whole = "/".join(part.strip("/") for part in (prefix, template) if part.strip("/"))
    texts = whole.split("/") if whole else []
    segments = tuple(_segment(text, whole) for text in texts)
    for segment, following in itertools.pairwise(segments):
        if segment.kind is _Kind.REST or following.kind < segment.kind is _Kind.OPTIONAL:
            raise RouteError(f"{whole}: only the end may be optional or take the rest")
    names = [name.lower() for segment in segments for name in segment.names]
    if len(names) != len(set(names)):
        raise RouteError(f"{whole}: a parameter is named twice")
    wanted = frozenset(method.upper() for method in methods)
    return Route(
        function=function, methods=wanted or ALL_METHODS, template=whole, segments=segments
    )


def in_order(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Return the routes in the order in which the host tries them.

    The host compares names as .NET's OrdinalIgnoreCase does, that is in capitals: `_` comes after
    the letters (FunctionMetadataManager.LoadFunctionMetadata of azure-functions-host).
    """
    return tuple(sorted(routes, key=lambda route: route.function.upper()))


def find(routes: Sequence[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the first of the ordered routes that takes the request, with its parameters.

    `path` is decoded (see `decode`). A method that no matching route takes finds nothing, so the
    answer to it is 404, not 405.
    """
    for route in routes:
        if method.upper() in route.methods and (found := route.match(path)) is not None:
            return route, found
    return None


def decode(path: str) -> str:
    """Return a path as the host's web server hands it on.

    Percent escapes are decoded, except `%2F` and bytes that are not UTF-8, which stay as they are;
    `.` and `..` segments are resolved. Raises `RouteError` for a NUL.
    """
    text = _ESCAPES.sub(_unescape, path.encode("utf-8", "surrogateescape")).decode(
        "utf-8", "replace"
    )
    if "\0" in text:
        raise RouteError("the path holds a NUL")
    if "/." not in text:
        return text
    kept: list[str] = []
    pieces = text.split("/")
    for piece in pieces[1:]:
        if piece == "..":
            kept = kept[:-1]
        elif piece != ".":
            kept.append(piece)
    if pieces[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def shadowed(routes: Iterable[Route]) -> list[tuple[str, str]]:
    """Return pairs (shadowing function, shadowed function) of routes in the wrong order.

    A route is shadowed when an earlier one shares a method and a path with it and is not the more
    specific of the two. No pairs means that every route can be reached, and that where two fit
    the same path the more specific one gets it.
    """
    ordered = in_order(routes)
    return [
        (earlier.function, later.function)
        for index, later in enumerate(ordered)
        for earlier in ordered[:index]
        if earlier.methods & later.methods
        and _overlap(earlier.segments, later.segments)
        and not _more_specific(earlier, later)
    ]


def names_refused(functions: Iterable[Named | Route]) -> list[str]:
    """Return one sentence for each function that the host would not load: its name or its route.

    Takes functions, routes, or both; the rule on names is that of the .NET host (the Python
    indexer does not check it).
    """
    sentences = []
    for function in functions:
        if isinstance(function, Route):
            name = function.function
            first = function.template.split("/")[0].lower()
            if first in RESERVED:
                sentences.append(f"{name}: a route may not begin with {first}")
        else:
            name = function.get_function_name() or ""
        if not _NAME.fullmatch(name):
            sentences.append(f"{name!r} is not a function name")
    return sentences


def _pieces(path: str) -> list[str]:
    """Split a path into segments; one slash before and one after don't count."""
    inner = path.removeprefix("/").removesuffix("/")
    return inner.split("/") if inner else []


def _segment(text: str, whole: str) -> Segment:
    parts = _PARAMETER.split(text)
    if not text or any("{" in literal or "}" in literal for literal in parts[0::2]):
        raise RouteError(f"{whole}: a segment is empty, or its braces don't match")
    if len(parts) == 1:
        pattern = re.compile(re.escape(text), re.IGNORECASE)
        return Segment(kind=_Kind.LITERAL, pattern=pattern, names=(), text=text)
    if any(not literal for literal in parts[2:-1:2]):
        raise RouteError(f"{whole}: two parameters without text between them")
    alone = parts[0] == parts[-1] == "" and len(parts) == 3
    kind = _Kind.PARAMETER if alone else _Kind.MIXED
    names, expression = [], ""
    for index, part in enumerate(parts):
        if index % 2 == 0:
            expression += re.escape(part)
            continue
        written = _IDENTIFIER.fullmatch(part)
        if written is None:
            raise RouteError(f"{whole}: {{{part}}} is not a plain parameter")
        star, name, optional = written.groups()
        if (star and optional) or ((star or optional) and not alone):
            raise RouteError(f"{whole}: {{{part}}} must be a segment of its own")
        if alone and (star or optional):
            kind = _Kind.REST if star else _Kind.OPTIONAL
        names.append(name)
        expression += "(.+)"
    pattern = re.compile(expression, re.IGNORECASE | re.DOTALL)
    return Segment(kind=kind, pattern=pattern, names=tuple(names), text=text)


def _overlap(mine: Sequence[Segment], its: Sequence[Segment]) -> bool:
    """Whether some path fits both rows of segments."""
    for left, right in zip(mine, its, strict=False):
        if _Kind.REST in (left.kind, right.kind):
            return True
        if left.kind is _Kind.LITERAL or right.kind is _Kind.LITERAL:
            literal, other = (left, right) if left.kind is _Kind.LITERAL else (right, left)
            if other.pattern.fullmatch(literal.text) is None:
                return False
            continue
        (start, end), (its_start, its_end) = left.ends, right.ends
        starts = start.startswith(its_start) or its_start.startswith(start)
        if not starts or not (end.endswith(its_end) or its_end.endswith(end)):
            return False
    longer = max(mine, its, key=len)[min(len(mine), len(its)) :]
    return all(segment.kind in (_Kind.OPTIONAL, _Kind.REST) for segment in longer)


def _more_specific(route: Route, other: Route) -> bool:
    """Whether `route` is more specific than `other`, by the first segment in which they differ."""
    for mine, its in zip(route.segments, other.segments, strict=False):
        if mine.kind is not its.kind:
            return mine.kind < its.kind
        fixed, its_fixed = ("".join(segment.ends) for segment in (mine, its))
        if mine.kind is _Kind.MIXED and len(fixed) != len(its_fixed):
            return len(fixed) > len(its_fixed)
    return len(route.segments) < len(other.segments)


def _unescape(found: re.Match[bytes]) -> bytes:
    raw = bytes.fromhex(found[0].replace(b"%", b"").decode("ascii"))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    return raw
