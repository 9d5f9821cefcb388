"""The port of tables on Azure Table Storage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError
from azure.core.paging import ItemPaged
from azure.data.tables import (
    EdmType,
    EntityProperty,
    TableClient,
    TableEntity,
    TransactionOperation,
    UpdateMode,
)

from shared.storage import rules
from shared.storage.calls import Calls
from shared.storage.ports import (
    AlreadyExists,
    Change,
    Changed,
    Delete,
    Insert,
    Put,
    Refused,
    Replace,
    Row,
    TooLarge,
    Value,
)

Result = TypeVar("Result")

#: Rows that storage gives at once, at most.
_PAGE = 1000


class AzureTable:
    """A table of a storage account. It is made when storage first says that it is missing."""

    def __init__(self, client: TableClient, calls: Calls) -> None:
        self._client = client
        self._calls = calls

    def get(self, partition: str, key: str) -> Row | None:
        rules.check_key(partition)
        rules.check_key(key)
        try:
            return _row(self._call(lambda: self._client.get_entity(partition, key)))
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def insert(self, row: Row) -> str:
        entity = _entity(row)

        def create() -> Mapping[str, Any]:
            return self._client.create_entity(entity, response_preference="return-no-content")

        return self._write(create)

    def replace(self, row: Row, *, etag: str) -> str:
        rules.check_etag(etag)
        entity = _entity(row)

        def update() -> Mapping[str, Any]:
            return self._client.update_entity(entity, UpdateMode.REPLACE, **_matching(etag))

        return self._write(update)

    def put(self, row: Row) -> str:
        entity = _entity(row)
        return self._write(lambda: self._client.upsert_entity(entity, UpdateMode.REPLACE))

    def delete(self, partition: str, key: str, *, etag: str | None = None) -> bool:
        rules.check_changes([Delete(partition, key, etag)])
        statuses: list[int] = []

        def note(response: Any) -> None:
            statuses.append(response.http_response.status_code)

        def delete() -> None:
            # The client says nothing of a row that was not there, so the status is read here.
            self._client.delete_entity(partition, key, raw_response_hook=note, **_matching(etag))

        try:
            self._call(delete)
        except Refused as error:
            raise _meant(error) from None
        return statuses[-1] != 404

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
        terms = [f"PartitionKey eq '{partition}'"]
        for sign, bound in (("gt", after), ("ge", first), ("lt", below)):
            if bound is not None:
                terms.append(f"RowKey {sign} '{bound}'")
        return self._search(terms, where, limit)

    def scan(
        self,
        *,
        partition_below: str | None = None,
        where: Mapping[str, Value] | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        rules.check_bounds(partition_below)
        terms = [] if partition_below is None else [f"PartitionKey lt '{partition_below}'"]
        return self._search(terms, where, limit)

    def transact(self, changes: Sequence[Change]) -> list[str]:
        rules.check_changes(changes)
        operations = [_operation(change) for change in changes]
        try:
            written = self._call(lambda: self._client.submit_transaction(operations))
        except Refused as error:
            raise _meant(error) from None
        return [answer.get("etag", "") for answer in written]

    def put_all(self, rows: Iterable[Row]) -> None:
        for changes in rules.batches(rows):
            self.transact(changes)

    def _search(
        self, terms: list[str], where: Mapping[str, Value] | None, limit: int | None
    ) -> Iterator[Row]:
        rules.check_where(where)
        rules.check_limit(limit)
        terms += [f"{name} eq {_literal(value)}" for name, value in (where or {}).items()]
        return self._pages(" and ".join(terms), limit)

    def _pages(self, terms: str, limit: int | None) -> Iterator[Row]:
        left = limit
        if left == 0:
            return
        page_size = _PAGE if left is None else min(left, _PAGE)
        found: ItemPaged[TableEntity]
        if terms:
            found = self._client.query_entities(terms, results_per_page=page_size)
        else:
            found = self._client.list_entities(results_per_page=page_size)
        pages = found.by_page()
        # A page that failed is asked for again: the iterator keeps its place.
        while (page := self._call(lambda: _next(pages))) is not None:
            for entity in page:
                yield _row(entity)
                if left is not None:
                    left -= 1
                    if left == 0:
                        return

    def _write(self, work: Callable[[], Mapping[str, Any]]) -> str:
        try:
            return str(self._call(work)["etag"])
        except Refused as error:
            raise _meant(error) from None

    def _call(self, work: Callable[[], Result]) -> Result:
        try:
            return self._calls(work)
        except Refused as error:
            if error.code != "TableNotFound":
                raise
        self._calls(self._create)
        return self._calls(work)

    def _create(self) -> None:
        try:
            self._client.create_table()
        except ResourceExistsError:
            return  # Another process was faster.


def _next(pages: Iterator[Iterator[TableEntity]]) -> list[TableEntity] | None:
    page = next(pages, None)
    return None if page is None else list(page)


def _meant(error: Refused) -> Exception:
    """Return what a refusal means for a write under a condition."""
    match error.status:
        case 404 | 412:
            return Changed(error.index)
        case 409 if error.code in ("EntityAlreadyExists", ""):
            return AlreadyExists(error.index)
        case 413:
            return TooLarge("A transaction has at most 4 MiB.")
    return error


def _matching(etag: str | None) -> dict[str, Any]:
    if etag is None:
        return {}
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def _operation(change: Change) -> tuple[TransactionOperation, Mapping[str, Any], dict[str, Any]]:
    match change:
        case Insert(row):
            return TransactionOperation.CREATE, _entity(row), {}
        case Replace(row, etag):
            options = {"mode": UpdateMode.REPLACE, **_matching(etag)}
            return TransactionOperation.UPDATE, _entity(row), options
        case Put(row):
            return TransactionOperation.UPSERT, _entity(row), {"mode": UpdateMode.REPLACE}
        case Delete(partition, key, wanted):
            entity = {"PartitionKey": partition, "RowKey": key}
            return TransactionOperation.DELETE, entity, _matching(wanted)


def _entity(row: Row) -> dict[str, Any]:
    """Return the SDK's form of a row.

    Every whole number is an Int64: filters find a number only under the type it was written with.
    """
    rules.check_row(row)
    entity: dict[str, Any] = {"PartitionKey": row.partition, "RowKey": row.key}
    for name, value in rules.plain(row).items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        entity[name] = EntityProperty(value, EdmType.INT64) if whole else value
    return entity


def _row(entity: TableEntity) -> Row:
    values = {name: _value(value) for name, value in entity.items()}
    partition, key = values.pop("PartitionKey"), values.pop("RowKey")
    return Row(str(partition), str(key), values, str(entity.metadata["etag"]))


def _value(value: Any) -> Value:
    match value:
        case EntityProperty():
            return int(value.value)
        case bool():
            return value
        case int():
            return float(value)  # Int64 comes as a property: this is a double such as 1.0.
        case datetime():
            return rules.moment(value)
    plain: Value = value
    return plain


def _literal(value: Value) -> str:
    """Return a value as a literal of an OData filter."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{int(value)}L"
        case str():
            # The plain text even of a member of an enumeration.
            quoted = str.__str__(value).replace("'", "''")
            return f"'{quoted}'"
    raise ValueError("Rows cannot be searched by such a value.")
