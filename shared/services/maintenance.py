"""Maintenance: puts stuck work back on its queue, and removes what has expired."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared import clock, limits, telemetry
from shared.services import extraction, harvesting, receiving
from shared.services.messages import Message, Queue
from shared.storage.stores import Stores


def stuck(stores: Stores, *, after_seconds: int) -> list[Message]:
    """Return messages for all work that gave no sign of life for too long.

    Jobs whose time has run out (`cancelAfter`) are cancelled instead.

    The wait doubles with each try, so that work which kills its worker does not fill the queue;
    the worker itself fails what was tried too often.
    """
    now = clock.now()
    messages = [
        Message(
            Queue.TRAINING if operation.kind.needs_engine else Queue.AUTHORING,
            operation.id,
        )
        for operation in stores.operations.active()
        if _silent(operation.updated, operation.tries, after_seconds, now)
    ]
    for job in stores.jobs.active():
        if job.expires <= now or extraction.cancel_if_due(stores, job):
            continue
        if not _silent(job.created, 0, after_seconds, now):
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
    messages += harvesting.stuck(stores, after_seconds=after_seconds)
    for message in messages:
        if message.queue is Queue.JOBS:
            telemetry.warning("stuck-work-put-back", job=message.id, piece=message.piece)
        elif message.queue is Queue.HARVESTS:
            telemetry.warning(
                "stuck-work-put-back",
                job=message.id,
                section=message.section,
                piece=None if message.listing or message.section is not None else message.piece,
            )
        else:
            telemetry.warning("stuck-work-put-back", operation=message.id)
    return messages


def _silent(last: datetime, tries: int, after_seconds: int, now: datetime) -> bool:
    wait = timedelta(seconds=after_seconds) * (1 << min(tries, limits.TRIES))
    return now - last >= wait


def purge(stores: Stores) -> None:
    """Remove expired jobs, operations and copies, and files and snapshots of no model."""
    now = clock.now()
    delay = timedelta(seconds=limits.PURGE_DELAY_SECONDS)
    removed = 0
    for job_id in stores.jobs.older_than(now - timedelta(hours=stores.limits.job_hours) - delay):
        stores.jobs.delete(job_id)
        removed += 1
    for harvest in stores.harvests.all():
        # By its own moment: one that was taken away expires before its time.
        if harvest.expires <= now - delay:
            stores.harvests.delete(harvest.id)
            removed += 1
    for operation in stores.operations.older_than(
        now - timedelta(days=stores.limits.operation_days) - delay
    ):
        if operation.state.final:
            stores.operations.delete(operation.id)
            removed += 1
    for project in stores.projects.all():
        removed += _purge_models(stores, project.id, now)
        removed += _purge_snapshots(stores, project.id, now)
    removed += receiving.purge(stores)
    if removed:
        telemetry.event("purged", removed=removed)


def _purge_models(stores: Stores, project_id: str, now: datetime) -> int:
    # Listed before the references are read: a model that is published in between is young.
    kept = list(stores.models.prefixes(project_id))
    models = stores.models.all(project_id)
    used = {model.artifact.prefix for model in models}
    used |= {model.judgement.prefix for model in models if model.judgement}
    used |= {one.artifact.prefix for one in stores.models.deployments(project_id)}
    used |= {one.artifact.prefix for one in stores.models.exported(project_id)}
    orphans = [
        prefix
        for prefix, written in kept
        if prefix not in used and now - written > timedelta(hours=limits.ORPHANED_MODEL_HOURS)
    ]
    return sum(stores.models.delete_files(prefix) for prefix in orphans)


def _purge_snapshots(stores: Stores, project_id: str, now: datetime) -> int:
    """Remove snapshots of no model, such as those of evaluations, once no work needs them."""
    kept = list(stores.models.snapshots(project_id))
    used = {model.operation_id for model in stores.models.all(project_id)}
    removed = 0
    for operation_id, taken in kept:
        young = now - taken <= timedelta(hours=limits.ORPHANED_MODEL_HOURS)
        if young or operation_id in used:
            continue
        operation = stores.operations.find(operation_id)
        if operation is None or operation.state.final:
            removed += stores.models.delete_snapshot(project_id, operation_id)
    return removed
