"""Evaluation: how well predicted entities fit the tagged ones, in the hosted service's terms.

Counts are of exact matches: the same stretch and the same category. Anything else that was
predicted is a false positive of its category, anything else that was tagged a false negative.
Precision is TP / (TP + FP), recall TP / (TP + FN), F1 their harmonic mean 2 TP / (2 TP + FP + FN);
each is 0 where there is nothing to divide by. Micro scores are of the summed counts, macro scores
plain means over the entity types. (As the hosted service's published example recomputes.)

The confusion matrix compares stretches, not matches. Each tagged entity is a segment of mass 1, and
so is each gap before, between and after the tagged entities of a document, as `$none`. A segment's
mass is shared out over what was predicted there, by characters that are not white space. Rows are
what was tagged, columns what was predicted; a gap of white space alone has nothing to share out.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.text.spans import Span

#: The row and column of text that belongs to no entity.
NONE = "$none"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedText:
    """A text with what people tagged in it and what a model predicted, in its code points."""

    name: str
    text: str
    expected: Sequence[Span]
    predicted: Sequence[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Precision, recall and F1, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityScores(Scores):
    """The scores of one entity type and the counts that they come from."""

    true_positives: int
    false_positives: int
    false_negatives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the confusion matrix."""

    #: The mass: how many segments' worth of text.
    raw: float
    #: The same as a percentage of its row.
    normalized: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a model is worth on a set of texts."""

    #: By category, in the order of names; types neither tagged nor predicted are left out.
    entities: Mapping[str, EntityScores]
    micro: Scores
    macro: Scores
    #: {tagged: {predicted: cell}}; cells without mass are left out.
    confusion: Mapping[str, Mapping[str, Cell]]

    def to_json(self) -> dict[str, Any]:
        """Return this evaluation as JSON values, for storage."""
        return {
            "entities": {name: asdict(scores) for name, scores in self.entities.items()},
            "micro": asdict(self.micro),
            "macro": asdict(self.macro),
            "confusion": {
                actual: {predicted: asdict(cell) for predicted, cell in row.items()}
                for actual, row in self.confusion.items()
            },
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Evaluation:
        """Return the evaluation that `to_json` wrote."""
        return cls(
            entities={name: EntityScores(**of) for name, of in value["entities"].items()},
            micro=Scores(**value["micro"]),
            macro=Scores(**value["macro"]),
            confusion={
                actual: {predicted: Cell(**cell) for predicted, cell in row.items()}
                for actual, row in value["confusion"].items()
            },
        )


def evaluate(documents: Sequence[EvaluatedText]) -> Evaluation:
    """Judge what was predicted in texts; neither side's spans of one text overlap."""
    positives: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for document in documents:
        expected = {(span.start, span.end, span.category) for span in document.expected}
        predicted = {(span.start, span.end, span.category) for span in document.predicted}
        positives.update(category for _, _, category in expected & predicted)
        missed.update(category for _, _, category in expected - predicted)
        wrong.update(category for _, _, category in predicted - expected)
    entities = {
        name: _scores(positives[name], wrong[name], missed[name])
        for name in sorted(positives.keys() | missed.keys() | wrong.keys())
    }
    total = _scores(positives.total(), wrong.total(), missed.total())
    return Evaluation(
        entities=entities,
        micro=Scores(precision=total.precision, recall=total.recall, f1=total.f1),
        macro=Scores(
            precision=_mean([scores.precision for scores in entities.values()]),
            recall=_mean([scores.recall for scores in entities.values()]),
            f1=_mean([scores.f1 for scores in entities.values()]),
        ),
        confusion=_confusion(documents),
    )


def _scores(positives: int, wrong: int, missed: int) -> EntityScores:
    return EntityScores(
        true_positives=positives,
        false_positives=wrong,
        false_negatives=missed,
        precision=_ratio(positives, positives + wrong),
        recall=_ratio(positives, positives + missed),
        f1=_ratio(2 * positives, 2 * positives + wrong + missed),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return _ratio(sum(values), len(values))


def _confusion(documents: Sequence[EvaluatedText]) -> dict[str, dict[str, Cell]]:
    masses: dict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for document in documents:
        #: How many characters that are not white space come before each place of the text.
        inked = [0, *itertools.accumulate(not sign.isspace() for sign in document.text)]
        predicted = sorted(document.predicted)
        first = 0
        for start, end, actual in _segments(document):
            ink = inked[end] - inked[start]
            if not ink:
                continue
            while first < len(predicted) and predicted[first].end <= start:
                first += 1
            none = ink
            for span in itertools.islice(predicted, first, None):
                if span.start >= end:
                    break
                shared = inked[min(span.end, end)] - inked[max(span.start, start)]
                none -= shared
                if shared:
                    masses[actual][span.category] += shared / ink
            if none:
                masses[actual][NONE] += none / ink
    return {
        actual: {
            predicted_as: Cell(raw=mass, normalized=100 * mass / sum(masses[actual].values()))
            for predicted_as, mass in sorted(masses[actual].items())
        }
        for actual in sorted(masses)
    }


def _segments(document: EvaluatedText) -> Iterator[tuple[int, int, str]]:
    """Yield the start, end and category of each tagged entity and each gap, in order."""
    reached = 0
    for span in sorted(document.expected):
        if reached < span.start:
            yield reached, span.start, NONE
        yield span.start, span.end, span.category
        reached = span.end
    if reached < len(document.text):
        yield reached, len(document.text), NONE
