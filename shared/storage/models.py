"""Trained models, what refers to them, the one-training lock, and model files.

All rows of a project share a partition of the table `authoring`, so that a training publishes in
one transaction (the model appears and the lock goes, or neither), and two deployments are swapped
in one.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

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
from shared.ids import key_of
from shared.storage.ports import (
    AlreadyExists,
    Changed,
    Delete,
    Insert,
    Put,
    Replace,
    Row,
    Storage,
    Value,
)
from shared.storage.projects import CONTAINER
from shared.storage.rows import moment, number, text, whole

_LOCK = "lock|train"
_SNAPSHOT = ".jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingLock:
    """Who may publish a model into a project: one training, and one try of it."""

    project_id: str
    operation_id: str
    #: Counts the tries: a worker that lost the lock to a later try finds its ETag stale.
    attempt: int
    taken: datetime
    etag: str = ""


class Models:
    """The trained models, deployments and exported models of all projects."""

    def __init__(self, storage: Storage) -> None:
        self._table = storage.table("authoring")
        self._blobs = storage.blobs

    # Models

    def find(self, project_id: str, label: str) -> TrainedModel | None:
        """Return the model of this label, or None."""
        row = self._table.get(project_id, _model_key(label))
        return None if row is None else _model(row)

    def read(self, project_id: str, label: str) -> TrainedModel:
        """Return the model of this label; raise `ModelNotFound` where there is none."""
        model = self.find(project_id, label)
        if model is None:
            raise ModelNotFound(target="trainedModelLabel")
        return model

    def all(self, project_id: str) -> list[TrainedModel]:
        """Return a project's models by label."""
        rows = self._table.query(project_id, first="model|", below="model}")
        return sorted((_model(row) for row in rows), key=lambda model: model.label.lower())

    def publish(self, model: TrainedModel, lock: TrainingLock) -> None:
        """Make `model` the one of its label and give the lock back, in one transaction.

        Raises `Changed` where the lock is no longer this one: a later try took the training over.
        """
        self._table.transact(
            [
                Put(_model_row(lock.project_id, model)),
                Delete(lock.project_id, _LOCK, etag=lock.etag),
            ]
        )

    def replace(self, project_id: str, model: TrainedModel) -> None:
        """Write a changed model; raise `Changed` where its ETag is not current."""
        self._table.replace(_model_row(project_id, model), etag=model.etag)

    def put(self, project_id: str, model: TrainedModel) -> None:
        """Make this the model of its label, in a project that nobody sees yet."""
        self._table.put(_model_row(project_id, model))

    def delete(self, project_id: str, label: str) -> bool:
        """Remove a model, False where it was not there; what is deployed of it goes on."""
        return self._table.delete(project_id, _model_key(label))

    # The one-training lock

    def lock(self, project_id: str) -> TrainingLock | None:
        """Return the project's lock, or None where no training holds it."""
        row = self._table.get(project_id, _LOCK)
        return None if row is None else _lock(row)

    def take_lock(self, lock: TrainingLock) -> TrainingLock | None:
        """Take the lock and return it as kept, or None where another holder was quicker.

        A lock with an ETag replaces the one that has it; one without must find none.
        """
        row = Row(
            lock.project_id,
            _LOCK,
            {
                "operation": lock.operation_id,
                "attempt": lock.attempt,
                "taken": lock.taken,
            },
        )
        try:
            if lock.etag:
                etag = self._table.replace(row, etag=lock.etag)
            else:
                etag = self._table.insert(row)
        except (AlreadyExists, Changed):
            return None
        return dataclasses.replace(lock, etag=etag)

    def release_lock(self, lock: TrainingLock) -> None:
        """Give the lock back, unless another holder took it over."""
        try:
            self._table.delete(lock.project_id, _LOCK, etag=lock.etag)
        except Changed:
            return

    # Deployments

    def find_deployment(self, project_id: str, name: str) -> Deployment | None:
        """Return the deployment of this name, or None."""
        row = self._table.get(project_id, _deployment_key(name))
        return None if row is None else _deployment(row)

    def read_deployment(self, project_id: str, name: str) -> Deployment:
        """Return the deployment of this name; raise `DeploymentNotFound` where there is none."""
        deployment = self.find_deployment(project_id, name)
        if deployment is None:
            raise DeploymentNotFound(target="deploymentName")
        return deployment

    def deployments(self, project_id: str) -> list[Deployment]:
        """Return a project's deployments by name."""
        rows = self._table.query(project_id, first="deployment|", below="deployment}")
        return sorted((_deployment(row) for row in rows), key=lambda one: one.name.lower())

    def put_deployment(self, project_id: str, deployment: Deployment) -> None:
        """Make this the deployment of its name, in one step."""
        self._table.put(_deployment_row(project_id, deployment))

    def delete_deployment(self, project_id: str, name: str) -> bool:
        """Remove a deployment; False where it was not there."""
        return self._table.delete(project_id, _deployment_key(name))

    def swap(self, project_id: str, swap_id: str, first: Deployment, second: Deployment) -> None:
        """Write two changed deployments in one transaction, once for each `swap_id`.

        A swap that was made already is not made again. Raises `Changed` where one of the two is
        gone or no longer has its ETag.
        """
        made = Row(project_id, _swap_key(swap_id), {})
        try:
            self._table.transact(
                [
                    Insert(made),
                    Replace(_deployment_row(project_id, first), first.etag),
                    Replace(_deployment_row(project_id, second), second.etag),
                ]
            )
        except AlreadyExists:
            return

    def is_swapped(self, project_id: str, swap_id: str) -> bool:
        """Whether the swap of this id was made, and not yet forgotten."""
        return self._table.get(project_id, _swap_key(swap_id)) is not None

    def forget_swap(self, project_id: str, swap_id: str) -> None:
        """Remove the mark of a swap that will not be tried again."""
        self._table.delete(project_id, _swap_key(swap_id))

    # Exported models

    def find_exported(self, project_id: str, name: str) -> ExportedModel | None:
        """Return the exported model of this name, or None."""
        row = self._table.get(project_id, _exported_key(name))
        return None if row is None else _exported(row)

    def read_exported(self, project_id: str, name: str) -> ExportedModel:
        """Return the exported model of this name; raise `ExportedModelNotFound`."""
        exported = self.find_exported(project_id, name)
        if exported is None:
            raise ExportedModelNotFound(target="exportedModelName")
        return exported

    def exported(self, project_id: str) -> list[ExportedModel]:
        """Return a project's exported models by name."""
        rows = self._table.query(project_id, first="exported|", below="exported}")
        return sorted((_exported(row) for row in rows), key=lambda one: one.name.lower())

    def put_exported(self, project_id: str, exported: ExportedModel) -> None:
        """Make this the exported model of its name, in one step."""
        values = {
            "name": exported.name,
            "model_id": exported.model_id,
            "config_version": exported.config_version,
            "trained": exported.trained,
            "exported": exported.exported,
            **_artifact_values(exported.artifact),
        }
        self._table.put(Row(project_id, _exported_key(exported.name), values))

    def delete_exported(self, project_id: str, name: str) -> bool:
        """Remove an exported model; False where it was not there."""
        return self._table.delete(project_id, _exported_key(name))

    # Files

    def put_files(self, prefix: str, files: Mapping[str, bytes]) -> None:
        """Write a model's files, the manifest last; they are never written again.

        A file that is there already was written by the same try before it was repeated.
        """

        def write(item: tuple[str, bytes]) -> None:
            try:
                self._blobs.put(CONTAINER, prefix + item[0], item[1], new=True)
            except AlreadyExists:
                return

        with ThreadPoolExecutor(8) as pool:
            others = [item for item in files.items() if item[0] != "manifest.json"]
            for _ in pool.map(write, others):
                pass
        if "manifest.json" in files:
            write(("manifest.json", files["manifest.json"]))

    def file(self, artifact: Artifact, name: str) -> bytes:
        """Return one of a model's files; raise `ModelNotFound` where it is gone."""
        return self._file(artifact.prefix + name)

    def _file(self, name: str) -> bytes:
        blob = self._blobs.get(CONTAINER, name)
        if blob is None:
            raise ModelNotFound("A file of the model is missing from storage.")
        return blob.data

    def file_names(self, artifact: Artifact) -> list[str]:
        """Return the names of the files that a model consists of, without reports; sorted."""
        names = self._blobs.names(CONTAINER, prefix=artifact.prefix)
        own = (name.removeprefix(artifact.prefix) for name in names)
        return sorted(name for name in own if name == "manifest.json" or name.endswith(".npy"))

    def all_files(self, prefix: str) -> dict[str, bytes]:
        """Return the files under a prefix by name, reports among them."""
        names = self._blobs.names(CONTAINER, prefix=prefix)
        return {name.removeprefix(prefix): self._file(name) for name in names}

    def put_report(self, artifact_prefix: str, name: str, value: Any) -> None:
        """Keep a report (evaluation, predictions) beside the model's files."""
        data = json.dumps(value, ensure_ascii=False).encode()
        self._blobs.put(CONTAINER, artifact_prefix + name, data, content_type="application/json")

    def report(self, artifact_prefix: str, name: str) -> Any:
        """Return a report that was kept under a prefix; raise `ModelNotFound` if it is gone."""
        return json.loads(self._file(artifact_prefix + name))

    def snapshot(self, project_id: str, operation_id: str) -> bytes | None:
        """Return the snapshot that a training took, or None."""
        blob = self._blobs.get(CONTAINER, _snapshot_blob(project_id, operation_id))
        return None if blob is None else blob.data

    def put_snapshot(self, project_id: str, operation_id: str, data: bytes) -> bytes:
        """Keep a training's snapshot and return it, or the one that is there already."""
        name = _snapshot_blob(project_id, operation_id)
        try:
            self._blobs.put(CONTAINER, name, data, new=True)
        except AlreadyExists:
            present = self._blobs.get(CONTAINER, name)
            return data if present is None else present.data
        return data

    def snapshots(self, project_id: str) -> Iterator[tuple[str, datetime]]:
        """Yield the operation of every snapshot and when it was taken."""
        folder = f"snapshots/{project_id}/"
        for item in self._blobs.list(CONTAINER, prefix=folder, suffix=_SNAPSHOT):
            yield item.name.removeprefix(folder).removesuffix(_SNAPSHOT), item.modified

    def delete_snapshot(self, project_id: str, operation_id: str) -> bool:
        """Remove the snapshot of an operation; False where it was not there."""
        return self._blobs.delete(CONTAINER, _snapshot_blob(project_id, operation_id))

    def prefixes(self, project_id: str) -> Iterator[tuple[str, datetime]]:
        """Yield the prefix of every model's files and when the newest of them was written."""
        items = self._blobs.list(CONTAINER, prefix=f"models/{project_id}/")
        for prefix, files in groupby(items, lambda item: item.name.rpartition("/")[0] + "/"):
            yield prefix, max(file.modified for file in files)

    def delete_files(self, prefix: str) -> int:
        """Remove the files under a prefix that `artifact_prefix` made; return their number."""
        return self._blobs.delete_prefix(CONTAINER, prefix)

    def forget(self, project_id: str) -> None:
        """Remove all that this store keeps of a project."""
        for row in self._table.query(project_id):
            self._table.delete(row.partition, row.key)
        self._blobs.delete_prefix(CONTAINER, f"models/{project_id}/")
        self._blobs.delete_prefix(CONTAINER, f"snapshots/{project_id}/")


def artifact_prefix(project_id: str, operation_id: str, attempt: int) -> str:
    """Return where a try of a training writes: two tries never mix their files."""
    return f"models/{project_id}/{operation_id}-{attempt}/"


def options_text(options: TrainingOptions) -> str:
    """Return the options of a training as a row keeps them."""
    return json.dumps(dataclasses.asdict(options))


def options_of(data: str) -> TrainingOptions:
    """Return the options of a training that `options_text` gave."""
    return _options(json.loads(data))


def _options(values: Mapping[str, Any]) -> TrainingOptions:
    return TrainingOptions(**{**values, "evaluation": EvaluationKind(values["evaluation"])})


def _snapshot_blob(project_id: str, operation_id: str) -> str:
    return f"snapshots/{project_id}/{operation_id}{_SNAPSHOT}"


def _model_key(label: str) -> str:
    return f"model|{key_of(label)}"


def _deployment_key(name: str) -> str:
    return f"deployment|{key_of(name)}"


def _exported_key(name: str) -> str:
    return f"exported|{key_of(name)}"


def _swap_key(swap_id: str) -> str:
    return f"swap|{swap_id}"


def _artifact_values(artifact: Artifact) -> dict[str, Value]:
    return {"artifact_prefix": artifact.prefix, "artifact_digest": artifact.digest}


def _artifact(row: Row) -> Artifact:
    return Artifact(prefix=text(row, "artifact_prefix"), digest=text(row, "artifact_digest"))


def _lock(row: Row) -> TrainingLock:
    return TrainingLock(
        project_id=row.partition,
        operation_id=text(row, "operation"),
        attempt=whole(row, "attempt"),
        taken=moment(row, "taken"),
        etag=row.etag,
    )


def _model_row(project_id: str, model: TrainedModel) -> Row:
    return Row(
        project_id,
        _model_key(model.label),
        {
            "id": model.id,
            "operation": model.operation_id,
            "options": options_text(model.options),
            "trained": model.trained,
            "duration_seconds": model.duration_seconds,
            "train_documents": model.train_documents,
            "validation_documents": model.validation_documents,
            "test_documents": model.test_documents,
            "f1": model.f1,
            "judgement": _judgement_text(model.judgement) if model.judgement else None,
            **_artifact_values(model.artifact),
        },
    )


def _model(row: Row) -> TrainedModel:
    return TrainedModel(
        id=text(row, "id"),
        artifact=_artifact(row),
        operation_id=text(row, "operation"),
        options=options_of(text(row, "options")),
        trained=moment(row, "trained"),
        duration_seconds=whole(row, "duration_seconds"),
        train_documents=whole(row, "train_documents"),
        validation_documents=whole(row, "validation_documents"),
        test_documents=whole(row, "test_documents"),
        f1=number(row, "f1"),
        judgement=_judgement(judged) if (judged := text(row, "judgement")) else None,
        etag=row.etag,
    )


def _judgement_text(judgement: Judgement) -> str:
    return json.dumps(dataclasses.asdict(judgement))


def _judgement(data: str) -> Judgement:
    values = json.loads(data)
    return Judgement(**{**values, "options": _options(values["options"])})


def _deployment_row(project_id: str, deployment: Deployment) -> Row:
    return Row(
        project_id,
        _deployment_key(deployment.name),
        {
            "name": deployment.name,
            "model_label": deployment.model_label,
            "model_id": deployment.model_id,
            "config_version": deployment.config_version,
            "trained": deployment.trained,
            "deployed": deployment.deployed,
            **_artifact_values(deployment.artifact),
        },
    )


def _exported(row: Row) -> ExportedModel:
    return ExportedModel(
        name=text(row, "name"),
        model_id=text(row, "model_id"),
        artifact=_artifact(row),
        config_version=text(row, "config_version"),
        trained=moment(row, "trained"),
        exported=moment(row, "exported"),
        etag=row.etag,
    )


def _deployment(row: Row) -> Deployment:
    return Deployment(
        name=text(row, "name"),
        model_label=text(row, "model_label"),
        model_id=text(row, "model_id"),
        artifact=_artifact(row),
        config_version=text(row, "config_version"),
        trained=moment(row, "trained"),
        deployed=moment(row, "deployed"),
        etag=row.etag,
    )
