"""Opinions: what is thought of a word elsewhere in its document."""

from __future__ import annotations

import numpy as np
import pytest

from shared.ner import opinions
from shared.ner.encoding import Tokenizer
from shared.ner.sheet import Sheet

#: Of the label in the middle of these buckets: surely, and surely not.
SURE = 5


def columns(texts: list[str], sure: dict[int, int]) -> list[list[int]]:
    """Return the columns where some tokens surely have labels (of O, B0, B1, I0, I1)."""
    sheet = Sheet.of(texts, Tokenizer())
    chances = np.zeros((len(sheet.type_of), 5), np.float32)
    chances[:, 0] = 1
    for token, label in sure.items():
        chances[token] = np.eye(5)[label]
    return [column.tolist() for column in opinions.columns(sheet, chances)]


def test_a_word_sees_what_is_thought_of_its_other_place_and_not_of_its_own() -> None:
    own, _, _ = columns(["Lund came . Lund left"], {0: 2})

    assert own == [0, -1, -1, 1 * 6 + SURE, -1]


def test_the_words_beside_it_see_it_too() -> None:
    _, before, after = columns(["Lund came . Lund left"], {0: 2})

    assert before == [-1, 0, -1, -1, 1 * 6 + SURE]
    assert after == [-1, -1, 1 * 6 + SURE, -1, -1]


def test_other_documents_do_not_matter() -> None:
    own, before, after = columns(["Lund came", "then Lund Lund"], {0: 2})

    assert own == [-1, -1, -1, 0, 0]
    assert before[2] == after[1] == -1
    assert before == [-1, -1, -1, -1, 0]


def test_neighbours_are_of_the_same_document() -> None:
    _, before, after = columns(["Lund Lund", "then Lund Lund", "Lund Lund"], {0: 2, 5: 1})

    assert before == [-1, 0, -1, -1, 0, -1, 0]
    assert after == [1 * 6 + SURE, -1, 0, 0, -1, SURE, -1]


def test_signs_have_no_opinion() -> None:
    own, _, _ = columns([", a , b"], {0: 1, 2: 1})

    assert own == [-1, -1, -1, -1]


@pytest.mark.parametrize(("others", "bucket"), [([1, 0], 2), ([1, 1], 5), ([0, 0], 0)])
def test_the_mean_of_the_other_places_counts(others: list[int], bucket: int) -> None:
    own, _, _ = columns(["Lund x Lund y Lund"], {2: others[0], 4: others[1]})

    assert own[0] == bucket


def test_no_text_has_no_opinions() -> None:
    assert columns([""], {}) == [[]] * opinions.COLUMNS
