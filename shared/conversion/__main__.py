"""`python -m shared.conversion KIND LONGEST`: the process that turns one file into text.

It gets the file on its standard input and answers in JSON on its standard output. What a hostile
file can make a parser do ends with this process, which has little memory and time, and neither keys
nor settings in its environment.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from contextlib import suppress
from typing import Any

from shared.conversion.reasons import Reason, Unreadable
from shared.domain.uploads import Kind

#: Bytes of memory, and seconds of work.
MEMORY = 768 * 2**20
SECONDS = 60


def main() -> None:
    """Turn one file into text."""
    kind, longest = Kind(sys.argv[1]), int(sys.argv[2])
    _bound()
    data = sys.stdin.buffer.read()
    try:
        answer = _answer(kind, data, longest)
    except Unreadable as error:
        answer = {"reason": error.reason.name}
    except (MemoryError, RecursionError):
        answer = {"reason": Reason.HEAVY.name}
    except Exception:  # whatever a parser raises that is given what it does not expect
        answer = {"reason": Reason.BROKEN.name}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


def _answer(kind: Kind, data: bytes, longest: int) -> dict[str, Any]:
    # Imported here: each takes a moment, and only one is needed.
    pages: int | None = None
    if kind is Kind.PDF:
        from shared.conversion import pdf

        (text, pages), by = pdf.text_of(data, longest), pdf.BY
    elif kind is Kind.DOCX:
        from shared.conversion import docx

        text, by = docx.text_of(data), docx.BY
    else:
        from shared.conversion import html

        text, by = html.text_of(data), html.BY
    text = _clean(text)
    if not text.strip():
        raise Unreadable(Reason.EMPTY)
    if len(text) > longest:
        raise Unreadable(Reason.LONG)
    return {"text": text, "by": by, "pages": pages}


def _clean(text: str) -> str:
    """Return a text that can be written in UTF-8, without control characters but tabs and lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        "\ufffd" if unicodedata.category(char) == "Cs" else char
        for char in lines
        if char in "\n\t" or unicodedata.category(char) != "Cc"
    )


def _bound() -> None:
    """Bound memory and time, where the system can: on Windows it cannot."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
