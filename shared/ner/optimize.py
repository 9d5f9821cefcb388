"""Optimisation: the minimum of a smooth convex function plus L1, by OWL-QN.

Minimises f(w) + sum of l1_i |w_i|. Orthant-wise limited-memory quasi-Newton (Andrew and Gao, 2007):
within an orthant the L1 term is linear, so a quasi-Newton step is taken there from the
*pseudo-gradient* (the one-sided derivative that descends most, 0 where neither does), with the
inverse Hessian kept as the last few pairs of steps and changes of the smooth gradient (the two-loop
recursion of Nocedal, 1980). A component of the step that goes against the pseudo-gradient is
dropped, and a point that leaves its orthant is put on its border, which is where exact zeros come
from. With l1 = 0 everywhere this is plain L-BFGS.

The recursion begins with a guess of the Hessian, usually a multiple of 1. Where the function's
curvature is known to differ between weights by orders of magnitude, as with features that occur
twice or a hundred thousand times, a guess of its diagonal D is better: the guess is then a multiple
of D (Nocedal and Wright, Numerical Optimization, section 7.2, leave it open).

A fit may begin on samples of its data, functions that are cheaper and much alike.

With L1, nearly all weights are 0 at the minimum, and most of those soon after the beginning. So a
function that can be *narrowed* to some of its weights, the others being 0, is narrowed again and
again to those that are not 0, or whose slope comes near to what draws them to 0 (shrinking:
Joachims, 1999). When the fit has converged there, the whole function is asked; weights that were
wrongly left out are taken in again, and the fit goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Flags: TypeAlias = NDArray[np.bool_]

#: Which of all weights, ascending; None stands for all.
Places: TypeAlias = NDArray[np.int64] | None
Index: TypeAlias = NDArray[np.int64] | slice

#: Returns f and its gradient (a new array).
Function: TypeAlias = Callable[[Floats], tuple[float, Floats]]


@runtime_checkable
class Narrowable(Protocol):
    """A function that there also is of some of its weights."""

    def __call__(self, weights: Floats) -> tuple[float, Floats]:
        """Return f and its gradient (a new array)."""
        ...

    def narrowed(self, kept: Flags) -> Narrowable:
        """Return the function of the kept weights, all others being 0."""
        ...


#: Pairs of steps and gradient changes that are kept.
_MEMORY = 12

#: The fit has converged when the last `_PERIOD` iterations gained less than a share: a tolerance.
TOLERANCE = 1e-3
_PERIOD = 5

#: How far a weight goes in one step at the most. The exponent of a sum of weights is taken, and a
#: guess of the Hessian that is far too small would send them where it cannot be held.
_STRIDE = 4.0

#: Halvings of a step before the search is given up.
_HALVINGS = 20

#: A sample's share of the iterations, and how many times as large its tolerance is: to learn it by
#: heart is no gain.
_SAMPLE = 0.25
_LOOSE = 10.0

#: About how large a part of the next sample, or of all, a sample is.
_PART = 0.25

#: What is divided by, or taken the logarithm of, is at least this.
_LEAST = 1e-12

#: Iterations before the first narrowing, and from one to the next.
_WIDE = 6
_ROUND = 10

#: A weight that is 0 is kept if its slope is more than this share of what draws it to 0.
_NEAR = 0.4

#: Narrowing is work, too: it is done where no more than this share of the weights is kept.
_WORTHWHILE = 0.7

#: How often weights that were wrongly left out are taken in again.
_RETURNS = 3


def minimize(
    function: Function,
    weights: Floats,
    l1: Floats,
    *,
    iterations: int,
    tolerance: float = TOLERANCE,
    on_iteration: Callable[[int], None] = lambda iteration: None,
    on_share: Callable[[float], None] = lambda share: None,
    curvature: Floats | None = None,
    samples: Sequence[Function] = (),
) -> Floats:
    """Return the weights at the minimum, or after so many iterations.

    `on_iteration` is called after each iteration with how many there were, and `on_share` with
    about which share of the work that is; what either raises ends the fit. `curvature` is a guess
    of D, all above 0, right but for a factor. `samples` are cheaper functions to begin with, each
    as large as `function` and the more alike the later it comes. Functions that are `Narrowable`
    are narrowed on the way.
    """
    inverse = None if curvature is None else np.float32(1) / curvature
    begun = 0.0
    #: What an iteration on each function costs: a sample is a part of the next.
    costs = [_PART ** (len(samples) - number) for number in range(len(samples) + 1)]

    def on_run(iteration: int, share: float) -> None:
        on_iteration(iteration)
        on_share(max(iteration / iterations, (begun + share * costs[0]) / (begun + sum(costs))))

    descent = _Descent(weights, l1, inverse, on_run)
    for sample in samples:
        descent.begin(sample, _LOOSE * tolerance)
        descent.narrowing(descent.done + int(_SAMPLE * iterations))
        descent.widen()
        begun += costs.pop(0)
    descent.begin(function, tolerance)
    for _ in range(1 + _RETURNS):
        descent.narrowing(iterations)
        kept = descent.widen()
        if kept is None or descent.done >= iterations or descent.gained_little:
            break
        descent.begin(function, tolerance)
        if not descent.missed(kept):
            break
    return descent.weights


class _Descent:
    """A way down: where it is, what it knows of the Hessian, and among which weights it goes."""

    def __init__(
        self,
        weights: Floats,
        l1: Floats,
        inverse: Floats | None,
        on_iteration: Callable[[int, float], None],
    ) -> None:
        self._whole = (l1, inverse)
        self._on_iteration = on_iteration
        self.weights, self._l1, self._inverse = weights, l1, inverse
        #: The weights that were kept.
        self._places: Places = None
        #: Steps s, changes of the gradient y, and s y; the oldest first. Of these weights: what
        #: `_places` was when they were last needed.
        self._pairs: deque[tuple[Floats, Floats, float]] = deque(maxlen=_MEMORY)
        self._pair_places: Places = None
        self.done = 0

    def begin(self, function: Function, tolerance: float) -> None:
        """Turn to a function of all weights."""
        self._function, self._tolerance = function, tolerance
        value, self._gradient = function(self.weights)
        self._objective = value + _penalty(self._l1, self.weights)
        #: The objective after each iteration on this function.
        self._history = [self._objective]

    def narrowing(self, last: int) -> None:
        """Go down until converged or to the last iteration, among ever fewer weights."""
        # What has learned nothing yet cannot tell what it needs.
        converged = not self.weights.any() and self._run(min(last, _WIDE))
        while not converged and self.done < last:
            self._narrow()
            converged = self._run(min(last, self.done + _ROUND))

    @property
    def gained_little(self) -> bool:
        """Whether all iterations on this function together gained less than the tolerance."""
        return self._history[0] - self._objective < self._tolerance * abs(self._objective)

    def _near(self) -> Flags:
        """Return which weights are not 0, or might soon not be."""
        near: Flags = np.abs(self._gradient) > _NEAR * self._l1
        near |= self.weights != 0
        near |= self._l1 <= 0
        return near

    def _narrow(self) -> None:
        if not isinstance(self._function, Narrowable):
            return
        kept = self._near()
        if np.count_nonzero(kept) > _WORTHWHILE * len(kept):
            return
        self._function = self._function.narrowed(kept)
        places = np.flatnonzero(kept)
        self._places = places if self._places is None else self._places[places]
        self.weights, self._l1 = self.weights[kept], self._l1[kept]
        self._gradient = self._gradient[kept]
        if self._inverse is not None:
            self._inverse = self._inverse[kept]

    def widen(self) -> Flags | None:
        """Go on among all weights; return which were kept until now, or None for all.

        `begin` comes next.
        """
        if self._places is None:
            return None
        self._l1, self._inverse = self._whole
        size = len(self._l1)
        self.weights = _at(self._places, self.weights, size)
        kept = np.zeros(size, np.bool_)
        kept[self._places] = True
        self._places = None
        return kept

    def missed(self, kept: Flags) -> bool:
        """Return whether a weight that was not kept would leave 0."""
        return bool(np.any((np.abs(self._gradient) > self._l1) & ~kept))

    def _bring_pairs(self) -> None:
        """Make the pairs those of the weights among which the way goes.

        That is done when they are needed, not when the weights become others: pairs of all weights
        take more memory than all else, and mostly are narrowed again before they serve.
        """
        if self._pair_places is self._places:
            return
        source, target = _shared(self._pair_places, self._places)
        size = len(self.weights)
        for _ in range(len(self._pairs)):
            moved, changed, _ = self._pairs.popleft()
            self._keep(_at(target, moved[source], size), _at(target, changed[source], size))
        self._pair_places = self._places

    def _run(self, last: int) -> bool:
        """Go down to an iteration; return whether there is nothing more to gain before it."""
        self._bring_pairs()
        l1, history = self._l1, self._history
        free = l1 <= 0
        for iteration in range(self.done + 1, last + 1):
            descent = _pseudo_gradient(self.weights, self._gradient, l1)
            norm = float(np.sqrt(_dot(descent, descent)))
            if norm <= 1e-5 * max(1.0, float(np.sqrt(_dot(self.weights, self.weights)))):
                return True
            direction = self._quasi_newton(-descent)
            direction *= (direction * descent < 0) | free
            np.clip(direction, -_STRIDE, _STRIDE, out=direction)
            orthant = np.where(self.weights != 0, self.weights, -descent)
            length = float(np.sqrt(_dot(direction, direction)))
            step = 1.0 if self._pairs else 1.0 / max(1.0, length)
            for _ in range(_HALVINGS):
                candidate = np.float32(step) * direction
                candidate += self.weights
                candidate *= (candidate * orthant >= 0) | free
                value, gradient = self._function(candidate)
                objective = value + _penalty(l1, candidate)
                moved = candidate - self.weights
                if objective <= self._objective + 1e-4 * _dot(descent, moved):
                    break
                step /= 2
            else:
                if not self._pairs:
                    return True
                # The curvature that was kept misleads; begin again from steepest descent.
                self._pairs.clear()
                continue
            self._keep(moved, gradient - self._gradient)
            self.weights, self._gradient, self._objective = candidate, gradient, objective
            history.append(objective)
            self.done = iteration
            gained = history[max(0, len(history) - 1 - _PERIOD)] - objective
            self._on_iteration(iteration, self._share(gained / max(abs(objective), _LEAST)))
            if len(history) > _PERIOD and gained < self._tolerance * abs(objective):
                return True
        return False

    def _share(self, gained: float) -> float:
        """Return about how far the descent on this function is, as it last gained so much.

        Gains shrink as powers do, from about 1 to the tolerance.
        """
        return float(np.clip(np.log(max(gained, _LEAST)) / np.log(self._tolerance), 0, 1))

    def _keep(self, moved: Floats, change: Floats) -> None:
        """Remember a step and the change of the gradient, if that tells of a curvature."""
        curvature = _dot(moved, change)
        if curvature > 1e-10:
            self._pairs.append((moved, change, curvature))

    def _quasi_newton(self, direction: Floats) -> Floats:
        """Return the inverse Hessian's estimate times a direction; the direction is used up."""
        factors = []
        for moved, change, curvature in reversed(self._pairs):
            factor = _dot(moved, direction) / curvature
            direction -= np.float32(factor) * change
            factors.append(factor)
        if self._inverse is not None:
            direction *= self._inverse
        if self._pairs:
            _, change, curvature = self._pairs[-1]
            scaled = change if self._inverse is None else change * self._inverse
            direction *= np.float32(curvature / _dot(change, scaled))
        for (moved, change, curvature), factor in zip(self._pairs, reversed(factors), strict=True):
            direction += np.float32(factor - _dot(change, direction) / curvature) * moved
        return direction


def _shared(had: Places, have: Places) -> tuple[Index, Index]:
    """Return the places of the weights that both have: among those of `had`, and of `have`."""
    if had is None or have is None:
        return (slice(None) if have is None else have), (slice(None) if had is None else had)
    _, source, target = np.intersect1d(had, have, assume_unique=True, return_indices=True)
    return source, target


def _at(places: Index, values: Floats, size: int) -> Floats:
    """Return a vector of this size with these values at these places, and 0 elsewhere."""
    found = np.zeros(size, np.float32)
    found[places] = values
    return found


def _dot(left: Floats, right: Floats) -> float:
    return float(np.dot(left, right))


def _penalty(l1: Floats, weights: Floats) -> float:
    return _dot(l1, np.abs(weights))


def _pseudo_gradient(weights: Floats, gradient: Floats, l1: Floats) -> Floats:
    found = np.sign(weights)
    found *= l1
    found += gradient
    # At 0, the gradient drawn towards 0 by l1, and 0 if that passes it.
    zero = weights == 0
    drawn = gradient[zero]
    drawn -= np.clip(drawn, -l1[zero], l1[zero])
    found[zero] = drawn
    return found
