"""Entity types: renamed and deleted with their labels, whatever happens at the same moment."""

from __future__ import annotations

import dataclasses

import pytest

from shared import limits
from shared.domain.labels import Labels
from shared.domain.operations import Operation
from shared.domain.projects import EntityType, Project
from shared.domain.states import State
from shared.errors import ChangedMeanwhile, Conflict, NotFound, QuotaExceeded
from shared.limits import Limits
from shared.services import authoring, documents, entity_types, maintenance
from shared.services.messages import Message, Queue
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal


def make(stores: Stores, tagged: int = 12) -> Project:
    made = loans.make_project(stores, tagged=tagged)
    stores.projects.put_entities(made, loans.ENTITIES)
    return made


@pytest.fixture
def project(stores: Stores) -> Project:
    return make(stores)


def labels_of(stores: Stores, project: Project) -> dict[str, Labels]:
    return dict(stores.documents.all_labels(project, empty=True))


def renamed(labels: dict[str, Labels], old: str, new: str | None) -> dict[str, Labels]:
    """Return labels as a renaming must leave them; without a new name, as a deletion must."""
    return {
        name: dataclasses.replace(
            one,
            spans=tuple(
                dataclasses.replace(span, category=new or "") if span.category == old else span
                for span in one.spans
                if new is not None or span.category != old
            ),
        )
        for name, one in labels.items()
    }


def categories(stores: Stores, project: Project) -> list[str]:
    return [entity.category for entity in stores.projects.entities(project)]


def assert_counted(stores: Stores, project: Project) -> None:
    """Assert that the counts for lists are those of the labels."""
    labels = labels_of(stores, project)
    for document in stores.documents.tagged_documents(project):
        assert document.counts == labels[document.name].counts()


def run(stores: Stores, operation: Operation) -> Operation:
    authoring.run(stores, operation.id)
    ended = stores.operations.find(operation.id)
    assert ended is not None
    return ended


def test_labels_follow_a_renaming(stores: Stores, project: Project) -> None:
    before = labels_of(stores, project)

    operation, message, small = entity_types.rename(stores, "Notes", "Name", "Debtor")

    assert (message, small) == (Message(Queue.AUTHORING, operation.id), True)
    assert run(stores, operation).state is State.SUCCEEDED
    assert labels_of(stores, project) == renamed(before, "Name", "Debtor")
    assert stores.projects.entities(project) == (
        EntityType(category="Debtor", description="Who owes."),
        EntityType(category="Sum"),
    )
    assert_counted(stores, project)


def test_labels_go_with_their_type_and_documents_stay(stores: Stores, project: Project) -> None:
    before = labels_of(stores, project)

    operation, _, _ = entity_types.delete(stores, "Notes", "Name")

    assert run(stores, operation).state is State.SUCCEEDED
    assert labels_of(stores, project) == renamed(before, "Name", None)
    assert categories(stores, project) == ["Sum"]
    assert len(list(stores.documents.names(project))) == 20
    assert_counted(stores, project)


@pytest.mark.parametrize("name", ["name", "Nothing", "", "Sum "])
def test_a_type_that_the_project_does_not_have_is_not_found(
    stores: Stores, project: Project, name: str
) -> None:
    with pytest.raises(NotFound):
        entity_types.rename(stores, "Notes", name, "Debtor")
    with pytest.raises(NotFound):
        entity_types.delete(stores, "Notes", name)


def test_a_name_that_is_taken_is_refused_and_changes_nothing(
    stores: Stores, project: Project
) -> None:
    before = labels_of(stores, project)

    for new in ("Sum", "Name"):
        with pytest.raises(Conflict):
            entity_types.rename(stores, "Notes", "Name", new)

    assert labels_of(stores, project) == before
    assert list(stores.operations.active()) == []


def test_a_name_that_is_taken_between_the_request_and_the_work_fails_the_job(
    stores: Stores, project: Project
) -> None:
    before = labels_of(stores, project)
    operation, _, _ = entity_types.rename(stores, "Notes", "Name", "Debtor")
    stores.projects.put_entities(project, [*loans.ENTITIES, EntityType(category="Debtor")])

    ended = run(stores, operation)

    assert (ended.state, ended.errors[0].code) == (State.FAILED, "Conflict")
    assert labels_of(stores, project) == before


def test_one_type_is_renamed_or_deleted_at_a_time(stores: Stores, project: Project) -> None:
    operation, _, _ = entity_types.rename(stores, "Notes", "Name", "Debtor")

    with pytest.raises(Conflict):
        entity_types.delete(stores, "Notes", "Sum")
    with pytest.raises(Conflict):
        entity_types.put(stores, "Notes", "Debtor", None)
    run(stores, operation)
    with pytest.raises(Conflict):
        entity_types.rename(stores, "Notes", "Debtor", "Sum")
    assert entity_types.put(stores, "Notes", "Name", None)[1] is True
    entity_types.delete(stores, "Notes", "Sum")


@pytest.mark.parametrize(("most", "small"), [(11, False), (12, True)])
def test_a_renaming_in_many_documents_is_left_to_a_worker(
    stores: Stores,
    project: Project,
    most: int,
    small: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "IMPORT_AT_ONCE", most)

    assert entity_types.rename(stores, "Notes", "Name", "Debtor")[2] is small


def test_labels_that_a_person_saves_meanwhile_are_not_lost(time: Clock) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = make(stores)
    operation, _, _ = entity_types.rename(stores, "Notes", "Name", "Debtor")
    saved: list[str] = []

    def save() -> None:
        for number in range(20):
            location, text, _ = loans.note(number)
            present = documents.read(stores, project, location)
            spans = (Span(0, 2, "Sum"),) if number % 2 else (Span(0, 2, "Debtor"),)
            labels = loans.labels(text, spans)
            documents.put(stores, project, present, labels)
            saved.append(location)

    # After the list of types and the labels of a few documents were written.
    storage.interrupt_at(9, save)

    assert run(stores, operation).state is State.SUCCEEDED
    labels = labels_of(stores, project)
    assert len(saved) == 20
    for location in saved:
        assert [span.start for span in labels[location].spans] == [0]
    assert all("Name" not in one.counts() for one in labels.values())
    assert_counted(stores, project)


def test_who_saves_a_label_of_the_old_name_after_the_renaming_is_refused(
    stores: Stores, project: Project
) -> None:
    location, text, spans = loans.note(15)
    present = documents.read(stores, project, location)
    operation, _, _ = entity_types.rename(stores, "Notes", "Name", "Debtor")
    run(stores, operation)

    with pytest.raises(ChangedMeanwhile):
        documents.put(stores, project, present, loans.labels(text, spans))

    assert labels_of(stores, project)[location].spans == ()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("write", [*range(0, 6), *range(7, 30, 4)])
@pytest.mark.parametrize("new", ["Debtor", None])
def test_work_whose_worker_dies_at_any_write_is_finished_by_the_next(
    write: int, before: bool, new: str | None, time: Clock
) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = make(stores)
    labels = labels_of(stores, project)
    started = (
        entity_types.rename(stores, "Notes", "Name", new)
        if new
        else entity_types.delete(stores, "Notes", "Name")
    )

    storage.die_at(write, before=before)
    try:
        authoring.run(stores, started[0].id)
    except Died:
        pass
    storage.die_at(None)
    time.pass_by(minutes=10)
    for message in maintenance.stuck(stores, after_seconds=120):
        authoring.run(stores, message.id)
    authoring.run(stores, started[0].id)  # A message that came twice.

    ended = stores.operations.find(started[0].id)
    assert ended is not None
    assert ended.state is State.SUCCEEDED
    assert labels_of(stores, project) == renamed(labels, "Name", new)
    assert categories(stores, project) == ([new, "Sum"] if new else ["Sum"])
    assert_counted(stores, project)


def test_two_who_make_types_at_the_same_moment_both_have_them(time: Clock) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = make(stores)
    storage.interrupt_at(0, lambda: entity_types.put(stores, "Notes", "Theirs", None))

    entity, new = entity_types.put(stores, "Notes", "Mine", "What is mine.")

    assert (entity.description, new) == ("What is mine.", True)
    assert categories(stores, project) == ["Name", "Sum", "Theirs", "Mine"]


def test_there_are_as_many_types_as_the_limit_and_no_more() -> None:
    stores = Stores.on(memory_storage(), Limits(entities_per_project=3))
    project = make(stores)

    entity_types.put(stores, "Notes", "Third", None)
    with pytest.raises(QuotaExceeded):
        entity_types.put(stores, "Notes", "Fourth", None)

    assert entity_types.put(stores, "Notes", "Sum", "How much.")[1] is False
    assert categories(stores, project) == ["Name", "Sum", "Third"]


def test_a_document_that_is_tagged_by_the_old_name_meanwhile_is_found_by_another_look(
    time: Clock,
) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = make(stores)
    operation, _, _ = entity_types.rename(stores, "Notes", "Name", "Debtor")
    location, text, spans = loans.note(19)
    storage.interrupt_at(
        9, lambda: stores.documents.put_labels(project, location, loans.labels(text, spans))
    )

    run(stores, operation)

    assert labels_of(stores, project)[location].counts() == {"Debtor": 1, "Sum": 1}
