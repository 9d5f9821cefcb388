"""The states of long-running work, and the moves between them.

The words are the wire's (`contract`: OperationStatus of authoring jobs, State of extraction jobs).
Every change of a state goes through `move`, so that no write can skip a step or leave an end state.
"""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """Where a piece of long-running work stands."""

    NOT_STARTED = "notStarted"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    PARTIALLY_COMPLETED = "partiallyCompleted"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether work in this state has ended."""
        return not MOVES[self]


#: From each state, the states that may follow it. Running may follow running: work that is tried
#: again after a crash starts anew.
MOVES: dict[State, frozenset[State]] = {
    State.NOT_STARTED: frozenset(
        {State.RUNNING, State.CANCELLING, State.CANCELLED, State.FAILED, State.SUCCEEDED}
    ),
    State.RUNNING: frozenset(
        {
            State.RUNNING,
            State.CANCELLING,
            State.SUCCEEDED,
            State.PARTIALLY_COMPLETED,
            State.FAILED,
            State.CANCELLED,
        }
    ),
    # A cancel that comes when the work is already published loses: the work has succeeded.
    State.CANCELLING: frozenset({State.CANCELLED, State.SUCCEEDED, State.FAILED}),
    State.SUCCEEDED: frozenset(),
    State.PARTIALLY_COMPLETED: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}


#: The ends from which work can be taken up again, where its kind allows that.
RESUMABLE = frozenset({State.PARTIALLY_COMPLETED, State.FAILED, State.CANCELLED})


class IllegalMove(RuntimeError):
    """A state was to be followed by one that may not follow it."""


def move(present: State, following: State) -> State:
    """Return `following`; raise `IllegalMove` when it may not follow `present`."""
    if following not in MOVES[present]:
        raise IllegalMove(f"{present} cannot become {following}.")
    return following


def resume(present: State) -> State:
    """Return the state of work that is taken up again; raise `IllegalMove` where it cannot be."""
    if present not in RESUMABLE:
        raise IllegalMove(f"{present} work cannot be taken up again.")
    return State.RUNNING
