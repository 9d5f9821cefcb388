"""Memory that is kept: by whom, how much, and that what lies in it is apart."""

from __future__ import annotations

import threading

import numpy as np

from shared.ner import scratch
from shared.ner.scratch import Scratch


def test_arrays_have_their_shapes_and_are_apart_from_each_other() -> None:
    shapes = [(3, 4), (5,), (2, 0), (1, 2, 3)]
    arrays = Scratch().arrays(shapes)
    for number, array in enumerate(arrays):
        array[...] = number

    assert [array.shape for array in arrays] == shapes
    assert all((array == number).all() for number, array in enumerate(arrays))


def test_memory_is_taken_again_by_its_thread_and_by_no_other() -> None:
    own = Scratch()
    first = own.arrays([(100, 10)])[0]
    others: list[np.ndarray] = []
    other = threading.Thread(target=lambda: others.extend(own.arrays([(100, 10)])))
    other.start()
    other.join()

    assert np.shares_memory(first, own.arrays([(50, 20)])[0])
    assert not np.shares_memory(first, others[0])


def test_much_memory_is_given_but_not_kept() -> None:
    own = Scratch()
    size = scratch._KEPT // 8
    kept = own.arrays([(size,)])[0]
    much = own.arrays([(size, 2)])[0]

    assert much.shape == (size, 2)
    assert not np.shares_memory(much, own.arrays([(size, 2)])[0])
    assert np.shares_memory(kept, own.arrays([(10,)])[0])
