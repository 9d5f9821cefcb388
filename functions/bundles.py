"""Bundles: whole projects as files, out of this service and into it: an extension of our own.

A bundle that is too large for one request is sent in parts, by the routes of copies under
`copy/parts`.
"""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, accepted, standing
from shared.auth import Role
from shared.schema import answers, parameters, query
from shared.schema import authoring_answers as told
from shared.schema import bundles as wire
from shared.schema.openapi import Answer
from shared.services import bundles, receiving
from shared.services.messages import Queue

blueprint = func.Blueprint()

_JOB = f"{PROJECT}/bundles/jobs/{{job}}"


@endpoint(
    blueprint,
    "POST",
    f"{PROJECT}/:export-bundle",
    role=Role.OWNER,
    queue=Queue.AUTHORING,
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def bundle_export_start(call: Call) -> Reply:
    """Write a project with its documents, labels, models and deployments as one file."""
    query.api_version(call.query)
    return accepted(call, *bundles.start(call.stores, call.path["project"]))


@endpoint(
    blueprint,
    "GET",
    f"{_JOB}/result",
    query=parameters.VERSION,
    answers=(answers.shown(wire.BUNDLE),),
)
def bundle_export_result(call: Call) -> Reply:
    """Tell the parts of a bundle, and where each is read."""
    version = query.api_version(call.query)
    project = call.path["project"]
    operation, bundle = bundles.read(call.stores, project, call.path["job"])
    return Reply(
        body=wire.bundle_json(
            bundle, project, operation.id, endpoint=call.endpoint, api_version=version
        )
    )


@endpoint(
    blueprint,
    "GET",
    f"{_JOB}/parts/{{number}}",
    role=Role.OWNER,
    query=parameters.VERSION,
    answers=(Answer(about="The part.", media=wire.MEDIA),),
)
def bundle_export_part(call: Call) -> Reply:
    """Give a part of a bundle: the parts in order, one after the other, are the file."""
    query.api_version(call.query)
    number = wire.parse_number(call.path["number"])
    data = bundles.part(call.stores, call.path["project"], call.path["job"], number)
    return Reply(body=data, headers={"Content-Type": wire.MEDIA[0]})


@endpoint(
    blueprint,
    "POST",
    f"{PROJECT}/:import-bundle",
    role=Role.OWNER,
    queue=Queue.AUTHORING,
    query=wire.IMPORT,
    media=wire.MEDIA,
    answers=(answers.ACCEPTED,),
)
def bundle_import(call: Call) -> Reply:
    """Make a project of a bundle, under the name in the address."""
    query.api_version(call.query)
    name = call.path["project"]
    wish = wire.parse_import(call.query, name)
    return accepted(call, *receiving.take(call.stores, name, wish, call.body))


@endpoint(
    blueprint,
    "GET",
    _JOB,
    query=parameters.VERSION,
    answers=(answers.job(told.EXPORT_JOB),),
)
def bundle_job_get(call: Call) -> Reply:
    """Say how the export or the import of a bundle stands."""
    return standing(call, bundles.read_job(call.stores, call.path["project"], call.path["job"]))
