"""Copying: projects sent from one instance of this service to another.

The routes under `copy/parts` are for the other instance alone, which shows a copy token in place
of a key.
"""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import accepted, standing_of
from shared import clock
from shared.auth import Role
from shared.domain.operations import OperationKind
from shared.schema import answers, parameters, query
from shared.schema import authoring_answers as told
from shared.schema import copy_requests as requests
from shared.schema.authoring_bodies import PROJECTS
from shared.schema.openapi import Answer
from shared.services import copying, receiving
from shared.services.messages import Queue

blueprint = func.Blueprint()

_PROJECT = f"{PROJECTS.lstrip('/')}/{{project}}"
_PARTS = f"{_PROJECT}/copy/parts"

_TAKEN = Answer(
    status=202, about="Everything has arrived: a worker goes on.", body=requests.STANDING
)


@endpoint(
    blueprint,
    "POST",
    f"{_PROJECT}/:authorize-copy",
    role=Role.OWNER,
    query=parameters.VERSION,
    request=requests.AUTHORIZATION,
    answers=(answers.shown(requests.DETAILS),),
)
def copy_authorize(call: Call) -> Reply:
    """Let one project be copied to this name here, and tell the token that opens the way."""
    query.api_version(call.query)
    wish = requests.parse_authorization(call.body, call.path["project"])
    grant, token = receiving.authorize(call.stores, call.path["project"], wish)
    return Reply(body=requests.details_json(grant, token, call.endpoint))


@endpoint(
    blueprint,
    "POST",
    f"{_PROJECT}/:copy",
    role=Role.OWNER,
    queue=Queue.AUTHORING,
    query=parameters.VERSION,
    request=requests.DETAILS,
    answers=(answers.ACCEPTED,),
)
def copy_start(call: Call) -> Reply:
    """Copy a project to another instance of this service."""
    query.api_version(call.query)
    target = requests.parse_target(call.body, clock.now())
    operation, message = copying.start(
        call.stores, call.service.peers, call.path["project"], target
    )
    return accepted(call, operation, message)


@endpoint(
    blueprint,
    "GET",
    f"{_PROJECT}/copy/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.JOB),),
)
def copy_get(call: Call) -> Reply:
    """Say how a copy stands."""
    return standing_of(call, OperationKind.COPY)


@endpoint(
    blueprint,
    "POST",
    f"{_PARTS}/begin",
    by_copy_token=True,
    request=requests.CLAIM,
    answers=(answers.shown(requests.STANDING),),
)
def copy_parts_begin(call: Call) -> Reply:
    """Begin to receive a project from the other instance's copy job, and from no other."""
    receiving.check(call.stores, call.path["project"], call.copy_token)
    source = requests.parse_claim(call.body)
    standing = receiving.claim(call.stores, call.path["project"], call.copy_token, source)
    return Reply(body=requests.standing_json(standing))


@endpoint(
    blueprint,
    "POST",
    f"{_PARTS}/end",
    by_copy_token=True,
    queue=Queue.AUTHORING,
    request=requests.END,
    answers=(_TAKEN,),
)
def copy_parts_end(call: Call) -> Reply:
    """Take what has arrived for the whole, and make the project of it."""
    receiving.check(call.stores, call.path["project"], call.copy_token)
    attempt, digests = requests.parse_end(call.body)
    standing, messages = receiving.end(
        call.stores, call.path["project"], call.copy_token, attempt, digests
    )
    return Reply(status=202, body=requests.standing_json(standing), messages=tuple(messages))


@endpoint(blueprint, "GET", _PARTS, by_copy_token=True, answers=(answers.job(requests.STANDING),))
def copy_parts_get(call: Call) -> Reply:
    """Say how the making of the project stands."""
    standing = receiving.standing(call.stores, call.path["project"], call.copy_token)
    return Reply(body=requests.standing_json(standing), headers={"Retry-After": "1"})


@endpoint(
    blueprint,
    "POST",
    f"{_PARTS}/{{part}}",
    by_copy_token=True,
    media=("application/octet-stream",),
    answers=(Answer(status=204, about="Kept."),),
)
def copy_parts_put(call: Call) -> Reply:
    """Keep a part of a project that is on its way."""
    receiving.check(call.stores, call.path["project"], call.copy_token)
    attempt, number = requests.parse_part(call.path["part"])
    receiving.put_part(
        call.stores,
        call.path["project"],
        call.copy_token,
        attempt=attempt,
        number=number,
        data=call.body,
    )
    return Reply(status=204)
