"""The chain against every path of it, one by one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ner import chain, decoding
from shared.ner.chain import Floats, Packing, Posterior, States, Steps, Transitions

SLOTS = [np.array([1]), np.array([1, 2]), np.array([0, 1]), np.array([0, 0])]


def problem(
    seed: int, slot_of: np.ndarray, lengths: list[int], scale: float = 1.0
) -> tuple[States, Transitions, list[Floats]]:
    """Return made-up states, transitions, and emissions (tokens, labels) of each sequence."""
    random = np.random.default_rng(seed)
    states = States(slot_of, int(slot_of.max()) + 1)
    size = Transitions.size(states.categories, states.slots)
    flat = random.normal(0, scale, size).astype(np.float32)
    labels = 1 + 2 * states.categories
    emissions = [random.normal(0, scale, (n, labels)).astype(np.float32) for n in lengths]
    return states, Transitions.of(flat, states.categories, states.slots), emissions


def score(
    path: tuple[int, ...], emissions: Floats, w: Transitions, states: States, slot: int = 0
) -> float:
    """Return the score of tags by the rules of the module's docstring; -inf if not allowed."""
    categories = states.categories
    total = 0.0
    before = 0
    for place, tag in enumerate(path):
        k, j = (tag - 1) % categories, (before - 1) % categories
        begun, within = 0 < before <= categories, before > categories
        if tag > categories:
            if not before or k != j:
                return -math.inf
            total += float(w.inside[k] if within else w.begin[k])
        else:
            if begun or within:
                total += float(w.leave_inside[j] if within else w.leave_begin[j])
                slot = int(states.slot_of[j])
            if tag:
                total += float(w.adjacent[j]) if before else 0.0
                total += float(w.open[slot, k])
        total += float(emissions[place, tag])
        before = tag
    return total


def paths(length: int, states: States) -> list[tuple[int, ...]]:
    return list(itertools.product(range(1 + 2 * states.categories), repeat=length))


def packed(
    states: States, emissions: list[Floats]
) -> tuple[Packing, Floats, Floats, list[np.ndarray]]:
    """Return the packing, packed emissions, initial states, and the rows of each sequence."""
    packing = Packing.of(np.array([len(own) for own in emissions]))
    initial = np.zeros((len(emissions), states.size), np.float32)
    initial[:, 0] = 1
    row = np.empty(len(packing.token), np.int64)
    row[packing.token] = np.arange(len(row))
    bounds = np.cumsum([0, *(len(own) for own in emissions)])
    rows = [row[start:end] for start, end in itertools.pairwise(bounds)]
    return packing, np.concatenate(emissions)[packing.token], initial, rows


#: What to change in the module so that sums are taken in each of the ways there are.
WAYS = {
    "both ways at once": {"_NARROW": 10**9},
    "both ways, scaled at each step": {"_NARROW": 10**9, "_EXPONENT": 0.0},
    "by the matrix": {"_NARROW": -1},
    "by the matrix, long rows": {"_NARROW": -1, "_SHORT": 0},
    "by structure": {"_BOTH_WAYS_STATES": 0, "DENSE_STATES": 0},
}


def summed(
    way: str,
    emissions: Floats,
    packing: Packing,
    initial: Floats,
    transitions: Transitions,
    states: States,
) -> tuple[Posterior, Floats]:
    """Return the posterior found in one of the ways, and the counts of transitions."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WAYS[way].items():
            patch.setattr(chain, name, value)
        steps = Steps(transitions, states)
        posterior = chain.forward_backward(emissions, packing, initial, steps)
        before = np.concatenate([posterior.forward, initial[::-1]])[packing.before()]
        return posterior, steps.counts(before, posterior.arriving).flat()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slot_of", SLOTS)
@given(seed=st.integers(0, 10**6), lengths=st.lists(st.integers(1, 4), min_size=1, max_size=3))
@settings(max_examples=8, deadline=None)
def test_forward_backward_sums_over_every_path(
    slot_of: np.ndarray, way: str, seed: int, lengths: list[int]
) -> None:
    states, transitions, emissions = problem(seed, slot_of, lengths)
    packing, rows_of_emissions, initial, rows = packed(states, emissions)

    posterior, _ = summed(way, rows_of_emissions, packing, initial, transitions, states)
    chances = chain.marginals(posterior, states)

    log_partition = 0.0
    for own, place in zip(emissions, rows, strict=True):
        scores = {path: score(path, own, transitions, states) for path in paths(len(own), states)}
        total = sum(math.exp(value) for value in scores.values())
        log_partition += math.log(total)
        expected = np.zeros((len(own), 1 + 2 * states.categories))
        for path, value in scores.items():
            expected[np.arange(len(own)), path] += math.exp(value) / total
        np.testing.assert_allclose(chances[place], expected, atol=1e-5)
    assert posterior.log_partition == pytest.approx(log_partition, abs=1e-4)
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("slot_of", SLOTS)
@given(seed=st.integers(0, 10**6), lengths=st.lists(st.integers(1, 4), min_size=1, max_size=3))
@settings(max_examples=8, deadline=None)
def test_the_best_path_is_the_best_of_every_path(
    slot_of: np.ndarray, seed: int, lengths: list[int]
) -> None:
    states, transitions, emissions = problem(seed, slot_of, lengths, scale=2.0)
    packing, rows_of_emissions, initial, rows = packed(states, emissions)
    with np.errstate(divide="ignore"):
        log_initial = np.log(initial)

    found = decoding.best_paths(
        rows_of_emissions,
        packing,
        log_initial,
        np.zeros_like(log_initial),
        Steps(transitions, states),
    )

    for own, place in zip(emissions, rows, strict=True):
        best = max(score(path, own, transitions, states) for path in paths(len(own), states))
        path = tuple(found[place].tolist())
        assert score(path, own, transitions, states) == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slot_of", SLOTS)
def test_counts_are_what_every_path_uses_on_average(slot_of: np.ndarray, way: str) -> None:
    states, transitions, emissions = problem(5, slot_of, [4, 2, 4])
    packing, rows_of_emissions, initial, _ = packed(states, emissions)

    _, counts = summed(way, rows_of_emissions, packing, initial, transitions, states)

    # The expected count of a score is the derivative of log Z by it.
    flat = transitions.flat()
    for number in range(len(flat)):
        moved = []
        for step in (1e-2, -1e-2):
            changed = flat.copy()
            changed[number] += step
            at = Transitions.of(changed, states.categories, states.slots)
            posterior, _ = summed(way, rows_of_emissions, packing, initial, at, states)
            moved.append(posterior.log_partition)
        assert counts[number] == pytest.approx((moved[0] - moved[1]) / 2e-2, abs=2e-3)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "by the matrix"])
@pytest.mark.parametrize("lengths", [[700], [1], [90, 90, 41, 40, 1, 1]])
@pytest.mark.parametrize("scale", [0.1, 6.0])
def test_all_ways_find_the_same_in_long_sequences(
    lengths: list[int], way: str, scale: float
) -> None:
    states, transitions, emissions = problem(9, np.array([1, 2, 0, 3]), lengths)
    packing, rows_of_emissions, initial, _ = packed(states, emissions)
    rows_of_emissions *= np.float32(scale)

    first, counts = summed(
        "by the matrix", rows_of_emissions, packing, initial, transitions, states
    )
    second, others = summed(way, rows_of_emissions, packing, initial, transitions, states)

    assert first.log_partition == pytest.approx(second.log_partition, rel=1e-5)
    np.testing.assert_allclose(first.forward, second.forward, atol=2e-5)
    np.testing.assert_allclose(first.backward, second.backward, rtol=2e-3, atol=1e-4)
    np.testing.assert_allclose(counts, others, rtol=1e-3, atol=1e-3)


def test_dense_and_structured_steps_are_the_same_map(monkeypatch: pytest.MonkeyPatch) -> None:
    states, transitions, _ = problem(7, np.array([0, 1, 0, 2, 3]), [])
    vectors = np.random.default_rng(1).random((6, states.size), np.float32)
    dense = Steps(transitions, states)
    monkeypatch.setattr(chain, "DENSE_STATES", 0)
    structured = Steps(transitions, states)

    for way in ("forward", "backward"):
        outs = [np.empty_like(vectors), np.empty_like(vectors)]
        for steps, out in zip((dense, structured), outs, strict=True):
            getattr(steps, way)(vectors, out)
        np.testing.assert_allclose(outs[0], outs[1], rtol=1e-5)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [-60, 60])
def test_transitions_however_large_leave_numbers(way: str, size: float) -> None:
    states, transitions, _ = problem(3, np.array([1]), [])
    for scores in (transitions.inside, transitions.leave_begin, transitions.leave_inside):
        scores[:] = size
    packing, rows_of_emissions, initial, _ = packed(states, [np.zeros((300, 3), np.float32)])
    initial[:] = [0, 0, 0, 1]

    posterior, counts = summed(way, rows_of_emissions, packing, initial, transitions, states)

    # Either each step inside gains as much, or it leaves once, at once, for good.
    assert posterior.log_partition == pytest.approx(300 * size if size > 0 else size, abs=400)
    assert np.isfinite(counts).all()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("best", [4, 1, 0])
def test_emissions_however_far_apart_leave_numbers(way: str, best: int) -> None:
    states, transitions, _ = problem(3, np.array([1, 2]), [])
    emissions = np.full((300, 5), -1000, np.float32)
    # Label 4 is one that nothing can lead to: inside an entity that never began.
    emissions[:, best] = 1000
    packing, rows_of_emissions, initial, _ = packed(states, [emissions])

    posterior, counts = summed(way, rows_of_emissions, packing, initial, transitions, states)

    chances = chain.marginals(posterior, states)
    assert np.isfinite(posterior.log_partition)
    assert np.isfinite(counts).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-4)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_a_packing_holds_each_token_once_and_knows_the_one_before(lengths: list[int]) -> None:
    packing = Packing.of(np.array(lengths))

    assert sorted(packing.token.tolist()) == list(range(sum(lengths)))
    firsts = np.cumsum([0, *lengths[:-1]])
    for row, before in enumerate(packing.before().tolist()):
        token = int(packing.token[row])
        if before < 0:
            assert token == firsts[packing.order[-1 - before]]
        else:
            assert int(packing.token[before]) == token - 1


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_the_mirror_of_a_packing_turns_each_sequence_round(lengths: list[int]) -> None:
    packing = Packing.of(np.array(lengths))

    mirrored = packing.token[packing.mirror()]

    firsts = np.cumsum([0, *lengths[:-1]])
    for token, other in zip(packing.token.tolist(), mirrored.tolist(), strict=True):
        own = int(np.searchsorted(firsts, token, side="right")) - 1
        assert other - firsts[own] == lengths[own] - 1 - (token - firsts[own])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_the_stages_of_a_packing_are_its_steps_by_how_many_sequences_go_on(
    lengths: list[int],
) -> None:
    packing = Packing.of(np.array(lengths))
    rows = np.arange(sum(lengths))[:, None]

    stages = packing.stages()

    steps = [block[:, 0].tolist() for stage in stages for block in stage.of(rows)]
    bounds = itertools.pairwise(packing.steps.tolist())
    assert steps == [list(range(start, end)) for start, end in bounds]
    widths = [stage.width for stage in stages]
    assert widths == sorted(set(lengths_going(lengths)), reverse=True)


def lengths_going(lengths: list[int]) -> list[int]:
    """Return how many sequences have a token at each step."""
    return [sum(length > step for length in lengths) for step in range(max(lengths))]
