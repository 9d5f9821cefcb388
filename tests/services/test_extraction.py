from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.jobs import InputDocument, JobRequest, TaskRequest
from shared.domain.models import Artifact, Deployment
from shared.domain.projects import Project, ProjectSettings
from shared.domain.states import State
from shared.errors import (
    Conflict,
    DeploymentNotFound,
    ModelNotFound,
    OperationNotFound,
    ProjectNotFound,
    ServiceUnavailable,
)
from shared.limits import Limits
from shared.services import extraction, maintenance
from shared.services.extractors import DamagedModel
from shared.storage.memory import memory_storage
from shared.storage.models import Models
from shared.storage.stores import Stores
from shared.text.offsets import IndexType
from tests.services.conftest import Clock
from tests.services.fakes import CapitalsEverywhere, Died, Mortal

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PROJECT_ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def extractors() -> CapitalsEverywhere:
    return CapitalsEverywhere()


def deployment(name: str = "production", deployed: datetime = NOW) -> Deployment:
    return Deployment(
        name=name,
        model_label="M",
        model_id=f"M-{name}-{PROJECT_ID}",
        artifact=Artifact(prefix=f"models/p/{name}/", digest=name),
        config_version="2022-05-01",
        trained=deployed,
        deployed=deployed,
    )


@pytest.fixture(autouse=True)
def project(stores: Stores) -> Project:
    settings = ProjectSettings(name="Loans", container="loans", language="en")
    made = stores.projects.insert(
        Project(id=PROJECT_ID, settings=settings, created=NOW, modified=NOW)
    )
    stores.models.put_deployment(made.id, deployment())
    return made


def request(documents: int, tasks: int = 1, text: str = "call IBM now") -> JobRequest:
    return JobRequest(
        documents=[InputDocument(id=f"d{n}", text=f"{text} {n}") for n in range(documents)],
        tasks=[
            TaskRequest(
                name=str(n),
                project="Loans",
                deployment="production",
                index_type=IndexType.CODE_POINTS,
            )
            for n in range(tasks)
        ],
    )


def run_all(stores: Stores, extractors: CapitalsEverywhere, job: extraction.Submission) -> None:
    for message in job.messages:
        extraction.run_piece(stores, extractors, message.id, message.piece)


def test_a_small_job_is_done_by_the_first_look(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    submission = extraction.submit(stores, request(2))
    assert submission.small

    extraction.run_at_once(stores, extractors, submission)

    job, (result,) = extraction.read(stores, submission.job.id)
    assert job.state is State.SUCCEEDED
    assert [document["id"] for document in result.documents] == ["d0", "d1"]
    assert result.documents[0]["entities"] == [
        {"text": "IBM", "category": "Capitals", "offset": 5, "length": 3, "confidenceScore": 0.75}
    ]


def test_a_small_job_whose_process_dies_is_run_by_its_message(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    submission = extraction.submit(stores, request(2))

    run_all(stores, extractors, submission)

    assert extraction.read(stores, submission.job.id)[0].state is State.SUCCEEDED


@pytest.mark.parametrize(("documents", "pieces"), [(25, 1), (26, 2), (200, 8)])
def test_each_25_documents_are_a_piece(stores: Stores, documents: int, pieces: int) -> None:
    submission = extraction.submit(stores, request(documents))

    assert len(submission.messages) == pieces
    assert submission.small == (pieces == 1)


def test_long_documents_are_left_to_the_workers(stores: Stores) -> None:
    assert extraction.submit(stores, request(1, text="x" * 19_990)).small
    assert not extraction.submit(stores, request(1, text="x" * 20_000)).small


def test_a_job_is_complete_and_in_order_whatever_order_its_pieces_end_in(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    submission = extraction.submit(stores, request(90, tasks=2))

    for message in submission.messages[::-1]:
        assert not extraction.read(stores, submission.job.id)[0].state.final
        extraction.run_piece(stores, extractors, message.id, message.piece)

    job, results = extraction.read(stores, submission.job.id)
    assert job.state is State.SUCCEEDED
    assert job.task_states == (State.SUCCEEDED, State.SUCCEEDED)
    for result in results:
        assert [document["id"] for document in result.documents] == [f"d{n}" for n in range(90)]


def test_the_same_message_again_changes_nothing(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    submission = extraction.submit(stores, request(60))
    run_all(stores, extractors, submission)
    before = extraction.read(stores, submission.job.id)
    time.pass_by(minutes=1)

    run_all(stores, extractors, submission)

    assert extraction.read(stores, submission.job.id) == before


def test_a_job_goes_on_with_the_model_that_was_deployed_when_it_came(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    submission = extraction.submit(stores, request(2))

    stores.models.put_deployment(
        project.id, dataclasses.replace(deployment(), artifact=Artifact(prefix="n/", digest="n"))
    )
    stores.models.delete_deployment(project.id, "production")

    assert submission.job.tasks[0].artifact == deployment().artifact
    run_all(stores, extractors, submission)
    assert extraction.read(stores, submission.job.id)[0].state is State.SUCCEEDED


def test_one_bad_document_does_not_spoil_the_others(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    asked = request(3)
    documents = [asked.documents[0], InputDocument(id="bad", text=""), asked.documents[2]]
    submission = extraction.submit(stores, dataclasses.replace(asked, documents=documents))

    run_all(stores, extractors, submission)

    job, (result,) = extraction.read(stores, submission.job.id)
    assert job.state is State.SUCCEEDED
    assert [document["id"] for document in result.documents] == ["d0", "d2"]
    assert [error["id"] for error in result.errors] == ["bad"]
    assert result.errors[0]["error"]["innererror"]["code"] == "InvalidDocument"


def test_entities_below_the_threshold_of_the_project_are_left_out(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    settings = dataclasses.replace(project.settings, confidence_threshold=0.75)
    stores.projects.replace(dataclasses.replace(project, settings=settings))
    submission = extraction.submit(stores, request(1, text="EU IBM NASA"))

    run_all(stores, extractors, submission)

    _, (result,) = extraction.read(stores, submission.job.id)
    assert [entity["text"] for entity in result.documents[0]["entities"]] == ["IBM", "NASA"]


def test_a_damaged_model_fails_the_job_with_its_reason(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    submission = extraction.submit(stores, request(30))
    extractors.error = DamagedModel()

    run_all(stores, extractors, submission)

    job, (result,) = extraction.read(stores, submission.job.id)
    assert job.state is State.FAILED
    assert job.errors[0].message == DamagedModel().message
    assert job.errors[0].target == "#/tasks/items/0"
    assert (result.documents, result.errors) == ([], [])


def test_storage_that_is_away_fails_nothing(stores: Stores, extractors: CapitalsEverywhere) -> None:
    submission = extraction.submit(stores, request(30))
    extractors.error = ServiceUnavailable()

    with pytest.raises(ServiceUnavailable):
        run_all(stores, extractors, submission)

    extractors.error = None
    run_all(stores, extractors, submission)
    assert extraction.read(stores, submission.job.id)[0].state is State.SUCCEEDED


def test_a_piece_that_kills_its_worker_each_time_fails_after_five_tries(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    submission = extraction.submit(stores, request(30))
    good, bad = submission.messages
    extraction.run_piece(stores, extractors, good.id, good.piece)
    extractors.error = RuntimeError("out of memory")

    for _ in range(5):
        with pytest.raises(RuntimeError):
            extraction.run_piece(stores, extractors, bad.id, bad.piece)
    extraction.run_piece(stores, extractors, bad.id, bad.piece)

    job, (result,) = extraction.read(stores, submission.job.id)
    assert job.state is State.SUCCEEDED
    assert len(result.documents) == 25
    assert [error["id"] for error in result.errors] == [f"d{n}" for n in range(25, 30)]


def test_a_piece_on_the_poison_queue_fails(stores: Stores, extractors: CapitalsEverywhere) -> None:
    submission = extraction.submit(stores, request(30))

    for message in submission.messages:
        extraction.give_up(stores, message.id, message.piece)
        extraction.give_up(stores, message.id, message.piece)

    assert extraction.read(stores, submission.job.id)[0].state is State.FAILED


@pytest.mark.parametrize(
    ("task", "error"),
    [
        (TaskRequest(project="loans", deployment="production"), ProjectNotFound),
        (TaskRequest(project="Loans", deployment="Production"), DeploymentNotFound),
        (TaskRequest(model_id="x"), ModelNotFound),
        (TaskRequest(model_id=f"x-{PROJECT_ID}"), ModelNotFound),
        (TaskRequest(model_id="x_Extraction_latest"), ModelNotFound),
    ],
)
def test_a_model_that_is_not_there_is_refused(
    stores: Stores, task: TaskRequest, error: type[Exception]
) -> None:
    documents = [InputDocument(id="1", text="x")]

    with pytest.raises(error):
        extraction.submit(stores, JobRequest(documents=documents, tasks=[task]))


def test_a_model_id_of_2021_names_the_newest_deployment(stores: Stores, time: Clock) -> None:
    time.pass_by(hours=1)
    stores.models.put_deployment(PROJECT_ID, deployment("staging", time.now()))
    guid = f"{PROJECT_ID[:8]}-{PROJECT_ID[8:12]}-{PROJECT_ID[12:16]}-{PROJECT_ID[16:20]}-"
    documents = [InputDocument(id="1", text="x")]

    def deployed(model_id: str) -> str:
        tasks = [TaskRequest(model_id=model_id)]
        submission = extraction.submit(stores, JobRequest(documents=documents, tasks=tasks))
        return submission.job.tasks[0].deployment

    assert deployed(f"{PROJECT_ID}_Extraction_latest") == "staging"
    assert (
        deployed(f"{guid}{PROJECT_ID[20:]}_Extraction_latest".upper()[:36] + "_Extraction_latest")
        == "staging"
    )
    assert deployed(deployment().model_id) == "production"


@pytest.mark.parametrize("job_id", ["", "x", "../x", "0191d4c2-0000-7000-8000-000000000000"])
def test_an_unknown_job_is_not_found(stores: Stores, job_id: str) -> None:
    with pytest.raises(OperationNotFound):
        extraction.read(stores, job_id)


def test_an_expired_job_is_gone_before_it_is_removed(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    submission = extraction.submit(stores, request(1))
    extraction.run_at_once(stores, extractors, submission)
    time.pass_by(hours=23, minutes=59)
    assert extraction.read(stores, submission.job.id)

    time.pass_by(minutes=1)

    with pytest.raises(OperationNotFound):
        extraction.read(stores, submission.job.id)


def test_messages_for_a_job_that_is_gone_are_dropped(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    submission = extraction.submit(stores, request(30))
    stores.jobs.delete(submission.job.id)

    run_all(stores, extractors, submission)

    assert stores.jobs.find(submission.job.id) is None


def test_a_waiting_job_is_cancelled_and_none_of_its_pieces_is_run(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    submission = extraction.submit(stores, request(60))

    cancelled = extraction.cancel(stores, submission.job.id)
    extractors.error = AssertionError("a piece was run")
    run_all(stores, extractors, submission)

    assert cancelled.state is State.CANCELLED
    job, results = extraction.read(stores, submission.job.id)
    assert job == cancelled
    assert [result.state for result in results] == [State.CANCELLED]
    assert maintenance.stuck(stores, after_seconds=0) == []


def test_tasks_that_ended_before_a_cancel_keep_their_results(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    submission = extraction.submit(stores, request(30, tasks=3))
    first_task, second_task = submission.messages[:2], submission.messages[2:4]
    for message in [*first_task, second_task[0]]:
        extraction.run_piece(stores, extractors, message.id, message.piece)

    extraction.cancel(stores, submission.job.id)

    job, results = extraction.read(stores, submission.job.id)
    assert job.state is State.CANCELLED
    assert [result.state for result in results] == [
        State.SUCCEEDED,
        State.CANCELLED,
        State.CANCELLED,
    ]
    assert [document["id"] for document in results[0].documents] == [f"d{n}" for n in range(30)]
    assert not results[1].documents


def test_a_piece_that_ends_after_a_cancel_changes_nothing(stores: Stores) -> None:
    submission = extraction.submit(stores, request(1))

    class Cancelling(CapitalsEverywhere):
        """Extractors with which the cancel comes while the piece is run."""

        def get(self, models: Models, artifact: Artifact) -> Any:
            extraction.cancel(stores, submission.job.id)
            return super().get(models, artifact)

    run_all(stores, Cancelling(), submission)

    job, (result,) = extraction.read(stores, submission.job.id)
    assert (job.state, result.state) == (State.CANCELLED, State.CANCELLED)
    assert not result.documents


def test_a_job_is_cancelled_over_and_over_but_never_after_another_end(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    done, stopped = extraction.submit(stores, request(2)), extraction.submit(stores, request(2))
    run_all(stores, extractors, done)
    before = extraction.read(stores, done.job.id)
    first = extraction.cancel(stores, stopped.job.id)
    time.pass_by(seconds=1)

    assert extraction.cancel(stores, stopped.job.id) == first
    with pytest.raises(Conflict):
        extraction.cancel(stores, done.job.id)
    assert extraction.read(stores, done.job.id) == before


def test_a_job_whose_pieces_have_all_ended_is_complete_for_a_cancel(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    mortal = Mortal(stores.storage)
    submission = extraction.submit(stores, request(30))
    first, last = submission.messages
    extraction.run_piece(stores, extractors, first.id, first.piece)
    mortal.die_at(3)  # Taken up, part, piece; then the job's end, which is not written.
    with pytest.raises(Died):
        extraction.run_piece(Stores.on(mortal), extractors, last.id, last.piece)

    with pytest.raises(Conflict):
        extraction.cancel(stores, submission.job.id)

    assert extraction.read(stores, submission.job.id)[0].state is State.SUCCEEDED


@pytest.mark.parametrize("job_id", ["", "x", "0191d4c2-0000-7000-8000-000000000000"])
def test_a_job_that_is_not_there_cannot_be_cancelled(stores: Stores, job_id: str) -> None:
    with pytest.raises(OperationNotFound):
        extraction.cancel(stores, job_id)


@pytest.mark.parametrize("noticed_by", ["reader", "worker", "sweep"])
def test_a_job_that_has_not_ended_in_the_time_it_was_given_is_cancelled(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock, noticed_by: str
) -> None:
    asked = dataclasses.replace(request(60), cancel_after=30)
    submission = extraction.submit(stores, asked)
    time.pass_by(seconds=29.9)
    assert extraction.read(stores, submission.job.id)[0].state is State.NOT_STARTED
    time.pass_by(seconds=0.1)

    if noticed_by == "reader":
        extraction.read(stores, submission.job.id)
    elif noticed_by == "worker":
        run_all(stores, extractors, submission)
    else:
        maintenance.stuck(stores, after_seconds=120)

    kept = stores.jobs.find(submission.job.id)
    assert kept is not None
    assert kept.state is State.CANCELLED


def test_a_job_that_ended_in_the_time_it_was_given_stays_as_it_ended(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    submission = extraction.submit(stores, dataclasses.replace(request(60), cancel_after=30))
    run_all(stores, extractors, submission)
    before = extraction.read(stores, submission.job.id)

    time.pass_by(hours=1)
    maintenance.stuck(stores, after_seconds=120)

    assert extraction.read(stores, submission.job.id) == before


def test_one_tasks_model_that_is_gone_does_not_spoil_the_others(
    stores: Stores, project: Project
) -> None:
    gone = deployment("gone")
    stores.models.put_deployment(project.id, gone)

    class OneGone(CapitalsEverywhere):
        """Extractors of models of which one has no files any more."""

        def get(self, models: Models, artifact: Artifact) -> Any:
            if artifact == gone.artifact:
                raise ModelNotFound()
            return super().get(models, artifact)

    asked = request(30, tasks=2)
    tasks = [asked.tasks[0], dataclasses.replace(asked.tasks[1], deployment="gone")]
    submission = extraction.submit(stores, dataclasses.replace(asked, tasks=tasks))
    run_all(stores, OneGone(), submission)

    job, results = extraction.read(stores, submission.job.id)
    assert job.state is State.PARTIALLY_COMPLETED
    assert [result.state for result in results] == [State.SUCCEEDED, State.FAILED]
    assert len(results[0].documents) == 30
    assert [(error.code, error.target) for error in job.errors] == [("NotFound", "#/tasks/items/1")]


def test_the_hours_for_which_a_job_is_kept_are_a_limit_that_can_be_set(time: Clock) -> None:
    stores = Stores.on(memory_storage(), Limits(job_hours=2))
    made = stores.projects.insert(
        Project(
            id=PROJECT_ID,
            settings=ProjectSettings(name="Loans", container="loans", language="en"),
            created=NOW,
            modified=NOW,
        )
    )
    stores.models.put_deployment(made.id, deployment())
    submission = extraction.submit(stores, request(1))

    time.pass_by(hours=1, minutes=59)
    assert extraction.read(stores, submission.job.id)
    time.pass_by(minutes=1)

    with pytest.raises(OperationNotFound):
        extraction.read(stores, submission.job.id)
    time.pass_by(minutes=16)
    maintenance.purge(stores)
    assert stores.jobs.find(submission.job.id) is None
