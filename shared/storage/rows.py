"""Typed reading of a table row's values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.storage.ports import Row


def text(row: Row, name: str) -> str:
    """Return a string; the empty one where the row has none."""
    value = row.values.get(name)
    return value if isinstance(value, str) else ""


def optional_text(row: Row, name: str) -> str | None:
    """Return a string, or None where the row has none."""
    value = row.values.get(name)
    return value if isinstance(value, str) else None


def whole(row: Row, name: str) -> int:
    """Return a whole number; 0 where the row has none."""
    value: Any = row.values.get(name)
    return int(value) if value is not None else 0


def number(row: Row, name: str) -> float:
    """Return a number; 0.0 where the row has none."""
    value: Any = row.values.get(name)
    return float(value) if value is not None else 0.0


def moment(row: Row, name: str) -> datetime:
    """Return a moment; raise `ValueError` where the row has none."""
    value = optional_moment(row, name)
    if value is None:
        raise ValueError(f"The row has no {name}.")
    return value


def optional_moment(row: Row, name: str) -> datetime | None:
    """Return a moment, or None where the row has none."""
    value = row.values.get(name)
    return value if isinstance(value, datetime) else None
