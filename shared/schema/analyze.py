"""Extraction jobs as the API has them since 2022: `language/analyze-text/jobs`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from shared.domain.jobs import Job, JobRequest, Task, TaskRequest, TaskResult
from shared.domain.states import State
from shared.errors import InvalidRequest
from shared.limits import Limits
from shared.schema.fields import Fields
from shared.schema.job_input import read_index_type, read_job, task_fields
from shared.schema.job_output import (
    WITH_RESULTS,
    documents_in_task,
    ended,
    job_error,
    job_errors,
    job_statistics,
    results_json,
    task_counts,
)
from shared.schema.job_requests import JOB, TASK_KIND
from shared.schema.query import Page
from shared.schema.timestamps import timestamp
from shared.schema.words import status_word

_EVERYTHING = Page()


def parse_job(body: bytes, bounds: Limits) -> JobRequest:
    """Return the job that a request body asks for; raises as `job_input.read_job` does."""
    return read_job(body, JOB, bounds, _tasks)


def _tasks(root: Fields, bounds: Limits) -> list[TaskRequest]:
    return [_task(fields) for fields in task_fields(root, "tasks", bounds)]


def _task(fields: Fields) -> TaskRequest:
    if fields.required_text("kind") not in ("", TASK_KIND):
        return TaskRequest()  # The parameters of another kind are none of ours to judge.
    parameters = fields.required_object("parameters")
    project = parameters.required_text("projectName")
    deployment, model = _names(parameters)
    return TaskRequest(
        name=fields.text("taskName"),
        project=project,
        deployment=deployment,
        trained_model=model,
        index_type=read_index_type(parameters),
    )


def _names(parameters: Fields) -> tuple[str, str]:
    """Return the deployment and the trained model that a task names: one of both."""
    model = parameters.text("trainedModelLabel")
    if model is None:
        return parameters.required_text("deploymentName"), ""
    if parameters.value("deploymentName") is not None:
        message = "A task names its model by deploymentName or by trainedModelLabel, not both."
        parameters.fault(message, "trainedModelLabel", kind=InvalidRequest)
    return "", model


def operation_location(endpoint: str, job_id: str, api_version: str) -> str:
    """Return the address at which a job is read; `endpoint` has no slash at its end."""
    return f"{_address(endpoint, job_id)}?{urlencode({'api-version': api_version})}"


def render_job(
    job: Job,
    results: Sequence[TaskResult],
    *,
    endpoint: str,
    api_version: str,
    show_statistics: bool = False,
    page: Page = _EVERYTHING,
) -> dict[str, Any]:
    """Return a job as its address answers; `results` are in the order of the job's tasks.

    Tasks show once they have ended. The moment of the last change stands under both of the names
    that clients know. With a page, the next link is absolute and has nothing in its query that
    the official clients would not pass on.
    """
    errors = job_errors(job, results)
    body: dict[str, Any] = {"jobId": job.id}
    if job.display_name is not None:
        body["displayName"] = job.display_name
    body |= {
        "createdDateTime": timestamp(job.created),
        "expirationDateTime": timestamp(job.expires),
        "lastUpdatedDateTime": timestamp(job.updated),
        "lastUpdateDateTime": timestamp(job.updated),
        "status": status_word(job.state, api_version),
        "errors": errors,
        **job_error(job, errors),
        "tasks": {
            **task_counts(job, results),
            "items": [
                _item(task, result, api_version, page, show_statistics)
                for _, task, result in ended(job, results)
            ],
        },
    }
    if show_statistics and job.state.final:
        body["statistics"] = job_statistics(job, results)
    following = page.following(documents_in_task(results))
    if following is not None:
        query: dict[str, int | str | None] = {
            "api-version": api_version,
            "skip": following.skip,
            "top": following.size,
        }
        if show_statistics:
            query["showStats"] = "true"
        body["nextLink"] = f"{_address(endpoint, job.id)}?{urlencode(query)}"
    return body


def _item(
    task: Task, result: TaskResult, api_version: str, page: Page, show_statistics: bool
) -> dict[str, Any]:
    item: dict[str, Any] = {"kind": f"{TASK_KIND}LROResults"}
    if task.name is not None:
        item["taskName"] = task.name
    item["lastUpdateDateTime"] = timestamp(result.updated)
    item["status"] = status_word(result.state, api_version)
    # A cancelled task has results without documents: the official client then gives each document
    # an error that tells the job's status (its `pad_result`).
    if result.state in WITH_RESULTS or result.state is State.CANCELLED:
        item["results"] = results_json(
            task, result, page, statistics=show_statistics, per_document=show_statistics
        )
    return item


def _address(endpoint: str, job_id: str) -> str:
    return f"{endpoint}/language/analyze-text/jobs/{job_id}"
