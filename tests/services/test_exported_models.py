from __future__ import annotations

import pytest

from shared import limits
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import (
    ExportedModelNotFound,
    ModelNotFound,
    NotFound,
    OperationNotFound,
    QuotaExceeded,
)
from shared.services import authoring, exported_models, maintenance, projects
from shared.storage.stores import Stores
from tests.services import loans
from tests.services.conftest import Clock


@pytest.fixture
def project(stores: Stores) -> Project:
    made = loans.make_project(stores)
    loans.put_model(stores, made)
    return made


def test_an_exported_model_gives_its_files_by_name(stores: Stores, project: Project) -> None:
    made = exported_models.put(stores, "Notes", "E", "M")

    assert made.state is State.SUCCEEDED
    assert exported_models.read_operation(stores, "Notes", "E", made.id) == made
    exported = exported_models.read(stores, "Notes", "E")
    assert exported_models.file_names(stores, exported) == ["a.npy", "manifest.json"]
    assert exported_models.file(stores, "Notes", "E", "a.npy") == b"numbers"


@pytest.mark.parametrize(
    "name", ["evaluation.json", "predictions.json", "../op-1/a.npy", "b.npy", "", "A.npy"]
)
def test_no_other_file_is_given(stores: Stores, project: Project, name: str) -> None:
    exported_models.put(stores, "Notes", "E", "M")

    with pytest.raises(NotFound):
        exported_models.file(stores, "Notes", "E", name)


def test_training_over_a_model_or_deleting_it_leaves_what_was_exported(
    stores: Stores, project: Project, time: Clock
) -> None:
    exported_models.put(stores, "Notes", "E", "M")
    loans.put_model(stores, project, training="second")
    stores.models.delete(project.id, "M")
    time.pass_by(days=3)

    maintenance.purge(stores)

    assert exported_models.file(stores, "Notes", "E", "a.npy") == b"numbers"


def test_what_nothing_refers_to_any_more_goes_in_time(
    stores: Stores, project: Project, time: Clock
) -> None:
    exported_models.put(stores, "Notes", "E", "M")
    stores.models.delete(project.id, "M")
    deleted = exported_models.delete(stores, "Notes", "E")
    assert exported_models.read_operation(stores, "Notes", "E", deleted.id) == deleted
    time.pass_by(days=3)

    maintenance.purge(stores)

    assert list(stores.models.prefixes(project.id)) == []
    with pytest.raises(ExportedModelNotFound):
        exported_models.read(stores, "Notes", "E")


def test_a_name_is_exported_anew_in_one_step(stores: Stores, project: Project) -> None:
    exported_models.put(stores, "Notes", "E", "M")
    loans.put_model(stores, project, "N", training="second")

    exported_models.put(stores, "Notes", "E", "N")

    (exported,) = stores.models.exported(project.id)
    assert exported.model_id == stores.models.read(project.id, "N").id


def test_what_is_not_there_is_refused(stores: Stores, project: Project) -> None:
    with pytest.raises(ModelNotFound):
        exported_models.put(stores, "Notes", "E", "N")
    with pytest.raises(ExportedModelNotFound):
        exported_models.delete(stores, "Notes", "E")
    with pytest.raises(OperationNotFound):
        exported_models.read_operation(stores, "Notes", "E", "x")
    made = exported_models.put(stores, "Notes", "E", "M")
    with pytest.raises(OperationNotFound):
        exported_models.read_operation(stores, "Notes", "F", made.id)


def test_one_exported_model_too_many_is_refused_but_one_can_be_replaced(
    stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EXPORTED_MODELS_PER_PROJECT", 1)
    exported_models.put(stores, "Notes", "E", "M")

    with pytest.raises(QuotaExceeded):
        exported_models.put(stores, "Notes", "F", "M")

    exported_models.put(stores, "Notes", "E", "M")


def test_exported_models_go_with_their_project(stores: Stores, project: Project) -> None:
    exported_models.put(stores, "Notes", "E", "M")
    operation, _ = projects.delete(stores, "Notes")

    authoring.run(stores, operation.id)

    assert stores.models.exported(project.id) == []
    assert list(stores.models.prefixes(project.id)) == []
