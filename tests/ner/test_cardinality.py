"""Cardinality: what a form says once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner.cardinality import Cardinality, Found, learn
from shared.text.spans import Span

ONE = [Span(0, 1, "total")]
TWO = [Span(0, 1, "total"), Span(2, 3, "total")]


def chances(tokens: int, begins: dict[int, float], goes_on: dict[int, float]) -> np.ndarray:
    """Return probabilities of the labels of one category: columns O, B, I."""
    found = np.zeros((tokens, 3), np.float32)
    for token, chance in begins.items():
        found[token, 1] = chance
    for token, chance in goes_on.items():
        found[token, 2] = chance
    found[:, 0] = 1 - found[:, 1] - found[:, 2]
    return found


@pytest.mark.parametrize(
    ("documents", "single", "constant"),
    [
        ([ONE] * 10, True, True),
        ([ONE] * 9 + [[]], True, True),
        ([ONE] * 8 + [[]] * 2, True, False),
        ([ONE] * 5 + [[]] * 5, True, False),
        ([ONE] * 5 + [[]] * 6, False, False),
        ([ONE] * 4, False, False),
        ([ONE] * 9 + [TWO], False, False),
        ([ONE] * 49 + [TWO], True, True),
    ],
)
def test_a_category_is_single_or_constant_where_tags_say_so(
    documents: list[list[Span]], single: bool, constant: bool
) -> None:
    learned = learn(documents, ["total"], longest=100)

    assert (0 in learned.single, 0 in learned.constant) == (single, constant)


def test_of_several_the_one_with_the_highest_confidence_is_kept() -> None:
    rules = Cardinality(frozenset({0}), frozenset(), 100)
    found = [Found(0, 1, 0, 0.5), Found(3, 5, 0, 0.9), Found(6, 7, 1, 0.4), Found(8, 9, 1, 0.3)]

    kept = rules.applied(found, chances(10, {}, {}))

    assert kept == [found[1], found[2], found[3]]


def test_where_a_constant_one_is_missing_the_likeliest_stretch_is_taken() -> None:
    rules = Cardinality(frozenset({0}), frozenset({0}), 100)
    likely = chances(6, {1: 0.1, 3: 0.4}, {4: 0.3, 5: 0.1})

    assert rules.applied([], likely) == [Found(3, 5, 0, pytest.approx(0.3))]


def test_a_stretch_that_is_unlikely_or_taken_is_left_alone() -> None:
    rules = Cardinality(frozenset({0}), frozenset({0}), 100)
    taken = [Found(2, 4, 1, 0.9)]

    assert rules.applied([], chances(6, {3: 0.1}, {})) == []
    assert rules.applied(taken, np.pad(chances(6, {3: 0.4}, {}), ((0, 0), (0, 2)))) == taken


def test_a_document_that_may_be_several_is_left_alone() -> None:
    rules = learn([ONE] * 10, ["total"], longest=10)
    found = [Found(0, 1, 0, 0.5), Found(3, 5, 0, 0.9)]

    assert rules.applied(found, chances(15, {}, {})) == [found[1]]
    assert rules.applied(found, chances(16, {}, {})) == found


def test_of_two_that_are_missing_from_one_place_the_first_category_is_taken() -> None:
    rules = Cardinality(frozenset({0, 1}), frozenset({0, 1}), 100)
    # The columns are O, B0, B1, I0, I1.
    likely = np.array([[1, 0, 0, 0, 0], [0.2, 0.4, 0.4, 0, 0], [1, 0, 0, 0, 0]], np.float32)

    assert rules.applied([], likely) == [Found(1, 2, 0, pytest.approx(0.4))]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1)), max_size=8),
    st.integers(0, 2**32 - 1),
)
def test_what_is_kept_is_in_order_and_apart(found: list[tuple[int, float]], seed: int) -> None:
    own = [Found(3 * n, 3 * n + 2, kind, chance) for n, (kind, chance) in enumerate(found)]
    likely = np.random.default_rng(seed).dirichlet(np.ones(7), 30).astype(np.float32)
    rules = Cardinality(frozenset({0, 1}), frozenset({0, 1}), 100)

    kept = rules.applied(own, likely)

    reached = 0
    for one in kept:
        assert reached <= one.first < one.after
        reached = one.after
    assert sum(one.category == 0 for one in kept) <= 1
    assert sum(one.category == 1 for one in kept) <= 1
    assert [one for one in own if one.category == 2] == [one for one in kept if one.category == 2]
