"""Wording: every trait and every column reads as what it is."""

from __future__ import annotations

import pytest

from shared.ner import features, opinions, wording
from shared.ner.encoding import Tokenizer
from shared.ner.sheet import EDGE, Sheet

TEXT = "Form 7\nName: Ann Lee of Rome\n\nTotal:\n  EUR 5,000"
SHEET = Sheet.of([TEXT], Tokenizer())
VOCABULARY = sorted({features.word(token) for token in SHEET.types})
VALUES = features.columns(SHEET, {word: number for number, word in enumerate(VOCABULARY)})
TOKENS = [TEXT[start:end] for start, end in zip(SHEET.starts, SHEET.ends, strict=True)]


def said(column: int, token: str, place: int = 0, size: int = 1) -> str | None:
    value = int(VALUES[column][TOKENS.index(token)])
    return None if value < 0 else wording.column(column, value, VOCABULARY, place, size)


def test_every_column_has_its_words() -> None:
    assert len(wording.COLUMNS) == features.COLUMNS == len(VALUES)


@pytest.mark.parametrize(
    ("column", "token", "words"),
    [
        (0, "Ann", "': ann' where it begins"),
        (1, "Ann", "'ann lee' where it ends"),
        (2, "Lee", "comes after ': ann'"),
        (2, "Form", "comes after the edge of the text and the edge of the text"),
        (3, "Ann", "comes before 'lee of'"),
        (4, "Form", "begins after the edge of the text"),
        (4, "Total", "begins after an empty line"),
        (4, "EUR", "begins after a line end"),
        (4, ":", "begins after no white space"),
        (5, "7", "ends before a line end"),
        (5, "Ann", "ends before a space"),
        (6, "7", "is a number between a space and a line end"),
        (6, "EUR", "is a word in capitals between a line end and a space"),
        (6, "of", "is a lower-case word between a space and a space"),
        (6, "Total", "is a capitalised word between an empty line and no white space"),
        (7, "Form", "begins its line"),
        (7, "7", "has 1 word before it in its line"),
        (7, "of", "has 4 to 5 words before it in its line"),
        (8, "Rome", "ends its line"),
        (8, "Ann", "has 3 words after it in its line"),
        (9, "7", "is in the first line"),
        (9, "Ann", "has 1 line above it"),
        (10, "EUR", "is in the last line"),
        (10, "Form", "has 3 lines below it"),
        (11, "Lee", "first word of the line is 'name'"),
        (11, "Name", None),
        (12, "Ann", "first words of the line are 'name :'"),
        (13, "Ann", "last word of the line is 'rome'"),
        (14, "Ann", "last words of the line are 'of rome'"),
        (15, "EUR", "the key before the colon is 'total'"),
        (16, "EUR", None),
        (17, "Ann", "the line above begins with 'form'"),
        (18, "Ann", "the line below begins with 'total'"),
    ],
)
def test_a_column_says_what_is_there(column: int, token: str, words: str | None) -> None:
    assert said(column, token) == words


def test_a_key_of_two_words_is_told() -> None:
    sheet = Sheet.of(["due date: May"], Tokenizer())
    numbers = {word: number for number, word in enumerate(["due", "date", "may"])}

    value = int(features.columns(sheet, numbers)[16][-1])

    words = wording.column(16, value, list(numbers), 0, 1)
    assert words == "the key before the colon ends in 'due date'"


@pytest.mark.parametrize(
    ("column", "place", "size", "words"),
    [
        (4, 0, 2, "begins after a space"),
        (4, 1, 2, "word 2 of 2 begins after a space"),
        (5, 0, 2, "word 2 of 2 begins after a space"),
        (5, 1, 2, "ends before a space"),
        (0, 1, 2, "': ann' in it"),
        (1, 1, 2, "'ann lee' where it ends"),
        (1, 0, 2, "'ann lee' in it"),
        (7, 1, 2, "word 2 of 2 has 2 words before it in its line"),
        (11, 1, 2, "first word of the line is 'name'"),
    ],
)
def test_of_an_entity_of_more_words_it_says_which(
    column: int, place: int, size: int, words: str
) -> None:
    assert said(column, "Ann", place, size) == words


@pytest.mark.parametrize("count", range(100))
def test_counts_are_told_within_their_bounds(count: int) -> None:
    sheet = Sheet.of(["x " * 100], Tokenizer())
    value = int(features.columns(sheet, {})[7][count])

    words = wording.column(7, value, [], 0, 1)

    numbers = [int(word) for word in words.split() if word.isdigit()] or [0]
    assert numbers[0] <= count
    assert "more" in words or count <= numbers[-1]


@pytest.mark.parametrize("token", ["Ann", "x9Y", "7", ",", "公司", "\u0301", EDGE])
@pytest.mark.parametrize("place", [-2, -1, 0, 1, 2])
def test_every_trait_has_words(token: str, place: int) -> None:
    names = features.traits(token)
    if token == EDGE and place == 0:
        return

    words = [wording.trait(name, place, 1) for name in names]

    assert all(words)
    if place and token:
        side = "left" if place < 0 else "right"
        assert all(one.endswith(f" {abs(place)} to the {side}") for one in words)


@pytest.mark.parametrize(
    ("name", "place", "size", "words"),
    [
        ("wlender", -2, 1, "the word 'lender' 2 to the left"),
        ("wlender", 3, 2, "the word 'lender' 2 to the right"),
        ("wlender", 0, 1, "is the word 'lender'"),
        ("wlender", 0, 2, "word 1 of 2 is the word 'lender'"),
        ("w:", -1, 1, "the sign ':' 1 to the left"),
        ("h:", -1, 1, "the sign ':' 1 to the left"),
        ("WLender", 0, 1, "is spelled 'Lender'"),
        ("hXxx", 0, 1, "is shaped like 'Xxx'"),
        ("p2lo", 0, 1, "begins with 'lo-'"),
        ("s4burg", 0, 1, "ends in '-burg'"),
        ("s11", 0, 1, "ends in '-1'"),
        ("n1", 0, 1, "has 1 character"),
        ("n9", 0, 1, "has 9 or more characters"),
        ("d", 1, 1, "a word with a digit 1 to the right"),
        ("k112", 0, 1, "is a word of group 12"),
        ("w", -2, 1, "the beginning of the text 2 to the left"),
        ("w", 2, 2, "the end of the text 1 to the right"),
    ],
)
def test_a_trait_says_what_it_is(name: str, place: int, size: int, words: str) -> None:
    assert wording.trait(name, place, size) == words


def test_a_group_of_words_is_told_by_examples() -> None:
    examples = {"k112": ["oslo", "rome"]}

    assert wording.trait("k112", -1, 1, examples) == "a word like 'oslo', 'rome' 1 to the left"


def test_a_kind_of_trait_without_words_is_an_error() -> None:
    with pytest.raises(ValueError, match="kind 'z'"):
        wording.trait("zx", 0, 1)


@pytest.mark.parametrize(
    ("number", "value", "place", "size", "words"),
    [
        (0, 0, 0, 1, "is elsewhere in no entity"),
        (0, 5, 0, 1, "is elsewhere surely in an amount"),
        (0, 3 * 6 + 2, 1, 2, "word 2 of 2 is elsewhere maybe in a city"),
        (1, 6 + 3, 0, 1, "the word 1 to the left is elsewhere likely in a city"),
        (2, 6 + 3, 0, 1, "the word 1 to the right is elsewhere likely in a city"),
        (1, 1, 1, 2, "word 1 of 2 is elsewhere hardly in an amount"),
    ],
)
def test_an_opinion_reads_as_what_is_thought_of_the_word_elsewhere(
    number: int, value: int, place: int, size: int, words: str
) -> None:
    assert wording.opinion(number, value, ["amount", "city"], place, size) == words


def test_there_are_words_for_every_column_and_bucket_of_opinions() -> None:
    assert len(wording._WHOSE) == opinions.COLUMNS
    assert len(wording._LIKELY) == len(opinions._BUCKETS) + 1
