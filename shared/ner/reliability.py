"""Reliability: whether confidences mean what they say, and what a threshold on them costs.

Of the entities that a calibrated model predicts with a confidence of 0.8, 80 in 100 are right.
Predictions are put into M bins of equal width, ((m - 1) / M, m / M], and in each bin the mean
confidence is held against the share that is right. The expected calibration error weighs the bins
by how many predictions are in them:

    ECE = sum over m of |B_m| / n * | right(B_m) - confidence(B_m) |

(Naeini, Cooper and Hauskrecht, 2015, "Obtaining well calibrated probabilities using Bayesian
binning"; Guo, Pleiss, Sun and Weinberger, 2017, "On calibration of modern neural networks", eq. 3.)
A prediction is right if its stretch and its category are as tagged.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.ner.evaluation import EvaluatedText

#: How many bins there are.
BINS = 10

#: The thresholds that are told of.
THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The predictions whose confidence is above `low` and at most `high`; 0 is in the first."""

    low: float
    high: float
    count: int
    #: Their mean confidence.
    confidence: float
    #: The share of them that is right.
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What is left of the predictions if those below a confidence are dropped."""

    #: The confidence that a prediction must have at least.
    at_least: float
    #: How many predictions have it.
    found: int
    #: Each 0 where there is nothing to divide by.
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How far confidences can be trusted, on a set of documents."""

    #: Of the predictions, how many there are; of the tagged spans too.
    predicted: int
    tagged: int
    #: The expected calibration error, from 0 to 1; 0 without predictions.
    error: float
    #: By confidence; bins without predictions are left out.
    bins: tuple[Bin, ...]
    #: One for each of `THRESHOLDS`.
    thresholds: tuple[Threshold, ...]

    def to_json(self) -> dict[str, Any]:
        """Return this as JSON values, for storage."""
        return {
            "predicted": self.predicted,
            "tagged": self.tagged,
            "error": self.error,
            "bins": [asdict(one) for one in self.bins],
            "thresholds": [asdict(one) for one in self.thresholds],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Reliability:
        """Return what `to_json` wrote."""
        return cls(
            predicted=value["predicted"],
            tagged=value["tagged"],
            error=value["error"],
            bins=tuple(Bin(**one) for one in value["bins"]),
            thresholds=tuple(Threshold(**one) for one in value["thresholds"]),
        )


def reliability(documents: Iterable[EvaluatedText]) -> Reliability:
    """Judge the confidences of what was predicted in documents; one without counts as sure."""
    judged: list[tuple[float, bool]] = []
    tagged = 0
    for document in documents:
        expected = {(span.start, span.end, span.category) for span in document.expected}
        tagged += len(expected)
        for span in document.predicted:
            confidence = 1.0 if span.confidence is None else span.confidence
            judged.append((confidence, (span.start, span.end, span.category) in expected))
    return of_judged(judged, tagged)


def of_judged(judged: Sequence[tuple[float, bool]], tagged: int) -> Reliability:
    """Judge confidences, each given with whether its prediction is right.

    `tagged` is how many spans were tagged in all, found or not: what recall is a share of.
    """
    bounds = [number / BINS for number in range(1, BINS + 1)]
    members: list[list[tuple[float, bool]]] = [[] for _ in bounds]
    for confidence, right in judged:
        members[min(bisect.bisect_left(bounds, confidence), BINS - 1)].append((confidence, right))
    bins = tuple(
        Bin(
            low=number / BINS,
            high=bounds[number],
            count=len(own),
            confidence=sum(confidence for confidence, _ in own) / len(own),
            right=sum(right for _, right in own) / len(own),
        )
        for number, own in enumerate(members)
        if own
    )
    return Reliability(
        predicted=len(judged),
        tagged=tagged,
        error=sum(one.count / len(judged) * abs(one.right - one.confidence) for one in bins),
        bins=bins,
        thresholds=_thresholds(judged, tagged),
    )


def _thresholds(judged: Sequence[tuple[float, bool]], tagged: int) -> tuple[Threshold, ...]:
    rising = sorted(judged)
    confidences = [confidence for confidence, _ in rising]
    #: How many are right among all but the first few.
    right = [0]
    for _, is_right in reversed(rising):
        right.append(right[-1] + is_right)
    found = []
    for threshold in THRESHOLDS:
        left = len(rising) - bisect.bisect_left(confidences, threshold)
        found.append(
            Threshold(
                at_least=threshold,
                found=left,
                precision=right[left] / left if left else 0.0,
                recall=right[left] / tagged if tagged else 0.0,
                f1=2 * right[left] / (left + tagged) if left + tagged else 0.0,
            )
        )
    return tuple(found)
