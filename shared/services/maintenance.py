"""Maintenance: puts stuck work back on its queue, and removes what has expired."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared import clock, limits, telemetry
from shared.domain.operations import OperationKind
from shared.services.messages import Message, Queue
from shared.storage.stores import Stores


def stuck(stores: Stores, *, after_seconds: int) -> list[Message]:
    """Return messages for all work that gave no sign of life for too long.

    The wait doubles with each try, so that work which kills its worker does not fill the queue;
    the worker itself fails what was tried too often.
    """
    now = clock.now()
    messages = [
        Message(
            Queue.TRAINING if operation.kind is OperationKind.TRAIN else Queue.AUTHORING,
            operation.id,
        )
        for operation in stores.operations.active()
        if _silent(operation.updated, operation.tries, after_seconds, now)
    ]
    for job in stores.jobs.active():
        if job.expires <= now or not _silent(job.created, 0, after_seconds, now):
            continue
        pieces = stores.jobs.pieces(job.id)
        open_pieces = [piece for piece in pieces if not piece.state.final]
        messages += [
            Message(Queue.JOBS, job.id, piece.index)
            for piece in open_pieces
            if _silent(piece.updated, piece.tries, after_seconds, now)
        ]
        if not open_pieces and pieces:
            # All pieces ended, and who ended the last one died: any piece's message ends the job.
            messages.append(Message(Queue.JOBS, job.id, 0))
    if messages:
        telemetry.warning("stuck-work-put-back", messages=len(messages))
    return messages


def _silent(last: datetime, tries: int, after_seconds: int, now: datetime) -> bool:
    wait = timedelta(seconds=after_seconds) * (1 << min(tries, limits.TRIES))
    return now - last >= wait


def purge(stores: Stores) -> None:
    """Remove expired jobs and operations, and the files of models that nothing refers to."""
    now = clock.now()
    delay = timedelta(seconds=limits.PURGE_DELAY_SECONDS)
    removed = 0
    for job_id in stores.jobs.older_than(now - timedelta(hours=limits.JOB_HOURS) - delay):
        stores.jobs.delete(job_id)
        removed += 1
    for operation in stores.operations.older_than(
        now - timedelta(days=limits.OPERATION_DAYS) - delay
    ):
        if operation.state.final:
            stores.operations.delete(operation.id)
            removed += 1
    for project in stores.projects.all():
        removed += _purge_models(stores, project.id, now)
    if removed:
        telemetry.event("purged", removed=removed)


def _purge_models(stores: Stores, project_id: str, now: datetime) -> int:
    # Listed before the references are read: a model that is published in between is young.
    kept = list(stores.models.prefixes(project_id))
    used = {model.artifact.prefix for model in stores.models.all(project_id)}
    used |= {one.artifact.prefix for one in stores.models.deployments(project_id)}
    orphans = [
        prefix
        for prefix, written in kept
        if prefix not in used and now - written > timedelta(hours=limits.ORPHANED_MODEL_HOURS)
    ]
    return sum(stores.models.delete_files(prefix) for prefix in orphans)
