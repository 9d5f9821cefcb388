"""The design: the features of a training's tokens as matrices, and the way back from weights."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from shared.ner import features
from shared.ner.chain import Floats, Integers, States, Transitions
from shared.ner.knowledge import Groups, Reading, SparseRows
from shared.ner.objective import Arrangement, Batch, Block, Blocks, Objective, Rows
from shared.ner.sheet import Numbers, Sheet

#: Up to this many weights there is one for every feature and every label, so that a feature can
#: speak against a label that it was never seen with. Above, there are only those seen together:
#: that bounds memory.
_EVERY_WEIGHT = 3_000_000

#: Tokens whose columns are computed at once.
_PART = 50_000


class Design:
    """The features of the training's tokens as blocks, and the way back from weights."""

    def __init__(
        self,
        sheet: Sheet,
        arrangement: Arrangement,
        states: States,
        minimum_count: int,
        *,
        groups: Groups,
        layout: bool,
        opinions: Sequence[Integers] = (),
        vocabulary: Sequence[str] | None = None,
    ) -> None:
        """Count the features of a sheet's tokens; `opinions` are columns beside its own."""
        self._labels = 1 + 2 * states.categories
        per_type = np.bincount(sheet.type_of, minlength=len(sheet.types))
        per_type[0] = minimum_count
        self.traits, matrix = _traits(sheet.types, groups, per_type, minimum_count)
        kinds = np.array([name[:1] for name in self.traits] or [""])
        #: Of each distance, the traits that act there.
        self.acting: list[Integers] = []
        parts: list[sparse.csr_matrix] = []
        for reach in features.REACH.values():
            acting = np.flatnonzero(np.isin(kinds, sorted(reach)))
            parts.append(matrix[:, acting])
            self.acting.append(acting)
        if vocabulary is None:
            words: Counter[str] = Counter()
            for token, count in zip(sheet.types, per_type.tolist(), strict=True):
                words[features.word(token)] += count
            vocabulary = sorted(word for word, count in words.items() if count >= minimum_count)
        self.vocabulary = tuple(vocabulary)
        #: Of each column, the numbers that have weights.
        self.values: list[Integers]
        self.values, places = _places(
            _columns(sheet, self.vocabulary, layout, opinions), len(sheet.type_of), minimum_count
        )
        by_column = sum(len(values) for values in self.values)
        rows = list(_rows(sheet, places, self.values, arrangement.batches))
        del places
        sizes = [*(part.shape[1] for part in parts), by_column]
        every = sum(sizes) * self._labels <= _EVERY_WEIGHT
        active: list[Integers | None] = [None] * len(sizes)
        if not every:
            active = self._seen_together(parts, rows, arrangement.batches, by_column)
        self.blocks = Blocks(
            [
                Block(part, places_of, (size, self._labels))
                for part, places_of, size in zip([*parts, None], active, sizes, strict=True)
            ],
            rows,
        )

    def _seen_together(
        self,
        parts: Sequence[sparse.csr_matrix],
        rows: Sequence[Rows],
        batches: Sequence[Batch],
        by_column: int,
    ) -> list[Integers | None]:
        """Return of each block which weights are of a feature and a label that go together."""
        bounds = np.cumsum([0, *(part.shape[0] for part in parts), by_column])
        together = np.zeros((int(bounds[-1]), self._labels), np.float32)
        for own, batch in zip(rows, batches, strict=True):
            tagged = np.zeros((len(batch.tags), self._labels), np.float32)
            tagged[np.arange(len(tagged)), batch.tags] = 1
            together[own.values] += own.matrix.T @ tagged
        found: list[Integers | None] = []
        for part, start, end in zip([*parts, None], bounds[:-1], bounds[1:], strict=True):
            by_value = together[start:end]
            by_feature = by_value if part is None else part.T @ by_value
            places: Integers = np.flatnonzero(by_feature)
            small = by_feature.size < 2**31
            found.append(places.astype(np.int32) if small else places)
        return found

    def reading(self, transitions: Transitions, parts: Sequence[Floats]) -> Reading:
        """Return what was learned, without weights that are 0 and features that have none."""
        distances = len(features.REACH)
        wide = np.zeros((len(self.traits), distances * self._labels), np.float32)
        for number, acting in enumerate(self.acting):
            if number < len(parts):
                own = slice(number * self._labels, (number + 1) * self._labels)
                wide[acting, own] = parts[number]
        used = (wide != 0).any(axis=1)
        by_column = (
            parts[distances] if len(parts) > distances else np.zeros((0, self._labels), np.float32)
        )
        kept = (by_column != 0).any(axis=1)
        bounds = np.cumsum([0, *(len(values) for values in self.values)])
        column_values = tuple(
            values[kept[start:end]]
            for values, start, end in zip(self.values, bounds[:-1], bounds[1:], strict=True)
        )
        return Reading(
            transitions=transitions,
            traits=tuple(name for name, use in zip(self.traits, used, strict=True) if use),
            trait_weights=_sparse_rows(wide[used]),
            column_values=column_values,
            column_weights=_sparse_rows(by_column[kept]),
        )

    def weights(self, reading: Reading, objective: Objective) -> Floats:
        """Return weights that score as another reading does, as far as features are the same.

        It must know the same vocabulary and categories; its states may be others.
        """
        distances = len(features.REACH)
        number_of = {name: number for number, name in enumerate(reading.traits)}
        known = np.array([number_of.get(name, -1) for name in self.traits], np.int64)
        shared = np.flatnonzero(known >= 0)
        wide = np.zeros((len(self.traits), distances * self._labels), np.float32)
        wide[shared] = _dense_rows(reading.trait_weights, known[shared], wide.shape[1])
        parts = [
            wide[acting, number * self._labels : (number + 1) * self._labels]
            for number, acting in enumerate(self.acting)
        ]
        place = offset = 0
        by_column = np.zeros((sum(map(len, self.values)), self._labels), np.float32)
        for values, theirs in zip(self.values, reading.column_values, strict=False):
            own, rows = np.intersect1d(values, theirs, return_indices=True)[1:]
            by_column[place + own] = _dense_rows(
                reading.column_weights, offset + rows, self._labels
            )
            place += len(values)
            offset += len(theirs)
        return objective.weights([*parts, by_column], reading.transitions)


def _columns(
    sheet: Sheet, vocabulary: Sequence[str], layout: bool, opinions: Sequence[Integers]
) -> Iterator[list[Integers]]:
    """Yield the columns of some documents after the other."""
    numbers = {word: number for number, word in enumerate(vocabulary)}
    first = 0
    last = len(sheet.bounds) - 1
    if not last:
        yield [np.zeros(0, np.int64)] * (features.COLUMNS + len(opinions))
    while first < last:
        most = int(sheet.bounds[first]) + _PART
        end = max(first + 1, int(np.searchsorted(sheet.bounds, most, side="right")) - 1)
        own = slice(int(sheet.bounds[first]), int(sheet.bounds[end]))
        columns = features.columns(sheet.part(first, end), numbers, layout=layout)
        yield [*columns, *(opinion[own] for opinion in opinions)]
        first = end


def _places(
    parts: Iterator[list[Integers]], tokens: int, minimum_count: int
) -> tuple[list[Integers], list[Numbers]]:
    """Return the numbers of each column that enough tokens have, and of each token its number's.

    That is a place among them, or -1. Of each part of the tokens, only which of the part's own
    numbers each token has is kept until all are counted.
    """
    places: list[Numbers] = []
    found: list[list[Integers]] = []
    times: list[list[Integers]] = []
    bounds = [0]
    for columns in parts:
        if not places:
            places = [np.empty(tokens, np.int32) for _ in columns]
            found, times = [[] for _ in columns], [[] for _ in columns]
        own = slice(bounds[-1], bounds[-1] + len(columns[0]))
        bounds.append(own.stop)
        for number, column in enumerate(columns):
            values, inverse, count = np.unique(column, return_inverse=True, return_counts=True)
            places[number][own] = inverse
            found[number].append(values)
            times[number].append(count)
    kept: list[Integers] = []
    for number, place in enumerate(places):
        values, inverse = np.unique(np.concatenate(found[number]), return_inverse=True)
        count = np.bincount(inverse, weights=np.concatenate(times[number]))
        used = (values >= 0) & (count >= minimum_count)
        kept.append(values[used])
        new = np.where(used, np.cumsum(used) - 1, -1)[inverse].astype(np.int32)
        offset = 0
        for start, end, values in zip(bounds[:-1], bounds[1:], found[number], strict=True):
            place[start:end] = new[offset + place[start:end]]
            offset += len(values)
        found[number], times[number] = [], []
    return kept, places


def _rows(
    sheet: Sheet,
    places: Sequence[Numbers],
    values: Sequence[Integers],
    batches: Sequence[Batch],
) -> Iterator[Rows]:
    """Yield the values of each batch: types at each distance, then the numbers of columns."""
    types = len(sheet.types)
    near = [sheet.at(distance) for distance in features.REACH]
    sizes = [types] * len(near) + [len(own) for own in values]
    offsets = np.cumsum([0, *sizes])
    longest = max((len(batch.token) for batch in batches), default=0)
    # All entries are 1, so all batches share them.
    ones = np.ones(longest * len(sizes), np.float32)
    own_number = np.zeros(int(offsets[-1]), np.int32)
    for batch in batches:
        wide = np.empty((len(batch.token), len(sizes)), np.int32)
        for column, source in enumerate((*near, *places)):
            place = source[batch.token]
            wide[:, column] = np.where(place >= 0, place + offsets[column], -1)
        has = wide >= 0
        bounds = np.zeros(len(wide) + 1, np.int32)
        np.cumsum(has.sum(axis=1), out=bounds[1:])
        entries = wide[has]
        occurs = np.zeros(len(own_number), np.bool_)
        occurs[entries] = True
        numbers = np.flatnonzero(occurs).astype(np.int32)
        own_number[numbers] = np.arange(len(numbers), dtype=np.int32)
        index = (ones[: len(entries)], own_number[entries], bounds)
        matrix = sparse.csr_matrix(index, (len(wide), len(numbers)), copy=False)
        yield Rows.of(numbers, matrix)


def _traits(
    types: Sequence[str], groups: Groups, times: Integers, minimum_count: int
) -> tuple[list[str], sparse.csr_matrix]:
    """Return the traits that enough tokens have, and which type has which: (types, traits)."""
    numbers: dict[str, int] = {}
    indices = array("i")
    bounds = array("i", [0])
    for token in types:
        indices.extend(
            numbers.setdefault(name, len(numbers)) for name in features.traits(token, groups)
        )
        bounds.append(len(indices))
    index = (np.frombuffer(indices, np.int32), np.frombuffer(bounds, np.int32))
    matrix = sparse.csr_matrix(
        (np.ones(len(indices), np.float32), *index), (len(types), len(numbers))
    )
    kept = np.flatnonzero(matrix.T @ times >= minimum_count)
    names = list(numbers)
    return [names[number] for number in kept], matrix[:, kept]


def _dense_rows(rows: SparseRows, chosen: Integers, width: int) -> Floats:
    """Return some of the rows."""
    return rows.summed(np.arange(len(chosen)), chosen, len(chosen), width)


def _sparse_rows(dense: Floats) -> SparseRows:
    rows = sparse.csr_matrix(dense)
    return SparseRows(rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data)
