"""Identifiers and storage keys."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime


def time_ordered(now: datetime) -> str:
    """Return a new UUID of version 7 (RFC 9562, 5.7) in its usual form.

    Its first 48 bits are the milliseconds of `now`, so that ids sort by time: a sweep or a purge
    is then a query over a range of keys.
    """
    milliseconds = int(now.timestamp() * 1000)
    random = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random % 2**62
    return str(uuid.UUID(int=value))


def first_of(moment: datetime) -> str:
    """Return the least id that `time_ordered` can make at `moment`."""
    return str(uuid.UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62))


def is_id(text: str) -> bool:
    """Whether `text` has the form of an id that `time_ordered` makes (any letter case)."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def random_hex() -> str:
    """Return 32 random hex digits."""
    return uuid.uuid4().hex


def key_of(*names: str) -> str:
    """Return a storage key for names that users chose: 32 hex digits, the same for the same names.

    Names never become part of a key or a path themselves, so none can reach outside its place.
    """
    # The length before each name keeps ("a", "bc") apart from ("ab", "c").
    joined = "".join(f"{len(name)}:{name}" for name in names)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]
