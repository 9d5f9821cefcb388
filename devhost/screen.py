"""What the person at the keyboard sees: steps with their times, and one sentence when it fails."""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Iterator

#: Columns of a step's title; its time stands behind them.
TITLE_WIDTH = 66


class Trouble(Exception):
    """The command cannot go on. The message is one sentence that says what to do about it."""


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Print `title` at once and the seconds that the block took when it is done."""
    started = time.monotonic()
    print(f"  {title:<{TITLE_WIDTH}}", end="", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - started:6.1f} s", flush=True)


def never_fail_on_letters() -> None:
    """Print a question mark for a letter that the terminal's encoding lacks, and go on."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def last_lines(text: str, count: int = 12) -> str:
    """Return the last lines of a log that are not empty, each set in by four columns."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-count:])
