"""Tokens: the pieces that entities are made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.tokens import tokenize


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in tokenize(text)]


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
    assert words(text) == tokens


@given(st.text(max_size=40) | st.text("aé1 \n\u0301.公ก\u200d😀🏽\x1c\x85", max_size=40))
def test_tokens_cover_all_but_white_space_in_order(text: str) -> None:
    reached = 0
    for start, end in tokenize(text):
        assert reached <= start < end
        assert text[reached:start] == "" or text[reached:start].isspace()
        assert not any(sign.isspace() for sign in text[start:end])
        reached = end

    assert text[reached:] == "" or text[reached:].isspace()


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_ascii_is_cut_alike_with_and_without_other_signs(text: str) -> None:
    alone = tokenize(text)

    assert tokenize(text + " é")[:-1] == alone
