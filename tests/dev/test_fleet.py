"""Several host processes behind one address."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devhost import local
from devhost.fleet import CRASHES, Fleet
from devhost.screen import Trouble

APP = """
from __future__ import annotations

import os
import signal

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.function_name(name="pid")
@app.route(route="pid", methods=["GET"])
def pid(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(str(os.getpid()))


@app.function_name(name="die")
@app.route(route="die", methods=["GET"])
def die(req: func.HttpRequest) -> func.HttpResponse:
    os.kill(os.getpid(), signal.SIGKILL)
    return func.HttpResponse("")
"""

pytestmark = pytest.mark.slow

Start = Callable[[int], Fleet]


class Site:
    """An app with two routes, served by a fleet, and whether the fleet gave up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.gave_up = threading.Event()
        self.listener = local.bind(0)
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        folder.joinpath("host.json").write_text('{"extensions": {"http": {"routePrefix": ""}}}')
        folder.joinpath("function_app.py").write_text(APP)

    def fleet(self, size: int) -> Fleet:
        command = ("devhost", "--root", str(self.folder))
        return Fleet(size, self.listener, self.folder, command=command)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.address}/{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def kill_one(self) -> None:
        with pytest.raises(OSError, match=r"closed|reset"):
            self.get("die")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.listener.close()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_all_processes_answer_at_one_address(site: Site) -> None:
    fleet = site.fleet(2)

    try:
        fleet.start(site.gave_up.set)
        until(lambda: len({site.get("pid") for _ in range(20)}) == 2)
        answering = {int(site.get("pid")) for _ in range(200)}
    finally:
        processes = fleet.processes
        fleet.stop()

    assert answering == set(processes)
    assert fleet.processes == []


def test_a_process_that_ends_is_started_again_with_a_line_that_says_so(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = site.fleet(1)

    try:
        fleet.start(site.gave_up.set)
        first = site.get("pid")
        site.kill_one()
        second = site.get("pid")
    finally:
        fleet.stop()

    assert second != first
    assert "Host process 1 ended by SIGKILL; starting it again." in capsys.readouterr().out
    assert not site.gave_up.is_set()


def test_processes_that_end_again_and_again_are_given_up(site: Site) -> None:
    fleet = site.fleet(1)

    try:
        fleet.start(site.gave_up.set)
        for _ in range(CRASHES + 1):
            site.kill_one()
        assert site.gave_up.wait(30)
    finally:
        fleet.stop()

    assert fleet.failure is not None
    assert "is not started again" in fleet.failure


def test_an_app_that_cannot_be_loaded_is_shown_with_the_end_of_its_log(site: Site) -> None:
    site.folder.joinpath("function_app.py").write_text("raise RuntimeError('a broken app')")
    fleet = site.fleet(1)

    with pytest.raises(Trouble) as trouble:
        fleet.start(site.gave_up.set)
    fleet.stop()

    assert "ended with exit code" in str(trouble.value)
    assert str(trouble.value).endswith("RuntimeError: a broken app")
