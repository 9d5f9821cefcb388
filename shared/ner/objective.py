"""The objective of training: how badly weights explain the tags, and which way is better.

f(w) = - sum over sequences of log P(tags | tokens; w) + l2 |w|^2. Its gradient by a weight is what
the model expects of that weight's feature, minus how often the tags have it, plus 2 l2 w.

What is seen of a token is a set of *values*: the types of the tokens around it, and what its
columns say. The emission of a token is the sum of its values' scores, and scores come in *blocks*,
S_b = F_b W_b: F_b lists the features of each value (a token type with its traits), W_b holds the
weights (features, labels). So what a type's features sum up to is computed once for each type.
Weights that are not `active` are 0 for good.

Long documents are parted into sequences where the tags are `O`, each beginning in the `O` state
that the tags before it lead to; features look across the parting. Batch after batch of sequences is
worked on, each from its values' scores to its part of the gradient: emissions exist for one batch
at a time, which bounds the memory.

Of a large corpus the first batches are samples of all sequences, each holding the one before. The
fit begins on them: far from the minimum, the gradient of a sample points the same way at a part of
the cost (Byrd, Chin, Nocedal and Wu, 2012).
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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
from shared.ner.optimize import Flags
from shared.ner.sheet import Numbers

#: Tokens of a sequence of training.
_SEQUENCE = 400

#: Tokens of a batch, and numbers (tokens times states) in each array of forward-backward: about
#: a hundred sequences side by side, or what memory allows.
_BATCH = 40_000
_NUMBERS = 3_000_000

#: From so many tokens on, the fit begins on samples: every so manieth sequence.
_SAMPLED = ((500_000, (16, 4)), (40_000, (4,)))

#: The share of a batch's tokens that a value has which is better looked up as a plain column.
_COMMON = 0.05

#: A label's variance is taken for at least this much.
_LEAST_VARIANCE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One part of the values with their features."""

    #: F: values by features, as CSR; None where each value is a feature.
    features: sparse.csr_matrix | None
    #: Of each weight, its place in W, row by row; None where W has them all.
    active: Integers | None
    #: The shape of W.
    shape: tuple[int, int]

    @property
    def size(self) -> int:
        """How many weights there are."""
        return self.shape[0] * self.shape[1] if self.active is None else len(self.active)

    @property
    def values(self) -> int:
        """How many values there are."""
        return int(self.shape[0] if self.features is None else self.features.shape[0])

    def matrix(self, weights: Floats) -> Floats:
        """Return W of these weights."""
        if self.active is None:
            return weights.reshape(self.shape)
        dense = np.zeros(self.shape[0] * self.shape[1], np.float32)
        dense[self.active] = weights
        return dense.reshape(self.shape)

    def narrowed(self, kept: Flags) -> tuple[Block, Integers]:
        """Return the block of some of its weights, and which of its values it has."""
        labels = self.shape[1]
        places = np.flatnonzero(kept) if self.active is None else self.active[kept]
        feature = places // labels
        used: Integers = np.unique(feature).astype(np.int64)
        active = np.searchsorted(used, feature) * labels + places % labels
        shape = (len(used), labels)
        if self.features is None:
            return Block(None, active, shape), used
        features = self.features[:, used]
        values = np.flatnonzero(np.diff(features.indptr))
        return Block(features[values], active, shape), values


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Which values the tokens of a batch have."""

    #: The values that occur, by their number over all blocks, ascending.
    values: Numbers
    #: X: tokens (packed) by those values, as CSR.
    matrix: sparse.csr_matrix
    #: Values that so many tokens have that they are faster as plain columns, and these: 0 or 1,
    #: one byte each, since of a large corpus they take more memory than all else.
    common: Numbers
    columns: NDArray[np.uint8]

    @classmethod
    def of(cls, values: Numbers, matrix: sparse.csr_matrix) -> Rows:
        """Return rows without plain columns."""
        return cls(values, matrix, values[:0], np.zeros((matrix.shape[0], 0), np.uint8))

    def narrowed(self, numbers: Numbers) -> Rows:
        """Return some of the values; `numbers` gives each its new number, or -1."""
        values, common = numbers[self.values], numbers[self.common]
        kept, kept_common = np.flatnonzero(values >= 0), np.flatnonzero(common >= 0)
        matrix, columns = self.matrix[:, kept], self.columns[:, kept_common]
        values, common = values[kept], common[kept_common]
        times = np.bincount(matrix.indices, minlength=len(kept))
        many = times > _COMMON * len(columns)
        if many.any():
            columns = np.concatenate(
                [columns, matrix[:, many].toarray()], axis=1, dtype=np.uint8, casting="unsafe"
            )
            common = np.concatenate([common, values[many]])
            matrix, values = matrix[:, ~many], values[~many]
        # Entries are all 1, so none but the first matrix has to hold any.
        matrix.data = self.matrix.data[: matrix.nnz]
        return Rows(values, matrix, common, columns)

    def emissions(self, scores: Floats) -> Floats:
        """Return the emissions of the tokens, given the scores of all values."""
        found: Floats = self.matrix @ scores.take(self.values, axis=0)
        found += self.columns.astype(np.float32) @ scores.take(self.common, axis=0)
        return found

    def add_slopes(self, by_emissions: Floats, slopes: Floats) -> None:
        """Add the gradient by scores, given that by emissions."""
        own = slopes.take(self.values, axis=0)
        own += self.matrix.T @ by_emissions
        slopes[self.values] = own
        slopes[self.common] += self.columns.astype(np.float32).T @ by_emissions


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """All blocks, their values numbered one after the other, and the values of all tokens."""

    parts: Sequence[Block]
    #: Of each batch.
    rows: Sequence[Rows]

    def narrowed(self, kept: Flags, batches: int) -> Blocks:
        """Return the blocks of some of the weights, and the values of the first batches."""
        parts, numbers = [], []
        offset = count = 0
        for block in self.parts:
            part, values = block.narrowed(kept[offset : offset + block.size])
            number = np.full(block.values, -1, np.int32)
            number[values] = np.arange(count, count + len(values))
            parts.append(part)
            numbers.append(number)
            offset += block.size
            count += len(values)
        new = np.concatenate([np.zeros(0, np.int32), *numbers])
        return Blocks(parts, [rows.narrowed(new) for rows in self.rows[:batches]])


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Sequences that forward-backward works on together."""

    #: Of each row, the token's number: rows are the packed tokens of the sequences.
    token: Numbers
    packing: Packing
    #: The state before each sequence's first token, in the packing's order: (sequences, states).
    initial: Floats
    #: The tags of the rows.
    tags: Numbers
    #: How often the tags use each transition.
    counts: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Tokens in batches."""

    batches: list[Batch]
    #: Of each sample, how many batches it has, smallest first.
    samples: tuple[int, ...]


def arrange(documents: Sequence[Integers], states: States) -> Arrangement:
    """Part the tags of documents into sequences and these into batches."""
    sequences: list[tuple[int, int, int]] = []
    offset = 0
    for tags in documents:
        sequences += [
            (offset + start, offset + end, slot) for start, end, slot in _sequences(tags, states)
        ]
        offset += len(tags)
    every = next((every for tokens, every in _SAMPLED if offset >= tokens), ())
    flat = np.concatenate([*documents, np.zeros(0, np.int64)]).astype(np.int32)
    batches: list[Batch] = []
    samples: list[int] = []
    chosen = np.zeros(len(sequences), np.bool_)
    for step in (*every, 1):
        new = np.flatnonzero(~chosen[::step]) * step
        chosen[new] = True
        batches += _batches([sequences[number] for number in new.tolist()], flat, states)
        samples.append(len(batches))
    return Arrangement(batches, tuple(samples[:-1]))


def _batches(
    sequences: list[tuple[int, int, int]], tags: Numbers, states: States
) -> Iterator[Batch]:
    # Sequences of like length together, so that few steps are for few sequences.
    sequences.sort(key=lambda sequence: (sequence[0] - sequence[1], sequence[0]))
    most = min(_BATCH, _NUMBERS // states.size)
    begin = 0
    while begin < len(sequences):
        end, size = begin, 0
        while end < len(sequences) and (size == 0 or size < most):
            size += sequences[end][1] - sequences[end][0]
            end += 1
        chosen = np.array(sequences[begin:end])
        packing = Packing.of(chosen[:, 1] - chosen[:, 0])
        numbers = np.concatenate(
            [np.arange(first, last, dtype=np.int32) for first, last, _ in chosen.tolist()]
        )
        token = numbers[packing.token]
        initial = np.zeros((len(chosen), states.size), np.float32)
        initial[np.arange(len(chosen)), chosen[packing.order, 2]] = 1
        counts = _tagged_counts(tags[numbers], chosen, states)
        yield Batch(token, packing, initial, tags[token], counts)
        begin = end


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


def _tagged_counts(tags: Numbers, sequences: Integers, states: States) -> Floats:
    """Return how often tags use each transition, as `Transitions.flat` orders them.

    `tags` are those of the sequences, one after the other; the rows of `sequences` are their
    start, end and the slot remembered at the start.
    """
    categories = states.categories
    if not categories:
        return Transitions.zeros(categories, states.slots).flat()
    lengths = sequences[:, 1] - sequences[:, 0]
    first = lengths.cumsum() - lengths
    before = np.concatenate([tags[:1], tags[:-1]])
    before[first] = 0
    number, previous = (tags - 1) % categories, (before - 1) % categories
    within, opens = tags > categories, (tags > 0) & (tags <= categories)
    out = (before > 0) & ~within
    from_within = before > categories
    #: The last token of an entity before each token, or what came before the sequence.
    last = np.maximum.accumulate(np.where(before > 0, np.arange(len(tags)), -1))
    own = last >= np.repeat(first, lengths)
    slot = np.where(own, states.slot_of[previous[last]], np.repeat(sequences[:, 2], lengths))

    def count(numbers: NDArray[np.integer[Any]], length: int) -> NDArray[np.float32]:
        return np.bincount(numbers, minlength=length).astype(np.float32)

    opened = slot[opens] * categories + number[opens]
    return Transitions(
        begin=count(number[within & ~from_within], categories),
        inside=count(number[within & from_within], categories),
        leave_begin=count(previous[out & ~from_within], categories),
        leave_inside=count(previous[out & from_within], categories),
        adjacent=count(previous[out & opens], categories),
        open=count(opened, states.slots * categories),
    ).flat()


class Objective:
    """f and its gradient, for weights as one vector: block after block, then transitions."""

    def __init__(
        self,
        blocks: Blocks,
        arrangement: Arrangement,
        states: States,
        *,
        l2: float,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` is called before each batch; what it raises ends the computation."""
        self._batches = arrangement.batches
        self._states = states
        self._l2 = l2
        self._check = check
        #: The share of the tokens that the batches have.
        self._share = 1.0
        self.transitions = Transitions.size(states.categories, states.slots)
        self._go_by(blocks)
        tokens = np.cumsum([len(batch.token) for batch in arrangement.batches])
        #: The objectives of samples, smallest first: the same function, guessed from fewer batches.
        self.samples = [
            self._sampled(batches, float(tokens[batches - 1] / tokens[-1]))
            for batches in arrangement.samples
        ]

    def _go_by(self, blocks: Blocks) -> None:
        self._all = blocks
        self._blocks, self._rows = blocks.parts, blocks.rows
        self._values = sum(block.values for block in self._blocks)
        self.size = sum(block.size for block in self._blocks) + self.transitions

    def _sampled(self, batches: int, share: float) -> Objective:
        found = copy.copy(self)
        found._batches, found._share = self._batches[:batches], share
        return found

    def narrowed(self, kept: Flags) -> Objective:
        """Return the objective of the kept weights, all others being 0; transitions are kept."""
        found = copy.copy(self)
        found._go_by(self._all.narrowed(kept, len(self._batches)))
        return found

    def parts(self, weights: Floats) -> tuple[list[Floats], Floats]:
        """Return the weights of each block as W (features, labels), and those of transitions."""
        found = []
        offset = 0
        for block in self._blocks:
            found.append(block.matrix(weights[offset : offset + block.size]))
            offset += block.size
        return found, weights[offset:]

    def weights(self, parts: Sequence[Floats], transitions: Transitions) -> Floats:
        """Return W of each block as one vector of weights, with transitions of any states.

        The rows of `open` are those of the slots; where their number is another, each slot has
        their mean.
        """
        found = [
            part.ravel() if block.active is None else part.ravel()[block.active]
            for block, part in zip(self._blocks, parts, strict=True)
        ]
        opened = transitions.open
        if len(opened) != self._states.slots:
            opened = np.tile(opened.mean(axis=0), (self._states.slots, 1))
        own = dataclasses.replace(transitions, open=opened.astype(np.float32))
        return np.concatenate([*found, own.flat()])

    def curvature(self) -> Floats:
        """Return a guess of how much f curves along each weight, but for a factor.

        The second derivative by the weight of a feature and a label is the sum of p (1 - p) over
        the tokens with the feature, p being the probability of the label; without knowledge of the
        feature, that is its count times the variance of the label. The square root of this is
        returned: the step that would be right for a rare feature alone is too long for all of a
        token's rare features together.
        """
        labels = 1 + 2 * self._states.categories
        times = np.zeros(self._values, np.float32)
        tags = np.zeros(labels)
        for batch, rows in zip(self._batches, self._rows, strict=True):
            times[rows.values] += np.bincount(rows.matrix.indices, minlength=len(rows.values))
            tags += np.bincount(batch.tags, minlength=labels)
        shares = tags / tags.sum()
        variance = np.maximum(shares * (1 - shares), _LEAST_VARIANCE).astype(np.float32)
        found = np.empty(self.size, np.float32)
        found[self.size - self.transitions :] = tags.sum() * variance[1:].mean()
        row = offset = 0
        for block in self._blocks:
            own = times[row : row + block.values]
            by_feature = own if block.features is None else block.features.T @ own
            spread = np.multiply.outer(by_feature, variance).ravel()
            found[offset : offset + block.size] = (
                spread if block.active is None else spread[block.active]
            )
            offset += block.size
            row += block.values
        return np.sqrt(found + 1)

    def __call__(self, weights: Floats) -> tuple[float, Floats]:
        """Return f and its gradient."""
        states = self._states
        labels = 1 + 2 * states.categories
        scores = np.empty((self._values, labels), np.float32)
        row = offset = 0
        for block in self._blocks:
            matrix = block.matrix(weights[offset : offset + block.size])
            scores[row : row + block.values] = (
                matrix if block.features is None else block.features @ matrix
            )
            offset += block.size
            row += block.values
        flat = weights[offset:]
        steps = Steps(Transitions.of(flat, states.categories, states.slots), states)
        gradient = np.zeros(self.size, np.float32)
        #: The gradient by scores.
        slopes = np.zeros_like(scores)
        value = 0.0
        for batch, rows in zip(self._batches, self._rows, strict=False):
            self._check()
            emissions = rows.emissions(scores)
            value += self._chains(batch, emissions, steps, flat, gradient[offset:])
            rows.add_slopes(emissions, slopes)
        value /= self._share
        gradient /= np.float32(self._share)
        slopes /= np.float32(self._share)
        row = offset = 0
        for block in self._blocks:
            own = slopes[row : row + block.values]
            by_feature = own if block.features is None else block.features.T @ own
            gradient[offset : offset + block.size] = (
                by_feature.ravel() if block.active is None else by_feature.ravel()[block.active]
            )
            offset += block.size
            row += block.values
        gradient += np.float32(2 * self._l2) * weights
        return value + self._l2 * float(np.dot(weights, weights)), gradient

    def _chains(
        self, batch: Batch, emissions: Floats, steps: Steps, flat: Floats, gradient: Floats
    ) -> float:
        """Return the negative log likelihood of a batch, and add its gradient by transitions.

        The emissions are overwritten with the gradient by them.
        """
        rows = np.arange(len(emissions))
        posterior = forward_backward(emissions, batch.packing, batch.initial, steps)
        value = posterior.log_partition
        value -= float(emissions[rows, batch.tags].sum(dtype=np.float64))
        value -= float(np.dot(flat.astype(np.float64), batch.counts))
        before = np.empty_like(posterior.forward)
        count = len(batch.initial)
        before[:count] = batch.initial
        source = batch.packing.before()[count:]
        posterior.forward.take(source, axis=0, out=before[count:], mode="clip")
        gradient += steps.counts(before, posterior.arriving).flat() - batch.counts
        emissions[:] = marginals(posterior, self._states)
        emissions[rows, batch.tags] -= 1
        return value
