"""Schedules of timer functions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from devhost import timers
from devhost.timers import Schedule, ScheduleError


@pytest.mark.parametrize(
    ("text", "moment", "following"),
    [
        ("0 */5 * * * *", "2026-03-01T10:04:59", "2026-03-01T10:05:00"),
        ("0 */5 * * * *", "2026-03-01T10:05:00", "2026-03-01T10:10:00"),
        ("*/15 * * * * *", "2026-03-01T10:04:50", "2026-03-01T10:05:00"),
        ("30 59 23 31 12 *", "2026-12-31T23:59:30", "2027-12-31T23:59:30"),
        ("0 0 9-17 * * mon-fri", "2026-03-06T17:00:00", "2026-03-09T09:00:00"),
        ("0 0 0 * * 0", "2026-03-01T00:00:00", "2026-03-08T00:00:00"),
        ("0 0 0 29 2 *", "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 0 0 13 * Friday", "2026-03-14T00:00:00", "2026-11-13T00:00:00"),
        ("0 0 0 1 Jan,jul *", "2026-03-01T00:00:00", "2026-07-01T00:00:00"),
        ("0 5/20 * * * *", "2026-03-01T10:26:00", "2026-03-01T10:45:00"),
        ("* * * * *", "2026-03-01T10:26:30", "2026-03-01T10:27:00"),
        ("59 58 23 * * *", "2026-03-01T23:58:58.9", "2026-03-01T23:58:59"),
    ],
)
def test_the_next_time_of_a_schedule(text: str, moment: str, following: str) -> None:
    schedule = timers.parse(text)

    assert isinstance(schedule, Schedule)
    after = schedule.after(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert after == datetime.fromisoformat(following).replace(tzinfo=UTC)


@pytest.mark.parametrize(("text", "seconds"), [("00:05:00", 300.0), ("24:00:00", 86400.0)])
def test_a_time_span_is_an_interval(text: str, seconds: float) -> None:
    assert timers.parse(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "60 * * * * *",
        "* * 24 * * *",
        "* * * 0 * *",
        "* * * * 13 *",
        "* * * * * 7",
        "*/0 * * * * *",
        "5-3 * * * * *",
        "*-5 * * * * *",
        "x * * * * *",
        "1,,2 * * * * *",
        "00:00:00",
    ],
)
def test_what_is_not_a_schedule_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        timers.parse(text)


def test_a_day_that_never_comes_is_refused() -> None:
    schedule = timers.parse("0 0 0 31 2 *")

    assert isinstance(schedule, Schedule)
    with pytest.raises(ScheduleError):
        schedule.after(datetime(2026, 1, 1, tzinfo=UTC))
