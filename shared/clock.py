"""The clock: the one place that reads the time, so that tests can set it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, with time zone UTC."""
    return datetime.now(UTC)
