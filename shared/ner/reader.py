"""The reader: the scores that the weights of one reading give the tokens of texts.

The features of a token's string factorise: the weights of all its traits are summed once for each
distinct token, as a row of scores for every distance at which they act. Scoring a text is then
gathering rows and adding them, and the rows are kept between calls, within a bound.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.ner import features
from shared.ner.chain import Floats, Integers, Steps
from shared.ner.knowledge import Groups, Knowledge, Reading
from shared.ner.sheet import Sheet

#: Bytes of rows of token types that are kept between calls.
_ROWS_BYTES = 32 * 2**20


class Reader:
    """Scores tokens by a reading. Safe to be used by several threads."""

    def __init__(self, knowledge: Knowledge, reading: Reading) -> None:
        self.reading = reading
        self.steps = Steps(reading.transitions, knowledge.states)
        self._groups: Groups = knowledge.groups
        self._labels = knowledge.labels
        self._traits = {name: number for number, name in enumerate(reading.traits)}
        values = sum(len(values) for values in reading.column_values)
        every = np.arange(values)
        #: The weights of the columns' numbers; the last row is that of no number.
        self._columns = np.zeros((values + 1, self._labels), np.float32)
        self._columns[:-1] = reading.column_weights.summed(every, every, values, self._labels)
        self._lock = threading.Lock()
        self._width = len(features.REACH) * self._labels
        self._most_rows = max(1000, _ROWS_BYTES // (4 * self._width))
        #: Which row of scores each token type has that was computed.
        self._row_of: dict[str, int] = {}
        self._rows = self._room()

    @property
    def kept_rows(self) -> int:
        """How many token types' rows are kept at present."""
        return len(self._row_of)

    @property
    def nbytes(self) -> int:
        """About how much memory this reader takes, with all that it may keep."""
        reading = self.reading
        arrays: list[NDArray[Any]] = [self._columns, *reading.column_values]
        for weights in (reading.trait_weights, reading.column_weights):
            arrays += [weights.bounds, weights.columns, weights.values]
        states = self.steps.states.size
        # A string and its entry in a dictionary take about 150 bytes.
        return (
            sum(array.nbytes for array in arrays)
            + 150 * (len(reading.traits) + self._most_rows)
            + 4 * self._most_rows * self._width
            + 8 * states * states
        )

    def emissions(
        self, sheet: Sheet, columns: Sequence[Integers], tokens: Integers | None = None
    ) -> Floats:
        """Return the scores of labels (columns) of tokens, given the numbers of their columns.

        `tokens` are those that scores are wanted of (None: all).
        """
        chosen = slice(None) if tokens is None else tokens
        row_of, rows = self._type_rows(sheet.types)
        row_of *= len(features.REACH)
        rows = rows.reshape(-1, self._labels)
        total = np.zeros((len(sheet.type_of[chosen]), self._labels), np.float32)
        scores = np.empty_like(total)
        for number, distance in enumerate(features.REACH):
            own = row_of[sheet.at(distance)[chosen]] + number
            # All are in range; to be told so spares numpy a copy.
            total += rows.take(own, axis=0, out=scores, mode="clip")
        offset = 0
        none = len(self._columns) - 1
        for column, known in zip(columns, self.reading.column_values, strict=True):
            if len(known):
                place = np.searchsorted(known, values := column[chosen])
                has = known.take(place, mode="clip") == values
                place += offset
                if 2 * np.count_nonzero(has) < len(has):
                    few = np.flatnonzero(has)
                    total[few] += self._columns[place[few]]
                else:
                    place[~has] = none
                    total += self._columns.take(place, axis=0, out=scores, mode="clip")
            offset += len(known)
        return total

    def _type_rows(self, types: Sequence[str]) -> tuple[Integers, Floats]:
        """Return the row of each type, and the rows: scores at each distance, side by side.

        Rows that were written stay as they are, so other threads may read them meanwhile; those
        that are beyond them say nothing.
        """
        with self._lock:
            row_of = [self._row_of.get(token, -1) for token in types]
            new = [token for token, row in zip(types, row_of, strict=True) if row < 0]
            if len(self._row_of) + len(new) > self._most_rows:
                self._row_of = {}
                self._rows = self._room()
                new = list(types)
            if new:
                computed = self._compute_rows(new)
                if len(new) > self._most_rows:
                    return np.arange(len(new)), computed
                begin = len(self._row_of)
                self._rows[begin : begin + len(new)] = computed
                for token in new:
                    self._row_of[token] = len(self._row_of)
                row_of = [self._row_of[token] for token in types]
            return np.array(row_of, np.int64), self._rows

    def _room(self) -> Floats:
        """Return room for all rows that may be kept; memory is taken as they are written."""
        return np.empty((self._most_rows, self._width), np.float32)

    def _compute_rows(self, types: Sequence[str]) -> Floats:
        groups: list[int] = []
        known: list[int] = []
        for number, token in enumerate(types):
            for name in features.traits(token, self._groups):
                trait = self._traits.get(name)
                if trait is not None:
                    groups.append(number)
                    known.append(trait)
        return self.reading.trait_weights.summed(
            np.array(groups, np.int64), np.array(known, np.int64), len(types), self._width
        )
