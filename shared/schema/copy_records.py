"""The records of a project's stream: what is read of one, judged but for the files of models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.labels import Labels
from shared.domain.models import TrainingOptions
from shared.domain.projects import EntityType, ProjectSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectRecord:
    """The settings of the project; its name and container are the target's to choose."""

    settings: ProjectSettings
    entities: tuple[EntityType, ...]
    #: Whether the stream is that of a bundle: it may have deployments, and must have its end.
    bundle: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentRecord:
    """A document with its labels, None where it has none."""

    name: str
    #: Of UTF-8, as they are in its blob.
    data: bytes
    labels: Labels | None


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgementRecord:
    """An evaluation that was asked for after the training, and its files."""

    operation_id: str
    options: TrainingOptions
    files: Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRecord:
    """A trained model with all of its files."""

    options: TrainingOptions
    operation_id: str
    #: SHA-256 of its manifest, in hex.
    digest: str
    trained: datetime
    duration_seconds: int
    train_documents: int
    validation_documents: int
    test_documents: int
    f1: float
    #: Of its artefact and of its training's reports.
    files: Mapping[str, bytes] = field(repr=False)
    #: The snapshot of its training.
    snapshot: bytes | None = field(default=None, repr=False)
    judgement: JudgementRecord | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ArtifactRecord:
    """The files of a model that answers under a deployment and has no label any more."""

    #: SHA-256 of its manifest, in hex.
    digest: str
    files: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentRecord:
    """A deployment; the model that it pins is in the stream before it."""

    name: str
    model_label: str
    config_version: str
    trained: datetime
    deployed: datetime
    #: SHA-256 of the manifest of the model that answers.
    digest: str


Record = ProjectRecord | DocumentRecord | ModelRecord | ArtifactRecord | DeploymentRecord
