"""A small corpus, and an extractor that was trained on it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

import numpy as np
import pytest

from shared.ner import features, opinions
from shared.ner.calibration import Calibration
from shared.ner.estimator import EntityEstimator
from shared.ner.extractor import Extractor
from shared.ner.knowledge import Groups, SparseRows
from shared.ner.recipe import FORM
from shared.ner.trainer import TaggedText, Training, train
from shared.text.spans import Span

PEOPLE = ["Ann Lee", "Bob Stone", "Eve Young", "Max Gray", "José Núñez", "Ida Falk", "Lu Wei"]
CITIES = ["Rome", "Paris", "Oslo", "New York", "São Paulo", "Lima", "Bonn"]
CATEGORIES = ("amount", "city", "payee", "payer")


def letter(number: int) -> TaggedText:
    """Return a made-up letter with four entities, the same for the same number."""
    chosen = random.Random(number)
    payer, payee = chosen.sample(PEOPLE, 2)
    city = chosen.choice(CITIES)
    amount = f"{chosen.randint(1, 99)}.{chosen.randint(10, 99)}"
    parts = [
        ("From: ", None),
        (payer, "payer"),
        ("\r\nTo: ", None),
        (payee, "payee"),
        ("\r\n\r\nDear friend 😀, I am in ", None),
        (city, "city"),
        (" and owe you €", None),
        (amount, "amount"),
        (" still.\r\nYours truly\r\n", None),
    ]
    text = ""
    spans = []
    for part, category in parts:
        if category is not None:
            spans.append(Span(len(text), len(text) + len(part), category))
        text += part
    return TaggedText(name=f"{number}.txt", text=text, spans=tuple(spans))


LETTERS = [letter(number) for number in range(30)]


@pytest.fixture(scope="session")
def training() -> Training:
    return train(LETTERS[:20], LETTERS[20:22], LETTERS[22:], categories=CATEGORIES)


@pytest.fixture(scope="session")
def extractor(training: Training) -> Extractor:
    from shared.ner import artifact

    return artifact.unpack(training.files.__getitem__, artifact.digest(training.files))


def with_opinions(extractor: Extractor, weight: Callable[[int, int, int], float]) -> Extractor:
    """Return a twice-read extractor whose second reading has a weight for every opinion.

    `weight` is given the column of opinions, its number and the label.
    """
    knowledge = extractor.knowledge
    first, second = knowledge.readings
    numbers = np.arange(6 * (knowledge.labels - 1))
    before = second.column_weights
    kept = int(sum(len(values) for values in second.column_values[: features.COLUMNS]))
    end = int(before.bounds[kept])
    made = np.array(
        [
            [[weight(column, number, label) for label in range(knowledge.labels)]
             for number in numbers.tolist()]
            for column in range(opinions.COLUMNS)
        ],
        np.float32,
    ).reshape(-1, knowledge.labels)  # fmt: skip
    rows = SparseRows(
        np.append(before.bounds[: kept + 1], end + knowledge.labels * np.arange(1, len(made) + 1)),
        np.append(before.columns[:end], np.tile(np.arange(knowledge.labels), len(made))).astype(
            np.int32
        ),
        np.append(before.values[:end], made.ravel()),
    )
    values = (*second.column_values[: features.COLUMNS], *[numbers] * opinions.COLUMNS)
    second = dataclasses.replace(second, column_values=values, column_weights=rows)
    return Extractor(dataclasses.replace(knowledge, readings=(first, second)))


#: Clusters of two levels, as if they had been learned.
GROUPS: Groups = {
    word.lower(): (number % 2, number)
    for number, word in enumerate("Ann Bob Eve Max Lu Rome Paris Oslo Lima Bonn Dear Yours".split())
}


@pytest.fixture(scope="session")
def full() -> Extractor:
    """Return an extractor with all that one can have: clusters, two readings, calibration."""
    texts = [tagged.text for tagged in LETTERS[:12]]
    spans = [tagged.spans for tagged in LETTERS[:12]]
    first = EntityEstimator(iterations=40).fit(texts, spans, groups=GROUPS).extractor_
    twice = dataclasses.replace(FORM, twice=True)
    # What the first reading makes of what it has learned from is good enough to have opinions.
    chances = [first.read([text]).chances for text in texts]
    second = EntityEstimator(recipe=twice, iterations=40).fit(
        texts, spans, first=first.knowledge, chances=chances
    )
    stated, right = (np.array(own, np.float32) for own in ([0.2, 0.6, 0.9], [0.1, 0.5, 0.95]))
    return Extractor(
        dataclasses.replace(
            second.extractor_.knowledge, calibration=Calibration(stated=stated, right=right)
        )
    )
