from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from shared import ids
from shared.domain.jobs import InputDocument, Job, Piece, Task
from shared.domain.models import Artifact
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.storage.jobs import Part
from shared.storage.ports import Changed, Storage
from shared.storage.stores import Stores
from shared.text.offsets import IndexType

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def stores(storage: Storage) -> Stores:
    return Stores.on(storage)


def new_job(created: datetime = NOW) -> Job:
    task = Task(
        name="0",
        project="P",
        deployment="d",
        index_type=IndexType.UTF16,
        artifact=Artifact(prefix="models/p/o-1/", digest="ab"),
        confidence_threshold=0.5,
    )
    return Job(
        id=ids.time_ordered(created),
        display_name="Zoë",
        created=created,
        updated=created,
        expires=created + timedelta(days=1),
        cancel_at=created + timedelta(seconds=90),
        tasks=(task, dataclasses.replace(task, name=None, confidence_threshold=None)),
        documents=30,
    )


def new_pieces(job: Job, number: int) -> list[Piece]:
    return [Piece(job_id=job.id, index=index, updated=NOW) for index in range(number)]


@pytest.mark.parametrize("number", [1, 4, 99, 100, 250])
def test_a_job_is_read_with_all_its_pieces_in_order(stores: Stores, number: int) -> None:
    made = new_job()

    job, pieces = stores.jobs.insert(made, new_pieces(made, number))

    assert stores.jobs.find(job.id) == job == made
    assert stores.jobs.pieces(job.id) == pieces
    assert [piece.index for piece in pieces] == list(range(number))
    assert stores.jobs.piece(job.id, number - 1) == pieces[-1]
    # The ETags are those of the rows: each can be written again with its own.
    stores.jobs.replace_piece(dataclasses.replace(pieces[-1], tries=1))
    stores.jobs.replace_job(dataclasses.replace(job, state=State.RUNNING))


def test_a_job_is_finished_once(stores: Stores) -> None:
    made = new_job()
    job, _ = stores.jobs.insert(made, new_pieces(made, 2))
    ended = dataclasses.replace(job, state=State.SUCCEEDED, task_states=(State.SUCCEEDED,))

    assert stores.jobs.finish(ended)

    assert not stores.jobs.finish(ended)
    present = stores.jobs.find(job.id)
    assert present is not None
    assert not stores.jobs.finish(dataclasses.replace(ended, etag=present.etag))


def test_a_last_piece_ends_with_its_job_or_not_at_all(stores: Stores) -> None:
    made = new_job()
    job, (piece,) = stores.jobs.insert(made, new_pieces(made, 1))
    failed = dataclasses.replace(piece, state=State.FAILED, error=ErrorDetail("A", "b"))
    ended = dataclasses.replace(job, state=State.FAILED)
    stores.jobs.replace_job(dataclasses.replace(job, state=State.RUNNING))

    assert not stores.jobs.finish(ended, failed)

    assert stores.jobs.piece(job.id, 0) == piece
    present = stores.jobs.find(job.id)
    assert present is not None
    assert stores.jobs.finish(dataclasses.replace(ended, etag=present.etag), failed)
    assert stores.jobs.piece(job.id, 0) == failed


def test_a_stale_write_of_a_piece_is_refused(stores: Stores) -> None:
    made = new_job()
    _, (piece,) = stores.jobs.insert(made, new_pieces(made, 1))
    stores.jobs.replace_piece(dataclasses.replace(piece, tries=1))

    with pytest.raises(Changed):
        stores.jobs.replace_piece(dataclasses.replace(piece, tries=2))


def test_documents_and_parts_are_read_as_they_were_kept(stores: Stores) -> None:
    job = new_job()
    documents = [InputDocument(id=str(n), text="\ufeffé\r\n😀", language=None) for n in range(3)]
    part = Part([{"id": "0", "entities": []}], [{"id": "1", "error": {}}])

    stores.jobs.put_documents(job.id, [documents[:2], documents[2:]])
    stores.jobs.put_part(job.id, 1, part)

    assert stores.jobs.documents(job.id, 0) == documents[:2]
    assert stores.jobs.documents(job.id, 1) == documents[2:]
    assert stores.jobs.documents(job.id, 2) is None
    assert stores.jobs.parts(job.id, [0, 1]) == [None, part]


def test_only_open_jobs_are_active(stores: Stores) -> None:
    made = new_job()
    job, _ = stores.jobs.insert(made, new_pieces(made, 1))
    assert job.id in {one.id for one in stores.jobs.active()}

    stores.jobs.finish(dataclasses.replace(job, state=State.SUCCEEDED))

    assert job.id not in {one.id for one in stores.jobs.active()}


def test_a_deleted_job_leaves_nothing(stores: Stores) -> None:
    made = new_job(created=NOW - timedelta(days=4000))
    job, _ = stores.jobs.insert(made, new_pieces(made, 2))
    stores.jobs.put_documents(job.id, [[InputDocument(id="1", text="x")]])
    stores.jobs.put_part(job.id, 0, Part([], []))
    assert job.id in set(stores.jobs.older_than(NOW - timedelta(days=3000)))

    stores.jobs.delete(job.id)
    stores.jobs.delete(job.id)

    assert stores.jobs.find(job.id) is None
    assert stores.jobs.pieces(job.id) == []
    assert stores.jobs.documents(job.id, 0) is None
    assert stores.jobs.parts(job.id, [0]) == [None]
    assert job.id not in set(stores.jobs.older_than(NOW - timedelta(days=3000)))
