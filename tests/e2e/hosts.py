"""Host processes, started and killed as a test needs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEY = "a key that must never be seen again: canary-51e7"


@dataclass
class Host:
    process: subprocess.Popen[str]
    endpoint: str
    log: Path

    def kill(self) -> None:
        """End the process as a lost machine would: at once, without a chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def start(storage: str, log: Path, *arguments: str, **environment: str) -> Host:
    """Start a host process on this storage and return it once it serves.

    With "" as its storage, the environment says how it is reached.
    """
    # Of a service that this shell has been told of.
    inherited = {name: value for name, value in os.environ.items() if name != "SPANWRIGHT_ENDPOINT"}
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "devhost", "--port", "0", *arguments],
            cwd=ROOT,
            env={
                **inherited,
                "SPANWRIGHT_STORAGE": storage,
                "SPANWRIGHT_KEY": KEY,
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("ready "), log.read_text("utf-8", "replace")[-3000:]
    return Host(process, line.split()[1], log)


def stop(host: Host) -> None:
    """End the process as Ctrl-C would."""
    if host.process.poll() is None:
        host.process.send_signal(signal.SIGTERM)
        try:
            host.process.wait(20)
        except subprocess.TimeoutExpired:
            host.kill()
    if host.process.stdout is not None:
        host.process.stdout.close()


@contextmanager
def running(storage: str, log: Path, *arguments: str, **environment: str) -> Iterator[Host]:
    """Run a host process for a while."""
    host = start(storage, log, *arguments, **environment)
    try:
        yield host
    finally:
        stop(host)


def wait_until_closed(endpoint: str) -> None:
    """Return when nothing listens at the endpoint any more."""
    host, _, port = endpoint.rpartition("//")[2].partition(":")
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) != 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"{endpoint} still answers.")
