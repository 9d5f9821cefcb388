"""The extractor: a trained chain that finds entities in texts. It needs numpy alone.

What it does to a batch of texts: read tokens; add up their emissions (a row of scores per token
type, kept between calls, and the weights of the columns); forward-backward over all texts at once;
then the best path (Viterbi) only on *islands*, the stretches in which some token is not surely
outside of every entity, given what forward-backward says at their shores. An entity's confidence is
the smallest probability among the tags of its tokens.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.ner import features
from shared.ner.chain import (
    Floats,
    Packing,
    Posterior,
    States,
    Steps,
    Transitions,
    best_paths,
    forward_backward,
    marginals,
)
from shared.ner.encoding import Tokenizer, entities
from shared.ner.features import Sheet
from shared.text.spans import Span

Integers: TypeAlias = NDArray[np.int64]

#: A token is a shore when it is outside of every entity with this probability.
_SHORE = 0.998

#: Tokens of an island; a longer one is cut.
_ISLAND = 512

#: Numbers (tokens times states) in each array of one batch of texts; a longer text is a batch.
_BATCH = 2_000_000

#: Bytes of rows of token types that are kept between calls.
_ROWS_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class SparseRows:
    """Rows of numbers that are mostly 0: compressed sparse rows."""

    #: Where each row begins in the two others, and where the last one ends.
    bounds: Integers
    columns: NDArray[np.int32]
    values: Floats

    def summed(self, groups: Integers, rows: Integers, count: int, width: int) -> Floats:
        """Return for each group the sum of its rows: `rows[i]` belongs to `groups[i]`."""
        lengths = self.bounds[rows + 1] - self.bounds[rows]
        ends = lengths.cumsum()
        total = int(ends[-1]) if len(ends) else 0
        entries = np.arange(total) + np.repeat(self.bounds[rows] - (ends - lengths), lengths)
        places = np.repeat(groups, lengths) * width + self.columns[entries]
        sums = np.bincount(places, weights=self.values[entries], minlength=count * width)
        return sums.astype(np.float32).reshape(count, width)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """All that training found out: what an artefact holds."""

    categories: tuple[str, ...]
    states: States
    transitions: Transitions
    tokenizer: Tokenizer
    #: The names of traits; their weights, (trait, distance number * labels + label).
    traits: tuple[str, ...]
    trait_weights: SparseRows
    #: The words that columns know.
    vocabulary: tuple[str, ...]
    #: Of each column, the numbers that have weights, ascending; all columns one after the other.
    column_values: tuple[Integers, ...]
    #: The weights of those numbers, (number, label).
    column_weights: SparseRows

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return 1 + 2 * len(self.categories)


class Extractor:
    """Finds entities in texts. Safe to be used by several threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._traits = {name: number for number, name in enumerate(knowledge.traits)}
        self._vocabulary = {word: number for number, word in enumerate(knowledge.vocabulary)}
        labels = knowledge.labels
        values = sum(len(values) for values in knowledge.column_values)
        every = np.arange(values)
        #: The weights of the columns' numbers; the last row is that of no number.
        self._columns = np.zeros((values + 1, labels), np.float32)
        self._columns[:-1] = knowledge.column_weights.summed(every, every, values, labels)
        self._steps = Steps(knowledge.transitions, knowledge.states)
        self._lock = threading.Lock()
        self._width = len(features.REACH) * labels
        self._most_rows = max(1000, _ROWS_BYTES // (4 * self._width))
        #: The rows of emissions by token type that were computed, and which type each is of.
        self._row_of: dict[str, int] = {}
        self._rows = np.zeros((0, self._width), np.float32)

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of entities that this extractor knows."""
        return self.knowledge.categories

    @property
    def kept_rows(self) -> int:
        """How many token types' rows are kept at present."""
        return len(self._row_of)

    @property
    def nbytes(self) -> int:
        """About how much memory this extractor takes, with all that it may keep."""
        knowledge = self.knowledge
        arrays: list[NDArray[Any]] = [self._columns, *knowledge.column_values]
        for weights in (knowledge.trait_weights, knowledge.column_weights):
            arrays += [weights.bounds, weights.columns, weights.values]
        # A string and its entry in a dictionary take about 150 bytes.
        strings = len(knowledge.traits) + len(knowledge.vocabulary) + self._most_rows
        states = knowledge.states.size
        return (
            sum(array.nbytes for array in arrays)
            + 150 * strings
            + 4 * self._most_rows * self._width
            + 8 * states * states
        )

    def predict(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the entities of each text: sorted, apart from each other, with confidences.

        Spans are code points of the text as it is, and neither begin nor end with white space.
        """
        found: list[list[Span]] = []
        for batch in self._batches(texts):
            found += self._predict(batch)
        return found

    def _batches(self, texts: Sequence[str]) -> Iterator[Sequence[str]]:
        # A token is at least one character, and about four of them.
        most = 4 * _BATCH // self.knowledge.states.size
        first = size = 0
        for number, text in enumerate(texts):
            if size and size + len(text) > most:
                yield texts[first:number]
                first, size = number, 0
            size += len(text)
        yield texts[first:]

    def _predict(self, texts: Sequence[str]) -> list[list[Span]]:
        knowledge = self.knowledge
        sheet = features.read(texts, knowledge.tokenizer)
        tags = np.zeros(len(sheet.type_of), np.int64)
        chances = np.zeros(len(tags), np.float32)
        if len(tags) and knowledge.categories:
            lengths = np.diff(sheet.bounds)
            packing = Packing.of(lengths[lengths > 0])
            emissions = self._emissions(sheet)[packing.token]
            initial = np.zeros((len(packing.order), knowledge.states.size), np.float32)
            initial[:, 0] = 1
            posterior = forward_backward(emissions, packing, initial, self._steps)
            chance = marginals(posterior, knowledge.states)
            row = np.empty(len(tags), np.int64)
            row[packing.token] = np.arange(len(tags))
            tags = self._decode(sheet, emissions, posterior, chance, row)
            chances = chance[row, tags]
        return [
            self._spans(sheet, tags, chances, int(start), int(end))
            for start, end in zip(sheet.bounds[:-1], sheet.bounds[1:], strict=True)
        ]

    def _spans(
        self, sheet: Sheet, tags: Integers, chances: Floats, start: int, end: int
    ) -> list[Span]:
        return [
            Span(
                int(sheet.starts[start + first]),
                int(sheet.ends[start + after - 1]),
                self.categories[number],
                min(1.0, float(chances[start + first : start + after].min())),
            )
            for first, after, number in entities(tags[start:end].tolist(), len(self.categories))
        ]

    def _emissions(self, sheet: Sheet) -> Floats:
        """Return the scores of labels (columns) of each token."""
        labels = self.knowledge.labels
        rows = self._type_rows(sheet.types)
        total = np.zeros((len(sheet.type_of), labels), np.float32)
        for number, distance in enumerate(features.REACH):
            own = np.ascontiguousarray(rows[:, number * labels : (number + 1) * labels])
            total += own[sheet.at(distance)]
        offset = 0
        none = len(self._columns) - 1
        for values, known in zip(
            features.columns(sheet, self._vocabulary), self.knowledge.column_values, strict=True
        ):
            if len(known):
                place = np.minimum(np.searchsorted(known, values), len(known) - 1)
                total += self._columns[np.where(known[place] == values, offset + place, none)]
            offset += len(known)
        return total

    def _type_rows(self, types: Sequence[str]) -> Floats:
        """Return the rows of token types: their scores at each distance, side by side."""
        with self._lock:
            new = [token for token in types if token not in self._row_of]
            if len(self._row_of) + len(new) > self._most_rows:
                self._row_of = {}
                self._rows = self._rows[:0]
                new = list(types)
            if new:
                computed = self._compute_rows(new)
                if len(new) > self._most_rows:
                    return computed
                for token in new:
                    self._row_of[token] = len(self._row_of)
                self._rows = np.concatenate([self._rows, computed])
            return self._rows[[self._row_of[token] for token in types]]

    def _compute_rows(self, types: Sequence[str]) -> Floats:
        groups: list[int] = []
        known: list[int] = []
        for number, token in enumerate(types):
            for name in features.traits(token):
                trait = self._traits.get(name)
                if trait is not None:
                    groups.append(number)
                    known.append(trait)
        return self.knowledge.trait_weights.summed(
            np.array(groups, np.int64), np.array(known, np.int64), len(types), self._width
        )

    def _decode(
        self,
        sheet: Sheet,
        emissions: Floats,
        posterior: Posterior,
        chance: Floats,
        row: Integers,
    ) -> Integers:
        """Return the tags of tokens: 0 on shores, the best path on each island between them."""
        states = self.knowledge.states
        tags = np.zeros(len(row), np.int64)
        outside = chance[row, 0]
        wet = outside < _SHORE
        begins, ends = _islands(wet, outside, sheet.bounds)
        if not len(begins):
            return tags
        packing = Packing.of(ends - begins)
        tokens = np.concatenate(
            [np.arange(start, end) for start, end in zip(begins, ends, strict=True)]
        )
        initial = np.full((len(begins), states.size), -np.inf, np.float32)
        first = np.isin(begins, sheet.bounds)
        initial[first, 0] = 0
        before = begins[~first] - 1
        with np.errstate(divide="ignore"):
            initial[~first] = np.log(posterior.forward[row[before]])
            final = np.log(posterior.backward[row[ends - 1]])
        # A shore is `O` of some slot; nothing else is left of its distribution.
        initial[np.flatnonzero(~first)[~wet[before]], states.slots :] = -np.inf
        own = tokens[packing.token]
        tags[own] = best_paths(
            emissions[row[own]],
            packing,
            initial[packing.order],
            final[packing.order],
            self._steps,
        )
        return tags


def _islands(
    wet: NDArray[np.bool_], outside: Floats, bounds: Integers
) -> tuple[Integers, Integers]:
    """Return where islands begin and end: runs of wet tokens of one document, long ones cut.

    They are cut before a token that is likely outside of every entity, as `outside` says.
    """
    opens = np.zeros(len(wet) + 1, np.bool_)
    opens[bounds] = True
    begins = np.flatnonzero(wet & (opens[:-1] | ~np.concatenate([[False], wet[:-1]])))
    ends = np.flatnonzero(wet & (opens[1:] | ~np.concatenate([wet[1:], [False]]))) + 1
    cuts: list[int] = []
    for island in np.flatnonzero(ends - begins > _ISLAND).tolist():
        start, end = int(begins[island]), int(ends[island])
        while end - start > _ISLAND:
            middle = start + _ISLAND // 2
            start = middle + int(outside[middle : start + _ISLAND].argmax())
            cuts.append(start)
    return np.sort(np.append(begins, cuts)).astype(np.int64), np.sort(np.append(ends, cuts)).astype(
        np.int64
    )
