"""Blob functions: containers are looked through every second, and ETags compared.

In Azure uploads are announced by Event Grid. Here they are found, and what has been seen is
remembered in the process only: what a stopped host misses is not announced later.
"""

from __future__ import annotations

import os
import re
import threading
import time
from typing import TYPE_CHECKING

from azure.functions.blob import InputStream

from devhost.invocation import Function, Runner, resolve
from devhost.messages import identity
from devhost.queues import Outage

if TYPE_CHECKING:
    from azure.storage.blob import BlobServiceClient

#: Seconds between two looks.
PAUSE = 1.0

#: Tries of one version of a blob, as the host's own.
TRIES = 5


class BlobFunction:
    """Runs a function on each blob that is new or changed, one after the other."""

    def __init__(self, function: Function, runner: Runner, outage: Outage) -> None:
        self._function = function
        self._runner = runner
        self._outage = outage
        path = resolve(str(function.trigger["path"]))
        self._container = path.partition("/")[0]
        pieces = re.split(r"\{[^{}]+\}", path)
        self._pattern = re.compile("(.+)".join(re.escape(piece) for piece in pieces), re.DOTALL)
        #: The ETag and the number of tries of each blob that was looked at, by its path.
        self._seen: dict[str, tuple[str, int]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=function.name, daemon=True)

    def start(self) -> None:
        """Begin to look. With Event Grid as its source, blobs that are there already are old."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Start no more runs."""
        self._stopping.set()

    def finish(self, deadline: float) -> bool:
        """Wait for a running function until a monotonic time; return whether it has ended."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def _watch(self) -> None:
        from azure.core.exceptions import AzureError

        service = connect(str(self._function.trigger["connection"]))
        first = self._function.trigger.get("source") == "EventGrid"
        while not self._stopping.is_set():
            try:
                self._look(service, remember_only=first)
                first = False
                self._outage.end(self._function.name)
            except AzureError as error:
                self._outage.begin(self._function.name, type(error).__name__)
            self._stopping.wait(PAUSE)

    def _look(self, service: BlobServiceClient, *, remember_only: bool) -> None:
        for container in self._containers(service):
            for blob in service.get_container_client(container).list_blobs():
                path = f"{container}/{blob.name}"
                etag, tries = self._seen.get(path, ("", 0))
                if self._pattern.fullmatch(path) is None or (etag == blob.etag and tries >= TRIES):
                    continue
                if self._stopping.is_set():
                    return
                done = remember_only or self._run(service, container, blob.name)
                tries = tries + 1 if etag == blob.etag else 1
                self._seen[path] = (blob.etag, TRIES if done else tries)

    def _containers(self, service: BlobServiceClient) -> list[str]:
        """Return the containers to look through that exist."""
        begin = self._container.partition("{")[0]
        names = [each.name for each in service.list_containers(name_starts_with=begin)]
        return names if "{" in self._container else [n for n in names if n == self._container]

    def _run(self, service: BlobServiceClient, container: str, name: str) -> bool:
        """Run the function on a blob; return whether it has succeeded, or the blob is gone."""
        from azure.core.exceptions import ResourceNotFoundError

        client = service.get_blob_client(container, name)
        try:
            download = client.download_blob()
            data = download.readall()
        except ResourceNotFoundError:
            return True
        stream = InputStream(
            data=data,
            name=f"{container}/{name}",
            uri=client.url,
            length=len(data),
            metadata=dict(download.properties.metadata or {}),
        )
        try:
            self._runner.run(self._function, stream)
        except Exception:
            return False
        return True


def connect(connection: str) -> BlobServiceClient:
    """Return the blobs that a binding's `connection` names; like `messages.connect`."""
    from azure.storage.blob import BlobServiceClient

    if text := os.environ.get(connection):
        return BlobServiceClient.from_connection_string(text, retry_total=0)
    uri = os.environ[f"{connection}__blobServiceUri"]
    credential = identity(connection, os.environ)
    return BlobServiceClient(uri, credential=credential, retry_total=0)
