"""The queue `authoring`: imports, exports, swaps, copies and deletions."""

from __future__ import annotations

import azure.functions as func

from functions.wiring import service
from functions.workers import body_of, worker
from shared.services import authoring, operations
from shared.services.messages import Queue, parse

blueprint = func.Blueprint()


@worker(blueprint, Queue.AUTHORING)
def authoring_worker(message: func.QueueMessage) -> None:
    """Run an operation to its end."""
    parts = service()
    authoring.run(parts.stores, parse(Queue.AUTHORING, body_of(message)).id, parts.peers)


@worker(blueprint, Queue.AUTHORING, poison=True)
def authoring_poison_worker(message: func.QueueMessage) -> None:
    """Fail an operation whose message could not be worked off."""
    operations.give_up(service().stores, parse(Queue.AUTHORING, body_of(message)).id)
