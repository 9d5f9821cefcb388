from __future__ import annotations

import pytest

from shared.domain.models import Deployment
from shared.domain.operations import Operation
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import DeploymentNotFound, InvalidArgument, OperationNotFound
from shared.services import authoring, deployments, maintenance
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal


def prepare(stores: Stores) -> Project:
    """Make a project with two models, each deployed."""
    project = loans.make_project(stores)
    for name, label in (("production", "A"), ("staging", "B")):
        loans.put_model(stores, project, label, training=label.lower())
        deployments.put(stores, "Notes", name, label)
    return project


@pytest.fixture
def project(stores: Stores) -> Project:
    return prepare(stores)


def labels_of(stores: Stores, project: Project) -> dict[str, str]:
    return {one.name: one.model_label for one in stores.models.deployments(project.id)}


def swap(stores: Stores, first: str = "production", second: str = "staging") -> Operation:
    operation, message = deployments.start_swap(stores, "Notes", first, second)
    authoring.run(stores, message.id)
    return deployments.read_swap(stores, "Notes", operation.id)


def test_a_swap_gives_each_the_model_of_the_other(stores: Stores, project: Project) -> None:
    before = {one.name: one for one in stores.models.deployments(project.id)}

    assert swap(stores).state is State.SUCCEEDED

    after = {one.name: one for one in stores.models.deployments(project.id)}
    assert labels_of(stores, project) == {"production": "B", "staging": "A"}
    for name, other in (("production", "staging"), ("staging", "production")):
        assert after[name].artifact == before[other].artifact
        assert after[name].model_id == before[other].model_id
        assert after[name].trained == before[other].trained
    assert swap(stores).state is State.SUCCEEDED
    assert labels_of(stores, project) == {"production": "A", "staging": "B"}


def test_a_deployment_is_not_swapped_with_itself(stores: Stores, project: Project) -> None:
    with pytest.raises(InvalidArgument):
        swap(stores, "staging", "staging")


@pytest.mark.parametrize(
    ("names", "target"),
    [
        (("nothing", "staging"), "firstDeploymentName"),
        (("staging", "nothing"), "secondDeploymentName"),
    ],
)
def test_both_deployments_must_be_there(
    stores: Stores, project: Project, names: tuple[str, str], target: str
) -> None:
    with pytest.raises(DeploymentNotFound) as refused:
        swap(stores, *names)

    assert refused.value.target == target
    assert list(stores.operations.active()) == []


def test_a_deployment_that_goes_meanwhile_fails_the_swap(stores: Stores, project: Project) -> None:
    operation, message = deployments.start_swap(stores, "Notes", "production", "staging")
    deployments.delete(stores, "Notes", "staging")

    authoring.run(stores, message.id)

    ended = deployments.read_swap(stores, "Notes", operation.id)
    assert (ended.state, ended.errors[0].code) == (State.FAILED, "NotFound")
    assert labels_of(stores, project) == {"production": "A"}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("write", range(5))
def test_a_swap_whose_worker_dies_is_made_once(write: int, before: bool, time: Clock) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = prepare(stores)
    operation, _ = deployments.start_swap(stores, "Notes", "production", "staging")

    storage.die_at(write, before=before)
    try:
        authoring.run(stores, operation.id)
    except Died:
        pass
    storage.die_at(None)
    time.pass_by(minutes=10)
    for message in maintenance.stuck(stores, after_seconds=120):
        authoring.run(stores, message.id)

    assert deployments.read_swap(stores, "Notes", operation.id).state is State.SUCCEEDED
    assert labels_of(stores, project) == {"production": "B", "staging": "A"}


def test_a_swap_that_comes_back_does_not_undo_a_later_one(time: Clock) -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = prepare(stores)
    operation, _ = deployments.start_swap(stores, "Notes", "production", "staging")
    # It dies after the transaction, before it can say so.
    storage.die_at(1, before=False)
    with pytest.raises(Died):
        authoring.run(stores, operation.id)
    assert labels_of(stores, project) == {"production": "B", "staging": "A"}
    assert swap(stores).state is State.SUCCEEDED

    authoring.run(stores, operation.id)

    assert deployments.read_swap(stores, "Notes", operation.id).state is State.SUCCEEDED
    assert labels_of(stores, project) == {"production": "A", "staging": "B"}


def test_a_swap_that_was_made_has_succeeded_even_if_a_deployment_is_gone_since() -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = prepare(stores)
    operation, _ = deployments.start_swap(stores, "Notes", "production", "staging")
    storage.die_at(1, before=False)
    with pytest.raises(Died):
        authoring.run(stores, operation.id)
    deployments.delete(stores, "Notes", "staging")

    authoring.run(stores, operation.id)

    assert deployments.read_swap(stores, "Notes", operation.id).state is State.SUCCEEDED
    assert labels_of(stores, project) == {"production": "B"}


def test_a_deployment_that_changes_at_the_same_moment_is_not_lost() -> None:
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = prepare(stores)
    loans.put_model(stores, project, "C", training="c")
    operation, _ = deployments.start_swap(stores, "Notes", "production", "staging")
    # Just before the transaction, which then finds another ETag and reads again.
    storage.interrupt_at(1, lambda: deployments.put(stores, "Notes", "staging", "C"))

    authoring.run(stores, operation.id)

    assert labels_of(stores, project) == {"production": "C", "staging": "A"}


def test_no_reader_ever_sees_one_model_under_both_names(stores: Stores, project: Project) -> None:
    transact = stores.models._table.transact  # type: ignore[attr-defined]
    seen: list[set[str]] = []

    def watched(changes: object) -> object:
        seen.append(set(labels_of(stores, project).values()))
        written = transact(changes)
        seen.append(set(labels_of(stores, project).values()))
        return written

    stores.models._table.transact = watched  # type: ignore[attr-defined, method-assign]
    swap(stores)

    assert seen == [{"A", "B"}, {"A", "B"}]


def test_a_deployment_called_swap_has_its_jobs_at_the_same_address(
    stores: Stores, project: Project
) -> None:
    made = deployments.put(stores, "Notes", "swap", "A")

    assert deployments.read_swap(stores, "Notes", made.id) == made
    with pytest.raises(OperationNotFound):
        deployments.read_swap(stores, "Notes", deployments.put(stores, "Notes", "x", "A").id)


def test_a_swap_is_noted_in_the_project(stores: Stores, project: Project, time: Clock) -> None:
    time.pass_by(days=1)

    swap(stores)

    assert stores.projects.read("Notes").last_deployed == time.now()
    deployed: list[Deployment] = stores.models.deployments(project.id)
    assert {one.deployed for one in deployed} == {time.now()}
