"""Clusters: words that are used alike come together."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from shared.ner import clusters
from shared.ner.encoding import Tokenizer
from shared.ner.knowledge import Groups
from shared.ner.sheet import Sheet

CITIES = [f"city{sign}" for sign in "abcdefghijklmnop"]
FOODS = [f"food{sign}" for sign in "abcdefghijklmnop"]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    dice = random.Random(1)
    lines = []
    for _ in range(2500):
        city, food = dice.choice(CITIES), dice.choice(FOODS)
        lines.append(f"we went to {city} by train and ate fresh {food} for lunch")
    return Sheet.of(["\n".join(lines)], Tokenizer())


@pytest.fixture(scope="module")
def groups(sheet: Sheet) -> Groups:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "LEVELS", (4, 8))
        return clusters.learn(sheet)


@pytest.mark.parametrize("words", [CITIES, FOODS])
def test_words_that_are_used_alike_share_their_coarse_group(
    groups: Groups, words: list[str]
) -> None:
    own = Counter(groups[word][0] for word in words)
    others = {groups[word][0] for word in [*CITIES, *FOODS] if word not in words}

    group, times = own.most_common(1)[0]
    assert times >= 14
    assert group not in others


def test_groups_are_the_same_again(
    sheet: Sheet, groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "LEVELS", (4, 8))

    again = clusters.learn(sheet)

    assert groups and again == groups


@pytest.mark.parametrize(("tokens", "some"), [(-1, False), (0, True)])
def test_few_texts_have_no_groups(monkeypatch: pytest.MonkeyPatch, tokens: int, some: bool) -> None:
    monkeypatch.setattr(clusters, "ENOUGH", 600)
    monkeypatch.setattr(clusters, "LEVELS", (2,))
    text = " ".join((["many", "words", "of", "a", "small", "text"] * 100)[: 600 + tokens])

    assert bool(clusters.learn(Sheet.of([text], Tokenizer()))) == some


def test_a_level_without_three_words_a_group_is_left_out(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "LEVELS", (4, 500))

    assert {len(numbers) for numbers in clusters.learn(sheet).values()} == {1}


def test_examples_of_a_group_are_its_most_frequent_words() -> None:
    groups = {"rome": (0, 3), "oslo": (0, 4), "bread": (1, 5)}

    assert clusters.examples(groups) == {
        "k00": ["rome", "oslo"],
        "k01": ["bread"],
        "k13": ["rome"],
        "k14": ["oslo"],
        "k15": ["bread"],
    }
