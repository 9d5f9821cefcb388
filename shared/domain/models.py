"""Trained models, deployments and exported models."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """Where the files of a trained model are, and what they must be. Never changes."""

    #: Prefix of its blobs, with a slash at the end.
    prefix: str
    #: SHA-256 of `manifest.json`, in hex; the manifest has the digests of all other files.
    digest: str


class EvaluationKind(enum.StrEnum):
    """How documents are dealt out to training and test."""

    PERCENTAGE = "percentage"
    MANUAL = "manual"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingOptions:
    """What a caller asks of a training."""

    label: str
    config_version: str
    evaluation: EvaluationKind = EvaluationKind.PERCENTAGE
    #: Of the tagged documents, in per cent; what is left over is the validation set. Where the
    #: two make 100, one in nine of the training documents is kept for validation.
    train_percent: int = 80
    test_percent: int = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """An evaluation of a trained model that was asked for after its training."""

    #: The operation that made it.
    operation_id: str
    #: Prefix of its files, with a slash at the end.
    prefix: str
    #: How the documents were dealt out for it.
    options: TrainingOptions


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainedModel:
    """A model that a training has published under a label."""

    #: What was asked of its training, the label among it.
    options: TrainingOptions
    #: `<label>-<time>-<project id>`: what the 2021 form of the API names a model by.
    id: str
    artifact: Artifact
    #: The training that made it.
    operation_id: str
    trained: datetime
    duration_seconds: int
    train_documents: int
    validation_documents: int
    test_documents: int
    #: Micro F1 of the latest evaluation, for lists.
    f1: float
    #: The latest evaluation; None where that is the training's own.
    judgement: Judgement | None = None
    etag: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """The name that callers know the model by."""
        return self.options.label


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """A model that answers extraction jobs under a name.

    It pins the artefact itself, not the model's label, so that overwriting or deleting the model
    changes nothing for those who call the deployment.
    """

    name: str
    model_label: str
    model_id: str
    artifact: Artifact
    config_version: str
    trained: datetime
    deployed: datetime
    etag: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedModel:
    """A model whose files can be taken away, under a name; like a deployment, it pins them."""

    name: str
    model_id: str
    artifact: Artifact
    config_version: str
    trained: datetime
    exported: datetime
    etag: str = field(default="", compare=False)
