from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from shared.domain.models import EvaluationKind, TrainingOptions
from shared.domain.operations import Operation
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import InvalidRequest
from shared.services import authoring, evaluating, maintenance, models, training
from shared.services.extractors import Extractors
from shared.services.messages import Message, Queue
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal

OPTIONS = TrainingOptions(label="M", config_version="2022-05-01")
MANUAL = dataclasses.replace(OPTIONS, evaluation=EvaluationKind.MANUAL)
HALF = dataclasses.replace(OPTIONS, train_percent=50, test_percent=50)


class Knows(Extractors):
    """Extractors whose model finds the sums of all notes and no name."""

    categories = ("Name", "Sum")
    nbytes = 1

    def __init__(self) -> None:
        super().__init__(1)
        #: What happens before each prediction.
        self.before: Callable[[], Any] = lambda: None

    def get(self, *_: Any) -> Any:
        return self

    def predict(self, texts: list[str]) -> list[list[Span]]:
        self.before()
        sums = {text: spans[1:] for _, text, spans in map(loans.note, range(20))}
        return [
            [Span(span.start, span.end, span.category, 0.5) for span in sums[text]]
            for text in texts
        ]


@pytest.fixture
def project(stores: Stores) -> Project:
    return loans.make_project(stores)


def start(stores: Stores, options: TrainingOptions = OPTIONS) -> tuple[Operation, Message]:
    project, model = models.read(stores, "Notes", "M")
    return evaluating.start(stores, project, model, options)


def run(stores: Stores, operation_id: str, extractors: Extractors | None = None) -> Operation:
    authoring.run_on_engine(stores, extractors or Knows(), operation_id, stuck_after_seconds=120)
    ended = stores.operations.find(operation_id)
    assert ended is not None
    return ended


def evaluate(stores: Stores, options: TrainingOptions = OPTIONS) -> Operation:
    return run(stores, start(stores, options)[0].id)


def judges(stores: Stores) -> list[str]:
    _, model = models.read(stores, "Notes", "M")
    found = models.predictions(stores, model)
    return [one["location"] for one in found if one["dataset"] == "Test"]


def test_it_goes_on_the_queue_of_trainings(stores: Stores, project: Project) -> None:
    loans.put_model(stores, project)

    operation, message = start(stores)

    assert message == Message(Queue.TRAINING, operation.id)


def test_a_new_evaluation_is_shown_instead_of_the_training_s_own(
    stores: Stores, project: Project
) -> None:
    model = loans.put_model(stores, project)
    assert models.evaluation(stores, model)["micro"]["f1"] == 0.0

    ended = evaluate(stores, HALF)

    assert (ended.state, ended.percent) == (State.SUCCEEDED, 100)
    judged = stores.models.read(project.id, "M")
    summary = models.evaluation(stores, judged)
    assert {name: one["f1"] for name, one in summary["entities"].items()} == {"Name": 0, "Sum": 1}
    assert judged.f1 == summary["micro"]["f1"] == pytest.approx(2 / 3)
    assert models.evaluated_by(judged) == HALF
    assert len(judges(stores)) == 10
    assert dataclasses.replace(judged, judgement=None, f1=0.0) == model


def test_it_judges_by_the_documents_as_they_are_tagged_now(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project)
    for number in range(20):
        location, text, spans = loans.note(number)
        stores.documents.put_labels(project, location, loans.labels(text, spans[1:]))

    evaluate(stores)

    assert models.evaluation(stores, stores.models.read(project.id, "M"))["micro"]["f1"] == 1.0


def test_the_same_options_give_the_test_set_of_the_training(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project)
    before = judges(stores)

    ended = evaluate(stores)

    assert judges(stores) == before
    assert ended.warnings == ()


def test_documents_that_the_model_was_trained_on_are_counted_in_a_warning(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project)

    (warning,) = evaluate(stores, HALF).warnings

    # A training with 80 and 10 keeps two documents for its test.
    assert "trained on 8 of the 10 documents" in warning.message


def test_by_hand_the_marked_documents_judge_even_if_they_are_all(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project)
    for number in range(20):
        loans.mark_for_test(stores, project, number)

    evaluate(stores, MANUAL)

    assert len(judges(stores)) == 20
    assert models.evaluated_by(stores.models.read(project.id, "M")) == MANUAL


def test_without_a_document_to_test_with_it_fails_and_changes_nothing(
    stores: Stores, project: Project
) -> None:
    model = loans.put_model(stores, project)

    ended = evaluate(stores, MANUAL)

    assert (ended.state, ended.errors[0].target) == (State.FAILED, "evaluationOptions")
    assert stores.models.read(project.id, "M") == model


def test_without_a_tagged_document_it_is_refused(stores: Stores, project: Project) -> None:
    loans.put_model(stores, project)
    stores.documents.put_all_labels(project, [])

    with pytest.raises(InvalidRequest, match="needs tagged documents"):
        start(stores)


def test_validation_stays_as_the_training_left_it(stores: Stores, project: Project) -> None:
    def validation() -> list[dict[str, Any]]:
        _, model = models.read(stores, "Notes", "M")
        found = models.predictions(stores, model)
        return [one for one in found if one["dataset"] == "Validation"]

    loans.put_model(stores, project)
    before = validation()

    evaluate(stores)

    assert validation() == before != []


def test_a_model_that_is_trained_anew_meanwhile_is_not_judged(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project, training="first")
    operation, _ = start(stores)
    extractors = Knows()
    extractors.before = lambda: loans.put_model(stores, project, training="second")

    ended = run(stores, operation.id, extractors)

    assert (ended.state, ended.errors[0].code) == (State.FAILED, "Conflict")
    assert stores.models.read(project.id, "M").judgement is None


def test_training_over_a_model_takes_its_evaluation_away(stores: Stores, project: Project) -> None:
    loans.put_model(stores, project, training="first")
    evaluate(stores)

    loans.put_model(stores, project, training="second")

    assert stores.models.read(project.id, "M").judgement is None


def test_a_message_that_comes_twice_is_left_to_who_is_at_it(
    stores: Stores, project: Project
) -> None:
    loans.put_model(stores, project)
    operation, _ = start(stores)
    extractors = Knows()
    extractors.before = lambda: run(stores, operation.id)

    ended = run(stores, operation.id, extractors)

    assert (ended.state, ended.tries) == (State.SUCCEEDED, 1)


def test_an_unforeseen_error_lets_the_queue_try_again_at_once(
    stores: Stores, project: Project
) -> None:
    def fail() -> None:
        raise MemoryError

    loans.put_model(stores, project)
    operation, _ = start(stores)
    extractors = Knows()
    extractors.before = fail

    with pytest.raises(MemoryError):
        run(stores, operation.id, extractors)

    assert run(stores, operation.id).state is State.SUCCEEDED


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("write", range(7))
def test_an_evaluation_whose_worker_dies_at_any_write_is_finished_by_the_next(
    write: int, before: bool, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.services.heartbeat.SECONDS", 3600.0)
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = loans.make_project(stores)
    loans.put_model(stores, project)
    operation, message = start(stores, HALF)

    storage.die_at(write, before=before)
    try:
        run(stores, operation.id)
    except Died:
        pass
    storage.die_at(None)
    time.pass_by(minutes=10)
    for again in maintenance.stuck(stores, after_seconds=120):
        assert again == message
        run(stores, operation.id)

    ended = stores.operations.find(operation.id)
    assert ended is not None
    assert ended.state is State.SUCCEEDED
    assert len(ended.warnings) == 1
    assert len(judges(stores)) == 10


def test_the_files_of_the_latest_evaluation_are_kept_and_others_go_in_time(
    stores: Stores, project: Project, time: Clock
) -> None:
    loans.put_model(stores, project)
    evaluate(stores)
    evaluate(stores)
    model = stores.models.read(project.id, "M")

    time.pass_by(days=3)
    maintenance.purge(stores)

    assert model.judgement is not None
    kept = {prefix for prefix, _ in stores.models.prefixes(project.id)}
    assert kept == {model.artifact.prefix, model.judgement.prefix}
    assert [name for name, _ in stores.models.snapshots(project.id)] == ["op"]


def test_a_trained_model_is_evaluated_as_its_training_did(stores: Stores, project: Project) -> None:
    _, message = training.start(stores, "Notes", OPTIONS)
    training.run(stores, message.id, stuck_after_seconds=120)
    _, model = models.read(stores, "Notes", "M")

    ended = run(stores, start(stores)[0].id, Extractors(2**30))

    assert ended.state is State.SUCCEEDED
    judged = stores.models.read(project.id, "M")
    assert judged.judgement is not None
    assert models.evaluation(stores, judged) == models.evaluation(stores, model)
    assert models.predictions(stores, judged) == models.predictions(stores, model)
