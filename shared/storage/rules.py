"""The rules of names, keys and values: what a table or a container refuses before any call.

Both implementations of the ports check by these functions, so that both refuse the same, and
nothing reaches storage that it would answer in its own way (or, like Azurite on a transaction of
over 100 changes, by breaking the connection).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from shared.storage.ports import Change, Delete, Put, Replace, Row, TooLarge, Value

#: Azure limits a transaction to 100 changes and 4 MiB.
CHANGES_PER_TRANSACTION = 100
TRANSACTION_BYTES = 4 * 2**20

#: Azure's limits of one row: 1 MiB, 252 properties, 64 KiB for a string (in UTF-16) or bytes.
ROW_BYTES = 2**20
PROPERTIES_PER_ROW = 252
VALUE_BYTES = 64 * 2**10

#: Keys hold less than Azure takes: nothing that needs an escape in an address or a filter. The
#: length is Azure's 1 KiB, in UTF-16.
_KEY = re.compile(r"[a-z0-9|\-]{1,512}\Z")

#: A bound of a range of keys may also be the sign after `|`, to end a range of prefixed keys.
_BOUND = re.compile(r"[a-z0-9|}\-]{0,512}\Z")

_PROPERTY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}\Z")
_RESERVED = frozenset({"PartitionKey", "RowKey", "Timestamp"})

_TABLE = re.compile(r"[a-z][a-z0-9]{2,62}\Z")
_CONTAINER = re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(-[a-z0-9]+)*\Z")

#: Azure's limit of a blob's name, in characters.
_BLOB_NAME_LENGTH = 1024

#: Azure's least moment: `Edm.DateTime` begins in 1601.
_FIRST_MOMENT = datetime(1601, 1, 1, tzinfo=UTC)


def check_table(name: str) -> None:
    """Refuse a name that no table can have: 3 to 63 of `[a-z0-9]`, a letter first."""
    if not _TABLE.match(name):
        raise ValueError("A table's name is 3 to 63 lower-case letters and digits, a letter first.")


def check_key(key: str) -> None:
    """Refuse a key that is not 1 to 512 of `[a-z0-9|-]`."""
    if not _KEY.match(key):
        raise ValueError("A key must be 1 to 512 characters of a-z, 0-9, | and -.")


def check_bounds(*bounds: str | None) -> None:
    """Refuse a bound of a range that is neither a key nor one that ends in `}`."""
    for bound in bounds:
        if bound is not None and not _BOUND.match(bound):
            raise ValueError("A bound must be at most 512 characters of a-z, 0-9, |, } and -.")


def check_where(where: Mapping[str, Value] | None) -> None:
    """Refuse a filter by something else than strings, whole numbers and truth values.

    Doubles have no useful equality, and Azurite compares moments by milliseconds only.
    """
    for name, value in (where or {}).items():
        _check_property(name)
        if not isinstance(value, str | int):
            raise ValueError(f"Rows cannot be searched for the property {name} by this value.")
        _size(name, value)


def check_limit(limit: int | None) -> None:
    """Refuse a limit below 0."""
    if limit is not None and limit < 0:
        raise ValueError("A limit cannot be below 0.")


def check_row(row: Row) -> int:
    """Refuse a row that Azure would refuse; return its size in bytes as Azure counts it.

    Raises `ValueError`, and `TooLarge` for one of more than 1 MiB. The formula is that of
    https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
    """
    check_key(row.partition)
    check_key(row.key)
    present = {name: value for name, value in row.values.items() if value is not None}
    if len(present) > PROPERTIES_PER_ROW:
        raise ValueError(f"A row has at most {PROPERTIES_PER_ROW} properties.")
    size = 4 + 2 * (len(row.partition) + len(row.key))
    for name, value in present.items():
        _check_property(name)
        size += 8 + 2 * len(name) + _size(name, value)
    if size > ROW_BYTES:
        raise TooLarge("A row has at most 1 MiB.")
    return size


def plain(row: Row) -> dict[str, Value]:
    """Return a row's values as storage keeps them: None left out, moments in UTC, plain types."""
    return {name: _plain(value) for name, value in row.values.items() if value is not None}


def moment(value: datetime) -> datetime:
    """Return a moment as a plain datetime in UTC."""
    utc = value.astimezone(UTC)
    return datetime.combine(utc.date(), utc.time(), UTC)


def check_changes(changes: Sequence[Change]) -> None:
    """Refuse a transaction that Azure would refuse whatever the table holds.

    Raises `ValueError`, and `TooLarge` for one of more than 4 MiB.
    """
    if not 1 <= len(changes) <= CHANGES_PER_TRANSACTION:
        raise ValueError(f"A transaction has 1 to {CHANGES_PER_TRANSACTION} changes.")
    size = 0
    places = set()
    for change in changes:
        if isinstance(change, Delete):
            check_key(change.partition)
            check_key(change.key)
            place = change.partition, change.key
        else:
            size += check_row(change.row)
            place = change.row.partition, change.row.key
        if isinstance(change, Replace | Delete):
            check_etag(change.etag)
        places.add(place)
    if len({partition for partition, _ in places}) > 1:
        raise ValueError("A transaction must stay in one partition.")
    if len(places) < len(changes):
        raise ValueError("A transaction must not name a row twice.")
    if size > TRANSACTION_BYTES:
        raise TooLarge("A transaction has at most 4 MiB.")


def batches(rows: Iterable[Row]) -> Iterator[list[Put]]:
    """Yield puts of all rows, as transactions for each partition in turn.

    A transaction stays below 1 MiB as well: as JSON, with its escapes, a row can take four times
    what Azure counts for it.
    """
    open_batches: dict[str, tuple[list[Put], int]] = {}
    for row in rows:
        size = check_row(row)
        batch, total = open_batches.get(row.partition, ([], 0))
        taken = any(put.row.key == row.key for put in batch)
        if batch and (taken or len(batch) == CHANGES_PER_TRANSACTION or total + size > ROW_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(Put(row))
        open_batches[row.partition] = batch, total + size
    for batch, _ in open_batches.values():
        yield batch


def check_etag(etag: str | None) -> None:
    """Refuse an ETag that would match any version: an empty one, or `*`."""
    if etag is not None and etag in ("", "*"):
        raise ValueError("An ETag must be that of a version that was read.")


def check_container(name: str) -> None:
    """Refuse a name that no container can have, by Azure's rule."""
    if not is_container(name):
        raise ValueError(
            "A container's name is 3 to 63 lower-case letters, digits and single hyphens, "
            "with a letter or digit at both ends."
        )


def is_container(name: str) -> bool:
    """Whether a container can be reached under this name; `$logs` and its like cannot."""
    return _CONTAINER.match(name) is not None


def check_blob_name(name: str) -> None:
    """Refuse a name under which this service neither writes nor reads a blob."""
    if not is_blob_name(name):
        raise ValueError(
            "A blob's name is 1 to 1,024 characters: no control character, backslash or step up."
        )


def check_put(container: str, name: str, *, etag: str | None, new: bool) -> None:
    """Refuse a write of a blob that no storage would do."""
    check_container(container)
    check_blob_name(name)
    check_etag(etag)
    if new and etag is not None:
        raise ValueError("A blob cannot be new and have an ETag.")


def check_prefix(container: str, prefix: str) -> None:
    """Refuse to remove a whole container."""
    check_container(container)
    if not prefix:
        raise ValueError("An empty prefix would remove every blob of the container.")


def is_blob_name(name: str) -> bool:
    """Whether a blob can be reached under this name.

    A control character makes Azurite answer 500 to every listing of the container; U+FFFE, U+FFFF
    and lone surrogates cannot be written in the XML of a listing; a backslash comes back as `/`.
    """
    return (
        0 < len(name) <= _BLOB_NAME_LENGTH
        and not any(
            unicodedata.category(char) in ("Cc", "Cs") or char in "\\\ufffe\uffff" for char in name
        )
        and not any(step in (".", "..") for step in name.split("/"))
    )


def _check_property(name: str) -> None:
    if not _PROPERTY.match(name) or name in _RESERVED:
        raise ValueError("A property's name is an identifier of ASCII letters, digits and _.")


def _plain(value: Value) -> Value:
    match value:
        case bool() | bytes() | None:
            return value
        case str():
            return str.__str__(value)  # Members of a string enumeration would be written oddly.
        case int():
            return int(value)
        case float():
            return float(value)
        case datetime():
            return moment(value)


def _size(name: str, value: Value) -> int:
    """Return the bytes that Azure counts for a value; raise `ValueError` for one it refuses."""
    match value:
        case bool():
            return 1
        case str():
            return 4 + _bytes_of_text(name, value)
        case bytes() if len(value) <= VALUE_BYTES:
            return 4 + len(value)
        case bytes():
            raise ValueError(f"The property {name} has more than 64 KiB.")
        case int() if -(2**63) <= value < 2**63:
            return 8
        case float() if math.isfinite(value):
            return 8
        case datetime() if value.tzinfo is None:
            raise ValueError(f"The property {name} is a moment without a time zone.")
        case datetime() if value >= _FIRST_MOMENT:
            return 8
    raise ValueError(f"The property {name} has a value that a row cannot hold.")


def _bytes_of_text(name: str, text: str) -> int:
    try:
        size = len(text.encode("utf-16-le"))
    except UnicodeEncodeError:
        # Without its cause, which would carry the text.
        raise ValueError(f"The property {name} has a lone surrogate.") from None
    if size > VALUE_BYTES:
        raise ValueError(f"The property {name} has more than 32,768 characters in UTF-16.")
    return size
