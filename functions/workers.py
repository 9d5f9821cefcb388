"""The one wrapper of every queue trigger: logging, and messages that are not ours."""

from __future__ import annotations

import functools
from collections.abc import Callable

import azure.functions as func

from shared import telemetry
from shared.services.messages import BadMessage, Queue
from shared.settings import CONNECTION

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
            try:
                work(message)
            except BadMessage:
                telemetry.warning("bad-message", queue=queue.value, message=message.id)
            except Exception as error:
                telemetry.fault("work-failed", error, queue=queue.value, message=message.id)
                raise

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
