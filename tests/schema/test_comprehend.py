"""Annotations of Amazon Comprehend: labels without texts, by document or by line."""

from __future__ import annotations

import pytest

from shared.schema import comprehend
from shared.schema.corpus import TaggedDocument
from shared.schema.findings import Findings
from shared.schema.labels_formats import Format
from shared.text.spans import Span
from tests.schema.corpora import faults, notices, settled

HEAD = "File,Begin Offset,End Offset,Type\n"
TEXT = "😀 Bo Li\r\nowes Ann\r\n"


def found(data: str, **present: str) -> list[tuple[str, list[tuple[str, str]]]]:
    documents, findings = settled(data, Format.COMPREHEND, **present)
    assert findings.faults == []
    return [
        (one.name, [(one.text[span.start : span.end], span.category) for span in one.spans])
        for one in documents
    ]


def test_offsets_are_code_points_of_the_whole_document() -> None:
    data = HEAD + "a.txt,14,17,NAME\na.txt,2,7,NAME\nb.txt,0,1,X\n"

    assert found(data, a=TEXT, b="b") == [
        ("a.txt", [("Bo Li", "NAME"), ("Ann", "NAME")]),
        ("b.txt", [("b", "X")]),
    ]


def test_with_lines_offsets_count_from_the_line() -> None:
    data = (
        "File, Line, Begin Offset, End Offset, Type\r\na.txt, 0, 2, 7, N\r\na.txt, 1, 5, 8, N\r\n"
    )

    assert found(data, a=TEXT) == [("a.txt", [("Bo Li", "N"), ("Ann", "N")])]


def test_columns_are_known_by_name_and_cells_may_be_quoted() -> None:
    data = '\ufeffType,File,end offset,Begin Offset,Note\nN,"a, b.txt",7,2,"x""y"\n'

    documents, findings = settled(data, Format.COMPREHEND)

    assert findings.faults[0].message == "The project's container has no document a, b.txt."
    assert findings.notices[0].message == "The column note is not read."
    assert documents == []


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("", "line 1"),
        (HEAD, "line 1"),
        ("a.txt,0,1,N\n", "line 1"),
        ("File,Begin Offset,End Offset,Type,Type\n", "line 1"),
        (HEAD + "a.txt,0,1\n", "line 2"),
        (HEAD + "a.txt,0,1,N,\n", "line 2"),
        (HEAD + "a.txt,0,x,N\n", "line 2"),
        (HEAD + "a.txt,-1,1,N\n", "line 2"),
        (HEAD + "a.txt,0,١,N\n", "line 2"),
        (HEAD + f"a.txt,0,{'9' * 5000},N\n", "line 2"),
        (HEAD + "a.txt,0,1.5,N\n", "line 2"),
        (HEAD + "a.txt,0,99,N\n", "line 2"),
        (HEAD + "a.txt,0,1,\n", "line 2"),
        (HEAD + "a.txt,0,1,N/A\n", "line 2"),
        (HEAD + "\n\nmissing.txt,0,1,N\n", "line 4"),
        (HEAD + "a.csv,0,1,N\n", "line 2"),
        (HEAD + "../a.txt,0,1,N\n", "line 2"),
        (HEAD + f'a.txt,0,1,"{"N" * 200_000}"\n', "line 2"),
        ("File,Line,Begin Offset,End Offset,Type\na.txt,9,0,1,N\n", "line 2"),
        ("File,Line,Begin Offset,End Offset,Type\na.txt,,0,1,N\n", "line 2"),
        ("\xff", "line 1"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_line(data: str, place: str) -> None:
    raw = data.encode("latin-1") if data == "\xff" else data.encode()

    _, findings = settled(raw, Format.COMPREHEND, a=TEXT)

    assert {fault.target for fault in findings.faults} == {place}


def test_labels_that_overlap_are_told_with_their_line() -> None:
    data = HEAD + "a.txt,2,7,N\na.txt,2,4,M\n"

    assert found(data, a=TEXT) == [("a.txt", [("Bo Li", "N")])]
    assert [place for place, _ in notices(data, Format.COMPREHEND, a=TEXT)] == ["line 3"]
    assert faults(data, Format.COMPREHEND, a=TEXT) == []


def test_a_row_a_label_is_written() -> None:
    document = TaggedDocument(name='a "b", c.txt', text=TEXT, spans=(Span(2, 7, "N"),))

    data = b"".join(comprehend.write([document])).decode()

    assert data == HEAD + '"a ""b"", c.txt",2,7,N\n'


def test_entity_types_that_comprehend_does_not_take_are_told() -> None:
    findings = Findings()

    comprehend.type_notices(["NAME", "LOAN_SUM", "Name", "A B", "_A", "日付"], findings)

    assert len(findings.notices) == 4
