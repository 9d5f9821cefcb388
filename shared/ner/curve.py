"""The learning curve: what more tagged documents would bring, as far as it can be said.

The share of errors, 1 - F1, is taken to fall with the number n of documents as an inverse power:

    1 - F1(n) = c + a n^-b        a >= 0, b > 0, c >= 0

(Figueroa, Zeng-Treitler, Kandula and Ngo, 2012, "Predicting sample size required for classification
performance", fit accuracy so, by weighted least squares.) c is what no number of documents mends;
few points tell little of it, so it is held to at most half of the smallest error seen, and to
smaller values rather than to larger ones.

A project has two to six points, each with noise, and many such curves fit them about as well. So
the curves of a whole grid of b and c are fitted, a by least squares, and each counts with its
likelihood exp(-chi^2 / 2), where chi^2 is the sum of squared distances, each in units of its
point's standard error. The gain is the mean of their gains; the square of its error is the variance
among them and, of each, that which comes of a. A point's standard error is that of a share,
sqrt(F1 (1 - F1) / spans), and at least `_LEAST_ERROR`. Points that lie further from every curve
than that have larger errors than thought: then all errors are raised by the square root of chi^2
over the degrees of freedom (Birge, 1932).

Real curves are no exact powers. On ten curves of eight public corpora, with steps from a tenth more
documents to ten times as many, the gain came out right in the mean and off by about half of itself
besides the error above; so half of the gain is added to the error, as a square. Then nine in ten
gains lay within two errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The standard error of a point is at least this, and this where its spans are not known.
_LEAST_ERROR = 0.005
_UNKNOWN_ERROR = 0.02

#: Different numbers of documents, with an F1 above 0, without which nothing is said.
_FEWEST_POINTS = 2

#: A gain that is below this, with its error, is as good as none.
_NO_GAIN = 0.01

#: How far the gain is off since real curves are no exact powers, as a share of it.
_MISMATCH = 0.5

#: The grid: exponents, and shares of the smallest error seen that are left in the end.
_EXPONENTS = np.arange(1, 61) / 20
_LEFT_OVER = (np.arange(41) / 40) ** 3 / 2

#: Parameters of a curve.
_PARAMETERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How good a model is that was trained on some of the documents."""

    #: Trained on.
    documents: int
    #: Micro F1 on documents that were not.
    f1: float
    #: How many tagged spans that F1 rests on; 0 where it is not known.
    spans: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What so many more documents would bring."""

    #: How many documents there are, and how many more are thought of.
    documents: int
    more: int
    #: By how much F1 would rise, and the standard error of that; None where it cannot be said.
    gain: float | None
    error: float | None
    #: The same in words.
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The learning curve of a project."""

    #: By number of documents.
    points: tuple[Point, ...]
    #: a, b and c of the best curve, for drawing; None with too few points.
    a: float | None
    b: float | None
    c: float | None
    projection: Projection

    def to_json(self) -> dict[str, Any]:
        """Return this curve as JSON values, for storage."""
        return asdict(self) | {"points": [asdict(point) for point in self.points]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Curve:
        """Return the curve that `to_json` wrote."""
        return cls(
            points=tuple(Point(**point) for point in value["points"]),
            a=value["a"],
            b=value["b"],
            c=value["c"],
            projection=Projection(**value["projection"]),
        )


def fit(points: Sequence[Point], *, documents: int | None = None, more: int = 10) -> Curve:
    """Fit the curve and project the gain of `more` documents beyond `documents`.

    `documents` is how many the project's model learns from (None: the most of any point). Points
    without documents are passed over.
    """
    points = sorted(
        (point for point in points if point.documents > 0),
        key=lambda point: (point.documents, point.f1),
    )
    present = documents or max((point.documents for point in points), default=0)
    if len({point.documents for point in points if point.f1 > 0}) < _FEWEST_POINTS:
        projection = Projection(
            documents=present,
            more=more,
            gain=None,
            error=None,
            sentence=(
                f"What {_documents(more)} would bring cannot be said: it takes models that were "
                "trained on different numbers of documents and found something to see a trend."
            ),
        )
        return Curve(points=tuple(points), a=None, b=None, c=None, projection=projection)
    sizes = np.array([point.documents for point in points], np.float64)
    errors = np.array([1 - point.f1 for point in points], np.float64)
    deviations = np.array([_deviation(point) for point in points], np.float64)
    a, b, c, variance, misfit = _grid(sizes, errors, deviations)
    best = int(misfit.argmin())
    freedom = len(points) - _PARAMETERS
    scale = max(1.0, float(misfit[best]) / freedom) if freedom > 0 else 1.0
    weights = np.exp((misfit[best] - misfit) / (2 * scale))
    weights /= weights.sum()
    fall = float(present) ** -b - float(present + more) ** -b
    gain = float(weights @ (a * fall))
    among = float(weights @ ((a * fall - gain) ** 2 + scale * variance * fall**2))
    error = (among + (_MISMATCH * gain) ** 2) ** 0.5
    return Curve(
        points=tuple(points),
        a=float(a[best]),
        b=float(b[best]),
        c=float(c[best]),
        projection=_projection(
            present, more, gain, error, seen=_flat(errors, deviations) - misfit[best] >= scale
        ),
    )


def _deviation(point: Point) -> float:
    if not point.spans:
        return _UNKNOWN_ERROR
    # With one span added that was found and one that was not: an F1 of 1 is not without error.
    share = (point.f1 * point.spans + 1) / (point.spans + 2)
    return max(_LEAST_ERROR, float(np.sqrt(share * (1 - share) / point.spans)))


def _grid(
    sizes: NDArray[np.float64], errors: NDArray[np.float64], deviations: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """Return a, b, c, the variance of a, and chi^2, of each curve of the grid."""
    b = np.repeat(_EXPONENTS, len(_LEFT_OVER))
    c = np.tile(_LEFT_OVER * max(0.0, errors.min()), len(_EXPONENTS))
    powers = sizes ** -b[:, None] / deviations
    distances = (errors - c[:, None]) / deviations
    variance = 1 / (powers**2).sum(axis=1)
    a = np.maximum(0.0, (powers * distances).sum(axis=1) * variance)
    return a, b, c, variance, ((a[:, None] * powers - distances) ** 2).sum(axis=1)


def _flat(errors: NDArray[np.float64], deviations: NDArray[np.float64]) -> float:
    """Return chi^2 of the best curve that does not fall at all."""
    level = np.average(errors, weights=deviations**-2)
    return float((((errors - level) / deviations) ** 2).sum())


def _projection(present: int, more: int, gain: float, error: float, *, seen: bool) -> Projection:
    """Return the projection; `seen` says that the points rise by more than they scatter."""
    told = True
    if gain + error < _NO_GAIN:
        sentence = (
            f"{_documents(more).capitalize()} of the same kind would change little: "
            f"less than +{_NO_GAIN:.2f}."
        )
    elif error >= gain or not seen:
        told = False
        sentence = (
            f"What {_documents(more)} would bring cannot be said: the models trained so far "
            "differ by chance as much as by their numbers of documents."
        )
    else:
        sentence = (
            f"With {_documents(more)}, F1 would rise by about +{gain:.2f}, "
            f"give or take {max(error, 0.01):.2f}."
        )
    return Projection(
        documents=present,
        more=more,
        gain=gain if told else None,
        error=error if told else None,
        sentence=sentence,
    )


def _documents(more: int) -> str:
    return "one more document" if more == 1 else f"{more} more documents"
