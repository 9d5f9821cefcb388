"""Harvests, as callers see them: started, looked at, cancelled, resumed, taken away."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from datetime import timedelta

from shared import clock, ids, limits, telemetry
from shared.domain.harvests import Harvest, HarvestRequest, Progress, ResultPage, Section
from shared.domain.jobs import TaskRequest
from shared.domain.states import RESUMABLE, State, move, resume
from shared.errors import Conflict, OperationNotFound
from shared.services import extraction, projects
from shared.services.messages import Message, Queue
from shared.storage.harvests import PIECES_PER_SECTION
from shared.storage.ports import Changed
from shared.storage.stores import Stores

#: Pieces that are read to tell how far a harvest is, while it runs: more than are under way at a
#: time, as they are begun in their order, and few enough for every look.
_PIECES_LOOKED_AT = 400

#: Pieces whose rows are read for one page of results.
_PIECES_OF_A_PAGE = 200


def submit(
    stores: Stores, project_name: str, request: HarvestRequest
) -> tuple[Harvest, list[Message]]:
    """Keep a harvest, pinned to the model that its request names now; nothing is listed yet.

    Raises `ProjectNotFound`, `DeploymentNotFound` or `ModelNotFound`, and `InvalidArgument` where
    the project's container is gone.
    """
    project = stores.projects.read(project_name)
    projects.check_container(stores, project.settings.container)
    asked = TaskRequest(
        project=project_name,
        deployment=request.deployment,
        trained_model=request.trained_model,
        index_type=request.index_type,
    )
    now = clock.now()
    harvest = Harvest(
        id=ids.time_ordered(now),
        project_id=project.id,
        container=project.settings.container,
        prefix=request.prefix,
        display_name=request.display_name,
        task=extraction.pin(stores, asked, "$"),
        created=now,
        updated=now,
        expires=now + timedelta(hours=stores.limits.job_hours),
    )
    return stores.harvests.insert(harvest), still_open(harvest, [])


def listed(stores: Stores, project_name: str) -> list[Harvest]:
    """Return a project's harvests, the newest first; raise `ProjectNotFound`."""
    project = stores.projects.read(project_name)
    now = clock.now()
    return [one for one in stores.harvests.of_project(project.id) if one.expires > now]


def read(stores: Stores, project_name: str, harvest_id: str) -> Harvest:
    """Return a harvest of a project.

    Raises `ProjectNotFound`, and `OperationNotFound` where the project has none of this id or it
    has expired.
    """
    project = stores.projects.read(project_name)
    harvest = stores.harvests.find(harvest_id.lower()) if ids.is_id(harvest_id) else None
    if harvest is None or harvest.project_id != project.id or harvest.expires <= clock.now():
        raise OperationNotFound(target="jobId")
    return harvest


def progress(stores: Stores, harvest: Harvest) -> Progress:
    """Return how far a harvest is, by a look at 100 sections and a few hundred pieces."""
    sections = stores.harvests.sections(harvest.id)
    limit = None if harvest.state.final else _PIECES_LOOKED_AT
    ended, failed = _count(stores, harvest, sections, limit)
    total = sum(one.documents for one in sections) if sections and sections[-1].last else None
    rate: float | None = None
    left: int | None = None
    if harvest.started is not None and ended > harvest.before:
        until = harvest.updated if harvest.state.final else clock.now()
        rate = (ended - harvest.before) / max((until - harvest.started).total_seconds(), 0.001)
        if total is not None and not harvest.state.final:
            left = math.ceil((total - ended) / rate)
    return Progress(
        total=total,
        done=ended - failed,
        failed=failed,
        documents_per_second=rate,
        seconds_left=left,
    )


def _count(
    stores: Stores, harvest: Harvest, sections: Sequence[Section], limit: int | None = None
) -> tuple[int, int]:
    """Return how many documents have come to an end, and how many of them by an error.

    Sections that are settled tell it themselves. Of the others the pieces are read, no more than
    the first `limit`, so that every look at a harvest under way takes the same short time.
    """
    settled = {one.index: one for one in sections if one.settled(harvest.round)}
    ended = sum(one.documents for one in settled.values())
    failed = sum(one.failed for one in settled.values())
    first = next((one.index for one in sections if one.index not in settled), None)
    if first is None:
        return ended, failed
    for piece in stores.harvests.pieces(harvest.id, first * PIECES_PER_SECTION, limit=limit):
        if piece.settled(harvest.round) and piece.index // PIECES_PER_SECTION not in settled:
            ended += piece.documents
            failed += piece.failed
    return ended, failed


def cancel(stores: Stores, project_name: str, harvest_id: str) -> Harvest:
    """End a harvest as cancelled and return it; what is under way at this moment may still end.

    What has been done stays, can be read, and need not be done again: see `take_up_again`. A cancel
    of a cancelled harvest changes nothing. Raises what `read` does, and `Conflict` where it has
    ended otherwise.
    """
    while True:
        harvest = read(stores, project_name, harvest_id)
        if harvest.state is State.CANCELLED:
            return harvest
        if harvest.state.final:
            raise Conflict("The job has ended already, so it cannot be cancelled.", target="jobId")
        try:
            harvest = stores.harvests.replace(_cancelled(harvest))
        except Changed:
            continue  # It was written at this moment: it has begun, or ended.
        telemetry.event("harvest-cancelled", job=harvest.id)
        return harvest


def _cancelled(harvest: Harvest) -> Harvest:
    return dataclasses.replace(
        harvest, state=move(harvest.state, State.CANCELLED), updated=clock.now()
    )


def take_up_again(
    stores: Stores, project_name: str, harvest_id: str
) -> tuple[Harvest, list[Message]]:
    """Let a harvest go on that was cancelled or has failed, in part or as a whole.

    Pieces that have succeeded are not run again, also where some of their documents have an error
    for a result: it would be the same again. The listing goes on where it was. Raises what `read`
    does, and `Conflict` where nothing is left to be done.
    """
    harvest = read(stores, project_name, harvest_id)
    if harvest.state not in RESUMABLE:
        raise Conflict("The job is under way or has succeeded.", target="jobId")
    sections = stores.harvests.sections(harvest.id)
    now = clock.now()
    resumed = dataclasses.replace(
        harvest,
        state=resume(harvest.state),
        updated=now,
        round=harvest.round + 1,
        tries=0,
        started=now,
        errors=(),
    )
    ended, _ = _count(stores, resumed, sections)
    try:
        harvest = stores.harvests.replace(dataclasses.replace(resumed, before=ended))
    except Changed as error:
        raise Conflict("Somebody else has resumed the job.", target="jobId") from error
    telemetry.event("harvest-resumed", job=harvest.id, round=harvest.round)
    return harvest, still_open(harvest, sections)


def still_open(harvest: Harvest, sections: Sequence[Section]) -> list[Message]:
    """Return messages for all sections that are not settled, or for the listing, if that is not.

    Where nothing is left, one for the last section: it ends the harvest.
    """
    if not sections or not sections[-1].last:
        return [Message(Queue.HARVESTS, harvest.id, listing=True)]
    open_sections = [one for one in sections if not one.settled(harvest.round)]
    return [
        Message(Queue.HARVESTS, harvest.id, section=one.index)
        for one in open_sections or sections[-1:]
    ]


def remove(stores: Stores, project_name: str, harvest_id: str) -> None:
    """Take a harvest away, cancelled if it has not ended: from now on nobody finds it.

    It expires; what it holds is removed by the next purge, when no worker can be at it any more.
    Raises what `read` does.
    """
    while True:
        harvest = read(stores, project_name, harvest_id)
        if not harvest.state.final:
            harvest = _cancelled(harvest)
        try:
            stores.harvests.replace(dataclasses.replace(harvest, expires=clock.now()))
            return
        except Changed:
            continue


def results(stores: Stores, project_name: str, harvest_id: str, first: int) -> ResultPage:
    """Return the results of a harvest that has ended, from a piece on: as many as fit one answer.

    Documents that were not looked at, because it was cancelled or failed, are left out. Raises what
    `read` does, and `Conflict` where it has not ended.
    """
    harvest = read(stores, project_name, harvest_id)
    if not harvest.state.final:
        raise Conflict("The job has not ended; its results are there when it has.", target="jobId")
    pieces = stores.harvests.pieces(harvest.id, first, limit=_PIECES_OF_A_PAGE)
    size, parts = 0, list[str]()
    following = pieces[-1].index + 1 if len(pieces) == _PIECES_OF_A_PAGE else None
    for piece in pieces:
        if not piece.part:
            continue
        if parts and size + piece.size > limits.RESULT_BYTES:
            following = piece.index
            break
        parts.append(piece.part)
        size += piece.size
    kept = [one for one in stores.harvests.parts(harvest.id, parts) if one is not None]
    if len(kept) < len(parts):
        raise OperationNotFound(target="jobId")  # It is being removed.
    return ResultPage(lines=kept, following=following)
