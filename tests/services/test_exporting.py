from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from shared import limits
from shared.domain.labels import Dataset, Labels
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import EntityType, Project
from shared.domain.states import State
from shared.errors import ModelNotFound, NotFound, OperationNotFound
from shared.services import authoring, exporting, labeling, maintenance, operations, projects
from shared.services.messages import Message, Queue
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal


@pytest.fixture
def project(stores: Stores) -> Project:
    made = loans.make_project(stores)
    stores.projects.put_entities(made, loans.ENTITIES)
    return made


def run(stores: Stores, label: str | None = None) -> Operation:
    operation, message, _ = exporting.start(stores, "Notes", label)
    authoring.run(stores, message.id)
    ended = stores.operations.find(operation.id)
    assert ended is not None
    return ended


def result(stores: Stores, operation_id: str, name: str = "Notes") -> bytes:
    return exporting.read_result(stores, name, operation_id, OperationKind.EXPORT)[0]


def exported(stores: Stores, label: str | None = None) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(result(stores, run(stores, label).id))
    return file


def labels_of(stores: Stores, project: Project) -> dict[str, Labels]:
    return dict(stores.documents.all_labels(project, empty=True))


def note_labels(number: int, **changes: Any) -> Labels:
    _, text, spans = loans.note(number)
    return dataclasses.replace(loans.labels(text, spans), **changes)


def test_what_is_exported_imports_to_the_same_labels(stores: Stores, project: Project) -> None:
    stores.documents.put_labels(
        project, "note-01.txt", note_labels(1, dataset=Dataset.TEST, language="de")
    )
    stores.documents.put_labels(project, "note-02.txt", note_labels(2, spans=()))
    before = labels_of(stores, project)

    file = result(stores, run(stores).id)

    stores.documents.put_all_labels(project, [])
    stores.projects.put_entities(project, ())
    operation, message, _ = labeling.start_import(stores, "Notes", file)
    authoring.run(stores, message.id)
    assert operations.read(stores, operation.kind, "Notes", operation.id).state is State.SUCCEEDED
    assert labels_of(stores, project) == before
    assert stores.projects.entities(project) == loans.ENTITIES
    assert stores.projects.read("Notes").settings == project.settings


def test_documents_are_in_the_order_of_their_names(stores: Stores, project: Project) -> None:
    documents = exported(stores)["assets"]["documents"]

    assert [one["location"] for one in documents] == [f"note-{n:02}.txt" for n in range(20)]


def test_an_entity_type_that_is_only_used_is_declared_too(stores: Stores, project: Project) -> None:
    stores.documents.put_labels(project, "note-00.txt", note_labels(0, spans=(Span(0, 4, "Kind"),)))

    entities = exported(stores)["assets"]["entities"]

    assert [one["category"] for one in entities] == ["Name", "Sum", "Kind"]


def test_a_document_that_changed_or_went_is_left_out_with_a_warning(
    stores: Stores, project: Project
) -> None:
    stores.storage.blobs.put("notes", "note-00.txt", b"quite another text")
    stores.storage.blobs.delete("notes", "note-01.txt")

    ended = run(stores)

    assert ended.state is State.SUCCEEDED
    assert [warning.target for warning in ended.warnings] == ["note-00.txt", "note-01.txt"]
    documents = exported(stores)["assets"]["documents"]
    assert [one["location"] for one in documents] == [f"note-{n:02}.txt" for n in range(2, 20)]


def test_with_a_model_the_labels_are_those_that_it_was_trained_on(
    stores: Stores, project: Project
) -> None:
    before = exported(stores)
    loans.put_model(stores, project)
    stores.documents.put_all_labels(project, [("note-00.txt", note_labels(0))])
    stores.projects.put_entities(project, [EntityType(category="Other")])

    assert exported(stores, "M") == before
    assert len(exported(stores)["assets"]["documents"]) == 1


def test_a_text_that_changed_since_the_training_is_told(stores: Stores, project: Project) -> None:
    loans.put_model(stores, project)
    stores.storage.blobs.put("notes", "note-03.txt", b"quite another text")

    ended = run(stores, "M")

    assert [warning.target for warning in ended.warnings] == ["note-03.txt"]
    assert len(exported(stores, "M")["assets"]["documents"]) == 20


def test_a_model_that_is_trained_anew_meanwhile_changes_nothing_for_an_export(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project, training="first")
    operation, message, _ = exporting.start(stores, "Notes", "M")
    stores.documents.put_all_labels(
        project, [(f"note-{n:02}.txt", note_labels(n)) for n in range(10)]
    )
    loans.put_model(stores, project, training="second")

    authoring.run(stores, message.id)

    file = json.loads(result(stores, operation.id))
    assert len(file["assets"]["documents"]) == 20


def test_an_unknown_model_is_refused(stores: Stores, project: Project) -> None:
    with pytest.raises(ModelNotFound):
        exporting.start(stores, "Notes", "M")


def test_an_export_runs_at_once_up_to_a_number_of_documents(
    stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IMPORT_AT_ONCE", 20)
    assert exporting.start(stores, "Notes", None)[2]

    monkeypatch.setattr(limits, "IMPORT_AT_ONCE", 19)
    operation, message, small = exporting.start(stores, "Notes", None)

    assert not small
    assert message == Message(Queue.AUTHORING, operation.id)
    with pytest.raises(NotFound, match="no result"):
        result(stores, operation.id)


def test_the_result_of_another_project_is_unknown(stores: Stores, project: Project) -> None:
    loans.make_project(stores, name="Other")
    ended = run(stores)

    with pytest.raises(OperationNotFound):
        result(stores, ended.id, "Other")


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("write", range(4))
def test_an_export_whose_worker_dies_at_any_write_is_finished_by_the_next(
    write: int, before: bool, time: Clock
) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    loans.make_project(stores)
    operation, _, _ = exporting.start(stores, "Notes", None)

    storage.die_at(write, before=before)
    try:
        authoring.run(stores, operation.id)
    except Died:
        pass
    storage.die_at(None)
    time.pass_by(minutes=10)
    for message in maintenance.stuck(stores, after_seconds=120):
        assert message == Message(Queue.AUTHORING, operation.id)
        authoring.run(stores, message.id)

    file = json.loads(result(stores, operation.id))
    assert len(file["assets"]["documents"]) == 20


def test_each_try_writes_a_file_of_its_own(time: Clock) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    loans.make_project(stores)
    operation, _, _ = exporting.start(stores, "Notes", None)
    # Two workers that write one file part by part would get in each other's way.
    storage.die_at(1, before=False)
    with pytest.raises(Died):
        authoring.run(stores, operation.id)
    authoring.run(stores, operation.id)

    folder = f"operations/{operation.id}/"
    assert len(list(storage.blobs.names("spanwright", prefix=folder))) == 2


def test_results_go_with_their_project(stores: Stores, project: Project) -> None:
    ended = run(stores)
    operation, _ = projects.delete(stores, "Notes")

    authoring.run(stores, operation.id)

    assert stores.operations.file(ended.id, ended.result) is None


def test_an_export_of_a_project_that_is_deleted_meanwhile_leaves_nothing(
    stores: Stores, project: Project
) -> None:
    operation, message, _ = exporting.start(stores, "Notes", None)
    projects.delete(stores, "Notes")

    authoring.run(stores, message.id)

    ended = stores.operations.find(operation.id)
    assert ended is not None
    assert (ended.state, ended.errors[0].code) == (State.FAILED, "ProjectNotFound")
    assert list(stores.storage.blobs.names("spanwright", prefix=f"operations/{ended.id}/")) == []


def test_results_expire_with_their_job(stores: Stores, project: Project, time: Clock) -> None:
    ended = run(stores)
    time.pass_by(days=8)

    with pytest.raises(OperationNotFound):
        result(stores, ended.id)
    maintenance.purge(stores)

    assert stores.operations.file(ended.id, ended.result) is None
