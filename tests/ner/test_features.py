"""Features: what is seen of a token and of its place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner import features
from shared.ner.encoding import Tokenizer
from shared.ner.sheet import Sheet

TEXT = "Name: Ann Lee\r\nCity:\r\nNew York\r\n\r\nThe  end"


def words_at(texts: list[str], column: int) -> list[str | None]:
    """Return of each token the word that a column of single words gives it."""
    sheet = Sheet.of(texts, Tokenizer())
    vocabulary = sorted({features.word(token) for token in sheet.types})
    numbers = {word: number for number, word in enumerate(vocabulary)}
    values = features.columns(sheet, numbers)[column]
    return [vocabulary[value] if value >= 0 else None for value in values.tolist()]


@pytest.mark.parametrize(
    ("token", "shape"),
    [
        ("Ann", "Xxx"),
        ("ANNABEL", "XX"),
        ("2024", "dd"),
        ("Éa", "Xx"),
        ("公", "c"),
        ("…", "…"),
        ("McLean", "XxXxx"),
    ],
)
def test_a_shape_keeps_the_kinds_of_signs(token: str, shape: str) -> None:
    assert features.shape(token) == shape


def test_traits_are_of_the_kinds_that_act_somewhere() -> None:
    groups = {"ann": (3, 17)}
    kinds = {name[0] for token in ("Ann", "7", "x9Y") for name in features.traits(token, groups)}

    assert kinds == set().union(*features.REACH.values())


def test_a_word_has_a_trait_for_each_of_its_groups() -> None:
    groups = {"ann": (3, 17)}

    assert {"k03", "k117"} <= set(features.traits("Ann", groups))
    assert not any(name.startswith("k") for name in features.traits("Bob", groups))


def test_without_layout_only_the_plain_columns_say_anything() -> None:
    sheet = Sheet.of([TEXT, "a b"], Tokenizer())
    numbers = {word: n for n, word in enumerate({features.word(token) for token in sheet.types})}

    plain = features.columns(sheet, numbers, layout=False)
    whole = features.columns(sheet, numbers)

    assert len(plain) == len(whole) == features.COLUMNS
    for number, (with_layout, without) in enumerate(zip(whole, plain, strict=True)):
        if number < features.PLAIN_COLUMNS:
            assert without.tolist() == with_layout.tolist()
        else:
            assert set(without.tolist()) == {-1}


def test_a_long_token_has_few_and_short_traits() -> None:
    traits = features.traits("x" * 100_000)

    assert len(traits) < 20
    assert max(map(len, traits)) < 70


def test_the_first_and_last_words_of_the_line_are_seen() -> None:
    first, last = words_at([TEXT], 11), words_at([TEXT], 13)

    assert first == [None, "name", "name", "name", None, "city", None, "new", None, "the"]
    assert last == ["lee", "lee", "lee", None, "city", None, "york", None, "end", None]


def test_the_key_before_a_colon_is_seen_in_its_line_and_the_next() -> None:
    key = words_at([TEXT], 15)

    assert key == [None, None, "name", "name", None, None, "city", "city", None, None]


def test_the_lines_before_and_after_are_of_the_same_document() -> None:
    before, after = words_at(["a b\nc", "d\ne"], 17), words_at(["a b\nc", "d\ne"], 18)

    assert before == [None, None, "a", None, "d"]
    assert after == ["c", "c", None, "e", None]


@given(st.lists(st.text("aB7: .\n\r公😀", max_size=25), max_size=4))
def test_columns_of_texts_do_not_depend_on_their_neighbours(texts: list[str]) -> None:
    vocabulary = {word: number for number, word in enumerate("ab0:.公")}

    together = features.columns(Sheet.of(texts, Tokenizer()), vocabulary)

    alone = [features.columns(Sheet.of([text], Tokenizer()), vocabulary) for text in texts]
    assert len(together) == features.COLUMNS
    for number, column in enumerate(together):
        parts = [own[number] for own in alone]
        np.testing.assert_array_equal(column, np.concatenate([np.zeros(0, np.int64), *parts]))
