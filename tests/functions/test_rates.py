"""Rate limits: off unless set, counted for each caller and each kind of request."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devhost.testing import TestHost
from functions import wiring
from shared import clock
from shared.errors import TooManyRequests
from shared.rates import HOSTED, WINDOW, Counts, Rate
from shared.storage.stores import Stores
from tests.functions.conftest import AUTHOR_KEY, KEY, SETTINGS
from tests.functions.test_door import PROJECTS, VERSION, assert_error

JOBS = "/language/analyze-text/jobs"
JOBS_2021 = "/text/analytics/v3.1-preview.ct.1/analyze"


class Time:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    standing = Time()
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


def limit(stores: Stores, rates: Mapping[Rate, int]) -> None:
    wiring.use(wiring.Service.of(dataclasses.replace(SETTINGS, rates=rates), stores))


def send(host: TestHost, method: str = "GET", path: str = PROJECTS, key: str = KEY) -> Any:
    headers = {"Ocp-Apim-Subscription-Key": key}
    return host.request(method, path + VERSION, headers=headers, body=b"{}")


def test_without_a_setting_there_is_no_limit(host: TestHost, time: Time) -> None:
    assert {send(host).status for _ in range(150)} == {200}


def test_the_request_after_the_last_is_told_when_to_come_again(
    host: TestHost, stores: Stores, time: Time
) -> None:
    limit(stores, {Rate.AUTHORING_READS: 3})
    statuses = []
    for _ in range(3):
        statuses.append(send(host).status)
        time.moment += timedelta(seconds=10)

    refused = send(host)

    assert statuses == [200, 200, 200]
    assert_error(refused, 429, "TooManyRequests")
    assert refused.headers["Retry-After"] == "30"
    time.moment += timedelta(seconds=29.5)
    assert send(host).headers["Retry-After"] == "1"
    time.moment += timedelta(seconds=0.5)
    assert send(host).status == 200


@pytest.mark.parametrize(
    ("rate", "method", "path"),
    [
        (Rate.AUTHORING_READS, "GET", PROJECTS),
        (Rate.AUTHORING_READS, "GET", "/language/analyze-text/projects"),
        (Rate.AUTHORING_READS, "GET", "/language/text/authoring/v1.0-preview.2/projects"),
        (Rate.AUTHORING_CHANGES, "POST", f"{PROJECTS}/P/:train"),
        (Rate.AUTHORING_CHANGES, "DELETE", f"{PROJECTS}/P"),
        (Rate.EXTRACTION, "POST", JOBS),
        (Rate.EXTRACTION, "GET", f"{JOBS}/x"),
        (Rate.EXTRACTION_2021, "POST", JOBS_2021),
        (Rate.EXTRACTION_2021, "GET", f"{JOBS_2021}/jobs/x"),
    ],
)
def test_each_kind_of_request_is_counted_apart(
    host: TestHost, stores: Stores, time: Time, rate: Rate, method: str, path: str
) -> None:
    limit(stores, dict.fromkeys(set(Rate) - {rate}, 1) | {rate: 2})

    statuses = [send(host, method, path).status for _ in range(3)]

    assert 429 not in statuses[:2]
    assert statuses[2] == 429


def test_each_caller_is_counted_apart(host: TestHost, stores: Stores, time: Time) -> None:
    limit(stores, {Rate.AUTHORING_READS: 1})

    assert send(host).status == 200
    assert send(host).status == 429
    assert send(host, key=AUTHOR_KEY).status == 200


def test_who_is_not_let_in_is_not_counted(host: TestHost, stores: Stores, time: Time) -> None:
    limit(stores, {Rate.AUTHORING_CHANGES: 1})

    assert [send(host, "DELETE", f"{PROJECTS}/P", AUTHOR_KEY).status for _ in range(3)] == [403] * 3
    assert [send(host, "DELETE", f"{PROJECTS}/P", "wrong").status for _ in range(3)] == [401] * 3
    assert send(host, "POST", f"{PROJECTS}/P/:train", AUTHOR_KEY).status == 400
    assert send(host, "POST", f"{PROJECTS}/P/:train", AUTHOR_KEY).status == 429


def test_open_routes_have_no_limit(host: TestHost, stores: Stores, time: Time) -> None:
    limit(stores, dict.fromkeys(Rate, 1))

    assert {host.request("GET", "/health/live").status for _ in range(3)} == {200}


@pytest.mark.parametrize("rate", Rate)
def test_the_hosted_rates_hold_at_n_and_refuse_n_and_one(rate: Rate) -> None:
    counts, now = Counts(), datetime(2026, 11, 24, tzinfo=UTC)
    for _ in range(HOSTED[rate]):
        counts.admit(b"me", rate, HOSTED[rate], now)

    with pytest.raises(TooManyRequests):
        counts.admit(b"me", rate, HOSTED[rate], now)


def test_counts_of_callers_who_stay_away_are_dropped() -> None:
    counts, now = Counts(), datetime(2026, 11, 24, tzinfo=UTC)
    for number in range(1_000):
        counts.admit(str(number).encode(), Rate.EXTRACTION, 1, now)

    counts.admit(b"me", Rate.EXTRACTION, 1, now + WINDOW)

    assert len(counts._windows) == 1


def test_a_clock_that_goes_back_locks_nobody_out() -> None:
    counts, now = Counts(), datetime(2026, 11, 24, tzinfo=UTC)
    counts.admit(b"me", Rate.EXTRACTION, 1, now)

    counts.admit(b"me", Rate.EXTRACTION, 1, now - timedelta(hours=1))
