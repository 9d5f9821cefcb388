"""What the local host expects of queues: the same on Azurite and in memory."""

from __future__ import annotations

import time
import uuid

import pytest

from devhost.messages import (
    MemoryQueues,
    MessageGone,
    QueueMissing,
    Queues,
    QueuesUnavailable,
    connect,
)


@pytest.fixture(params=["memory", pytest.param("azurite", marks=pytest.mark.azurite)])
def queues(request: pytest.FixtureRequest) -> Queues:
    if request.param == "memory":
        return MemoryQueues()
    return connect("S", {"S": request.getfixturevalue("azurite")})


@pytest.fixture
def queue(queues: Queues) -> str:
    name = f"q{uuid.uuid4().hex}"
    queues.create(name)
    return name


def wait(queues: Queues, seconds: float) -> None:
    if isinstance(queues, MemoryQueues):
        queues.advance(seconds)
    else:
        time.sleep(seconds)


def test_a_message_is_received_once_and_then_hidden(queues: Queues, queue: str) -> None:
    queues.send(queue, "ä & <b>")

    received = queues.receive(queue, 32, 60)

    assert [each.content for each in received] == ["ä & <b>"]
    assert received[0].dequeue_count == 1
    assert received[0].inserted_on < received[0].next_visible_on < received[0].expires_on
    assert queues.receive(queue, 32, 60) == []


def test_no_more_messages_are_received_than_wanted(queues: Queues, queue: str) -> None:
    for number in range(5):
        queues.send(queue, str(number))

    first, rest = queues.receive(queue, 3, 60), queues.receive(queue, 32, 60)

    assert [each.content for each in first + rest] == ["0", "1", "2", "3", "4"]
    assert len(first) == 3


def test_an_empty_queue_gives_nothing(queues: Queues, queue: str) -> None:
    assert queues.receive(queue, 1, 60) == []


def test_a_deleted_message_is_gone(queues: Queues, queue: str) -> None:
    queues.send(queue, "a")
    [message] = queues.receive(queue, 1, 60)

    queues.delete(queue, message)

    with pytest.raises(MessageGone):
        queues.delete(queue, message)
    with pytest.raises(MessageGone):
        queues.update(queue, message, 0)


def test_a_message_comes_again_when_its_time_is_over(queues: Queues, queue: str) -> None:
    queues.send(queue, "a")
    [first] = queues.receive(queue, 1, 1)

    wait(queues, 1.2)
    [second] = queues.receive(queue, 1, 60)

    assert second.id == first.id
    assert second.dequeue_count == 2


def test_who_received_it_before_can_do_nothing_to_it(queues: Queues, queue: str) -> None:
    queues.send(queue, "a")
    [first] = queues.receive(queue, 1, 1)
    wait(queues, 1.2)
    [second] = queues.receive(queue, 1, 60)

    with pytest.raises(MessageGone):
        queues.update(queue, first, 60)
    with pytest.raises(MessageGone):
        queues.delete(queue, first)
    queues.delete(queue, second)


def test_a_shown_message_is_received_at_once(queues: Queues, queue: str) -> None:
    queues.send(queue, "a")
    [message] = queues.receive(queue, 1, 60)

    queues.update(queue, message, 0)

    assert [each.dequeue_count for each in queues.receive(queue, 1, 60)] == [2]


def test_renewing_hides_a_message_longer_and_renews_the_receipt(queues: Queues, queue: str) -> None:
    queues.send(queue, "a")
    [message] = queues.receive(queue, 1, 1)

    renewed = queues.update(queue, message, 60)

    wait(queues, 1.2)
    assert queues.receive(queue, 1, 60) == []
    with pytest.raises(MessageGone):
        queues.delete(queue, message)
    queues.delete(queue, renewed)


def test_a_queue_can_be_made_twice(queues: Queues, queue: str) -> None:
    queues.send(queue, "a")

    queues.create(queue)

    assert len(queues.receive(queue, 1, 60)) == 1


def test_a_missing_queue_is_named(queues: Queues) -> None:
    missing = f"q{uuid.uuid4().hex}"

    with pytest.raises(QueueMissing, match=missing):
        queues.send(missing, "a")
    with pytest.raises(QueueMissing, match=missing):
        queues.receive(missing, 1, 60)


def test_a_message_that_is_too_large_is_not_sent(queues: Queues, queue: str) -> None:
    with pytest.raises(QueuesUnavailable, match="RequestBodyTooLarge"):
        queues.send(queue, "x" * (64 * 2**10 + 1))

    queues.send(queue, "x" * (63 * 2**10))


def test_a_connection_that_is_not_set_is_named() -> None:
    with pytest.raises(ValueError, match="STORAGE__queueServiceUri"):
        connect("STORAGE", {"OTHER": "x"})
