"""The queue `harvests`: one message is one step of the extraction of a container."""

from __future__ import annotations

from collections.abc import Sequence

import azure.functions as func

from functions.wiring import service
from functions.workers import body_of, worker
from shared.services import harvesting
from shared.services.messages import Message, Queue, parse

blueprint = func.Blueprint()


@worker(blueprint, Queue.HARVESTS, sends=True)
def extraction_worker(message: func.QueueMessage) -> Sequence[Message]:
    """List a container, hand a section of it out, or run a piece."""
    parts = service()
    return harvesting.work(
        parts.stores,
        parts.extractors,
        parse(Queue.HARVESTS, body_of(message)),
        after_seconds=parts.settings.stuck_after_seconds,
    )


@worker(blueprint, Queue.HARVESTS, poison=True)
def extraction_poison_worker(message: func.QueueMessage) -> None:
    """Fail a piece, or the whole, whose message could not be worked off."""
    harvesting.give_up(service().stores, parse(Queue.HARVESTS, body_of(message)))
