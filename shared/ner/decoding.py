"""Decoding: the best path of a chain through each sequence, by Viterbi's algorithm (1967).

The best path that ends in a state at a token goes on from the best one that ends in some state at
the token before, so the best of all is found from left to right and followed back from its end.
"""

from __future__ import annotations

import itertools

import numpy as np

from shared.ner.chain import Floats, Integers, Steps
from shared.ner.packing import Packing


def best_paths(
    emissions: Floats, packing: Packing, initial: Floats, final: Floats, steps: Steps
) -> Integers:
    """Return the label of each packed token on the best path of its sequence (Viterbi).

    `initial` and `final` are log scores (sequences in the packing's order, states): of the state
    before the first token, and of what comes after the last token.
    """
    states, scores = steps.states, steps.transitions
    slots = states.slots
    first_within = slots + states.categories
    best = np.empty((len(emissions), states.size), np.float32)
    states.spread(emissions, best)
    forgotten = np.flatnonzero(states.slot_of == 0)
    remembered: Integers | slice = states.remembered()
    if np.array_equal(states.slot_of, np.arange(1, 1 + states.categories)):
        # Mostly all categories are remembered, in their order; a view is quicker then.
        remembered = slice(None)
    # Slots, categories, sequences: numpy is quick along the last, which is the longest.
    opening = scores.open[:, :, None]
    previous = initial
    for start, end in itertools.pairwise(packing.steps.tolist()):
        previous = previous[: end - start]
        outside = previous[:, :slots]
        begun = previous[:, slots:first_within]
        within = previous[:, first_within:]
        left = np.maximum(begun + scores.leave_begin, within + scores.leave_inside)
        source = outside.copy()
        next_to = left + scores.adjacent
        block = best[start:end]
        stay = outside.copy()
        for scored, into in ((left, stay), (next_to, source)):
            np.maximum(into[:, 1:], scored[:, remembered], out=into[:, 1:])
            if len(forgotten):
                np.maximum(into[:, 0], scored[:, forgotten].max(axis=1), out=into[:, 0])
        block[:, :slots] += stay
        block[:, slots:first_within] += (source.T[:, None, :] + opening).max(axis=0).T
        block[:, first_within:] += np.maximum(begun + scores.begin, within + scores.inside)
        previous = block
    return states.label_of()[_trace(best, packing, final, steps.log_matrix())]


def _trace(best: Floats, packing: Packing, final: Floats, log_matrix: Floats) -> Integers:
    """Follow the best path of each sequence back from its end; return the state of each row.

    `best` holds for each packed token and state the score of the best path that ends there.
    """
    path = np.empty(len(best), np.int64)
    into = np.ascontiguousarray(log_matrix.T)
    bounds = packing.steps.tolist()
    going = 0
    for start, end in zip(bounds[-2::-1], bounds[:0:-1], strict=True):
        block = best[start:end].copy()
        # Of sequences that go on, what leads to the state after; of others, how they end.
        block[:going] += into[path[end : end + going]]
        block[going:] += final[going : end - start]
        path[start:end] = block.argmax(axis=1)
        going = end - start
    return path
