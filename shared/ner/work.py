"""Work: how far a training is, by what its stages cost.

What will be done is not known from the beginning: a second reading may not be tried, or not be
worth it. So the share that is done is taken of the work as it is planned at the time, and never
goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Work:
    """Stages in their order, each with its cost, in any unit."""

    def __init__(self, costs: Mapping[str, float], on_share: Callable[[float], None]) -> None:
        self._left = dict(costs)
        self._on_share = on_share
        self._done = self._told = 0.0
        self._stage = ""

    def begin(self, stage: str) -> None:
        """Leave the stage before, whose work is done, and turn to another."""
        self._done += self._left.pop(self._stage, 0.0)
        self._stage = stage
        self.advance(0.0)

    def drop(self, stage: str) -> None:
        """Take a stage out of the plan."""
        self._left.pop(stage, None)

    def advance(self, share: float) -> None:
        """Tell how far the whole is, of how far its present stage is."""
        done = self._done + share * self._left.get(self._stage, 0.0)
        whole = self._done + sum(self._left.values())
        self._told = max(self._told, done / whole if whole else 0.0)
        self._on_share(self._told)
