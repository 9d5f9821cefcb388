"""Calibration: from the confidence that a chain states to how often it is right.

A chain that has learned its documents by heart is too sure of others. So confidences are mapped by
a rising function that is learned from predictions on documents that the predicting chain had not
learned from. Of many predictions that is isotonic regression (Zadrozny and Elkan, 2002), the rising
steps that fit best. Of fewer it is a logistic curve over their log-odds (Platt, 1999), which has
two numbers to learn instead of a step for every few predictions (Niculescu-Mizil and Caruana, 2005,
place the turn at a thousand). Both are kept as knots; between them confidences are interpolated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.ner.chain import Floats

Doubles: TypeAlias = NDArray[np.float64]

#: Predicted spans below which nothing is learned, and from which on steps are.
ENOUGH = 25
_MANY = 1000

#: Log-odds at which the knots of a logistic curve are; those of confidences are cut to their range.
_KNOTS = np.linspace(-9, 9, 37)

#: The least slope of the curve: where all were right, or the surer ones wrong by chance,
#: their order is kept all the same.
_LEAST_SLOPE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A function that never falls, as knots: `stated` ascends, `right` does not descend."""

    stated: Floats
    right: Floats

    def applied(self, confidences: Floats) -> Floats:
        """Return how often predictions with these confidences are right."""
        return np.interp(confidences, self.stated, self.right).astype(np.float32)


def learn(confidences: Sequence[float], right: Sequence[bool]) -> Calibration | None:
    """Return the calibration by predictions with whether each was right, or None for too few."""
    if len(confidences) < ENOUGH:
        return None
    stated, is_right = np.asarray(confidences, np.float64), np.asarray(right, np.bool_)
    knots, values = (_steps if len(stated) >= _MANY else _curve)(stated, is_right)
    return Calibration(knots.astype(np.float32), values.astype(np.float32))


def _steps(stated: Doubles, right: NDArray[np.bool_]) -> tuple[Doubles, Doubles]:
    """Return the knots of the rising steps that fit best."""
    # Imported here: what predicts needs numpy alone.
    from sklearn.isotonic import IsotonicRegression

    regression = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(stated, right)
    # No number of right predictions shows that the next is right (Laplace's rule of succession).
    count = len(stated)
    return regression.X_thresholds_, (regression.y_thresholds_ * count + 1) / (count + 2)


def _curve(stated: Doubles, right: NDArray[np.bool_]) -> tuple[Doubles, Doubles]:
    """Return the knots of the logistic curve that fits best among those that rise."""
    from sklearn.linear_model import LogisticRegression

    odds = np.clip(np.log(stated + 1e-9) - np.log(1 - stated + 1e-9), _KNOTS[0], _KNOTS[-1])
    # A prediction that was right counts for a little less than one, and a wrong one for a little
    # more than none, as in Platt's paper: each is learned from as both, with weights.
    chance = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))
    regression = LogisticRegression().fit(
        np.tile(odds, 2)[:, None],
        np.repeat([1, 0], len(odds)),
        sample_weight=np.concatenate([chance, 1 - chance]),
    )
    slope, base = float(regression.coef_[0, 0]), float(regression.intercept_[0])
    if slope < _LEAST_SLOPE:
        mean = chance.mean()
        slope, base = _LEAST_SLOPE, np.log(mean / (1 - mean)) - _LEAST_SLOPE * odds.mean()
    return _chance(_KNOTS), _chance(slope * _KNOTS + base)


def _chance(odds: Doubles) -> Doubles:
    """Return the probabilities of log-odds."""
    return 1 / (1 + np.exp(-odds))
