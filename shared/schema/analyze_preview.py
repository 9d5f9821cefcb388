"""Extraction jobs as the 2021 previews of the API have them: `text/analytics/<version>/analyze`.

Both versions send the same requests here. Of the answers, v3.2-preview.2 is flat, and
v3.1-preview.ct.1 has its tasks one level deeper and always tells statistics.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from shared import limits
from shared.domain.jobs import Job, JobRequest, Task, TaskRequest, TaskResult
from shared.domain.states import State
from shared.errors import InvalidParameterValue
from shared.schema.analyze import required_name
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
from shared.schema.query import Page
from shared.schema.timestamps import timestamp

#: The name of the list of our tasks, in requests and answers.
TASKS = "customEntityRecognitionTasks"

_POINTER = f"#/tasks/{TASKS}/"

#: A model's id: one that a deployment shows, or `<guid>_Extraction_latest`.
_MODEL_ID = re.compile(r"[A-Za-z0-9_.\-]{1,128}\Z")

_EVERYTHING = Page()


class Version(enum.StrEnum):
    """The previews; the value is part of the address."""

    CT1 = "v3.1-preview.ct.1"
    V32 = "v3.2-preview.2"


def parse_job(body: bytes, *, documents: int, characters: int) -> JobRequest:
    """Return the job that a request body of either preview asks for.

    `documents` and `characters` (text elements, all texts together) are the most that a request
    may have. A task names its model by `modelId`, or by `project-name` and `deployment-name`.
    Raises as `analyze.parse_job` does.
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
    given = root.required_object("tasks")
    for name in given.names():
        if name.endswith("Tasks") and name != TASKS and given.value(name) not in (None, []):
            given.fault(f"This service does {TASKS} only.", name, kind=InvalidParameterValue)
    own = given.items(TASKS)
    if not own and given.value(TASKS) in (None, []):
        given.fault(f"The request has no {TASKS}.", TASKS, kind=InvalidParameterValue)
    if len(own) > limits.TASKS_PER_JOB:
        given.fault(
            f"A request can have at most {limits.TASKS_PER_JOB} tasks, not {len(own):,}.",
            TASKS,
            kind=InvalidParameterValue,
        )
        return []
    return [_task(fields) for fields in given.objects(TASKS)]


def _task(fields: Fields) -> TaskRequest:
    parameters = fields.required_object("parameters")
    name = fields.text("taskName", longest=limits.DESCRIPTION_LENGTH)
    index_type = read_index_type(parameters)
    model_id = parameters.text("modelId", "model-id")
    named = parameters.value("project-name", "projectName", "deployment-name", "deploymentName")
    if model_id is None:
        return TaskRequest(
            name=name,
            project=required_name(parameters, "project", "project-name", "projectName"),
            deployment=required_name(parameters, "deployment", "deployment-name", "deploymentName"),
            index_type=index_type,
        )
    fault = None
    if named is not None:
        fault = (
            "A task names its model by modelId or by project-name and deployment-name, not both."
        )
    elif not _MODEL_ID.match(model_id):
        fault = "modelId is not the id of a model."
    if fault:
        parameters.fault(fault, "modelId", "model-id", kind=InvalidParameterValue)
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
        "status": _status(version, job.state),
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


def _status(version: Version, state: State) -> str:
    """Return the word for a state.

    Programs of the first preview wait for "succeeded" or "failed"; a job of which some tasks
    failed is told as the first, and its errors say which.
    """
    if version is Version.CT1 and state is State.PARTIALLY_COMPLETED:
        return State.SUCCEEDED.value
    return state.value


def _tasks_json(
    version: Version, job: Job, results: Sequence[TaskResult], page: Page, show_statistics: bool
) -> dict[str, Any]:
    items = [
        _item(version, job, number, task, result, page, show_statistics)
        for number, task, result in ended(job, results)
    ]
    body: dict[str, Any] = dict(task_counts(job, results))
    own = {TASKS: items} if items else {}
    if version is Version.V32:
        return {**body, **own}
    body["details"] = {
        "name": job.display_name or job.id,
        "lastUpdateDateTime": timestamp(job.updated),
        "status": _status(version, job.state),
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
        "status": _status(version, result.state),
    }
    if version is Version.CT1:
        item["name"] = task.name or job.display_name or str(number)
    else:
        # The service sent "state"; its own clients of that version read "status".
        item["state"] = result.state.value
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
