"""Extraction jobs: submit and get, in every dialect."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from shared import telemetry
from shared.domain.jobs import JobRequest
from shared.schema import analyze, analyze_preview, query
from shared.schema.analyze_preview import Version
from shared.services import extraction
from shared.services.extraction import Submission
from shared.services.messages import Queue

blueprint = func.Blueprint()

#: Seconds after which asking again makes sense; official clients wait 5 to 30 on their own.
_AGAIN = {"Retry-After": "1"}


@endpoint(blueprint, "POST", "language/analyze-text/jobs", queue=Queue.JOBS)
def analyze_submit(call: Call) -> Reply:
    """Take a job in."""
    version = query.api_version(call.query)
    submission = _submit(call, analyze.parse_job(call.body, **_bounds(call)))
    return _accepted(
        call, submission, analyze.operation_location(call.endpoint, submission.job.id, version)
    )


@endpoint(blueprint, "GET", "language/analyze-text/jobs/{job}")
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


@endpoint(blueprint, "POST", f"text/analytics/{Version.CT1.value}/analyze", queue=Queue.JOBS)
def analyze_preview_submit(call: Call) -> Reply:
    """Take a job of the 2021 API in."""
    submission = _submit(call, analyze_preview.parse_job(call.body, **_bounds(call)))
    return _accepted(
        call,
        submission,
        analyze_preview.operation_location(Version.CT1, call.endpoint, submission.job.id),
    )


@endpoint(blueprint, "GET", f"text/analytics/{Version.CT1.value}/analyze/jobs/{{job}}")
def analyze_preview_get(call: Call) -> Reply:
    """Say how a job of the 2021 API stands, and what it has found."""
    body = analyze_preview.render_job(
        Version.CT1,
        *extraction.read(call.stores, call.path["job"]),
        endpoint=call.endpoint,
        show_statistics=query.show_statistics(call.query),
        page=query.job_page(call.query),
    )
    return Reply(body=body, headers=_AGAIN)


def _bounds(call: Call) -> dict[str, int]:
    settings = call.service.settings
    return {"documents": settings.documents_per_job, "characters": settings.characters_per_job}


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


def _accepted(call: Call, submission: Submission, location: str) -> Reply:
    return Reply(
        status=202,
        headers={"operation-location": location},
        messages=tuple(submission.messages),
    )
