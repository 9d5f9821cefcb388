"""Trained models, as callers look at them."""

from __future__ import annotations

from typing import Any

from shared.domain.models import TrainedModel
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
    """Return the evaluation on the test set, in the engine's stored form."""
    report: dict[str, Any] = stores.models.report(model.artifact, EVALUATION)
    return report


def predictions(stores: Stores, model: TrainedModel) -> list[dict[str, Any]]:
    """Return tagged beside predicted for test and validation, as the snapshot service wrote it."""
    report: list[dict[str, Any]] = stores.models.report(model.artifact, PREDICTIONS)
    return report


def report(stores: Stores, model: TrainedModel) -> dict[str, Any]:
    """Return what the training told beside the evaluation, as the snapshot service wrote it.

    Raises `NotFound` for a model that was trained before such reports were kept.
    """
    try:
        found: dict[str, Any] = stores.models.report(model.artifact, REPORT)
    except ModelNotFound as error:
        raise NotFound(
            "This model has no report: it was trained before reports were kept. Train it again "
            "to have one.",
            target="trainedModelLabel",
        ) from error
    return found
