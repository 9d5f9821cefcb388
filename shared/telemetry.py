"""Logs: one line per event, with ids and counts, never with text, keys or tokens."""

from __future__ import annotations

import json
import logging

_logger = logging.getLogger("spanwright")

#: What a field of a log line may be. Strings are ids, names of states and codes.
Field = str | int | float | None


def event(name: str, /, **fields: Field) -> None:
    """Log that something happened."""
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
    return json.dumps({"event": name, **fields})
