"""Rate limits: how many requests of a kind a caller may send in a minute. Off unless set.

Counts live in the memory of one process: each instance of the service counts for itself.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from shared import limits
from shared.errors import TooManyRequests

#: What a rate is counted over.
WINDOW = timedelta(minutes=1)

#: Callers whose counts are kept before those that have lapsed are looked for and dropped.
_KEPT = 1_000


class Rate(enum.StrEnum):
    """The kinds of requests that are counted apart."""

    AUTHORING_READS = "authoring_reads"
    AUTHORING_CHANGES = "authoring_changes"
    EXTRACTION = "extraction"
    EXTRACTION_2021 = "extraction_2021"

    @staticmethod
    def of(method: str, route: str) -> Rate:
        """Return the kind of the requests that a route takes."""
        if route.startswith("text/analytics/"):
            return Rate.EXTRACTION_2021
        if route.startswith("language/analyze-text/jobs"):
            return Rate.EXTRACTION
        return Rate.AUTHORING_READS if method == "GET" else Rate.AUTHORING_CHANGES


#: Requests a minute that the hosted service takes.
HOSTED: Mapping[Rate, int] = {
    Rate.AUTHORING_READS: limits.AUTHORING_READS_A_MINUTE,
    Rate.AUTHORING_CHANGES: limits.AUTHORING_CHANGES_A_MINUTE,
    Rate.EXTRACTION: limits.EXTRACTION_REQUESTS_A_MINUTE,
    Rate.EXTRACTION_2021: limits.EXTRACTION_REQUESTS_2021_A_MINUTE,
}


class Counts:
    """How many requests each caller has sent in its present minute, by kind. Thread-safe.

    A caller's minute begins with the first request after the one before has passed.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: dict[tuple[bytes, Rate], tuple[datetime, int]] = {}

    def admit(self, caller: bytes, rate: Rate, most: int, now: datetime) -> None:
        """Count a request; raise `TooManyRequests` where the caller had `most` in this minute.

        A request that is refused is not counted.
        """
        with self._lock:
            began, count = self._windows.get((caller, rate), (now, 0))
            if not began <= now < began + WINDOW:
                began, count = now, 0
            if count >= most:
                left = math.ceil((began + WINDOW - now).total_seconds())
                raise TooManyRequests(
                    f"Rate limit is exceeded: {most:,} requests a minute. "
                    f"Try again in {left} seconds.",
                    retry_after=left,
                )
            if len(self._windows) >= _KEPT:
                self._windows = {
                    key: kept for key, kept in self._windows.items() if kept[0] + WINDOW > now
                }
            self._windows[caller, rate] = began, count + 1
