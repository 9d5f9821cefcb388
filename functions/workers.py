"""The one wrapper of every queue trigger: logging, and messages that are not ours."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC

import azure.functions as func

from functions.http import batch
from shared import clock, telemetry
from shared.services.messages import BadMessage, Message, Queue, parse
from shared.settings import CONNECTION
from shared.telemetry import Field

#: What a worker does with a message; it may return messages for the same queue.
Work = Callable[[func.QueueMessage], Sequence[Message] | None]


def worker(
    blueprint: func.Blueprint, queue: Queue, *, poison: bool = False, sends: bool = False
) -> Callable[[Work], Work]:
    """Register the worker of a queue, or of its poison queue, under its own name.

    One that `sends` returns messages, which go onto the queue before its own message is deleted.
    An exception lets the host try the message again, at last on the poison queue. A message that
    is not one of ours can never succeed, so it is logged and dropped.
    """

    def register(work: Work) -> Work:
        def run(message: func.QueueMessage) -> str:
            """Do the work, and return what goes onto the queue, if anything does."""
            name = work.__name__
            with telemetry.within(**_about(queue, message)), telemetry.first_call(name):
                begin, outcome = time.monotonic(), "again"
                try:
                    following = list(work(message) or ())
                    outcome = "done"
                    return batch(following) if following else ""
                except BadMessage:
                    telemetry.warning("bad-message", queue=queue.value)
                    outcome = "dropped"
                    return ""
                except Exception as error:
                    telemetry.fault("work-failed", error, queue=queue.value)
                    raise
                finally:
                    telemetry.event(
                        "work",
                        function=name,
                        outcome=outcome,
                        delivery=message.dequeue_count,
                        age_ms=_age_ms(message),
                        ms=telemetry.ms_since(begin),
                    )

        def alone(message: func.QueueMessage) -> None:
            run(message)

        def sending(message: func.QueueMessage, messages: func.Out[str]) -> None:
            if following := run(message):
                messages.set(following)

        builder = blueprint.function_name(work.__name__)(
            blueprint.queue_trigger(
                arg_name="message",
                queue_name=f"{queue.value}-poison" if poison else queue.value,
                connection=CONNECTION,
            )(sending if sends else alone)
        )
        if sends:
            blueprint.queue_output(
                arg_name="messages", queue_name=queue.value, connection=CONNECTION
            )(builder)
        return work

    return register


def body_of(message: func.QueueMessage) -> str:
    """Return a message's text; raise `BadMessage` for bytes that are none."""
    try:
        return message.get_body().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadMessage("Not a text.") from error


def _about(queue: Queue, message: func.QueueMessage) -> dict[str, Field]:
    """Return what all events of a message's work say: its id, and what it belongs to."""
    about: dict[str, Field] = {"message": message.id}
    try:
        known = parse(queue, body_of(message))
    except BadMessage:
        return about
    what = "job" if queue in (Queue.JOBS, Queue.HARVESTS) else "operation"
    return {**about, what: known.id, "trace": known.trace or uuid.uuid4().hex}


def _age_ms(message: func.QueueMessage) -> int | None:
    """Return for how long a message has been on its queue by now, all of its tries together."""
    since = message.insertion_time
    if since is None:
        return None
    aware = since if since.tzinfo else since.replace(tzinfo=UTC)
    # Storage's clock may be ahead of this one.
    return max(0, round((clock.now() - aware).total_seconds() * 1000))
