"""The queue listener: how many messages at once, how long they are hidden, when it stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import azure.functions as func
import pytest

from devhost import invocation
from devhost.invocation import Faults, Runner
from devhost.messages import MemoryQueues, Message, QueuesUnavailable
from devhost.queues import Listener, Outage, Outbox, QueueFunction, QueueOptions
from tests.devhost import apps

SOON = 10.0


class Flaky(MemoryQueues):
    """Queues that cannot be reached while told so, and that count what is asked of them."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.looks = 0
        self.renewals = 0

    def receive(self, queue: str, count: int, visibility: float) -> list[Message]:
        self.looks += 1
        if self.away:
            raise QueuesUnavailable("away")
        return super().receive(queue, count, visibility)

    def update(self, queue: str, message: Message, visibility: float) -> Message:
        self.renewals += visibility > 0
        return super().update(queue, message, visibility)


class Bench:
    """One listener on queues in memory."""

    def __init__(self, work: Callable[[func.QueueMessage], None], visibility: float, **set: Any):
        self.queues = Flaky()
        self.outbox = Outbox(lambda connection: self.queues, "none")
        [function, _] = map(invocation.read, invocation.registered(apps.with_queue(work)))
        options = QueueOptions(encoding="none", max_polling_interval=0.2, **set)
        target = QueueFunction(
            function,
            self.queues,
            self.outbox,
            options,
            Runner(self.outbox.flush, Faults()),
            visibility,
        )
        self.listener = Listener(target, Outage())
        self.outbox.on_send(self.listener.wake)

    def send(self, *texts: str) -> None:
        for text in texts:
            self.outbox.put(self.queues, "jobs", text)


@pytest.fixture
def bench() -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(
        work: Callable[[func.QueueMessage], None], visibility: float = 60, **set: Any
    ) -> Bench:
        made.append(Bench(work, visibility, **set))
        return made[-1]

    yield make
    for each in made:
        each.listener.ask_to_stop()
        each.listener.finish(time.monotonic())


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, "it has not come to pass"
        time.sleep(0.005)


class Gate:
    """A function that waits to be let through, and knows how many wait at once."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.inside = 0
        self.passed = 0
        self._lock = threading.Lock()

    def __call__(self, message: func.QueueMessage) -> None:
        with self._lock:
            self.inside += 1
        self.open.wait(SOON)
        with self._lock:
            self.inside -= 1
            self.passed += 1


def test_messages_run_side_by_side_up_to_a_batch_and_the_threshold(
    bench: Callable[..., Bench],
) -> None:
    gate = Gate()
    made = bench(gate, batch_size=4, new_batch_threshold=2)
    made.queues.create("jobs")
    made.send(*"abcdefghijkl")

    made.listener.start()
    until(lambda: gate.inside == 4)
    time.sleep(0.3)
    most = gate.inside

    assert most == 4
    gate.open.set()
    until(lambda: gate.passed == 12)


def test_a_missing_queue_is_made_and_a_message_wakes_the_listener(
    bench: Callable[..., Bench],
) -> None:
    gate = Gate()
    gate.open.set()
    made = bench(gate)

    made.listener.start()
    until(lambda: "jobs" in made.queues.names())
    made.send("a")

    until(lambda: gate.passed == 1)
    until(lambda: made.queues.peek("jobs") == [])


def test_a_running_message_is_renewed_and_not_delivered_to_anybody_else(
    bench: Callable[..., Bench],
) -> None:
    gate = Gate()
    made = bench(gate, visibility=0.4)
    made.queues.create("jobs")
    made.send("a")

    made.listener.start()
    until(lambda: made.queues.renewals >= 4)

    assert made.queues.peek("jobs")[0].dequeue_count == 1
    gate.open.set()
    until(lambda: made.queues.peek("jobs") == [])
    assert gate.passed == 1


def test_an_outage_is_said_once_and_survived(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate()
    gate.open.set()
    made = bench(gate)
    made.queues.create("jobs")
    made.queues.away = True

    made.listener.start()
    until(lambda: made.queues.looks >= 3)
    made.send("a")
    made.queues.away = False
    until(lambda: gate.passed == 1)

    said = [each.message for each in caplog.records if "storage" in each.message]
    assert said == ["storage cannot be reached (away); trying on", "storage is back"]


def test_stopping_waits_for_the_running_function_and_takes_no_more(
    bench: Callable[..., Bench],
) -> None:
    gate = Gate()
    made = bench(gate, batch_size=1, new_batch_threshold=0)
    made.queues.create("jobs")
    made.send("a", "b")
    made.listener.start()
    until(lambda: gate.inside == 1)

    made.listener.ask_to_stop()
    threading.Timer(0.2, gate.open.set).start()
    ended = made.listener.finish(time.monotonic() + SOON)

    assert ended
    assert gate.passed == 1
    assert [each.content for each in made.queues.peek("jobs")] == ["b"]


def test_a_function_that_does_not_end_gives_its_message_back(bench: Callable[..., Bench]) -> None:
    gate = Gate()
    made = bench(gate)
    made.queues.create("jobs")
    made.send("a")
    made.listener.start()
    until(lambda: gate.inside == 1)

    made.listener.ask_to_stop()
    ended = made.listener.finish(time.monotonic() + 0.1)

    assert not ended
    assert [each.content for each in made.queues.receive("jobs", 1, 60)] == ["a"]
    gate.open.set()
    until(lambda: gate.passed == 1)
