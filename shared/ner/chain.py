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

import itertools
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Integers: TypeAlias = NDArray[np.int64]

#: An emission this far below the best of its token counts as this far: e^-50 is no probability
#: worth telling apart, and products of a few such numbers still are numbers in single precision.
FLOOR = np.float32(-50.0)

#: Up to this many states the transition matrix is multiplied out; above it, structure is faster.
DENSE_STATES = 160


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

    def label_of(self) -> Integers:
        """Return of each state its label: 0 for `O`, 1 + k for `B`, 1 + categories + k for `I`."""
        labels = np.arange(1, 1 + 2 * self.categories)
        outside: Integers = np.zeros(self.slots, np.int64)
        return np.concatenate([outside, labels])


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

    def before(self) -> Integers:
        """Return of each row, the row of the token before it; -1 - sequence's rank for a first."""
        going = np.diff(self.steps)
        rows: Integers = np.arange(len(self.token)) - np.repeat(
            np.concatenate([[0], going[:-1]]), going
        )
        if len(going):
            rows[: going[0]] = -1 - np.arange(going[0])
        return rows


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
        self._matrix: Floats | None = None
        if states.size <= DENSE_STATES:
            self._matrix = self._dense()
            self._transposed = np.ascontiguousarray(self._matrix.T)

    def log_matrix(self) -> Floats:
        """Return w(y, y') as a matrix, with minus infinity where y' cannot follow y."""
        matrix = self._dense() if self._matrix is None else self._matrix
        found: Floats = np.full(matrix.shape, -np.inf, np.float32)
        np.log(matrix, out=found, where=matrix > 0)
        return found

    def _dense(self) -> Floats:
        return self._structured_forward(np.eye(self.states.size, dtype=np.float32))

    def forward(self, vectors: Floats, out: Floats) -> None:
        """Write v M for each row v."""
        if self._matrix is not None:
            np.matmul(vectors, self._matrix, out=out)
        else:
            out[:] = self._structured_forward(vectors)

    def backward(self, vectors: Floats, out: Floats) -> None:
        """Write M v for each row v."""
        if self._matrix is not None:
            np.matmul(vectors, self._transposed, out=out)
        else:
            out[:] = self._structured_backward(vectors)

    def _structured_forward(self, vectors: Floats) -> Floats:
        outside, begun, within = self._parts(vectors)
        exp = self._exp
        left = begun * exp.leave_begin + within * exp.leave_inside
        opened = (outside + (left * exp.adjacent) @ self._remember) @ exp.open
        continued = begun * exp.begin + within * exp.inside
        return np.concatenate([outside + left @ self._remember, opened, continued], axis=1)

    def _structured_backward(self, vectors: Floats) -> Floats:
        outside, begun, within = self._parts(vectors)
        exp = self._exp
        opening = begun @ exp.open.T
        leaving = outside @ self._remember.T + exp.adjacent * (opening @ self._remember.T)
        return np.concatenate(
            [
                outside + opening,
                leaving * exp.leave_begin + within * exp.begin,
                leaving * exp.leave_inside + within * exp.inside,
            ],
            axis=1,
        )

    def counts(self, before: Floats, after: Floats) -> Transitions:
        """Return how often each score is used: the sum over rows of v_i M_ij u_j, by score.

        `before` holds v, a row for each step of each sequence, and `after` u.
        """
        exp = self._exp
        outside, begun, within = self._parts(before)
        outside_after, begun_after, within_after = self._parts(after)
        out_begun, out_within = begun * exp.leave_begin, within * exp.leave_inside
        opening = begun_after @ exp.open.T
        into_adjacent = exp.adjacent * (opening @ self._remember.T)
        left = outside_after @ self._remember.T + into_adjacent
        leaving = out_begun + out_within
        opened = outside + (leaving * exp.adjacent) @ self._remember
        return Transitions(
            begin=exp.begin * (begun * within_after).sum(axis=0),
            inside=exp.inside * (within * within_after).sum(axis=0),
            leave_begin=(out_begun * left).sum(axis=0),
            leave_inside=(out_within * left).sum(axis=0),
            adjacent=(leaving * into_adjacent).sum(axis=0),
            open=np.multiply(exp.open, opened.T @ begun_after, dtype=np.float32),
        )

    def _parts(self, vectors: Floats) -> tuple[Floats, Floats, Floats]:
        slots, categories = self.states.slots, self.states.categories
        return (
            vectors[:, :slots],
            vectors[:, slots : slots + categories],
            vectors[:, slots + categories :],
        )


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
    """
    best = emissions.max(axis=1, keepdims=True)
    arriving = np.exp(np.maximum(emissions - best, FLOOR))[:, steps.states.label_of()]
    forward = np.empty_like(arriving)
    scale = np.empty((len(arriving), 1), np.float32)
    bounds = packing.steps.tolist()
    previous = initial
    for start, end in itertools.pairwise(bounds):
        block, total = forward[start:end], scale[start:end]
        steps.forward(previous[: end - start], block)
        np.multiply(block, arriving[start:end], out=block)
        np.add.reduce(block, axis=1, out=total, keepdims=True)
        np.divide(block, total, out=block)
        previous = block
    arriving /= scale
    backward = np.empty_like(arriving)
    going = 0
    for start, end in zip(bounds[-2::-1], bounds[:0:-1], strict=True):
        block = backward[start:end]
        if going:
            steps.backward(arriving[end : end + going], block[:going])
        if going < end - start:
            block[going:] = 1
        going = end - start
        own = arriving[start:end]
        np.multiply(own, block, out=own)
    log_partition = float(np.log(scale.astype(np.float64)).sum() + best.sum(dtype=np.float64))
    return Posterior(log_partition, forward, backward, arriving)


def marginals(posterior: Posterior, states: States) -> Floats:
    """Return the probability of each label (columns) of each packed token."""
    joint = posterior.forward * posterior.backward
    outside = joint[:, : states.slots].sum(axis=1, keepdims=True)
    return np.concatenate([outside, joint[:, states.slots :]], axis=1)


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
    labels = states.label_of()
    best = emissions[:, labels]
    remembered, forgotten = states.remembered(), np.flatnonzero(states.slot_of == 0)
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
        block[:, slots:first_within] += (source[:, :, None] + scores.open).max(axis=1)
        block[:, first_within:] += np.maximum(begun + scores.begin, within + scores.inside)
        previous = block
    return labels[_trace(best, packing, final, steps.log_matrix())]


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
