"""The optimiser on problems with known answers."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from shared.ner import optimize
from shared.ner.optimize import minimize


def quadratic(centre: np.ndarray, curvature: np.ndarray):  # type: ignore[no-untyped-def]
    def function(weights: np.ndarray) -> tuple[float, np.ndarray]:
        away = weights - centre
        value = float(0.5 * np.sum(curvature * away * away, dtype=np.float64))
        return value, (curvature * away).astype(np.float32)

    return function


def test_l1_shrinks_every_weight_by_its_share_and_small_ones_to_zero() -> None:
    centre = np.array([3, -2, 0.4, -0.1, 1], np.float32)
    curvature = np.array([1, 2, 1, 5, 4], np.float32)
    l1 = np.array([1, 1, 1, 1, 0], np.float32)

    found = minimize(quadratic(centre, curvature), np.zeros(5, np.float32), l1, iterations=100)

    # The minimum of 1/2 h (w - c)^2 + l |w| is c moved towards 0 by l / h, and 0 if that passes it.
    np.testing.assert_allclose(found, [2, -1.5, 0, 0, 1], atol=1e-3)
    assert found[2] == 0


def test_without_l1_a_crooked_valley_is_followed_to_its_end() -> None:
    def rosenbrock(w: np.ndarray) -> tuple[float, np.ndarray]:
        x, y = float(w[0]), float(w[1])
        slope = [-2 * (1 - x) - 40 * x * (y - x * x), 20 * (y - x * x)]
        return (1 - x) ** 2 + 10 * (y - x * x) ** 2, np.array(slope, np.float32)

    found = minimize(
        rosenbrock, np.array([-1, 1], np.float32), np.zeros(2, np.float32), iterations=100
    )

    np.testing.assert_allclose(found, [1, 1], atol=2e-2)


def test_the_number_of_iterations_is_bounded_and_told() -> None:
    told: list[int] = []

    minimize(
        quadratic(np.arange(50, dtype=np.float32), np.arange(1, 51, dtype=np.float32) ** 2),
        np.zeros(50, np.float32),
        np.zeros(50, np.float32),
        iterations=4,
        on_iteration=told.append,
    )

    assert told == [1, 2, 3, 4]


def test_what_on_iteration_raises_ends_the_fit() -> None:
    def stop(iteration: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        minimize(
            quadratic(np.ones(2, np.float32), np.ones(2, np.float32)),
            np.zeros(2, np.float32),
            np.zeros(2, np.float32),
            iterations=9,
            on_iteration=stop,
        )


def test_a_guess_of_the_curvature_finds_the_same_minimum_sooner() -> None:
    random = np.random.default_rng(1)
    curvature = np.exp(random.uniform(-5, 5, 200)).astype(np.float32)
    centre = random.normal(0, 1, 200).astype(np.float32)
    l1 = np.full(200, 0.02, np.float32)
    counts = []
    found = []
    for guess in (None, np.sqrt(curvature)):
        told: list[int] = []
        found.append(
            minimize(
                quadratic(centre, curvature),
                np.zeros(200, np.float32),
                l1,
                iterations=300,
                on_iteration=told.append,
                curvature=guess,
            )
        )
        counts.append(len(told))

    def objective(weights: np.ndarray) -> float:
        value, _ = quadratic(centre, curvature)(weights)
        return value + float(np.abs(weights) @ l1)

    assert counts[1] < 0.8 * counts[0]
    assert objective(found[1]) <= 1.01 * objective(found[0])


def test_a_fit_begins_on_samples_and_ends_on_all() -> None:
    called: list[str] = []
    told: list[int] = []

    def named(name: str, centre: float):  # type: ignore[no-untyped-def]
        function = quadratic(np.full(3, centre, np.float32), np.array([1, 30, 900], np.float32))

        def call(weights: np.ndarray) -> tuple[float, np.ndarray]:
            called.append(name)
            return function(weights)

        return call

    found = minimize(
        named("all", 1.0),
        np.zeros(3, np.float32),
        np.zeros(3, np.float32),
        iterations=40,
        on_iteration=told.append,
        samples=[named("few", 0.5), named("more", 0.9)],
    )

    assert list(dict.fromkeys(called)) == ["few", "more", "all"]
    assert told == list(range(1, len(told) + 1))
    np.testing.assert_allclose(found, 1, atol=1e-2)


def test_no_weight_goes_so_far_in_a_step_that_its_exponent_cannot_be_held() -> None:
    asked: list[np.ndarray] = []

    # e^w - 50 w, whose slope says little of how it curves: steps that it suggests are far too long.
    def function(weights: np.ndarray) -> tuple[float, np.ndarray]:
        asked.append(weights.copy())
        with np.errstate(over="raise"):
            power = np.exp(weights)
        return float((power - 50 * weights).sum()), power - 50

    curvature = np.full(3, 1e-3, np.float32)
    found = minimize(
        function,
        np.full(3, -20, np.float32),
        np.zeros(3, np.float32),
        iterations=200,
        curvature=curvature,
    )

    np.testing.assert_allclose(found, np.log(50), atol=1e-2)
    assert max(float(np.abs(weights).max()) for weights in asked) < 30


class Narrow:
    """A quadratic function of some of its weights, with what was asked of it."""

    def __init__(self, centre: np.ndarray, matrix: np.ndarray, sizes: list[int]) -> None:
        self.centre, self.matrix, self.sizes = centre, matrix, sizes

    def __call__(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        self.sizes.append(len(weights))
        slope = self.matrix @ weights - self.centre
        value = float(0.5 * weights @ self.matrix @ weights - self.centre @ weights)
        return value + 500, slope.astype(np.float32)

    def narrowed(self, kept: np.ndarray) -> Narrow:
        return Narrow(self.centre[kept], self.matrix[np.ix_(kept, kept)], self.sizes)


def test_a_narrowed_fit_ends_where_the_whole_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    factors = random.normal(0, 1, (60, 300)).astype(np.float32)
    matrix = factors.T @ factors / 60 + 0.1 * np.eye(300, dtype=np.float32)
    function = Narrow(random.normal(0, 1, 300).astype(np.float32), matrix, [])
    l1 = np.full(300, 1.2, np.float32)
    l1[:3] = 0
    for near in (0.4, 1.0):
        # At 1, nothing is kept but what is not 0, so that much has to be taken in again.
        monkeypatch.setattr(optimize, "_NEAR", near)
        function.sizes.clear()

        whole, narrow = (
            minimize(one, np.zeros(300, np.float32), l1, iterations=400, tolerance=1e-7)
            for one in (function.__call__, function)
        )

        np.testing.assert_allclose(narrow, whole, atol=3e-2)
        assert min(function.sizes) < 250 and function.sizes.count(300) > 10


def test_what_was_left_out_wrongly_is_taken_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # The last weight has no slope until the first has moved, which takes longer than `_WIDE`.
    monkeypatch.setattr(optimize, "_WIDE", 1)
    matrix = np.diag([400, 1, 1, 1, 1, 1, 1, 1, 4]).astype(np.float32)
    matrix[0, 8] = matrix[8, 0] = -30
    centre = np.array([2000, 0, 0, 0, 0, 0, 0, 0, 0], np.float32)

    found = minimize(
        Narrow(centre, matrix, []), np.zeros(9, np.float32), np.full(9, 5, np.float32),
        iterations=200, tolerance=1e-6,
    )  # fmt: skip

    slope = matrix @ found - centre
    assert found[8] > 0
    np.testing.assert_allclose(slope[[0, 8]], -5, atol=0.1)


class Many:
    """A quadratic function of many weights, few of which matter."""

    def __init__(self, centre: np.ndarray, curvature: np.ndarray) -> None:
        self.centre, self.curvature = centre, curvature

    def __call__(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        slope = self.curvature * weights - self.centre
        return float(np.dot(weights, slope - self.centre) / 2) + 1000, slope

    def narrowed(self, kept: np.ndarray) -> Many:
        return Many(self.centre[kept], self.curvature[kept])


def test_few_vectors_of_all_weights_are_held_at_once() -> None:
    size = 200_000
    random = np.random.default_rng(3)
    centre = np.zeros(size, np.float32)
    centre[::1000] = random.normal(0, 20, 200)
    curvature = np.exp(random.normal(0, 1.5, size)).astype(np.float32)
    l1 = np.ones(size, np.float32)
    done: list[int] = []

    tracemalloc.start()
    minimize(
        Many(centre, curvature), np.zeros(size, np.float32), l1,
        iterations=200, tolerance=1e-7, on_iteration=done.append,
    )  # fmt: skip
    held = tracemalloc.get_traced_memory()[1] / (4 * size)
    tracemalloc.stop()

    # Once among few weights, there are more pairs of a step and a change than in the beginning.
    assert len(done) > optimize._WIDE + optimize._MEMORY
    assert held < 2 * optimize._MEMORY


def test_the_share_that_is_told_comes_near_its_end_where_the_fit_ends_early() -> None:
    told: list[float] = []
    random = np.random.default_rng(1)

    minimize(
        quadratic(random.normal(0, 1, 50).astype(np.float32), np.arange(1, 51, dtype=np.float32)),
        np.zeros(50, np.float32),
        np.full(50, 0.1, np.float32),
        iterations=400,
        on_share=told.append,
    )

    assert 5 < len(told) < 100
    assert 0 < told[0] < 0.5 and told[-1] > 0.8 and max(told) <= 1
