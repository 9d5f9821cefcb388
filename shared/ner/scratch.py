"""Scratch: memory for what a computation holds on the way, kept for the next one.

To have fresh memory from the system takes longer than to fill it, as each page is made when it is
first touched: a good part of the time that it takes to read a few texts of a page or two.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Bytes that are kept by each thread.
_KEPT = 8 * 2**20


class Scratch(threading.local):
    """Memory of one thread. What is taken again is overwritten, so none of it may be returned."""

    def __init__(self) -> None:
        self._kept = np.empty(0, np.float64)

    def arrays(self, shapes: Sequence[tuple[int, ...]]) -> list[NDArray[np.float64]]:
        """Return arrays of these shapes, with anything in them, until this is asked again."""
        sizes = [math.prod(shape) for shape in shapes]
        kept = self._kept
        if len(kept) < sum(sizes):
            kept = np.empty(sum(sizes), np.float64)
            if kept.nbytes <= _KEPT:
                self._kept = kept
        ends = np.cumsum(sizes).tolist()
        return [
            kept[end - size : end].reshape(shape)
            for end, size, shape in zip(ends, sizes, shapes, strict=True)
        ]
