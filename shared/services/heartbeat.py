"""A heartbeat: running work says that it lives, and learns when it is to stop."""

from __future__ import annotations

import contextvars
import dataclasses
import threading
from types import TracebackType

from shared import clock, telemetry
from shared.domain.operations import Operation
from shared.domain.states import State
from shared.errors import ServiceUnavailable
from shared.storage.ports import Changed
from shared.storage.stores import Stores

#: Seconds between two signs of life. Each is one small write.
SECONDS = 1.0


class Heartbeat:
    """While it is open, writes the progress of an operation and watches for its end.

    `stop` becomes true when the work should end: somebody cancelled the operation, another worker
    took it up, or it is gone. The work itself runs in the caller's thread and asks now and then.
    """

    def __init__(self, stores: Stores, operation: Operation) -> None:
        self._stores = stores
        self._tries = operation.tries
        self._progress = (operation.phase, operation.percent)
        self._stopping = threading.Event()
        self._closing = threading.Event()
        # In the context of the work, so that its lines in the log hold what the work's do.
        self._thread = threading.Thread(
            target=contextvars.copy_context().run,
            args=(self._beat,),
            name="heartbeat",
            daemon=True,
        )
        #: The operation as last written or read.
        self.operation = operation

    def report(self, phase: str, percent: int) -> None:
        """Set the progress that the next beat writes."""
        self._progress = (phase, percent)

    def stop(self) -> bool:
        """Whether the work should end."""
        return self._stopping.is_set()

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._closing.wait(SECONDS):
            try:
                if not self._write():
                    self._stopping.set()
                    return
            except ServiceUnavailable:
                telemetry.warning("heartbeat-missed", operation=self.operation.id)

    def _write(self) -> bool:
        """Write one beat; return whether the work should go on."""
        phase, percent = self._progress
        beat = dataclasses.replace(
            self.operation, phase=phase, percent=percent, updated=clock.now()
        )
        try:
            self.operation = self._stores.operations.replace(beat)
            return True
        except Changed:
            present = self._stores.operations.find(self.operation.id)
            if present is not None:
                self.operation = present
            return (
                present is not None
                and present.state is State.RUNNING
                and present.tries == self._tries
            )
