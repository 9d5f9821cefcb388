"""The host for tests: requests, queues and faults in process."""

from __future__ import annotations

import random
from pathlib import Path

import azure.functions as func
import pytest

from devhost.queues import Fate
from devhost.testing import Died, TestHost
from tests.devhost import apps


class Work:
    """Counts what it is given; fails while told to."""

    def __init__(self, failures: int = 0) -> None:
        self.seen: list[tuple[str, int | None]] = []
        self.failures = failures

    def __call__(self, message: func.QueueMessage) -> None:
        self.seen.append((message.get_body().decode(), message.dequeue_count))
        if len(self.seen) <= self.failures:
            raise ValueError("not today")


def test_what_a_request_sends_is_worked_off(tmp_path: Path) -> None:
    work = Work()
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path))

    response = host.request("POST", "/submit", body=["a", "b"])

    assert response.status == 202
    assert host.messages("jobs") == ["a", "b"]
    assert host.drain() == 2
    assert work.seen == [("a", 1), ("b", 1)]
    assert host.messages("jobs") == []
    assert host.messages("jobs-done") == ["a", "b"]


@pytest.mark.parametrize("encoding", ["base64", "none"])
def test_messages_are_encoded_as_host_json_says(encoding: str, tmp_path: Path) -> None:
    work = Work()
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path, messageEncoding=encoding))

    host.send("jobs", "ä")

    stored = host.queues.peek("jobs")[0].content
    assert stored == ("w6Q=" if encoding == "base64" else "ä")
    host.drain()
    assert work.seen == [("ä", 1)]


def test_a_failed_message_comes_again_until_it_succeeds(tmp_path: Path) -> None:
    work = Work(failures=4)
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path))
    host.send("jobs", "a")

    deliveries = host.drain()

    assert deliveries == 5
    assert [count for _, count in work.seen] == [1, 2, 3, 4, 5]
    assert len(host.failures) == 4
    assert host.poisoned("jobs") == []
    assert host.messages("jobs-done") == ["a"]


def test_what_always_fails_is_poison_after_the_last_try(tmp_path: Path) -> None:
    work = Work(failures=99)
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path, maxDequeueCount=3))
    host.send("jobs", "a")

    host.drain()

    assert len(work.seen) == 3
    assert host.messages("jobs") == []
    assert host.poisoned("jobs") == ["a"]
    assert host.messages("jobs-done") == []


def test_a_failed_message_stays_hidden_for_the_visibility_timeout(tmp_path: Path) -> None:
    work = Work(failures=1)
    folder = apps.folder(tmp_path, visibilityTimeout="00:00:30")
    host = TestHost(apps.with_queue(work), folder)
    host.send("jobs", "a")

    assert host.deliver("jobs") is Fate.AGAIN
    assert host.deliver("jobs") is None
    host.queues.advance(29)
    assert host.deliver("jobs") is None
    host.queues.advance(1)
    assert host.deliver("jobs") is Fate.DONE


def test_a_message_that_cannot_be_decoded_is_poison_and_never_run(tmp_path: Path) -> None:
    work = Work()
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path, messageEncoding="base64"))
    host.queues.send("jobs", "{not base64}")

    assert host.deliver("jobs") is Fate.POISON

    assert work.seen == []
    assert [each.content for each in host.queues.peek("jobs-poison")] == ["{not base64}"]


def test_what_fails_on_a_poison_queue_is_left_there(tmp_path: Path) -> None:
    work = Work(failures=99)
    host = TestHost(apps.with_queue(work, "jobs-poison"), apps.folder(tmp_path))
    host.send("jobs-poison", "a")

    deliveries = host.drain()

    assert deliveries == 5
    assert host.messages("jobs-poison") == ["a"]
    assert "jobs-poison-poison" not in host.queues.names()


def test_a_death_before_the_flush_loses_the_outputs_and_keeps_the_message(tmp_path: Path) -> None:
    work = Work()
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path))
    host.send("jobs", "a")
    host.fault("before-flush", "worker")

    with pytest.raises(Died):
        host.deliver("jobs")

    assert host.messages("jobs-done") == []
    assert host.deliver("jobs") is None
    host.queues.advance(600)
    assert host.deliver("jobs") is Fate.DONE
    assert host.messages("jobs-done") == ["a"]
    assert work.seen == [("a", 1), ("a", 2)]


def test_a_death_after_the_flush_sends_the_outputs_twice(tmp_path: Path) -> None:
    host = TestHost(apps.with_queue(Work()), apps.folder(tmp_path))
    host.send("jobs", "a")
    host.fault("after-flush", "worker")

    assert host.drain() == 2

    assert host.messages("jobs-done") == ["a", "a"]


def test_a_process_that_dies_each_time_makes_the_message_poison(tmp_path: Path) -> None:
    work = Work()
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path))
    host.send("jobs", "a")
    host.fault("before-flush", "worker", times=None)

    host.drain()

    assert len(work.seen) == 5
    assert host.poisoned("jobs") == ["a"]


def test_deliver_twice_delivers_each_message_once_more(tmp_path: Path) -> None:
    work = Work()
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path))
    host.fault("twice", "worker", times=None)
    host.request("POST", "/submit", body=["a", "b"])

    host.drain()

    assert sorted(work.seen) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert host.messages("jobs") == []


def test_a_death_in_a_request_is_seen_by_the_caller(tmp_path: Path) -> None:
    host = TestHost(apps.with_queue(Work()), apps.folder(tmp_path))
    host.fault("before-flush", "submit")

    with pytest.raises(Died):
        host.request("POST", "/submit", body=["a"])

    assert host.messages("jobs") == []


def test_messages_can_come_in_any_order(tmp_path: Path) -> None:
    work = Work()
    host = TestHost(apps.with_queue(work), apps.folder(tmp_path))
    for number in range(20):
        host.send("jobs", str(number))

    host.drain(shuffle=random.Random(1))

    texts = [text for text, _ in work.seen]
    assert texts != [str(number) for number in range(20)]
    assert sorted(texts, key=int) == [str(number) for number in range(20)]


def test_draining_one_queue_leaves_the_others(tmp_path: Path) -> None:
    host = TestHost(apps.with_queue(Work()), apps.folder(tmp_path))
    host.send("jobs", "a")

    assert host.drain("elsewhere") == 0
    assert host.messages("jobs") == ["a"]


def test_an_app_that_never_comes_to_rest_ends_the_drain(tmp_path: Path) -> None:
    app = apps.new()

    @app.queue_trigger(arg_name="message", queue_name="loop", connection=apps.CONNECTION)
    @app.queue_output(arg_name="$return", queue_name="loop", connection=apps.CONNECTION)
    def again(message: func.QueueMessage) -> str:
        return "again"

    host = TestHost(app, apps.folder(tmp_path))
    host.send("loop", "a")

    with pytest.raises(RuntimeError, match="after 7"):
        host.drain(most=7)


def test_a_blob_function_gets_the_blob(tmp_path: Path) -> None:
    app = apps.new()
    seen: list[tuple[str | None, bytes, int | None]] = []

    @app.blob_trigger(arg_name="blob", path="docs/{name}", connection=apps.CONNECTION)
    def arrived(blob: func.InputStream) -> None:
        seen.append((blob.name, blob.read(), blob.length))

    TestHost(app, apps.folder(tmp_path)).run_blob("arrived", "docs/a.txt", b"text")

    assert seen == [("docs/a.txt", b"text", 4)]


def test_a_fault_needs_a_function_that_there_is(tmp_path: Path) -> None:
    host = TestHost(apps.with_queue(Work()), apps.folder(tmp_path))

    with pytest.raises(ValueError, match="wrker"):
        host.fault("twice", "wrker")
