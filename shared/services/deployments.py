"""Deployments: a model put to work under a name, in one step."""

from __future__ import annotations

import dataclasses

from shared import clock, limits, telemetry
from shared.domain.models import Deployment
from shared.domain.operations import Operation, OperationKind
from shared.domain.states import State
from shared.errors import ChangedMeanwhile, QuotaExceeded
from shared.services import operations
from shared.storage.stores import Stores


def put(stores: Stores, project_name: str, name: str, model_label: str) -> Operation:
    """Make a model answer under this name, instead of any that did; return what was done.

    Raises `ModelNotFound` for an unknown model and `QuotaExceeded` for one deployment too many.
    """
    project = stores.projects.read(project_name)
    model = stores.models.read(project.id, model_label)
    others = {one.name for one in stores.models.deployments(project.id)} - {name}
    if len(others) >= limits.DEPLOYMENTS_PER_PROJECT:
        raise QuotaExceeded(
            f"A project can have at most {limits.DEPLOYMENTS_PER_PROJECT} deployments.",
            target="deploymentName",
        )
    now = clock.now()
    stores.models.put_deployment(
        project.id,
        Deployment(
            name=name,
            model_label=model.label,
            model_id=model.id,
            artifact=model.artifact,
            config_version=model.options.config_version,
            trained=model.trained,
            deployed=now,
        ),
    )
    try:
        stores.projects.replace(dataclasses.replace(project, last_deployed=now))
    except ChangedMeanwhile:
        # Only the day of the last deployment is lost; the deployment itself is made.
        telemetry.warning("project-changed-meanwhile", project=project.id)
    return _done(stores, OperationKind.DEPLOY, project_name, project.id, name)


def delete(stores: Stores, project_name: str, name: str) -> Operation:
    """Take a deployment away; raise `DeploymentNotFound` where there is none."""
    project = stores.projects.read(project_name)
    stores.models.read_deployment(project.id, name)
    stores.models.delete_deployment(project.id, name)
    return _done(stores, OperationKind.DELETE_DEPLOYMENT, project_name, project.id, name)


def read_operation(stores: Stores, project_name: str, name: str, operation_id: str) -> Operation:
    """Return the making or the deletion of a deployment; raise `OperationNotFound`."""
    found = stores.operations.find(operation_id.lower())
    kind = OperationKind.DEPLOY
    if found is not None and found.kind is OperationKind.DELETE_DEPLOYMENT:
        kind = OperationKind.DELETE_DEPLOYMENT
    return operations.read(stores, kind, project_name, operation_id, name)


def _done(
    stores: Stores, kind: OperationKind, project_name: str, project_id: str, name: str
) -> Operation:
    """Keep the record of a change that took one step and is made already."""
    now = clock.now()
    return operations.start(
        stores,
        kind,
        project_name,
        project_id,
        subject=name,
        state=State.SUCCEEDED,
        percent=100,
        started=now,
        ended=now,
    )
