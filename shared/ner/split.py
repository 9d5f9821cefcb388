"""Splits: which tagged documents are for training, for validation, and for the test.

Documents are dealt out in the order of the SHA-256 of the seed and their name. So the split depends
on the set of names alone, is the same on every machine, and a document that is added or removed
moves few of the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The names of the documents of each part, sorted; no name is in two of them."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]


def split_by_percentage(
    names: Iterable[str], *, seed: int, train_percent: int = 80, test_percent: int = 10
) -> Split:
    """Deal out documents by percent; what training and test leave is for validation.

    With as many documents as there are parts, no part of a percentage above 0 is empty; training
    comes first, then the test. Raises `ValueError` where the percentages are not possible.
    """
    validation_percent = 100 - train_percent - test_percent
    percents = (test_percent, validation_percent, train_percent)
    if min(percents) < 0:
        raise ValueError("the percentages of training and test are from 0 to 100 together")
    shuffled = _shuffle(names, seed)
    tested, validated = (_share(len(shuffled), percent) for percent in percents[:2])
    if train_percent and tested + validated >= len(shuffled):
        # Too few for every share: training keeps one document, then test and validation one each.
        spare = max(len(shuffled) - 1, 0)
        tested = min(tested, spare - 1 if validated and spare > 1 else spare)
        validated = min(validated, spare - tested)
    elif not train_percent:
        # Nothing is for training, so that rounding must leave nothing over either.
        tested = len(shuffled) - validated if test_percent else 0
        validated = len(shuffled) - tested
    return _parts(shuffled, tested, validated)


def split_by_dataset(
    train: Iterable[str], test: Iterable[str], *, seed: int, validation_percent: int = 10
) -> Split:
    """Keep the sets that people chose; validation is drawn from what they marked for training.

    A name in both is a test document. Raises `ValueError` for a percentage outside 0 to 100.
    """
    if not 0 <= validation_percent <= 100:
        raise ValueError("a percentage is from 0 to 100")
    tested = sorted(set(test))
    shuffled = _shuffle(set(train) - set(tested), seed)
    validated = min(_share(len(shuffled), validation_percent), max(len(shuffled) - 1, 0))
    parts = _parts(shuffled, 0, validated)
    return Split(train=parts.train, validation=parts.validation, test=tuple(tested))


def _shuffle(names: Iterable[str], seed: int) -> list[str]:
    def place(name: str) -> tuple[bytes, str]:
        return hashlib.sha256(f"{seed}\n{name}".encode("utf-8", "surrogatepass")).digest(), name

    return sorted(set(names), key=place)


def _share(count: int, percent: int) -> int:
    """Return a percentage of a count, half up, and 1 at least where it is of something."""
    if not percent or not count:
        return 0
    return max(1, (2 * count * percent + 100) // 200)


def _parts(shuffled: list[str], tested: int, validated: int) -> Split:
    return Split(
        test=tuple(sorted(shuffled[:tested])),
        validation=tuple(sorted(shuffled[tested : tested + validated])),
        train=tuple(sorted(shuffled[tested + validated :])),
    )
