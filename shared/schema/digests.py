"""Digests: SHA-256 in hex, as they are on the wire."""

from __future__ import annotations

import re

from shared.schema.shapes import Text

DIGEST_TEXT = Text(pattern=r"^[0-9a-f]{64}$")

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def is_digest(value: object) -> bool:
    """Whether a value is a digest."""
    return isinstance(value, str) and _DIGEST.match(value) is not None
