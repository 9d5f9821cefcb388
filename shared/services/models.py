"""Trained models, as callers look at them."""

from __future__ import annotations

from typing import Any

from shared.domain.models import TrainedModel, TrainingOptions
from shared.domain.projects import Project
from shared.errors import ModelNotFound, NotFound
from shared.storage.stores import Stores

#: The reports that a training keeps beside the model's files.
EVALUATION = "evaluation.json"
PREDICTIONS = "predictions.json"
REPORT = "report.json"


def read(stores: Stores, project_name: str, label: str) -> tuple[Project, TrainedModel]:
    """Return a model with its project; raise `ProjectNotFound` or `ModelNotFound`."""
    project = stores.projects.read(project_name)
    return project, stores.models.read(project.id, label)


def evaluation(stores: Stores, model: TrainedModel) -> dict[str, Any]:
    """Return the latest evaluation on a test set, in the engine's stored form."""
    report: dict[str, Any] = stores.models.report(_latest(model), EVALUATION)
    return report


def evaluated_by(model: TrainedModel) -> TrainingOptions:
    """Return how the documents were dealt out for the latest evaluation."""
    return model.judgement.options if model.judgement else model.options


def _latest(model: TrainedModel) -> str:
    return model.judgement.prefix if model.judgement else model.artifact.prefix


def predictions(stores: Stores, model: TrainedModel) -> list[dict[str, Any]]:
    """Return tagged beside predicted for test and validation, as the snapshot service wrote it.

    The test is that of the latest evaluation; validation belongs to the training alone.
    """
    trained: list[dict[str, Any]] = stores.models.report(model.artifact.prefix, PREDICTIONS)
    if model.judgement is None:
        return trained
    judged: list[dict[str, Any]] = stores.models.report(model.judgement.prefix, PREDICTIONS)
    return judged + [one for one in trained if one["dataset"] != "Test"]


def report(stores: Stores, model: TrainedModel) -> dict[str, Any]:
    """Return what the training told beside its own evaluation, as the snapshot service wrote it.

    Raises `NotFound` for a model that was trained before such reports were kept.
    """
    try:
        found: dict[str, Any] = stores.models.report(model.artifact.prefix, REPORT)
    except ModelNotFound as error:
        raise NotFound(
            "This model has no report: it was trained before reports were kept. Train it again "
            "to have one.",
            target="trainedModelLabel",
        ) from error
    return found
