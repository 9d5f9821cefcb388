"""The packing: how the tokens of sequences of unlike lengths lie in one array."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that follow each other and are of as many sequences: a regular block of rows."""

    rows: slice
    #: How many sequences.
    width: int

    def of(self, packed: NDArray[Number]) -> NDArray[Number]:
        """Return its rows of a packed array, as a view: (steps, sequences, columns)."""
        return packed[self.rows].reshape(-1, self.width, packed.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """The order in which tokens of many sequences lie: all first tokens, all second tokens, ...

    Longer sequences come first, so those that still go on at a step are a leading part.
    """

    #: The sequences, longest first, by their number.
    order: Integers
    #: At which row the tokens of each step begin, and the number of rows.
    steps: Integers
    #: Of each row, the token's number: tokens are numbered sequence by sequence.
    token: Integers

    @classmethod
    def of(cls, lengths: Integers) -> Packing:
        """Return the packing of sequences of these lengths (all above 0)."""
        order = np.argsort(-lengths, kind="stable")
        longest = int(lengths.max(initial=0))
        going = np.bincount(lengths, minlength=longest + 1)[::-1].cumsum()[::-1][1:]
        steps = np.concatenate([[0], going.cumsum()])
        first = np.concatenate([[0], lengths.cumsum()[:-1]])[order]
        within = np.arange(steps[-1]) - np.repeat(steps[:-1], going)
        return cls(order, steps, first[within] + np.repeat(np.arange(longest), going))

    def stages(self) -> list[Stage]:
        """Return the runs of steps of as many sequences, in order."""
        going = np.diff(self.steps)
        bounds = [0, *(np.flatnonzero(np.diff(going)) + 1).tolist(), len(going)]
        return [
            Stage(slice(int(self.steps[first]), int(self.steps[end])), int(going[first]))
            for first, end in itertools.pairwise(bounds)
            if first < end
        ]

    def before(self) -> Integers:
        """Return of each row, the row of the token before it; -1 - sequence's rank for a first."""
        going = np.diff(self.steps)
        rows: Integers = np.arange(len(self.token)) - np.repeat(
            np.concatenate([[0], going[:-1]]), going
        )
        if len(going):
            rows[: going[0]] = -1 - np.arange(going[0])
        return rows

    def mirror(self) -> Integers:
        """Return of each row, the row of the token that is as far from its sequence's other end."""
        going = np.diff(self.steps)
        step = np.repeat(np.arange(len(going)), going)
        rank = np.arange(len(self.token)) - self.steps[step]
        lengths = np.bincount(rank)
        rows: Integers = self.steps[lengths[rank] - 1 - step] + rank
        return rows
