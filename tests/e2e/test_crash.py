"""Processes that die: what was accepted is finished by the others, completely, in order, once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, Host, start, stop

pytestmark = [pytest.mark.azurite, pytest.mark.slow, pytest.mark.usefixtures("trained")]

#: Instead of the ten minutes and two minutes of the real platform, so that the tests end.
QUICK = ("--visibility", "4", "--timer-seconds", "1")
IMPATIENT = {"SPANWRIGHT_STUCK_AFTER_SECONDS": "3"}

#: So that a job has many pieces.
GENEROUS = {
    "SPANWRIGHT_LIMIT_DOCUMENTS_PER_JOB": "200",
    "SPANWRIGHT_LIMIT_CHARACTERS_PER_JOB": "1000000",
}


@pytest.fixture
def hosts(storage: str, tmp_path: Path) -> Iterator[Any]:
    """Starts host processes on the module's storage; all are stopped at the end."""
    started: list[Host] = []

    def start_one(*arguments: str, **environment: str) -> Host:
        log = tmp_path / f"host-{len(started)}.log"
        settings = {**IMPATIENT, **GENEROUS, **environment}
        started.append(start(storage, log, *QUICK, *arguments, **settings))
        return started[-1]

    yield start_one
    for host in started:
        stop(host)


def two_hundred() -> list[dict[str, str]]:
    texts = [sample.text(name) for name in sorted(sample.answers())]
    return [{"id": f"document-{n:03}", "text": f"{n}\r\n{texts[n % 26]}"} for n in range(200)]


def outcome(job: dict[str, Any]) -> Any:
    assert job["status"] == "succeeded"
    assert job["errors"] == []
    (item,) = job["tasks"]["items"]
    assert item["results"]["errors"] == []
    return item["results"]["documents"]


#: A host with this holds the pieces that it took until it dies: their job cannot end before that.
#: Nor does the sweep of another host put them back while it lives.
HOLDING = ("--fault", "delay=analyze_worker:120")
PATIENT = {"SPANWRIGHT_STUCK_AFTER_SECONDS": "120"}


def submit_to(doomed: Host, storage: str) -> str:
    """Submit a job of eight pieces, of which the host holds some; return the path of the job."""
    with QueueServiceClient.from_connection_string(storage) as queues:
        waiting = queues.get_queue_client("jobs")
        # Of a cancelled job: the host would hold those instead.
        waiting.clear_messages()
        submitted = Client(doomed.endpoint, KEY).submit(sample.PROJECT, "production", two_hundred())
        until(lambda: len(waiting.peek_messages(32)) < 8)
    return submitted.headers["operation-location"].removeprefix(doomed.endpoint)


def until(condition: Callable[[], object]) -> None:
    """Return once the condition holds."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("ended", [0, 1, 4])
def test_a_job_of_200_documents_survives_the_death_of_a_host(
    storage: str, hosts: Any, ended: int
) -> None:
    doomed = hosts(*HOLDING, **PATIENT)
    path = submit_to(doomed, storage)
    job_id = path.partition("?")[0].rpartition("/")[2]
    other = hosts(**PATIENT)
    client = Client(other.endpoint, KEY)

    until(lambda: len(ended_pieces(storage, job_id)) >= ended)
    assert client.send("GET", path).json["status"] in ("notStarted", "running")
    doomed.kill()

    until(lambda: client.send("GET", path).json["status"] not in ("notStarted", "running"))
    interrupted = outcome(client.send("GET", path).json)
    documents = two_hundred()
    assert [document["id"] for document in interrupted] == [one["id"] for one in documents]
    undisturbed = client.submit(sample.PROJECT, "production", documents)
    assert interrupted == outcome(client.wait(undisturbed))
    assert [row["RowKey"] for row in rows_of(storage, job_id)].count("final") == 1
    assert len(ended_pieces(storage, job_id)) == 8


def manifest(storage: str, client: Client, label: str) -> bytes:
    """The manifest of a model: it holds the digest of every array."""
    model = client.send("GET", f"{PROJECTS}/{sample.PROJECT}/models/{label}?{VERSION}").json
    project_id = model["modelId"][-32:]
    with BlobServiceClient.from_connection_string(storage) as service:
        container = service.get_container_client("spanwright")
        names = [
            blob.name
            for blob in container.list_blobs(name_starts_with=f"models/{project_id}/")
            if blob.name.endswith("manifest.json")
        ]
        newest = max(names)
        return bytes(container.download_blob(newest).readall())


def test_a_training_survives_the_death_of_its_host_and_makes_the_same_model(
    storage: str, hosts: Any
) -> None:
    doomed = hosts()
    client = Client(doomed.endpoint, KEY)
    assert client.wait(client.start_training(sample.PROJECT, "calm"), 600)["status"] == "succeeded"
    calm = manifest(storage, client, "calm")
    started = client.start_training(sample.PROJECT, "stormy")
    location = started.headers["operation-location"]
    while client.send("GET", location).json["phase"] not in ("fitting", "evaluating"):
        time.sleep(0.05)
    other = hosts()

    doomed.kill()

    client = Client(other.endpoint, KEY)
    started.headers["operation-location"] = location.replace(doomed.endpoint, other.endpoint)
    ended = client.wait(started, 600)
    assert ended["status"] == "succeeded"
    assert manifest(storage, client, "stormy") == calm
    again = client.start_training(sample.PROJECT, "after")
    assert again.status == 202, "the lock is free"


@pytest.mark.parametrize("doomed_takes_the_cancel", [True, False])
def test_a_job_that_is_cancelled_while_hosts_run_it_stays_cancelled(
    storage: str, hosts: Any, doomed_takes_the_cancel: bool
) -> None:
    doomed = hosts(*HOLDING, **PATIENT)
    path = submit_to(doomed, storage)
    job_id = path.partition("?")[0].rpartition("/")[2]
    other = hosts(**PATIENT)
    until(lambda: ended_pieces(storage, job_id))

    taker = doomed if doomed_takes_the_cancel else other
    answer = Client(taker.endpoint, KEY).send("POST", path.replace("?", ":cancel?"))
    doomed.kill()

    assert answer.status == 202
    client = Client(other.endpoint, KEY)
    cancelled = client.send("GET", path).json
    assert cancelled["status"] == "cancelled"
    # A job that comes later is run through: nothing of the cancelled one stands in its way.
    later = client.submit(sample.PROJECT, "production", two_hundred())
    assert len(outcome(client.wait(later))) == 200
    assert client.send("GET", path).json == cancelled


def test_a_job_whose_messages_were_lost_with_a_host_is_run_all_the_same(
    storage: str, hosts: Any
) -> None:
    doomed = hosts("--fault", "before-flush=analyze_submit")
    before = set(jobs(storage))
    with pytest.raises(OSError):
        Client(doomed.endpoint, KEY).submit(sample.PROJECT, "production", two_hundred())
    assert doomed.process.wait(10) == 70
    (job_id,) = set(jobs(storage)) - before
    assert jobs(storage)[job_id] == "notStarted"

    hosts()

    until(lambda: jobs(storage)[job_id] == "succeeded")


def jobs(storage: str) -> dict[str, str]:
    """The state of every job, by its id."""
    with TableServiceClient.from_connection_string(storage) as tables:
        rows = tables.get_table_client("jobs").query_entities("RowKey eq 'job'")
        return {row["PartitionKey"]: row["state"] for row in rows}


def rows_of(storage: str, job_id: str) -> list[Mapping[str, Any]]:
    with TableServiceClient.from_connection_string(storage) as tables:
        return list(tables.get_table_client("jobs").query_entities(f"PartitionKey eq '{job_id}'"))


def ended_pieces(storage: str, job_id: str) -> list[Mapping[str, Any]]:
    return [
        row
        for row in rows_of(storage, job_id)
        if row["RowKey"].startswith("piece|") and row["state"] == "succeeded"
    ]
