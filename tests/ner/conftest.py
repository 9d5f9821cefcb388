"""A small corpus, and an extractor that was trained on it."""

from __future__ import annotations

import random

import pytest

from shared.ner.extractor import Extractor
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
