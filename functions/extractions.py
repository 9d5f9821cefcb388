"""Extractions of a project's whole container, each as one job: an extension of our own."""

from __future__ import annotations

from collections.abc import Sequence

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, listing
from shared.domain.harvests import Harvest
from shared.schema import answers, parameters, query
from shared.schema import harvests as told
from shared.schema.openapi import Answer
from shared.services import harvests
from shared.services.messages import Message, Queue

blueprint = func.Blueprint()

_EXTRACTIONS = f"{PROJECT}/extractions"
_EXTRACTION = f"{_EXTRACTIONS}/{{job}}"

_JSON_LINES = "application/jsonl"
_RESULT = Answer(
    about="Some of the results, a line of JSON for each document; the header Link names the rest.",
    media=(_JSON_LINES,),
    headers=(parameters.LINK,),
)


@endpoint(
    blueprint,
    "POST",
    _EXTRACTIONS,
    queue=Queue.HARVESTS,
    query=parameters.VERSION,
    request=told.REQUEST,
    answers=(answers.ACCEPTED,),
)
def extraction_start(call: Call) -> Reply:
    """Extract all documents of the project's container, or those under a prefix, as one job."""
    query.api_version(call.query)
    request = told.parse(call.body)
    return _accepted(call, *harvests.submit(call.stores, call.path["project"], request))


@endpoint(
    blueprint,
    "GET",
    _EXTRACTIONS,
    query=parameters.LISTING,
    answers=(answers.listed(told.EXTRACTION),),
)
def extractions_list(call: Call) -> Reply:
    """List the extractions of a project's container, the newest first."""
    found = harvests.listed(call.stores, call.path["project"])
    return listing(call, found, lambda harvest: _told(call, harvest))


@endpoint(
    blueprint,
    "GET",
    _EXTRACTION,
    query=parameters.VERSION,
    answers=(answers.job(told.EXTRACTION),),
)
def extraction_get(call: Call) -> Reply:
    """Say how the extraction of a container stands, how fast it is and how long it will take."""
    query.api_version(call.query)
    harvest = harvests.read(call.stores, call.path["project"], call.path["job"])
    return Reply(body=_told(call, harvest), headers={"Retry-After": "1"})


@endpoint(
    blueprint,
    "DELETE",
    _EXTRACTION,
    query=parameters.VERSION,
    answers=(answers.DELETED,),
)
def extraction_delete(call: Call) -> Reply:
    """Take the extraction of a container away, with its results; cancel it if it has not ended."""
    query.api_version(call.query)
    harvests.remove(call.stores, call.path["project"], call.path["job"])
    return Reply(status=204)


@endpoint(
    blueprint,
    "POST",
    f"{_EXTRACTION}/:cancel",
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def extraction_cancel(call: Call) -> Reply:
    """End the extraction of a container; what has been done stays and can be read."""
    query.api_version(call.query)
    return _accepted(call, harvests.cancel(call.stores, call.path["project"], call.path["job"]))


@endpoint(
    blueprint,
    "POST",
    f"{_EXTRACTION}/:resume",
    queue=Queue.HARVESTS,
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def extraction_resume(call: Call) -> Reply:
    """Go on with an extraction that was cancelled or has failed; nothing is done again."""
    query.api_version(call.query)
    name, job = call.path["project"], call.path["job"]
    return _accepted(call, *harvests.take_up_again(call.stores, name, job))


@endpoint(
    blueprint,
    "GET",
    f"{_EXTRACTION}/result",
    query=(*parameters.VERSION, parameters.FROM),
    answers=(_RESULT,),
    refuses=(409,),
)
def extraction_result(call: Call) -> Reply:
    """Give the results of an extraction that has ended, page by page, in the order of the names."""
    version, first = query.api_version(call.query), query.first(call.query)
    name, job = call.path["project"], call.path["job"]
    page = harvests.results(call.stores, name, job, first)
    headers = {"Content-Type": _JSON_LINES}
    if page.following is not None:
        address = told.result_location(call.endpoint, name, job, version, page.following)
        headers["Link"] = f'<{address}>; rel="next"'
    return Reply(body=b"".join(page.lines), headers=headers)


def _told(call: Call, harvest: Harvest) -> dict[str, object]:
    return told.harvest_json(
        harvest,
        harvests.progress(call.stores, harvest),
        call.path["project"],
        endpoint=call.endpoint,
        api_version=query.api_version(call.query),
    )


def _accepted(call: Call, harvest: Harvest, messages: Sequence[Message] = ()) -> Reply:
    version = query.api_version(call.query)
    location = told.location(call.endpoint, call.path["project"], harvest.id, version)
    return Reply(status=202, headers={"operation-location": location}, messages=tuple(messages))
