"""Files of JSON objects, one a line or in one list: how several tools keep a corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from shared.errors import InvalidBody
from shared.schema.fields import Fields, parse_json
from shared.schema.findings import Findings

#: A byte order mark, which is skipped.
_MARK = b"\xef\xbb\xbf"

#: What ends a line for some readers of text, and may stand in a JSON string as it is.
_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}


def objects(data: bytes, findings: Findings) -> Iterator[Fields]:
    """Yield the objects of a file, each with its place: `line 3 $`, or `$[2]` in a list.

    A line that cannot be read is a fault; so is a file without objects. The lines of a file end
    with LF or CR LF alone: JSON may hold the other ends of lines in its strings.
    """
    data = data.removeprefix(_MARK)
    found = False
    for fields in _of_list(data, findings) if _is_list(data) else _of_lines(data, findings):
        found = True
        yield fields
    if not found and not findings.count:
        findings.fault("The file has no documents.", "$")


def _is_list(data: bytes) -> bool:
    return data.lstrip()[:1] == b"["


def _of_list(data: bytes, findings: Findings) -> Iterator[Fields]:
    try:
        values = parse_json(data)
    except InvalidBody as error:
        findings.take(error)
        return
    for number, value in enumerate(values):
        yield Fields(value, f"$[{number}]", findings.problems)


def _of_lines(data: bytes, findings: Findings) -> Iterator[Fields]:
    begin, number = 0, 0
    while begin < len(data):
        end = data.find(b"\n", begin)
        end = len(data) if end < 0 else end
        number += 1
        line = data[begin:end].strip()
        begin = end + 1
        if not line:
            continue
        try:
            value = parse_json(line)
        except InvalidBody as error:
            findings.take(error, f"line {number}")
        else:
            yield Fields(value, f"line {number} $", findings.problems)


def line(value: Any) -> bytes:
    """Return a JSON value as a line, which no reader of lines takes for two."""
    return json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS).encode() + b"\n"
