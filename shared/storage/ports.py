"""What this service asks of storage: tables of rows, and containers of blobs.

The repositories of the nouns are written against these two ports. `tables.py` and `blobs.py` put
them on Azure Storage, `memory.py` keeps the same promises in memory; one set of tests holds both to
them. What both refuse before any call is in `rules.py`.

Whatever cannot be had because storage is down, busy or denies access is raised as
`shared.errors.ServiceUnavailable`. A write whose answer was lost is sent again, so a writer may be
told `Changed` or `AlreadyExists` of its own write; it reads again, as it would after a rival's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

#: What a property of a row can hold. A property that is None is left out of the row.
Value: TypeAlias = str | int | float | bool | datetime | bytes | None


class StorageError(Exception):
    """Storage did not do what was asked; a subclass says why."""


class AlreadyExists(StorageError):
    """There is a row or a blob of this name already; nothing was written."""

    def __init__(self, index: int = 0) -> None:
        super().__init__((type(self).__doc__ or "").strip())
        #: Of the first refused change of a transaction; 0 for a single write.
        self.index = index


class Changed(StorageError):
    """The row or blob is gone or no longer has the ETag that was named; nothing was written."""

    def __init__(self, index: int = 0) -> None:
        super().__init__((type(self).__doc__ or "").strip())
        #: Of the first refused change of a transaction; 0 for a single write.
        self.index = index


class TooLarge(StorageError):
    """The blob, row or transaction has more bytes than are allowed."""


class NoSuchContainer(StorageError):
    """There is no container of this name."""


class Refused(StorageError):
    """Storage refused a request for a reason that nobody expected: a fault of this service."""

    def __init__(self, status: int, code: str, index: int = 0) -> None:
        super().__init__(f"Storage answered {status} {code}.")
        #: The HTTP status, and storage's own code such as `InvalidInput`.
        self.status = status
        self.code = code
        #: Of the refused change of a transaction; 0 for a single call.
        self.index = index


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: two keys and its properties."""

    #: Keys hold only `[a-z0-9|-]`.
    partition: str
    key: str
    values: Mapping[str, Value]
    #: Of the version that was read; empty on a row that is still to be written.
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Insert:
    """Write a row that must not be there yet."""

    row: Row


@dataclass(frozen=True, slots=True)
class Replace:
    """Write a row over the version that has this ETag."""

    row: Row
    etag: str


@dataclass(frozen=True, slots=True)
class Put:
    """Write a row, whatever is there."""

    row: Row


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a row that must be there, with this ETag if one is named."""

    partition: str
    key: str
    etag: str | None = None


#: One change of a transaction.
Change: TypeAlias = Insert | Replace | Put | Delete


@dataclass(frozen=True, slots=True)
class Blob:
    """A blob as it was read."""

    data: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class BlobItem:
    """A blob as a list shows it."""

    name: str
    #: In bytes.
    size: int
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class NamePage:
    """A page of a listing of names."""

    names: Sequence[str]
    #: Where the listing goes on, in storage's own words; None at its end.
    marker: str | None


class Table(Protocol):
    """Rows under two keys. A transaction reaches the rows of one partition.

    All methods raise `ValueError`, before any call, for a key or value that no row can have.
    """

    def get(self, partition: str, key: str) -> Row | None:
        """Return the row, or None where there is none."""

    def insert(self, row: Row) -> str:
        """Write a new row and return its ETag; raise `AlreadyExists` where there is one."""

    def replace(self, row: Row, *, etag: str) -> str:
        """Write the row over the version of this ETag and return the new one.

        Raises `Changed` where the row has another ETag, or is gone.
        """

    def put(self, row: Row) -> str:
        """Write the row, whatever is there, and return its ETag."""

    def delete(self, partition: str, key: str, *, etag: str | None = None) -> bool:
        """Remove the row and return whether it was there; raise `Changed` on another ETag."""

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
        """Yield the rows of a partition in the order of their keys.

        Only those with key > `after`, >= `first` and < `below`, whose properties equal all that
        `where` names, and no more than `limit`. `where` may name strings, whole numbers and truth
        values, each of the type with which its property was written.
        Rows may be changed or deleted meanwhile: the rest is read as it goes.
        """

    def scan(
        self,
        *,
        partition_below: str | None = None,
        where: Mapping[str, Value] | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Yield rows across partitions, by partition and then by key: for sweeps and purges."""

    def transact(self, changes: Sequence[Change]) -> list[str]:
        """Do all changes or none, and return the ETag of each written row ("" of a deleted one).

        From 1 to 100 changes of different rows of one partition; `ValueError` otherwise. Raises
        `AlreadyExists` (an insert) or `Changed` (a replace or a delete) with the `index` of the
        first change that was refused.
        """

    def put_all(self, rows: Iterable[Row]) -> None:
        """Put many rows, in transactions for each partition: not all or nothing as a whole."""


class Blobs(Protocol):
    """Bytes under a name in a container.

    Names may hold any characters but control characters and `\\`; a path in one may not hold the
    steps `.` or `..`, which clients on the way resolve. To write under another name is a
    `ValueError`; no blob has such a name, so to read one gives None.
    """

    def get(self, container: str, name: str, *, limit: int | None = None) -> Blob | None:
        """Return the blob, or None where there is none (or no such container).

        Raises `TooLarge` if it has more than `limit` bytes, without reading it whole.
        """

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
        """Write the blob and return its ETag.

        With an `etag` only over that version, else raises `Changed`; as `new` only where there is
        none, else raises `AlreadyExists`. Raises `NoSuchContainer`.
        """

    def put_parts(
        self,
        container: str,
        name: str,
        parts: Iterable[bytes],
        *,
        content_type: str = "application/octet-stream",
    ) -> str:
        """Write a blob that is made part by part, whatever is there, and return its ETag.

        It takes the memory of a few parts. The blob appears whole once the last is written; where
        making one fails, nothing is written. Two writers of one name at the same time may get in
        each other's way: one of them is told `Refused`. Raises `NoSuchContainer`.
        """

    def delete(self, container: str, name: str, *, etag: str | None = None) -> bool:
        """Remove the blob and return whether it was there; raise `Changed` on another ETag."""

    def list(
        self,
        container: str,
        *,
        prefix: str = "",
        root_only: bool = False,
        suffix: str = "",
        wanted: int | None = None,
    ) -> Iterator[BlobItem]:
        """Yield the blobs whose names begin with `prefix` and end with `suffix`, by name.

        `root_only` leaves out those with a `/` after the prefix. Who will take no more than so many
        says so in `wanted`: storage then tells no more at once. Raises `NoSuchContainer`, at the
        latest when the first blob is asked for.
        """

    def names(
        self, container: str, *, prefix: str = "", root_only: bool = False, suffix: str = ""
    ) -> Iterator[str]:
        """Yield the names of those blobs only: several times as fast."""

    def name_page(
        self,
        container: str,
        *,
        prefix: str = "",
        suffix: str = "",
        size: int,
        marker: str | None = None,
    ) -> NamePage:
        """Return those of the next `size` blobs' names that end with `suffix`, by name.

        The first page has no `marker`, each other that of the page before, which any process may
        give at any later time. A page may have no name and yet not be the last. Raises
        `NoSuchContainer`.
        """

    def delete_prefix(self, container: str, prefix: str) -> int:
        """Remove all blobs whose names begin with `prefix` and return how many there were.

        An empty prefix is a `ValueError`. Raises `NoSuchContainer`.
        """

    def container_exists(self, container: str) -> bool:
        """Return whether there is a container of this name."""

    def create_container(self, container: str) -> bool:
        """Make a container; return False where it was there already."""

    def containers(self) -> Sequence[str]:
        """Return the names of all containers, sorted."""


class Storage(Protocol):
    """A storage account: its tables by name, and its blobs."""

    @property
    def blobs(self) -> Blobs:
        """The blobs of all containers."""

    def table(self, name: str) -> Table:
        """Return a table; it is made when it is first used and missing."""
