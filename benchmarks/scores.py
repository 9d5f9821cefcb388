"""Scores: how well entities were found, as counts that can be added up over folds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def counts(
    documents: Sequence[Mapping[str, Any]], predicted: Sequence[Sequence[Mapping[str, Any]]]
) -> dict[str, list[int]]:
    """Return by category how many entities are right, how many were found and how many tagged.

    An entity is right if its category, its offset and its length are.
    """
    found: dict[str, list[int]] = {}
    for document, entities in zip(documents, predicted, strict=True):
        wanted, own = _keys(document["labels"]), _keys(entities)
        for place, keys in enumerate((wanted & own, own, wanted)):
            for category, _, _ in keys:
                found.setdefault(category, [0, 0, 0])[place] += 1
    return found


def bins(
    documents: Sequence[Mapping[str, Any]], predicted: Sequence[Sequence[Mapping[str, Any]]]
) -> list[list[float]] | None:
    """Return the bins of confidences: lower bound, entities, mean confidence, share that is right.

    None where a system gives no confidences.
    """
    from shared.ner.reliability import of_judged

    judged: list[tuple[float, bool]] = []
    tagged = 0
    for document, entities in zip(documents, predicted, strict=True):
        wanted = _keys(document["labels"])
        tagged += len(wanted)
        for entity in entities:
            if entity["confidence"] is None:
                return None
            judged.append((entity["confidence"], bool(_keys([entity]) & wanted)))
    report = of_judged(judged, tagged)
    return [[one.low, one.count, one.confidence, one.right] for one in report.bins]


def added(tables: Iterable[Mapping[str, Sequence[int]]]) -> dict[str, list[int]]:
    """Return the counts of several folds as one."""
    total: dict[str, list[int]] = {}
    for table in tables:
        for category, own in table.items():
            before = total.get(category, [0, 0, 0])
            total[category] = [left + right for left, right in zip(before, own, strict=True)]
    return total


def micro_f1(table: Mapping[str, Sequence[int]]) -> float:
    """Return the F1 of all entities together."""
    return _f1([sum(column) for column in zip(*table.values(), strict=True)] or [0, 0, 0])


def macro_f1(table: Mapping[str, Sequence[int]]) -> float:
    """Return the mean F1 of the categories that are tagged at all."""
    scores = [_f1(own) for own in table.values() if own[2]]
    return sum(scores) / len(scores) if scores else 0.0


def calibration_error(tables: Iterable[Sequence[Sequence[float]]]) -> float | None:
    """Return the expected calibration error of the bins of several folds, taken as one.

    The mean, over entities, of the distance between confidence and precision of their bin; see
    `shared.ner.reliability`. None where nothing was found.
    """
    # Of each bin: how many entities, and how many more (or fewer) were to be right than are.
    total: dict[float, list[float]] = {}
    for low, count, confidence, right in (one for table in tables for one in table):
        own = total.setdefault(low, [0.0, 0.0])
        own[0] += count
        own[1] += count * (confidence - right)
    found = sum(count for count, _ in total.values())
    return sum(abs(excess) for _, excess in total.values()) / found if found else None


def _keys(entities: Iterable[Mapping[str, Any]]) -> set[tuple[str, int, int]]:
    return {(one["category"], one["offset"], one["length"]) for one in entities}


def _f1(own: Sequence[int]) -> float:
    right, found, wanted = own
    return 2 * right / (found + wanted) if found + wanted else 0.0
