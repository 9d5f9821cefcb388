"""`dev.py up`: what it refuses, what it prints, and how it stops."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from azure.storage.blob import ContainerClient

from devhost import local, lock
from devhost.azurite import ROOT
from devhost.screen import Trouble

KEY = "a-key-for-this-test"


def start_local(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "devhost.local", *arguments],
        cwd=ROOT,
        env={**os.environ, "SPANWRIGHT_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_older_python_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 1, 'final', 0); sys.version = '3.9.1 (x)'; "
        "runpy.run_path('dev.py', run_name='__main__')"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Spanwright needs Python 3.11 or newer, and this is 3.9.1")
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_named_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        done = subprocess.run(
            [sys.executable, "dev.py", "up", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"Port {port} is taken by another program: choose another with --port, or any free one "
        "with --port 0.\n"
    )


def test_a_port_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Trouble, match="Port 70000 cannot be used"):
        local.bind(70000)


def test_a_data_folder_in_use_is_refused_with_the_process_that_uses_it(tmp_path: Path) -> None:
    with (
        lock.hold(tmp_path / "lock"),
        pytest.raises(Trouble, match=rf"in use by another run \(process {os.getpid()}\)"),
        local.data_folder(tmp_path),
    ):
        pass


def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")

    with pytest.raises(Trouble, match="cannot be written"), local.data_folder(tmp_path / "file"):
        pass


def test_errors_of_the_run_are_not_taken_for_those_of_its_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="of the run"), local.data_folder(tmp_path):
        raise OSError("of the run")


@pytest.mark.parametrize("key", [" spaces ", "two\nlines", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused(
    key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "devhost.local", "--port=0", "--memory", f"--key={key}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("A key travels in an HTTP header")


@pytest.mark.slow
@pytest.mark.azurite
def test_what_is_put_into_the_inbox_of_the_samples_container_is_taken_in(azurite: str) -> None:
    with start_local("--port=0", "--no-sample", "--memory") as process:
        assert process.stdout is not None
        storage = ""
        while not (line := process.stdout.readline()).startswith("SPANWRIGHT_KEY="):
            assert process.poll() is None
            if line.startswith("SPANWRIGHT_STORAGE="):
                storage = line.strip().partition("=")[2]
        with ContainerClient.from_connection_string(storage, local.SAMPLE_CONTAINER) as container:
            container.create_container()
            container.upload_blob("inbox/a.txt", b"text").close()
            end = time.monotonic() + 60
            while not list(container.list_blob_names(name_starts_with="results/")):
                assert time.monotonic() < end
                time.sleep(0.1)
            result = json.loads(container.download_blob("results/a.txt.json").readall())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert result["error"]["code"] == "ProjectNotFound"


@pytest.mark.slow
@pytest.mark.azurite
@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_the_last_three_lines_are_for_programs_and_a_signal_stops_everything(
    azurite: str, tmp_path: Path, number: signal.Signals
) -> None:
    data = f"--data={tmp_path}"
    with start_local("--port=0", "--no-sample", "--workers=2", data) as process:
        assert process.stdout is not None
        lines = []
        while not lines or not lines[-1].startswith("SPANWRIGHT_KEY="):
            lines.append(process.stdout.readline().rstrip("\n"))
            assert process.poll() is None

        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)

    assert re.fullmatch(r"SPANWRIGHT_STORAGE=DefaultEndpointsProtocol=http;.*", lines[-3])
    endpoint = re.fullmatch(r"SPANWRIGHT_ENDPOINT=(http://127\.0\.0\.1:\d+)", lines[-2])
    assert endpoint is not None
    assert lines[-1] == f"SPANWRIGHT_KEY={KEY}"
    assert f"  Studio    {endpoint[1]}/studio" in lines
    assert rest == "\nStopped.\n"
    assert errors == ""
    assert process.returncode == 0
    for service in re.findall(r"http://127\.0\.0\.1:(\d+)", "\n".join(lines[-3:-1])):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(service)), timeout=5)
    for host in (1, 2):
        assert "stopped" in tmp_path.joinpath("logs", f"host-{host}.log").read_text("utf-8")
