"""CoNLL files of all schemes are read, and what tokens cannot hold is told."""

from __future__ import annotations

import pytest

from shared.schema import conll
from shared.schema.corpus import TaggedDocument
from shared.schema.findings import Findings
from shared.schema.labels_formats import Format
from shared.text.spans import Span
from tests.schema.corpora import faults, notices, read, settled


def tagged(data: str, **present: str) -> list[TaggedDocument]:
    documents, findings = settled(data, Format.CONLL, **present)
    assert findings.faults == []
    return documents


def labels(data: str) -> list[tuple[str, str]]:
    """Return text and entity type of each label of a file of one document."""
    (document,) = tagged(f"-DOCSTART- -X- O O\n\n{data}")
    return [(document.text[one.start : one.end], one.category) for one in document.spans]


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("B-N I-N O B-N", [("Bo Li", "N"), ("Ann", "N")]),
        ("I-N I-N O I-N", [("Bo Li", "N"), ("Ann", "N")]),
        ("I-N B-N O O", [("Bo", "N"), ("Li", "N")]),
        ("B-N E-N O S-N", [("Bo Li", "N"), ("Ann", "N")]),
        ("B-N L-N O U-N", [("Bo Li", "N"), ("Ann", "N")]),
        ("S-N S-N O O", [("Bo", "N"), ("Li", "N")]),
        ("B-N I-M O E-N", [("Bo", "N"), ("Li", "M"), ("Ann", "N")]),
        ("E-N I-N O O", [("Bo", "N"), ("Li", "N")]),
        ("B-a-b I-a-b O O", [("Bo Li", "a-b")]),
        ("O O O O", []),
    ],
)
@pytest.mark.parametrize("gap", [" ", "\t", "\tNNP\tX\t", " -X- _ "])
def test_the_schemes_iob1_bio_and_bioes_are_read(
    tags: str, found: list[tuple[str, str]], gap: str
) -> None:
    words = ["Bo", "Li", "owes", "Ann"]

    data = "".join(f"{word}{gap}{tag}\n" for word, tag in zip(words, tags.split(), strict=True))

    assert labels(data) == found
    assert labels(data.replace("\n", "\r\n")) == found


def test_a_label_ends_with_its_sentence() -> None:
    assert labels("Bo B-N\n\nLi I-N\n") == [("Bo", "N"), ("Li", "N")]


def test_a_text_is_put_together_from_tokens_and_sentences_and_that_is_told() -> None:
    data = "-DOCSTART- -X- -X- O\n\nBo B-N\nLi I-N\n\n$ O\n5 O\n\n-DOCSTART- -X- -X- O\n\nAnn O\n"

    documents = tagged(data)

    assert [(one.name, one.text) for one in documents] == [
        ("new-000001.txt", "Bo Li\n$ 5"),
        ("new-000002.txt", "Ann"),
    ]
    assert notices(data, Format.CONLL)[0][1].startswith("The format has no white space")


@pytest.mark.parametrize(
    "line",
    ["-DOCSTART- a%20b.txt O", "-DOCSTART-\ta%20b.txt\tO", "# name = a b", "# doc_id = a b.txt"],
)
def test_a_document_may_have_its_own_name(line: str) -> None:
    (document,) = tagged(f"{line}\n\nBo B-N\n")

    assert document.name == "a b.txt"


def test_where_no_document_begins_each_sentence_is_one() -> None:
    data = "Bo B-N\n\n\nLi O\nowes O\n"

    assert [one.text for one in tagged(data)] == ["Bo", "Li owes"]
    assert notices(data, Format.CONLL)[0] == (
        "line 1",
        "Nothing says where a document begins, so each sentence is one.",
    )


def test_labels_go_onto_a_text_that_is_there_if_only_white_space_differs() -> None:
    text = "\ufeffBo\r\nLi\u00a0owes  $5,\t😀.\n"
    data = "-DOCSTART- a.txt O\n\n\ufeff O\nBo B-N\nLi I-N\nowes O\n$5, B-S\n😀 B-M\n. O\n"

    (document,) = tagged(data, a=text)

    assert document.text == text
    assert [text[one.start : one.end] for one in document.spans] == ["Bo\r\nLi", "$5,", "😀"]


def test_a_document_of_another_text_is_a_conflict() -> None:
    found = faults("-DOCSTART- a.txt O\n\nBo B-N\n", Format.CONLL, a="Bo!")

    assert found == [("line 1", "The container has a document a.txt of another text.")]


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        ("Bo\n", "line 1", "A line has a token and its tag."),
        ("Bo O\n\tB-N\n", "line 2", "A line has a token and its tag."),
        ("Bo PER\n", "line 1", "The tag PER is none of O, B-, I-, E-, L-, S- or U- with a type."),
        ("Bo B-\n", "line 1", "The tag B- is none of"),
        ("Bo b-N\n", "line 1", "The tag b-N is none of"),
        ("Bo O\n\nLi B-a/b\n", "line 3", "The name of an entity type cannot have"),
        ("", "line 1", "The file has no tokens."),
        ("-DOCSTART- O\n\n", "line 1", "The file has no tokens."),
        ("\xff", "line 1", "The file is not UTF-8: byte 0"),
        ("# name = a/b\nBo O\n", "line 1", "A document's name ends with .txt and has no slash"),
        ("# name = a\nBo O\n\n# name = a\nBo O\n", "line 4", "The document a.txt is in the file"),
        ("# name = a\x01b\nBo O\n", "line 1", "The location of a document has"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_line(data: str, place: str, message: str) -> None:
    raw = data.encode("latin-1") if "\xff" in data else data.encode()

    _, findings = settled(raw, Format.CONLL)

    (found,) = findings.faults
    assert found.target == place
    assert found.message.startswith(message)


def write(text: str, *spans: Span) -> tuple[str, list[str]]:
    """Return a written file of a document `a b.txt`, and what is told."""
    findings = Findings()
    document = TaggedDocument(name="a b.txt", text=text, spans=spans)
    data = b"".join(conll.write([document], findings)).decode()
    return data, [notice.message for notice in findings.notices]


def test_a_document_is_written_token_by_token() -> None:
    data, told = write("Bo Li\r\nowes $5.", Span(0, 5, "Name"), Span(12, 14, "Sum"))

    assert data == (
        "-DOCSTART-\ta%20b.txt\tO\n\n"
        "Bo\tB-Name\nLi\tI-Name\n\nowes\tO\n$\tB-Sum\n5\tI-Sum\n.\tO\n\n"
    )
    assert told == []


def test_no_sentence_ends_inside_a_label() -> None:
    data, told = write("Bo\n\nLi", Span(0, 6, "Name"))

    assert data.endswith("Bo\tB-Name\nLi\tI-Name\n\n")
    assert told == []


@pytest.mark.parametrize(
    ("span", "becomes"),
    [
        (Span(1, 5, "N"), "The label N at 1 to 5 becomes 0 to 5, whole tokens."),
        (Span(0, 4, "N"), "The label N at 0 to 4 becomes 0 to 5, whole tokens."),
        (Span(0, 6, "N"), "The label N at 0 to 6 becomes 0 to 5, whole tokens."),
    ],
)
def test_a_label_that_cuts_a_token_is_told_with_what_it_becomes(span: Span, becomes: str) -> None:
    data, told = write("Bo Li owes", span)

    assert told == [becomes]
    assert data.endswith("Bo\tB-N\nLi\tI-N\nowes\tO\n\n")


def test_of_two_labels_that_share_a_token_the_second_is_left_out_and_told() -> None:
    data, told = write("Brandt", Span(0, 3, "N"), Span(3, 6, "M"))

    assert data.endswith("Brandt\tB-N\n\n")
    assert told == [
        "The label N at 0 to 3 becomes 0 to 6, whole tokens.",
        "The label M at 3 to 6 shares a token with another and is left out.",
    ]


def test_a_document_without_tokens_is_told() -> None:
    assert write(" \r\n") == ("", ["The document has no tokens and is left out."])


def test_entity_types_with_white_space_are_told() -> None:
    findings = Findings()

    conll.type_notices(["Name", "Lender name", " x"], findings)

    assert len(findings.notices) == 2


def test_documents_are_read_one_after_the_other_and_need_no_labels() -> None:
    documents, _ = read("-DOCSTART- a.txt O\n\nBo O\n", Format.CONLL)

    assert [(one.name, one.marks, one.spaced) for one in documents] == [("a.txt", (), False)]
