"""The objective of training: how badly weights explain the tags, and which way is better.

f(w) = - sum over sequences of log P(tags | tokens; w) + l2 |w|^2. Its gradient by a weight is what
the model expects of that weight's feature, minus how often the tags have it, plus 2 l2 w.

The emission of a token is a sum over *blocks*, e = sum_b X_b F_b W_b: F_b lists the features of
each distinct value (a token type with its traits), X_b says which value each token has, W_b holds
the weights (features, labels). So F_b W_b is computed once for each distinct value. Weights that
are not `active` are 0 for good.

Long documents are parted into sequences where the tags are `O`, each beginning in the `O` state
that the tags before it lead to; features look across the parting. The rows of everything are the
packed tokens of batch after batch of sequences, which bounds what forward-backward needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shared.ner.chain import (
    Floats,
    Integers,
    Packing,
    States,
    Steps,
    Transitions,
    forward_backward,
    marginals,
)

#: Tokens of a sequence of training.
_SEQUENCE = 400

#: Numbers (tokens times states) in each array of forward-backward.
_BATCH = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One part of the emissions."""

    #: X: packed tokens by values, as CSR.
    values: sparse.csr_matrix
    #: F: values by features, as CSR; None where each value is a feature.
    features: sparse.csr_matrix | None
    #: Of each weight, its place in W, row by row.
    active: Integers
    #: The shape of W.
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Sequences that forward-backward works on together."""

    rows: slice
    packing: Packing
    #: The state before each sequence's first token, in the packing's order: (sequences, states).
    initial: Floats
    #: The tags of the rows.
    tags: Integers
    #: How often the tags use each transition.
    counts: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Tokens in batches."""

    batches: list[Batch]
    #: Of each row, the token's number.
    token: Integers


def arrange(documents: Sequence[Integers], states: States) -> Arrangement:
    """Part the tags of documents into sequences and these into batches."""
    sequences: list[tuple[int, int, int]] = []
    offset = 0
    for tags in documents:
        sequences += [
            (offset + start, offset + end, slot) for start, end, slot in _sequences(tags, states)
        ]
        offset += len(tags)
    tags = np.concatenate([*documents, np.zeros(0, np.int64)])
    # Sequences of like length together, so that few steps are for few sequences.
    sequences.sort(key=lambda sequence: (sequence[0] - sequence[1], sequence[0]))
    batches: list[Batch] = []
    token: list[Integers] = []
    begin = row = 0
    while begin < len(sequences):
        end, size = begin, 0
        while end < len(sequences) and (size == 0 or size * states.size < _BATCH):
            size += sequences[end][1] - sequences[end][0]
            end += 1
        chosen = np.array(sequences[begin:end])
        packing = Packing.of(chosen[:, 1] - chosen[:, 0])
        numbers = np.concatenate([np.arange(first, last) for first, last, _ in chosen])
        token.append(numbers[packing.token])
        initial = np.zeros((len(chosen), states.size), np.float32)
        initial[np.arange(len(chosen)), chosen[packing.order, 2]] = 1
        batches.append(
            Batch(
                rows=slice(row, row + size),
                packing=packing,
                initial=initial,
                tags=tags[token[-1]],
                counts=_tagged_counts(tags, chosen, states),
            )
        )
        row += size
        begin = end
    return Arrangement(batches, np.concatenate([*token, np.zeros(0, np.int64)]))


def _sequences(tags: Integers, states: States) -> list[tuple[int, int, int]]:
    """Return start, end and the slot remembered at the start of each sequence of a document."""
    found = []
    start = slot = 0
    while start < len(tags):
        end = min(start + _SEQUENCE, len(tags))
        if end < len(tags):
            outside = np.flatnonzero(tags[start:end] == 0)
            # The next sequence begins after an `O`; an entity as long as a sequence is cut.
            if len(outside):
                end = start + int(outside[-1]) + 1
        found.append((start, end, slot))
        begun = np.flatnonzero(tags[start:end])
        if len(begun):
            slot = int(states.slot_of[(tags[start + begun[-1]] - 1) % states.categories])
        start = end
    return found


def _tagged_counts(tags: Integers, sequences: Integers, states: States) -> Floats:
    """Return how often tags use each transition, as `Transitions.flat` orders them."""
    categories = states.categories
    counts = Transitions.zeros(categories, states.slots)
    if not categories:
        return counts.flat()
    for start, end, slot in sequences.tolist():
        before = 0
        for tag in tags[start:end].tolist():
            number, previous = (tag - 1) % categories, (before - 1) % categories
            if tag > categories:
                (counts.inside if before > categories else counts.begin)[number] += 1
            elif before:
                slot = int(states.slot_of[previous])
                leave = counts.leave_inside if before > categories else counts.leave_begin
                leave[previous] += 1
                if tag:
                    counts.adjacent[previous] += 1
            if 0 < tag <= categories:
                counts.open[slot, number] += 1
            before = tag
    return counts.flat()


class Objective:
    """f and its gradient, for weights as one vector: block after block, then transitions."""

    def __init__(
        self,
        blocks: Sequence[Block],
        arrangement: Arrangement,
        states: States,
        *,
        l2: float,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` is called before each batch; what it raises ends the computation."""
        self._blocks = blocks
        self._batches = arrangement.batches
        self._states = states
        self._l2 = l2
        self._check = check
        self._rows = len(arrangement.token)
        self._labels = 1 + 2 * states.categories
        self._emissions = np.empty((self._rows, self._labels), np.float32)
        self.transitions = Transitions.size(states.categories, states.slots)
        self.size = sum(len(block.active) for block in blocks) + self.transitions

    def parts(self, weights: Floats) -> tuple[list[Floats], Floats]:
        """Return the weights of each block as W (features, labels), and those of transitions."""
        found = []
        offset = 0
        for block in self._blocks:
            dense = np.zeros(block.shape[0] * block.shape[1], np.float32)
            dense[block.active] = weights[offset : offset + len(block.active)]
            found.append(dense.reshape(block.shape))
            offset += len(block.active)
        return found, weights[offset:]

    def __call__(self, weights: Floats) -> tuple[float, Floats]:
        """Return f and its gradient."""
        emissions = self._emissions
        emissions[:] = 0
        offset = 0
        for block in self._blocks:
            dense = np.zeros(block.shape[0] * block.shape[1], np.float32)
            dense[block.active] = weights[offset : offset + len(block.active)]
            dense = dense.reshape(block.shape)
            offset += len(block.active)
            emissions += block.values @ (
                dense if block.features is None else block.features @ dense
            )
        value, transitions = self._chains(emissions, weights[offset:])
        gradient = np.empty(self.size, np.float32)
        gradient[offset:] = transitions
        offset = 0
        for block in self._blocks:
            by_value = block.values.T @ emissions
            by_feature = by_value if block.features is None else block.features.T @ by_value
            gradient[offset : offset + len(block.active)] = by_feature.ravel()[block.active]
            offset += len(block.active)
        gradient += np.float32(2 * self._l2) * weights
        return value + self._l2 * float(np.dot(weights, weights)), gradient

    def _chains(self, emissions: Floats, flat: Floats) -> tuple[float, NDArray[np.float32]]:
        """Return the negative log likelihood and its gradient by transitions.

        The emissions are overwritten with the gradient by them.
        """
        states = self._states
        transitions = Transitions.of(flat, states.categories, states.slots)
        steps = Steps(transitions, states)
        value = 0.0
        gradient = np.zeros(len(flat), np.float32)
        for batch in self._batches:
            self._check()
            own = emissions[batch.rows]
            posterior = forward_backward(own, batch.packing, batch.initial, steps)
            rows = np.arange(len(own))
            value += posterior.log_partition - float(own[rows, batch.tags].sum(dtype=np.float64))
            value -= float(np.dot(flat.astype(np.float64), batch.counts))
            # Of a first token, the state before it is the initial one: counted from the end.
            states_before = np.concatenate([posterior.forward, batch.initial[::-1]])
            before = states_before[batch.packing.before()]
            gradient += steps.counts(before, posterior.arriving).flat() - batch.counts
            own[:] = marginals(posterior, states)
            own[rows, batch.tags] -= 1
        return value, gradient
