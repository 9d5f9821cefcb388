"""Evaluation of a trained model anew, on the documents as they are tagged now."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from shared import telemetry
from shared.domain.models import Judgement, TrainedModel, TrainingOptions
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import Conflict, ErrorDetail, InvalidRequest, ProjectNotFound, ServiceError
from shared.ner.split import Split
from shared.services import models, operations
from shared.services.extractors import Extractors
from shared.services.heartbeat import Heartbeat
from shared.services.messages import Message, Queue
from shared.services.snapshot import open_tagged, read_snapshot
from shared.storage.models import artifact_prefix
from shared.storage.ports import Changed
from shared.storage.stores import Stores

if TYPE_CHECKING:
    from shared.ner.trainer import TaggedText
    from shared.text.spans import Span

#: The seed of splits; that of trainings, so that the same options give the same test set.
_SEED = 0

#: Characters that are predicted between two questions whether to go on.
_PREDICTED_AT_ONCE = 50_000


def start(
    stores: Stores, project: Project, model: TrainedModel, options: TrainingOptions
) -> tuple[Operation, Message]:
    """Take an evaluation in; a worker runs it. Raises `InvalidRequest` where nothing is tagged."""
    if not stores.documents.tagged(project, at_most=1):
        raise InvalidRequest(
            "An evaluation needs tagged documents; the project has none.", target="projectName"
        )
    operation = operations.start(
        stores,
        OperationKind.EVALUATE,
        project.name,
        project.id,
        subject=model.label,
        source=model.operation_id,
        training=options,
        phase=operations.WAITING,
    )
    return operation, Message(Queue.TRAINING, operation.id)


def run(
    stores: Stores, extractors: Extractors, operation_id: str, *, stuck_after_seconds: int
) -> None:
    """Run an evaluation to its end.

    May be called again at any time: what another worker is seen to run is left to it, and every
    try judges the same frozen documents.
    """
    if operations.is_under_way(stores, operation_id, stuck_after_seconds):
        return
    operation = operations.take_up(stores, operation_id)
    if operation is None:
        return
    try:
        _run(stores, extractors, operation)
    except Exception as error:
        if isinstance(error, ServiceError) and error.status < 500:
            operations.end(stores, operation, State.FAILED, errors=operations.failure(error))
            return
        operations.let_go(stores, operation.id)
        raise


def _run(stores: Stores, extractors: Extractors, operation: Operation) -> None:
    # Imported here: numpy costs a second that other triggers do not pay.
    from shared.ner.evaluation import EvaluatedText, evaluate

    project = stores.projects.find_by_id(operation.project_id)
    options = operation.training
    if project is None or options is None:
        raise ProjectNotFound(target="projectName")
    model = _model(stores, operation)
    with Heartbeat(stores, operation) as heartbeat:
        heartbeat.report("reading", 0)
        snapshot = open_tagged(stores, project, operation.id)
        names = snapshot.test_names(options, seed=_SEED)
        warnings = [*snapshot.warnings, *_known(stores, project, model, names)]
        if model.judgement is None or model.judgement.operation_id != operation.id:
            texts = snapshot.texts(names)
            extractor = extractors.get(stores.models, model.artifact)
            predicted: dict[str, tuple[Span, ...]] = {}
            for batch in _batches(texts):
                if heartbeat.stop():
                    return  # Another worker took it up, or it is gone.
                heartbeat.report("evaluating", 5 + 90 * len(predicted) // len(texts))
                found = extractor.predict([tagged.text for tagged in batch])
                for tagged, spans in zip(batch, found, strict=True):
                    predicted[tagged.name] = tuple(spans)
            evaluation = evaluate(
                [
                    EvaluatedText(
                        name=tagged.name,
                        text=tagged.text,
                        expected=tagged.spans,
                        predicted=predicted[tagged.name],
                    )
                    for tagged in texts
                ]
            )
            heartbeat.report("publishing", 95)
            prefix = artifact_prefix(project.id, operation.id, operation.tries)
            parts = Split(train=(), validation=(), test=names)
            stores.models.put_report(prefix, models.EVALUATION, evaluation.to_json())
            stores.models.put_report(
                prefix, models.PREDICTIONS, snapshot.predictions(parts, predicted)
            )
            judgement = Judgement(operation_id=operation.id, prefix=prefix, options=options)
            _publish(stores, operation, judgement, evaluation.micro.f1)
    operations.end(stores, heartbeat.operation, State.SUCCEEDED, warnings=warnings)


def _model(stores: Stores, operation: Operation) -> TrainedModel:
    """Return the model that is meant; raise `Conflict` where the label has another now, or none."""
    model = stores.models.find(operation.project_id, operation.subject)
    if model is None or model.operation_id != operation.source:
        raise Conflict(
            "The model was deleted or trained anew before it was evaluated.",
            target="trainedModelLabel",
        )
    return model


def _publish(stores: Stores, operation: Operation, judgement: Judgement, f1: float) -> None:
    """Make this the model's latest evaluation, in one step."""
    for _ in range(10):
        model = _model(stores, operation)
        try:
            stores.models.replace(
                operation.project_id, dataclasses.replace(model, judgement=judgement, f1=f1)
            )
            return
        except Changed:
            telemetry.warning("model-changed-meanwhile", operation=operation.id)
    raise ServiceError("The model changed again and again.")


def _known(
    stores: Stores, project: Project, model: TrainedModel, names: Sequence[str]
) -> list[ErrorDetail]:
    """Return a warning where the model was trained on some of the documents that judge it."""
    trained = read_snapshot(stores, project.id, model.operation_id)
    if trained is None:
        return []
    parts = trained.split(model.options, seed=_SEED)
    count = len(set(names) & {*parts.train, *parts.validation})
    if not count:
        return []
    message = (
        f"The model was trained on {count:,} of the {len(names):,} documents that it was evaluated "
        "on, so it does better here than it would on new ones."
    )
    return [ErrorDetail("Warning", message)]


def _batches(texts: Sequence[TaggedText]) -> Iterator[Sequence[TaggedText]]:
    batch: list[TaggedText] = []
    size = 0
    for tagged in texts:
        batch.append(tagged)
        size += len(tagged.text)
        if size >= _PREDICTED_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
