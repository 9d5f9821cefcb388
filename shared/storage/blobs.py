"""The port of blobs on Azure Blob Storage."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError
from azure.core.paging import ItemPaged
from azure.storage.blob import BlobBlock, BlobProperties, BlobServiceClient, ContentSettings

from shared.errors import ServiceUnavailable
from shared.storage import rules
from shared.storage.calls import Calls
from shared.storage.ports import (
    AlreadyExists,
    Blob,
    BlobItem,
    Changed,
    NamePage,
    NoSuchContainer,
    Refused,
    TooLarge,
)

Item = TypeVar("Item")

#: Blobs that storage names at once, at most, and that it deletes at once.
_PAGE = 5000
_DELETED_AT_ONCE = 256

#: Parts of a large blob that are read at the same time.
_READ_AT_ONCE = 4

#: Bytes that a blob which is made part by part is written in at once, at least.
_BLOCK = 4 * 2**20

#: Bytes a second that an upload is given time for.
_SLOWEST_UPLOAD = 2**20


class AzureBlobs:
    """The blobs of a storage account."""

    def __init__(self, service: BlobServiceClient, calls: Calls, *, page_size: int = _PAGE) -> None:
        self._service = service
        self._calls = calls
        self._page_size = page_size

    def close(self) -> None:
        """Close all connections."""
        self._service.close()

    def get(self, container: str, name: str, *, limit: int | None = None) -> Blob | None:
        rules.check_container(container)
        rules.check_limit(limit)
        if not rules.is_blob_name(name):
            return None
        client = self._service.get_blob_client(container, name)

        def read() -> Blob:
            # Up to the service client's max_single_get_size, the blob comes with the first answer.
            stream = client.download_blob(max_concurrency=_READ_AT_ONCE)
            if limit is not None and stream.size > limit:
                raise TooLarge(f"The blob has more than {limit:,} bytes.")
            return Blob(stream.readall(), str(stream.properties.etag))

        try:
            return self._calls(read)
        except Refused as error:
            if error.status == 404:
                return None
            if error.status == 412:
                raise ServiceUnavailable("A file changed while it was read.") from None
            raise

    def put(
        self,
        container: str,
        name: str,
        data: bytes,
        *,
        etag: str | None = None,
        new: bool = False,
        content_type: str = "application/octet-stream",
    ) -> str:
        rules.check_put(container, name, etag=etag, new=new)
        client = self._service.get_blob_client(container, name)
        patience = self._calls.patience
        seconds = len(data) / _SLOWEST_UPLOAD

        def write() -> str:
            answer = client.upload_blob(
                data,
                overwrite=not new,
                content_settings=ContentSettings(content_type=content_type),
                # urllib3 sends the body within the time for connecting.
                connection_timeout=patience.connect_seconds + seconds,
                read_timeout=patience.read_seconds + seconds,
                **_matching(etag),
            )
            return str(answer["etag"])

        try:
            return self._calls(write)
        except Refused as error:
            raise _meant(error) from None

    def put_parts(
        self,
        container: str,
        name: str,
        parts: Iterable[bytes],
        *,
        content_type: str = "application/octet-stream",
    ) -> str:
        rules.check_put(container, name, etag=None, new=False)
        client = self._service.get_blob_client(container, name)
        patience = self._calls.patience
        staged: list[BlobBlock] = []
        settings = ContentSettings(content_type=content_type)
        try:
            for block in _blocks(parts):
                # A name that no other writer of this blob gives one of its blocks.
                staged.append(BlobBlock(uuid.uuid4().hex))
                seconds = len(block) / _SLOWEST_UPLOAD

                def stage(
                    block_id: str = staged[-1].id, block: bytes = block, seconds: float = seconds
                ) -> None:
                    client.stage_block(
                        block_id,
                        block,
                        length=len(block),
                        connection_timeout=patience.connect_seconds + seconds,
                        read_timeout=patience.read_seconds + seconds,
                    )

                self._calls(stage)
            answer = self._calls(
                lambda: client.commit_block_list(staged, content_settings=settings)
            )
        except Refused as error:
            raise _meant(error) from None
        return str(answer["etag"])

    def delete(self, container: str, name: str, *, etag: str | None = None) -> bool:
        rules.check_container(container)
        rules.check_etag(etag)
        if not rules.is_blob_name(name):
            return False
        client = self._service.get_blob_client(container, name)
        try:
            self._calls(lambda: client.delete_blob(**_matching(etag)))
        except Refused as error:
            # Azurite answers 412 for a blob that is not there, if an ETag is named.
            if error.status == 404 or (error.status == 412 and not self._calls(client.exists)):
                return False
            raise _meant(error) from None
        return True

    def list(
        self,
        container: str,
        *,
        prefix: str = "",
        root_only: bool = False,
        suffix: str = "",
        wanted: int | None = None,
    ) -> Iterator[BlobItem]:
        rules.check_container(container)
        client = self._service.get_container_client(container)
        # The client takes about half a millisecond to read what is told of a blob.
        size = min(self._page_size, max(wanted or self._page_size, 1))
        found: ItemPaged[Any] = (
            client.walk_blobs(prefix, delimiter="/", results_per_page=size)
            if root_only
            else client.list_blobs(prefix, results_per_page=size)
        )
        for blob in self._each(found):
            if isinstance(blob, BlobProperties) and blob.name.endswith(suffix):
                # A listing gives ETags without the quotes that they have everywhere else.
                etag = f'"{blob.etag.strip(chr(34))}"'
                yield BlobItem(blob.name, blob.size, etag, rules.moment(blob.last_modified))

    def names(
        self, container: str, *, prefix: str = "", root_only: bool = False, suffix: str = ""
    ) -> Iterator[str]:
        rules.check_container(container)
        client = self._service.get_container_client(container)
        found = client.list_blob_names(name_starts_with=prefix, results_per_page=self._page_size)
        for name in self._each(found):
            if name.endswith(suffix) and not (root_only and "/" in name[len(prefix) :]):
                yield name

    def name_page(
        self,
        container: str,
        *,
        prefix: str = "",
        suffix: str = "",
        size: int,
        marker: str | None = None,
    ) -> NamePage:
        rules.check_container(container)
        rules.check_limit(size)
        client = self._service.get_container_client(container)
        found = client.list_blob_names(name_starts_with=prefix, results_per_page=size)
        pages = found.by_page(continuation_token=marker)
        try:
            names = self._calls(lambda: _next(pages)) or ()
        except Refused as error:
            raise _meant(error) from None
        following = getattr(pages, "continuation_token", None)
        return NamePage([name for name in names if name.endswith(suffix)], following or None)

    def delete_prefix(self, container: str, prefix: str) -> int:
        rules.check_prefix(container, prefix)
        client = self._service.get_container_client(container)
        names = self.names(container, prefix=prefix)
        count = 0
        while some := list(islice(names, _DELETED_AT_ONCE)):

            def remove(some: Sequence[str] = some) -> None:
                for answer in client.delete_blobs(*some, raise_on_any_failure=False):
                    if answer.status_code not in (202, 404):
                        raise HttpResponseError(response=answer)

            self._calls(remove)
            count += len(some)
        return count

    def container_exists(self, container: str) -> bool:
        rules.check_container(container)
        return self._calls(self._service.get_container_client(container).exists)

    def create_container(self, container: str) -> bool:
        rules.check_container(container)
        try:
            self._calls(lambda: self._service.create_container(container))
        except Refused as error:
            if error.code == "ContainerAlreadyExists":
                return False
            raise
        return True

    def containers(self) -> Sequence[str]:
        found = self._each(self._service.list_containers())
        return sorted(item.name for item in found if rules.is_container(item.name))

    def _each(self, found: ItemPaged[Item]) -> Iterator[Item]:
        pages = found.by_page()
        try:
            # A page that failed is asked for again: the iterator keeps its place.
            while (page := self._calls(lambda: _next(pages))) is not None:
                yield from page
        except Refused as error:
            raise _meant(error) from None


def _blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts put together to blocks of about `_BLOCK` bytes; no empty one."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    if size:
        yield b"".join(waiting)


def _next(pages: Iterator[Iterable[Item]]) -> Sequence[Item] | None:
    page = next(pages, None)
    return None if page is None else tuple(page)


def _meant(error: Refused) -> Exception:
    """Return what a refusal means."""
    if error.code == "ContainerNotFound":
        return NoSuchContainer()
    if error.status == 412:
        return Changed()
    if error.code == "BlobAlreadyExists":
        return AlreadyExists()
    return error


def _matching(etag: str | None) -> dict[str, Any]:
    if etag is None:
        return {}
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}
