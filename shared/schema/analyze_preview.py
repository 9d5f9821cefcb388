"""Extraction jobs as the 2021 previews of the API have them: `text/analytics/<version>/analyze`.

Both versions send the same requests here. Of the answers, v3.2-preview.2 is flat, and
v3.1-preview.ct.1 has its tasks one level deeper and always tells statistics.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from shared.domain.jobs import Job, JobRequest, Task, TaskRequest, TaskResult
from shared.errors import InvalidParameterValue
from shared.limits import Limits
from shared.schema import words
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
from shared.schema.job_requests import JOB_2021, TASKS_2021
from shared.schema.query import Page
from shared.schema.timestamps import timestamp
from shared.schema.words import status_word

_POINTER = f"#/tasks/{TASKS_2021}/"

_EVERYTHING = Page()


class Version(enum.StrEnum):
    """The previews; the value is part of the address."""

    CT1 = words.CT1
    V32 = words.V32


def parse_job(body: bytes, bounds: Limits) -> JobRequest:
    """Return the job that a request body of either preview asks for.

    A task names its model by `modelId`, or by `project-name` and `deployment-name`. Raises as
    `job_input.read_job` does.
    """
    return read_job(body, JOB_2021, bounds, _tasks)


def _tasks(root: Fields, bounds: Limits) -> list[TaskRequest]:
    given = root.required_object("tasks")
    for name, value in given.members().items():
        if name.endswith("Tasks") and name != TASKS_2021 and value not in (None, []):
            message = f"This service does {TASKS_2021} only."
            given.problems.add(message, f"{given.path}.{name}", InvalidParameterValue)
    return [_task(fields) for fields in task_fields(given, TASKS_2021, bounds)]


def _task(fields: Fields) -> TaskRequest:
    parameters = fields.required_object("parameters")
    name = fields.text("taskName")
    index_type = read_index_type(parameters)
    model_id = parameters.text("modelId")
    if model_id is None:
        return TaskRequest(
            name=name,
            project=parameters.required_text("project-name"),
            deployment=parameters.required_text("deployment-name"),
            index_type=index_type,
        )
    if any(parameters.value(one) is not None for one in ("project-name", "deployment-name")):
        parameters.fault(
            "A task names its model by modelId or by project-name and deployment-name, not both.",
            "modelId",
            kind=InvalidParameterValue,
        )
    return TaskRequest(name=name, model_id=model_id, index_type=index_type)


def operation_location(version: Version, endpoint: str, job_id: str) -> str:
    """Return the address at which a job is read; `endpoint` has no slash at its end."""
    return f"{endpoint}/text/analytics/{version.value}/analyze/jobs/{job_id}"


def render_job(
    version: Version,
    job: Job,
    results: Sequence[TaskResult],
    *,
    endpoint: str,
    show_statistics: bool = False,
    page: Page = _EVERYTHING,
) -> dict[str, Any]:
    """Return a job as its address answers; `results` are in the order of the job's tasks.

    Tasks show once they have ended. With a page, `@nextLink` is absolute.
    """
    errors = job_errors(job, results, _POINTER)
    body: dict[str, Any] = {"jobId": job.id}
    if job.display_name is not None:
        body["displayName"] = job.display_name
    body |= {
        "createdDateTime": timestamp(job.created),
        "expirationDateTime": timestamp(job.expires),
        "lastUpdateDateTime": timestamp(job.updated),
        "status": status_word(job.state, version.value),
        "errors": errors,
        **job_error(job, errors),
        "tasks": _tasks_json(version, job, results, page, show_statistics),
    }
    if show_statistics and job.state.final:
        body["statistics"] = job_statistics(job, results)
    following = page.following(documents_in_task(results))
    if following is not None:
        query: dict[str, int | str | None] = {"$skip": following.skip, "$top": following.size}
        if show_statistics:
            query["showStats"] = "true"
        address = operation_location(version, endpoint, job.id)
        body["@nextLink"] = f"{address}?{urlencode(query, safe='$')}"
    return body


def _tasks_json(
    version: Version, job: Job, results: Sequence[TaskResult], page: Page, show_statistics: bool
) -> dict[str, Any]:
    items = [
        _item(version, job, number, task, result, page, show_statistics)
        for number, task, result in ended(job, results)
    ]
    body: dict[str, Any] = dict(task_counts(job, results))
    own = {TASKS_2021: items} if items else {}
    if version is Version.V32:
        return {**body, **own}
    body["details"] = {
        "name": job.display_name or job.id,
        "lastUpdateDateTime": timestamp(job.updated),
        "status": status_word(job.state, version.value),
    }
    body["tasks"] = own
    return body


def _item(
    version: Version,
    job: Job,
    number: int,
    task: Task,
    result: TaskResult,
    page: Page,
    show_statistics: bool,
) -> dict[str, Any]:
    item: dict[str, Any] = {
        "lastUpdateDateTime": timestamp(result.updated),
        "status": status_word(result.state, version.value),
    }
    if version is Version.CT1:
        item["name"] = task.name or job.display_name or str(number)
    else:
        # The service sent "state"; its own clients of that version read "status".
        item["state"] = item["status"]
        item["taskName"] = str(number) if task.name is None else task.name
    if result.state in WITH_RESULTS:
        item["results"] = results_json(
            task,
            result,
            page,
            statistics=show_statistics or version is Version.CT1,
            per_document=show_statistics,
        )
    return item
