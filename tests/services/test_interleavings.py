"""Extraction jobs under every mishap that queues and processes can make, in any order.

Thousands of interleavings on storage in memory; the kill tests in `tests/e2e` show that real
processes on real storage behave as this model does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from shared import clock
from shared.domain.jobs import InputDocument, JobRequest, TaskRequest
from shared.domain.models import Artifact, Deployment
from shared.domain.projects import Project, ProjectSettings
from shared.domain.states import State
from shared.errors import Conflict
from shared.services import extraction, maintenance
from shared.services.messages import Message, Queue
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.services.fakes import CapitalsEverywhere, Died, Mortal

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DOCUMENTS = [InputDocument(id=f"d{n}", text=f"call IBM {n}") for n in range(60)]


class Interleavings(RuleBasedStateMachine):
    """Submit, deliver, deliver twice, cancel, die at any write, poison, sweep, and wait."""

    jobs: Bundle[str] = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self._now, self.moment = clock.now, START
        clock.now = lambda: self.moment
        self.storage = Mortal(memory_storage())
        self.stores = Stores.on(self.storage)
        self.extractors = CapitalsEverywhere()
        self.queue: list[Message] = []
        #: The first end of each job that was seen.
        self.ends: dict[str, object] = {}
        self.submitted: dict[str, int] = {}
        self.poisoned: set[str] = set()
        #: Jobs that somebody asked to cancel or gave too little time, and those whose cancel was
        #: acknowledged.
        self.may_be_cancelled: set[str] = set()
        self.cancelled: set[str] = set()

    def teardown(self) -> None:
        try:
            self.all_accepted_jobs_end()
        finally:
            clock.now = self._now

    @initialize()
    def deploy(self) -> None:
        self.stores.projects.insert(
            Project(
                id="0" * 32,
                settings=ProjectSettings(name="P", container="c-c", language="en"),
                created=START,
                modified=START,
            )
        )
        self.stores.models.put_deployment(
            "0" * 32,
            Deployment(
                name="d",
                model_label="M",
                model_id="M",
                artifact=Artifact(prefix="m/", digest="m"),
                config_version="2022-05-01",
                trained=START,
                deployed=START,
            ),
        )

    @rule(
        target=jobs,
        documents=st.sampled_from([1, 25, 26, 60]),
        tasks=st.integers(1, 2),
        lost=st.booleans(),
        seconds=st.sampled_from([None, None, None, 100, 600]),
    )
    def submit(self, documents: int, tasks: int, lost: bool, seconds: int | None) -> object:
        """Accept a job; its messages may be lost on the way to the queue."""
        # Ids of one moment sort at random, and the sweep lists jobs by their ids.
        self.moment += timedelta(milliseconds=1)
        request = JobRequest(
            documents=DOCUMENTS[:documents],
            tasks=[TaskRequest(project="P", deployment="d")] * tasks,
            cancel_after=seconds,
        )
        try:
            submission = extraction.submit(self.stores, request)
        except Died:
            return multiple()  # The caller got no 202: nothing was promised.
        self.submitted[submission.job.id] = documents
        if seconds is not None:
            self.may_be_cancelled.add(submission.job.id)
        if submission.small:
            self.mortal(lambda: extraction.run_at_once(self.stores, self.extractors, submission))
        elif not lost:
            self.queue += submission.messages
        return submission.job.id

    @rule(write=st.integers(0, 6), before=st.booleans())
    def let_the_next_process_die(self, write: int, before: bool) -> None:
        self.storage.die_at(write, before=before)

    @precondition(lambda self: self.queue)
    @rule(data=st.data(), again=st.booleans())
    def deliver(self, data: st.DataObject, again: bool) -> None:
        """Deliver any message; a worker that dies, or a host that errs, leaves it on the queue."""
        message = data.draw(st.sampled_from(self.queue))
        if self.run(message) and not again:
            self.queue.remove(message)

    @precondition(lambda self: self.queue)
    @rule(data=st.data())
    def poison(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(self.queue))
        self.poisoned.add(message.id)
        self.mortal(lambda: extraction.give_up(self.stores, message.id, message.piece))

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        """Cancel a job; the process may die of it, and then nothing was promised."""
        was = self.stores.jobs.find(job)
        assert was is not None
        try:
            lived = self.mortal(lambda: extraction.cancel(self.stores, job))
        except Conflict:
            self.storage.die_at(None)
            now = self.stores.jobs.find(job)
            assert now is not None
            assert now.state.final
            assert now.state is not State.CANCELLED
            return
        if not was.state.final:
            self.may_be_cancelled.add(job)
        if lived:
            self.cancelled.add(job)

    @rule(job=jobs, step=st.integers(0, 6), data=st.data())
    def cancel_while_a_piece_is_run(self, job: str, step: int, data: st.DataObject) -> None:
        """Cancel a job between any two writes of a worker that runs a piece of it."""
        self.storage.die_at(None)
        pieces = self.stores.jobs.pieces(job)
        message = Message(Queue.JOBS, job, data.draw(st.integers(0, len(pieces) - 1)))
        self.storage.interrupt_at(step, lambda: self.cancel(job))
        self.run(message)
        self.storage.interrupt_at(None)

    @rule(job=jobs, pieces=st.integers(1, 6))
    def run_pieces_while_a_job_is_cancelled(self, job: str, pieces: int) -> None:
        """Let workers run pieces between what a cancel has read and what it writes."""
        self.storage.die_at(None)

        def run_pieces() -> None:
            for piece in self.stores.jobs.pieces(job)[:pieces]:
                self.run(Message(Queue.JOBS, job, piece.index))

        self.storage.interrupt_at(0, run_pieces)
        self.cancel(job)
        self.storage.interrupt_at(None)

    @rule(seconds=st.sampled_from([1, 130, 500]))
    def wait_and_sweep(self, seconds: int) -> None:
        self.storage.die_at(None)
        self.moment += timedelta(seconds=seconds)
        self.queue += maintenance.stuck(self.stores, after_seconds=120)

    @rule(job=jobs)
    def forge(self, job: str) -> None:
        """Deliver what no honest host would: a piece that the job does not have."""
        self.storage.die_at(None)
        self.run(Message(Queue.JOBS, job, 99))

    @invariant()
    def an_end_never_changes(self) -> None:
        for job_id, documents in self.submitted.items():
            job, results = extraction.read(self.stores, job_id)
            if job_id in self.cancelled:
                assert job.state is State.CANCELLED
            if not job.state.final:
                continue
            for result in results:
                if result.state is State.SUCCEEDED:
                    ids = {one["id"] for one in [*result.documents, *result.errors]}
                    assert ids == {document.id for document in DOCUMENTS[:documents]}
                    shown = [int(one["id"][1:]) for one in result.documents]
                    assert shown == sorted(shown)
            assert self.ends.setdefault(job_id, (job, results)) == (job, results)

    def all_accepted_jobs_end(self) -> None:
        """From here on nothing dies; every job that was accepted must come to its end."""
        self.storage.die_at(None)
        for _ in range(8):
            while self.queue:
                self.run(self.queue.pop())
            self.moment += timedelta(minutes=65)
            self.queue += maintenance.stuck(self.stores, after_seconds=120)
        for job_id in self.submitted:
            job, _ = extraction.read(self.stores, job_id)
            assert job.state.final
            if job.state is State.CANCELLED:
                assert job_id in self.may_be_cancelled
            elif job_id not in self.poisoned:
                assert job.state is State.SUCCEEDED or self.tried_too_often(job_id)
        self.an_end_never_changes()

    def tried_too_often(self, job_id: str) -> bool:
        return any(piece.tries >= 5 for piece in self.stores.jobs.pieces(job_id))

    def run(self, message: Message) -> bool:
        return self.mortal(
            lambda: extraction.run_piece(self.stores, self.extractors, message.id, message.piece)
        )

    def mortal(self, work: object) -> bool:
        """Do the work in a process that may die of it; return whether it lived."""
        try:
            work()  # type: ignore[operator]
        except Died:
            return False
        return True


Interleavings.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestInterleavings = Interleavings.TestCase
