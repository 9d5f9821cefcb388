"""Extraction: a job is submitted, its pieces are run, its result is read.

There is no counter of finished pieces. A piece writes its part (always the same bytes), moves its
row to an end state, then looks whether any piece is left; the one that finds none ends the job,
together with a row that can be inserted once. Every redelivery takes the same steps again, so a
crash anywhere is mended by the next one, and no result is complete before all of its parts are.
A cancel ends the job by the same transaction: whoever inserts that row first has decided.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import clock, ids, limits, telemetry
from shared.domain.jobs import InputDocument, Job, JobRequest, Piece, Task, TaskRequest, TaskResult
from shared.domain.models import Deployment
from shared.domain.projects import Project
from shared.domain.states import State, move
from shared.errors import (
    Conflict,
    ErrorDetail,
    ModelNotFound,
    OperationNotFound,
    ServiceError,
    ServiceUnavailable,
)
from shared.schema.entities import document_error, document_json
from shared.services import models
from shared.services.extractors import Extractors
from shared.services.messages import Message, Queue
from shared.services.operations import GIVEN_UP
from shared.storage.jobs import Part
from shared.storage.ports import Changed
from shared.storage.stores import Stores


@dataclass(frozen=True, slots=True)
class Submission:
    """A stored job, and what is to be done for it."""

    job: Job
    #: As it was kept, with its documents in chunks of one piece each.
    pieces: Sequence[Piece]
    chunks: Sequence[Sequence[InputDocument]]
    #: Whether it is small enough to run inside the request; it is then kept as running.
    small: bool

    @property
    def messages(self) -> list[Message]:
        """One message a piece that is still to be run."""
        return [Message(Queue.JOBS, self.job.id, piece.index) for piece in self.pieces]

    def done(self) -> Submission:
        """Return this submission with nothing left to be run."""
        return dataclasses.replace(self, pieces=())


def submit(stores: Stores, request: JobRequest) -> Submission:
    """Keep a job with its documents, pinned to the models that its tasks name now.

    Raises `ProjectNotFound`, `DeploymentNotFound` or `ModelNotFound` where a task names what is
    not there.
    """
    tasks = [pin(stores, task, f"$.tasks[{number}]") for number, task in enumerate(request.tasks)]
    size = limits.DOCUMENTS_PER_TASK
    documents = request.documents
    chunks = [documents[start : start + size] for start in range(0, len(documents), size)]
    characters = sum(len(document.text) for document in documents)
    small = len(tasks) * len(chunks) == 1 and characters <= limits.CHARACTERS_AT_ONCE
    state = State.RUNNING if small else State.NOT_STARTED
    now = clock.now()
    job_id = ids.time_ordered(now)
    job = Job(
        id=job_id,
        display_name=request.display_name,
        state=state,
        created=now,
        updated=now,
        expires=now + timedelta(hours=stores.limits.job_hours),
        cancel_at=_later(now, request.cancel_after),
        tasks=tuple(tasks),
        documents=len(documents),
    )
    pieces = [
        Piece(job_id=job_id, index=index, state=state, tries=int(small), updated=now)
        for index in range(len(tasks) * len(chunks))
    ]
    stores.jobs.put_documents(job_id, chunks)
    job, pieces = stores.jobs.insert(job, pieces)
    telemetry.event(
        "job-accepted",
        job=job_id,
        documents=len(documents),
        characters=characters,
        pieces=len(pieces),
        at_once=small,
    )
    return Submission(job, pieces, chunks, small)


def _later(moment: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else moment + timedelta(seconds=seconds)


def run_at_once(stores: Stores, extractors: Extractors, submission: Submission) -> None:
    """Run a small job inside the request that submitted it, from the documents at hand.

    Whatever this raises, the job is kept: its message, or the sweep, lets a worker take it up.
    """
    _run(stores, extractors, submission.job, submission.pieces[0], submission.chunks[0])


def pin(stores: Stores, request: TaskRequest, path: str) -> Task:
    """Return the task with the model that its deployment, its label or its model id names now.

    Raises `ProjectNotFound`, `DeploymentNotFound` or `ModelNotFound`.
    """
    if request.trained_model:
        project, model = models.read(stores, request.project, request.trained_model)
        return Task(
            name=request.name,
            project=project.name,
            deployment="",
            trained_model=model.label,
            index_type=request.index_type,
            artifact=model.artifact,
            confidence_threshold=project.settings.confidence_threshold,
        )
    if request.model_id is not None:
        project, deployment = _by_model_id(stores, request.model_id, path)
    else:
        project = stores.projects.read(request.project)
        deployment = stores.models.read_deployment(project.id, request.deployment)
    return Task(
        name=request.name,
        project=project.name,
        deployment=deployment.name,
        index_type=request.index_type,
        artifact=deployment.artifact,
        confidence_threshold=project.settings.confidence_threshold,
    )


def _by_model_id(stores: Stores, model_id: str, path: str) -> tuple[Project, Deployment]:
    """Return the deployment that a model id of the 2021 API names.

    Either `<project id>_Extraction_latest`, the project's newest deployment, or the id that a
    deployment shows, which ends with the project's id.
    """
    unknown = ModelNotFound(
        "No deployment has a model of this id.", target=f"{path}.parameters.modelId"
    )
    newest = model_id.removesuffix("_Extraction_latest")
    project_id = newest.replace("-", "").lower() if newest != model_id else model_id[-32:]
    project = stores.projects.find_by_id(project_id)
    if project is None:
        raise unknown
    deployments = stores.models.deployments(project.id)
    if newest == model_id:  # An id that a deployment shows.
        deployments = [one for one in deployments if one.model_id == model_id]
    if not deployments:
        raise unknown
    return project, max(deployments, key=lambda one: one.deployed)


def run_piece(stores: Stores, extractors: Extractors, job_id: str, index: int) -> None:
    """Run a piece of a job, and end the job if it was the last.

    May be called again at any time, for pieces and jobs that have ended or are gone too.
    """
    job = stores.jobs.find(job_id)
    if job is None or job.state.final or cancel_if_due(stores, job):
        return
    piece = stores.jobs.piece(job_id, index)
    if piece is None:
        return
    if piece.state.final:
        _end(stores, job)
        return
    if piece.tries >= limits.TRIES:
        _fail(stores, job, piece, GIVEN_UP)
        return
    now = clock.now()
    try:
        piece = stores.jobs.replace_piece(
            dataclasses.replace(
                piece,
                state=move(piece.state, State.RUNNING),
                tries=piece.tries + 1,
                updated=now,
            )
        )
        if job.state is State.NOT_STARTED:
            job = stores.jobs.replace_job(
                dataclasses.replace(job, state=move(job.state, State.RUNNING), updated=now)
            )
    except Changed:
        # Another worker took up this piece, or another piece of the job, at the same moment. Both
        # may go on: what they write is the same, and one of them ends the job. Or it was cancelled.
        telemetry.event("piece-taken-up-twice", job=job_id, piece=index)
        present = stores.jobs.find(job_id)
        if present is None or present.state.final:
            return
    documents = stores.jobs.documents(job_id, index % _chunks(job))
    if documents is not None:  # Else the job was removed meanwhile.
        _run(stores, extractors, job, piece, documents)


def _run(
    stores: Stores,
    extractors: Extractors,
    job: Job,
    piece: Piece,
    documents: Sequence[InputDocument],
) -> None:
    task = job.tasks[piece.index // _chunks(job)]
    begin = time.monotonic()
    try:
        part = extract(stores, extractors, task, documents)
    except ServiceUnavailable:
        raise
    except ServiceError as error:
        _fail(stores, job, piece, error.detail())
        return
    stores.jobs.put_part(job.id, piece.index, part)
    telemetry.event(
        "piece-done",
        job=job.id,
        piece=piece.index,
        tries=piece.tries,
        documents=len(documents),
        characters=sum(len(document.text) for document in documents),
        errors=len(part.errors),
        ms=telemetry.ms_since(begin),
    )
    _close(stores, job, piece, State.SUCCEEDED, None)


def extract(
    stores: Stores, extractors: Extractors, task: Task, documents: Sequence[InputDocument]
) -> Part:
    """Return the entities of each document, or the error of one that cannot be read."""
    extractor = extractors.get(stores.models, task.artifact)
    longest = stores.limits.job_document_length
    errors = [document_error(document, longest) for document in documents]
    sound = [document for document, error in zip(documents, errors, strict=True) if error is None]
    threshold = task.confidence_threshold or 0.0
    predicted = extractor.predict([document.text for document in sound])
    return Part(
        documents=[
            document_json(
                document.id,
                document.text,
                [span for span in spans if (span.confidence or 0.0) >= threshold],
                task.index_type,
            )
            for document, spans in zip(sound, predicted, strict=True)
        ],
        errors=[
            {"id": document.id, "error": error.body()}
            for document, error in zip(documents, errors, strict=True)
            if error is not None
        ],
    )


def _fail(stores: Stores, job: Job, piece: Piece, error: ErrorDetail) -> None:
    """End a piece that cannot succeed: each of its documents gets the error."""
    chunk = piece.index % _chunks(job)
    documents = stores.jobs.documents(job.id, chunk) or []
    telemetry.warning(
        "piece-failed",
        job=job.id,
        piece=piece.index,
        tries=piece.tries,
        documents=len(documents),
        code=error.code,
    )
    stores.jobs.put_part(
        job.id,
        piece.index,
        Part([], [{"id": document.id, "error": error.body()} for document in documents]),
    )
    _close(stores, job, piece, State.FAILED, error)


def _close(stores: Stores, job: Job, piece: Piece, state: State, error: ErrorDetail | None) -> None:
    """Move a piece to its end state, and end the job if no other is left."""
    ended = dataclasses.replace(
        piece, state=move(piece.state, state), updated=clock.now(), error=error
    )
    if len(job.tasks) * _chunks(job) == 1 and _finish(stores, _ended(job, [ended]), ended):
        return
    present: Piece | None = ended
    try:
        stores.jobs.replace_piece(ended)
    except Changed:
        present = stores.jobs.piece(job.id, piece.index)
    if present is None or not present.state.final:
        return  # A later try has the piece now, and will end it.
    fresh = stores.jobs.find(job.id)
    if fresh is not None and not fresh.state.final:
        _end(stores, fresh)


def _finish(stores: Stores, ended: Job, piece: Piece | None = None) -> bool:
    """Keep a job as ended, with its only piece where it has one; return whether this ended it."""
    if not stores.jobs.finish(ended, piece):
        return False
    telemetry.event(
        "job-ended",
        job=ended.id,
        state=ended.state.value,
        code=ended.errors[0].code if ended.errors else None,
        documents=ended.documents,
        tasks=len(ended.tasks),
        ms=round((ended.updated - ended.created).total_seconds() * 1000),
    )
    return True


def _end(stores: Stores, job: Job, *, cancel: bool = False) -> Job:
    """End a job whose pieces have all ended, or, with `cancel`, any; return it as it is then."""
    pieces = stores.jobs.pieces(job.id)
    while cancel or all(piece.state.final for piece in pieces):
        ended = _ended(job, pieces)
        if _finish(stores, ended):
            return ended
        # Another process wrote the job's row at the same moment: it has ended, or only begun.
        present = stores.jobs.find(job.id)
        if present is None or present.state.final:
            return present or job
        job = present
    return job


def cancel(stores: Stores, job_id: str) -> Job:
    """End a job as cancelled and return it: what has not been run yet will not be.

    Tasks that have ended keep their results. A job whose pieces have all ended is complete, and a
    cancel of a cancelled job changes nothing. Raises `OperationNotFound`, and `Conflict` where the
    job has ended otherwise.
    """
    job = _find(stores, job_id)
    if not job.state.final:
        job = _end(stores, job, cancel=True)
    if job.state is not State.CANCELLED:
        raise Conflict("The job has ended already, so it cannot be cancelled.", target="jobId")
    telemetry.event("job-cancelled", job=job.id)
    return job


def cancel_if_due(stores: Stores, job: Job) -> bool:
    """Cancel a job whose time has run out before its end; return whether it had."""
    if job.state.final or job.cancel_at is None or job.cancel_at > clock.now():
        return False
    _end(stores, job, cancel=True)
    telemetry.event("job-out-of-time", job=job.id)
    return True


def _ended(job: Job, pieces: Sequence[Piece]) -> Job:
    """Return the job in the end state that its pieces' states make.

    A task has failed when all of its pieces have; with some failed pieces it has succeeded, and
    their documents are among its errors. With a piece that has not ended it is cancelled, and so
    is the job.
    """
    chunks = _chunks(job)
    states: list[State] = []
    errors: list[ErrorDetail] = []
    for number in range(len(job.tasks)):
        own = pieces[number * chunks : (number + 1) * chunks]
        failed = [piece.error for piece in own if piece.error is not None]
        if not all(piece.state.final for piece in own):
            states.append(State.CANCELLED)
        elif len(failed) == len(own):
            states.append(State.FAILED)
            errors.append(dataclasses.replace(failed[0], target=f"#/tasks/items/{number}"))
        else:
            states.append(State.SUCCEEDED)
    if State.CANCELLED in states:
        state = State.CANCELLED
    elif len(errors) == len(states):
        state = State.FAILED
    else:
        state = State.PARTIALLY_COMPLETED if errors else State.SUCCEEDED
    # A piece may end before the job is seen to run.
    present = State.RUNNING if job.state is State.NOT_STARTED else job.state
    return dataclasses.replace(
        job,
        state=move(present, state),
        updated=clock.now(),
        errors=tuple(errors),
        task_states=tuple(states),
    )


def read(stores: Stores, job_id: str) -> tuple[Job, list[TaskResult]]:
    """Return a job and what each of its tasks has come to; only an ended job has documents.

    Raises `OperationNotFound` for an unknown job and for one that has expired.
    """
    job = _find(stores, job_id)
    if cancel_if_due(stores, job):
        job = _find(stores, job_id)
    if not job.task_states:
        return job, [TaskResult(state=job.state, updated=job.updated) for _ in job.tasks]
    chunks = _chunks(job)
    results: list[TaskResult] = []
    for number, state in enumerate(job.task_states):
        parts = (
            stores.jobs.parts(job.id, range(number * chunks, (number + 1) * chunks))
            if state is State.SUCCEEDED
            else []
        )
        if None in parts:
            raise OperationNotFound(target="jobId")  # It is being removed.
        kept = [part for part in parts if part is not None]
        results.append(
            TaskResult(
                state=state,
                updated=job.updated,
                documents=[document for part in kept for document in part.documents],
                errors=[error for part in kept for error in part.errors],
            )
        )
    return job, results


def _find(stores: Stores, job_id: str) -> Job:
    """Return the job of this id, unless it has expired; raise `OperationNotFound`."""
    job = stores.jobs.find(job_id.lower()) if ids.is_id(job_id) else None
    if job is None or job.expires <= clock.now():
        raise OperationNotFound(target="jobId")
    return job


def give_up(stores: Stores, job_id: str, index: int) -> None:
    """Fail a piece whose message ended on the poison queue."""
    job = stores.jobs.find(job_id)
    piece = stores.jobs.piece(job_id, index)
    if job is not None and piece is not None and not job.state.final and not piece.state.final:
        _fail(stores, job, piece, GIVEN_UP)


def _chunks(job: Job) -> int:
    """Return how many pieces each task of the job is cut into."""
    return -(-job.documents // limits.DOCUMENTS_PER_TASK)
