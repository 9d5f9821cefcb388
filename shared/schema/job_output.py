"""What every dialect of an extraction job's answer has: counts, errors, results of tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shared.domain.jobs import Job, Task, TaskResult
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.schema.query import Page

#: How a job's errors, as they are kept, point at a task: this and the task's number.
TASK_POINTER = "#/tasks/items/"

#: The end states of a task that has results.
WITH_RESULTS = frozenset({State.SUCCEEDED, State.PARTIALLY_COMPLETED})

_ENDED = "The task ended without a result. Submit the job again."
_CANCELLED = "The job was cancelled before this task ended."


def task_counts(job: Job, results: Sequence[TaskResult]) -> dict[str, int]:
    """Return how many tasks have succeeded, have ended otherwise, and are still to end."""
    states = [result.state for result in results]
    completed = sum(state in WITH_RESULTS for state in states)
    failed = sum(state in (State.FAILED, State.CANCELLED) for state in states)
    total = len(job.tasks)
    return {
        "completed": completed,
        "failed": failed,
        "inProgress": total - completed - failed,
        "total": total,
    }


def job_errors(
    job: Job, results: Sequence[TaskResult], pointer: str = TASK_POINTER
) -> list[dict[str, Any]]:
    """Return the job's errors, those about tasks pointing at them as the dialect does.

    Each task that ended without a result has one: the official clients raise an error of their own
    where they find neither.
    """
    errors = list(job.errors)
    told = {error.target for error in errors}
    for number, result in enumerate(results):
        target = f"{TASK_POINTER}{number}"
        if target in told:
            continue
        if result.state is State.FAILED:
            errors.append(ErrorDetail("InternalServerError", _ENDED, target))
        elif result.state is State.CANCELLED:
            errors.append(ErrorDetail("InvalidRequest", _CANCELLED, target))
    bodies = [error.body() for error in errors]
    for body in bodies:
        if body.get("target", "").startswith(TASK_POINTER):
            body["target"] = pointer + body["target"].removeprefix(TASK_POINTER)
    return bodies


def job_error(job: Job, errors: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the member `error` of a failed or cancelled job, and nothing for any other.

    The pollers of azure-core look for it there, and without it have nothing to say.
    """
    if job.state not in (State.FAILED, State.CANCELLED) or not errors:
        return {}
    return {"error": {"code": errors[0]["code"], "message": errors[0]["message"]}}


def ended(job: Job, results: Sequence[TaskResult]) -> list[tuple[int, Task, TaskResult]]:
    """Return the number, the task and the result of each task that has ended."""
    return [
        (number, task, result)
        for number, (task, result) in enumerate(zip(job.tasks, results, strict=False))
        if result.state.final
    ]


def results_json(
    task: Task, result: TaskResult, page: Page, *, statistics: bool, per_document: bool
) -> dict[str, Any]:
    """Return the results of one task, with statistics of the whole and of each document or not.

    A page is cut from the documents followed by the errors, so that no page of a task is without
    both: the official clients would take that for a task without results.
    """
    both = page.cut([*result.documents, *result.errors])
    body: dict[str, Any] = {
        "documents": [
            one if per_document else {key: one[key] for key in one if key != "statistics"}
            for one in both
            if "error" not in one
        ],
        "errors": [one for one in both if "error" in one],
        "projectName": task.project,
    }
    if task.trained_model:
        body["trainedModelLabel"] = task.trained_model
    else:
        body["deploymentName"] = task.deployment
    if statistics:
        body["statistics"] = _statistics(result.documents, len(result.errors))
    return body


def job_statistics(job: Job, results: Sequence[TaskResult]) -> dict[str, int]:
    """Return the statistics of a job: of its documents, and the transactions of all its tasks."""
    failed = {error["id"] for result in results for error in result.errors}
    documents = [document for result in results for document in result.documents]
    return {
        "documentsCount": job.documents,
        "validDocumentsCount": len({document["id"] for document in documents} - failed),
        "erroneousDocumentsCount": len(failed),
        "transactionsCount": _transactions(documents),
    }


def documents_in_task(results: Sequence[TaskResult]) -> int:
    """Return how many documents and errors a page is cut from: the same for each task."""
    return max((len(one.documents) + len(one.errors) for one in results), default=0)


def _statistics(documents: Sequence[dict[str, Any]], errors: int) -> dict[str, int]:
    return {
        "documentsCount": len(documents) + errors,
        "validDocumentsCount": len(documents),
        "erroneousDocumentsCount": errors,
        "transactionsCount": _transactions(documents),
    }


def _transactions(documents: Iterable[dict[str, Any]]) -> int:
    return sum(one.get("statistics", {}).get("transactionsCount", 0) for one in documents)
