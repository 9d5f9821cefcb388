from __future__ import annotations

import itertools

import pytest

from shared.domain.states import MOVES, IllegalMove, State, move

ENDS = [
    State.SUCCEEDED,
    State.PARTIALLY_COMPLETED,
    State.FAILED,
    State.CANCELLED,
]


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(State)


@pytest.mark.parametrize("state", State)
def test_only_the_ends_are_final(state: State) -> None:
    assert state.final == (state in ENDS)


@pytest.mark.parametrize(("end", "other"), list(itertools.product(ENDS, State)))
def test_nothing_follows_an_end(end: State, other: State) -> None:
    with pytest.raises(IllegalMove):
        move(end, other)


@pytest.mark.parametrize("state", [state for state in State if not state.final])
def test_every_open_state_can_fail_and_be_cancelled(state: State) -> None:
    assert move(state, State.FAILED) is State.FAILED
    assert move(state, State.CANCELLED) is State.CANCELLED


def test_a_cancelled_training_cannot_run_on() -> None:
    with pytest.raises(IllegalMove):
        move(State.CANCELLING, State.RUNNING)
