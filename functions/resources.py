"""Resources: those in other regions, to which the hosted service assigns projects.

This service runs in one place. Lists of resources are empty, and what would change them is refused,
once it is clear that the project or the deployment is there.
"""

from __future__ import annotations

from typing import Any

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import GLOBAL, PROJECT, listing
from shared.auth import Role
from shared.errors import NotOffered, OperationNotFound
from shared.schema import answers, parameters, query
from shared.schema import authoring_answers as told
from shared.schema.openapi import REFUSAL, Answer

blueprint = func.Blueprint()

_RESOURCES = f"{PROJECT}/resources"
_DEPLOYMENT = f"{PROJECT}/deployments/{{deployment}}"

_REFUSAL = (
    "This service runs in one place and has no other resources, so there is nothing to assign. "
    "To answer from another region, run a second instance there and copy the project to it with "
    ":authorize-copy and :copy."
)
_DELETION = (
    "This service runs in one place, so a deployment is on no other resource that it could be "
    "deleted from. To delete it here, send DELETE to the deployment itself."
)
_NO_JOB = "There are no such jobs: this service has no resources to assign."

#: All that the routes answer which would change resources, or show a job that did.
_REFUSED = Answer(status=400, about="Always: there is nothing to assign.", body=REFUSAL)
_NONE = Answer(status=404, about="Always: there are no such jobs.", body=REFUSAL)


@endpoint(
    blueprint,
    "GET",
    f"{GLOBAL}/deployments/resources",
    query=parameters.LISTING,
    answers=(answers.listed(told.ASSIGNED_DEPLOYMENTS),),
)
def deployment_assigned_list(call: Call) -> Reply:
    """List the deployments that projects of other resources have here: none."""
    return _nothing(call)


@endpoint(
    blueprint,
    "GET",
    _RESOURCES,
    query=parameters.LISTING,
    answers=(answers.listed(told.RESOURCE),),
)
def resources_list(call: Call) -> Reply:
    """List the resources that are assigned to a project: none."""
    call.stores.projects.read(call.path["project"])
    return _nothing(call)


@endpoint(
    blueprint,
    "POST",
    f"{_RESOURCES}/:assign",
    role=Role.OWNER,
    query=parameters.VERSION,
    answers=(_REFUSED,),
)
def resources_assign(call: Call) -> Reply:
    """Refuse to assign resources: there is one instance."""
    return _refuse(call, _REFUSAL)


@endpoint(
    blueprint,
    "POST",
    f"{_RESOURCES}/:unassign",
    role=Role.OWNER,
    query=parameters.VERSION,
    answers=(_REFUSED,),
)
def resources_unassign(call: Call) -> Reply:
    """Refuse to take resources away: there are none."""
    return _refuse(call, _REFUSAL)


@endpoint(
    blueprint,
    "GET",
    f"{_RESOURCES}/assign/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(_NONE,),
)
def resources_assign_get(call: Call) -> Reply:
    """Say that there is no such job."""
    return _no_job(call)


@endpoint(
    blueprint,
    "GET",
    f"{_RESOURCES}/unassign/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(_NONE,),
)
def resources_unassign_get(call: Call) -> Reply:
    """Say that there is no such job."""
    return _no_job(call)


@endpoint(
    blueprint,
    "POST",
    f"{_DEPLOYMENT}/:delete-from-resources",
    role=Role.OWNER,
    query=parameters.VERSION,
    answers=(_REFUSED,),
)
def deployment_resources_delete(call: Call) -> Reply:
    """Refuse to delete a deployment from resources: it is on none."""
    query.api_version(call.query)
    project = call.stores.projects.read(call.path["project"])
    call.stores.models.read_deployment(project.id, call.path["deployment"])
    raise NotOffered(_DELETION)


@endpoint(
    blueprint,
    "GET",
    f"{_DEPLOYMENT}/delete-from-resources/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(_NONE,),
)
def deployment_resources_delete_get(call: Call) -> Reply:
    """Say that there is no such job."""
    return _no_job(call)


def _nothing(call: Call) -> Reply:
    empty: list[dict[str, Any]] = []
    return listing(call, empty, dict)


def _refuse(call: Call, message: str) -> Reply:
    query.api_version(call.query)
    call.stores.projects.read(call.path["project"])
    raise NotOffered(message)


def _no_job(call: Call) -> Reply:
    query.api_version(call.query)
    call.stores.projects.read(call.path["project"])
    raise OperationNotFound(_NO_JOB, target="jobId")
