"""Logs: one line of JSON per event, with ids, codes and counts, never with text, keys or tokens.

Every line of a request, and of the queue messages that it sends, holds the same `trace`.
docs/operations.md explains the events to those who run the service.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from types import MappingProxyType

_logger = logging.getLogger("spanwright")

#: What a field of a log line may be. Strings are ids, names of states and codes.
Field = str | int | float | None


#: What each event of the present request or message says beside its own fields.
_CONTEXT: ContextVar[Mapping[str, Field]] = ContextVar("context", default=MappingProxyType({}))

#: https://www.w3.org/TR/trace-context/#traceparent-header-field-values
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_TRACE = re.compile(r"(?!0{32})[0-9a-f]{32}")

#: When the app began to be loaded, and whether a call has come since.
_LOADED = time.monotonic()
_lock = Lock()
_called = False


@contextmanager
def within(**fields: Field) -> Iterator[None]:
    """Have all events of this thread say these fields for a while; those that are None are not."""
    known = {name: value for name, value in fields.items() if value is not None}
    token = _CONTEXT.set({**_CONTEXT.get(), **known})
    try:
        yield
    finally:
        _CONTEXT.reset(token)


def trace() -> str:
    """Return the trace of what is done now; "" where nothing began one."""
    return str(_CONTEXT.get().get("trace", ""))


def trace_of(traceparent: str) -> str:
    """Return the trace that a caller's `traceparent` names, or a new one where it names none."""
    found = _TRACEPARENT.fullmatch(traceparent.strip())
    return found[1] if found and is_trace(found[1]) else uuid.uuid4().hex


def traceparent() -> str:
    """Return the header by which another service goes on with this trace; "" without a trace."""
    present = trace()
    return f"00-{present}-{secrets.token_hex(8)}-01" if present else ""


def is_trace(text: object) -> bool:
    """Whether this has the form of a trace: 32 hex digits in lower case, not all of them 0."""
    return isinstance(text, str) and _TRACE.fullmatch(text) is not None


@contextmanager
def first_call(function: str) -> Iterator[None]:
    """Log how long the first call of this process took, and how long loading it before that."""
    global _called
    first = False
    if not _called:
        with _lock:
            first, _called = not _called, True
    begin = time.monotonic()
    try:
        yield
    finally:
        if first:
            loaded_ms = round((begin - _LOADED) * 1000)
            event("cold-start", function=function, loaded_ms=loaded_ms, ms=ms_since(begin))


def ms_since(begin: float) -> int:
    """Return the milliseconds since a monotonic time."""
    return round((time.monotonic() - begin) * 1000)


def event(name: str, /, **fields: Field) -> None:
    """Log that something happened."""
    if _logger.isEnabledFor(logging.INFO):
        _logger.info(_line(name, fields))


def warning(name: str, /, **fields: Field) -> None:
    """Log something that the service mends itself, but that its owner may want to know."""
    _logger.warning(_line(name, fields))


def fault(name: str, error: BaseException, /, **fields: Field) -> None:
    """Log an error that should not have been, by its type and place.

    An exception's own words can quote what was being read, so they are left out.
    """
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    _logger.error(_line(name, {"error": type(error).__name__, "where": where, **fields}))


def _line(name: str, fields: dict[str, Field]) -> str:
    return json.dumps({"event": name, **_CONTEXT.get(), **fields})
