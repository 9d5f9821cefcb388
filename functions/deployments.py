"""Deployments: which model answers under which name."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, accepted, at_once, listing, standing
from shared.auth import Role
from shared.schema import answers, parameters, query
from shared.schema import authoring_answers as told
from shared.schema import authoring_bodies as bodies
from shared.schema import authoring_requests as requests
from shared.schema.names import check_name
from shared.services import deployments
from shared.services.messages import Queue

blueprint = func.Blueprint()

_DEPLOYMENT = f"{PROJECT}/deployments/{{deployment}}"


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/deployments",
    query=parameters.LISTING,
    answers=(answers.listed(told.DEPLOYMENT),),
)
def deployments_list(call: Call) -> Reply:
    """List the deployments of a project."""
    project = call.stores.projects.read(call.path["project"])
    return listing(call, call.stores.models.deployments(project.id), bodies.deployment_json)


@endpoint(
    blueprint,
    "PUT",
    _DEPLOYMENT,
    query=parameters.VERSION,
    request=requests.DEPLOYMENT,
    answers=(answers.ACCEPTED,),
)
def deployment_put(call: Call) -> Reply:
    """Make a model answer under a name, instead of any that did."""
    query.api_version(call.query)
    project, name = call.path["project"], call.path["deployment"]
    check_name(name, "deployment", "deploymentName")
    label = requests.parse_deployment(call.body)
    return accepted(call, deployments.put(call.stores, project, name, label))


@endpoint(
    blueprint,
    "GET",
    _DEPLOYMENT,
    query=parameters.VERSION,
    answers=(answers.shown(told.DEPLOYMENT),),
)
def deployment_get(call: Call) -> Reply:
    """Show a deployment."""
    query.api_version(call.query)
    project = call.stores.projects.read(call.path["project"])
    found = call.stores.models.read_deployment(project.id, call.path["deployment"])
    return Reply(body=bodies.deployment_json(found))


@endpoint(
    blueprint,
    "DELETE",
    _DEPLOYMENT,
    role=Role.OWNER,
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def deployment_delete(call: Call) -> Reply:
    """Take a deployment away."""
    query.api_version(call.query)
    project, name = call.path["project"], call.path["deployment"]
    return accepted(call, deployments.delete(call.stores, project, name))


@endpoint(
    blueprint,
    "GET",
    f"{_DEPLOYMENT}/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.JOB),),
)
def deployment_work_get(call: Call) -> Reply:
    """Say how the making or the deletion of a deployment stands."""
    project, name = call.path["project"], call.path["deployment"]
    found = deployments.read_operation(call.stores, project, name, call.path["job"])
    return standing(call, found)


@endpoint(
    blueprint,
    "POST",
    f"{PROJECT}/deployments/:swap",
    queue=Queue.AUTHORING,
    query=parameters.VERSION,
    request=requests.SWAP,
    answers=(answers.ACCEPTED,),
)
def deployment_swap_start(call: Call) -> Reply:
    """Let two deployments change models, in one step."""
    query.api_version(call.query)
    names = requests.parse_swap(call.body)
    return at_once(call, *deployments.start_swap(call.stores, call.path["project"], *names))


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/deployments/swap/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.JOB),),
)
def deployment_swap_get(call: Call) -> Reply:
    """Say how a swap stands."""
    return standing(
        call, deployments.read_swap(call.stores, call.path["project"], call.path["job"])
    )
