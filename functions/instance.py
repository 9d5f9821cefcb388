"""The instance: who calls it, and whether it reaches its storage; an extension of our own."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import GLOBAL
from functions.wiring import own_settings
from shared.errors import Unauthorized
from shared.schema import answers, parameters, query
from shared.schema import instance as told
from shared.storage import connection

blueprint = func.Blueprint()


@endpoint(
    blueprint,
    "GET",
    f"{GLOBAL}/me",
    query=parameters.VERSION,
    answers=(answers.shown(told.ME),),
)
def me_get(call: Call) -> Reply:
    """Say who is calling: which role, and known by what."""
    query.api_version(call.query)
    if call.caller is None:
        raise Unauthorized
    return Reply(body=told.me_json(call.caller.role.name.lower(), call.caller.way.value))


@endpoint(
    blueprint,
    "GET",
    f"{GLOBAL}/limits",
    query=parameters.VERSION,
    answers=(answers.shown(told.LIMITS),),
)
def limits_get(call: Call) -> Reply:
    """Say what this instance is limited to: the hosted service's limits, where none were set."""
    query.api_version(call.query)
    return Reply(body=told.limits_json(call.stores.limits))


@endpoint(
    blueprint,
    "GET",
    f"{GLOBAL}/storage",
    query=parameters.VERSION,
    answers=(answers.shown(told.STORAGE),),
)
def storage_get(call: Call) -> Reply:
    """Say whether the service reaches its storage account, and what is missing if not."""
    query.api_version(call.query)
    settings = own_settings().storage
    found = connection.faults(settings)
    return Reply(body=told.storage_json(connection.account_name(settings), found))
