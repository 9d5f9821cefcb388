"""Blob functions on real local storage."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import azure.functions as func
import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from devhost import blobs, host, receipts
from devhost.messages import connect, decode
from tests.devhost import apps

pytestmark = pytest.mark.azurite

SOON = 20.0

#: As the host's own.
TRIES = 5


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, "it has not come to pass"
        time.sleep(0.01)


def app_on(path: str, source: str | None, seen: list[tuple[str, bytes]]) -> func.FunctionApp:
    """An app that notes each blob, and fails on those that hold `bad`."""
    app = apps.new()
    options = {"source": source} if source else {}

    @app.blob_trigger(arg_name="blob", path=path, connection=apps.CONNECTION, **options)
    def arrived(blob: func.InputStream) -> None:
        data = blob.read()
        seen.append((str(blob.name), data))
        if data == b"bad":
            raise ValueError("bad")

    return app


@pytest.mark.parametrize("source", ["EventGrid", None])
def test_new_and_changed_blobs_are_handed_over_once(
    source: str | None, azurite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(apps.CONNECTION, azurite)
    monkeypatch.setattr(blobs, "PAUSE", 0.05)
    name = f"c{uuid.uuid4().hex}"
    with BlobServiceClient.from_connection_string(azurite) as service:
        container = service.create_container(name)
        container.upload_blob("in/old.txt", b"old")
        seen: list[tuple[str, bytes]] = []
        settings = host.read_settings(apps.folder(tmp_path))
        app = app_on(f"{name}/in/{{file}}.txt", source, seen)
        running = host.Host(host.load(app, settings), settings)
        running.start()
        old = [] if source else [(f"{name}/in/old.txt", b"old")]
        until(lambda: len(seen) == len(old))

        container.upload_blob("in/new.txt", b"1")
        until(lambda: len(seen) == len(old) + 1)
        container.upload_blob("in/new.txt", b"2", overwrite=True)
        container.upload_blob("out/other.txt", b"3")
        until(lambda: len(seen) == len(old) + 2)
        container.upload_blob("in/bad.txt", b"bad")
        until(lambda: len(seen) == len(old) + 2 + TRIES)
        time.sleep(0.3)
        assert running.stop(5)

    assert seen == [
        *old,
        (f"{name}/in/new.txt", b"1"),
        (f"{name}/in/new.txt", b"2"),
        *[(f"{name}/in/bad.txt", b"bad")] * TRIES,
    ]


@pytest.fixture
def container(
    azurite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ContainerClient]:
    """A container of the test's own; hosts look every 50 milliseconds."""
    monkeypatch.setenv(apps.CONNECTION, azurite)
    monkeypatch.setattr(blobs, "PAUSE", 0.05)
    apps.folder(tmp_path)
    with BlobServiceClient.from_connection_string(azurite) as service:
        yield service.create_container(f"c{uuid.uuid4().hex}")


def running(app: func.FunctionApp, folder: Path, *, receipts: bool = True) -> host.Host:
    """Start a host, as another process would have one."""
    settings = host.read_settings(folder)
    started = host.Host(host.load(app, settings), settings, receipts=receipts)
    started.start()
    return started


def test_a_host_that_starts_again_takes_what_came_meanwhile_and_nothing_twice(
    container: ContainerClient, tmp_path: Path
) -> None:
    seen: list[tuple[str, bytes]] = []
    path = f"{container.container_name}/{{file}}"
    first = running(app_on(path, "EventGrid", seen), tmp_path)
    container.upload_blob("a", b"1")
    until(lambda: len(seen) == 1)
    assert first.stop(5)
    container.upload_blob("b", b"2")

    second = running(app_on(path, "EventGrid", seen), tmp_path)
    until(lambda: len(seen) == 2)
    container.upload_blob("c", b"3")
    until(lambda: len(seen) == 3)
    assert second.stop(5)

    assert [data for _, data in seen] == [b"1", b"2", b"3"]


@pytest.mark.parametrize("shared", [True, False])
def test_of_two_hosts_one_takes_a_blob_where_they_share_receipts(
    container: ContainerClient, tmp_path: Path, shared: bool
) -> None:
    seen: list[tuple[str, bytes]] = []
    path = f"{container.container_name}/{{file}}"
    hosts = [running(app_on(path, "EventGrid", seen), tmp_path, receipts=shared) for _ in range(2)]
    for number in range(10):
        container.upload_blob(str(number), str(number).encode())
    times = 1 if shared else 2
    until(lambda: len(seen) == 10 * times)
    for each in hosts:
        assert each.stop(5)

    assert sorted(data for _, data in seen) == sorted(
        [str(number).encode() for number in range(10)] * times
    )


def test_a_version_that_one_process_holds_is_no_other_ones(
    container: ContainerClient, azurite: str
) -> None:
    with BlobServiceClient.from_connection_string(azurite) as service:
        kept = receipts.StoredReceipts(service, container.container_name)
        kept.begin(["old"])
        held = kept.claim("new")

        assert held is not None and not held.done
        assert kept.claim("new") is None
        kept.end(held, done=False)
        again = kept.claim("new")
        assert again is not None and (again.tries, again.done) == (1, False)
        kept.end(again, done=True)
        ended = kept.claim("new")
        assert ended is not None and ended.done
        assert kept.load() == {"old", "new"}
        assert not kept.is_first()


def test_what_fails_too_often_is_told_on_the_poison_queue(
    container: ContainerClient, azurite: str, tmp_path: Path
) -> None:
    seen: list[tuple[str, bytes]] = []
    path = f"{container.container_name}/{{file}}"
    queues = connect(apps.CONNECTION, {apps.CONNECTION: azurite})
    started = running(app_on(path, "EventGrid", seen), tmp_path)
    container.upload_blob("x", b"bad")
    until(lambda: len(seen) == TRIES)

    def told() -> list[dict[str, str]]:
        queues.create(blobs.POISON)
        found = queues.receive(blobs.POISON, 32, 1)
        bodies = [json.loads(decode(each.content, "none")) for each in found]
        return [one for one in bodies if one["ContainerName"] == container.container_name]

    kept: list[dict[str, str]] = []
    until(lambda: bool(kept.extend(told()) or kept))
    assert started.stop(5)

    assert kept[0]["BlobName"] == "x"
    assert kept[0]["FunctionId"] == "Host.Functions.arrived"


def test_blobs_are_handed_over_side_by_side(container: ContainerClient, tmp_path: Path) -> None:
    together = threading.Barrier(2, timeout=SOON)
    app = apps.new()

    @app.blob_trigger(
        arg_name="blob",
        path=f"{container.container_name}/{{file}}",
        connection=apps.CONNECTION,
        source="EventGrid",
    )
    def arrived(blob: func.InputStream) -> None:
        together.wait()
        done.append(str(blob.name))

    done: list[str] = []
    settings = host.read_settings(tmp_path)
    waiting = host.Host(host.load(app, settings), settings)
    waiting.start()
    container.upload_blob("a", b"")
    container.upload_blob("b", b"")
    until(lambda: len(done) == 2)
    assert waiting.stop(5)
