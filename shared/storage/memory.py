"""Storage in memory, under the same promises as Azure Storage: for tests and for trying out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from threading import Lock

from shared import clock
from shared.storage import rules
from shared.storage.ports import (
    AlreadyExists,
    Blob,
    BlobItem,
    Change,
    Changed,
    Delete,
    Insert,
    NamePage,
    NoSuchContainer,
    Put,
    Replace,
    Row,
    TooLarge,
    Value,
)


def memory_storage() -> MemoryStorage:
    """Return a new, empty storage in memory; threads may share it."""
    return MemoryStorage()


class MemoryTable:
    """A table in memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions = count(1)
        self._partitions: dict[str, dict[str, Row]] = {}

    def get(self, partition: str, key: str) -> Row | None:
        rules.check_key(partition)
        rules.check_key(key)
        with self._lock:
            row = self._row(partition, key)
            return None if row is None else _copy(row)

    def insert(self, row: Row) -> str:
        return self.transact([Insert(row)])[0]

    def replace(self, row: Row, *, etag: str) -> str:
        return self.transact([Replace(row, etag)])[0]

    def put(self, row: Row) -> str:
        return self.transact([Put(row)])[0]

    def delete(self, partition: str, key: str, *, etag: str | None = None) -> bool:
        rules.check_changes([Delete(partition, key, etag)])
        with self._lock:
            if self._row(partition, key) is None:
                return False
            self._apply([Delete(partition, key, etag)])
            return True

    def query(
        self,
        partition: str,
        *,
        after: str | None = None,
        first: str | None = None,
        below: str | None = None,
        where: Mapping[str, Value] | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        rules.check_key(partition)
        rules.check_bounds(after, first, below)
        rules.check_where(where)
        rules.check_limit(limit)
        with self._lock:
            found = [
                _copy(row)
                for key, row in sorted(self._partitions.get(partition, {}).items())
                if (after is None or key > after)
                and (first is None or key >= first)
                and (below is None or key < below)
                and _fits(row, where)
            ]
        return iter(found[:limit])

    def scan(
        self,
        *,
        partition_below: str | None = None,
        where: Mapping[str, Value] | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        rules.check_bounds(partition_below)
        rules.check_where(where)
        rules.check_limit(limit)
        with self._lock:
            found = [
                _copy(row)
                for partition, rows in sorted(self._partitions.items())
                if partition_below is None or partition < partition_below
                for _, row in sorted(rows.items())
                if _fits(row, where)
            ]
        return iter(found[:limit])

    def transact(self, changes: Sequence[Change]) -> list[str]:
        rules.check_changes(changes)
        with self._lock:
            return self._apply(changes)

    def put_all(self, rows: Iterable[Row]) -> None:
        for changes in rules.batches(rows):
            self.transact(changes)

    def _row(self, partition: str, key: str) -> Row | None:
        return self._partitions.get(partition, {}).get(key)

    def _apply(self, changes: Sequence[Change]) -> list[str]:
        for index, change in enumerate(changes):
            match change:
                case Insert(row) if self._row(row.partition, row.key) is not None:
                    raise AlreadyExists(index)
                case Replace(row, etag):
                    present = self._row(row.partition, row.key)
                    if present is None or present.etag != etag:
                        raise Changed(index)
                case Delete(partition, key, wanted):
                    present = self._row(partition, key)
                    if present is None or wanted not in (None, present.etag):
                        raise Changed(index)
        return [self._write(change) for change in changes]

    def _write(self, change: Change) -> str:
        if isinstance(change, Delete):
            del self._partitions[change.partition][change.key]
            return ""
        row = change.row
        etag = f'W/"{next(self._versions)}"'
        kept = Row(row.partition, row.key, rules.plain(row), etag)
        self._partitions.setdefault(row.partition, {})[row.key] = kept
        return etag


@dataclass(frozen=True, slots=True)
class _Version:
    """One version of a blob."""

    data: bytes
    etag: str
    modified: datetime


class MemoryBlobs:
    """Containers of blobs in memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions = count(1)
        self._containers: dict[str, dict[str, _Version]] = {}

    def get(self, container: str, name: str, *, limit: int | None = None) -> Blob | None:
        rules.check_container(container)
        rules.check_limit(limit)
        with self._lock:
            version = self._containers.get(container, {}).get(name)
        if version is None:
            return None
        if limit is not None and len(version.data) > limit:
            raise TooLarge(f"The blob has more than {limit:,} bytes.")
        return Blob(version.data, version.etag)

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
        with self._lock:
            blobs = self._container(container)
            present = blobs.get(name)
            if new and present is not None:
                raise AlreadyExists
            if etag is not None and (present is None or present.etag != etag):
                raise Changed
            version = _Version(bytes(data), f'"{next(self._versions)}"', clock.now())
            blobs[name] = version
            return version.etag

    def put_parts(
        self,
        container: str,
        name: str,
        parts: Iterable[bytes],
        *,
        content_type: str = "application/octet-stream",
    ) -> str:
        return self.put(container, name, b"".join(parts), content_type=content_type)

    def delete(self, container: str, name: str, *, etag: str | None = None) -> bool:
        rules.check_container(container)
        rules.check_etag(etag)
        with self._lock:
            blobs = self._containers.get(container, {})
            present = blobs.get(name)
            if present is None:
                return False
            if etag is not None and present.etag != etag:
                raise Changed
            del blobs[name]
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
        with self._lock:
            found = [
                BlobItem(name, len(version.data), version.etag, version.modified)
                for name, version in sorted(self._container(container).items())
                if name.startswith(prefix)
                and name.endswith(suffix)
                and not (root_only and "/" in name[len(prefix) :])
            ]
        return iter(found)

    def names(
        self, container: str, *, prefix: str = "", root_only: bool = False, suffix: str = ""
    ) -> Iterator[str]:
        items = self.list(container, prefix=prefix, root_only=root_only, suffix=suffix)
        return (item.name for item in items)

    def name_page(
        self,
        container: str,
        *,
        prefix: str = "",
        suffix: str = "",
        size: int,
        marker: str | None = None,
    ) -> NamePage:
        rules.check_limit(size)
        names = [name for name in self.names(container, prefix=prefix) if name > (marker or "")]
        page = names[:size]
        following = page[-1] if len(names) > size else None
        return NamePage([name for name in page if name.endswith(suffix)], following)

    def delete_prefix(self, container: str, prefix: str) -> int:
        rules.check_prefix(container, prefix)
        with self._lock:
            blobs = self._container(container)
            names = [name for name in blobs if name.startswith(prefix)]
            for name in names:
                del blobs[name]
        return len(names)

    def container_exists(self, container: str) -> bool:
        rules.check_container(container)
        with self._lock:
            return container in self._containers

    def create_container(self, container: str) -> bool:
        rules.check_container(container)
        with self._lock:
            if container in self._containers:
                return False
            self._containers[container] = {}
            return True

    def containers(self) -> Sequence[str]:
        with self._lock:
            return sorted(self._containers)

    def _container(self, container: str) -> dict[str, _Version]:
        if container not in self._containers:
            raise NoSuchContainer
        return self._containers[container]


class MemoryStorage:
    """A storage account in memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tables: dict[str, MemoryTable] = {}
        self._blobs = MemoryBlobs()

    @property
    def blobs(self) -> MemoryBlobs:
        """The blobs of all containers."""
        return self._blobs

    def table(self, name: str) -> MemoryTable:
        """Return a table; it is made when it is first used and missing."""
        rules.check_table(name)
        with self._lock:
            return self._tables.setdefault(name, MemoryTable())

    def tables(self) -> Sequence[str]:
        """Return the names of the tables that were made."""
        with self._lock:
            return sorted(self._tables)


def _copy(row: Row) -> Row:
    return Row(row.partition, row.key, dict(row.values), row.etag)


def _fits(row: Row, where: Mapping[str, Value] | None) -> bool:
    return all(
        name in row.values and row.values[name] == value for name, value in (where or {}).items()
    )
