"""Reliability: confidences held against what was right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner.evaluation import EvaluatedText
from shared.ner.reliability import BINS, THRESHOLDS, Reliability, of_judged, reliability
from shared.text.spans import Span

JUDGED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


def test_the_error_weighs_bins_by_how_many_predictions_they_have() -> None:
    # Three of four right at 0.95: off by 0.2. One of two right at 0.45: off by 0.05.
    judged = [(0.95, True)] * 3 + [(0.95, False), (0.45, True), (0.45, False)]

    found = of_judged(judged, tagged=10)

    assert found.error == pytest.approx((4 * 0.2 + 2 * 0.05) / 6)
    low, high = found.bins
    assert (low.low, low.high, low.count) == (0.4, 0.5, 2)
    assert (high.count, high.confidence, high.right) == (4, pytest.approx(0.95), 0.75)


@pytest.mark.parametrize(
    ("confidence", "high"), [(0.0, 0.1), (0.1, 0.1), (0.7, 0.7), (0.7000001, 0.8), (1.0, 1.0)]
)
def test_a_bin_holds_its_upper_bound(confidence: float, high: float) -> None:
    (found,) = of_judged([(confidence, True)], tagged=1).bins

    assert found.high == high


def test_confidences_that_mean_what_they_say_have_no_error() -> None:
    judged = [(0.8, number < 8) for number in range(10)] + [(0.3, n < 3) for n in range(10)]

    assert of_judged(judged, tagged=20).error == pytest.approx(0)


def test_a_threshold_tells_what_is_left_with_at_least_that_confidence() -> None:
    judged = [(0.95, True), (0.9, True), (0.89, False), (0.5, True), (0.05, False)]

    found = {one.at_least: one for one in of_judged(judged, tagged=6).thresholds}

    assert tuple(found) == THRESHOLDS
    every, sure, none = found[0.0], found[0.9], found[0.99]
    assert (every.found, every.precision, every.recall) == (5, 3 / 5, 3 / 6)
    assert every.f1 == pytest.approx(2 * 3 / (5 + 6))
    assert (sure.found, sure.precision, sure.recall) == (2, 1, 2 / 6)
    assert (none.found, none.precision, none.recall, none.f1) == (0, 0, 0, 0)


def test_a_prediction_is_right_if_stretch_and_category_are_tagged() -> None:
    document = EvaluatedText(
        name="a",
        text="x" * 30,
        expected=[Span(0, 3, "a"), Span(5, 8, "a"), Span(10, 12, "b")],
        predicted=[Span(0, 3, "a", 0.9), Span(5, 7, "a", 0.9), Span(10, 12, "a", 0.9)],
    )

    found = reliability([document, document])

    assert (found.predicted, found.tagged) == (6, 6)
    assert found.bins[0].right == pytest.approx(1 / 3)
    assert found.thresholds[0].recall == pytest.approx(1 / 3)


def test_without_predictions_there_is_nothing_to_tell() -> None:
    found = reliability([])

    assert (found.predicted, found.tagged, found.error, found.bins) == (0, 0, 0, ())
    assert all(one.found == one.f1 == 0 for one in found.thresholds)


@given(JUDGED, st.integers(0, 40))
def test_bins_hold_every_prediction_and_recall_falls_with_the_threshold(
    judged: list[tuple[float, bool]], missed: int
) -> None:
    found = of_judged(judged, tagged=sum(right for _, right in judged) + missed)

    assert sum(one.count for one in found.bins) == len(judged)
    assert len(found.bins) <= BINS
    assert 0 <= found.error <= 1
    for one in found.bins:
        assert one.low - 1e-9 <= one.confidence <= one.high + 1e-9
    recalls = [one.recall for one in found.thresholds]
    assert recalls == sorted(recalls, reverse=True)
    for threshold in found.thresholds:
        left = [right for confidence, right in judged if confidence >= threshold.at_least]
        assert threshold.found == len(left)
        assert threshold.precision == (sum(left) / len(left) if left else 0)
    assert Reliability.from_json(found.to_json()) == found
