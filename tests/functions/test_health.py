"""What an instance says of its health, to everybody."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pytest

from devhost.testing import TestHost
from functions import wiring
from shared import clock
from shared.errors import ErrorDetail
from shared.settings import StorageSettings
from shared.storage.connection import Watch
from shared.storage.stores import Stores
from tests.functions.conftest import SETTINGS
from tests.storage.test_connection import down

FAULT = ErrorDetail("Forbidden", "a reason", "blob")


@pytest.mark.azurite
def test_a_service_that_reaches_its_storage_is_ready(
    host: TestHost, stores: Stores, azurite: str
) -> None:
    storage = StorageSettings(connection_string=azurite)
    wiring.use(wiring.Service.of(dataclasses.replace(SETTINGS, storage=storage), stores))

    response = host.request("GET", "/health/ready")

    assert (response.status, response.json()) == (200, {"status": "ready"})


def test_a_service_whose_storage_is_down_is_not_ready_and_gives_no_reason(
    host: TestHost, stores: Stores
) -> None:
    settings = dataclasses.replace(SETTINGS, storage=down(key="c2VjcmV0"))
    wiring.use(wiring.Service.of(settings, stores))

    response = host.request("GET", "/health/ready")

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    error = response.json()["error"]
    assert error["code"] == "ServiceUnavailable"
    assert [one["target"] for one in error["details"]] == ["blob", "table", "queue"]
    assert error["details"][1]["message"] == "The service does not reach its tables."
    # Neither the key, nor the account, nor its address.
    assert not [word for word in (b"c2VjcmV0", b"acct", b"127.0.0.1") if word in response.body]


def test_a_process_lives_whatever_becomes_of_its_storage(host: TestHost, stores: Stores) -> None:
    wiring.use(wiring.Service.of(dataclasses.replace(SETTINGS, storage=down()), stores))

    assert host.request("GET", "/health/live").status == 200


def test_storage_is_not_looked_at_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[StorageSettings] = []

    def look(settings: StorageSettings) -> list[ErrorDetail]:
        looks.append(settings)
        return [FAULT]

    watch = Watch(look)
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)

    seen = [watch.faults(down()) for _ in range(100)]
    moment += timedelta(seconds=Watch.SECONDS)
    watch.faults(down())

    assert seen == [[FAULT]] * 100
    assert len(looks) == 2


def test_nobody_waits_for_a_look_but_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, goes_on = threading.Event(), threading.Event()
    answers = iter([[], [FAULT]])

    def look(settings: StorageSettings) -> list[ErrorDetail]:
        found = next(answers)
        if found:
            begun.set()
            assert goes_on.wait(30)
        return found

    watch = Watch(look)
    monkeypatch.setattr(Watch, "SECONDS", 0)
    assert watch.faults(down()) == []
    slow = threading.Thread(target=watch.faults, args=(down(),))
    slow.start()
    assert begun.wait(30)

    meanwhile = watch.faults(down())

    goes_on.set()
    slow.join()
    assert meanwhile == []
    assert next(answers, None) is None
