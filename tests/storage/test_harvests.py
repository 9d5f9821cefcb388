"""Harvests, their sections, pieces, names and parts, in memory and on real storage."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from shared import ids
from shared.domain.harvests import Harvest, HarvestPiece, Section
from shared.domain.jobs import Task
from shared.domain.models import Artifact
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.storage.harvests import Harvests
from shared.storage.ports import AlreadyExists, Changed, NamePage, Storage
from shared.storage.stores import Stores
from shared.text.offsets import IndexType

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def harvests(storage: Storage) -> Harvests:
    return Stores.on(storage).harvests


def new(project_id: str | None = None) -> Harvest:
    return Harvest(
        id=ids.time_ordered(datetime.now(UTC)),
        project_id=project_id or ids.random_hex(),
        container="loans",
        prefix="2026/ü ",
        task=Task(
            name=None,
            project="Loans",
            deployment="production",
            index_type=IndexType.UTF16,
            artifact=Artifact(prefix="models/a/", digest="d"),
            confidence_threshold=0.5,
        ),
        created=NOW,
        updated=NOW,
        expires=NOW + timedelta(hours=24),
    )


def section(harvest: Harvest, index: int = 0) -> Section:
    return Section(harvest_id=harvest.id, index=index, documents=26, last=True, updated=NOW)


def piece(harvest: Harvest, index: int) -> HarvestPiece:
    return HarvestPiece(harvest_id=harvest.id, index=index, documents=25, updated=NOW, round=1)


def test_a_harvest_comes_back_as_it_was_kept(harvests: Harvests) -> None:
    harvest = new()
    kept = harvests.insert(harvest)

    assert harvests.find(harvest.id) == harvest
    ended = dataclasses.replace(
        kept,
        state=State.FAILED,
        display_name="May",
        started=NOW,
        before=7,
        round=2,
        tries=3,
        errors=(ErrorDetail("NotFound", "Gone.", "a"),),
    )
    harvests.replace(ended)

    assert harvests.find(harvest.id) == ended
    with pytest.raises(Changed):
        harvests.replace(kept)


def test_harvests_of_a_project_are_listed_with_the_newest_first(harvests: Harvests) -> None:
    first = new()
    second = dataclasses.replace(
        new(first.project_id), id=ids.time_ordered(datetime.now(UTC) + timedelta(hours=1))
    )
    ended = dataclasses.replace(second, state=State.CANCELLED)
    for each in (first, ended, new()):
        harvests.insert(each)

    assert harvests.of_project(first.project_id) == [ended, first]
    active = [each.id for each in harvests.active()]
    assert first.id in active
    assert second.id not in active


def test_names_are_kept_once(harvests: Harvests) -> None:
    harvest = new()
    page = NamePage(["a.txt", "ü 😀.txt"], "here")
    assert harvests.names(harvest.id, 0) is None

    assert harvests.keep_names(harvest.id, 0, page) == page
    assert harvests.keep_names(harvest.id, 0, NamePage(["b.txt"], None)) == page

    assert harvests.names(harvest.id, 0) == page


def test_a_section_is_inserted_once(harvests: Harvests) -> None:
    harvest = new()
    kept = harvests.insert_section(section(harvest))
    again = harvests.insert_section(dataclasses.replace(section(harvest), documents=1))

    assert again == kept
    assert again.etag == kept.etag
    assert harvests.sections(harvest.id) == [section(harvest)]


def test_a_section_is_opened_with_its_pieces_or_not_at_all(harvests: Harvests) -> None:
    harvest = new()
    kept = harvests.insert_section(section(harvest))
    opened = dataclasses.replace(kept, round=1)
    harvests.open_section(opened, [piece(harvest, 0), piece(harvest, 1)])

    with pytest.raises((AlreadyExists, Changed)):
        harvests.open_section(opened, [piece(harvest, 0), piece(harvest, 2)])

    assert harvests.section(harvest.id, 0) == opened
    assert [each.index for each in harvests.pieces(harvest.id)] == [0, 1]


def test_40_pieces_and_their_section_fit_into_one_transaction(harvests: Harvests) -> None:
    harvest = new()
    kept = harvests.insert_section(section(harvest, 3))

    harvests.open_section(kept, [piece(harvest, 120 + number) for number in range(40)])

    assert [each.index for each in harvests.pieces_of(harvest.id, 3)] == list(range(120, 160))
    assert harvests.pieces_of(harvest.id, 2) == []
    assert [each.index for each in harvests.pieces(harvest.id, 158)] == [158, 159]
    assert [each.index for each in harvests.pieces(harvest.id, 121, limit=2)] == [121, 122]


def test_a_piece_comes_back_as_it_was_kept(harvests: Harvests) -> None:
    harvest = new()
    kept = harvests.insert_section(section(harvest))
    harvests.open_section(kept, [piece(harvest, 0)])
    present = harvests.piece(harvest.id, 0)
    assert present == piece(harvest, 0)
    ended = dataclasses.replace(
        present,
        state=State.FAILED,
        tries=2,
        held=True,
        part="0000000-1-2",
        size=9,
        failed=25,
        error=ErrorDetail("NotFound", "Gone."),
    )
    harvests.replace_piece(ended)

    assert harvests.piece(harvest.id, 0) == ended
    with pytest.raises(Changed):
        harvests.replace_piece(present)


def test_parts_come_in_the_order_asked_for(harvests: Harvests) -> None:
    harvest = new()
    harvests.put_part(harvest.id, "b", b"two")
    harvests.put_part(harvest.id, "a", b"one")

    assert harvests.parts(harvest.id, ["b", "gone", "a"]) == [b"two", None, b"one"]


def test_a_delete_leaves_nothing_and_may_be_repeated(harvests: Harvests, storage: Storage) -> None:
    harvest = new()
    harvests.insert(harvest)
    harvests.keep_names(harvest.id, 0, NamePage([], None))
    for index in range(3):
        kept = harvests.insert_section(section(harvest, index))
        harvests.open_section(kept, [piece(harvest, 40 * index + n) for n in range(40)])
    harvests.put_part(harvest.id, "a", b"one")

    for _ in range(2):
        harvests.delete(harvest.id)

        assert harvests.find(harvest.id) is None
        assert harvests.sections(harvest.id) == []
        assert harvests.pieces(harvest.id) == []
        assert list(storage.blobs.names("spanwright", prefix=f"jobs/{harvest.id}/")) == []
