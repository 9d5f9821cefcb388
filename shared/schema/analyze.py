"""Extraction jobs as the API has them since 2022: `language/analyze-text/jobs`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from shared import limits
from shared.domain.jobs import Job, JobRequest, Task, TaskRequest, TaskResult
from shared.errors import InvalidParameterValue
from shared.schema.fields import Fields, Problems, read_object
from shared.schema.job_input import read_display_name, read_documents, read_index_type
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
from shared.schema.names import name_fault
from shared.schema.query import Page
from shared.schema.timestamps import timestamp

#: The one kind of task that this service does.
TASK_KIND = "CustomEntityRecognition"

_EVERYTHING = Page()


def parse_job(body: bytes, *, documents: int, characters: int) -> JobRequest:
    """Return the job that a request body asks for.

    `documents` and `characters` (text elements, all texts together) are the most that a request
    may have. Raises the error of the first fault, with every fault listed: `InvalidBody`,
    `MissingInputDocuments`, `InvalidDocumentBatch`, `InvalidDocument`, `InvalidParameterValue`,
    `InvalidArgument`.
    """
    problems = Problems()
    root = read_object(body, problems)
    request = JobRequest(
        display_name=read_display_name(root),
        documents=read_documents(root, documents=documents, characters=characters),
        tasks=_tasks(root),
    )
    problems.refuse()
    return request


def _tasks(root: Fields) -> list[TaskRequest]:
    given = root.items("tasks")
    if not given:
        if root.value("tasks") in (None, []):
            root.fault("The request has no tasks.", "tasks", kind=InvalidParameterValue)
        return []
    if len(given) > limits.TASKS_PER_JOB:
        root.fault(
            f"A request can have at most {limits.TASKS_PER_JOB} tasks, not {len(given):,}.",
            "tasks",
            kind=InvalidParameterValue,
        )
        return []
    return [_task(fields) for fields in root.objects("tasks")]


def _task(fields: Fields) -> TaskRequest:
    if fields.required_text("kind") not in ("", TASK_KIND):
        fields.fault(
            f"This service does tasks of the kind {TASK_KIND} only.",
            "kind",
            kind=InvalidParameterValue,
        )
        return TaskRequest()  # The parameters of another kind are none of ours to judge.
    parameters = fields.required_object("parameters")
    return TaskRequest(
        name=fields.text("taskName", longest=limits.DESCRIPTION_LENGTH),
        project=required_name(parameters, "project", "projectName", "project-name"),
        deployment=required_name(parameters, "deployment", "deploymentName", "deployment-name"),
        index_type=read_index_type(parameters),
    )


def required_name(fields: Fields, what: str, *names: str) -> str:
    """Return the name of a project or deployment; a fault is noted as a parameter's."""
    value = fields.required_text(*names)
    fault = name_fault(value, what) if value else None
    if fault:
        fields.fault(fault, *names, kind=InvalidParameterValue)
    return value


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
        "status": job.state.value,
        "errors": errors,
        **job_error(job, errors),
        "tasks": {
            **task_counts(job, results),
            "items": [
                _item(task, result, page, show_statistics)
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


def _item(task: Task, result: TaskResult, page: Page, show_statistics: bool) -> dict[str, Any]:
    item: dict[str, Any] = {"kind": f"{TASK_KIND}LROResults"}
    if task.name is not None:
        item["taskName"] = task.name
    item["lastUpdateDateTime"] = timestamp(result.updated)
    item["status"] = result.state.value
    if result.state in WITH_RESULTS:
        item["results"] = results_json(
            task, result, page, statistics=show_statistics, per_document=show_statistics
        )
    return item


def _address(endpoint: str, job_id: str) -> str:
    return f"{endpoint}/language/analyze-text/jobs/{job_id}"
