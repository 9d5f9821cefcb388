"""Containers of the storage account, to make projects with: an extension of our own."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import GLOBAL, listing
from shared.schema import answers, parameters, query
from shared.schema import containers as told
from shared.schema.openapi import Answer
from shared.services import containers

blueprint = func.Blueprint()

_CONTAINERS = f"{GLOBAL}/containers"
_MADE = Answer(status=201, about="A new container.", body=told.CONTAINER)


@endpoint(
    blueprint,
    "GET",
    _CONTAINERS,
    query=parameters.LISTING,
    answers=(answers.listed(told.CONTAINER),),
)
def containers_list(call: Call) -> Reply:
    """List the containers that projects can be bound to."""
    page = query.list_page(call.query)
    return listing(call, containers.listed(call.stores, page), told.container_json)


@endpoint(
    blueprint,
    "PUT",
    f"{_CONTAINERS}/{{container}}",
    query=parameters.VERSION,
    answers=(answers.shown(told.CONTAINER), _MADE),
)
def container_put(call: Call) -> Reply:
    """Make a container, if it is not there yet."""
    query.api_version(call.query)
    container, new = containers.make(call.stores, call.path["container"])
    return Reply(status=201 if new else 200, body=told.container_json(container))
