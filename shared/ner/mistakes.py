"""Mistakes: where predicted spans part from the tagged ones, each named by its kind.

A predicted span that is tagged just so, stretch and category, is right. Of what is left, spans are
paired, at most once each, in this order of preference:

1. the same stretch under another category: *wrong type*;
2. an overlap of the same category: *wrong border*;
3. an overlap of another category: *wrong type* too, for the category is the graver fault: whoever
   mends it has to choose another one, and sees both stretches while doing so.

Within 2 and 3 the pair that shares more characters goes first, then the one further to the left. A
tagged span without a partner was *missed*, a predicted one without is *spurious*. So every span
that is not right is part of exactly one mistake, and the counts of the evaluation can be had back:
false negatives are the mistakes with a tagged span, false positives those with a predicted one.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.ner.evaluation import EvaluatedText
from shared.text.spans import Span


class Kind(enum.StrEnum):
    """What is wrong."""

    MISSED = "missed"
    SPURIOUS = "spurious"
    WRONG_TYPE = "wrong type"
    WRONG_BORDER = "wrong border"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake; spans are of the document's text, in the units that the spans came in."""

    document: str
    kind: Kind
    #: What people tagged; None where the prediction is spurious.
    expected: Span | None
    #: What was predicted, with its confidence; None where an entity was missed.
    predicted: Span | None

    @property
    def category(self) -> str:
        """The tagged category, or the predicted one of what is spurious."""
        span = self.expected or self.predicted
        return span.category if span is not None else ""

    def to_json(self) -> dict[str, Any]:
        """Return this mistake as JSON values, for storage."""
        return {
            "document": self.document,
            "kind": self.kind.value,
            "expected": _span_json(self.expected),
            "predicted": _span_json(self.predicted),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Mistake:
        """Return the mistake that `to_json` wrote."""
        return cls(
            document=value["document"],
            kind=Kind(value["kind"]),
            expected=None if value["expected"] is None else Span(**value["expected"]),
            predicted=None if value["predicted"] is None else Span(**value["predicted"]),
        )


def find(documents: Iterable[EvaluatedText]) -> list[Mistake]:
    """Return the mistakes of documents: in their order, within each from left to right.

    Neither side's spans of one document overlap. A span given twice on one side counts once.
    """
    return [mistake for document in documents for mistake in _of_document(document)]


def counts(mistakes: Iterable[Mistake]) -> dict[str, dict[Kind, int]]:
    """Return how many mistakes of each kind there are by category; nothing is told of zeros.

    A wrong type counts with the tagged category.
    """
    found: dict[str, Counter[Kind]] = {}
    for mistake in mistakes:
        found.setdefault(mistake.category, Counter())[mistake.kind] += 1
    return {
        category: {kind: found[category][kind] for kind in Kind if found[category][kind]}
        for category in sorted(found)
    }


def _of_document(document: EvaluatedText) -> list[Mistake]:
    wanted = {(span.start, span.end, span.category): span for span in document.expected}
    given = {(span.start, span.end, span.category): span for span in document.predicted}
    expected = [wanted[key] for key in sorted(wanted.keys() - given.keys())]
    predicted = [given[key] for key in sorted(given.keys() - wanted.keys())]
    partner_of: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, left, right in sorted(_overlaps(expected, predicted)):
        if left not in partner_of and right not in taken:
            partner_of[left] = right
            taken.add(right)
    found = []
    for number, span in enumerate(expected):
        other = predicted[partner_of[number]] if number in partner_of else None
        found.append(
            Mistake(
                document=document.name,
                kind=_kind(span, other),
                expected=span,
                predicted=other,
            )
        )
    found += [
        Mistake(document=document.name, kind=Kind.SPURIOUS, expected=None, predicted=span)
        for number, span in enumerate(predicted)
        if number not in taken
    ]
    return sorted(found, key=_place)


def _overlaps(
    expected: Sequence[Span], predicted: Sequence[Span]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the pairs that overlap: rank, minus the characters shared, and the two numbers.

    Both are sorted and overlap with none of their own side, so there are fewer pairs than spans.
    """
    left = right = 0
    while left < len(expected) and right < len(predicted):
        own, other = expected[left], predicted[right]
        shared = min(own.end, other.end) - max(own.start, other.start)
        if shared > 0:
            same_stretch = (own.start, own.end) == (other.start, other.end)
            rank = 0 if same_stretch else 1 if own.category == other.category else 2
            yield rank, -shared, left, right
        if own.end <= other.end:
            left += 1
        else:
            right += 1


def _kind(expected: Span, predicted: Span | None) -> Kind:
    if predicted is None:
        return Kind.MISSED
    same = expected.category == predicted.category
    return Kind.WRONG_BORDER if same else Kind.WRONG_TYPE


def _place(mistake: Mistake) -> tuple[int, int, str]:
    span = mistake.expected or mistake.predicted
    return (span.start, span.end, mistake.kind.value) if span is not None else (0, 0, "")


def _span_json(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    value = {"start": span.start, "end": span.end, "category": span.category}
    return value if span.confidence is None else {**value, "confidence": span.confidence}
