"""Tokens: the pieces that entities are made of."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.tokens import locate, tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \r\n\t\x1c", []),
        ("RM9.00 (total)", ["RM", "9", ".", "00", "(", "total", ")"]),
        ("don't_x", ["don", "'", "t", "_", "x"]),
        ("e\u0301te\u0301 été", ["e\u0301te\u0301", "été"]),
        ("A公司123号", ["A", "公", "司", "123", "号"]),
        ("カー", ["カ", "ー"]),
        ("ไทยกี่", ["ไ", "ท", "ย", "กี่"]),
        ("한국어", ["한", "국", "어"]),
        ("م\u200cی", ["م\u200cی"]),
        ("१२३ ½", ["१२३", "½"]),
        ("👨\u200d👩\u200d👧🇩🇪🇫🇷👍🏽😀😀", ["👨\u200d👩\u200d👧", "🇩🇪", "🇫🇷", "👍🏽", "😀", "😀"]),
        ("\ufeffThe end", ["\ufeff", "The", "end"]),
        ("\u0600 9", ["\u0600", "9"]),
    ],
)
def test_a_text_is_cut_into_tokens(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


@given(st.text(max_size=40) | st.text("aé1 \n\u0301.公ก\u200d😀🏽\x1c\x85", max_size=40))
def test_tokens_are_the_text_without_its_white_space(text: str) -> None:
    assert "".join(tokenize(text)) == "".join(text.split())


@given(st.text("aé1 \n\u0301.公ก\x1c\x85", max_size=40))
def test_tokens_are_where_the_text_has_them(text: str) -> None:
    tokens = tokenize(text)

    places = locate(text, tokens)

    assert [text[start:end] for start, end in places] == tokens
    assert places == sorted(places)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))


def test_a_long_piece_is_cut_as_a_short_one_is() -> None:
    assert tokenize("é9" * 100 + " é9") == ["é", "9"] * 101


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_ascii_is_cut_alike_with_and_without_other_signs(text: str) -> None:
    alone = tokenize(text)

    assert tokenize(text + " é")[:-1] == alone
