"""The one wrapper of every queue trigger: logging, and messages that are not ours."""

from __future__ import annotations

import functools
import time
import uuid
from collections.abc import Callable
from datetime import UTC

import azure.functions as func

from shared import clock, telemetry
from shared.services.messages import BadMessage, Queue, parse
from shared.settings import CONNECTION
from shared.telemetry import Field

Work = Callable[[func.QueueMessage], None]


def worker(
    blueprint: func.Blueprint, queue: Queue, *, poison: bool = False
) -> Callable[[Work], Work]:
    """Register the worker of a queue, or of its poison queue, under its own name.

    An exception lets the host try the message again, at last on the poison queue. A message that
    is not one of ours can never succeed, so it is logged and dropped.
    """

    def register(work: Work) -> Work:
        @functools.wraps(work)
        def function(message: func.QueueMessage) -> None:
            name = work.__name__
            with telemetry.within(**_about(queue, message)), telemetry.first_call(name):
                begin, outcome = time.monotonic(), "again"
                try:
                    work(message)
                    outcome = "done"
                except BadMessage:
                    telemetry.warning("bad-message", queue=queue.value)
                    outcome = "dropped"
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

        blueprint.function_name(work.__name__)(
            blueprint.queue_trigger(
                arg_name="message",
                queue_name=f"{queue.value}-poison" if poison else queue.value,
                connection=CONNECTION,
            )(function)
        )
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
    what = "job" if queue is Queue.JOBS else "operation"
    return {**about, what: known.id, "trace": known.trace or uuid.uuid4().hex}


def _age_ms(message: func.QueueMessage) -> int | None:
    """Return for how long a message has been on its queue by now, all of its tries together."""
    since = message.insertion_time
    if since is None:
        return None
    aware = since if since.tzinfo else since.replace(tzinfo=UTC)
    # Storage's clock may be ahead of this one.
    return max(0, round((clock.now() - aware).total_seconds() * 1000))
