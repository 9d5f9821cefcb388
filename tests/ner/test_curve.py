"""The learning curve: what is said of more documents, and when nothing is."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner.curve import Curve, Point, fit

MANY = 1_000_000


def points(*known: tuple[int, float], spans: int = MANY) -> list[Point]:
    return [Point(documents=documents, f1=f1, spans=spans) for documents, f1 in known]


def power_law(documents: float, a: float = 0.6, b: float = 0.5, c: float = 0.1) -> float:
    return 1 - c - a * documents**-b


def test_a_curve_without_noise_is_found_again() -> None:
    curve = fit(points(*((n, power_law(n)) for n in (5, 10, 20, 40))))

    assert curve.a == pytest.approx(0.6, abs=0.02)
    assert curve.b == pytest.approx(0.5, abs=0.05)
    assert curve.c == pytest.approx(0.1, abs=0.02)
    projection = curve.projection
    assert (projection.documents, projection.more) == (40, 10)
    assert projection.gain == pytest.approx(power_law(50) - power_law(40), abs=0.002)


def test_the_gain_is_that_of_the_documents_asked_for() -> None:
    known = points((4, power_law(4)), (8, power_law(8)), (16, power_law(16)))

    near, far = fit(known, documents=20, more=5), fit(known, documents=20, more=100)

    assert near.projection.gain is not None and far.projection.gain is not None
    assert near.projection.gain == pytest.approx(power_law(25) - power_law(20), abs=0.005)
    assert far.projection.gain > 3 * near.projection.gain
    assert "100 more documents" in far.projection.sentence
    assert (far.projection.documents, far.projection.more) == (20, 100)


def test_it_says_the_gain_and_its_error_in_words() -> None:
    projection = fit(points((10, 0.5), (20, 0.65), spans=400)).projection

    assert projection.gain is not None and projection.error is not None
    assert projection.sentence == (
        f"With 10 more documents, F1 would rise by about +{projection.gain:.2f}, "
        f"give or take {projection.error:.2f}."
    )
    assert fit(points((5, 0.3), (9, 0.6)), more=1).projection.sentence.startswith(
        "With one more document, F1"
    )


@pytest.mark.parametrize(
    "known",
    [
        [],
        points((20, 0.6)),
        points((20, 0.6), (20, 0.7)),
        points((10, 0.0), (20, 0.0)),
        points((0, 0.3), (20, 0.7)),
    ],
    ids=["none", "one", "same size", "nothing found", "no documents"],
)
def test_with_too_few_points_nothing_is_said(known: list[Point]) -> None:
    curve = fit(known)

    assert (curve.projection.gain, curve.projection.error) == (None, None)
    assert (curve.a, curve.b, curve.c) == (None, None, None)
    assert "cannot be said" in curve.projection.sentence


def test_of_points_that_scatter_more_than_they_rise_nothing_is_said() -> None:
    projection = fit(points((10, 0.5), (20, 0.45), (30, 0.52), spans=40)).projection

    assert projection.gain is None
    assert "differ by chance as much" in projection.sentence


def test_points_that_lie_far_from_every_curve_make_the_error_larger() -> None:
    smooth = fit(points((10, 0.50), (20, 0.58), (30, 0.62), (40, 0.645), spans=1000))
    rough = fit(points((10, 0.50), (20, 0.70), (30, 0.56), (40, 0.645), spans=1000))

    assert smooth.projection.error is not None
    assert rough.projection.gain is None or rough.projection.error > 2 * smooth.projection.error


def test_a_flat_curve_promises_little() -> None:
    projection = fit(points((100, 0.9), (200, 0.9), (300, 0.9), spans=4000)).projection

    assert projection.gain == pytest.approx(0, abs=0.002)
    assert projection.sentence == (
        "10 more documents of the same kind would change little: less than +0.01."
    )


def test_a_perfect_score_on_few_spans_is_not_sure_to_stay() -> None:
    few, many = (
        fit(points((10, 1.0), (20, 1.0), spans=spans)).projection for spans in (20, 20_000)
    )

    assert few.gain is None or few.error > 0
    assert many.gain == pytest.approx(0, abs=0.001)
    assert many.error is not None and many.error > 0


def test_the_true_gain_is_mostly_within_two_errors() -> None:
    dice = random.Random(7)
    told = within = 0
    for _ in range(200):
        a, b, c = dice.uniform(0.3, 1.5), dice.uniform(0.2, 1.2), dice.uniform(0, 0.3)
        last = dice.choice([10, 20, 40, 100])
        known = []
        for share in (0.25, 0.5, 0.75, 1)[-dice.randint(2, 4) :]:
            documents = round(last * share)
            f1 = max(0.01, power_law(documents, a, b, c))
            spans = 8 * documents
            seen = dice.gauss(f1, (f1 * (1 - f1) / spans) ** 0.5)
            known.append(Point(documents=documents, f1=min(1.0, max(0.0, seen)), spans=spans))
        projection = fit(known).projection
        if projection.gain is not None and projection.error is not None:
            told += 1
            true = power_law(last + 10, a, b, c) - power_law(last, a, b, c)
            within += abs(projection.gain - true) <= 2 * projection.error + 0.005

    assert told > 100
    assert within / told > 0.9


@given(
    st.lists(
        st.builds(
            Point,
            documents=st.integers(0, 100_000),
            f1=st.floats(0, 1),
            spans=st.integers(0, 100_000),
        ),
        max_size=6,
    ),
    st.integers(1, 1000),
)
def test_whatever_the_points_something_sensible_is_said(known: list[Point], more: int) -> None:
    curve = fit(known, more=more)

    projection = curve.projection
    assert (projection.gain is None) == (projection.error is None)
    assert projection.gain is None or 0 <= projection.gain <= 1
    assert projection.sentence.endswith(".")
    assert [point.documents for point in curve.points] == sorted(
        point.documents for point in known if point.documents
    )
    assert Curve.from_json(curve.to_json()) == curve
