"""The queue `jobs`: one message is one piece of an extraction job."""

from __future__ import annotations

import azure.functions as func

from functions.wiring import service
from functions.workers import body_of, worker
from shared.services import extraction
from shared.services.messages import Queue, parse

blueprint = func.Blueprint()


@worker(blueprint, Queue.JOBS)
def analyze_worker(message: func.QueueMessage) -> None:
    """Run a piece of a job, and end the job if it was the last."""
    parts = service()
    piece = parse(Queue.JOBS, body_of(message))
    extraction.run_piece(parts.stores, parts.extractors, piece.id, piece.piece)


@worker(blueprint, Queue.JOBS, poison=True)
def analyze_poison_worker(message: func.QueueMessage) -> None:
    """Fail a piece whose message could not be worked off."""
    piece = parse(Queue.JOBS, body_of(message))
    extraction.give_up(service().stores, piece.id, piece.piece)
