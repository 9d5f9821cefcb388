"""Trained models, deployments and the one-training lock: the table `authoring`, and model files.

All rows of a project share a partition, so that a training publishes in one transaction: the model
appears and the lock goes, or neither.
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
    TrainedModel,
    TrainingOptions,
)
from shared.errors import DeploymentNotFound, ModelNotFound
from shared.ids import key_of
from shared.storage.ports import AlreadyExists, Changed, Delete, Put, Row, Storage, Value
from shared.storage.projects import CONTAINER
from shared.storage.rows import moment, number, text, whole

_LOCK = "lock|train"


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
    """The trained models and deployments of all projects."""

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
        values = {
            "name": deployment.name,
            "model_label": deployment.model_label,
            "model_id": deployment.model_id,
            "config_version": deployment.config_version,
            "trained": deployment.trained,
            "deployed": deployment.deployed,
            **_artifact_values(deployment.artifact),
        }
        self._table.put(Row(project_id, _deployment_key(deployment.name), values))

    def delete_deployment(self, project_id: str, name: str) -> bool:
        """Remove a deployment; False where it was not there."""
        return self._table.delete(project_id, _deployment_key(name))

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
        blob = self._blobs.get(CONTAINER, artifact.prefix + name)
        if blob is None:
            raise ModelNotFound("A file of the model is missing from storage.")
        return blob.data

    def put_report(self, artifact_prefix: str, name: str, value: Any) -> None:
        """Keep a report (evaluation, predictions) beside the model's files."""
        data = json.dumps(value, ensure_ascii=False).encode()
        self._blobs.put(CONTAINER, artifact_prefix + name, data, content_type="application/json")

    def report(self, artifact: Artifact, name: str) -> Any:
        """Return a report that was kept beside the model's files."""
        return json.loads(self.file(artifact, name))

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

    def prefixes(self, project_id: str) -> Iterator[tuple[str, datetime]]:
        """Yield the prefix of every model's files and when the newest of them was written."""
        items = self._blobs.list(CONTAINER, prefix=f"models/{project_id}/")
        for prefix, files in groupby(items, lambda item: item.name.rpartition("/")[0] + "/"):
            yield prefix, max(file.modified for file in files)

    def delete_files(self, prefix: str) -> int:
        """Remove the files under a prefix that `artifact_prefix` made; return their number."""
        return self._blobs.delete_prefix(CONTAINER, prefix)

    def forget(self, project_id: str) -> None:
        """Remove all of a project's models, deployments, files and its lock."""
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
    values = json.loads(data)
    return TrainingOptions(**{**values, "evaluation": EvaluationKind(values["evaluation"])})


def _snapshot_blob(project_id: str, operation_id: str) -> str:
    return f"snapshots/{project_id}/{operation_id}.jsonl"


def _model_key(label: str) -> str:
    return f"model|{key_of(label)}"


def _deployment_key(name: str) -> str:
    return f"deployment|{key_of(name)}"


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
