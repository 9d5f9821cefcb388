from __future__ import annotations

import dataclasses

import pytest

from shared.domain.labels import Dataset, Labels
from shared.domain.operations import Operation
from shared.domain.projects import EntityType, Project
from shared.domain.states import State
from shared.errors import ModelNotFound
from shared.services import authoring, maintenance, restoring
from shared.services.messages import Message, Queue
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal


@pytest.fixture
def project(stores: Stores) -> Project:
    made = loans.make_project(stores, tagged=12)
    stores.projects.put_entities(made, loans.ENTITIES)
    return made


def run(stores: Stores) -> Operation:
    operation, message, _ = restoring.start(stores, "Notes", "M")
    assert message == Message(Queue.AUTHORING, operation.id)
    authoring.run(stores, message.id)
    ended = stores.operations.find(operation.id)
    assert ended is not None
    return ended


def labels_of(stores: Stores, project: Project) -> dict[str, Labels]:
    return dict(stores.documents.all_labels(project, empty=True))


def change_everything(stores: Stores, project: Project) -> None:
    """Tag two notes that had no labels, put one into a set, and forget all the others."""
    for number in (12, 13):
        location, text, spans = loans.note(number)
        stores.documents.put_labels(project, location, loans.labels(text, spans))
    location, text, spans = loans.note(0)
    marked = loans.labels(text, spans[:1], Dataset.TEST)
    stores.documents.put_all_labels(
        project,
        [
            (location, marked),
            *(
                (n, one)
                for n, one in labels_of(stores, project).items()
                if n in ("note-12.txt", "note-13.txt")
            ),
        ],
    )
    stores.projects.put_entities(project, [EntityType(category="Other")])


def test_labels_and_entity_types_are_again_what_the_model_was_trained_on(
    stores: Stores, project: Project
) -> None:
    location, text, _ = loans.note(15)
    looked_at = dataclasses.replace(loans.labels(text, ()), language="de", dataset=Dataset.TEST)
    stores.documents.put_labels(project, location, looked_at)
    before = labels_of(stores, project)
    loans.put_model(stores, project)
    change_everything(stores, project)
    assert labels_of(stores, project) != before

    ended = run(stores)

    assert ended.state is State.SUCCEEDED
    assert labels_of(stores, project) == before
    assert stores.projects.entities(project) == loans.ENTITIES
    assert [warning.message.partition(" documents")[0] for warning in ended.warnings] == ["2"]


def test_texts_are_not_touched_and_one_that_changed_is_told(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project)
    stores.storage.blobs.put("notes", "note-03.txt", b"quite another text")
    stores.storage.blobs.delete("notes", "note-04.txt")

    ended = run(stores)

    assert [warning.target for warning in ended.warnings] == ["note-03.txt", "note-04.txt"]
    assert stores.documents.text(project, "note-03.txt").text == "quite another text"
    assert stores.storage.blobs.get("notes", "note-04.txt") is None
    restored = labels_of(stores, project)["note-03.txt"]
    # They belong to the text as it was, so that nothing learns from them on another.
    assert restored.text_digest == loans.labels(loans.note(3)[1], ()).text_digest


def test_a_project_without_a_model_has_no_snapshot(stores: Stores, project: Project) -> None:
    with pytest.raises(ModelNotFound):
        restoring.start(stores, "Notes", "M")


def test_a_snapshot_that_is_gone_fails_the_job_and_changes_nothing(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project)
    stores.models.delete_snapshot(project.id, "op")
    before = labels_of(stores, project)

    ended = run(stores)

    assert (ended.state, ended.errors[0].code) == (State.FAILED, "NotFound")
    assert labels_of(stores, project) == before


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("write", range(0, 36, 5))
def test_a_loading_whose_worker_dies_at_any_write_is_finished_by_the_next(
    write: int, before: bool, time: Clock
) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = loans.make_project(stores, tagged=12)
    kept = labels_of(stores, project)
    loans.put_model(stores, project)
    change_everything(stores, project)
    operation, _, _ = restoring.start(stores, "Notes", "M")

    storage.die_at(write, before=before)
    try:
        authoring.run(stores, operation.id)
    except Died:
        pass
    storage.die_at(None)
    time.pass_by(minutes=10)
    for message in maintenance.stuck(stores, after_seconds=120):
        authoring.run(stores, message.id)

    ended = stores.operations.find(operation.id)
    assert ended is not None
    assert ended.state is State.SUCCEEDED
    assert labels_of(stores, project) == kept


def test_the_snapshot_of_a_model_is_kept_and_others_go_in_time(
    stores: Stores, project: Project, time: Clock
) -> None:
    loans.put_model(stores, project)
    stores.models.put_snapshot(project.id, "0191d4c2-0000-7000-8000-000000000000", b"{}")

    maintenance.purge(stores)
    assert len(list(stores.models.snapshots(project.id))) == 2
    time.pass_by(days=3)
    maintenance.purge(stores)

    assert [name for name, _ in stores.models.snapshots(project.id)] == ["op"]
