"""Extraction jobs: documents in, entities out.

A job is cut into pieces: each is up to 25 documents of one of its tasks, and one queue message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.domain.models import Artifact
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.text.offsets import IndexType


@dataclass(frozen=True, kw_only=True, slots=True)
class InputDocument:
    """A document of a job, as it was sent."""

    id: str
    text: str
    language: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRequest:
    """One task of a request: with which model, and in which units."""

    #: As the caller named the task; None when it gave no name.
    name: str | None = None
    #: A deployment or a trained model of a project, or, in the 2021 form, a model by its id.
    project: str = ""
    deployment: str = ""
    #: The label of the trained model, where no deployment is named.
    trained_model: str = ""
    model_id: str | None = None
    index_type: IndexType = IndexType.TEXT_ELEMENTS


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRequest:
    """What a caller submits."""

    display_name: str | None = None
    documents: Sequence[InputDocument]
    tasks: Sequence[TaskRequest]
    #: Seconds after which the job is cancelled if it has not ended; None: never.
    cancel_after: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A task of a stored job: what was asked, and the model that was pinned at submission."""

    name: str | None
    project: str
    #: Empty where a trained model was named.
    deployment: str
    index_type: IndexType
    artifact: Artifact
    #: The label of the trained model, where no deployment was named.
    trained_model: str = ""
    #: Entities of less confidence are left out; None: all are given.
    confidence_threshold: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A job as it is kept, without its documents."""

    #: A time-ordered UUID in its usual form.
    id: str
    display_name: str | None = None
    state: State = State.NOT_STARTED
    created: datetime
    updated: datetime
    expires: datetime
    #: When it is cancelled if it has not ended by then; None: never.
    cancel_at: datetime | None = None
    tasks: tuple[Task, ...]
    documents: int
    errors: tuple[ErrorDetail, ...] = ()
    #: The state of each task once the job has ended.
    task_states: tuple[State, ...] = ()
    etag: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Up to 25 documents of one task: the unit of work, of trial and of failure."""

    job_id: str
    #: Place among all pieces of the job: task by task, and in the order of the documents.
    index: int
    state: State = State.NOT_STARTED
    updated: datetime
    tries: int = 0
    error: ErrorDetail | None = None
    etag: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskResult:
    """What a task has come to; documents and errors are in wire form and in input order."""

    state: State
    updated: datetime
    #: `{"id", "entities": [...], "warnings": [], "statistics": {...}}`
    documents: Sequence[dict[str, Any]] = ()
    #: `{"id", "error": {...}}`
    errors: Sequence[dict[str, Any]] = ()
