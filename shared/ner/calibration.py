"""Calibration: from the confidence that a chain states to how often it is right.

A chain that has learned its documents by heart is too sure of others. So confidences are mapped by
a rising function that is learned from predictions on documents that the predicting chain had not
learned from: isotonic regression (Zadrozny and Elkan, 2002), the rising steps that fit best.
Between its knots confidences are interpolated, which keeps their order as far as there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.ner.chain import Floats

#: Predicted spans below which nothing is learned: a tenth of them is one step of the function.
ENOUGH = 50


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
    # Imported here: what predicts needs numpy alone.
    from sklearn.isotonic import IsotonicRegression

    regression = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    regression.fit(np.asarray(confidences, np.float64), np.asarray(right, np.float64))
    # No number of right predictions shows that the next is right (Laplace's rule of succession).
    count = len(confidences)
    shrunk = (regression.y_thresholds_ * count + 1) / (count + 2)
    return Calibration(regression.X_thresholds_.astype(np.float32), shrunk.astype(np.float32))
