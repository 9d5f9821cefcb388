"""A project copied from one service to another while hosts of either die, and moved as a bundle."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from devhost import azurite as program
from tests.e2e import sample
from tests.e2e.client import PROJECTS, Answer, Client
from tests.e2e.hosts import KEY, Host, start, stop
from tests.e2e.test_runbook import run
from tests.lacking import need

pytestmark = [pytest.mark.azurite, pytest.mark.slow]

VERSION = "api-version=2025-05-15-preview"
QUICK = ("--visibility", "4", "--timer-seconds", "1")
IMPATIENT = {"SPANWRIGHT_STUCK_AFTER_SECONDS": "3"}

#: Documents that nobody has tagged, so large that a copy takes several parts of 4 MiB.
LARGE, SIZE = 20, 500_000


@pytest.fixture(scope="module")
def other_storage(storage: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The storage of the target, which has nothing of the source's."""
    folder = tmp_path_factory.mktemp("other-azurite")
    with program.start(program.find(), folder, memory=True) as started:
        yield started.connection_string


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Callable[..., Host]]:
    started: list[Host] = []

    def start_one(storage: str, *arguments: str, **environment: str) -> Host:
        log = tmp_path / f"host-{len(started)}.log"
        started.append(start(storage, log, *QUICK, *arguments, **IMPATIENT, **environment))
        return started[-1]

    yield start_one
    for host in started:
        stop(host)


@pytest.fixture(scope="module", autouse=True)
def stocked(storage: str, trained: None) -> None:
    """More documents beside the sample's."""
    with BlobServiceClient.from_connection_string(storage) as service:
        container = service.get_container_client(sample.CONTAINER)
        for number in range(LARGE):
            # Within the limit in characters, and as large as bytes can make it.
            text = f"{number}\r\n" + "\U0001f600" * (SIZE // 4)
            container.upload_blob(f"large-{number:02}.txt", text.encode())


def start_copy(source: Client, target: Client, name: str) -> Answer:
    path = f"{PROJECTS}/{name}/:authorize-copy?{VERSION}"
    authorized = target.send("POST", path, {"projectKind": "CustomEntityRecognition"})
    assert authorized.status == 200, authorized.body
    return source.send("POST", f"{PROJECTS}/{sample.PROJECT}/:copy?{VERSION}", authorized.json)


def names(storage: str, prefix: str) -> list[str]:
    with BlobServiceClient.from_connection_string(storage) as service:
        container = service.get_container_client("spanwright")
        return [blob.name for blob in container.list_blobs(name_starts_with=prefix)]


def documents(storage: str, container: str) -> dict[str, bytes]:
    with BlobServiceClient.from_connection_string(storage) as service:
        client = service.get_container_client(container)
        return {
            blob.name: bytes(client.download_blob(blob.name).readall())
            for blob in client.list_blobs()
            if blob.name.endswith(".txt")
        }


def wait_for(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def assert_whole(
    storage: str, other_storage: str, source: Client, target: Client, name: str
) -> None:
    """Assert that the copy has what the project has, and extracts as it does."""
    made = target.send("GET", f"{PROJECTS}/{name}?{VERSION}").json
    container = made["storageInputContainerName"]
    assert documents(other_storage, container) == documents(storage, sample.CONTAINER)
    shown = f"models/first/evaluation/summary-result?{VERSION}"
    assert (
        target.send("GET", f"{PROJECTS}/{name}/{shown}").json
        == source.send("GET", f"{PROJECTS}/{sample.PROJECT}/{shown}").json
    )
    deployed = target.wait(target.start_deployment(name, "production", "first"))
    assert deployed["status"] == "succeeded"
    texts = [{"id": one, "text": sample.text(one)} for one in sorted(sample.answers())[:5]]

    def extracted(client: Client, project: str) -> Any:
        job = client.wait(client.submit(project, "production", texts))
        return job["tasks"]["items"][0]["results"]["documents"]

    assert extracted(target, name) == extracted(source, sample.PROJECT)

    def labels(client: Client, project: str) -> Any:
        path = f"{PROJECTS}/{project}/:export?stringIndexType=Utf16CodeUnit&{VERSION}"
        return client.send("GET", client.wait(client.send("POST", path))["resultUrl"]).json

    assert labels(target, name)["assets"] == labels(source, sample.PROJECT)["assets"]
    assert len(labels(target, name)["assets"]["documents"]) >= 40


def test_a_copy_survives_the_death_of_the_source_in_the_middle(
    storage: str, other_storage: str, hosts: Callable[..., Host]
) -> None:
    # A part takes a second, so that the source dies between two of them.
    receiver = hosts(other_storage, "--fault", "delay=copy_parts_put:1")
    allowed = {"SPANWRIGHT_COPY_TARGETS": receiver.endpoint}
    doomed = hosts(storage, **allowed)
    target = Client(receiver.endpoint, KEY)
    started = start_copy(Client(doomed.endpoint, KEY), target, "Copied")
    assert started.status == 202, started.body
    wait_for(lambda: len(names(other_storage, "copies/")) >= 2)

    doomed.kill()

    assert target.send("GET", f"{PROJECTS}/Copied?{VERSION}").status == 404
    assert target.send("GET", f"{PROJECTS}?{VERSION}").json["value"] == []
    survivor = hosts(storage, **allowed)
    source = Client(survivor.endpoint, KEY)
    location = started.headers["operation-location"]
    started.headers["operation-location"] = location.replace(doomed.endpoint, survivor.endpoint)
    ended = source.wait(started)
    assert (ended["status"], ended["errors"], ended["warnings"]) == ("succeeded", [], [])
    assert names(other_storage, "copies/") == []
    assert_whole(storage, other_storage, source, target, "Copied")


def test_a_copy_survives_the_death_of_the_target_and_its_token_is_nowhere(
    storage: str, other_storage: str, hosts: Callable[..., Host]
) -> None:
    # The target dies with everything in its hands, before its worker has begun.
    doomed = hosts(other_storage, "--fault", "before-flush=copy_parts_end")
    sender = hosts(storage, SPANWRIGHT_COPY_TARGETS=doomed.endpoint)
    source = Client(sender.endpoint, KEY)
    path = f"{PROJECTS}/Again/:authorize-copy?{VERSION}"
    authorized = Client(doomed.endpoint, KEY).send(
        "POST", path, {"projectKind": "CustomEntityRecognition"}
    )
    token = authorized.json["accessToken"]
    started = source.send("POST", f"{PROJECTS}/{sample.PROJECT}/:copy?{VERSION}", authorized.json)
    assert doomed.process.wait(60) == 70
    port = doomed.endpoint.rpartition(":")[2]

    receiver = hosts(other_storage, "--port", port)

    target = Client(receiver.endpoint, KEY)
    ended = source.wait(started)
    assert (ended["status"], ended["errors"]) == ("succeeded", [])
    assert_whole(storage, other_storage, source, target, "Again")
    for account in (storage, other_storage):
        with TableServiceClient.from_connection_string(account) as tables:
            for table in tables.list_tables():
                rows = list(tables.get_table_client(table.name).list_entities())
                assert token not in repr(rows), table.name
        with QueueServiceClient.from_connection_string(account) as queues:
            for queue in queues.list_queues():
                messages = queues.get_queue_client(queue.name).peek_messages(max_messages=32)
                assert token not in repr([message.content for message in messages])
    for host in (doomed, sender, receiver):
        log = host.log.read_text("utf-8", "replace")
        assert token not in log
        assert KEY not in log


def test_a_project_is_moved_as_a_bundle_by_the_commands_of_the_runbook(
    storage: str, other_storage: str, hosts: Callable[..., Host], tmp_path: Path
) -> None:
    need("bash", "curl", "sha256sum", "split")
    sender, receiver = hosts(storage), hosts(other_storage)
    source, target = Client(sender.endpoint, KEY), Client(receiver.endpoint, KEY)
    heading = "Keep and restore a whole project"

    kept = run(heading, sender, storage, tmp_path, slice(0, 1))
    restored = run(heading, receiver, other_storage, tmp_path, slice(1, None))

    assert "LoanAgreements.bundle: OK" in kept
    assert '{"status":"succeeded","errors":[]}' in restored
    assert len(list(tmp_path.glob("part-*"))) > 1
    texts = [{"id": one, "text": sample.text(one)} for one in sorted(sample.answers())]

    def extracted(client: Client, project: str) -> Any:
        job = client.wait(client.submit(project, "production", texts[:5]))
        return job["tasks"]["items"][0]["results"]["documents"]

    expected = extracted(source, sample.PROJECT)
    assert any(document["entities"] for document in expected)
    for name in ("Restored", "Large"):
        assert extracted(target, name) == expected  # By the deployment that came along.
    assert_whole(storage, other_storage, source, target, "Large")
    assert names(other_storage, "copies/") == []
