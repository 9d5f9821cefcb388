"""What all formats of other tools have in common: labels against texts, names, overlaps."""

from __future__ import annotations

import dataclasses

import pytest

from shared.limits import Limits
from shared.schema import corpus
from shared.schema.corpus import CorpusDocument, Mark, Naming, TaggedDocument
from shared.schema.findings import LISTED, Findings
from shared.text.offsets import IndexType

TEXT = "\ufeffBo\r\n😀 Zoe\u0301 Li"


def document(*marks: tuple[int, int], text: str | None = TEXT, **more: object) -> CorpusDocument:
    plain = CorpusDocument(
        name="a.txt",
        place="line 1 $",
        text=text,
        marks=tuple(
            Mark(start=start, end=end, category="N", place=f"line 1 $.label[{number}]")
            for number, (start, end) in enumerate(marks)
        ),
    )
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


def settle(
    given: CorpusDocument,
    present: str | None = None,
    *,
    overwrite: bool = False,
    limits: Limits | None = None,
) -> tuple[TaggedDocument | None, Findings]:
    findings = Findings()
    tagged = corpus.settle(given, present, findings, overwrite=overwrite, limits=limits or Limits())
    return tagged, findings


@pytest.mark.parametrize(
    ("index_type", "start", "end"),
    [
        (IndexType.CODE_POINTS, 7, 11),
        (IndexType.UTF16, 8, 12),
        # The mark of byte order is an element of its own, CR LF is one, e and its accent too.
        (IndexType.TEXT_ELEMENTS, 6, 9),
    ],
)
def test_the_same_label_is_found_in_each_unit(index_type: IndexType, start: int, end: int) -> None:
    tagged, findings = settle(document((start, end), index_type=index_type))

    assert findings.faults == []
    assert tagged is not None
    (span,) = tagged.spans
    assert TEXT[span.start : span.end] == "Zoe\u0301"


@pytest.mark.parametrize(
    ("start", "end", "index_type", "reason"),
    [
        (3, 3, IndexType.CODE_POINTS, "is no stretch of the text."),
        (4, 3, IndexType.CODE_POINTS, "is no stretch of the text."),
        (-1, 3, IndexType.CODE_POINTS, "is no stretch of the text."),
        (12, 15, IndexType.CODE_POINTS, "is no stretch of the text."),
        (2**31, 2**31 + 1, IndexType.CODE_POINTS, "is no stretch of the text."),
        (5, 6, IndexType.UTF16, "is no stretch of the text: it splits a character"),
        (3, 5, IndexType.CODE_POINTS, "holds nothing but white space."),
    ],
)
def test_a_label_that_does_not_fit_is_a_fault_at_its_place(
    start: int, end: int, index_type: IndexType, reason: str
) -> None:
    tagged, findings = settle(document((start, end), index_type=index_type))

    (fault,) = findings.faults
    assert tagged is None
    assert fault.target == "line 1 $.label[0]"
    assert fault.message.startswith(f"The label N at {start} to {end} of a.txt {reason}")


def test_lengths_are_held_against_their_limits() -> None:
    most = Limits(entity_length=5, project_document_length=10)
    longest = document((0, 5), text="x" * 10)
    too_long = document((0, 6), text="x" * 11)

    assert settle(longest, limits=most)[1].faults == []
    assert [fault.message for fault in settle(too_long, limits=most)[1].faults] == [
        "The document a.txt is longer than 10 characters.",
        "The label N at 0 to 6 of a.txt is longer than 5 characters.",
    ]


@pytest.mark.parametrize("category", ["", " ", "x" * 51, "a/b", "a\nb"])
def test_the_name_of_an_entity_type_is_judged(category: str) -> None:
    mark = Mark(start=1, end=3, category=category, place="line 9")

    _, findings = settle(document(marks=(mark,)))

    assert [fault.target for fault in findings.faults] == ["line 9"]


def test_of_labels_that_overlap_the_longest_stays_and_each_other_is_told() -> None:
    tagged, findings = settle(document((1, 3), (0, 4), (3, 8), (0, 4), (7, 11), (8, 11), (13, 14)))

    assert tagged is not None
    assert [(one.start, one.end) for one in tagged.spans] == [(1, 3), (3, 8), (8, 11), (13, 14)]
    assert [(one.target, one.message.split(" of a.txt ")[1]) for one in findings.notices] == [
        ("line 1 $.label[1]", "overlaps a label N and is left out."),
        ("line 1 $.label[3]", "overlaps a label N and is left out."),
        ("line 1 $.label[4]", "overlaps a label N and is left out."),
    ]


def test_a_label_that_comes_twice_is_taken_once_and_told() -> None:
    tagged, findings = settle(document((1, 3), (1, 3)))

    assert tagged is not None
    assert len(tagged.spans) == 1
    assert findings.notices[0].message.endswith("is in the file twice; it is taken once.")


def test_a_text_that_is_there_already_is_no_conflict() -> None:
    assert settle(document((1, 3)), TEXT)[1].faults == []


def test_a_document_of_another_text_is_a_fault_unless_it_may_be_overwritten() -> None:
    given = document((1, 3))

    kept, findings = settle(given, TEXT + "!")
    overwritten, _ = settle(given, TEXT + "!", overwrite=True)

    assert kept is None
    assert findings.faults[0].target == "line 1 $"
    assert overwritten is not None
    assert overwritten.text == TEXT


def test_a_file_without_texts_needs_them_in_the_container() -> None:
    given = document((1, 3), text=None)

    assert settle(given)[1].faults[0].message == "The project's container has no document a.txt."
    assert settle(given, "")[1].faults[0].message == "The document a.txt is empty."
    assert settle(given, TEXT)[0] is not None


@pytest.mark.parametrize(
    ("line", "start", "end", "found"),
    [(0, 0, 2, "Bo"), (1, 2, 6, "Zoe\u0301"), (2, 0, 1, "x"), (3, 0, 2, "Li")],
)
def test_offsets_may_count_from_the_begin_of_a_line(
    line: int, start: int, end: int, found: str
) -> None:
    text = "Bo\r\n😀 Zoe\u0301\nx\r\nLi\n"
    mark = Mark(start=start, end=end, category="N", place="line 2", line=line)

    tagged, findings = settle(document(text=None, marks=(mark,)), text)

    assert findings.faults == []
    assert tagged is not None
    (span,) = tagged.spans
    assert text[span.start : span.end] == found


@pytest.mark.parametrize(("line", "start", "end"), [(0, 0, 3), (4, 0, 1), (99, 0, 1)])
def test_a_label_stays_in_its_line(line: int, start: int, end: int) -> None:
    mark = Mark(start=start, end=end, category="N", place="line 2", line=line)

    tagged, findings = settle(document(text=None, marks=(mark,)), "Bo\r\nb\nc\nd\n")

    assert tagged is None
    assert [fault.target for fault in findings.faults] == ["line 2"]


def test_names_are_own_or_numbers_and_end_with_txt() -> None:
    findings = Findings()
    naming = Naming("batch", findings)

    names = [naming.name(own, number, "$") for number, own in enumerate([None, "a", "b.txt", ""])]

    assert names == ["batch-000000.txt", "a.txt", "b.txt", "batch-000003.txt"]
    assert findings.faults == []


@pytest.mark.parametrize("name", ["a/b", "../a", "a\\b", "a\x00", "x" * 1024, "a\uffff"])
def test_a_name_that_no_document_can_have_is_a_fault(name: str) -> None:
    findings = Findings()

    Naming("batch", findings).name(name, 1, "line 7")

    assert [fault.target for fault in findings.faults] == ["line 7"]


def test_a_name_that_comes_twice_is_a_fault() -> None:
    findings = Findings()
    naming = Naming("batch", findings)

    naming.name("a", 1, "line 1")
    naming.name("a.txt", 2, "line 2")

    assert [fault.target for fault in findings.faults] == ["line 2"]


def test_a_million_findings_list_ten_thousand() -> None:
    findings = Findings()

    for number in range(LISTED + 5):
        findings.fault("Wrong.", f"line {number}")
        findings.notice("Other.", f"line {number}")

    assert findings.count == LISTED + 5
    assert (len(findings.faults), len(findings.notices)) == (LISTED + 1, LISTED + 1)
    assert findings.faults[-1].message == "And 5 more."
