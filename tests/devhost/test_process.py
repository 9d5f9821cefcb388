"""The host as real processes on real local storage: signals, deaths, sharing, outages."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devhost import azurite as storage
from devhost.messages import AzureQueues, connect
from tests.devhost import apps

pytestmark = [pytest.mark.azurite, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
SOON = 30.0

#: Each run of a function appends a line to the file that DIARY names. A message `sleep N` takes N
#: seconds.
SOURCE = """
from __future__ import annotations
import os, time
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

def note(text: str) -> None:
    with open(os.environ["DIARY"], "a") as diary:
        diary.write(f"{text}\\\\n")

@app.route(route="pid")
def pid(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(str(os.getpid()))

@app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="TEST_STORAGE")
@app.queue_output(arg_name="out", queue_name="%QUEUE%-done", connection="TEST_STORAGE")
def worker(message: func.QueueMessage, out: func.Out[str]) -> None:
    text = message.get_body().decode()
    note(f"begin {text} {message.dequeue_count}")
    if text.startswith("sleep"):
        time.sleep(float(text.split()[1]))
    out.set(text)
    note(f"end {text} {message.dequeue_count}")

@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
def tick(timer: func.TimerRequest) -> None:
    note("tick")
""".replace("\\\\", "\\")


class Bench:
    """An app in a folder, its queue, and the processes that run it."""

    def __init__(self, folder: Path, connection_string: str) -> None:
        self.folder = apps.folder(folder)
        (folder / "function_app.py").write_text(SOURCE, "utf-8")
        self.diary = folder / "diary"
        self.diary.touch()
        self.queue = f"q{uuid.uuid4().hex}"
        self.queues: AzureQueues = connect("S", {"S": connection_string})
        self.queues.create(self.queue)
        self.queues.create(f"{self.queue}-done")
        self.processes: list[subprocess.Popen[str]] = []
        self._environment = {
            **os.environ,
            "TEST_STORAGE": connection_string,
            "QUEUE": self.queue,
            "DIARY": str(self.diary),
        }

    def start(self, *arguments: str, fd: int | None = None) -> tuple[subprocess.Popen[str], str]:
        """Start a host; return it with its address when it is ready."""
        where = ["--port", "0"] if fd is None else ["--fd", str(fd)]
        with (self.folder / f"log{len(self.processes)}").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "devhost", "--root", str(self.folder), *where, *arguments],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                pass_fds=[fd] if fd is not None else [],
            )
        self.processes.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().partition(" ")[2].strip()

    def log(self, number: int) -> str:
        return (self.folder / f"log{number}").read_text()

    def lines(self) -> list[str]:
        return self.diary.read_text().splitlines()

    def done(self) -> list[str]:
        """Take the messages that `worker` has sent."""
        return [each.content for each in self.queues.receive(f"{self.queue}-done", 32, 600)]

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture
def bench(tmp_path: Path, azurite: str) -> Iterator[Bench]:
    made = Bench(tmp_path, azurite)
    yield made
    made.close()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, "it has not come to pass"
        time.sleep(0.02)


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as response:
        text: str = response.read().decode()
        return text


def test_a_host_serves_works_and_stops_when_told(bench: Bench) -> None:
    process, address = bench.start()

    assert get(f"{address}/pid") == str(process.pid)
    bench.queues.send(bench.queue, "a")
    until(lambda: "end a 1" in bench.lines())
    until(lambda: bench.queues.receive(bench.queue, 1, 600) == [])
    process.send_signal(signal.SIGTERM)

    assert process.wait(SOON) == 0
    assert bench.done() == ["a"]


def test_a_function_that_runs_may_end_before_the_host_stops(bench: Bench) -> None:
    process, _ = bench.start("--no-http")
    bench.queues.send(bench.queue, "sleep 1.5")
    until(lambda: len(bench.lines()) == 1)

    process.send_signal(signal.SIGINT)

    assert process.wait(SOON) == 0
    assert bench.lines() == ["begin sleep 1.5 1", "end sleep 1.5 1"]
    assert bench.done() == ["sleep 1.5"]


def test_the_message_of_a_function_that_does_not_end_is_given_back(bench: Bench) -> None:
    process, _ = bench.start()
    bench.queues.send(bench.queue, "sleep 600")
    until(lambda: len(bench.lines()) == 1)

    process.send_signal(signal.SIGTERM)

    assert process.wait(SOON) == 0
    assert [each.content for each in bench.queues.receive(bench.queue, 1, 600)] == ["sleep 600"]


def test_after_a_death_before_the_flush_another_host_does_the_work(bench: Bench) -> None:
    dying, _ = bench.start("--visibility", "2", "--fault", "before-flush=worker")
    bench.queues.send(bench.queue, "a")

    assert dying.wait(SOON) == 70
    assert bench.done() == []
    bench.start("--visibility", "2")
    until(lambda: "end a 2" in bench.lines())

    until(lambda: bench.done() == ["a"])


def test_after_a_death_after_the_flush_the_output_is_sent_twice(bench: Bench) -> None:
    dying, _ = bench.start("--visibility", "2", "--fault", "after-flush=worker")
    bench.queues.send(bench.queue, "a")

    assert dying.wait(SOON) == 70
    bench.start("--visibility", "2")
    until(lambda: "end a 2" in bench.lines())

    done: list[str] = []
    until(lambda: done.extend(bench.done()) is None and len(done) == 2)


def test_a_long_function_keeps_its_message_from_other_hosts(bench: Bench) -> None:
    for _ in range(2):
        bench.start("--visibility", "2")
    bench.queues.send(bench.queue, "sleep 6")

    until(lambda: any(line.startswith("end") for line in bench.lines()))

    assert bench.lines() == ["begin sleep 6 1", "end sleep 6 1"]


def test_hosts_can_share_a_listening_socket(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as shared:
        port = shared.getsockname()[1]
        started = [bench.start(fd=shared.fileno()) for _ in range(2)]
        assert {address for _, address in started} == {f"http://127.0.0.1:{port}"}

        pids: set[str] = set()
        until(lambda: pids.add(get(f"http://127.0.0.1:{port}/pid")) is None and len(pids) == 2)
        started[0][0].kill()
        started[0][0].wait()

        rest = {get(f"http://127.0.0.1:{port}/pid") for _ in range(20)}

    assert pids == {str(process.pid) for process, _ in started}
    assert rest == {str(started[1][0].pid)}


def test_timers_run_as_often_as_a_test_wants(bench: Bench) -> None:
    bench.start("--timer-seconds", "0.1")

    until(lambda: bench.lines().count("tick") >= 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fault", "explode=worker"), "explode"),
        (("--fault", "delay=worker"), "delay"),
    ],
)
def test_a_host_that_cannot_run_says_why(
    bench: Bench, arguments: tuple[str, ...], said: str
) -> None:
    process, _ = bench.start(*arguments)

    assert process.wait(SOON) == 2
    assert said in bench.log(0)


def test_a_host_carries_on_after_storage_was_restarted(tmp_path: Path, azurite: str) -> None:
    del azurite  # asked for because it skips, or fails, where there is none
    program, folder = storage.find(), tmp_path / "storage"
    first = storage.start(program, folder)
    ports = first.blob_port, first.queue_port, first.table_port
    bench = Bench(tmp_path, first.connection_string)
    try:
        bench.start()
        bench.queues.send(bench.queue, "a")
        until(lambda: "end a 1" in bench.lines())

        first.stop()
        until(lambda: "storage cannot be reached" in bench.log(0))
        with storage.start(program, folder, ports=ports):
            bench.queues.send(bench.queue, "b")
            until(lambda: "end b 1" in bench.lines())
            until(lambda: "storage is back" in bench.log(0))

        complaints = [line for line in bench.log(0).splitlines() if "storage" in line]
        assert len(complaints) <= 4
    finally:
        bench.close()
        first.stop()
