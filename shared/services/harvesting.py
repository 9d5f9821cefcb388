"""Harvesting: what workers do for a harvest, one queue message at a time.

One message lists the container and writes its names down in sections; one for each section hands
its pieces out; one for each piece extracts its documents. So listing and sending are work of
workers too, a submission answers at once, and no message is larger than an id and a number.

As with extraction jobs there is no counter of finished pieces (see `settling`), every write names
the version that it changes, and every redelivery takes the same steps again. But as there may be
thousands of pieces, one that a worker holds is not taken up by another, and what only waits in a
long queue is not put back by the sweep: see `stuck`.

Each try of a piece writes a part of its own, for the documents may change between two tries; the
row names the part that counts, together with its numbers.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared import clock, limits, telemetry
from shared.domain.harvests import Harvest, HarvestPiece
from shared.domain.jobs import InputDocument
from shared.domain.states import State, move
from shared.errors import (
    ErrorDetail,
    InvalidDocument,
    NotFound,
    ServiceError,
    ServiceUnavailable,
)
from shared.schema.harvests import error_line, result_line
from shared.services import extraction, sections, settling
from shared.services.extractors import Extractors
from shared.services.harvests import still_open
from shared.services.messages import Message, Queue
from shared.services.operations import GIVEN_UP
from shared.storage.harvests import PIECES_PER_SECTION
from shared.storage.ports import Changed
from shared.storage.side_by_side import side_by_side
from shared.storage.stores import Stores

#: Sections that the sweep puts back at a time where a harvest gives no sign of life.
_PUT_BACK = 10


@dataclass(frozen=True, slots=True)
class _Part:
    """What a try of a piece has come to."""

    #: JSON, one line a document.
    data: bytes
    #: Documents whose result is an error.
    failed: int
    #: Of all documents that were read.
    characters: int


#: A document, or the name of one that cannot be read and its error.
_Read = InputDocument | tuple[str, dict[str, Any]]


def work(
    stores: Stores, extractors: Extractors, message: Message, *, after_seconds: int
) -> list[Message]:
    """Work a message off, and return messages for what is to be done next.

    May be called again at any time, for what has ended or is gone too. `after_seconds` is the
    silence after which a worker counts as dead.
    """
    harvest = stores.harvests.find(message.id)
    if harvest is None or harvest.state.final or harvest.expires <= clock.now():
        return []
    if message.listing:
        return sections.list_container(stores, harvest)
    if message.section is not None:
        return sections.hand_out(stores, harvest, message.section)
    _run(stores, extractors, harvest, message.piece, after_seconds)
    return []


def _run(
    stores: Stores, extractors: Extractors, harvest: Harvest, index: int, after_seconds: int
) -> None:
    """Run a piece, and end its section and the harvest if it was the last."""
    piece = stores.harvests.piece(harvest.id, index)
    if piece is None:
        return
    if piece.state.final:
        settling.settle(stores, harvest, index // PIECES_PER_SECTION)
        return
    now = clock.now()
    if piece.held and not _silent(piece.updated, piece.tries, after_seconds, now):
        return  # A worker is at it; should that die, the sweep puts it back.
    if piece.tries >= limits.TRIES:
        _fail(stores, harvest, piece, GIVEN_UP)
        return
    try:
        piece = stores.harvests.replace_piece(
            dataclasses.replace(
                piece,
                state=move(piece.state, State.RUNNING),
                tries=piece.tries + 1,
                held=True,
                updated=now,
            )
        )
    except Changed:
        return  # Another worker took it up at this moment.
    begin = time.monotonic()
    try:
        names = _names(stores, piece)
        if names is None:
            return
        part = _extract(stores, extractors, harvest, names)
        stores.harvests.put_part(harvest.id, piece.part_for(State.SUCCEEDED), part.data)
    except ServiceError as error:
        if not isinstance(error, ServiceUnavailable):
            _fail(stores, harvest, piece, error.detail())
            return
        _let_go(stores, piece)
        raise
    except Exception:
        _let_go(stores, piece)
        raise
    telemetry.event(
        "piece-done",
        job=harvest.id,
        piece=piece.index,
        tries=piece.tries,
        documents=piece.documents,
        characters=part.characters,
        errors=part.failed,
        ms=telemetry.ms_since(begin),
    )
    _close(stores, harvest, piece, State.SUCCEEDED, part)


def _let_go(stores: Stores, piece: HarvestPiece) -> None:
    """Say that no worker is at a piece now, so that its next try need not wait."""
    try:
        stores.harvests.replace_piece(dataclasses.replace(piece, held=False))
    except (Changed, ServiceUnavailable):
        return  # Somebody else has it; or storage is away, and the sweep will see to it.


def _names(stores: Stores, piece: HarvestPiece) -> Sequence[str] | None:
    """Return the names of a piece's documents, or None where the harvest is being removed."""
    page = stores.harvests.names(piece.harvest_id, piece.index // PIECES_PER_SECTION)
    start = piece.index % PIECES_PER_SECTION * limits.DOCUMENTS_PER_TASK
    return page.names[start : start + piece.documents] if page else None


def _extract(
    stores: Stores, extractors: Extractors, harvest: Harvest, names: Sequence[str]
) -> _Part:
    """Return the results of documents: the entities of each, or the error of one without."""
    lines: list[bytes] = []
    failed = characters = 0
    for some in _in_memory(_read(stores, harvest, names)):
        documents = [one for one in some if isinstance(one, InputDocument)]
        part = extraction.extract(stores, extractors, harvest.task, documents)
        results = {one["id"]: result_line(one["id"], one["entities"]) for one in part.documents}
        results |= {one["id"]: error_line(one["id"], one["error"]) for one in part.errors}
        for one in some:
            if isinstance(one, InputDocument):
                lines.append(results[one.id])
                characters += len(one.text)
            else:
                lines.append(error_line(*one))
        failed += len(some) - len(part.documents)
    return _Part(b"".join(lines), failed, characters)


def _read(stores: Stores, harvest: Harvest, names: Sequence[str]) -> Iterator[_Read]:
    """Yield each document, or its name and the error of one that cannot be read."""

    def read(name: str) -> _Read:
        try:
            return InputDocument(id=name, text=stores.documents.read(harvest.container, name).text)
        except (NotFound, InvalidDocument) as error:
            return name, error.detail().body()

    return side_by_side(read, names)


def _in_memory(documents: Iterable[_Read]) -> Iterator[list[_Read]]:
    """Yield the documents in turn, so many at a time as may be in memory together."""
    some: list[_Read] = []
    size = 0
    for one in documents:
        some.append(one)
        size += len(one.text) if isinstance(one, InputDocument) else 0
        if size >= limits.CHARACTERS_IN_MEMORY:
            yield some
            some, size = [], 0
    if some:
        yield some


def _fail(stores: Stores, harvest: Harvest, piece: HarvestPiece, error: ErrorDetail) -> None:
    """End a piece that cannot succeed: each of its documents gets the error."""
    telemetry.warning(
        "piece-failed",
        job=harvest.id,
        piece=piece.index,
        tries=piece.tries,
        documents=piece.documents,
        code=error.code,
    )
    names = _names(stores, piece)
    if names is None:
        return
    data = b"".join(error_line(name, error.body()) for name in names)
    stores.harvests.put_part(harvest.id, piece.part_for(State.FAILED), data)
    _close(stores, harvest, piece, State.FAILED, _Part(data, len(names), 0), error)


def _close(
    stores: Stores,
    harvest: Harvest,
    piece: HarvestPiece,
    state: State,
    part: _Part,
    error: ErrorDetail | None = None,
) -> None:
    """Move a piece to its end state, with the part that counts, unless another try has it now."""
    ended = dataclasses.replace(
        piece,
        state=move(piece.state, state),
        held=False,
        updated=clock.now(),
        part=piece.part_for(state),
        size=len(part.data),
        failed=part.failed,
        error=error,
    )
    try:
        stores.harvests.replace_piece(ended)
    except Changed:
        present = stores.harvests.piece(harvest.id, piece.index)
        if present is None or not present.state.final:
            return
    settling.settle(stores, harvest, piece.index // PIECES_PER_SECTION)


def give_up(stores: Stores, message: Message) -> None:
    """Fail what a message is about that ended on the poison queue: a piece, or all of a harvest."""
    harvest = stores.harvests.find(message.id)
    if harvest is None or harvest.state.final:
        return
    if message.listing and sections.complete(stores.harvests.sections(harvest.id)):
        return  # It is listed all the same; the sweep sends what was not sent.
    if message.listing or message.section is not None:
        settling.fail(stores, harvest, GIVEN_UP)
        return
    piece = stores.harvests.piece(harvest.id, message.piece)
    if piece is not None and not piece.state.final:
        _fail(stores, harvest, piece, GIVEN_UP)


def stuck(stores: Stores, *, after_seconds: int) -> list[Message]:
    """Return messages for the harvests' work that nobody is at.

    Of a harvest in which nothing has moved for a while, some sections are put back, by which their
    pieces are sent again: messages of theirs may be lost. The others of its pieces wait in the
    queue behind thousands, perhaps for an hour, so as long as some come to their turn none is sent
    twice. A piece that was held by a worker which gives no sign of life is put back in any case.
    """
    messages: list[Message] = []
    now = clock.now()
    for harvest in stores.harvests.active():
        if harvest.expires > now:
            messages += _stuck(stores, harvest, after_seconds, now)
    return messages


def _stuck(stores: Stores, harvest: Harvest, after_seconds: int, now: datetime) -> list[Message]:
    listed = stores.harvests.sections(harvest.id)
    first = next((one.index for one in listed if not one.settled(harvest.round)), None)
    pieces = [] if first is None else stores.harvests.pieces(harvest.id, first * PIECES_PER_SECTION)
    messages = [
        Message(Queue.HARVESTS, harvest.id, piece=piece.index)
        for piece in pieces
        if piece.held and _silent(piece.updated, piece.tries, after_seconds, now)
    ]
    moves = [harvest.updated, *(one.updated for one in listed), *(one.updated for one in pieces)]
    if not _silent(max(moves), 0, after_seconds, now):
        return messages
    try:
        # From now on it is not silent for a while, so that the next sweep does not send the same.
        stores.harvests.replace(dataclasses.replace(harvest, updated=now))
    except Changed:
        return messages
    return messages + still_open(harvest, listed)[:_PUT_BACK]


def _silent(last: datetime, tries: int, after_seconds: int, now: datetime) -> bool:
    """Whether work gave no sign of life for too long; the wait doubles with each try."""
    return now - last >= timedelta(seconds=after_seconds) * (1 << min(tries, limits.TRIES))
