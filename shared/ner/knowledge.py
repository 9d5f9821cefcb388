"""Knowledge: all that training found out, as plain arrays and strings. An artefact holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.ner.calibration import Calibration
from shared.ner.cardinality import Cardinality
from shared.ner.chain import Floats, Integers, States, Transitions
from shared.ner.encoding import Tokenizer

#: Of each word that has them, the numbers of its clusters, one a level.
Groups: TypeAlias = Mapping[str, tuple[int, ...]]


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
class Reading:
    """The weights of one pass over a text."""

    transitions: Transitions
    #: The names of traits; their weights, (trait, distance number * labels + label).
    traits: tuple[str, ...]
    trait_weights: SparseRows
    #: Of each column, the numbers that have weights, ascending; all columns one after the other.
    column_values: tuple[Integers, ...]
    #: The weights of those numbers, (number, label).
    column_weights: SparseRows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """All that an extractor goes by."""

    categories: tuple[str, ...]
    states: States
    tokenizer: Tokenizer
    #: The words that columns know.
    vocabulary: tuple[str, ...]
    groups: Groups
    #: One, or two: the second also sees what the first made of the document.
    readings: tuple[Reading, ...]
    cardinality: Cardinality
    #: None where confidences are left as the chain says them.
    calibration: Calibration | None

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return 1 + 2 * len(self.categories)
