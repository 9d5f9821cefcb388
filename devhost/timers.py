"""Timer functions: schedules in six fields, and a thread that keeps one of them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from azure.functions.timer import TimerRequest

from devhost.invocation import Function, Runner, resolve

#: The lowest and the highest value of each field.
_FIELDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS = "sun mon tue wed thu fri sat".split()
_ITEM = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")
_SPAN = re.compile(r"(\d+):(\d{1,2}):(\d{1,2})")

#: A schedule that has no day in so many days (29 February in a leap year is the rarest) has none.
_HORIZON_DAYS = 366 * 8 + 3


class ScheduleError(ValueError):
    """A schedule that cannot be read, or that never comes; the message holds it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """An NCRONTAB expression: second, minute, hour, day, month, day of the week, in UTC.

    All six must fit at once, the two kinds of days too (as in the NCrontab library of the host).
    """

    text: str
    #: The values that fit, a set for each field.
    fields: tuple[frozenset[int], ...]

    def after(self, moment: datetime) -> datetime:
        """Return the first fitting second after a moment. Raises `ScheduleError` if none comes."""
        seconds, minutes, hours, days, months, weekdays = self.fields
        start = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        for offset in range(_HORIZON_DAYS):
            date = start.date() + timedelta(days=offset)
            fits = date.month in months and date.day in days and date.isoweekday() % 7 in weekdays
            if not fits:
                continue
            earliest = start.time() if offset == 0 else datetime.min.time()
            for hour in sorted(h for h in hours if h >= earliest.hour):
                floor = earliest.minute if hour == earliest.hour else 0
                for minute in sorted(m for m in minutes if m >= floor):
                    same = (hour, minute) == (earliest.hour, earliest.minute)
                    for second in sorted(s for s in seconds if not same or s >= earliest.second):
                        return datetime(
                            date.year, date.month, date.day, hour, minute, second, tzinfo=UTC
                        )
        raise ScheduleError(f"{self.text}: this never comes")


def parse(text: str) -> Schedule | float:
    """Return a schedule, or the seconds of an interval written as `hh:mm:ss`.

    Five fields are a schedule at second 0. Raises `ScheduleError`.
    """
    if span := _SPAN.fullmatch(text.strip()):
        hours, minutes, seconds = (int(group) for group in span.groups())
        if interval := hours * 3600 + minutes * 60 + seconds:
            return float(interval)
    written = text.split()
    if len(written) == 5:
        written.insert(0, "0")
    if len(written) != len(_FIELDS):
        raise ScheduleError(f"{text}: a schedule has six fields")
    try:
        fields = tuple(
            frozenset().union(*(_item(item, low, high) for item in field.split(",")))
            for field, (low, high) in zip(written, _FIELDS, strict=True)
        )
    except ValueError as error:
        raise ScheduleError(f"{text}: {error}") from None
    return Schedule(text=text, fields=fields)


class Timer:
    """Runs one timer function: on its schedule, one run at a time."""

    def __init__(self, function: Function, runner: Runner, seconds: float | None = None) -> None:
        """`seconds` is an interval instead of its schedule. Raises `ScheduleError`."""
        self.function = function
        self._schedule = seconds or parse(resolve(str(function.trigger["schedule"])))
        self._runner = runner
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=function.name, daemon=True)

    def start(self) -> None:
        """Begin to keep the schedule; a function with run_on_startup runs at once."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Start no more runs."""
        self._stopping.set()

    def finish(self, deadline: float) -> bool:
        """Wait for a running function until a monotonic time; return whether it has ended."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def run(self) -> None:
        """Run the function once. Raises whatever it raises."""
        request: Callable[..., TimerRequest] = TimerRequest
        self._runner.run(self.function, request(past_due=False))

    def _keep(self) -> None:
        if self.function.trigger.get("runOnStartup"):
            self._try()
        while not self._stopping.wait(self._pause()):
            self._try()

    def _try(self) -> None:
        try:
            self.run()
        except Exception:
            return  # the runner has said so; the next run comes at its time

    def _pause(self) -> float:
        if isinstance(self._schedule, Schedule):
            now = datetime.now(UTC)
            return (self._schedule.after(now) - now).total_seconds()
        return self._schedule


def _item(text: str, low: int, high: int) -> frozenset[int]:
    """Return the values of one item: `*`, `5`, `mon`, `1-5`, with or without `/step`."""
    written = _ITEM.fullmatch(text)
    if written is None:
        raise ValueError(f"{text} is not a value, a range, or a step")
    first, last, step = written.groups()
    if first == "*":
        if last:
            raise ValueError(f"{text} is not a range")
        start, end = low, high
    else:
        start = _value(first, high)
        # `5/15` goes on to the end, as in NCrontab.
        end = _value(last, high) if last else high if step else start
    every = int(step or 1)
    if not low <= start <= end <= high or every < 1:
        raise ValueError(f"{text} is not within {low} to {high}")
    return frozenset(range(start, end + 1, every))


def _value(text: str, high: int) -> int:
    names = {12: _MONTHS, 6: _DAYS}.get(high, [])
    if text[:3].lower() in names:
        return names.index(text[:3].lower()) + (1 if high == 12 else 0)
    return int(text)
