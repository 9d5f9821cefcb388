"""What callers read from the authoring API: projects, models, deployments, lists and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from shared.domain.models import Deployment, ExportedModel, TrainedModel
from shared.domain.projects import Project
from shared.schema.kinds import KIND
from shared.schema.query import Page, next_link
from shared.schema.timestamps import far_off, timestamp

#: The path of all projects.
PROJECTS = "/language/authoring/analyze-text/projects"

Item = TypeVar("Item")


def listing(
    items: Sequence[Item],
    render: Callable[[Item], dict[str, Any]],
    page: Page,
    *,
    url: str,
    query: Mapping[str, str],
) -> dict[str, Any]:
    """Return one page of a list: `value`, and `nextLink` where there is more.

    `url` is the list's own address, absolute and without a query; `query` is the request's.
    """
    body: dict[str, Any] = {"value": [render(item) for item in page.cut(items)]}
    following = page.following(len(items))
    if following is not None:
        body["nextLink"] = next_link(url, following, query)
    return body


def project_json(project: Project) -> dict[str, Any]:
    """Return a project; moments that have not been are left out."""
    settings = project.settings
    threshold = settings.confidence_threshold
    return {
        "projectName": settings.name,
        "projectKind": KIND,
        "storageInputContainerName": settings.container,
        "language": settings.language,
        "multilingual": settings.multilingual,
        "description": settings.description,
        "settings": {} if threshold is None else {"confidenceThreshold": threshold},
        "createdDateTime": timestamp(project.created),
        "lastModifiedDateTime": timestamp(project.modified),
        **_moment("lastTrainedDateTime", project.last_trained),
        **_moment("lastDeployedDateTime", project.last_deployed),
    }


def model_json(model: TrainedModel) -> dict[str, Any]:
    """Return a trained model.

    It must have an expiry: one ten years off, though models do not expire here. Its snapshot is
    kept as long as it is. The score of its latest evaluation and the sizes of the three sets of
    its training are this service's own.
    """
    return {
        "label": model.label,
        "modelId": model.id,
        "lastTrainedDateTime": timestamp(model.trained),
        "lastTrainingDurationInSeconds": model.duration_seconds,
        "modelExpirationDate": far_off(model.trained),
        "modelTrainingConfigVersion": model.options.config_version,
        "hasSnapshot": True,
        "f1": model.f1,
        "trainingDocumentsCount": model.train_documents,
        "validationDocumentsCount": model.validation_documents,
        "testingDocumentsCount": model.test_documents,
    }


def deployment_json(deployment: Deployment) -> dict[str, Any]:
    """Return a deployment; its expiry too is ten years off. `modelLabel` is this service's own."""
    return {
        "deploymentName": deployment.name,
        "modelId": deployment.model_id,
        "modelLabel": deployment.model_label,
        "lastTrainedDateTime": timestamp(deployment.trained),
        "lastDeployedDateTime": timestamp(deployment.deployed),
        "deploymentExpirationDate": far_off(deployment.deployed),
        "modelTrainingConfigVersion": deployment.config_version,
        "assignedResources": [],
    }


def exported_json(exported: ExportedModel) -> dict[str, Any]:
    """Return an exported model; its expiry too is ten years off."""
    return {
        "exportedModelName": exported.name,
        "modelId": exported.model_id,
        "lastTrainedDateTime": timestamp(exported.trained),
        "lastExportedModelDateTime": timestamp(exported.exported),
        "modelExpirationDate": far_off(exported.exported),
        "modelTrainingConfigVersion": exported.config_version,
    }


def manifest_json(
    project_name: str,
    exported: ExportedModel,
    files: Sequence[str],
    *,
    endpoint: str,
    api_version: str,
) -> dict[str, Any]:
    """Return the files of an exported model, each with the address where it is read.

    The addresses are this service's own and open to the same callers as all others.
    """
    folder = f"{project_address(endpoint, project_name)}/exported-models"
    folder = f"{folder}/{quote(exported.name, safe='')}/files"
    query = urlencode({"api-version": api_version})
    return {
        "modelFiles": [
            {"name": name, "contentUri": f"{folder}/{quote(name, safe='')}?{query}"}
            for name in files
        ]
    }


def language_json(language: tuple[str, str]) -> dict[str, Any]:
    """Return a language: its code and its name."""
    code, name = language
    return {"languageName": name, "languageCode": code}


def config_version_json(version: str, now: datetime) -> dict[str, Any]:
    """Return a training configuration; models that are trained with it now expire in ten years."""
    return {"trainingConfigVersion": version, "modelExpirationDate": far_off(now)}


def project_address(endpoint: str, name: str) -> str:
    """Return the address of a project; `endpoint` has no slash at its end."""
    return f"{endpoint}{PROJECTS}/{quote(name, safe='')}"


def _moment(name: str, moment: datetime | None) -> dict[str, str]:
    """Return a member with a moment, or none."""
    return {} if moment is None else {name: timestamp(moment)}
