"""Extraction jobs: one partition each in the table `jobs`, their documents and results in blobs.

A job's row and its pieces' rows share a partition, so that they change in one transaction. The
row `final` is inserted with the move to an end state: of all who finish a job, one succeeds.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.jobs import InputDocument, Job, Piece, Task
from shared.domain.models import Artifact
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.ids import first_of
from shared.storage.ports import AlreadyExists, Changed, Insert, Put, Replace, Row, Storage
from shared.storage.projects import CONTAINER
from shared.storage.rows import moment, optional_moment, optional_text, text, whole
from shared.text.offsets import IndexType

_JOB = "job"
_FINAL = "final"

#: Blobs read or written at the same time.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Part:
    """What a piece has come to: documents and errors in wire form, in input order."""

    documents: Sequence[dict[str, Any]]
    errors: Sequence[dict[str, Any]]


class Jobs:
    """The extraction jobs."""

    def __init__(self, storage: Storage) -> None:
        self._table = storage.table("jobs")
        self._blobs = storage.blobs

    def insert(self, job: Job, pieces: Sequence[Piece]) -> tuple[Job, list[Piece]]:
        """Keep a new job with its pieces and return both with their ETags.

        Where they are more than one transaction holds, the job's own row comes last: a job that
        is there has all of its pieces. (The id is new, so putting overwrites nothing, and a write
        whose answer was lost can be sent again.)
        """
        rows = [_piece_row(piece) for piece in pieces]
        if len(rows) < 100:
            etags = self._table.transact([Put(row) for row in [_job_row(job), *rows]])
        else:
            etags = []
            for start in range(0, len(rows), 100):
                changes = [Put(row) for row in rows[start : start + 100]]
                etags += self._table.transact(changes)
            etags.insert(0, self._table.put(_job_row(job)))
        kept = [
            dataclasses.replace(piece, etag=etag)
            for piece, etag in zip(pieces, etags[1:], strict=True)
        ]
        return dataclasses.replace(job, etag=etags[0]), kept

    def find(self, job_id: str) -> Job | None:
        """Return the job of this id, or None."""
        row = self._table.get(job_id, _JOB)
        return None if row is None else _job(row)

    def piece(self, job_id: str, index: int) -> Piece | None:
        """Return a piece of a job, or None."""
        row = self._table.get(job_id, _piece_key(index))
        return None if row is None else _piece(row)

    def pieces(self, job_id: str) -> list[Piece]:
        """Return a job's pieces in their order."""
        return [_piece(row) for row in self._table.query(job_id, first="piece|", below="piece}")]

    def replace_job(self, job: Job) -> Job:
        """Write a changed job; raise `Changed` where its ETag is not current."""
        return dataclasses.replace(job, etag=self._table.replace(_job_row(job), etag=job.etag))

    def replace_piece(self, piece: Piece) -> Piece:
        """Write a changed piece; raise `Changed` where its ETag is not current."""
        etag = self._table.replace(_piece_row(piece), etag=piece.etag)
        return dataclasses.replace(piece, etag=etag)

    def finish(self, job: Job, last_piece: Piece | None = None) -> bool:
        """Write a job that has ended, once; return whether this call was the one.

        A `last_piece` changes in the same transaction.
        """
        changes: list[Insert | Replace] = [
            Replace(_job_row(job), etag=job.etag),
            Insert(Row(job.id, _FINAL, {"state": job.state.value, "updated": job.updated})),
        ]
        if last_piece is not None:
            changes.append(Replace(_piece_row(last_piece), etag=last_piece.etag))
        try:
            self._table.transact(changes)
        except (AlreadyExists, Changed):
            return False
        return True

    def active(self) -> Iterator[Job]:
        """Yield the jobs that have not ended, the oldest first."""
        for row in self._table.scan(where={"active": True}):
            yield _job(row)

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Yield the ids of everything in the table that was made before `moment`."""
        last = ""
        for row in self._table.scan(partition_below=first_of(moment)):
            if row.partition != last:
                last = row.partition
                yield last

    def delete(self, job_id: str) -> None:
        """Remove a job with its documents and results; the job's own row goes last."""
        self._blobs.delete_prefix(CONTAINER, f"jobs/{job_id}/")
        for row in self._table.query(job_id):
            if row.key != _JOB:
                self._table.delete(job_id, row.key)
        self._table.delete(job_id, _JOB)

    def put_documents(self, job_id: str, chunks: Sequence[Sequence[InputDocument]]) -> None:
        """Keep the documents of a job, in chunks of one piece each."""

        def write(item: tuple[int, Sequence[InputDocument]]) -> None:
            number, documents = item
            values = [[document.id, document.text, document.language] for document in documents]
            data = json.dumps(values, ensure_ascii=False).encode()
            self._blobs.put(CONTAINER, _input_blob(job_id, number), data)

        if len(chunks) == 1:
            write((0, chunks[0]))
            return
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(write, enumerate(chunks)):
                pass

    def documents(self, job_id: str, chunk: int) -> list[InputDocument] | None:
        """Return the documents of a chunk, or None where the job is gone."""
        blob = self._blobs.get(CONTAINER, _input_blob(job_id, chunk))
        if blob is None:
            return None
        return [
            InputDocument(id=document_id, text=body, language=language)
            for document_id, body, language in json.loads(blob.data)
        ]

    def put_part(self, job_id: str, index: int, part: Part) -> None:
        """Keep what a piece has come to. The same piece always gives the same bytes."""
        data = json.dumps({"documents": part.documents, "errors": part.errors}, ensure_ascii=False)
        self._blobs.put(CONTAINER, _part_blob(job_id, index), data.encode())

    def parts(self, job_id: str, indexes: Sequence[int]) -> list[Part | None]:
        """Return what these pieces have come to, in order; None for one that is not there."""

        def read(index: int) -> Part | None:
            blob = self._blobs.get(CONTAINER, _part_blob(job_id, index))
            return None if blob is None else Part(**json.loads(blob.data))

        if len(indexes) == 1:
            return [read(indexes[0])]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(read, indexes))


def _input_blob(job_id: str, chunk: int) -> str:
    return f"jobs/{job_id}/input/{chunk:05d}.json"


def _part_blob(job_id: str, index: int) -> str:
    return f"jobs/{job_id}/part/{index:05d}.json"


def _piece_key(index: int) -> str:
    return f"piece|{index:05d}"


def _errors_json(errors: Sequence[ErrorDetail]) -> str:
    return json.dumps([dataclasses.asdict(error) for error in errors])


def _job_row(job: Job) -> Row:
    tasks = [dataclasses.asdict(task) for task in job.tasks]
    return Row(
        job.id,
        _JOB,
        {
            "display_name": job.display_name,
            "state": job.state.value,
            "active": not job.state.final,
            "created": job.created,
            "updated": job.updated,
            "expires": job.expires,
            "cancel_at": job.cancel_at,
            "tasks": json.dumps(tasks),
            "documents": job.documents,
            "errors": _errors_json(job.errors),
            "task_states": json.dumps(job.task_states),
        },
    )


def _job(row: Row) -> Job:
    return Job(
        id=row.partition,
        display_name=optional_text(row, "display_name"),
        state=State(text(row, "state")),
        created=moment(row, "created"),
        updated=moment(row, "updated"),
        expires=moment(row, "expires"),
        cancel_at=optional_moment(row, "cancel_at"),
        tasks=tuple(task_of(task) for task in json.loads(text(row, "tasks"))),
        documents=whole(row, "documents"),
        errors=tuple(ErrorDetail(**error) for error in json.loads(text(row, "errors"))),
        task_states=tuple(State(state) for state in json.loads(text(row, "task_states"))),
        etag=row.etag,
    )


def task_of(values: dict[str, Any]) -> Task:
    """Return the task that a row keeps, from its JSON."""
    return Task(
        **{
            **values,
            "index_type": IndexType(values["index_type"]),
            "artifact": Artifact(**values["artifact"]),
        }
    )


def _piece_row(piece: Piece) -> Row:
    return Row(
        piece.job_id,
        _piece_key(piece.index),
        {
            "state": piece.state.value,
            "updated": piece.updated,
            "tries": piece.tries,
            "error": _errors_json([piece.error]) if piece.error else None,
        },
    )


def _piece(row: Row) -> Piece:
    errors = json.loads(text(row, "error") or "[]")
    return Piece(
        job_id=row.partition,
        index=int(row.key.partition("|")[2]),
        state=State(text(row, "state")),
        updated=moment(row, "updated"),
        tries=whole(row, "tries"),
        error=ErrorDetail(**errors[0]) if errors else None,
        etag=row.etag,
    )
