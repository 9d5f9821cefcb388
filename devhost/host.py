"""The host: an app's functions, its settings, and everything that listens for them."""

from __future__ import annotations

import importlib
import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devhost import invocation, messages, routing
from devhost.blobs import BlobFunction, BlobOptions
from devhost.invocation import AppError, Faults, Function, Runner
from devhost.queues import VISIBILITY, Listener, Outage, Outbox, QueueFunction, QueueOptions
from devhost.timers import Timer
from devhost.web import Server, Site, route_of

logger = logging.getLogger("devhost")

#: How long (seconds) running functions may go on after the host was asked to stop.
GRACE = 5.0

_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d+)?)")


@dataclass(frozen=True, kw_only=True, slots=True)
class HostSettings:
    """What this host takes from host.json; the defaults are the real host's."""

    route_prefix: str = "api"
    queues: QueueOptions = field(default_factory=QueueOptions)
    blobs: BlobOptions = field(default_factory=BlobOptions)


def read_settings(root: Path) -> HostSettings:
    """Return the settings in a root's host.json, or the defaults if there is none.

    Raises `AppError` for a value that cannot be used.
    """
    path = root / "host.json"
    if not path.is_file():
        return HostSettings()
    try:
        extensions = json.loads(path.read_text("utf-8")).get("extensions", {})
        queues = extensions.get("queues", {})
        default = QueueOptions()
        batch_size = int(queues.get("batchSize", default.batch_size))
        options = QueueOptions(
            batch_size=batch_size,
            new_batch_threshold=int(queues.get("newBatchThreshold", batch_size // 2)),
            max_dequeue_count=int(queues.get("maxDequeueCount", default.max_dequeue_count)),
            visibility_timeout=_seconds(queues.get("visibilityTimeout", "00:00:00")),
            max_polling_interval=_seconds(queues.get("maxPollingInterval", "00:01:00")),
            encoding=str(queues.get("messageEncoding", default.encoding)).lower(),
        )
        blobs = extensions.get("blobs", {})
        of_blobs = BlobOptions(
            at_once=int(blobs.get("maxDegreeOfParallelism", BlobOptions().at_once)),
            tries=int(blobs.get("poisonBlobThreshold", BlobOptions().tries)),
        )
        prefix = str(extensions.get("http", {}).get("routePrefix", "api"))
    except (ValueError, AttributeError, TypeError) as error:
        raise AppError(f"host.json cannot be read: {error}") from None
    if not 1 <= options.batch_size <= 32 or options.encoding not in ("base64", "none"):
        raise AppError("host.json: batchSize is 1 to 32, messageEncoding is base64 or none")
    if of_blobs.at_once < 1 or of_blobs.tries < 1:
        raise AppError("host.json: maxDegreeOfParallelism and poisonBlobThreshold are 1 or more")
    return HostSettings(route_prefix=prefix, queues=options, blobs=of_blobs)


def import_app(name: str, root: Path) -> Any:
    """Return the app that `module:variable` names, with `root` first on the import path."""
    sys.path.insert(0, str(root))
    module, _, variable = name.partition(":")
    return getattr(importlib.import_module(module), variable or "app")


def load(app: Any, settings: HostSettings) -> tuple[Function, ...]:
    """Return the functions of an app. Raises `AppError` for what the real host does not load."""
    registered = invocation.registered(app)
    functions = tuple(invocation.read(each) for each in registered)
    web = [each for each in functions if each.kind == "httpTrigger"]
    try:
        routes = [route_of(each, settings.route_prefix) for each in web]
    except routing.RouteError as error:
        raise AppError(str(error)) from None
    if refused := routing.names_refused([*registered, *routes]):
        raise AppError("; ".join(refused))
    return functions


class Host:
    """A running app."""

    def __init__(
        self,
        functions: Iterable[Function],
        settings: HostSettings,
        *,
        faults: Faults | None = None,
        visibility: float = VISIBILITY,
        timer_seconds: float | None = None,
        receipts: bool = True,
    ) -> None:
        """Prepare everything; nothing listens yet.

        Raises `AppError`, or `ValueError` for a schedule or a connection that cannot be used.
        """
        functions = tuple(functions)
        self._connections: dict[str, messages.Queues] = {}
        self._lock = threading.Lock()
        self._outbox = Outbox(self._queues, settings.queues.encoding)
        self._server: Server | None = None
        self._serving: threading.Thread | None = None
        runner = Runner(self._outbox.flush, faults or Faults())
        self.site = Site(functions, runner, prefix=settings.route_prefix)
        outage = Outage()
        self._listeners: list[Listener | Timer | BlobFunction] = []
        for each in functions:
            if each.kind == "queueTrigger":
                target = QueueFunction(
                    each,
                    self._queues(str(each.trigger["connection"])),
                    self._outbox,
                    settings.queues,
                    runner,
                    visibility,
                )
                listener = Listener(target, outage)
                self._outbox.on_send(listener.wake)
                self._listeners.append(listener)
            elif each.kind == "timerTrigger":
                self._listeners.append(Timer(each, runner, timer_seconds))
            elif each.kind == "blobTrigger":
                self._listeners.append(
                    BlobFunction(
                        each,
                        runner,
                        outage,
                        self._outbox.flush,
                        settings.blobs,
                        receipts=receipts,
                    )
                )

    def start(self) -> None:
        """Listen to queues, timers and blobs."""
        for listener in self._listeners:
            listener.start()

    def serve(self, *, port: int = 0, fd: int | None = None) -> int:
        """Serve HTTP on a port (0: any free one) or an inherited socket; return the port."""
        self._server = Server(self.site, port=port, fd=fd)
        self._serving = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="http", daemon=True
        )
        self._serving.start()
        return self._server.port

    def stop(self, grace: float = GRACE) -> bool:
        """Take no more work, let running functions go on for some seconds, and stop.

        Returns whether all of them have ended. The queue messages of those that have not are
        given back, so that another host runs them at once.
        """
        deadline = time.monotonic() + grace
        for listener in self._listeners:
            listener.ask_to_stop()
        ended = True
        if self._server is not None:
            ended = self._server.stop(deadline)
        for listener in self._listeners:
            ended = listener.finish(deadline) and ended
        return ended

    def _queues(self, connection: str) -> messages.Queues:
        with self._lock:
            if connection not in self._connections:
                self._connections[connection] = messages.connect(connection, os.environ)
            return self._connections[connection]


def _seconds(text: str) -> float:
    """Return the seconds in a .NET time span, `hh:mm:ss` with or without days before it."""
    span = _SPAN.fullmatch(text)
    if span is None:
        raise ValueError(f"{text} is not a time span")
    days, hours, minutes, seconds = span.groups()
    return int(days or 0) * 86400 + int(hours) * 3600 + int(minutes) * 60 + float(seconds)
