"""Explanations: what speaks for an entity, feature by feature, in words and exactly.

The chain is linear. Let y be the labels of a text with the entity in it, and z the same labels but
with `O` on all of the entity's words. Then

    s(y) - s(z) = log P(y | text) - log P(z | text)

is a sum of weights, each of one feature or one transition that y and z do not share: on the words
of the entity, the weight for its label less the weight for `O`; and the transitions into, within
and out of it, among them the one into the next entity, which remembers what came before it. The
contributions of an `Explanation` are that sum's terms, those with the same words added up, so
their sum is s(y) - s(z) but for rounding. (A path's score is that of `shared.ner.chain`.)

The other labels of the text are those of the entities that the extractor finds in it. Weights are
those of the last reading, to which what an earlier one made of the document is a feature like any
other. The confidence of an entity is another matter: it weighs all paths, not these two, and is
calibrated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from shared.ner import features, wording
from shared.ner.chain import Floats, Integers
from shared.ner.encoding import encode
from shared.ner.extractor import Extractor, Read
from shared.ner.knowledge import SparseRows
from shared.text.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one feature adds to a score; below 0 it speaks against."""

    words: str
    score: float

    def to_json(self) -> dict[str, Any]:
        """Return this contribution as JSON values, for storage."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a stretch of a text is taken for an entity rather than for none."""

    #: In code points of the text.
    span: Span
    #: By score, the strongest for it first, the strongest against it last.
    contributions: tuple[Contribution, ...]
    #: The difference of log scores that they sum up to.
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Strongest:
    """The features that speak most for and against a category, each the strongest first."""

    supporting: tuple[Contribution, ...]
    opposing: tuple[Contribution, ...]

    def to_json(self) -> dict[str, Any]:
        """Return this as JSON values, for storage."""
        return {
            "supporting": [one.to_json() for one in self.supporting],
            "opposing": [one.to_json() for one in self.opposing],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Strongest:
        """Return what `to_json` wrote."""
        return cls(
            supporting=tuple(Contribution(**one) for one in value["supporting"]),
            opposing=tuple(Contribution(**one) for one in value["opposing"]),
        )


class Explainer:
    """Says what an extractor goes by."""

    def __init__(self, extractor: Extractor, examples: wording.Examples | None = None) -> None:
        """Read an extractor's weights; `examples` gives words for traits that stand for groups."""
        self._extractor = extractor
        self._knowledge = extractor.knowledge
        self._examples = examples
        knowledge = extractor.knowledge
        #: Entities are decided on by the last reading.
        self._reading = knowledge.readings[-1]
        self._traits = {name: number for number, name in enumerate(self._reading.traits)}
        self._categories = {name: number for number, name in enumerate(knowledge.categories)}
        #: Of each column, where its rows of weights begin.
        self._offsets = np.cumsum([0, *(len(own) for own in self._reading.column_values)])

    def explain(self, text: str, span: Span) -> Explanation:
        """Say what speaks for and against an entity in a text, found by the extractor or not.

        The span is in code points of the text; where it ends inside a word, the whole word counts.
        What the extractor finds elsewhere in the text stays as it is, what overlaps with the span
        does not. Raises `ValueError` for a category that the extractor does not know, and for a
        span without a word.
        """
        if span.category not in self._categories:
            raise ValueError(f"the extractor does not know the category {span.category!r}")
        read = self._extractor.read([text])
        sheet = read.sheet
        tokens = list(zip(sheet.starts.tolist(), sheet.ends.tolist(), strict=True))
        own = encode(tokens, [span], self._categories)
        inside = [place for place, label in enumerate(own) if label]
        if not inside:
            raise ValueError("there is no word in the span")
        first, after = inside[0], inside[-1] + 1
        start, end = tokens[first][0], tokens[after - 1][1]
        (found,) = self._extractor.predict([text])
        others = [other for other in found if other.end <= start or other.start >= end]
        without = encode(tokens, others, self._categories)
        labels = [*without[:first], *own[first:after], *without[after:]]
        sums: dict[str, float] = defaultdict(float)
        for words, weight in self._emitted(read, labels, first, after):
            sums[words] += weight
        for words, weight in self._passed(labels, first, after):
            sums[words] += weight
        for words, weight in self._passed(without, first, after):
            sums[words] -= weight
        contributions = tuple(
            Contribution(words=words, score=score)
            for words, score in sorted(sums.items(), key=lambda item: (-item[1], item[0]))
            if score
        )
        return Explanation(
            span=span,
            contributions=contributions,
            score=sum(contribution.score for contribution in contributions),
        )

    def _emitted(
        self, read: Read, labels: Sequence[int], first: int, after: int
    ) -> Iterator[tuple[str, float]]:
        """Yield the features of the words of an entity, with their weights against `O`."""
        knowledge, reading, sheet = self._knowledge, self._reading, read.sheet
        size = after - first
        for number, distance in enumerate(features.REACH):
            types = sheet.at(distance)
            for token in range(first, after):
                for name in features.traits(sheet.types[types[token]], knowledge.groups):
                    trait = self._traits.get(name)
                    if trait is None:
                        continue
                    row = _row(reading.trait_weights, trait)
                    offset = number * knowledge.labels
                    weight = row.get(offset + labels[token], 0.0) - row.get(offset, 0.0)
                    if weight:
                        place = token + distance - first
                        yield wording.trait(name, place, size, self._examples), weight
        for number, values in enumerate(read.columns):
            known = reading.column_values[number]
            for token in range(first, after):
                value = int(values[token])
                rank = int(np.searchsorted(known, value))
                if rank < len(known) and known[rank] == value:
                    row = _row(reading.column_weights, int(self._offsets[number]) + rank)
                    weight = row.get(labels[token], 0.0) - row.get(0, 0.0)
                    if weight:
                        place = token - first
                        yield self._column(number, value, place, size), weight

    def _passed(self, labels: Sequence[int], first: int, after: int) -> Iterator[tuple[str, float]]:
        """Yield the transitions from the one into `first` to the one into the next entity."""
        knowledge = self._knowledge
        scores, states = self._reading.transitions, knowledge.states
        count = states.categories
        slot = 0
        for place, label in enumerate(labels):
            category = (label - 1) % count
            before = labels[place - 1] if place else 0
            told = place >= first
            if label > count:
                weight = scores.begin if before <= count else scores.inside
                if told:
                    yield _length(after - first), float(weight[category])
                continue
            if before:
                left = (before - 1) % count
                weight = scores.leave_begin if before <= count else scores.leave_inside
                slot = int(states.slot_of[left])
                # What comes before the entity is left with it and without it.
                if place > first:
                    yield _length(after - first), float(weight[left])
                if told and label:
                    yield self._touching(left, category, place, first), float(scores.adjacent[left])
            if told and label:
                yield (
                    self._opened(slot, category) if place == first else self._next(category),
                    float(scores.open[slot, category]),
                )
            if place >= after and label:
                return

    def _opened(self, slot: int, category: int) -> str:
        """Return in words that an entity comes after one that a slot remembers."""
        states = self._knowledge.states
        if slot:
            return f"comes after {_article(self._name(int(states.remembered()[slot - 1])))}"
        if states.slots == 1:
            return "begins an entity"
        if states.slots > states.categories:
            return "is the first entity of the text"
        return "is the first entity of the text, or comes after one of the rarer types"

    def _touching(self, left: int, category: int, place: int, first: int) -> str:
        if place == first:
            return f"comes at once after {_article(self._name(left))}"
        return f"{_article(self._name(category))} comes at once after it"

    def _next(self, category: int) -> str:
        return f"{_article(self._name(category))} is the next entity"

    def _name(self, category: int) -> str:
        return self._knowledge.categories[category]

    def strongest(self, count: int = 10) -> dict[str, Strongest]:
        """Return by category the features that speak most for it, and against it.

        As in explanations, a weight is that for the category's label less that for `O`. Features
        are told of a single word: the first of an entity, or a further one, as the words say. Of
        features that only tell entities from no entity, alike for all categories, nothing is said.
        """
        knowledge = self._knowledge
        size = len(knowledge.categories)
        reading = self._reading
        traits = _Weights.of(reading.trait_weights, len(features.REACH), knowledge.labels)
        columns = _Weights.of(reading.column_weights, 1, knowledge.labels)
        found = {}
        for number, category in enumerate(knowledge.categories):
            pool: list[tuple[float, str]] = []
            for subject, label in (("", 1 + number), ("further word: ", 1 + size + number)):
                for row, distance, weight in traits.strongest(label, count):
                    place = list(features.REACH)[distance]
                    said = wording.trait(reading.traits[row], place, 1, self._examples)
                    pool.append((weight, subject + said))
                for row, _, weight in columns.strongest(label, count):
                    pool.append((weight, subject + self._column_of(row)))
            for slot in range(knowledge.states.slots):
                weight = float(reading.transitions.open[slot, number])
                pool.append((weight, self._opened(slot, number)))
            found[category] = Strongest(
                supporting=_top([one for one in pool if one[0] > 0], count),
                opposing=_top([one for one in pool if one[0] < 0], count),
            )
        return found

    def _column_of(self, row: int) -> str:
        number = int(np.searchsorted(self._offsets, row, side="right")) - 1
        value = int(self._reading.column_values[number][row - self._offsets[number]])
        return self._column(number, value, 0, 1)

    def _column(self, number: int, value: int, place: int, size: int) -> str:
        """Return a column's number in words."""
        if number < features.COLUMNS:
            return wording.column(number, value, self._knowledge.vocabulary, place, size)
        return wording.opinion(
            number - features.COLUMNS, value, self._knowledge.categories, place, size
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Weights:
    """Weights that are not 0, by label."""

    #: Of each weight: its row, its distance, and its value less that for `O`.
    rows: Integers
    distances: Integers
    values: Floats
    #: Where the weights of each label are among them.
    order: Integers
    bounds: Integers

    @classmethod
    def of(cls, weights: SparseRows, distances: int, labels: int) -> _Weights:
        """Return the weights of rows of (distance number * labels + label)."""
        count = len(weights.bounds) - 1
        rows = np.repeat(np.arange(count), np.diff(weights.bounds))
        distance, label = np.divmod(weights.columns.astype(np.int64), labels)
        outside = np.zeros((count, distances), np.float32)
        own = label == 0
        outside[rows[own], distance[own]] = weights.values[own]
        order = np.argsort(label, kind="stable")
        return cls(
            rows=rows,
            distances=distance,
            values=weights.values - outside[rows, distance],
            order=order,
            bounds=np.searchsorted(label[order], np.arange(labels + 1)),
        )

    def strongest(self, label: int, count: int) -> Iterator[tuple[int, int, float]]:
        """Yield row, distance and weight of the `count` greatest and `count` least weights."""
        own = self.order[self.bounds[label] : self.bounds[label + 1]]
        ranked = own[np.argsort(self.values[own], kind="stable")]
        for entry in np.unique(np.concatenate([ranked[:count], ranked[-count:]])).tolist():
            yield int(self.rows[entry]), int(self.distances[entry]), float(self.values[entry])


def _row(weights: SparseRows, row: int) -> dict[int, float]:
    """Return the weights of a row by column."""
    own = slice(int(weights.bounds[row]), int(weights.bounds[row + 1]))
    return dict(zip(weights.columns[own].tolist(), weights.values[own].tolist(), strict=True))


def _top(pool: Sequence[tuple[float, str]], count: int) -> tuple[Contribution, ...]:
    """Return the strongest of features with their words, each words once."""
    ranked = sorted(pool, key=lambda one: (-abs(one[0]), one[1]))
    strongest: dict[str, float] = {}
    for weight, words in ranked:
        strongest.setdefault(words, weight)
    return tuple(
        Contribution(words=words, score=weight) for words, weight in list(strongest.items())[:count]
    )


def _length(size: int) -> str:
    return f"is {size} words long" if size > 1 else "is one word long"


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
