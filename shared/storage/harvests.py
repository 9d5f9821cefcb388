"""Harvests: a row each in the table `harvests`, their sections and pieces in the table `pieces`.

The rows of harvests have a table of their own so that looking for those of a project, or for those
that are under way, does not read the thousands of rows of their pieces. Names of documents and
results are in blobs beside those of other jobs, under `jobs/<id>/`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence

from shared import limits
from shared.domain.harvests import Harvest, HarvestPiece, Section
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.storage.jobs import task_of
from shared.storage.ports import (
    AlreadyExists,
    Change,
    Delete,
    Insert,
    NamePage,
    Replace,
    Row,
    Storage,
)
from shared.storage.projects import CONTAINER
from shared.storage.rows import moment, optional_moment, optional_text, text, whole
from shared.storage.rules import CHANGES_PER_TRANSACTION
from shared.storage.side_by_side import side_by_side

_HARVEST = "harvest"

#: Pieces that a section has room for.
PIECES_PER_SECTION = limits.NAMES_PER_SECTION // limits.DOCUMENTS_PER_TASK


class Harvests:
    """The harvests of all projects."""

    def __init__(self, storage: Storage) -> None:
        self._table = storage.table("harvests")
        self._work = storage.table("pieces")
        self._blobs = storage.blobs

    def insert(self, harvest: Harvest) -> Harvest:
        """Keep a new harvest and return it with its ETag."""
        # Its id is new, so nothing is overwritten, also where the write is sent again.
        return dataclasses.replace(harvest, etag=self._table.put(_harvest_row(harvest)))

    def replace(self, harvest: Harvest) -> Harvest:
        """Write a changed harvest; raise `Changed` where its ETag is not current."""
        etag = self._table.replace(_harvest_row(harvest), etag=harvest.etag)
        return dataclasses.replace(harvest, etag=etag)

    def find(self, harvest_id: str) -> Harvest | None:
        """Return the harvest of this id, or None."""
        row = self._table.get(harvest_id, _HARVEST)
        return None if row is None else _harvest(row)

    def of_project(self, project_id: str) -> list[Harvest]:
        """Return a project's harvests, the newest first."""
        found = [_harvest(row) for row in self._table.scan(where={"project_id": project_id})]
        return sorted(found, key=lambda harvest: harvest.id, reverse=True)

    def active(self) -> Iterator[Harvest]:
        """Yield the harvests that have not ended, the oldest first."""
        for row in self._table.scan(where={"active": True}):
            yield _harvest(row)

    def all(self) -> Iterator[Harvest]:
        """Yield all harvests, the oldest first."""
        for row in self._table.scan():
            yield _harvest(row)

    def delete(self, harvest_id: str) -> None:
        """Remove a harvest with its names and results; its own row goes last.

        May be repeated after a crash. Raises `Changed` where another process is at it.
        """
        self._blobs.delete_prefix(CONTAINER, f"jobs/{harvest_id}/")
        changes: list[Delete] = []
        for row in self._work.query(harvest_id):
            changes.append(Delete(row.partition, row.key))
            if len(changes) == CHANGES_PER_TRANSACTION:
                self._work.transact(changes)
                changes = []
        if changes:
            self._work.transact(changes)
        self._table.delete(harvest_id, _HARVEST)

    def keep_names(self, harvest_id: str, section: int, page: NamePage) -> NamePage:
        """Keep the names of a section, once, and return those that are kept.

        Of two listings of one container the first to write decides: the container may have changed
        between them.
        """
        name = _names_blob(harvest_id, section)
        value = {"names": list(page.names), "marker": page.marker}
        try:
            data = json.dumps(value, ensure_ascii=False).encode()
            self._blobs.put(CONTAINER, name, data, new=True)
        except AlreadyExists:
            return self.names(harvest_id, section) or page
        return page

    def names(self, harvest_id: str, section: int) -> NamePage | None:
        """Return the names of a section, or None where they were not listed yet, or are gone."""
        blob = self._blobs.get(CONTAINER, _names_blob(harvest_id, section))
        return None if blob is None else NamePage(**json.loads(blob.data))

    def insert_section(self, section: Section) -> Section:
        """Keep a new section and return it, or the one that is there already."""
        try:
            etag = self._work.insert(_section_row(section))
        except AlreadyExists:
            return self.section(section.harvest_id, section.index) or section
        return dataclasses.replace(section, etag=etag)

    def section(self, harvest_id: str, index: int) -> Section | None:
        """Return a section, or None."""
        row = self._work.get(harvest_id, _section_key(index))
        return None if row is None else _section(row)

    def sections(self, harvest_id: str) -> list[Section]:
        """Return the sections in their order."""
        rows = self._work.query(harvest_id, first="section|", below="section}")
        return [_section(row) for row in rows]

    def replace_section(self, section: Section) -> Section:
        """Write a changed section; raise `Changed` where its ETag is not current."""
        etag = self._work.replace(_section_row(section), etag=section.etag)
        return dataclasses.replace(section, etag=etag)

    def open_section(self, section: Section, pieces: Sequence[HarvestPiece]) -> None:
        """Write a section with pieces of it that are to be run, all or none.

        Pieces without an ETag are new. Raises `Changed` or `AlreadyExists` where a rival was first.
        """
        changes: list[Change] = [Replace(_section_row(section), etag=section.etag)]
        for piece in pieces:
            row = _piece_row(piece)
            changes.append(Replace(row, etag=piece.etag) if piece.etag else Insert(row))
        self._work.transact(changes)

    def piece(self, harvest_id: str, index: int) -> HarvestPiece | None:
        """Return a piece, or None."""
        row = self._work.get(harvest_id, _piece_key(index))
        return None if row is None else _piece(row)

    def pieces(
        self, harvest_id: str, first: int = 0, below: int | None = None, limit: int | None = None
    ) -> list[HarvestPiece]:
        """Return the pieces from index `first` on, below index `below`, `limit` at most."""
        end = "piece}" if below is None else _piece_key(below)
        rows = self._work.query(harvest_id, first=_piece_key(first), below=end, limit=limit)
        return [_piece(row) for row in rows]

    def pieces_of(self, harvest_id: str, section: int) -> list[HarvestPiece]:
        """Return the pieces of a section."""
        first = section * PIECES_PER_SECTION
        return self.pieces(harvest_id, first, first + PIECES_PER_SECTION)

    def replace_piece(self, piece: HarvestPiece) -> HarvestPiece:
        """Write a changed piece; raise `Changed` where its ETag is not current."""
        etag = self._work.replace(_piece_row(piece), etag=piece.etag)
        return dataclasses.replace(piece, etag=etag)

    def put_part(self, harvest_id: str, part: str, data: bytes) -> None:
        """Keep what a try of a piece has come to."""
        self._blobs.put(CONTAINER, _part_blob(harvest_id, part), data)

    def parts(self, harvest_id: str, names: Sequence[str]) -> list[bytes | None]:
        """Return these parts, in order; None for one that is gone."""

        def read(name: str) -> bytes | None:
            blob = self._blobs.get(CONTAINER, _part_blob(harvest_id, name))
            return None if blob is None else blob.data

        return list(side_by_side(read, names))


def _names_blob(harvest_id: str, section: int) -> str:
    return f"jobs/{harvest_id}/names/{section:05d}.json"


def _part_blob(harvest_id: str, part: str) -> str:
    return f"jobs/{harvest_id}/part/{part}.jsonl"


def _section_key(index: int) -> str:
    return f"section|{index:05d}"


def _piece_key(index: int) -> str:
    return f"piece|{index:07d}"


def _errors_json(errors: Sequence[ErrorDetail | None]) -> str:
    return json.dumps([dataclasses.asdict(error) for error in errors if error is not None])


def _errors(row: Row) -> tuple[ErrorDetail, ...]:
    return tuple(ErrorDetail(**error) for error in json.loads(text(row, "errors") or "[]"))


def _error(row: Row) -> ErrorDetail | None:
    return next(iter(_errors(row)), None)


def _harvest_row(harvest: Harvest) -> Row:
    return Row(
        harvest.id,
        _HARVEST,
        {
            "project_id": harvest.project_id,
            "container": harvest.container,
            "prefix": harvest.prefix,
            "display_name": harvest.display_name,
            "task": json.dumps(dataclasses.asdict(harvest.task)),
            "state": harvest.state.value,
            "active": not harvest.state.final,
            "created": harvest.created,
            "updated": harvest.updated,
            "expires": harvest.expires,
            "round": harvest.round,
            "tries": harvest.tries,
            "started": harvest.started,
            "before": harvest.before,
            "errors": _errors_json(harvest.errors),
        },
    )


def _harvest(row: Row) -> Harvest:
    return Harvest(
        id=row.partition,
        project_id=text(row, "project_id"),
        container=text(row, "container"),
        prefix=text(row, "prefix"),
        display_name=optional_text(row, "display_name"),
        task=task_of(json.loads(text(row, "task"))),
        state=State(text(row, "state")),
        created=moment(row, "created"),
        updated=moment(row, "updated"),
        expires=moment(row, "expires"),
        round=whole(row, "round"),
        tries=whole(row, "tries"),
        started=optional_moment(row, "started"),
        before=whole(row, "before"),
        errors=_errors(row),
        etag=row.etag,
    )


def _section_row(section: Section) -> Row:
    return Row(
        section.harvest_id,
        _section_key(section.index),
        {
            "documents": section.documents,
            "last": section.last,
            "updated": section.updated,
            "round": section.round,
            "ended": section.ended,
            "failed": section.failed,
            "lost": section.lost,
            "errors": _errors_json([section.error]),
        },
    )


def _section(row: Row) -> Section:
    return Section(
        harvest_id=row.partition,
        index=_index(row),
        documents=whole(row, "documents"),
        last=row.values.get("last") is True,
        updated=moment(row, "updated"),
        round=whole(row, "round"),
        ended=row.values.get("ended") is True,
        failed=whole(row, "failed"),
        lost=whole(row, "lost"),
        error=_error(row),
        etag=row.etag,
    )


def _piece_row(piece: HarvestPiece) -> Row:
    return Row(
        piece.harvest_id,
        _piece_key(piece.index),
        {
            "documents": piece.documents,
            "state": piece.state.value,
            "updated": piece.updated,
            "round": piece.round,
            "tries": piece.tries,
            "held": piece.held,
            "part": piece.part,
            "size": piece.size,
            "failed": piece.failed,
            "errors": _errors_json([piece.error]),
        },
    )


def _piece(row: Row) -> HarvestPiece:
    return HarvestPiece(
        harvest_id=row.partition,
        index=_index(row),
        documents=whole(row, "documents"),
        state=State(text(row, "state")),
        updated=moment(row, "updated"),
        round=whole(row, "round"),
        tries=whole(row, "tries"),
        held=row.values.get("held") is True,
        part=text(row, "part"),
        size=whole(row, "size"),
        failed=whole(row, "failed"),
        error=_error(row),
        etag=row.etag,
    )


def _index(row: Row) -> int:
    return int(row.key.partition("|")[2])
