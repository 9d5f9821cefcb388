from __future__ import annotations

import dataclasses

import pytest

from shared.domain.models import TrainingOptions
from shared.domain.projects import ProjectSettings
from shared.domain.states import State
from shared.errors import (
    Conflict,
    DeploymentNotFound,
    InvalidArgument,
    ModelNotFound,
    OperationNotFound,
    ProjectNotFound,
    QuotaExceeded,
)
from shared.limits import Limits
from shared.services import authoring, deployments, projects, training
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal

SETTINGS = ProjectSettings(name="Notes", container="notes", language="en")


def make(stores: Stores, settings: ProjectSettings = SETTINGS) -> bool:
    return projects.put(stores, settings.name, lambda _: settings)[1]


@pytest.fixture(autouse=True)
def container(stores: Stores) -> None:
    stores.storage.blobs.create_container("notes")


def test_a_project_is_made_once_and_changed_after_that(stores: Stores) -> None:
    assert make(stores)
    first = stores.projects.read("Notes")

    assert not make(stores, dataclasses.replace(SETTINGS, description="changed"))

    second = stores.projects.read("Notes")
    assert second.id == first.id
    assert second.settings.description == "changed"


def test_a_name_that_differs_in_letter_case_alone_is_taken(stores: Stores) -> None:
    make(stores)

    with pytest.raises(Conflict):
        make(stores, dataclasses.replace(SETTINGS, name="NOTES"))


@pytest.mark.parametrize("container", ["nowhere", "spanwright"])
def test_a_container_that_cannot_be_is_refused(stores: Stores, container: str) -> None:
    with pytest.raises(InvalidArgument):
        make(stores, dataclasses.replace(SETTINGS, container=container))


def test_one_project_too_many_is_refused() -> None:
    stores = Stores.on(memory_storage(), Limits(projects=2))
    stores.storage.blobs.create_container("notes")
    make(stores)
    make(stores, dataclasses.replace(SETTINGS, name="Two"))

    with pytest.raises(QuotaExceeded):
        make(stores, dataclasses.replace(SETTINGS, name="Three"))


def delete(stores: Stores) -> str:
    operation, message = projects.delete(stores, "Notes")
    assert message.id == operation.id
    return operation.id


def test_a_deleted_project_is_gone_at_once_and_leaves_nothing_of_its_own() -> None:
    stores = Stores.on(memory_storage())
    project = loans.make_project(stores)
    _, message = training.start(stores, "Notes", TrainingOptions(label="M", config_version="x"))
    training.run(stores, message.id, stuck_after_seconds=120)
    deployments.put(stores, "Notes", "production", "M")

    operation_id = delete(stores)

    with pytest.raises(ProjectNotFound):
        stores.projects.read("Notes")
    authoring.run(stores, operation_id)
    assert projects.read_deletion(stores, operation_id).state is State.SUCCEEDED
    left = [item.name for item in stores.storage.blobs.list("spanwright")]
    assert not [name for name in left if project.id in name]
    assert stores.models.all(project.id) == []
    assert len(list(stores.storage.blobs.list("notes"))) == 20


def test_a_new_project_may_take_the_name_before_the_old_one_is_cleared_away() -> None:
    stores = Stores.on(memory_storage())
    old = loans.make_project(stores)
    operation_id = delete(stores)

    assert make(stores)
    authoring.run(stores, operation_id)

    new = stores.projects.read("Notes")
    assert new.id != old.id
    assert stores.documents.tagged(new, at_most=1) == 0


@pytest.mark.parametrize("write", range(0, 60, 7))
def test_a_deletion_whose_worker_dies_is_finished_by_the_next(write: int, time: Clock) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = loans.make_project(stores)
    operation_id = delete(stores)

    storage.die_at(write)
    try:
        authoring.run(stores, operation_id)
    except Died:
        pass
    storage.die_at(None)
    authoring.run(stores, operation_id)

    assert projects.read_deletion(stores, operation_id).state is State.SUCCEEDED
    assert list(stores.documents.tagged_documents(project)) == []


def test_an_unknown_deletion_is_not_found(stores: Stores) -> None:
    for operation_id in ("", "x", "0191d4c2-0000-7000-8000-000000000000"):
        with pytest.raises(OperationNotFound):
            projects.read_deletion(stores, operation_id)


def test_deployments_need_a_model_and_a_project(stores: Stores) -> None:
    with pytest.raises(ProjectNotFound):
        deployments.put(stores, "Notes", "production", "M")
    make(stores)

    with pytest.raises(ModelNotFound):
        deployments.put(stores, "Notes", "production", "M")
    with pytest.raises(DeploymentNotFound):
        deployments.delete(stores, "Notes", "production")


def test_one_deployment_too_many_is_refused_but_one_can_be_replaced() -> None:
    stores = Stores.on(memory_storage(), Limits(deployments_per_project=1))
    loans.make_project(stores)
    _, message = training.start(stores, "Notes", TrainingOptions(label="M", config_version="x"))
    training.run(stores, message.id, stuck_after_seconds=120)
    made = deployments.put(stores, "Notes", "production", "M")
    assert made.state is State.SUCCEEDED

    with pytest.raises(QuotaExceeded):
        deployments.put(stores, "Notes", "staging", "M")

    assert deployments.put(stores, "Notes", "production", "M").state is State.SUCCEEDED
    deleted = deployments.delete(stores, "Notes", "production")
    found = deployments.read_operation(stores, "Notes", "production", deleted.id)
    assert found == deleted
    with pytest.raises(OperationNotFound):
        deployments.read_operation(stores, "Notes", "staging", deleted.id)
