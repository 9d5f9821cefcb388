"""Blob functions: containers are looked through every second, for versions without a receipt.

In Azure uploads are announced by Event Grid. Here they are found. With Event Grid as its source a
function gets what comes in after it was watched for the first time; what comes while no host runs
it gets later, as Event Grid tries for a day. As with both, at least once, and in no certain order.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from azure.functions.blob import InputStream

from devhost.invocation import Function, Runner, Sent, Switch, failure, resolve
from devhost.messages import QueuesUnavailable, identity
from devhost.queues import Outage
from devhost.receipts import OwnReceipts, Receipt, Receipts, StoredReceipts, key_of

if TYPE_CHECKING:
    from azure.storage.blob import BlobServiceClient

#: Seconds between two looks.
PAUSE = 1.0

#: The queue that is told of a blob whose function fails and fails.
POISON = "webjobs-blobtrigger-poison"

#: The longest time (seconds) that the start of a host waits for the first look.
FIRST_LOOK_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class BlobOptions:
    """`extensions.blobs` of host.json."""

    #: Blobs that are handed to one function at the same time. The real host's default is 8 a core.
    at_once: int = 8
    #: Tries of one version of a blob before it is poison.
    tries: int = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """A version of a blob that was found."""

    container: str
    name: str
    etag: str

    @property
    def path(self) -> str:
        return f"{self.container}/{self.name}"

    @property
    def key(self) -> str:
        return key_of(self.path, self.etag)


class BlobFunction:
    """Runs a function on each blob that is new or changed."""

    def __init__(
        self,
        function: Function,
        runner: Runner,
        outage: Outage,
        flush: Callable[[list[Sent]], None],
        options: BlobOptions,
        *,
        receipts: bool = True,
    ) -> None:
        """`flush` sends messages about what has failed too often.

        Without `receipts` in storage this process hands over whatever it finds, even if another
        process has done so.
        """
        self._function = function
        self._connection = str(function.trigger["connection"])
        self._runner = runner
        self._outage = outage
        self._flush = flush
        self._options = options
        self._shared = receipts
        self._path = resolve(str(function.trigger["path"]))
        self._container = self._path.partition("/")[0]
        pieces = re.split(r"\{[^{}]+\}", self._path)
        self._pattern = re.compile("(.+)".join(re.escape(piece) for piece in pieces), re.DOTALL)
        #: The keys of the versions that need no further look.
        self._done: set[str] = set()
        #: The keys of those that are being handed over, or wait for it.
        self._taken: set[str] = set()
        self._looked = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=function.name, daemon=True)

    def start(self) -> None:
        """Begin to look, and return when that has been done once, or cannot be."""
        self._thread.start()
        self._looked.wait(FIRST_LOOK_SECONDS)

    def ask_to_stop(self) -> None:
        """Start no more runs."""
        self._stopping.set()

    def finish(self, deadline: float) -> bool:
        """Wait for running functions until a monotonic time; return whether all have ended."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def _watch(self) -> None:
        service = connect(self._connection)
        shared = StoredReceipts(service, f"{self._function.name}/{key_of(self._path, '')}")
        receipts: Receipts = shared if self._shared else OwnReceipts()
        begun = False
        with ThreadPoolExecutor(self._options.at_once, self._function.name) as pool:
            while not self._stopping.is_set():
                with self._told_of_outage():
                    if not begun:
                        self._begin(service, receipts)
                        begun = True
                    self._looked.set()
                    self._look(service, receipts, pool)
                    self._outage.end(self._function.name)
                self._looked.set()
                self._stopping.wait(PAUSE)

    @contextmanager
    def _told_of_outage(self) -> Iterator[None]:
        from azure.core.exceptions import AzureError

        try:
            yield
        except Exception as error:  # a watch that ends would never be missed
            known = isinstance(error, AzureError | QueuesUnavailable)
            reason = type(error).__name__ if known else failure(error)
            self._outage.begin(self._function.name, reason)

    def _begin(self, service: BlobServiceClient, receipts: Receipts) -> None:
        """Learn what is done. With Event Grid as its source, what is there at first is old."""
        if receipts.is_first():
            by_event = self._function.trigger.get("source") == "EventGrid"
            receipts.begin([each.key for each in self._all(service)] if by_event else [])
        self._done = receipts.load()

    def _look(
        self, service: BlobServiceClient, receipts: Receipts, pool: ThreadPoolExecutor
    ) -> None:
        """Have all that is new handed over; what takes its time does not keep others waiting."""
        for found in self._all(service):
            if found.key not in self._done and found.key not in self._taken:
                self._taken.add(found.key)
                pool.submit(self._take, service, receipts, found)

    def _all(self, service: BlobServiceClient) -> Iterator[_Found]:
        """Yield all blobs that the function is for."""
        for container in self._containers(service):
            for blob in service.get_container_client(container).list_blobs():
                if self._pattern.fullmatch(f"{container}/{blob.name}"):
                    yield _Found(container=container, name=blob.name, etag=blob.etag)

    def _containers(self, service: BlobServiceClient) -> list[str]:
        """Return the containers to look through that exist."""
        begin = self._container.partition("{")[0]
        names = [each.name for each in service.list_containers(name_starts_with=begin)]
        return names if "{" in self._container else [n for n in names if n == self._container]

    def _take(self, service: BlobServiceClient, receipts: Receipts, found: _Found) -> None:
        with self._told_of_outage():
            if not self._stopping.is_set() and self._settle(service, receipts, found):
                self._done.add(found.key)
        # In this order: what is done is never taken again.
        self._taken.discard(found.key)

    def _settle(self, service: BlobServiceClient, receipts: Receipts, found: _Found) -> bool:
        """Hand a blob over, unless another process has it; return whether it is done."""
        receipt = receipts.claim(found.key)
        if receipt is None or receipt.done:
            return receipt is not None
        try:
            done = self._hand_over(service, found, receipt)
        except BaseException:
            receipts.give_back(receipt)
            raise
        receipts.end(receipt, done=done)
        return done

    def _hand_over(self, service: BlobServiceClient, found: _Found, receipt: Receipt) -> bool:
        """Run the function on a blob; return whether this was the last time."""
        name, faults = self._function.name, self._runner.faults
        if self._run(service, found):
            if receipt.tries == 0 and faults.strikes(Switch.TWICE, name):
                self._run(service, found)
            return True
        if receipt.tries + 1 < self._options.tries:
            return False
        text = json.dumps(
            {
                "FunctionId": f"Host.Functions.{name}",
                "BlobType": "BlockBlob",
                "ContainerName": found.container,
                "BlobName": found.name,
                "ETag": found.etag,
            }
        )
        self._flush([Sent(connection=self._connection, queue=POISON, text=text)])
        return True

    def _run(self, service: BlobServiceClient, found: _Found) -> bool:
        """Run the function on a blob; return whether it has succeeded, or the blob is gone."""
        from azure.core.exceptions import ResourceNotFoundError

        client = service.get_blob_client(found.container, found.name)
        try:
            download = client.download_blob()
            data = download.readall()
        except ResourceNotFoundError:
            return True
        stream = InputStream(
            data=data,
            name=found.path,
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
