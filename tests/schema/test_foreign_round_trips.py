"""What is written for another tool is read to the same labels, whatever the text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings

from shared.schema import (
    comprehend,
    conll,
    corpus,
    doccano,
    label_studio,
    labels_formats,
    spacy_lines,
)
from shared.schema.corpus import TaggedDocument
from shared.schema.findings import Findings
from shared.schema.labels_formats import Format, ImportOptions
from shared.text.offsets import IndexType
from tests.schema.corpora import tagged_documents

Writer = Callable[[list[TaggedDocument], Findings], Iterator[bytes]]

UNITS = [
    (Format.SPACY, None),
    (Format.LABEL_STUDIO, None),
    (Format.LABEL_STUDIO, IndexType.UTF16),
    (Format.LABEL_STUDIO, IndexType.CODE_POINTS),
    (Format.DOCCANO, None),
    (Format.DOCCANO, IndexType.UTF16),
    (Format.DOCCANO, IndexType.CODE_POINTS),
    (Format.COMPREHEND, None),
]


def written(form: Format, document: TaggedDocument, index_type: IndexType | None) -> bytes:
    writers: dict[Format, Writer] = {
        Format.CONLL: conll.write,
        Format.SPACY: lambda documents, _: spacy_lines.write(documents),
        Format.LABEL_STUDIO: lambda documents, _: label_studio.write(documents, index_type),
        Format.DOCCANO: lambda documents, told: doccano.write(documents, told, index_type),
        Format.COMPREHEND: lambda documents, _: comprehend.write(documents),
    }
    return b"".join(writers[form]([document], Findings()))


def again(
    data: bytes, form: Format, index_type: IndexType | None, present: str | None
) -> tuple[TaggedDocument | None, Findings]:
    findings = Findings()
    options = ImportOptions(form=form, prefix="new", index_type=index_type)
    documents = list(labels_formats.read(data, findings, options))
    tagged = corpus.settle(documents[0], present, findings) if documents else None
    return tagged, findings


@pytest.mark.parametrize(("form", "index_type"), UNITS)
@settings(max_examples=60, deadline=None)
@given(document=tagged_documents())
def test_every_label_comes_back_exactly(
    form: Format, index_type: IndexType | None, document: TaggedDocument
) -> None:
    data = written(form, document, index_type)

    tagged, findings = again(data, form, index_type, document.text)

    if form is Format.COMPREHEND:
        # A row is a label: a document without any is in no row, and a row says no more.
        assert (tagged.spans if tagged else ()) == document.spans
    else:
        assert findings.faults == []
        assert tagged == document


@pytest.mark.parametrize("form", [Format.SPACY, Format.LABEL_STUDIO, Format.DOCCANO])
@settings(max_examples=40, deadline=None)
@given(document=tagged_documents())
def test_texts_are_brought_along_unchanged(form: Format, document: TaggedDocument) -> None:
    tagged, _ = again(written(form, document, None), form, None, None)

    assert tagged == document


@settings(max_examples=200, deadline=None)
@given(document=tagged_documents())
def test_a_file_of_an_old_label_studio_is_read_right_or_said_to_be_a_guess(
    document: TaggedDocument,
) -> None:
    data = written(Format.LABEL_STUDIO, document, IndexType.UTF16)

    tagged, findings = again(data, Format.LABEL_STUDIO, None, None)

    guessed = any("since release 1.4" in notice.message for notice in findings.notices)
    assert tagged == document or guessed


def widened(document: TaggedDocument) -> bool:
    """Whether the CoNLL file says that a label became another."""
    findings = Findings()
    list(conll.write([document], findings))
    return bool(findings.notices)


@settings(max_examples=150, deadline=None)
@given(document=tagged_documents())
def test_conll_keeps_every_label_of_whole_tokens_on_the_text_that_is_there(
    document: TaggedDocument,
) -> None:
    data = written(Format.CONLL, document, None)

    tagged, findings = again(data, Format.CONLL, None, document.text)

    assert findings.faults == []
    assert tagged is not None
    assert (tagged.name, tagged.text) == (document.name, document.text)
    if not widened(document):
        assert tagged.spans == document.spans
    else:
        assert len(tagged.spans) <= len(document.spans)
        for span in tagged.spans:
            assert any(
                one.category == span.category and one.start < span.end and span.start < one.end
                for one in document.spans
            )


@settings(max_examples=60, deadline=None)
@given(document=tagged_documents())
def test_every_line_of_json_lines_is_one_line_for_any_reader(document: TaggedDocument) -> None:
    for form in (Format.SPACY, Format.DOCCANO):
        lines = written(form, document, None).decode().splitlines()

        assert len(lines) == 1
        assert json.loads(lines[0])["text"] == document.text
