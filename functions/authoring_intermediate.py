"""Authoring in the previews of 2021 and 2022: today's routes at their addresses.

Every endpoint is one of today's API under another path, with its answers respelled for the versions
of that time. Jobs are told in the header `location`, as was documented then, and in
`operation-location`, which a known program of that time reads.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import azure.functions as func

from functions import deployments, models, projects
from functions.http import ROUTES, Call, Endpoint, Reply, endpoint
from shared.auth import Role
from shared.schema import authoring_intermediate as older
from shared.schema import query
from shared.schema.authoring_intermediate import Respelling
from shared.schema.openapi import Answer, Declared
from shared.services.messages import Queue

blueprint = func.Blueprint()

#: Before the name of each function, which is else that of today's.
PREFIX = "intermediate_"

#: Members of an answer that hold an address.
_LINKS = ("nextLink", "resultUrl")


def _mirror(
    answer: Endpoint,
    *,
    queue: Queue | None = None,
    request: Callable[[bytes], bytes] | None = None,
    respell: Respelling | None = None,
) -> None:
    """Register an endpoint of today's API at its older address; `queue` is that of today's.

    For versions of that time its requests go through `request`, its answers through `respell`;
    the description of the API then tells nothing of what is in such an answer.
    """
    route = next(one for one in ROUTES if one.name == answer.__name__)

    def mirrored(call: Call) -> Reply:
        version = query.api_version(call.query)
        if request and older.spelled_otherwise(version):
            call = dataclasses.replace(call, body=request(call.body))
        return _respelled(answer(call), version, respell)

    mirrored.__name__ = PREFIX + answer.__name__
    mirrored.__doc__ = answer.__doc__
    declared = Declared(
        query=route.query,
        media=route.media,
        answers=tuple(_untold(one) if respell else one for one in route.answers),
        refuses=route.refuses,
    )
    if route.request is not None:
        declared["request"] = route.request
    endpoint(
        blueprint,
        route.method,
        older.address(f"/{route.template}").lstrip("/"),
        role=Role[route.role.upper()] if route.role else None,
        queue=queue,
        **declared,
    )(mirrored)


def _untold(answer: Answer) -> Answer:
    """Return an answer without the shape of its body."""
    if answer.body is None:
        return answer
    return dataclasses.replace(answer, body=None, media=("application/json",))


def _respelled(reply: Reply, version: str, respell: Respelling | None) -> Reply:
    headers, body = dict(reply.headers), reply.body
    if "operation-location" in headers:
        location = older.address(headers["operation-location"])
        headers |= {"operation-location": location, "location": location}
    if isinstance(body, dict):
        links = {name: older.address(body[name]) for name in _LINKS if body.get(name)}
        body = {**body, **links}
    if respell and older.spelled_otherwise(version):
        body = respell(body, version)
    return dataclasses.replace(reply, headers=headers, body=body)


_mirror(projects.projects_list, respell=older.projects_json)
_mirror(projects.project_get, respell=older.project_json)
_mirror(projects.project_delete, queue=Queue.AUTHORING)
_mirror(projects.project_deletion_get)
_mirror(projects.import_start, queue=Queue.AUTHORING)
_mirror(projects.import_get)
_mirror(projects.export_start, queue=Queue.AUTHORING)
_mirror(projects.export_get)
_mirror(projects.export_result, respell=older.project_file)
_mirror(models.training_start, queue=Queue.TRAINING, request=older.training_request)
_mirror(models.training_list, respell=older.trainings_json)
_mirror(models.training_get, respell=older.training_json)
_mirror(models.training_cancel)
_mirror(models.models_list)
_mirror(models.model_get)
_mirror(models.model_delete)
_mirror(models.evaluation_summary, respell=older.evaluation_json)
_mirror(models.evaluation_result, respell=older.results_json)
_mirror(deployments.deployments_list)
_mirror(deployments.deployment_put)
_mirror(deployments.deployment_get)
_mirror(deployments.deployment_delete)
_mirror(deployments.deployment_work_get)
_mirror(deployments.deployment_swap_start, queue=Queue.AUTHORING)
_mirror(deployments.deployment_swap_get)
