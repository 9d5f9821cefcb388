"""The chain: a linear-chain conditional random field over tags, with memory of the entity before.

A path y of tags for tokens x has the score s(y) = sum over t of e[t, y_t] + w(y_{t-1}, y_t), and
the probability exp(s(y)) / Z, where Z sums over all paths (Lafferty, McCallum and Pereira, 2001).
The tags are `O` and, for each category, `B` (its first token) and `I` (its further tokens), which
only follows `B` or `I` of the same category.

`O` is several states, one a *slot*: it remembers the slot of the category seen last (slot 0: none
yet, or a category without a slot of its own). All `O` states share their emissions, so what is
learned is only which category begins after which. The scores of transitions are few:

    B_k -> I_k  begin[k]            B_k leaves its entity with leave_begin[k]
    I_k -> I_k  inside[k]           I_k leaves its entity with leave_inside[k]
    leaving k -> O of k's slot 0    leaving k -> B_j  adjacent[k] + open[slot of k, j]
    O_m -> O_m  0                   O_m -> B_j  open[m, j]

Every text begins in a state `O` before its first token and may end anywhere.

Sums over paths are taken by the scaled forward-backward algorithm (Rabiner, 1989, section V.A):
forward vectors are divided by their sum c_t at each token, so log Z = sum of log c_t (plus what was
taken off the emissions to keep their exponentials small). Sequences are worked on side by side: the
rows of all arrays are tokens, ordered by place in the sequence first (`Packing`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

# Named again, so that it can be had from here beside the chain that it is for.
from shared.ner.packing import Packing as Packing
from shared.ner.scratch import Scratch

Floats: TypeAlias = NDArray[np.float32]
Integers: TypeAlias = NDArray[np.int64]

#: An emission this far below the best of its token counts as this far: e^-50 is no probability
#: worth telling apart, and products of a few such numbers still are numbers in single precision.
FLOOR = np.float32(-50.0)

#: Up to this many states the transition matrix is multiplied out; above it, structure is faster.
DENSE_STATES = 160

#: Up to this many states a forward and a backward step are taken as one, if sequences are few:
#: so few that their number times the square of the states is below the second figure.
_BOTH_WAYS_STATES = 80
_NARROW = 8_000

#: Rows up to this long are gone through column by column, which numpy does faster.
_SHORT = 32

#: For `_both_ways`.
_SCRATCH = Scratch()

#: Sums of vectors are kept between e^-500 and e^500: double precision ends at e^-708 and e^709.
_EXPONENT = 500.0


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """The scores of transitions, or anything with the same parts (gradients, counts)."""

    begin: Floats  # (categories,)
    inside: Floats
    leave_begin: Floats
    leave_inside: Floats
    adjacent: Floats
    open: Floats  # (slots, categories)

    @classmethod
    def zeros(cls, categories: int, slots: int) -> Transitions:
        """Return transitions that all score 0."""
        return cls.of(np.zeros(cls.size(categories, slots), np.float32), categories, slots)

    @staticmethod
    def size(categories: int, slots: int) -> int:
        """Return how many scores there are."""
        return (5 + slots) * categories

    @classmethod
    def of(cls, flat: Floats, categories: int, slots: int) -> Transitions:
        """Return views into a vector of all scores, in the order of the fields."""
        rows = flat.reshape(5 + slots, categories)
        return cls(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5:])

    def flat(self) -> Floats:
        """Return all scores as one vector, in the order of the fields."""
        return np.concatenate([getattr(self, field.name).ravel() for field in fields(self)])


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """The states: `O` of each slot, then `B` of each category, then `I` of each category."""

    #: Of each category, the slot of `O` that remembers it: one of its own, or 0.
    slot_of: Integers
    slots: int

    @property
    def categories(self) -> int:
        """How many categories there are."""
        return len(self.slot_of)

    @property
    def size(self) -> int:
        """How many states there are."""
        return self.slots + 2 * self.categories

    def remembered(self) -> Integers:
        """Return the category of each slot but the first."""
        category = np.zeros(self.slots, np.int64)
        category[self.slot_of] = np.arange(self.categories)
        return category[1:]

    def spread(self, labels: Floats, out: NDArray[np.floating]) -> None:
        """Write columns of labels as columns of states: all `O` states have what `O` has."""
        out[:, : self.slots] = labels[:, :1]
        out[:, self.slots :] = labels[:, 1:]

    def label_of(self) -> Integers:
        """Return of each state its label: 0 for `O`, 1 + k for `B`, 1 + categories + k for `I`."""
        labels = np.arange(1, 1 + 2 * self.categories)
        outside: Integers = np.zeros(self.slots, np.int64)
        return np.concatenate([outside, labels])


class Steps:
    """One step of the chain as a linear map of states: M = e^w(y, y'), by its parts if large."""

    def __init__(self, transitions: Transitions, states: States) -> None:
        self.transitions = transitions
        self.states = states
        exp = Transitions(*(np.exp(getattr(transitions, f.name)) for f in fields(transitions)))
        self._exp = exp
        #: Of each category, which slot it leads to.
        self._remember = np.zeros((states.categories, states.slots), np.float32)
        self._remember[np.arange(states.categories), states.slot_of] = 1
        #: From each state to the slot that it leaves its entity for: to stay `O`, and, with what
        #: an entity next to it scores, to begin one.
        self._leaving = self._leave()
        self._matrix: Floats | None = None
        #: M and its transpose as the two blocks of one matrix, where there are few states.
        self.both_ways: NDArray[np.float64] | None = None
        if states.size <= DENSE_STATES:
            self._matrix = self._dense()
            self._transposed = np.ascontiguousarray(self._matrix.T)
        if states.size <= _BOTH_WAYS_STATES:
            self._join()

    def _leave(self) -> Floats:
        exp, remember = self._exp, self._remember
        stay = np.eye(self.states.slots, dtype=np.float32)
        begun, within = (score[:, None] * remember for score in (exp.leave_begin, exp.leave_inside))
        next_to = exp.adjacent[:, None]
        return np.block([[stay, stay], [begun, begun * next_to], [within, within * next_to]])

    def log_matrix(self) -> Floats:
        """Return w(y, y') as a matrix, with minus infinity where y' cannot follow y."""
        matrix = self._dense() if self._matrix is None else self._matrix
        found: Floats = np.full(matrix.shape, -np.inf, np.float32)
        np.log(matrix, out=found, where=matrix > 0)
        return found

    def _join(self) -> None:
        matrix = self._dense().astype(np.float64)
        size = len(matrix)
        self.both_ways = np.zeros((2 * size, 2 * size))
        self.both_ways[:size, :size] = matrix
        self.both_ways[size:, size:] = matrix.T
        #: Writes the sum of each half over the half.
        self.sums = np.kron(np.eye(2), np.ones((size, size)))
        # From every state, and to every state, some step is allowed. So the sum of a vector
        # shrinks in a step by the smallest entry (and the smallest emission) at most, and grows by
        # the largest entry times the number of states.
        logs = np.log(matrix[matrix > 0])
        self.change = max(-float(logs.min()), float(logs.max()) + math.log(size))

    def _dense(self) -> Floats:
        matrix = np.empty((self.states.size, self.states.size), np.float32)
        self._structured_forward(np.eye(self.states.size, dtype=np.float32), matrix)
        return matrix

    def forward(self, vectors: Floats, out: Floats) -> None:
        """Write v M for each row v."""
        if self._matrix is not None:
            np.matmul(vectors, self._matrix, out=out)
        else:
            self._structured_forward(vectors, out)

    def backward(self, vectors: Floats, out: Floats) -> None:
        """Write M v for each row v."""
        if self._matrix is not None:
            np.matmul(vectors, self._transposed, out=out)
        else:
            self._structured_backward(vectors, out)

    def _structured_forward(self, vectors: Floats, out: Floats) -> None:
        _, begun, within = self._parts(vectors)
        to_outside, to_begun, to_within = self._parts(out)
        slots = self.states.slots
        left = vectors @ self._leaving
        to_outside[:] = left[:, :slots]
        np.matmul(left[:, slots:], self._exp.open, out=to_begun)
        np.multiply(begun, self._exp.begin, out=to_within)
        to_within += within * self._exp.inside

    def _structured_backward(self, vectors: Floats, out: Floats) -> None:
        outside, begun, within = self._parts(vectors)
        _, to_begun, to_within = self._parts(out)
        slots = self.states.slots
        left = np.empty((len(vectors), 2 * slots), np.float32)
        left[:, :slots] = outside
        np.matmul(begun, self._exp.open.T, out=left[:, slots:])
        np.matmul(left, self._leaving.T, out=out)
        to_begun += within * self._exp.begin
        to_within += within * self._exp.inside

    def counts(self, before: Floats, after: Floats) -> Transitions:
        """Return how often each score is used: the sum over rows of v_i M_ij u_j, by score.

        `before` holds v, a row for each step of each sequence, and `after` u.
        """
        if self._matrix is not None:
            return self._pair_counts((before.T @ after) * self._matrix)
        exp = self._exp
        slots = self.states.slots
        _, begun, within = self._parts(before)
        outside_after, begun_after, within_after = self._parts(after)
        opening = before @ self._leaving[:, slots:]
        # Of each state and what it leads to, but for the scores in between.
        left = before.T @ np.concatenate([outside_after, begun_after @ exp.open.T], axis=1)
        left *= self._leaving
        out, adjacent = left[slots:, :slots].sum(axis=1), left[slots:, slots:].sum(axis=1)
        out += adjacent
        return Transitions(
            begin=exp.begin * _products(begun, within_after),
            inside=exp.inside * _products(within, within_after),
            leave_begin=out[: self.states.categories],
            leave_inside=out[self.states.categories :],
            adjacent=adjacent[: self.states.categories] + adjacent[self.states.categories :],
            open=np.multiply(exp.open, opening.T @ begun_after, dtype=np.float32),
        )

    def _pair_counts(self, pairs: Floats) -> Transitions:
        """Return how often each score is used, of how often each state follows each."""
        slots, categories = self.states.slots, self.states.categories
        outside, begun, within = pairs[:slots], pairs[slots:][:categories], pairs[-categories:]
        begin = begun[:, slots + categories :].diagonal()
        inside = within[:, slots + categories :].diagonal()
        # From each category to each next to it, and with that out of the slot it leads to.
        adjacent = (begun + within)[:, slots : slots + categories]
        return Transitions(
            begin=begin,
            inside=inside,
            leave_begin=begun.sum(axis=1) - begin,
            leave_inside=within.sum(axis=1) - inside,
            adjacent=adjacent.sum(axis=1),
            open=outside[:, slots : slots + categories] + self._remember.T @ adjacent,
        )

    def _parts(self, vectors: Floats) -> tuple[Floats, Floats, Floats]:
        slots, categories = self.states.slots, self.states.categories
        return (
            vectors[:, :slots],
            vectors[:, slots : slots + categories],
            vectors[:, slots + categories :],
        )


def _products(left: NDArray[np.floating], right: NDArray[np.floating]) -> Floats:
    """Return the sum of products of each column of two matrices."""
    found: Floats = np.einsum("ij,ij->j", left, right)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """What forward-backward finds out. Rows are packed tokens, columns are states."""

    #: The sum of log Z over the sequences.
    log_partition: float
    #: The distribution over states after each token, given the tokens so far.
    forward: Floats
    #: What the tokens after each one say about its state: a factor, scaled so that
    #: `forward * backward` sums to 1.
    backward: Floats
    #: `backward` times the token's own scaled emission: what `Steps.counts` calls u.
    arriving: Floats


def forward_backward(
    emissions: Floats, packing: Packing, initial: Floats, steps: Steps
) -> Posterior:
    """Sum over all paths.

    `emissions` are scores (packed tokens, labels); `initial` the distribution over states before
    the first token of each sequence, in the packing's order.

    What a step costs for few sequences is the calls, and for many the numbers: so there are two
    ways to work, with the same result.
    """
    best = _best(emissions)
    scaled = np.exp(np.maximum(emissions - best, FLOOR))
    size = steps.states.size
    taken = float(best.sum(dtype=np.float64))
    longest = len(packing.steps) - 1
    if steps.both_ways is not None and len(scaled) * size * size <= _NARROW * longest:
        return _both_ways(scaled, taken, packing, initial, steps, steps.both_ways)
    return _one_by_one(scaled, taken, packing, initial, steps)


def _one_by_one(
    scaled: Floats, taken: float, packing: Packing, initial: Floats, steps: Steps
) -> Posterior:
    """Sum over all paths in single precision, in little memory: forward, then backward."""
    arriving = np.empty((len(scaled), steps.states.size), np.float32)
    steps.states.spread(scaled, arriving)
    forward = np.empty_like(arriving)
    scale = np.empty((len(arriving), 1), np.float32)
    ones = np.ones((arriving.shape[1], 1), np.float32)
    stages = packing.stages()
    previous = initial
    for stage in stages:
        previous = previous[: stage.width]
        for block, own, total in zip(
            stage.of(forward), stage.of(arriving), stage.of(scale), strict=True
        ):
            steps.forward(previous, block)
            np.multiply(block, own, out=block)
            np.dot(block, ones, out=total)
            np.divide(block, total, out=block)
            previous = block
    arriving /= scale
    backward = np.empty_like(arriving)
    after = arriving[:0]
    for stage in reversed(stages):
        # Of sequences that end with this stage, nothing comes after.
        last = stage.of(backward)[-1]
        steps.backward(after, last[: len(after)])
        last[len(after) :] = 1
        after = stage.of(arriving)[-1]
        np.multiply(after, last, out=after)
        for block, own in zip(stage.of(backward)[-2::-1], stage.of(arriving)[-2::-1], strict=True):
            steps.backward(after, block)
            np.multiply(own, block, out=own)
            after = own
    log_partition = taken + float(np.log(scale.astype(np.float64)).sum())
    return Posterior(log_partition, forward, backward, arriving)


def _both_ways(
    scaled: Floats,
    taken: float,
    packing: Packing,
    initial: Floats,
    steps: Steps,
    joined: NDArray[np.float64],
) -> Posterior:
    """Sum over all paths in double precision, forward and backward at once.

    With E_t the emissions as factors, forward vectors are v_t = (v_{t-1} M) E_t, and what arrives
    from behind is u_t = (M u_{t+1}) E_t, from u of the last token, its E: the same recurrence, by
    the transposed matrix and from the end. So both are one vector twice as long, the second half
    of which goes through each sequence backwards, and a step is one product and one
    multiplication. Double precision holds e^-700, so vectors are scaled only every few steps.
    """
    size = len(joined) // 2
    count = len(packing.order)
    mirror = packing.mirror()
    factors, products, reversed_products = _SCRATCH.arrays(
        ((len(scaled), 2 * size), (len(scaled), 2 * size), (len(scaled), size))
    )
    steps.states.spread(scaled, factors[:, :size])
    steps.states.spread(scaled.take(mirror, axis=0), factors[:, size:])
    # The products, before they are multiplied by E: in the second half, what backward vectors are.
    products[:count, :size] = initial @ joined[:size, :size]
    products[:count, size:] = 1
    vectors = products[:count] * factors[:count]
    # Tokens between two scalings: what the smallest emission and transition allow.
    unscaled = max(1, int(_EXPONENT / (steps.change - math.log(float(scaled.min())))))
    totals = np.ones(len(scaled))
    for stage in packing.stages():
        # A single sequence is a vector, of which products are quicker than of a matrix.
        shape = (-1, 2 * size) if stage.width == 1 else (-1, stage.width, 2 * size)
        into, by = stage.of(products).reshape(shape), stage.of(factors).reshape(shape)
        scales = totals[stage.rows].reshape(-1, stage.width)
        if not stage.rows.start:
            # What the first tokens have is written already.
            into, by, scales = into[1:], by[1:], scales[1:]
        vectors = vectors[: stage.width].reshape(shape[1:])
        sums = np.empty_like(vectors)
        for begin in range(0, len(into), unscaled):
            part = slice(begin, begin + unscaled)
            for product, factor in zip(into[part], by[part], strict=True):
                np.dot(vectors, joined, product)
                np.multiply(product, factor, vectors)
            np.dot(vectors, steps.sums, sums)
            np.divide(vectors, sums, vectors)
            scales[part][-1] = sums[..., 0]
        vectors = vectors.reshape(stage.width, 2 * size)
    forward = products[:, :size]
    forward *= factors[:, :size]
    sums = forward.sum(axis=1)
    forward /= sums[:, None]
    #: How much of what was there before a token goes on with it: c_t.
    share = sums.copy()
    before = packing.before()[count:]
    share[count:] *= totals[before] / sums[before]
    backward = products[:, size:].take(mirror, axis=0, out=reversed_products, mode="clip")
    backward /= np.einsum("ij,ij->i", forward, backward)[:, None]
    arriving = factors[:, :size]
    arriving *= backward
    arriving /= share[:, None]
    return Posterior(
        taken + float(np.log(share).sum()),
        forward.astype(np.float32),
        backward.astype(np.float32),
        arriving.astype(np.float32),
    )


def _best(emissions: Floats) -> Floats:
    """Return the best of each row, as a column."""
    if emissions.shape[1] > _SHORT:
        best: Floats = emissions.max(axis=1, keepdims=True)
        return best
    best = emissions[:, 0].copy()
    for column in emissions.T[1:]:
        np.maximum(best, column, out=best)
    return best[:, None]


def marginals(posterior: Posterior, states: States) -> Floats:
    """Return the probability of each label (columns) of each packed token."""
    forward, backward = posterior.forward, posterior.backward
    slots = states.slots
    found = np.empty((len(forward), 1 + 2 * states.categories), np.float32)
    np.multiply(forward[:, slots:], backward[:, slots:], out=found[:, 1:])
    np.einsum("ij,ij->i", forward[:, :slots], backward[:, :slots], out=found[:, 0])
    return found
