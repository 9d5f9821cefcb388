"""Turning a file into text, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from shared.conversion.reasons import Reason
from shared.domain.uploads import Conversion, Kind
from shared.errors import InvalidDocument, ServiceUnavailable

#: Files that this process turns into text at the same time: each takes memory of its own.
AT_ONCE = 2

#: Seconds after which a file is given up, whatever the process that reads it is doing.
SECONDS = 90

_ROOT = Path(__file__).resolve().parents[2]

#: What Python may need to start at all. Nothing else of the environment is passed on: no key.
_NEEDED = ("LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")

_turns = threading.BoundedSemaphore(AT_ONCE)


def convert(kind: Kind, data: bytes, longest: int) -> tuple[str, Conversion]:
    """Return the text of a file, of at most `longest` code points, and how it was come by.

    Raises `InvalidDocument` with the reason why there is none, and `ServiceUnavailable` where no
    process can be started.
    """
    paths = [str(_ROOT), *(path for path in sys.path if path)]
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    with _turns:
        try:
            ended = subprocess.run(  # noqa: S603 - our own list of arguments, no shell
                [sys.executable, "-m", "shared.conversion", kind.value, str(longest)],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a parser's complaints may hold what it has read
                cwd=_ROOT,
                env=environment,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise InvalidDocument(Reason.HEAVY.value, target="file") from error
        except OSError as error:
            raise ServiceUnavailable("No process can be started to read the file.") from error
    if ended.returncode < 0:  # A signal has ended it: its bounds, or a parser that crashed.
        raise InvalidDocument(Reason.HEAVY.value, target="file")
    if ended.returncode > 0:
        raise ServiceUnavailable("The process that reads files does not start.")
    answer = json.loads(ended.stdout)
    if "reason" in answer:
        raise InvalidDocument(Reason[answer["reason"]].value, target="file")
    return answer["text"], Conversion(kind=kind, by=answer["by"], pages=answer["pages"])
