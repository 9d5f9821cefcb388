"""The end of a harvest: a section settles when its pieces have, the harvest when its sections have.

There is no counter of finished pieces: after a redelivery it would be wrong. And a piece that has
ended does not look at all others, as that of a small job does: for 100,000 documents, 4,000 pieces
would read 16 million rows. It looks at the others of its section, 40 rows; the one that finds all
of them ended marks the section, and looks at all sections, 100 rows. Whoever comes later, and every
redelivery, takes the same steps again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from shared import clock, telemetry
from shared.domain.harvests import Harvest, Section
from shared.domain.states import State, move
from shared.errors import ErrorDetail
from shared.storage.ports import Changed
from shared.storage.stores import Stores


def settle(stores: Stores, harvest: Harvest, index: int) -> None:
    """Mark a section whose pieces have all ended, and end the harvest if it was the last."""
    pieces = stores.harvests.pieces_of(harvest.id, index)
    if not all(piece.state.final for piece in pieces):
        return
    section = stores.harvests.section(harvest.id, index)
    # The pieces were read before their section: where it was handed out anew in between, those
    # that had failed are of an earlier round.
    if section is None or not all(piece.settled(section.round) for piece in pieces):
        return
    if sum(piece.documents for piece in pieces) < section.documents:
        return  # It is not handed out yet.
    if not section.ended:
        lost = [piece for piece in pieces if piece.state is State.FAILED]
        ended = dataclasses.replace(
            section,
            ended=True,
            failed=sum(piece.failed for piece in pieces),
            lost=sum(piece.documents for piece in lost),
            error=lost[0].error if lost else None,
            updated=clock.now(),
        )
        try:
            stores.harvests.replace_section(ended)
        except Changed:
            # Whoever was first has ended it, and looks at the others; or it is handed out anew.
            present = stores.harvests.section(harvest.id, index)
            if present is None or not present.ended:
                return
    end(stores, harvest)


def end(stores: Stores, harvest: Harvest) -> None:
    """End a harvest whose sections are all settled."""
    present: Harvest | None = harvest
    sections = stores.harvests.sections(harvest.id)
    while present is not None and not present.state.final:
        if not sections or not sections[-1].last:
            return
        if not all(section.settled(present.round) for section in sections):
            return
        try:
            ended = stores.harvests.replace(_ended(present, sections))
        except Changed:
            # It was written at this moment: begun, cancelled, resumed, or ended.
            present = stores.harvests.find(harvest.id)
            sections = stores.harvests.sections(harvest.id)
            continue
        telemetry.event("harvest-ended", job=ended.id, state=ended.state.value)
        return


def _ended(harvest: Harvest, sections: Sequence[Section]) -> Harvest:
    """Return the harvest in the end state that its sections make.

    Documents that cannot be read are results like others. It has failed where all of its pieces
    have, and is complete in part where some have.
    """
    documents = sum(section.documents for section in sections)
    lost = sum(section.lost for section in sections)
    errors = [section.error for section in sections if section.error is not None]
    state = State.SUCCEEDED
    if lost:
        state = State.FAILED if lost == documents else State.PARTIALLY_COMPLETED
    # A section may end before the harvest is seen to run.
    present = State.RUNNING if harvest.state is State.NOT_STARTED else harvest.state
    return dataclasses.replace(
        harvest, state=move(present, state), updated=clock.now(), errors=tuple(errors[:1])
    )


def fail(stores: Stores, harvest: Harvest, error: ErrorDetail) -> None:
    """End a harvest that cannot go on."""
    present: Harvest | None = harvest
    while present is not None and not present.state.final:
        failed = dataclasses.replace(
            present, state=move(present.state, State.FAILED), updated=clock.now(), errors=(error,)
        )
        try:
            stores.harvests.replace(failed)
        except Changed:
            present = stores.harvests.find(harvest.id)
            continue
        telemetry.warning("harvest-failed", job=harvest.id, code=error.code)
        return
