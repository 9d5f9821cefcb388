"""A lock on a folder that ends with the process that holds it, however that ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

#: Windows locks ranges of bytes, and others cannot read them: one far behind the process id.
_FAR = 2**20

_POLL_SECONDS = 0.2


class LockedError(Exception):
    """Another process holds the lock."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"Process {holder} holds the lock.")
        #: Its process id, as text.
        self.holder = holder


@contextlib.contextmanager
def hold(path: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock of the file `path` for the block; the file then names this process.

    The operating system frees the lock when the process ends, so that a file left behind by a
    crash locks nobody out. Raises `LockedError` when another process still holds it after
    `wait_seconds`, and `OSError` when the file cannot be written.
    """
    end = time.monotonic() + wait_seconds
    with path.open("a+b") as file:
        while not _taken(file):
            if time.monotonic() >= end:
                file.seek(0)
                raise LockedError(file.read(32).decode("ascii", "replace").strip() or "unknown")
            time.sleep(_POLL_SECONDS)
        file.truncate(0)
        file.write(str(os.getpid()).encode("ascii"))
        file.flush()
        yield


if sys.platform == "win32":
    import msvcrt

    def _taken(file: BinaryIO) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
