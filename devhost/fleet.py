"""The host processes behind one address: started, watched, started again, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from devhost.azurite import ROOT
from devhost.screen import Trouble, last_lines

#: Where a process is up: it prints this word first on a line of its own.
READY = b"ready"

START_SECONDS = 60.0

#: A host gives running functions five seconds; then come the clients' connections.
STOP_SECONDS = 15.0

#: More ends of processes than this within `CRASH_WINDOW_SECONDS` are no accident any more.
CRASHES = 5
CRASH_WINDOW_SECONDS = 60.0

_POLL_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One running host process."""

    #: From 1; a process that is started again keeps its number.
    number: int
    process: subprocess.Popen[bytes]
    log: Path
    #: Length of the log, in bytes, before this process wrote to it.
    log_start: int

    def printed(self) -> bytes:
        """Return what this process has written so far."""
        with self.log.open("rb") as file:
            file.seek(self.log_start)
            return file.read()

    @property
    def ready(self) -> bool:
        """Whether it has said that it serves."""
        return any(line.startswith(READY) for line in self.printed().splitlines())

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process.poll() is None

    @property
    def end(self) -> str:
        """How the process ended, in words."""
        code = self.process.poll()
        if code is not None and code < 0:
            return f"ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"


class Fleet:
    """Several host processes that share one listening socket and one storage."""

    def __init__(
        self,
        size: int,
        listener: socket.socket,
        logs: Path,
        *,
        command: Sequence[str] = ("devhost",),
    ) -> None:
        """Prepare `size` processes for the address of `listener`; none is started yet.

        Each runs the module `command` with the address as further arguments, in this process's
        environment, and writes into a file of its own in `logs`.
        """
        self._listener = listener
        self._port = int(listener.getsockname()[1])
        self._logs = logs
        self._command = tuple(command)
        self._numbers = range(1, size + 1)
        self._workers: list[Worker] = []
        self._crashes: deque[float] = deque()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="fleet", daemon=True)
        self._give_up: Callable[[], None] = lambda: None
        #: Why the fleet gave up, once it has.
        self.failure: str | None = None

    @property
    def processes(self) -> list[int]:
        """The process ids of the running workers."""
        return [worker.process.pid for worker in self._workers if worker.running]

    def start(self, give_up: Callable[[], None]) -> None:
        """Start all processes, wait until they serve, and from then on start again what ends.

        When they end too often, `failure` says so and `give_up` is called (from another thread).
        Raises `Trouble` when one does not start.
        """
        self._give_up = give_up
        for number in self._numbers:
            self._logs.joinpath(f"host-{number}.log").write_bytes(b"")
            self._workers.append(self._launch(number))
        for worker in self._workers:
            self._wait(worker)
        self._watcher.start()

    def stop(self) -> None:
        """Stop every process: all are asked, then waited for, then killed."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        for worker in self._workers:
            if worker.running and os.name != "nt":
                worker.process.send_signal(signal.SIGTERM)
            elif worker.process.stdin is not None:
                worker.process.stdin.close()  # Windows has no SIGTERM: the leash does the same
        end = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            try:
                worker.process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            if worker.process.stdin is not None:
                worker.process.stdin.close()

    def _launch(self, number: int) -> Worker:
        log = self._logs / f"host-{number}.log"
        arguments = [sys.executable, "-m", "devhost.leash", *self._command]
        passed: tuple[int, ...] = ()
        if os.name != "nt":
            passed = (self._listener.fileno(),)
            arguments += ["--fd", str(self._listener.fileno())]
        elif number == 1:
            self._listener.close()  # sockets cannot be handed on here: it binds the port itself
            arguments += ["--port", str(self._port)]
        else:
            arguments += ["--no-http"]
        with log.open("ab") as output:
            start = output.tell()
            process = subprocess.Popen(  # noqa: S603 - our own list of arguments, no shell
                arguments,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                pass_fds=passed,
                # Ctrl-C in a terminal is for the starter, which stops its processes in order.
                start_new_session=True,
            )
        return Worker(number=number, process=process, log=log, log_start=start)

    def _wait(self, worker: Worker) -> None:
        end = time.monotonic() + START_SECONDS
        while not worker.ready:
            if not worker.running or time.monotonic() > end:
                how = worker.end if not worker.running else "does not get ready"
                lines = last_lines(worker.printed().decode("utf-8", "replace"))
                raise Trouble(
                    f"The service does not start: host process {worker.number} {how}; see "
                    f"{worker.log}, whose last lines are\n{lines}"
                )
            time.sleep(_POLL_SECONDS / 4)

    def _watch(self) -> None:
        while not self._stopping.wait(_POLL_SECONDS):
            for index, worker in enumerate(self._workers):
                if worker.running:
                    continue
                now = time.monotonic()
                self._crashes.append(now)
                while self._crashes[0] < now - CRASH_WINDOW_SECONDS:
                    self._crashes.popleft()
                if len(self._crashes) > CRASHES:
                    self.failure = (
                        f"The service ended {len(self._crashes)} times within a minute and is not "
                        f"started again: see the end of {worker.log}."
                    )
                    self._give_up()
                    return
                print(f"  Host process {worker.number} {worker.end}; starting it again.")
                sys.stdout.flush()
                if worker.process.stdin is not None:
                    worker.process.stdin.close()
                self._workers[index] = self._launch(worker.number)
