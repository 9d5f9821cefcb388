"""Receipts for blobs: which versions were handed to a function, so that none is again.

The real host keeps them in the container `azure-webjobs-hosts` of its storage, under a lease while
the function runs, for blobs that it finds by looking. So do we, for all host processes together.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from azure.storage.blob import BlobLeaseClient, BlobServiceClient, ContainerClient

#: Where the real host keeps what is its own.
CONTAINER = "azure-webjobs-hosts"

#: A process that dies leaves its blob to others after so many seconds. A function that runs longer
#: may meet the same blob in another process: storage gives no lease of more that ends by itself.
LEASE_SECONDS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A version of a blob, with how often it was handed over in vain."""

    key: str
    done: bool
    tries: int = 0
    #: Its hold on the version, where other processes may want it too.
    lease: BlobLeaseClient | None = None


class Receipts(Protocol):
    """What was handed to one function. All methods but `key` raise `AzureError`."""

    def load(self) -> set[str]:
        """Return the keys of all versions that are done."""

    def is_first(self) -> bool:
        """Whether nobody has watched for this function before."""

    def begin(self, old: Iterable[str]) -> None:
        """Note that the function is watched from now, and that these versions are old."""

    def claim(self, key: str) -> Receipt | None:
        """Return the receipt of a version, which is ours to hand over unless it is done.

        None: another process has it.
        """

    def end(self, receipt: Receipt, *, done: bool) -> None:
        """Note that a version was handed over, and whether that was the last time."""

    def give_back(self, receipt: Receipt) -> None:
        """Let a version be claimed again, as if it had not been."""


def key_of(path: str, etag: str) -> str:
    """Return the key of one version of a blob."""
    return hashlib.sha256(f"{path}\n{etag}".encode("utf-8", "surrogatepass")).hexdigest()[:40]


class OwnReceipts:
    """Receipts in the memory of this process: other processes do not see them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done: set[str] = set()
        self._tries: dict[str, int] = {}
        self._begun = False

    def load(self) -> set[str]:
        with self._lock:
            return set(self._done)

    def is_first(self) -> bool:
        return not self._begun

    def begin(self, old: Iterable[str]) -> None:
        with self._lock:
            self._begun = True
            self._done.update(old)

    def claim(self, key: str) -> Receipt | None:
        with self._lock:
            return Receipt(key=key, done=key in self._done, tries=self._tries.get(key, 0))

    def end(self, receipt: Receipt, *, done: bool) -> None:
        with self._lock:
            self._tries[receipt.key] = receipt.tries + 1
            if done:
                self._done.add(receipt.key)
                del self._tries[receipt.key]

    def give_back(self, receipt: Receipt) -> None:
        return


class StoredReceipts:
    """Receipts in storage, for all processes, now and later."""

    def __init__(self, service: BlobServiceClient, watch: str) -> None:
        """`watch` is a name for the function and the path that it is for."""
        self._service = service
        self._prefix = f"blobreceipts/local/{watch}/"
        self._began = f"{self._prefix}began.json"

    def load(self) -> set[str]:
        from azure.core.exceptions import ResourceNotFoundError

        container = self._container()
        try:
            old = json.loads(container.download_blob(self._began).readall())
        except ResourceNotFoundError:
            return set()
        found = container.list_blobs(self._prefix, include=["metadata"])
        done = {each.name for each in found if (each.metadata or {}).get("done")}
        return {*old, *(name.removeprefix(self._prefix) for name in done)}

    def is_first(self) -> bool:
        return not self._container().get_blob_client(self._began).exists()

    def begin(self, old: Iterable[str]) -> None:
        from azure.core.exceptions import ResourceExistsError

        try:
            self._service.create_container(CONTAINER)
        except ResourceExistsError:
            pass
        try:
            # Of several processes that begin at once, the first one's word counts.
            self._container().upload_blob(self._began, json.dumps(sorted(old)))
        except ResourceExistsError:
            return

    def claim(self, key: str) -> Receipt | None:
        from azure.core.exceptions import HttpResponseError, ResourceExistsError

        blob = self._container().get_blob_client(self._prefix + key)
        try:
            blob.upload_blob(b"")
        except ResourceExistsError:
            pass  # It was handed over before, or is being so.
        except HttpResponseError as error:
            if error.status_code != 412:  # The blob is there, and leased.
                raise
        try:
            lease = blob.acquire_lease(LEASE_SECONDS)
        except HttpResponseError as error:
            if error.status_code != 409:
                raise
            return None
        known = blob.get_blob_properties().metadata or {}
        receipt = Receipt(
            key=key, done="done" in known, tries=int(known.get("tries", 0)), lease=lease
        )
        if receipt.done:
            self.give_back(receipt)
        return receipt

    def end(self, receipt: Receipt, *, done: bool) -> None:
        metadata = {"tries": str(receipt.tries + 1), **({"done": "true"} if done else {})}
        blob = self._container().get_blob_client(self._prefix + receipt.key)
        with _lease_may_be_over():
            blob.set_blob_metadata(metadata, lease=receipt.lease)
        self.give_back(receipt)

    def give_back(self, receipt: Receipt) -> None:
        if receipt.lease is not None:
            with _lease_may_be_over():
                receipt.lease.release()

    def _container(self) -> ContainerClient:
        return self._service.get_container_client(CONTAINER)


@contextmanager
def _lease_may_be_over() -> Iterator[None]:
    """Pass over the refusal of a lease that another process has by now: it hands over again."""
    from azure.core.exceptions import HttpResponseError

    try:
        yield
    except HttpResponseError as error:
        if error.status_code not in (409, 412):
            raise
