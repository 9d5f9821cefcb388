"""Optimisation: the minimum of a smooth convex function plus L1, by OWL-QN.

Minimises f(w) + sum of l1_i |w_i|. Orthant-wise limited-memory quasi-Newton (Andrew and Gao, 2007):
within an orthant the L1 term is linear, so a quasi-Newton step is taken there from the
*pseudo-gradient* (the one-sided derivative that descends most, 0 where neither does), with the
inverse Hessian kept as the last few pairs of steps and changes of the smooth gradient (the two-loop
recursion of Nocedal, 1980). A component of the step that goes against the pseudo-gradient is
dropped, and a point that leaves its orthant is put on its border, which is where exact zeros come
from. With l1 = 0 everywhere this is plain L-BFGS.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

#: Pairs of steps and gradient changes that are kept.
_MEMORY = 7

#: The fit has converged when the last `_PERIOD` iterations gained less than this share.
_TOLERANCE = 1e-4
_PERIOD = 5

#: Halvings of a step before the search is given up.
_HALVINGS = 20


def minimize(
    function: Callable[[Floats], tuple[float, Floats]],
    weights: Floats,
    l1: Floats,
    *,
    iterations: int,
    on_iteration: Callable[[int], None] = lambda iteration: None,
) -> Floats:
    """Return the weights at the minimum, or after so many iterations.

    `function` returns f and its gradient (a new array); `on_iteration` is called after each
    iteration, and what it raises ends the fit.
    """
    penalized = l1 > 0
    value, gradient = function(weights)
    objective = value + _penalty(l1, weights)
    pairs: deque[tuple[Floats, Floats, float]] = deque(maxlen=_MEMORY)
    history = [objective]
    for iteration in range(1, iterations + 1):
        descent = _pseudo_gradient(weights, gradient, l1)
        norm = float(np.sqrt(_dot(descent, descent)))
        if norm <= 1e-5 * max(1.0, float(np.sqrt(_dot(weights, weights)))):
            break
        direction = _quasi_newton(-descent, pairs)
        direction[(direction * descent >= 0) & penalized] = 0
        orthant = np.where(weights != 0, np.sign(weights), -np.sign(descent)) * penalized
        step = 1.0 if pairs else 1.0 / norm
        for _ in range(_HALVINGS):
            candidate = weights + np.float32(step) * direction
            candidate[candidate * orthant < 0] = 0
            new_value, new_gradient = function(candidate)
            new_objective = new_value + _penalty(l1, candidate)
            moved = candidate - weights
            if new_objective <= objective + 1e-4 * _dot(descent, moved):
                break
            step /= 2
        else:
            if not pairs:
                break
            # The curvature that was kept misleads; begin again from steepest descent.
            pairs.clear()
            continue
        change = new_gradient - gradient
        curvature = _dot(moved, change)
        if curvature > 1e-10:
            pairs.append((moved, change, curvature))
        weights, gradient, objective = candidate, new_gradient, new_objective
        history.append(objective)
        on_iteration(iteration)
        if len(history) > _PERIOD:
            gained = history[-1 - _PERIOD] - objective
            if gained < _TOLERANCE * abs(objective):
                break
    return weights


def _dot(left: Floats, right: Floats) -> float:
    return float(np.dot(left, right))


def _penalty(l1: Floats, weights: Floats) -> float:
    return _dot(l1, np.abs(weights))


def _pseudo_gradient(weights: Floats, gradient: Floats, l1: Floats) -> Floats:
    right, left = gradient + l1, gradient - l1
    at_zero = np.where(right < 0, right, np.where(left > 0, left, np.float32(0)))
    return np.where(weights > 0, right, np.where(weights < 0, left, at_zero))


def _quasi_newton(direction: Floats, pairs: deque[tuple[Floats, Floats, float]]) -> Floats:
    """Return the inverse Hessian's estimate times a direction; the direction is used up."""
    factors = []
    for moved, change, curvature in reversed(pairs):
        factor = _dot(moved, direction) / curvature
        direction -= np.float32(factor) * change
        factors.append(factor)
    if pairs:
        _, change, curvature = pairs[-1]
        direction *= np.float32(curvature / _dot(change, change))
    for (moved, change, curvature), factor in zip(pairs, reversed(factors), strict=True):
        direction += np.float32(factor - _dot(change, direction) / curvature) * moved
    return direction
