"""A stream of bytes that comes in parts, read by lines and by stretches of a known size."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from shared import limits
from shared.errors import InvalidBody


class ByteStream:
    """Reads lines and stretches from parts, holding no more of them than is asked for."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._waiting = bytearray()
        self._whole = hashlib.sha256()
        #: SHA-256, in hex, of all that came before the last line.
        self.digest = ""

    def line(self) -> bytes | None:
        """Return the next line without its end, or None at the end of the stream."""
        searched = 0
        while (end := self._waiting.find(b"\n", searched)) < 0:
            searched = len(self._waiting)
            if searched > limits.COPY_LINE_BYTES:
                raise InvalidBody("A line of it is too long.", target="$")
            if not self._more():
                if self._waiting:
                    raise _cut_off()
                return None
        line = bytes(self._waiting[:end])
        self.digest = self._whole.hexdigest()
        self._whole.update(self._waiting[: end + 1])
        del self._waiting[: end + 1]
        return line

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        while len(self._waiting) < size:
            if not self._more():
                raise _cut_off()
        taken = bytes(self._waiting[:size])
        self._whole.update(taken)
        del self._waiting[:size]
        return taken

    def _more(self) -> bool:
        part = next(self._parts, None)
        if part is None:
            return False
        self._waiting += part
        return True


def _cut_off() -> InvalidBody:
    return InvalidBody("It ends in the middle of a record: it is cut off.", target="$")
