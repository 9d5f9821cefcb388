"""Callers: who asks, and what they may do."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import GLOBAL
from shared.auth import Role
from shared.schema import parameters, query
from shared.schema.answers import shown
from shared.schema.shapes import Shape, Text, must

blueprint = func.Blueprint()

_ME = Shape(
    "Caller",
    "Who asks.",
    (
        must("role", Text(values=tuple(role.name.lower() for role in Role)), "What they may do."),
        must("signedInBy", Text(values=("key", "entra")), "How they are known."),
    ),
)


@endpoint(blueprint, "GET", f"{GLOBAL}/me", query=parameters.VERSION, answers=(shown(_ME),))
def caller_get(call: Call) -> Reply:
    """Say who asks, and what they may do."""
    query.api_version(call.query)
    caller = call.known
    return Reply(
        body={
            "role": caller.role.name.lower(),
            "signedInBy": "key" if caller.by_key else "entra",
        }
    )
