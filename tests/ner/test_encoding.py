"""Encoding: spans to tags of tokens and back."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner.encoding import Tokenizer, encode, entities, learn_tokenizer
from shared.text.spans import Span
from shared.text.tokens import locate, tokenize

NUMBERS = {"city": 0, "person": 1}


def tagged(text: str, spans: list[Span]) -> list[int]:
    return encode(locate(text, tokenize(text)), spans, NUMBERS)


def told(tags: list[int], bounds: list[int]) -> list[list[int]]:
    """Return the entities in the tags of two categories; each document begins at a bound."""
    return entities(np.array(tags, np.int64), np.array([*bounds, len(tags)]), 2).tolist()


def test_the_first_token_of_an_entity_is_told_from_the_others() -> None:
    tags = tagged("Ann Lee of New York", [Span(0, 7, "person"), Span(11, 19, "city")])

    assert tags == [2, 4, 0, 1, 3]


def test_entities_next_to_each_other_stay_apart() -> None:
    tags = tagged("Ann Bob", [Span(0, 3, "person"), Span(4, 7, "person")])

    assert tags == [2, 2]
    assert told(tags, [0]) == [[0, 1, 1], [1, 2, 1]]


def test_white_space_at_the_edges_of_a_span_is_passed_over() -> None:
    assert tagged(" Ann  Lee", [Span(0, 6, "person")]) == [2, 0]


@pytest.mark.parametrize("span", [Span(3, 4, "person"), Span(0, 3, "colour")])
def test_a_span_of_white_space_or_of_another_category_leaves_no_tag(span: Span) -> None:
    assert tagged("Ann Lee", [span]) == [0, 0]


def test_a_span_inside_a_token_is_learned_as_the_whole_token() -> None:
    assert tagged("Annabel Lee", [Span(0, 3, "person")]) == [2, 0]


def test_of_two_spans_in_one_token_the_first_has_it() -> None:
    tags = tagged("AnnBob Lee", [Span(0, 3, "person"), Span(3, 10, "city")])

    assert tags == [2, 1]


def test_of_two_spans_in_one_token_a_second_without_a_token_is_not_learned() -> None:
    assert tagged("AnnBob", [Span(0, 3, "person"), Span(3, 6, "city")]) == [2]


@pytest.mark.parametrize(
    ("tags", "bounds", "found"),
    [
        ([], [], []),
        ([3, 3, 0], [0], [[0, 2, 0]]),
        ([2, 3], [0], [[0, 1, 1], [1, 2, 0]]),
        ([2, 0, 4], [0], [[0, 1, 1], [2, 3, 1]]),
        ([1, 3, 3, 0], [0, 2, 2], [[0, 2, 0], [2, 3, 0]]),
    ],
)
def test_an_i_that_follows_no_entity_of_its_category_begins_one(
    tags: list[int], bounds: list[int], found: list[list[int]]
) -> None:
    assert told(tags, bounds) == found


@given(st.lists(st.sampled_from(["Ann", " ", "\r\n", "7", ".", "公"]), max_size=12), st.data())
def test_spans_of_whole_tokens_come_back_as_they_were(
    pieces: list[str], data: st.DataObject
) -> None:
    text = "".join(pieces)
    tokens = locate(text, tokenize(text))
    cuts = data.draw(st.lists(st.integers(0, len(tokens)), unique=True).map(sorted))
    spans = [
        Span(tokens[first][0], tokens[after - 1][1], data.draw(st.sampled_from(sorted(NUMBERS))))
        for first, after in itertools.islice(itertools.pairwise(cuts), 0, None, 2)
    ]

    tags = encode(tokens, spans, NUMBERS)

    names = sorted(NUMBERS)
    assert spans == [
        Span(tokens[first][0], tokens[after - 1][1], names[number])
        for first, after, number in told(tags, [0])
    ]


def example(word: str, length: int, before: str = "") -> tuple[str, list[Span]]:
    """Return a text with a word of which the first characters after `before` are tagged."""
    start = len(before)
    return f"{before}{word} came", [Span(start, start + length, "person")]


def test_an_ending_left_out_of_three_words_is_cut_off_every_word() -> None:
    tokenizer = learn_tokenizer(
        [example("Annas", 3), example("Bobas", 3), example("Eveas", 3), example("Max", 3)]
    )

    assert tokenizer.tokens("Lenas saw Max") == ["Len", "as", "saw", "Max"]


def test_a_beginning_left_out_of_three_words_is_cut_off_every_word() -> None:
    texts = [(f"al{name}", [Span(2, 5, "person")]) for name in ("Ann", "Bob", "Eve")]

    assert learn_tokenizer(texts).tokens("alMax") == ["al", "Max"]


def test_an_ending_that_is_tagged_as_often_as_not_is_not_cut_off() -> None:
    cut = [example(name, 3) for name in ("Annas", "Bobas", "Eveas")]
    whole = [example(name, 5) for name in ("Lukas", "Tomas", "Jonas")]

    assert learn_tokenizer(cut + whole).tokens("Lenas") == ["Lenas"]


def test_a_word_that_was_cut_alone_is_cut_where_it_comes_again() -> None:
    tokenizer = learn_tokenizer([example("USDollars", 2)])

    assert tokenizer.tokens("USDollars EUDollars") == ["US", "Dollars", "EUDollars"]


def test_a_word_that_is_an_exception_from_an_ending_stays_whole() -> None:
    cut = [example(name, 3) for name in ("Annas", "Bobas", "Eveas", "Maxas")]

    tokenizer = learn_tokenizer([*cut, example("Lukas", 5)])

    assert tokenizer.tokens("Lukas Lenas") == ["Lukas", "Len", "as"]


def test_whole_tokens_teach_no_cuts() -> None:
    tokenizer = learn_tokenizer([example("Ann", 3), example("7", 1)])

    assert tokenizer == Tokenizer()
