"""Calibration: confidences that are right as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner import calibration


def sure_of_itself(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return stated confidences, and whether each was right: the square of it as often."""
    dice = np.random.default_rng(seed)
    stated = dice.uniform(0.2, 1, count).astype(np.float32)
    return stated, dice.uniform(size=count) < stated**2


def error(stated: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((stated * 10).astype(int), 9)
    return sum(
        (bins == number).mean() * abs(stated[bins == number].mean() - right[bins == number].mean())
        for number in set(bins.tolist())
    )


@pytest.mark.parametrize("count", [300, 2000])
def test_it_mends_a_chain_that_is_too_sure_of_itself(count: int) -> None:
    learned = calibration.learn(*sure_of_itself(count, 1))
    stated, right = sure_of_itself(2000, 2)

    assert learned is not None
    assert error(stated, right) > 0.15
    assert error(learned.applied(stated), right) < 0.05


def test_too_few_predictions_teach_nothing() -> None:
    stated, right = sure_of_itself(calibration.ENOUGH, 1)

    assert calibration.learn(stated[:-1], right[:-1]) is None
    assert calibration.learn(stated, right) is not None


@given(
    st.integers(0, 1000),
    st.sampled_from([60, 1000]),
    st.lists(st.floats(0, 1), min_size=1, max_size=50),
)
def test_it_never_falls_and_is_never_certain(
    seed: int, count: int, confidences: list[float]
) -> None:
    learned = calibration.learn(*sure_of_itself(count, seed))

    assert learned is not None
    values = learned.applied(np.array(sorted(confidences), np.float32))
    assert np.all(np.diff(values) >= 0)
    assert values.min() > 0 and values.max() < 1


@pytest.mark.parametrize("count", [98, 1998])
def test_predictions_that_were_all_right_do_not_make_it_certain(count: int) -> None:
    learned = calibration.learn([0.9] * count, [True] * count)

    assert learned is not None
    assert 0.95 < learned.applied(np.array([0.9], np.float32))[0] < 1


def test_confidences_that_tell_nothing_are_as_high_as_what_was_right_and_keep_their_order() -> None:
    # The surer, the more often wrong.
    learned = calibration.learn([0.3] * 50 + [0.9] * 50, [True] * 50 + [False] * 50)

    assert learned is not None
    low, high = learned.applied(np.array([0.3, 0.9], np.float32)).tolist()
    assert 0.4 < low < 0.5 < high < 0.6
