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
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

#: Returns f and its gradient (a new array).
Function: TypeAlias = Callable[[Floats], tuple[float, Floats]]

#: Pairs of steps and gradient changes that are kept.
_MEMORY = 6

#: The fit has converged when the last `_PERIOD` iterations gained less than this share.
_TOLERANCE = 1e-3
_PERIOD = 5

#: How far a weight goes in one step at the most. The exponent of a sum of weights is taken, and a
#: guess of the Hessian that is far too small would send them where it cannot be held.
_STRIDE = 4.0

#: Halvings of a step before the search is given up.
_HALVINGS = 20

#: A sample's share of the iterations.
_SAMPLE = 0.25


def minimize(
    function: Function,
    weights: Floats,
    l1: Floats,
    *,
    iterations: int,
    on_iteration: Callable[[int], None] = lambda iteration: None,
    curvature: Floats | None = None,
    samples: Sequence[Function] = (),
) -> Floats:
    """Return the weights at the minimum, or after so many iterations.

    `on_iteration` is called after each iteration with how many there were, and what it raises ends
    the fit. `curvature` is a guess of D, all above 0, right but for a factor. `samples` are cheaper
    functions to begin with, each as large as `function` and the more alike the later it comes.
    """
    memory = _Memory(
        deque(maxlen=_MEMORY), None if curvature is None else np.float32(1) / curvature
    )
    done = 0
    for sample in samples:
        most = done + int(_SAMPLE * iterations)
        weights, done = _descend(sample, weights, l1, memory, done, most, on_iteration)
    weights, _ = _descend(function, weights, l1, memory, done, iterations, on_iteration)
    return weights


def _descend(
    function: Function,
    weights: Floats,
    l1: Floats,
    memory: _Memory,
    done: int,
    iterations: int,
    on_iteration: Callable[[int], None],
) -> tuple[Floats, int]:
    """Return the weights at a minimum, and how many iterations there were, of `done` on."""
    free = l1 <= 0
    value, gradient = function(weights)
    objective = value + _penalty(l1, weights)
    history = [objective]
    for iteration in range(done + 1, iterations + 1):
        descent = _pseudo_gradient(weights, gradient, l1)
        norm = float(np.sqrt(_dot(descent, descent)))
        if norm <= 1e-5 * max(1.0, float(np.sqrt(_dot(weights, weights)))):
            break
        direction = memory.quasi_newton(-descent)
        direction *= (direction * descent < 0) | free
        np.clip(direction, -_STRIDE, _STRIDE, out=direction)
        orthant = np.where(weights != 0, weights, -descent)
        step = 1.0 if memory.pairs else 1.0 / max(1.0, float(np.sqrt(_dot(direction, direction))))
        for _ in range(_HALVINGS):
            candidate = np.float32(step) * direction
            candidate += weights
            candidate *= (candidate * orthant >= 0) | free
            new_value, new_gradient = function(candidate)
            new_objective = new_value + _penalty(l1, candidate)
            moved = candidate - weights
            if new_objective <= objective + 1e-4 * _dot(descent, moved):
                break
            step /= 2
        else:
            if not memory.pairs:
                break
            # The curvature that was kept misleads; begin again from steepest descent.
            memory.pairs.clear()
            continue
        memory.keep(moved, new_gradient - gradient)
        weights, gradient, objective = candidate, new_gradient, new_objective
        history.append(objective)
        done = iteration
        on_iteration(iteration)
        if len(history) > _PERIOD:
            gained = history[-1 - _PERIOD] - objective
            if gained < _TOLERANCE * abs(objective):
                break
    return weights, done


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


@dataclass(frozen=True, slots=True, eq=False)
class _Memory:
    """What is known of the Hessian."""

    #: Steps s, changes of the gradient y, and s y; the oldest first.
    pairs: deque[tuple[Floats, Floats, float]]
    #: The inverse of the diagonal's guess, if there is one.
    inverse: Floats | None

    def keep(self, moved: Floats, change: Floats) -> None:
        """Remember a step and the change of the gradient, if that tells of a curvature."""
        curvature = _dot(moved, change)
        if curvature > 1e-10:
            self.pairs.append((moved, change, curvature))

    def quasi_newton(self, direction: Floats) -> Floats:
        """Return the inverse Hessian's estimate times a direction; the direction is used up."""
        factors = []
        for moved, change, curvature in reversed(self.pairs):
            factor = _dot(moved, direction) / curvature
            direction -= np.float32(factor) * change
            factors.append(factor)
        if self.inverse is not None:
            direction *= self.inverse
        if self.pairs:
            _, change, curvature = self.pairs[-1]
            scaled = change if self.inverse is None else change * self.inverse
            direction *= np.float32(curvature / _dot(change, scaled))
        for (moved, change, curvature), factor in zip(self.pairs, reversed(factors), strict=True):
            direction += np.float32(factor - _dot(change, direction) / curvature) * moved
        return direction
