from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, datetime

import pytest

from shared.domain.models import (
    Artifact,
    Deployment,
    EvaluationKind,
    ExportedModel,
    Judgement,
    TrainedModel,
    TrainingOptions,
)
from shared.errors import DeploymentNotFound, ExportedModelNotFound, ModelNotFound
from shared.storage.models import TrainingLock, artifact_prefix
from shared.storage.ports import Changed, Storage
from shared.storage.stores import Stores

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def stores(storage: Storage) -> Stores:
    return Stores.on(storage)


@pytest.fixture
def project_id() -> str:
    return uuid.uuid4().hex


def model(label: str = "M-1", operation: str = "op") -> TrainedModel:
    return TrainedModel(
        options=TrainingOptions(
            label=label, config_version="2022-05-01", evaluation=EvaluationKind.MANUAL
        ),
        id=f"{label}-x",
        artifact=Artifact(prefix="models/p/op-1/", digest="ab"),
        operation_id=operation,
        trained=NOW,
        duration_seconds=7,
        train_documents=8,
        validation_documents=1,
        test_documents=1,
        f1=0.75,
    )


def lock(project_id: str, operation: str = "op", attempt: int = 0) -> TrainingLock:
    return TrainingLock(project_id=project_id, operation_id=operation, attempt=attempt, taken=NOW)


def test_a_model_is_published_and_the_lock_goes_with_it(stores: Stores, project_id: str) -> None:
    held = stores.models.take_lock(lock(project_id))
    assert held is not None

    stores.models.publish(model(), held)

    assert dataclasses.replace(stores.models.read(project_id, "M-1"), etag="") == model()
    assert stores.models.lock(project_id) is None


def test_who_lost_the_lock_publishes_nothing(stores: Stores, project_id: str) -> None:
    lost = stores.models.take_lock(lock(project_id))
    assert lost is not None
    taken_over = stores.models.take_lock(dataclasses.replace(lost, attempt=1))
    assert taken_over is not None

    with pytest.raises(Changed):
        stores.models.publish(model(), lost)

    assert stores.models.find(project_id, "M-1") is None
    assert stores.models.lock(project_id) == taken_over


def test_only_one_takes_the_lock(stores: Stores, project_id: str) -> None:
    assert stores.models.take_lock(lock(project_id, "one")) is not None

    assert stores.models.take_lock(lock(project_id, "two")) is None


def test_releasing_a_lost_lock_leaves_it_to_its_new_holder(stores: Stores, project_id: str) -> None:
    lost = stores.models.take_lock(lock(project_id))
    assert lost is not None
    stores.models.take_lock(dataclasses.replace(lost, attempt=1))

    stores.models.release_lock(lost)

    assert stores.models.lock(project_id) is not None


def test_models_and_deployments_are_listed_by_name_and_kept_apart(
    stores: Stores, project_id: str
) -> None:
    for label in ("b", "C", "a"):
        held = stores.models.take_lock(lock(project_id))
        assert held is not None
        stores.models.publish(model(label), held)
    deployment = Deployment(
        name="production",
        model_label="a",
        model_id="a-x",
        artifact=Artifact(prefix="models/p/op-1/", digest="ab"),
        config_version="2022-05-01",
        trained=NOW,
        deployed=NOW,
    )

    stores.models.put_deployment(project_id, deployment)

    assert [one.label for one in stores.models.all(project_id)] == ["a", "b", "C"]
    (listed,) = stores.models.deployments(project_id)
    assert dataclasses.replace(listed, etag="") == deployment
    assert stores.models.delete(project_id, "a")
    assert stores.models.read_deployment(project_id, "production") == listed
    assert stores.models.delete_deployment(project_id, "production")
    assert not stores.models.delete_deployment(project_id, "production")


def test_names_count_in_their_letter_case(stores: Stores, project_id: str) -> None:
    with pytest.raises(ModelNotFound):
        stores.models.read(project_id, "m-1")
    with pytest.raises(DeploymentNotFound):
        stores.models.read_deployment(project_id, "Production")


def test_files_are_written_once_and_never_again(stores: Stores, project_id: str) -> None:
    artifact = Artifact(prefix=artifact_prefix(project_id, "op", 1), digest="")
    stores.models.put_files(artifact.prefix, {"a.npy": b"first", "manifest.json": b"{}"})

    stores.models.put_files(artifact.prefix, {"a.npy": b"second"})

    assert stores.models.file(artifact, "a.npy") == b"first"
    with pytest.raises(ModelNotFound):
        stores.models.file(artifact, "b.npy")
    assert [prefix for prefix, _ in stores.models.prefixes(project_id)] == [artifact.prefix]


def test_a_snapshot_is_taken_once(stores: Stores, project_id: str) -> None:
    assert stores.models.snapshot(project_id, "op") is None

    assert stores.models.put_snapshot(project_id, "op", b"one") == b"one"

    assert stores.models.put_snapshot(project_id, "op", b"two") == b"one"
    assert stores.models.snapshot(project_id, "op") == b"one"


def test_forgetting_removes_models_deployments_files_and_the_lock(
    stores: Stores, project_id: str
) -> None:
    held = stores.models.take_lock(lock(project_id))
    assert held is not None
    stores.models.publish(model(), held)
    stores.models.take_lock(lock(project_id, "next"))
    stores.models.put_files(artifact_prefix(project_id, "op", 1), {"manifest.json": b"{}"})
    stores.models.put_snapshot(project_id, "op", b"one")

    stores.models.forget(project_id)

    assert stores.models.all(project_id) == []
    assert stores.models.lock(project_id) is None
    assert list(stores.models.prefixes(project_id)) == []
    assert stores.models.snapshot(project_id, "op") is None


def deployed(stores: Stores, project_id: str, name: str, label: str) -> Deployment:
    deployment = Deployment(
        name=name,
        model_label=label,
        model_id=f"{label}-x",
        artifact=Artifact(prefix=f"models/p/{label}/", digest=label),
        config_version="2022-05-01",
        trained=NOW,
        deployed=NOW,
    )
    stores.models.put_deployment(project_id, deployment)
    return stores.models.read_deployment(project_id, name)


def exchanged(first: Deployment, second: Deployment) -> tuple[Deployment, Deployment]:
    """Each with the model of the other, to be written over itself."""
    return (
        dataclasses.replace(second, name=first.name, etag=first.etag),
        dataclasses.replace(first, name=second.name, etag=second.etag),
    )


def test_two_deployments_are_swapped_together_and_once(stores: Stores, project_id: str) -> None:
    pair = exchanged(deployed(stores, project_id, "a", "A"), deployed(stores, project_id, "b", "B"))
    assert not stores.models.is_swapped(project_id, "0191")

    stores.models.swap(project_id, "0191", *pair)
    stores.models.swap(project_id, "0191", *pair)

    found = {one.name: one.model_label for one in stores.models.deployments(project_id)}
    assert found == {"a": "B", "b": "A"}
    assert stores.models.is_swapped(project_id, "0191")
    stores.models.forget_swap(project_id, "0191")
    assert not stores.models.is_swapped(project_id, "0191")


@pytest.mark.parametrize("changed", ["a", "b"])
def test_no_deployment_is_swapped_if_one_has_changed(
    stores: Stores, project_id: str, changed: str
) -> None:
    pair = exchanged(deployed(stores, project_id, "a", "A"), deployed(stores, project_id, "b", "B"))
    deployed(stores, project_id, changed, "C")

    with pytest.raises(Changed):
        stores.models.swap(project_id, "0191", *pair)

    found = {one.name: one.model_label for one in stores.models.deployments(project_id)}
    assert found == {"a": "A", "b": "B", changed: "C"}
    assert not stores.models.is_swapped(project_id, "0191")


def test_a_later_evaluation_is_kept_with_its_model(stores: Stores, project_id: str) -> None:
    stores.models.put(project_id, model())
    read = stores.models.read(project_id, "M-1")
    judgement = Judgement(operation_id="e", prefix="models/p/e-1/", options=model().options)
    judged = dataclasses.replace(read, judgement=judgement, f1=0.5)

    stores.models.replace(project_id, judged)

    assert stores.models.read(project_id, "M-1") == judged
    with pytest.raises(Changed):
        stores.models.replace(project_id, judged)


def test_exported_models_are_kept_apart_and_go_with_their_project(
    stores: Stores, project_id: str
) -> None:
    exported = ExportedModel(
        name="E",
        model_id="M-1-x",
        artifact=model().artifact,
        config_version="2022-05-01",
        trained=NOW,
        exported=NOW,
    )
    stores.models.put(project_id, model())

    stores.models.put_exported(project_id, exported)
    stores.models.put_exported(project_id, dataclasses.replace(exported, name="d"))

    assert [one.name for one in stores.models.exported(project_id)] == ["d", "E"]
    assert stores.models.read_exported(project_id, "E") == exported
    assert [one.label for one in stores.models.all(project_id)] == ["M-1"]
    with pytest.raises(ExportedModelNotFound):
        stores.models.read_exported(project_id, "e")
    assert stores.models.delete_exported(project_id, "d")
    assert not stores.models.delete_exported(project_id, "d")
    stores.models.forget(project_id)
    assert stores.models.exported(project_id) == []


def test_the_files_of_a_model_are_told_from_its_reports(stores: Stores, project_id: str) -> None:
    artifact = Artifact(prefix=artifact_prefix(project_id, "op", 1), digest="")
    stores.models.put_files(artifact.prefix, {"b.npy": b"", "a.npy": b"", "manifest.json": b"{}"})
    stores.models.put_report(artifact.prefix, "evaluation.json", {"f1": 1})

    assert stores.models.file_names(artifact) == ["a.npy", "b.npy", "manifest.json"]
    assert stores.models.report(artifact.prefix, "evaluation.json") == {"f1": 1}


def test_snapshots_are_listed_and_removed(stores: Stores, project_id: str) -> None:
    stores.models.put_snapshot(project_id, "one", b"")
    stores.models.put_snapshot(project_id, "two", b"")

    assert [name for name, _ in stores.models.snapshots(project_id)] == ["one", "two"]
    assert stores.models.delete_snapshot(project_id, "one")
    assert not stores.models.delete_snapshot(project_id, "one")
    assert [name for name, _ in stores.models.snapshots(project_id)] == ["two"]
