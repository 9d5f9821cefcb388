"""Extraction jobs: submit, get and cancel, in every dialect."""

from __future__ import annotations

from collections.abc import Sequence

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.older import codes_of_2021
from shared import telemetry
from shared.auth import Role
from shared.domain.jobs import JobRequest
from shared.schema import (
    analyze,
    analyze_preview,
    answers,
    job_answers,
    job_requests,
    parameters,
    query,
)
from shared.schema.analyze_preview import Version
from shared.services import extraction
from shared.services.extraction import Submission
from shared.services.messages import Message, Queue

blueprint = func.Blueprint()

#: Seconds after which asking again makes sense; official clients wait 5 to 30 on their own.
_AGAIN = {"Retry-After": "1"}


def _submission(version: Version) -> str:
    """Return the route at which a preview takes jobs in."""
    return f"text/analytics/{version.value}/analyze"


def _job(version: Version) -> str:
    """Return the route of one job of a preview."""
    return f"{_submission(version)}/jobs/{{job}}"


@endpoint(
    blueprint,
    "POST",
    "language/analyze-text/jobs",
    role=Role.READER,
    queue=Queue.JOBS,
    query=parameters.VERSION,
    request=job_requests.JOB,
    answers=(answers.ACCEPTED,),
)
def analyze_submit(call: Call) -> Reply:
    """Take a job in."""
    version = query.api_version(call.query)
    submission = _submit(call, analyze.parse_job(call.body, call.limits))
    location = analyze.operation_location(call.endpoint, submission.job.id, version)
    return _accepted(location, submission.messages)


@endpoint(
    blueprint,
    "GET",
    "language/analyze-text/jobs/{job}",
    query=parameters.JOB,
    answers=(answers.job(job_answers.JOB),),
)
def analyze_get(call: Call) -> Reply:
    """Say how a job stands, and what it has found."""
    body = analyze.render_job(
        *extraction.read(call.stores, call.path["job"]),
        endpoint=call.endpoint,
        api_version=query.api_version(call.query),
        show_statistics=query.show_statistics(call.query),
        page=query.job_page(call.query),
    )
    return Reply(body=body, headers=_AGAIN)


@endpoint(
    blueprint,
    "POST",
    "language/analyze-text/jobs/{job}:cancel",
    role=Role.READER,
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def analyze_cancel(call: Call) -> Reply:
    """End a job that has not ended."""
    version = query.api_version(call.query)
    job = extraction.cancel(call.stores, call.path["job"])
    return _accepted(analyze.operation_location(call.endpoint, job.id, version))


@endpoint(
    blueprint,
    "POST",
    _submission(Version.CT1),
    role=Role.READER,
    queue=Queue.JOBS,
    request=job_requests.JOB_2021,
    answers=(answers.ACCEPTED,),
)
@codes_of_2021
def analyze_ct1_submit(call: Call) -> Reply:
    """Take a job of the first preview of 2021 in."""
    return _submit_preview(call, Version.CT1)


@endpoint(
    blueprint,
    "GET",
    _job(Version.CT1),
    query=parameters.JOB_2021,
    answers=(answers.job(job_answers.JOB_CT1),),
)
@codes_of_2021
def analyze_ct1_get(call: Call) -> Reply:
    """Say how a job of the first preview stands, and what it has found."""
    return _get_preview(call, Version.CT1)


@endpoint(blueprint, "DELETE", _job(Version.CT1), role=Role.READER, answers=(answers.ACCEPTED,))
@codes_of_2021
def analyze_ct1_cancel(call: Call) -> Reply:
    """End a job of the first preview that has not ended."""
    return _cancel_preview(call, Version.CT1)


@endpoint(
    blueprint,
    "POST",
    _submission(Version.V32),
    role=Role.READER,
    queue=Queue.JOBS,
    request=job_requests.JOB_2021,
    answers=(answers.ACCEPTED,),
)
@codes_of_2021
def analyze_v32_submit(call: Call) -> Reply:
    """Take a job of the second preview of 2021 in."""
    return _submit_preview(call, Version.V32)


@endpoint(
    blueprint,
    "GET",
    _job(Version.V32),
    query=parameters.JOB_2021,
    answers=(answers.job(job_answers.JOB_V32),),
)
@codes_of_2021
def analyze_v32_get(call: Call) -> Reply:
    """Say how a job of the second preview stands, and what it has found."""
    return _get_preview(call, Version.V32)


@endpoint(blueprint, "DELETE", _job(Version.V32), role=Role.READER, answers=(answers.ACCEPTED,))
@codes_of_2021
def analyze_v32_cancel(call: Call) -> Reply:
    """End a job of the second preview that has not ended."""
    return _cancel_preview(call, Version.V32)


def _submit_preview(call: Call, version: Version) -> Reply:
    submission = _submit(call, analyze_preview.parse_job(call.body, call.limits))
    location = analyze_preview.operation_location(version, call.endpoint, submission.job.id)
    return _accepted(location, submission.messages)


def _get_preview(call: Call, version: Version) -> Reply:
    body = analyze_preview.render_job(
        version,
        *extraction.read(call.stores, call.path["job"]),
        endpoint=call.endpoint,
        show_statistics=query.show_statistics(call.query),
        page=query.job_page(call.query),
    )
    return Reply(body=body, headers=_AGAIN)


def _cancel_preview(call: Call, version: Version) -> Reply:
    """End a job in the way in which both previews ended jobs of the health task.

    Jobs of custom tasks could not be ended there; a program that knows the one way knows this.
    """
    job = extraction.cancel(call.stores, call.path["job"])
    return _accepted(analyze_preview.operation_location(version, call.endpoint, job.id))


def _submit(call: Call, request: JobRequest) -> Submission:
    """Keep a job and, if it is small, run it now; what fails is left to a worker."""
    submission = extraction.submit(call.stores, request)
    if not submission.small:
        return submission
    try:
        extraction.run_at_once(call.stores, call.service.extractors, submission)
    except Exception as error:
        telemetry.fault("run-at-once-failed", error, job=submission.job.id)
        return submission
    return submission.done()


def _accepted(location: str, messages: Sequence[Message] = ()) -> Reply:
    return Reply(
        status=202,
        headers={"operation-location": location, **_AGAIN},
        messages=tuple(messages),
    )
