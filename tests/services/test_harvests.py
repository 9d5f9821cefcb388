from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

import pytest

from shared import limits
from shared.domain.harvests import HarvestRequest
from shared.domain.states import State
from shared.errors import (
    Conflict,
    DeploymentNotFound,
    InvalidArgument,
    ModelNotFound,
    OperationNotFound,
    ProjectNotFound,
    ServiceUnavailable,
)
from shared.limits import Limits
from shared.services import harvesting, harvests, maintenance
from shared.services.messages import Message, Queue, parse
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from shared.text.offsets import IndexType
from tests.services.conftest import Clock
from tests.services.containers import (
    REQUEST,
    fill,
    lines,
    make_project,
    name,
    present,
    work,
    work_off,
)
from tests.services.fakes import CapitalsEverywhere, Died, Mortal


@pytest.fixture
def extractors() -> CapitalsEverywhere:
    return CapitalsEverywhere()


@pytest.fixture(autouse=True)
def sections_of_100(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sections of four pieces, so that few documents are many sections."""
    monkeypatch.setattr(limits, "NAMES_PER_SECTION", 100)


@pytest.fixture(autouse=True)
def project(stores: Stores) -> None:
    make_project(stores)


def test_every_document_is_extracted_once_and_in_order(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 330)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)

    work_off(stores, extractors, messages)

    assert present(stores, harvest).state is State.SUCCEEDED
    assert [line["name"] for line in lines(stores, harvest)] == [name(n) for n in range(330)]
    assert lines(stores, harvest)[7]["entities"] == [
        {"text": "IBM", "category": "Capitals", "offset": 5, "length": 3, "confidenceScore": 0.75}
    ]
    progress = harvests.progress(stores, present(stores, harvest))
    assert (progress.total, progress.done, progress.failed) == (330, 330, 0)


@pytest.mark.parametrize("documents", [1, 25, 26, 99, 100, 101, 200])
def test_it_is_complete_at_the_edges_of_pieces_and_sections(
    stores: Stores, extractors: CapitalsEverywhere, documents: int
) -> None:
    fill(stores, documents)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)

    work_off(stores, extractors, messages)

    assert len(lines(stores, harvest)) == documents


def test_an_empty_container_succeeds_with_nothing(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)

    work_off(stores, extractors, messages)

    assert present(stores, harvest).state is State.SUCCEEDED
    assert lines(stores, harvest) == []
    assert harvests.progress(stores, present(stores, harvest)).total == 0


def test_messages_hold_ids_and_numbers_alone(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 30)
    harvest, queue = harvests.submit(stores, "Loans", REQUEST)

    seen: list[Message] = []
    while queue:
        message = queue.pop()
        seen.append(message)
        assert parse(Queue.HARVESTS, message.text()) == message
        assert len(message.text()) < 80
        queue += work(stores, extractors, message)

    assert {message.listing for message in seen} == {True, False}
    assert {message.section for message in seen} == {None, 0}
    assert {message.id for message in seen} == {harvest.id}


def test_a_prefix_takes_what_begins_with_it_in_folders_too(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    others = ["2025/a.txt", "2026/b.pdf", "2026.txt"]
    odd = ["2026/a b.txt", "2026/deep/er/ü+&?#%41'\".txt", "2026/😀.txt", "2026/.txt"]
    for each in [*others, *odd]:
        stores.storage.blobs.put("loans", each, b"IBM")
    request = dataclasses.replace(REQUEST, prefix="2026/")
    harvest, messages = harvests.submit(stores, "Loans", request)

    work_off(stores, extractors, messages)

    assert [line["name"] for line in lines(stores, harvest)] == sorted(odd)
    assert all(line["entities"] for line in lines(stores, harvest))


def test_a_document_that_cannot_be_read_is_a_result_and_no_failure(
    extractors: CapitalsEverywhere,
) -> None:
    stores = Stores.on(
        memory_storage(), Limits(project_document_length=100, job_document_length=90)
    )
    make_project(stores)
    for each, data in {
        "a.txt": b"IBM",
        "empty.txt": b"",
        "elements.txt": b"x" * 91,
        "latin.txt": b"caf\xe9",
        "long.txt": b"x" * 101,
        "longer.txt": b"x" * 401,
        "z.txt": b"IBM",
    }.items():
        stores.storage.blobs.put("loans", each, data)
    stores.storage.blobs.put("loans", "gone.txt", b"IBM")
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    messages = work(stores, extractors, messages[0])
    stores.storage.blobs.delete("loans", "gone.txt")

    work_off(stores, extractors, messages)

    assert present(stores, harvest).state is State.SUCCEEDED
    progress = harvests.progress(stores, present(stores, harvest))
    assert (progress.done, progress.failed) == (2, 6)
    found = lines(stores, harvest)
    assert [line["name"] for line in found] == sorted(line["name"] for line in found)
    codes = {line["name"]: line["error"]["code"] for line in found if "error" in line}
    assert codes.pop("gone.txt") == "NotFound"
    assert set(codes) == {"empty.txt", "elements.txt", "latin.txt", "long.txt", "longer.txt"}
    assert set(codes.values()) == {"InvalidArgument"}


@pytest.mark.parametrize(
    ("units", "offset"),
    [(IndexType.UTF16, 9), (IndexType.CODE_POINTS, 7), (IndexType.TEXT_ELEMENTS, 4)],
)
def test_offsets_are_in_the_units_that_were_asked_for(
    stores: Stores, extractors: CapitalsEverywhere, units: IndexType, offset: int
) -> None:
    family = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"  # Three code points, one text element.
    stores.storage.blobs.put("loans", "a.txt", f"{family} e\u0301 IBM".encode())
    request = dataclasses.replace(REQUEST, index_type=units)
    harvest, messages = harvests.submit(stores, "Loans", request)

    work_off(stores, extractors, messages)

    (line,) = lines(stores, harvest)
    assert line["entities"][0]["offset"] == offset


def test_few_texts_are_in_memory_together(
    stores: Stores, extractors: CapitalsEverywhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHARACTERS_IN_MEMORY", 30)
    fill(stores, 25)
    sizes: list[int] = []
    model = extractors.get(stores.models, None)  # type: ignore[arg-type]

    def predict(texts: list[str]) -> object:
        sizes.append(sum(map(len, texts)))
        return model.predict(texts)

    counting = CapitalsEverywhere()
    counting.get = lambda *_: type("Counting", (), {"predict": staticmethod(predict)})  # type: ignore[method-assign]
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)

    work_off(stores, counting, messages)

    assert len(lines(stores, harvest)) == 25
    assert max(sizes) < 30 + 12


def test_what_is_not_there_cannot_be_extracted(stores: Stores) -> None:
    with pytest.raises(ProjectNotFound):
        harvests.submit(stores, "Other", REQUEST)
    with pytest.raises(DeploymentNotFound):
        harvests.submit(stores, "Loans", HarvestRequest(deployment="other"))
    with pytest.raises(ModelNotFound):
        harvests.submit(stores, "Loans", HarvestRequest(trained_model="other"))
    stores.storage.blobs._containers.pop("loans")  # type: ignore[attr-defined]
    with pytest.raises(InvalidArgument):
        harvests.submit(stores, "Loans", REQUEST)


def test_a_container_that_goes_before_it_is_listed_fails_the_harvest(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    stores.storage.blobs._containers.pop("loans")  # type: ignore[attr-defined]

    work_off(stores, extractors, messages)

    ended = present(stores, harvest)
    assert (ended.state, ended.errors[0].code) == (State.FAILED, "NotFound")


@pytest.mark.parametrize(("documents", "state"), [(250, State.SUCCEEDED), (251, State.FAILED)])
def test_a_container_of_too_many_documents_is_refused(
    extractors: CapitalsEverywhere, documents: int, state: State
) -> None:
    stores = Stores.on(memory_storage(), Limits(documents_per_container_job=250))
    make_project(stores)
    fill(stores, documents)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)

    work_off(stores, extractors, messages)

    assert present(stores, harvest).state is state
    if state is State.FAILED:
        assert present(stores, harvest).errors[0].code == "QuotaExceeded"
        _, messages = harvests.take_up_again(stores, "Loans", harvest.id)
        work_off(stores, extractors, messages)
        assert present(stores, harvest).state is State.FAILED


def test_every_message_twice_changes_nothing(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 130)
    harvest, queue = harvests.submit(stores, "Loans", REQUEST)

    while queue:
        message = queue.pop(0)
        queue += work(stores, extractors, message)
        work(stores, extractors, message)

    assert [line["name"] for line in lines(stores, harvest)] == [name(n) for n in range(130)]
    pieces = stores.harvests.pieces(harvest.id)
    assert [piece.tries for piece in pieces] == [1] * 6


def test_a_document_that_changes_between_two_tries_has_the_result_that_counts(
    stores: Stores, time: Clock
) -> None:
    """A worker that lost its piece to another writes nothing that anybody reads."""
    extractors = CapitalsEverywhere()
    fill(stores, 1)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    (section,) = work(stores, extractors, messages[0])
    (piece,) = work(stores, extractors, section)

    class Slow(CapitalsEverywhere):
        def get(self, *_: object) -> object:  # type: ignore[override]
            time.pass_by(hours=1)
            stores.storage.blobs.put("loans", name(0), b"ACME")
            work(stores, extractors, piece)
            stores.storage.blobs.put("loans", name(0), b"call nobody")
            return super().get(stores.models, None)  # type: ignore[arg-type]

    work(stores, Slow(), piece)

    (line,) = lines(stores, harvest)
    assert [entity["text"] for entity in line["entities"]] == ["ACME"]


def test_a_worker_that_is_given_up_and_fails_late_does_not_spoil_the_result_of_the_next(
    stores: Stores, time: Clock
) -> None:
    extractors = CapitalsEverywhere()
    fill(stores, 1)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    (section,) = work(stores, extractors, messages[0])
    (piece,) = work(stores, extractors, section)

    class Slow(CapitalsEverywhere):
        def get(self, *_: object) -> object:  # type: ignore[override]
            time.pass_by(hours=1)
            work(stores, extractors, piece)
            raise ModelNotFound()

    work(stores, Slow(), piece)

    assert present(stores, harvest).state is State.SUCCEEDED
    (line,) = lines(stores, harvest)
    assert line["entities"]


def test_a_piece_that_ends_while_its_section_is_handed_out_anew_keeps_nothing_waiting(
    extractors: CapitalsEverywhere, time: Clock
) -> None:
    """Its end undoes the transaction; the failed pieces beside it are to be run all the same."""
    stores = Stores.on(memory_storage())
    make_project(stores)
    fill(stores, 50)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    (section,) = work(stores, extractors, messages[0])
    first, second = work(stores, extractors, section)
    harvesting.give_up(stores, first)
    harvests.cancel(stores, "Loans", harvest.id)
    _, (section,) = harvests.take_up_again(stores, "Loans", harvest.id)
    open_section = stores.harvests.open_section

    def late(*arguments: object) -> None:
        stores.harvests.open_section = open_section  # type: ignore[method-assign]
        late_piece = stores.harvests.piece(harvest.id, second.piece)
        assert late_piece is not None
        stores.harvests.replace_piece(late_piece)
        open_section(*arguments)  # type: ignore[arg-type]

    stores.harvests.open_section = late  # type: ignore[method-assign]
    work_off(stores, extractors, [section])

    assert present(stores, harvest).state is State.SUCCEEDED
    assert len(lines(stores, harvest)) == 50


def test_a_listing_that_is_delivered_again_and_again_harms_nothing(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 130)
    harvest, (message,) = harvests.submit(stores, "Loans", REQUEST)

    for _ in range(limits.TRIES + 1):
        messages = work(stores, extractors, message)
    harvesting.give_up(stores, message)
    work_off(stores, extractors, messages)

    assert present(stores, harvest).state is State.SUCCEEDED
    assert len(lines(stores, harvest)) == 130


def test_a_piece_that_a_worker_holds_is_left_to_it_until_it_is_silent(
    stores: Stores, time: Clock, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 1)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    (section,) = work(stores, extractors, messages[0])
    (piece,) = work(stores, extractors, section)
    row = stores.harvests.piece(harvest.id, 0)
    assert row is not None
    stores.harvests.replace_piece(
        dataclasses.replace(row, state=State.RUNNING, tries=1, held=True, updated=time.now())
    )

    time.pass_by(seconds=239)
    work(stores, extractors, piece)
    assert not present(stores, harvest).state.final

    time.pass_by(seconds=1)
    work(stores, extractors, piece)
    assert present(stores, harvest).state is State.SUCCEEDED


def test_an_unexpected_error_is_tried_again_at_once_and_fails_its_piece_after_five_tries(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 30)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    (section,) = work(stores, extractors, messages[0])
    first, second = work(stores, extractors, section)

    extractors.error = ServiceUnavailable()
    for _ in range(5):
        with pytest.raises(ServiceUnavailable):
            work(stores, extractors, first)
    extractors.error = None
    work(stores, extractors, first)
    work(stores, extractors, second)

    ended = present(stores, harvest)
    assert ended.state is State.PARTIALLY_COMPLETED
    assert [error.code for error in ended.errors] == ["InternalServerError"]
    found = lines(stores, harvest)
    assert ["error" in line for line in found] == [True] * 25 + [False] * 5


def test_a_model_that_is_gone_fails_all_and_a_resume_mends_it(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 130)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    extractors.error = ModelNotFound()
    work_off(stores, extractors, messages)
    assert present(stores, harvest).state is State.FAILED
    assert harvests.progress(stores, present(stores, harvest)).failed == 130

    extractors.error = None
    resumed, messages = harvests.take_up_again(stores, "Loans", harvest.id)
    progress = harvests.progress(stores, resumed)
    assert (progress.total, progress.done, progress.failed) == (130, 0, 0)
    work_off(stores, extractors, messages)

    assert present(stores, harvest).state is State.SUCCEEDED
    assert [line["name"] for line in lines(stores, harvest)] == [name(n) for n in range(130)]
    assert not any("error" in line for line in lines(stores, harvest))


def test_the_pieces_that_failed_are_the_only_ones_that_a_resume_runs(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 130)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    work_off(stores, extractors, messages, most=3)  # Listing and both sections.
    harvesting.give_up(stores, Message(Queue.HARVESTS, harvest.id, piece=1))
    for index in (0, 2, 3, 40, 41):
        work(stores, extractors, Message(Queue.HARVESTS, harvest.id, piece=index))
    assert present(stores, harvest).state is State.PARTIALLY_COMPLETED
    parts = [piece.part for piece in stores.harvests.pieces(harvest.id)]

    _, messages = harvests.take_up_again(stores, "Loans", harvest.id)
    handled = work_off(stores, extractors, messages)

    assert handled == 2  # Its section, and the piece.
    assert present(stores, harvest).state is State.SUCCEEDED
    again = [piece.part for piece in stores.harvests.pieces(harvest.id)]
    assert [was == now for was, now in zip(parts, again, strict=True)] == [
        True, False, True, True, True, True,
    ]  # fmt: skip


def test_a_cancel_keeps_what_is_done_and_a_resume_does_the_rest(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    fill(stores, 330)
    harvest, queue = harvests.submit(stores, "Loans", REQUEST)
    for _ in range(12):
        queue += work(stores, extractors, queue.pop(0))

    cancelled = harvests.cancel(stores, "Loans", harvest.id)

    assert cancelled.state is State.CANCELLED
    assert harvests.cancel(stores, "Loans", harvest.id).state is State.CANCELLED
    done = len(lines(stores, harvest))
    assert 0 < done < 330
    assert harvests.progress(stores, cancelled).done == done
    assert work_off(stores, extractors, queue) == len(queue)  # Nothing follows from them.
    assert len(lines(stores, harvest)) == done

    time.pass_by(hours=1)
    resumed, messages = harvests.take_up_again(stores, "Loans", harvest.id)
    assert resumed.before == done
    before = {piece.index: piece.part for piece in stores.harvests.pieces(harvest.id) if piece.part}
    time.pass_by(seconds=100)
    work_off(stores, extractors, messages + queue)

    ended = present(stores, harvest)
    assert ended.state is State.SUCCEEDED
    assert [line["name"] for line in lines(stores, harvest)] == [name(n) for n in range(330)]
    after = {piece.index: piece.part for piece in stores.harvests.pieces(harvest.id)}
    assert before.items() <= after.items()
    rate = harvests.progress(stores, ended).documents_per_second
    assert rate == pytest.approx((330 - done) / 100)


def test_a_cancel_before_the_listing_is_resumed_by_it(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    fill(stores, 30)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    harvests.cancel(stores, "Loans", harvest.id)
    work_off(stores, extractors, messages)
    assert lines(stores, harvest) == []

    _, messages = harvests.take_up_again(stores, "Loans", harvest.id)
    work_off(stores, extractors, messages)

    assert len(lines(stores, harvest)) == 30


def test_what_has_succeeded_can_be_neither_cancelled_nor_resumed(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    with pytest.raises(Conflict):
        harvests.take_up_again(stores, "Loans", harvest.id)
    with pytest.raises(Conflict):
        harvests.results(stores, "Loans", harvest.id, 0)
    work_off(stores, extractors, messages)

    with pytest.raises(Conflict):
        harvests.cancel(stores, "Loans", harvest.id)
    with pytest.raises(Conflict):
        harvests.take_up_again(stores, "Loans", harvest.id)


def test_a_poisoned_listing_fails_the_harvest(stores: Stores) -> None:
    harvest, (message,) = harvests.submit(stores, "Loans", REQUEST)

    harvesting.give_up(stores, message)
    harvesting.give_up(stores, message)

    assert present(stores, harvest).state is State.FAILED


def test_a_listing_that_kills_its_worker_is_given_up_after_five_tries(
    time: Clock, extractors: CapitalsEverywhere
) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    make_project(stores)
    fill(stores, 30)
    harvest, (message,) = harvests.submit(stores, "Loans", REQUEST)

    for _ in range(5):
        storage.die_at(1)
        with pytest.raises(Died):
            work(stores, extractors, message)
    work_off(stores, extractors, [message])

    assert present(stores, harvest).state is State.FAILED


def test_a_listing_goes_on_where_it_died(time: Clock, extractors: CapitalsEverywhere) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    make_project(stores)
    fill(stores, 330)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    storage.die_at(4)  # After its own row, the names and the row of a section, and names again.
    with pytest.raises(Died):
        work(stores, extractors, messages[0])
    # Names that are written down stay, whatever the container has since.
    storage.die_at(None)
    stores.storage.blobs.put("loans", "before.txt", b"IBM")
    stores.storage.blobs.put("loans", "note-00250.u.txt", b"IBM")

    work_off(stores, extractors, messages)

    names = [line["name"] for line in lines(stores, harvest)]
    assert names == [name(n) for n in range(251)] + ["note-00250.u.txt"] + [
        name(n) for n in range(251, 330)
    ]


@pytest.mark.parametrize("before", [True, False])
def test_a_death_at_any_write_is_mended_by_the_same_messages(
    time: Clock, extractors: CapitalsEverywhere, before: bool
) -> None:
    for write in range(40):
        storage = Mortal(memory_storage())
        stores = Stores.on(storage)
        make_project(stores)
        fill(stores, 130)
        harvest, queue = harvests.submit(stores, "Loans", REQUEST)
        storage.die_at(write, before=before)
        died = 0

        while queue:
            message = queue.pop(0)
            try:
                queue += work(stores, extractors, message)
            except Died:
                died += 1
                time.pass_by(hours=1)  # Its message comes back when the worker counts as dead.
                queue.append(message)

        storage.die_at(None)
        assert present(stores, harvest).state is State.SUCCEEDED, write
        assert [line["name"] for line in lines(stores, harvest)] == [name(n) for n in range(130)]
        if not died:
            assert write > 20
            return
    raise AssertionError("The work takes more writes than were tried.")


def test_the_sweep_puts_back_what_was_lost_and_nothing_that_waits(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    fill(stores, 330)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    sent = work(stores, extractors, messages[0])
    sent += work(stores, extractors, sent.pop(0))

    for _ in range(3):  # One piece a minute: the others wait, and are not sent again.
        time.pass_by(seconds=60)
        work(stores, extractors, sent.pop())
        assert maintenance.stuck(stores, after_seconds=120) == []

    time.pass_by(seconds=120)  # All other messages are lost.
    found = maintenance.stuck(stores, after_seconds=120)
    assert found
    assert maintenance.stuck(stores, after_seconds=120) == []  # Once for each silence.
    work_off(stores, extractors, found)
    for _ in range(20):
        time.pass_by(seconds=120)
        work_off(stores, extractors, maintenance.stuck(stores, after_seconds=120))

    assert present(stores, harvest).state is State.SUCCEEDED
    assert len(lines(stores, harvest)) == 330


def test_the_sweep_puts_back_a_listing_whose_message_was_lost(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    fill(stores, 30)
    harvest, lost = harvests.submit(stores, "Loans", REQUEST)

    assert maintenance.stuck(stores, after_seconds=120) == []
    time.pass_by(seconds=120)
    found = maintenance.stuck(stores, after_seconds=120)

    assert found == lost
    work_off(stores, extractors, found)
    assert present(stores, harvest).state is State.SUCCEEDED


def test_the_sweep_puts_back_a_piece_whose_worker_died_while_others_go_on(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    fill(stores, 130)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    work_off(stores, extractors, messages, most=3)
    row = stores.harvests.piece(harvest.id, 2)
    assert row is not None
    stores.harvests.replace_piece(
        dataclasses.replace(row, state=State.RUNNING, tries=1, held=True, updated=time.now())
    )

    time.pass_by(seconds=240)
    work(stores, extractors, Message(Queue.HARVESTS, harvest.id, piece=0))

    assert maintenance.stuck(stores, after_seconds=120) == [
        Message(Queue.HARVESTS, harvest.id, piece=2)
    ]


def test_a_harvest_whose_last_step_was_lost_is_ended_by_the_sweep(
    time: Clock, extractors: CapitalsEverywhere
) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    make_project(stores)
    fill(stores, 1)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    (section,) = work(stores, extractors, messages[0])
    (piece,) = work(stores, extractors, section)
    storage.die_at(4)  # Taken up, its part, its end, its section's end, and then that of all.
    with pytest.raises(Died):
        work(stores, extractors, piece)
    assert not present(stores, harvest).state.final

    time.pass_by(seconds=120)
    work_off(stores, extractors, maintenance.stuck(stores, after_seconds=120))

    assert present(stores, harvest).state is State.SUCCEEDED


def test_expired_means_gone(stores: Stores, extractors: CapitalsEverywhere, time: Clock) -> None:
    fill(stores, 130)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    work_off(stores, extractors, messages)

    time.pass_by(hours=24)
    with pytest.raises(OperationNotFound):
        present(stores, harvest)
    assert harvests.listed(stores, "Loans") == []
    maintenance.purge(stores)
    assert stores.harvests.find(harvest.id) is not None  # Clocks differ.
    time.pass_by(minutes=16)
    maintenance.purge(stores)

    assert stores.harvests.find(harvest.id) is None
    assert stores.harvests.sections(harvest.id) == []
    assert stores.harvests.pieces(harvest.id) == []
    assert list(stores.storage.blobs.names("spanwright", prefix=f"jobs/{harvest.id}")) == []
    maintenance.purge(stores)


def test_an_expired_harvest_is_neither_worked_on_nor_put_back(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    fill(stores, 30)
    _, messages = harvests.submit(stores, "Loans", REQUEST)
    time.pass_by(hours=24)

    assert work_off(stores, extractors, messages) == 1
    assert maintenance.stuck(stores, after_seconds=120) == []


def test_what_is_taken_away_is_gone_and_its_work_stops(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    fill(stores, 130)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    messages = work(stores, extractors, messages[0])

    harvests.remove(stores, "Loans", harvest.id)

    with pytest.raises(OperationNotFound):
        present(stores, harvest)
    with pytest.raises(OperationNotFound):
        harvests.remove(stores, "Loans", harvest.id)
    assert work_off(stores, extractors, messages) == 2
    time.pass_by(minutes=16)
    maintenance.purge(stores)
    assert stores.harvests.find(harvest.id) is None


def test_a_purge_that_died_is_done_by_the_next(time: Clock, extractors: CapitalsEverywhere) -> None:
    for write in range(4):
        storage = Mortal(memory_storage())
        stores = Stores.on(storage)
        make_project(stores)
        fill(stores, 30)
        harvest, messages = harvests.submit(stores, "Loans", REQUEST)
        work_off(stores, extractors, messages)
        time.pass_by(hours=25)
        storage.die_at(write)
        try:
            maintenance.purge(stores)
        except Died:
            storage.die_at(None)
            maintenance.purge(stores)

        assert stores.harvests.find(harvest.id) is None
        assert stores.harvests.pieces(harvest.id) == []


def test_results_come_in_pages_of_bounded_size(
    stores: Stores, extractors: CapitalsEverywhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(stores, 330)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    work_off(stores, extractors, messages)
    most = max(piece.size for piece in stores.harvests.pieces(harvest.id))

    for bound in (1, most, 2 * most, 5 * most):
        monkeypatch.setattr(limits, "RESULT_BYTES", bound)
        first: int | None = 0
        names: list[str] = []
        while first is not None:
            page = harvests.results(stores, "Loans", harvest.id, first)
            assert sum(map(len, page.lines)) <= max(bound, most)
            names += [line["name"] for line in lines_of(page.lines)]
            first = page.following
        assert names == [name(n) for n in range(330)]


def lines_of(parts: Sequence[bytes]) -> list[dict[str, str]]:
    return [json.loads(line) for line in b"".join(parts).splitlines()]


def test_time_left_is_told_of_what_runs(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    fill(stores, 100)
    harvest, messages = harvests.submit(stores, "Loans", REQUEST)
    assert harvests.progress(stores, present(stores, harvest)).total is None
    (section,) = work(stores, extractors, messages[0])
    pieces = work(stores, extractors, section)
    assert harvests.progress(stores, present(stores, harvest)).seconds_left is None

    time.pass_by(seconds=10)
    work(stores, extractors, pieces[0])
    progress = harvests.progress(stores, present(stores, harvest))

    assert (progress.total, progress.done) == (100, 25)
    assert progress.documents_per_second == 2.5
    assert progress.seconds_left == 30


def test_a_harvest_belongs_to_its_project(stores: Stores) -> None:
    harvest, _ = harvests.submit(stores, "Loans", REQUEST)
    other = dataclasses.replace(
        stores.projects.read("Loans"),
        id="f" * 32,
        settings=dataclasses.replace(stores.projects.read("Loans").settings, name="Other"),
    )
    stores.projects.insert(other)

    for job in (harvest.id, harvest.id.upper()):
        assert harvests.read(stores, "Loans", job).id == harvest.id
        with pytest.raises(OperationNotFound):
            harvests.read(stores, "Other", job)
    assert [one.id for one in harvests.listed(stores, "Loans")] == [harvest.id]
    assert harvests.listed(stores, "Other") == []


@pytest.mark.parametrize(
    "message",
    [
        Message(Queue.HARVESTS, "0191d4c2-0000-7000-8000-000000000000", listing=True),
        Message(Queue.HARVESTS, "0191d4c2-0000-7000-8000-000000000000", section=0),
        Message(Queue.HARVESTS, "0191d4c2-0000-7000-8000-000000000000", piece=0),
    ],
)
def test_messages_of_what_is_gone_do_nothing(
    stores: Stores, extractors: CapitalsEverywhere, message: Message
) -> None:
    assert work(stores, extractors, message) == []
    harvesting.give_up(stores, message)
    harvest, _ = harvests.submit(stores, "Loans", REQUEST)
    early = dataclasses.replace(message, id=harvest.id)
    if not early.listing:
        assert work(stores, extractors, early) == []
        assert present(stores, harvest).state is State.NOT_STARTED
