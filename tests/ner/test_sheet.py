"""The sheet: tokens of many documents as arrays."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner import sheet as module
from shared.ner.encoding import Tokenizer
from shared.ner.sheet import EDGE, Sheet

CUT = Tokenizer(endings=frozenset({"b"}))

TEXTS = st.lists(st.text("ab7é. \n\r\t\u2003\u3000公\u0301😀", max_size=25), max_size=5)


@given(TEXTS)
def test_tokens_are_where_their_documents_have_them(texts: list[str]) -> None:
    sheet = Sheet.of(texts, CUT)

    for text, (start, end) in zip(texts, itertools.pairwise(sheet.bounds.tolist()), strict=True):
        tokens = [sheet.types[number] for number in sheet.type_of[start:end].tolist()]
        places = zip(sheet.starts[start:end].tolist(), sheet.ends[start:end].tolist(), strict=True)
        assert tokens == CUT.tokens(text)
        assert [text[first:after] for first, after in places] == tokens


def test_every_code_point_that_is_white_space_parts_tokens() -> None:
    spaces = "".join(sign for sign in map(chr, range(0x110000)) if sign.isspace())
    text = f"{spaces}a{spaces}b"

    sheet = Sheet.of([text], Tokenizer())

    assert [text[start:end] for start, end in zip(sheet.starts, sheet.ends, strict=True)] == [*"ab"]


@given(TEXTS, st.integers(1, 30))
def test_documents_read_in_batches_are_the_same(texts: list[str], size: int) -> None:
    whole = Sheet.of(texts, Tokenizer())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", size)
        parts = Sheet.of(texts, Tokenizer())

    assert whole.types == parts.types
    for name in ("starts", "ends", "gaps", "bounds", "type_of"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))


@given(TEXTS)
def test_a_part_is_what_its_documents_are_alone(texts: list[str]) -> None:
    part = Sheet.of(texts, Tokenizer()).part(1, len(texts)) if texts else Sheet.of([], Tokenizer())

    alone = Sheet.of(texts[1:], Tokenizer())
    assert sorted(part.types) == sorted(alone.types)
    assert [part.types[number] for number in part.type_of.tolist()] == [
        alone.types[number] for number in alone.type_of.tolist()
    ]
    for name in ("starts", "ends", "gaps", "bounds"):
        assert np.array_equal(getattr(part, name), getattr(alone, name))


def test_neighbours_end_at_the_edges_of_a_document() -> None:
    sheet = Sheet.of(["a b", "", "c d"], Tokenizer())

    names = [[sheet.types[number] for number in sheet.at(distance)] for distance in (-1, 0, 1, 2)]

    assert names == [
        [EDGE, "a", EDGE, "c"],
        ["a", "b", "c", "d"],
        ["b", EDGE, "d", EDGE],
        [EDGE, EDGE, EDGE, EDGE],
    ]


def test_white_space_before_a_token_is_told_apart() -> None:
    sheet = Sheet.of(["Name: Ann Lee\nCity:\nNew York\n\nThe  end"], Tokenizer())

    # Name : Ann Lee City : New York The end
    assert sheet.gaps.tolist() == [5, 0, 1, 1, 3, 0, 3, 1, 4, 2]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_every_kind_of_line_end_ends_a_line(end: str) -> None:
    sheet = Sheet.of([f"a{end}b{end}{end}c"], Tokenizer())

    assert sheet.gaps.tolist() == [5, 3, 4]
