"""Blob functions on real local storage."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path

import azure.functions as func
import pytest
from azure.storage.blob import BlobServiceClient

from devhost import blobs, host
from tests.devhost import apps

pytestmark = pytest.mark.azurite

SOON = 20.0


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
        time.sleep(0.5)

        container.upload_blob("in/new.txt", b"1")
        until(lambda: len(seen) == len(old) + 1)
        container.upload_blob("in/new.txt", b"2", overwrite=True)
        container.upload_blob("out/other.txt", b"3")
        until(lambda: len(seen) == len(old) + 2)
        container.upload_blob("in/bad.txt", b"bad")
        until(lambda: len(seen) == len(old) + 2 + blobs.TRIES)
        time.sleep(0.3)
        assert running.stop(5)

    assert seen == [
        *old,
        (f"{name}/in/new.txt", b"1"),
        (f"{name}/in/new.txt", b"2"),
        *[(f"{name}/in/bad.txt", b"bad")] * blobs.TRIES,
    ]
