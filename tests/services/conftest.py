from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shared import clock
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock, which stands still until the test moves it."""
    standing = Clock()
    monkeypatch.setattr(clock, "now", standing.now)
    yield standing


@pytest.fixture
def stores(time: Clock) -> Stores:
    """Stores whose writes have the time of the test's clock, on whatever day the test runs."""
    return Stores.on(memory_storage())
