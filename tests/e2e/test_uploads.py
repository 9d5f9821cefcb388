"""Uploads in real host processes on real local storage: soon, and once whatever comes twice."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from shared.settings import StorageSettings
from shared.storage.clients import open_storage
from shared.storage.stores import Stores
from tests.conversion import files
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, running
from tests.services import loans

pytestmark = [pytest.mark.azurite, pytest.mark.slow]

CONTAINER = "notes"

#: Far more than any of this takes, on a machine that is busy with much else.
PATIENCE = 240.0


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it has not come to pass"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def container(storage: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContainerClient]:
    """The container of a project with one deployment."""
    own = open_storage(StorageSettings(connection_string=storage))
    stores = Stores.on(own)
    stores.projects.put_entities(loans.make_project(stores), loans.ENTITIES)
    own.close()
    with running(storage, tmp_path_factory.mktemp("host") / "host.log") as host:
        client = Client(host.endpoint, KEY)
        trained = client.wait(client.start_training("Notes", "first"), PATIENCE)
        assert trained["status"] == "succeeded", trained
        deployed = client.wait(client.start_deployment("Notes", "production", "first"))
        assert deployed["status"] == "succeeded", deployed
    with BlobServiceClient.from_connection_string(storage) as service:
        yield service.get_container_client(CONTAINER)


def upload(container: ContainerClient, name: str) -> str:
    """Upload a note that the model has not seen, and return its ETag."""
    client = container.get_blob_client(name)
    return str(client.upload_blob(loans.note(21)[1].encode())["etag"])


def results(container: ContainerClient, folder: str) -> set[str]:
    return set(container.list_blob_names(name_starts_with=f"results/{folder}"))


def test_an_upload_becomes_a_result_within_seconds(
    storage: str, container: ContainerClient, tmp_path: Path
) -> None:
    log = tmp_path / "host.log"
    with running(storage, log, SPANWRIGHT_UPLOADS_CONTAINER=CONTAINER):
        begin = time.monotonic()
        etag = upload(container, "inbox/first.txt")
        until(lambda: bool(results(container, "first")))
        seconds = time.monotonic() - begin

    print(f"An upload became a result in {seconds:.1f} s.")
    result = json.loads(container.download_blob("results/first.txt.json").readall())
    assert result["upload"] == {"name": "inbox/first.txt", "etag": etag}
    assert {one["category"] for one in result["entities"]} == {"Name", "Sum"}
    assert seconds < 30
    assert "owes" not in log.read_text("utf-8")


def test_files_of_other_kinds_are_extracted_and_become_documents(
    storage: str, container: ContainerClient, tmp_path: Path
) -> None:
    log = tmp_path / "host.log"
    letter = files.pdf(loans.note(21)[1].partition("😀 ")[2])
    with running(storage, log, SPANWRIGHT_UPLOADS_CONTAINER=CONTAINER) as host:
        client = Client(host.endpoint, KEY)
        for name, data in (
            ("letter.txt", b"A letter."),
            ("letter.pdf", letter),
            ("inbox/letter.pdf", letter),
        ):
            container.get_blob_client(name).upload_blob(data)
        documents = f"{PROJECTS}/Notes/documents/letter"
        # What is a text is a document at once: nobody has to be told of it.
        assert client.send("GET", f"{documents}.txt?{VERSION}").json["text"] == "A letter."
        until(lambda: client.send("GET", f"{documents}.pdf.txt?{VERSION}").status == 200)
        until(lambda: bool(results(container, "letter")))
        until(lambda: "converted" in client.send("GET", f"{documents}.pdf.txt?{VERSION}").json)
        made = client.send("GET", f"{documents}.pdf.txt?{VERSION}").json

    result = json.loads(container.download_blob("results/letter.pdf.json").readall())
    assert result["text"] == made["text"] == loans.note(21)[1].partition("😀 ")[2]
    assert made["converted"]["original"] == "letter.pdf"
    assert result["entities"]
    assert "owes" not in log.read_text("utf-8")


def test_many_uploads_at_once_that_two_processes_take_each_have_one_result(
    storage: str, container: ContainerClient, tmp_path: Path
) -> None:
    names = [f"many-{number:03}.txt" for number in range(500)]
    logs = [tmp_path / "one.log", tmp_path / "two.log"]

    def delivered(log: Path) -> int:
        return sum(
            "upload_arrived" in line and " ok " in line
            for line in log.read_text("utf-8", "replace").splitlines()
        )

    environment = {"SPANWRIGHT_UPLOADS_CONTAINER": CONTAINER}
    with (
        running(storage, logs[0], "--no-receipts", **environment),
        running(storage, logs[1], "--no-receipts", **environment),
    ):
        begin = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            etags = list(pool.map(lambda name: upload(container, f"inbox/{name}"), names))
        # Both processes are told of every upload, and of the results that are written.
        until(lambda: all(delivered(log) >= 1_000 for log in logs))
        seconds = time.monotonic() - begin

    print(f"500 uploads, each delivered twice, were 500 results in {seconds:.1f} s.")
    assert results(container, "many") == {f"results/{name}.json" for name in names}
    for name, etag in zip(names, etags, strict=True):
        result = json.loads(container.download_blob(f"results/{name}.json").readall())
        assert result["upload"]["etag"] == etag
        assert result["entities"]
    written = Counter(
        line.partition("{")[2]
        for log in logs
        for line in log.read_text("utf-8").splitlines()
        if "upload-done" in line
    )
    assert sum(written.values()) == 500
