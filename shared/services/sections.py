"""The sections of a harvest: the container is listed into them, their pieces are handed out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from shared import clock, limits, telemetry
from shared.domain.harvests import Harvest, HarvestPiece, Section
from shared.domain.states import State, move
from shared.errors import NotFound, QuotaExceeded
from shared.services import settling
from shared.services.harvests import still_open
from shared.services.messages import Message, Queue
from shared.services.operations import GIVEN_UP
from shared.storage.harvests import PIECES_PER_SECTION
from shared.storage.ports import AlreadyExists, Changed
from shared.storage.stores import Stores


def list_container(stores: Stores, harvest: Harvest) -> list[Message]:
    """List the container from where an earlier try got to; return messages for all sections."""
    listed = stores.harvests.sections(harvest.id)
    if complete(listed):
        return still_open(harvest, listed)  # What an earlier try would have sent, if that died.
    if harvest.tries >= limits.TRIES:
        settling.fail(stores, harvest, GIVEN_UP)
        return []
    now = clock.now()
    try:
        harvest = stores.harvests.replace(
            dataclasses.replace(
                harvest,
                state=move(harvest.state, State.RUNNING),
                tries=harvest.tries + 1,
                started=harvest.started or now,
                updated=now,
            )
        )
    except Changed:
        # Another process lists too, which does no harm: of each section the first names count.
        present = stores.harvests.find(harvest.id)
        if present is None or present.state.final:
            return []
        harvest = present
    try:
        sections = _sections(stores, harvest)
    except (NotFound, QuotaExceeded) as error:
        settling.fail(stores, harvest, error.detail())
        return []
    telemetry.event(
        "container-listed",
        job=harvest.id,
        documents=sum(section.documents for section in sections),
        sections=len(sections),
    )
    if sections[-1].settled(harvest.round):
        settling.end(stores, harvest)  # Perhaps there is no document at all.
    return still_open(harvest, sections)


def complete(listed: Sequence[Section]) -> bool:
    """Whether these sections are all of a listing."""
    return bool(listed) and listed[-1].last


def _sections(stores: Stores, harvest: Harvest) -> list[Section]:
    """Write down the names that are not written down yet, and return all sections.

    Raises `NotFound` where the container is gone, `QuotaExceeded` where it has too many documents.
    """
    most = stores.limits.documents_per_container_job
    sections = stores.harvests.sections(harvest.id)
    marker: str | None = None
    if sections:
        before = stores.harvests.names(harvest.id, sections[-1].index)
        marker = before.marker if before else None
    while not complete(sections):
        index = len(sections)
        page = stores.harvests.names(harvest.id, index)
        if page is None:
            found = stores.documents.name_page(harvest.container, harvest.prefix, marker)
            page = stores.harvests.keep_names(harvest.id, index, found)
        if sum(one.documents for one in sections) + len(page.names) > most:
            raise QuotaExceeded(
                f"There are more than {most:,} documents, which is the most that one job extracts; "
                "name a longer prefix.",
                target="prefix",
            )
        marker = page.marker
        section = Section(
            harvest_id=harvest.id,
            index=index,
            documents=len(page.names),
            last=marker is None,
            updated=clock.now(),
            ended=not page.names,
        )
        sections.append(stores.harvests.insert_section(section))
    return sections


def hand_out(stores: Stores, harvest: Harvest, index: int) -> list[Message]:
    """Make the pieces of a section ready for this round; return messages for those to be run."""
    while True:
        section = stores.harvests.section(harvest.id, index)
        if section is None:
            return []
        pieces = stores.harvests.pieces_of(harvest.id, section.index)
        if section.round >= harvest.round or section.settled(harvest.round):
            break
        try:
            pieces = _open(stores, harvest, section, pieces)
            break
        except (Changed, AlreadyExists):
            continue  # Another process handed it out, or one of its pieces ended, at this moment.
    waiting = [piece for piece in pieces if not piece.settled(harvest.round)]
    if not waiting:
        settling.settle(stores, harvest, section.index)
    return [Message(Queue.HARVESTS, harvest.id, piece=piece.index) for piece in waiting]


def _open(
    stores: Stores, harvest: Harvest, section: Section, present: Sequence[HarvestPiece]
) -> list[HarvestPiece]:
    """Write new pieces, but where they have succeeded; return all.

    A worker that is still at one since an earlier round will find that it has lost it.
    """
    kept = {piece.index: piece for piece in present}
    now = clock.now()
    size = limits.DOCUMENTS_PER_TASK
    pieces: list[HarvestPiece] = []
    for number, start in enumerate(range(0, section.documents, size)):
        index = section.index * PIECES_PER_SECTION + number
        before = kept.get(index)
        if before is not None and before.state is State.SUCCEEDED:
            pieces.append(before)
            continue
        pieces.append(
            HarvestPiece(
                harvest_id=harvest.id,
                index=index,
                documents=min(size, section.documents - start),
                updated=now,
                round=harvest.round,
                etag=before.etag if before else "",
            )
        )
    opened = dataclasses.replace(
        section, round=harvest.round, ended=False, failed=0, lost=0, error=None, updated=now
    )
    fresh = [piece for piece in pieces if piece.state is not State.SUCCEEDED]
    stores.harvests.open_section(opened, fresh)
    return pieces
