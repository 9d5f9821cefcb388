"""Real storage, started and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from azure.storage.blob import ContainerClient

from devhost import azurite as storage

pytestmark = pytest.mark.azurite

STARTER = """
import pathlib, signal, sys
from devhost import azurite
running = azurite.start(azurite.find(), pathlib.Path(sys.argv[1]))
print(running.process.pid, running.connection_string, flush=True)
signal.pause()
"""


@pytest.fixture
def program(azurite: str) -> storage.Program:
    """The installed Azurite; the session's own decides whether its absence is a failure."""
    return storage.find()


def container(connection_string: str) -> ContainerClient:
    return ContainerClient.from_connection_string(connection_string, "things", retry_total=0)


@pytest.mark.slow
def test_data_last_from_one_run_to_the_next(program: storage.Program, tmp_path: Path) -> None:
    with storage.start(program, tmp_path) as first, container(first.connection_string) as client:
        client.create_container()
        client.upload_blob("a", b"kept")

    with storage.start(program, tmp_path) as second, container(second.connection_string) as client:
        content = client.download_blob("a").readall()

    assert content == b"kept"
    assert not first.running
    assert first.process.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_storage_ends_in_order_when_its_starter_is_killed(
    program: storage.Program, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", STARTER, os.fspath(tmp_path)]
    with subprocess.Popen(command, cwd=storage.ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        _, connection_string = starter.stdout.readline().split()
        with container(connection_string) as client:
            client.create_container()
            client.upload_blob("a", b"written just before")

        starter.send_signal(signal.SIGKILL)

    log = tmp_path / "azurite.log"
    end = time.monotonic() + 30
    while log.read_text("utf-8").count("successfully closed") < 3:
        assert time.monotonic() < end
        time.sleep(0.05)
    with storage.start(program, tmp_path) as again, container(again.connection_string) as client:
        assert client.download_blob("a").readall() == b"written just before"


def test_a_start_that_fails_says_why(program: storage.Program, tmp_path: Path) -> None:
    with storage.start(program, tmp_path / "first", memory=True) as running:
        taken = (running.blob_port, 0, 0)

        with pytest.raises(storage.AzuriteError, match=r"did not start: .*EADDRINUSE"):
            storage.start(program, tmp_path / "second", memory=True, ports=taken)


def test_a_storage_that_is_not_installed_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(storage.AzuriteError, match=r"python3 dev\.py"):
        storage.find_node(tmp_path)
