"""Folds: what is found in a document says nothing of the document's own tags."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from shared.ner.encoding import learn_tokenizer
from shared.ner.folds import Folds, OutOfFold, Tagged
from shared.ner.recipe import PROSE
from tests.ner.conftest import CATEGORIES, LETTERS

DOCUMENTS = Tagged(
    texts=[letter.text for letter in LETTERS[:12]], spans=[letter.spans for letter in LETTERS[:12]]
)
TWICE = dataclasses.replace(PROSE, twice=True)


def folds(*, swap: bool) -> Folds:
    return Folds(
        categories=CATEGORIES,
        groups={},
        tokenizer=learn_tokenizer([]),
        swap=swap,
        iterations=15,
        jobs=1,
        seed=0,
        check=lambda: None,
    )


def untagged(tagged: Tagged, numbers: list[int]) -> Tagged:
    """Return documents of which some, by their number, have lost their tags."""
    spans = [[] if number in numbers else own for number, own in enumerate(tagged.spans)]
    return Tagged(texts=tagged.texts, spans=spans)


def with_doubts(found: OutOfFold, numbers: list[int]) -> OutOfFold:
    """Return finds in which some texts have no tags, and were held to be nothing but `O`."""
    chances = [
        np.eye(1, own.shape[1], dtype=np.float32).repeat(len(own), axis=0)
        if number in numbers
        else own
        for number, own in enumerate(found.chances)
    ]
    return dataclasses.replace(found, tagged=untagged(found.tagged, numbers), chances=chances)


@pytest.mark.parametrize("swap", [False, True])
def test_a_first_reading_does_not_learn_from_the_fold_that_it_reads(swap: bool) -> None:
    found = folds(swap=swap).first(DOCUMENTS, PROSE, 3)
    held = found.folds[1]

    other = folds(swap=swap).first(untagged(DOCUMENTS, held), PROSE, 3)

    assert any(found.spans[number] for number in held)
    assert [other.spans[number] for number in held] == [found.spans[number] for number in held]
    assert other.spans != found.spans


@pytest.mark.parametrize("swap", [False, True])
def test_a_second_reading_does_not_learn_from_the_fold_that_it_reads(swap: bool) -> None:
    own = folds(swap=swap)
    found = own.first(DOCUMENTS, PROSE, 3)
    held = found.folds[1]
    copies = [number + len(DOCUMENTS) for number in held] if swap else []
    spans = own.second(TWICE, found)

    others = own.second(TWICE, with_doubts(found, [*held, *copies]))

    assert any(spans[number] for number in held)
    assert [others[number] for number in held] == [spans[number] for number in held]
    assert others != spans


def test_who_learns_from_fewer_documents_does_not_learn_from_the_fold_either() -> None:
    own = folds(swap=False)
    found = own.first(DOCUMENTS, PROSE, 3)
    held = found.folds[1]
    learned_from, spans = own.fewer(PROSE, found)

    _, others = own.fewer(PROSE, with_doubts(found, held))

    assert learned_from == 4
    assert any(spans[number] for number in held)
    assert [others[number] for number in held] == [spans[number] for number in held]


def test_several_jobs_find_the_same_as_one() -> None:
    one = folds(swap=True).first(DOCUMENTS, PROSE, 3)

    two = dataclasses.replace(folds(swap=True), jobs=2).first(DOCUMENTS, PROSE, 3)

    assert one.spans == two.spans
    assert all(map(np.array_equal, one.chances, two.chances))
