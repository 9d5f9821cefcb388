"""The extractor: a trained chain that finds entities in texts. It needs numpy alone.

What it does to a batch of texts: read tokens; add up their emissions (a row of scores per token
type, kept between calls, and the weights of the columns); forward-backward over all texts at once;
then the best path (Viterbi) only on *islands*, the stretches in which some token is not surely
outside of every entity, given what forward-backward says at their shores. An entity's confidence is
the smallest probability among the tags of its tokens, calibrated. A second reading, where there is
one, does the same with weights of its own, which also see what the first made of the document.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.ner import features, opinions
from shared.ner.cardinality import Found
from shared.ner.chain import (
    Floats,
    Packing,
    Posterior,
    Steps,
    forward_backward,
    marginals,
)
from shared.ner.decoding import best_paths
from shared.ner.encoding import entities
from shared.ner.knowledge import Knowledge
from shared.ner.reader import Reader
from shared.ner.sheet import Sheet, batches
from shared.text.spans import Span

Integers: TypeAlias = NDArray[np.int64]

#: A token is a shore when it is outside of every entity with this probability.
_SHORE = 0.998

#: Tokens after an island that belong to it in a second reading, which says how it is left.
_BEACH = 2

#: Tokens of an island; a longer one is cut.
_ISLAND = 512

#: Numbers (tokens times states) in each array of one batch of texts; a longer text is a batch.
_BATCH = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Read:
    """What a reading makes of texts. Arrays have a row per token, in the order of the sheet."""

    sheet: Sheet
    #: The columns that the reading went by.
    columns: Sequence[Integers]
    #: The probabilities of labels (tokens, labels).
    chances: Floats
    #: The label of each token on the best path.
    tags: Integers


class Extractor:
    """Finds entities in texts. Safe to be used by several threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._vocabulary = {word: number for number, word in enumerate(knowledge.vocabulary)}
        self._readers = tuple(Reader(knowledge, reading) for reading in knowledge.readings)
        self._layout = any(
            len(values)
            for reading in knowledge.readings
            for values in reading.column_values[features.PLAIN_COLUMNS : features.COLUMNS]
        )

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of entities that this extractor knows."""
        return self.knowledge.categories

    @property
    def kept_rows(self) -> int:
        """How many token types' rows are kept at present."""
        return sum(reader.kept_rows for reader in self._readers)

    @property
    def nbytes(self) -> int:
        """About how much memory this extractor takes, with all that it may keep."""
        # A string and its entry in a dictionary take about 150 bytes.
        strings = len(self.knowledge.vocabulary) + len(self.knowledge.groups)
        return sum(reader.nbytes for reader in self._readers) + 150 * strings

    def predict(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the entities of each text: sorted, apart from each other, with confidences.

        Spans are code points of the text as it is, and neither begin nor end with white space.
        """
        found: list[list[Span]] = []
        # A token is at least one character, and about four of them.
        for first, end in batches(texts, 4 * _BATCH // self.knowledge.states.size):
            found += self._spans(self.read(texts[first:end]))
        return found

    def read(self, texts: Sequence[str]) -> Read:
        """Return what the last reading makes of texts, all at once."""
        sheet = Sheet.of(texts, self.knowledge.tokenizer)
        columns = features.columns(sheet, self._vocabulary, layout=self._layout)
        first, *others = self._readers
        if not len(sheet.type_of) or not self.categories:
            nothing = np.zeros((len(sheet.type_of), self.knowledge.labels), np.float32)
            nowhere = np.zeros(len(nothing), np.int64)
            return Read(sheet=sheet, columns=columns, chances=nothing, tags=nowhere)
        read, forward = self._first(sheet, columns, first, decoded=not others)
        for reader in others:
            read = self._second(read, forward, reader)
        return read

    def _first(
        self, sheet: Sheet, columns: Sequence[Integers], reader: Reader, *, decoded: bool
    ) -> tuple[Read, Floats]:
        """Return what the first reading makes of texts, and its forward vectors, by token.

        Where it is not `decoded`, as another reading follows, there are no tags.
        """
        states = self.knowledge.states
        lengths = np.diff(sheet.bounds)
        packing = Packing.of(lengths[lengths > 0])
        emissions = reader.emissions(sheet, columns)[packing.token]
        initial = np.zeros((len(packing.order), states.size), np.float32)
        initial[:, 0] = 1
        posterior = forward_backward(emissions, packing, initial, reader.steps)
        row = np.empty(len(sheet.type_of), np.int64)
        row[packing.token] = np.arange(len(row))
        chances = marginals(posterior, states)[row]
        tags = np.zeros(len(row), np.int64)
        if decoded:
            tags = _decode(sheet, emissions, posterior, chances[:, 0], row, reader.steps)
        return Read(sheet=sheet, columns=columns, chances=chances, tags=tags), posterior.forward[
            row
        ]

    def _second(self, read: Read, forward: Floats, reader: Reader) -> Read:
        """Return what a second reading makes of texts, given the first.

        It looks at islands alone: at tokens which the first reading, here or elsewhere in the
        document, does not hold to be surely outside of every entity, with a few tokens after them.
        Each begins as the first reading leaves it.
        """
        sheet, states = read.sheet, self.knowledge.states
        columns = [*read.columns, *opinions.columns(sheet, read.chances)]
        wet = (read.chances[:, 0] < _SHORE) | (columns[features.COLUMNS] > 0)
        wet |= _follows(wet, sheet.bounds)
        begins, ends = _islands(wet, read.chances[:, 0], sheet.bounds)
        chances, tags = read.chances.copy(), np.zeros_like(read.tags)
        if len(begins):
            packing = Packing.of(ends - begins)
            own = _tokens(begins, ends)[packing.token]
            emissions = reader.emissions(sheet, columns, own)
            initial = forward[begins - 1]
            first = np.isin(begins, sheet.bounds)
            initial[first] = 0
            initial[first, 0] = 1
            initial = initial[packing.order]
            posterior = forward_backward(emissions, packing, initial, reader.steps)
            chances[own] = marginals(posterior, states)
            with np.errstate(divide="ignore"):
                start = np.log(initial)
            tags[own] = best_paths(emissions, packing, start, np.zeros_like(start), reader.steps)
        return Read(sheet=sheet, columns=columns, chances=chances, tags=tags)

    def _spans(self, read: Read) -> list[list[Span]]:
        """Return the entities of the texts that were read."""
        sheet = read.sheet
        found = self._found(read)
        confidences = self._confidences([one.confidence for own in found for one in own])
        counts = [len(own) for own in found]
        before = np.repeat(sheet.bounds[:-1], counts)
        first = np.array([one.first for own in found for one in own], np.int64) + before
        last = np.array([one.after - 1 for own in found for one in own], np.int64) + before
        spans = map(
            Span,
            sheet.starts[first].tolist(),
            sheet.ends[last].tolist(),
            [self.categories[one.category] for own in found for one in own],
            confidences,
        )
        return [list(itertools.islice(spans, count)) for count in counts]

    def _found(self, read: Read) -> list[list[Found]]:
        """Return the entities among the tokens of each text."""
        bounds, tagged = read.sheet.bounds, read.tags > 0
        rows = entities(read.tags, bounds, len(self.categories))
        found: list[list[Found]] = [[] for _ in range(len(bounds) - 1)]
        if len(rows):
            chance = read.chances[tagged, read.tags[tagged]]
            lengths = rows[:, 1] - rows[:, 0]
            lowest = np.minimum.reduceat(chance, lengths.cumsum() - lengths)
            document = np.searchsorted(bounds, rows[:, 0], side="right") - 1
            rows[:, :2] -= bounds[document][:, None]
            columns = (*rows.T.tolist(), lowest.tolist())
            for number, one in zip(document.tolist(), map(Found, *columns), strict=True):
                found[number].append(one)
        cardinality = self.knowledge.cardinality
        if cardinality.single:
            for number, (start, end) in enumerate(itertools.pairwise(bounds.tolist())):
                found[number] = cardinality.applied(found[number], read.chances[start:end])
        return found

    def _confidences(self, stated: Sequence[float]) -> list[float]:
        """Return calibrated confidences, as far as there is a calibration."""
        values = np.minimum(np.array(stated, np.float32), 1)
        calibration = self.knowledge.calibration
        own: list[float] = (values if calibration is None else calibration.applied(values)).tolist()
        return own


def _decode(
    sheet: Sheet,
    emissions: Floats,
    posterior: Posterior,
    outside: Floats,
    row: Integers,
    steps: Steps,
) -> Integers:
    """Return the tags of tokens: 0 on shores, the best path on each island between them.

    Emissions and the posterior are packed; `row` leads from tokens to their rows.
    """
    states = steps.states
    tags = np.zeros(len(row), np.int64)
    wet = outside < _SHORE
    begins, ends = _islands(wet, outside, sheet.bounds)
    if not len(begins):
        return tags
    packing = Packing.of(ends - begins)
    initial = np.full((len(begins), states.size), -np.inf, np.float32)
    first = np.isin(begins, sheet.bounds)
    initial[first, 0] = 0
    before = begins[~first] - 1
    with np.errstate(divide="ignore"):
        initial[~first] = np.log(posterior.forward[row[before]])
        final = np.log(posterior.backward[row[ends - 1]])
    # A shore is `O` of some slot; nothing else is left of its distribution.
    initial[np.flatnonzero(~first)[~wet[before]], states.slots :] = -np.inf
    own = _tokens(begins, ends)[packing.token]
    tags[own] = best_paths(
        emissions[row[own]],
        packing,
        initial[packing.order],
        final[packing.order],
        steps,
    )
    return tags


def _tokens(begins: Integers, ends: Integers) -> Integers:
    """Return the numbers of the tokens of stretches, one after the other."""
    lengths = ends - begins
    found: Integers = np.repeat(begins - (lengths.cumsum() - lengths), lengths)
    found += np.arange(len(found))
    return found


def _follows(wet: NDArray[np.bool_], bounds: Integers) -> NDArray[np.bool_]:
    """Return which tokens stand shortly after a wet one, in the same document."""
    document = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    found = np.zeros(len(wet), np.bool_)
    for distance in range(1, _BEACH + 1):
        found[distance:] |= wet[:-distance] & (document[distance:] == document[:-distance])
    return found


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
