"""The design: the features of a training's tokens as matrices, and the way back from weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from shared.ner import features
from shared.ner.chain import Floats, Integers, States, Transitions
from shared.ner.encoding import Tokenizer
from shared.ner.extractor import Knowledge, SparseRows
from shared.ner.objective import Arrangement, Block

#: Up to this many weights there is one for every feature and every label, so that a feature can
#: speak against a label that it was never seen with. Above, there are only those seen together:
#: that bounds memory.
_EVERY_WEIGHT = 3_000_000


class Design:
    """The features of the training's tokens as blocks, and the way back from weights."""

    def __init__(
        self,
        sheet: features.Sheet,
        tags: Integers,
        arrangement: Arrangement,
        states: States,
        minimum_count: int,
    ) -> None:
        self._labels = 1 + 2 * states.categories
        drafts: list[tuple[sparse.csr_matrix, sparse.csr_matrix | None]] = []
        rows = arrangement.token
        #: The tags as a matrix, (rows, labels): what was seen with what.
        seen = _one_hot(tags[rows], self._labels)
        per_type = np.bincount(sheet.type_of, minlength=len(sheet.types))
        per_type[0] = minimum_count
        self.traits, matrix = _traits(sheet.types, per_type, minimum_count)
        kinds = np.array([name[:1] for name in self.traits] or [""])
        #: Of each distance, the traits that act there.
        self.acting: list[Integers] = []
        for distance, reach in features.REACH.items():
            acting = np.flatnonzero(np.isin(kinds, sorted(reach)))
            values = _one_hot(sheet.at(distance)[rows], len(sheet.types))
            drafts.append((values, matrix[:, acting]))
            self.acting.append(acting)
        words: Counter[str] = Counter()
        for token, count in zip(sheet.types, per_type.tolist(), strict=True):
            words[features.word(token)] += count
        self.vocabulary = tuple(
            sorted(word for word, count in words.items() if count >= minimum_count)
        )
        numbers = {word: number for number, word in enumerate(self.vocabulary)}
        #: Of each column, the numbers that have weights.
        self.values: list[Integers] = []
        own_rows, own_columns, offset = [], [], 0
        for column in features.columns(sheet, numbers):
            found, inverse, times = np.unique(column, return_inverse=True, return_counts=True)
            used = (found >= 0) & (times >= minimum_count)
            place = np.where(used, np.cumsum(used) - 1, -1)[inverse][rows]
            chosen = np.flatnonzero(place >= 0)
            own_rows.append(chosen)
            own_columns.append(place[chosen] + offset)
            self.values.append(found[used])
            offset += int(used.sum())
        if offset:
            index = (np.concatenate(own_rows), np.concatenate(own_columns))
            ones = np.ones(len(index[0]), np.float32)
            drafts.append((sparse.csr_matrix((ones, index), (len(rows), offset)), None))
        self.blocks = self._blocks(drafts, seen)

    def _blocks(
        self,
        drafts: Sequence[tuple[sparse.csr_matrix, sparse.csr_matrix | None]],
        seen: sparse.csr_matrix,
    ) -> list[Block]:
        """Return blocks with a weight for every feature and label, or for those seen together."""
        sizes = [(values if matrix is None else matrix).shape[1] for values, matrix in drafts]
        every = sum(sizes) * self._labels <= _EVERY_WEIGHT
        blocks = []
        for (values, matrix), size in zip(drafts, sizes, strict=True):
            active = np.arange(size * self._labels)
            if not every:
                together = values.T @ seen
                if matrix is not None:
                    together = matrix.T @ together
                together = together.tocoo()
                active = np.sort(together.row.astype(np.int64) * self._labels + together.col)
            blocks.append(Block(values, matrix, active, (size, self._labels)))
        return blocks

    def knowledge(
        self,
        categories: tuple[str, ...],
        states: States,
        transitions: Transitions,
        tokenizer: Tokenizer,
        parts: Sequence[Floats],
    ) -> Knowledge:
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
        return Knowledge(
            categories=categories,
            states=states,
            transitions=transitions,
            tokenizer=tokenizer,
            traits=tuple(name for name, use in zip(self.traits, used, strict=True) if use),
            trait_weights=_sparse_rows(wide[used]),
            vocabulary=self.vocabulary,
            column_values=column_values,
            column_weights=_sparse_rows(by_column[kept]),
        )


def _one_hot(numbers: Integers, count: int) -> sparse.csr_matrix:
    ones = np.ones(len(numbers), np.float32)
    bounds = np.arange(len(numbers) + 1)
    return sparse.csr_matrix((ones, numbers, bounds), (len(numbers), count))


def _traits(
    types: Sequence[str], times: Integers, minimum_count: int
) -> tuple[list[str], sparse.csr_matrix]:
    """Return the traits that enough tokens have, and which type has which: (types, traits)."""
    numbers: dict[str, int] = {}
    indices: list[int] = []
    bounds = [0]
    for token in types:
        indices += [numbers.setdefault(name, len(numbers)) for name in features.traits(token)]
        bounds.append(len(indices))
    matrix = sparse.csr_matrix(
        (np.ones(len(indices), np.float32), indices, bounds), (len(types), len(numbers))
    )
    kept = np.flatnonzero(matrix.T @ times >= minimum_count)
    names = list(numbers)
    return [names[number] for number in kept], matrix[:, kept]


def _sparse_rows(dense: Floats) -> SparseRows:
    rows = sparse.csr_matrix(dense)
    return SparseRows(rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data)
