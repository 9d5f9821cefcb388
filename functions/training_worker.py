"""The queue `training`: one message is one training, or the evaluation of a model."""

from __future__ import annotations

import azure.functions as func

from functions.wiring import service
from functions.workers import body_of, worker
from shared.services import authoring, operations, training
from shared.services.messages import Queue, parse

blueprint = func.Blueprint()


@worker(blueprint, Queue.TRAINING)
def training_worker(message: func.QueueMessage) -> None:
    """Run a training or an evaluation to its end."""
    parts = service()
    authoring.run_on_engine(
        parts.stores,
        parts.extractors,
        parse(Queue.TRAINING, body_of(message)).id,
        stuck_after_seconds=parts.settings.stuck_after_seconds,
        jobs=parts.settings.training_jobs,
    )


@worker(blueprint, Queue.TRAINING, poison=True)
def training_poison_worker(message: func.QueueMessage) -> None:
    """Fail a training or an evaluation whose message could not be worked off."""
    parts = service()
    operation_id = parse(Queue.TRAINING, body_of(message)).id
    operations.give_up(parts.stores, operation_id)
    training.release(parts.stores, operation_id)
