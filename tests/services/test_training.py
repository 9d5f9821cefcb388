from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import pytest

from shared.domain.models import Artifact, EvaluationKind, TrainingOptions
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import Conflict, InvalidRequest, OperationNotFound, QuotaExceeded
from shared.limits import Limits
from shared.ner import trainer
from shared.services import deployments, maintenance, models, operations, training
from shared.services.messages import Message, Queue
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal

OPTIONS = TrainingOptions(label="M", config_version="2022-05-01")


@pytest.fixture
def project(stores: Stores) -> Project:
    return loans.make_project(stores)


def run(stores: Stores, message: Message) -> Operation:
    training.run(stores, message.id, stuck_after_seconds=120)
    ended = stores.operations.find(message.id)
    assert ended is not None
    return ended


def train(stores: Stores, options: TrainingOptions = OPTIONS) -> Operation:
    return run(stores, training.start(stores, "Notes", options)[1])


def test_a_training_publishes_a_model_with_its_evaluation(stores: Stores, project: Project) -> None:
    ended = train(stores)

    assert (ended.state, ended.percent, ended.errors) == (State.SUCCEEDED, 100, ())
    _, model = models.read(stores, "Notes", "M")
    assert (model.train_documents, model.validation_documents, model.test_documents) == (16, 2, 2)
    assert models.evaluation(stores, model)["micro"]["f1"] == model.f1
    predictions = models.predictions(stores, model)
    assert [one["dataset"] for one in predictions] == ["Test", "Test", "Validation", "Validation"]
    assert stores.models.lock(project.id) is None
    assert stores.projects.read("Notes").last_trained is not None


def test_the_same_documents_make_the_same_model(stores: Stores, project: Project) -> None:
    train(stores)
    train(stores, dataclasses.replace(OPTIONS, label="N"))

    first, second = (models.read(stores, "Notes", label)[1] for label in "MN")
    assert first.artifact.digest == second.artifact.digest
    assert first.artifact.prefix != second.artifact.prefix


@pytest.mark.parametrize("tagged", [0, 9])
def test_too_few_tagged_documents_are_refused_before_anything_starts(
    stores: Stores, tagged: int
) -> None:
    loans.make_project(stores, tagged=tagged)

    with pytest.raises(
        InvalidRequest, match=f"at least 10 tagged documents; the project has {tagged}"
    ):
        training.start(stores, "Notes", OPTIONS)

    assert list(stores.operations.active()) == []


def test_ten_tagged_documents_are_enough(stores: Stores) -> None:
    loans.make_project(stores, tagged=10)

    assert train(stores).state is State.SUCCEEDED

    _, model = models.read(stores, "Notes", "M")
    assert (model.train_documents, model.validation_documents, model.test_documents) == (8, 1, 1)


def test_a_second_training_is_refused_while_one_runs(stores: Stores, project: Project) -> None:
    _, message = training.start(stores, "Notes", OPTIONS)

    with pytest.raises(Conflict):
        training.start(stores, "Notes", OPTIONS)

    assert run(stores, message).state is State.SUCCEEDED
    assert train(stores).state is State.SUCCEEDED


def test_of_many_trainings_started_together_one_is_admitted(
    stores: Stores, project: Project
) -> None:
    admitted: list[Message] = []
    refused: list[Conflict] = []
    barrier = threading.Barrier(20)

    def start() -> None:
        barrier.wait()
        try:
            admitted.append(training.start(stores, "Notes", OPTIONS)[1])
        except Conflict as error:
            refused.append(error)

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(admitted), len(refused)) == (1, 19)
    assert [one.id for one in stores.operations.active()] == [admitted[0].id]


def test_projects_train_side_by_side(stores: Stores, project: Project) -> None:
    loans.make_project(stores, name="Other")

    training.start(stores, "Notes", OPTIONS)
    training.start(stores, "Other", OPTIONS)


def test_a_training_that_waits_is_cancelled_at_once(stores: Stores, project: Project) -> None:
    operation, message = training.start(stores, "Notes", OPTIONS)

    assert training.cancel(stores, "Notes", operation.id).state is State.CANCELLED

    assert run(stores, message).state is State.CANCELLED
    assert stores.models.all(project.id) == []
    training.start(stores, "Notes", OPTIONS)


def slow(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Any]) -> None:
    """Let something happen while a training fits, and the fit see its consequences."""
    fit = trainer.train

    def train(*texts: Any, should_stop: Callable[[], bool], **options: Any) -> Any:
        meanwhile()
        waiting = threading.Event()
        for _ in range(50):
            if should_stop():
                raise trainer.TrainingStopped
            waiting.wait(0.02)
        return fit(*texts, should_stop=should_stop, **options)

    monkeypatch.setattr(trainer, "train", train)
    monkeypatch.setattr("shared.services.heartbeat.SECONDS", 0.01)


def test_a_running_training_is_cancelled_and_changes_nothing(
    stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(stores)
    before = models.read(stores, "Notes", "M")
    operation, message = training.start(stores, "Notes", OPTIONS)
    slow(monkeypatch, lambda: training.cancel(stores, "Notes", operation.id))

    ended = run(stores, message)

    assert ended.state is State.CANCELLED
    assert models.read(stores, "Notes", "M") == before
    assert stores.models.lock(project.id) is None


def test_cancelling_what_has_ended_changes_nothing(stores: Stores, project: Project) -> None:
    ended = train(stores)

    assert training.cancel(stores, "Notes", ended.id) == ended


@pytest.mark.parametrize("name", ["Notes", "Other"])
def test_a_training_of_another_project_is_unknown(
    stores: Stores, project: Project, name: str
) -> None:
    loans.make_project(stores, name="Other")
    operation, _ = training.start(stores, "Notes", OPTIONS)

    if name == "Notes":
        assert operations.read(stores, OperationKind.TRAIN, name, operation.id) == operation
    else:
        with pytest.raises(OperationNotFound):
            training.cancel(stores, name, operation.id)


def test_a_worker_that_was_taken_for_dead_publishes_nothing(
    stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch, time: Clock
) -> None:
    _, message = training.start(stores, "Notes", OPTIONS)
    digests: list[str] = []

    def another_worker_finishes() -> None:
        monkeypatch.undo()
        monkeypatch.setattr("shared.clock.now", time.now)
        time.pass_by(minutes=10)
        assert run(stores, message).state is State.SUCCEEDED
        digests.append(models.read(stores, "Notes", "M")[1].artifact.prefix)

    slow(monkeypatch, another_worker_finishes)

    ended = run(stores, message)

    assert (ended.state, ended.tries) == (State.SUCCEEDED, 2)
    assert [models.read(stores, "Notes", "M")[1].artifact.prefix] == digests


def test_a_message_that_comes_twice_leaves_the_training_to_who_runs_it(
    stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, message = training.start(stores, "Notes", OPTIONS)
    slow(monkeypatch, lambda: run(stores, message))

    ended = run(stores, message)

    assert (ended.state, ended.tries) == (State.SUCCEEDED, 1)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("write", range(0, 34, 3))
def test_a_training_whose_worker_dies_at_any_write_is_finished_by_the_next(
    write: int, before: bool, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine a beat would come in between, and die in its own thread.
    monkeypatch.setattr("shared.services.heartbeat.SECONDS", 3600.0)
    storage = Mortal(memory_storage())
    stores = Stores.on(storage)
    project = loans.make_project(stores)
    _, message = training.start(stores, "Notes", OPTIONS)

    storage.die_at(write, before=before)
    try:
        run(stores, message)
    except Died:
        pass
    storage.die_at(None)
    for _ in range(3):
        time.pass_by(minutes=10)
        for again in maintenance.stuck(stores, after_seconds=120):
            run(stores, again)

    ended = stores.operations.find(message.id)
    assert ended is not None
    assert ended.state is State.SUCCEEDED
    assert models.evaluation(stores, models.read(stores, "Notes", "M")[1])
    assert stores.models.lock(project.id) is None
    assert train(stores).state is State.SUCCEEDED


def test_a_training_that_kills_its_worker_each_time_fails_after_five_tries(
    stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch, time: Clock
) -> None:
    def die(*texts: Any, **options: Any) -> None:
        raise Died

    monkeypatch.setattr(trainer, "train", die)
    _, message = training.start(stores, "Notes", OPTIONS)

    for _ in range(5):
        with pytest.raises(Died):
            run(stores, message)
        time.pass_by(hours=1)
    ended = run(stores, message)

    assert ended.state is State.FAILED
    assert "several times" in ended.errors[0].message
    assert stores.models.lock(project.id) is None


def test_an_unforeseen_error_lets_the_queue_try_again_at_once(
    stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*texts: Any, **options: Any) -> None:
        raise MemoryError

    _, message = training.start(stores, "Notes", OPTIONS)
    with monkeypatch.context() as patched:
        patched.setattr(trainer, "train", fail)
        with pytest.raises(MemoryError):
            run(stores, message)

    assert run(stores, message).state is State.SUCCEEDED


def test_documents_that_changed_or_went_after_they_were_tagged_are_left_out(
    stores: Stores, project: Project
) -> None:
    stores.storage.blobs.put("notes", "note-00.txt", b"quite another text")
    stores.storage.blobs.delete("notes", "note-01.txt")

    ended = train(stores)

    assert ended.state is State.SUCCEEDED
    assert [warning.target for warning in ended.warnings] == ["note-00.txt", "note-01.txt"]
    _, model = models.read(stores, "Notes", "M")
    assert model.train_documents + model.validation_documents + model.test_documents == 18


def test_a_training_with_too_few_documents_left_fails_and_says_why_and_which(
    stores: Stores,
) -> None:
    loans.make_project(stores, tagged=10)
    stores.storage.blobs.delete("notes", "note-01.txt")

    ended = train(stores)

    assert ended.state is State.FAILED
    assert [error.target for error in ended.errors] == ["projectName", "note-01.txt"]
    assert "at least 10 tagged documents; 9 could be used" in ended.errors[0].message


def test_a_manual_split_tests_on_the_documents_that_are_marked(
    stores: Stores, project: Project
) -> None:
    for number in (3, 4, 5):
        loans.mark_for_test(stores, project, number)

    train(stores, dataclasses.replace(OPTIONS, evaluation=EvaluationKind.MANUAL))

    _, model = models.read(stores, "Notes", "M")
    tested = {
        one["location"] for one in models.predictions(stores, model) if one["dataset"] == "Test"
    }
    assert tested == {"note-03.txt", "note-04.txt", "note-05.txt"}


def test_a_manual_split_without_marked_documents_fails_with_the_reason(
    stores: Stores, project: Project
) -> None:
    ended = train(stores, dataclasses.replace(OPTIONS, evaluation=EvaluationKind.MANUAL))

    assert ended.state is State.FAILED
    assert "0 for testing" in ended.errors[0].message


def test_two_sets_keep_one_in_nine_of_the_training_documents_for_validation(
    stores: Stores, project: Project
) -> None:
    train(stores, dataclasses.replace(OPTIONS, train_percent=80, test_percent=20))

    _, model = models.read(stores, "Notes", "M")
    assert model.test_documents == 4
    assert model.validation_documents >= 1


def test_only_the_labelled_regions_teach(stores: Stores, project: Project) -> None:
    location, text, spans = loans.note(0)
    region = (text.index("😀"), len(text))
    stores.documents.put_labels(
        project, location, dataclasses.replace(loans.labels(text, spans), regions=(region,))
    )

    assert train(stores).state is State.SUCCEEDED

    data = stores.models.snapshot(project.id, stores.models.all(project.id)[0].operation_id)
    assert data is not None


def test_one_model_too_many_is_refused_but_one_can_be_trained_over() -> None:
    stores = Stores.on(memory_storage(), Limits(models_per_project=1))
    loans.make_project(stores)
    train(stores)

    with pytest.raises(QuotaExceeded):
        training.start(stores, "Notes", dataclasses.replace(OPTIONS, label="N"))

    assert train(stores).state is State.SUCCEEDED


def test_training_over_a_model_leaves_its_deployment_as_it_is(
    stores: Stores, project: Project
) -> None:
    train(stores)
    deployments.put(stores, "Notes", "production", "M")
    deployed = stores.models.read_deployment(project.id, "production")

    train(stores)

    assert stores.models.read_deployment(project.id, "production") == deployed
    assert stores.models.file(deployed.artifact, "manifest.json")


def test_files_of_models_that_nothing_refers_to_are_removed_in_time(
    stores: Stores, project: Project, time: Clock
) -> None:
    train(stores)
    first = models.read(stores, "Notes", "M")[1].artifact
    deployments.put(stores, "Notes", "production", "M")
    train(stores)
    second = models.read(stores, "Notes", "M")[1].artifact
    train(stores)
    third = models.read(stores, "Notes", "M")[1].artifact

    def kept(artifact: Artifact) -> bool:
        return artifact.prefix in {prefix for prefix, _ in stores.models.prefixes(project.id)}

    maintenance.purge(stores)
    assert [kept(one) for one in (first, second, third)] == [True, True, True]
    time.pass_by(days=3)
    maintenance.purge(stores)
    assert [kept(one) for one in (first, second, third)] == [True, False, True]


def test_a_message_goes_on_the_queue_of_trainings(stores: Stores, project: Project) -> None:
    operation, message = training.start(stores, "Notes", OPTIONS)

    assert message == Message(Queue.TRAINING, operation.id)
