"""Training: admitted once per project, run on a frozen snapshot, published in one transaction.

A project's training lock is a lease: every try of a training replaces it, and only the holder of
its present ETag can publish. So a worker that was thought dead and wakes up changes nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from shared import clock, telemetry
from shared.domain.models import Artifact, TrainedModel, TrainingOptions
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project
from shared.domain.states import State, move
from shared.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorDetail,
    InvalidRequest,
    QuotaExceeded,
    ServiceError,
)
from shared.services import models, operations
from shared.services.heartbeat import Heartbeat
from shared.services.messages import Message, Queue
from shared.services.snapshot import open_snapshot
from shared.storage.models import TrainingLock, artifact_prefix
from shared.storage.ports import Changed
from shared.storage.stores import Stores


def start(stores: Stores, name: str, options: TrainingOptions) -> tuple[Operation, Message]:
    """Admit a training; a worker runs it.

    Raises `InvalidRequest` with fewer tagged documents than a training needs, `Conflict` while
    another training of the project runs, and `QuotaExceeded` for one model too many.
    """
    project = stores.projects.read(name)
    least = stores.limits.tagged_documents_to_train
    tagged = stores.documents.tagged(project, at_most=least)
    if tagged < least:
        raise too_few(tagged, least)
    trained = stores.models.all(project.id)
    if options.label not in {model.label for model in trained}:
        most = stores.limits.models_per_project
        if len(trained) >= most:
            raise QuotaExceeded(
                f"A project can have at most {most:,} trained models; "
                "delete one, or train over one that is there.",
                target="modelLabel",
            )
    operation = operations.start(
        stores, OperationKind.TRAIN, name, project.id, training=options, phase=operations.WAITING
    )
    if _take_lock(stores, operation, attempt=0) is None:
        stores.operations.delete(operation.id)
        raise Conflict("A training of this project is running already.", target="projectName")
    return operation, Message(Queue.TRAINING, operation.id)


def too_few(tagged: int, least: int) -> InvalidRequest:
    """Return the refusal of a training with too few tagged documents."""
    return InvalidRequest(
        f"A training needs at least {least:,} tagged documents; "
        f"the project has {tagged}. Tag more documents, then train.",
        target="projectName",
    )


def cancel(stores: Stores, name: str, operation_id: str) -> Operation:
    """Ask a training to stop and return it; one that has ended stays as it is."""
    for _ in range(10):
        operation = operations.read(stores, OperationKind.TRAIN, name, operation_id)
        if operation.state.final or operation.state is State.CANCELLING:
            return operation
        cancelling = dataclasses.replace(
            operation, state=move(operation.state, State.CANCELLING), updated=clock.now()
        )
        try:
            cancelling = stores.operations.replace(cancelling)
        except Changed:
            continue  # A heartbeat came between; read again.
        if operation.tries == 0:
            # No worker has it yet: nothing runs that would have to notice.
            return _finish(stores, cancelling, State.CANCELLED)
        return cancelling
    raise ChangedMeanwhile(target="jobId")


def run(stores: Stores, operation_id: str, *, stuck_after_seconds: int, jobs: int = 1) -> None:
    """Run an admitted training to its end; `jobs` processes try ways of learning side by side.

    May be called again for the same operation at any time: one that another worker is seen to
    run is left to it, one whose worker has died is run anew from the same snapshot.
    """
    if operations.is_under_way(stores, operation_id, stuck_after_seconds):
        return
    operation = operations.take_up(stores, operation_id)
    if operation is None:
        release(stores, operation_id)
        return
    if operation.state is State.CANCELLING:
        _finish(stores, operation, State.CANCELLED)
        return
    lock = _take_lock(stores, operation, attempt=operation.tries)
    if lock is None:
        error = Conflict("Another training of this project was running.")
        operations.end(stores, operation, State.FAILED, errors=[error.detail()])
        return
    try:
        _run(stores, operation, lock, jobs)
    except Exception as error:
        if isinstance(error, ServiceError) and error.status < 500:
            _finish(stores, operation, State.FAILED, errors=operations.failure(error))
            return
        operations.let_go(stores, operation.id)
        raise


def _run(stores: Stores, operation: Operation, lock: TrainingLock, jobs: int) -> None:
    # Imported here: numpy, scipy and scikit-learn cost a second that other triggers do not pay.
    from shared.ner import artifact, trainer

    project = stores.projects.find_by_id(operation.project_id)
    options = operation.training
    if project is None or options is None:
        raise InvalidRequest("The project of this training is gone.")
    present = stores.models.find(project.id, options.label)
    if present is not None and present.operation_id == operation.id:
        # An earlier try published it and died before it could say so.
        _finish(stores, operation, State.SUCCEEDED)
        return
    began = clock.now()
    with Heartbeat(stores, operation) as heartbeat:
        heartbeat.report("reading", 0)
        snapshot = open_snapshot(stores, project, operation.id)
        parts = snapshot.split(options, seed=0)
        try:
            training = trainer.train(
                snapshot.texts(parts.train),
                snapshot.texts(parts.validation),
                snapshot.texts(parts.test),
                categories=snapshot.categories,
                untagged=snapshot.untagged,
                jobs=jobs,
                on_progress=heartbeat.report,
                should_stop=heartbeat.stop,
            )
        except trainer.TrainingStopped:
            _stopped(stores, operation, lock)
            return
        heartbeat.report("publishing", 99)
        prefix = artifact_prefix(project.id, operation.id, operation.tries)
        stores.models.put_files(prefix, training.files)
        stores.models.put_report(prefix, models.EVALUATION, training.evaluation.to_json())
        stores.models.put_report(
            prefix, models.PREDICTIONS, snapshot.predictions(parts, training.predictions)
        )
        stores.models.put_report(
            prefix,
            models.REPORT,
            {**snapshot.report(training.report), "datasets": snapshot.datasets(parts)},
        )
    if heartbeat.stop():
        _stopped(stores, operation, lock)
        return
    now = clock.now()
    model = TrainedModel(
        options=options,
        id=f"{options.label}-{now:%Y%m%dT%H%M%S}-{project.id}",
        artifact=Artifact(prefix=prefix, digest=artifact.digest(training.files)),
        operation_id=operation.id,
        trained=now,
        duration_seconds=max(1, round((now - began).total_seconds())),
        train_documents=len(parts.train),
        validation_documents=len(parts.validation),
        test_documents=len(parts.test),
        f1=training.evaluation.micro.f1,
    )
    try:
        stores.models.publish(model, lock)
    except Changed:
        telemetry.warning("training-superseded", operation=operation.id, attempt=lock.attempt)
        return
    operations.end(stores, heartbeat.operation, State.SUCCEEDED, warnings=snapshot.warnings)
    _note_training(stores, project)


def _stopped(stores: Stores, operation: Operation, lock: TrainingLock) -> None:
    """End a training whose heartbeat said stop: cancelled, unless another try goes on with it."""
    present = stores.operations.find(operation.id)
    if present is None:
        stores.models.release_lock(lock)
    elif present.state is State.CANCELLING:
        _finish(stores, present, State.CANCELLED)


def _finish(
    stores: Stores, operation: Operation, state: State, errors: Sequence[ErrorDetail] = ()
) -> Operation:
    ended = operations.end(stores, operation, state, errors=errors)
    release(stores, operation.id)
    return ended


def release(stores: Stores, operation_id: str) -> None:
    """Give back the lock of a training that has ended, if it still holds it."""
    operation = stores.operations.find(operation_id)
    if operation is None or not operation.state.final:
        return
    lock = stores.models.lock(operation.project_id)
    if lock is not None and lock.operation_id == operation_id:
        stores.models.release_lock(lock)


def _take_lock(stores: Stores, operation: Operation, attempt: int) -> TrainingLock | None:
    """Take the project's lock for a try of this training, or return None where another has it.

    A lock whose training has ended, or that came to nothing, is left over from a crash.
    """
    present = stores.models.lock(operation.project_id)
    if present is not None and present.operation_id != operation.id:
        holder = stores.operations.find(present.operation_id)
        if holder is not None and not holder.state.final:
            return None
    return stores.models.take_lock(
        TrainingLock(
            project_id=operation.project_id,
            operation_id=operation.id,
            attempt=attempt,
            taken=clock.now(),
            etag=present.etag if present is not None else "",
        )
    )


def _note_training(stores: Stores, project: Project) -> None:
    """Write the day of the training into the project; the model itself is what counts."""
    present = stores.projects.find_by_id(project.id)
    if present is not None:
        try:
            stores.projects.replace(dataclasses.replace(present, last_trained=clock.now()))
        except ChangedMeanwhile:
            telemetry.warning("project-changed-meanwhile", project=project.id)
