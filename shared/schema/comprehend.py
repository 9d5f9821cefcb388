"""The annotations of a custom entity recognizer of Amazon Comprehend: a CSV file beside the texts.

    File,Begin Offset,End Offset,Type
    loan-1.txt,0,5,BORROWER

The first row names the columns. With a column `Line`, each line of a file is a document for
Comprehend, and the offsets count from the line's beginning; here the file stays one document, and
the labels stand where they stood. Lines are counted from 0, offsets in code points
("Plain-text annotation files", Amazon Comprehend Developer Guide). The texts are in files of their
own, which must be in the project's container.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from shared.schema.corpus import CorpusDocument, Mark, TaggedDocument, name_fault
from shared.schema.fields import clip
from shared.schema.findings import Findings
from shared.schema.shapes import FARTHEST

_FILE, _LINE, _BEGIN, _END, _TYPE = "file", "line", "begin offset", "end offset", "type"
_NEEDED = (_FILE, _BEGIN, _END, _TYPE)

#: The name of an entity type, as Comprehend takes it.
_TYPE_NAME = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)*\Z")

#: Digits of a whole number that is no more than `FARTHEST`.
_DIGITS = 10


def read(data: bytes, findings: Findings) -> Iterator[CorpusDocument]:
    """Yield the documents of a file, in the order in which it first names them."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.fault(f"The file is not UTF-8: byte {error.start} cannot be read.", "line 1")
        return
    marks: dict[str, list[Mark]] = {}
    places: dict[str, str] = {}
    rows = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    columns: list[str] | None = None
    try:
        for row in rows:
            place = f"line {rows.line_num}"
            if not row:
                continue
            if columns is None:
                columns = _columns(row, place, findings)
                if columns is None:
                    return
                continue
            if len(row) != len(columns):
                findings.fault(f"The row has {len(row)} columns, not {len(columns)}.", place)
                continue
            cells = dict(zip(columns, (cell.strip() for cell in row), strict=True))
            name = cells[_FILE]
            if name not in places:
                places[name] = place
                if fault := name_fault(name):
                    findings.fault(fault, place)
            if (mark := _mark(cells, place, findings)) is not None:
                marks.setdefault(name, []).append(mark)
    except csv.Error as error:
        findings.fault(f"The row cannot be read as CSV: {error}.", f"line {rows.line_num}")
    if not places and not findings.count:
        findings.fault("The file has no rows.", "line 1")
    for name, place in places.items():
        yield CorpusDocument(
            name=name,
            place=place,
            text=None,
            marks=tuple(marks.get(name, ())),
        )


def _columns(row: list[str], place: str, findings: Findings) -> list[str] | None:
    columns = [cell.strip().lower() for cell in row]
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        findings.fault(f"The first row must name the column {missing[0].title()}.", place)
        return None
    for name in columns:
        if name not in (*_NEEDED, _LINE):
            findings.notice(f"The column {clip(name)} is not read.", place)
    if len(set(columns)) < len(columns):
        findings.fault("The first row names a column twice.", place)
        return None
    return columns


def _mark(cells: dict[str, str], place: str, findings: Findings) -> Mark | None:
    start = _whole(cells[_BEGIN], "Begin Offset", place, findings)
    end = _whole(cells[_END], "End Offset", place, findings)
    line = None if _LINE not in cells else _whole(cells[_LINE], "Line", place, findings)
    if start is None or end is None or (line is None and _LINE in cells):
        return None
    return Mark(start=start, end=end, category=cells[_TYPE], place=place, line=line)


def _whole(cell: str, name: str, place: str, findings: Findings) -> int | None:
    if cell.isascii() and cell.isdigit() and len(cell) <= _DIGITS and int(cell) <= FARTHEST:
        return int(cell)
    findings.fault(f"{name} must be a whole number from 0 on.", place)
    return None


def write(documents: Iterable[TaggedDocument]) -> Iterator[bytes]:
    """Yield the first row, and then a row a label; offsets are code points of the whole file."""
    yield _row("File", "Begin Offset", "End Offset", "Type")
    for document in documents:
        for span in document.spans:
            yield _row(document.name, str(span.start), str(span.end), span.category)


def _row(*cells: str) -> bytes:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(cells)
    return row.getvalue().encode()


def type_notices(categories: Iterable[str], findings: Findings) -> None:
    """Note each entity type whose name Comprehend does not take."""
    for category in categories:
        if not _TYPE_NAME.match(category):
            findings.notice(
                f"Comprehend does not take the entity type {clip(category)}: its types are "
                "upper-case words with underscores between them.",
                "$",
            )
