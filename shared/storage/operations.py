"""Operations: one partition each in the table `operations`, ordered by time."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from shared.domain.operations import Operation, OperationKind
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.ids import first_of
from shared.storage.models import options_of, options_text
from shared.storage.ports import Row, Storage
from shared.storage.projects import CONTAINER
from shared.storage.rows import moment, optional_moment, text, whole

_KEY = "operation"

#: A table's string holds 32 K characters; longer lists of errors go to a blob.
_LONGEST = 20_000


class Operations:
    """The long-running jobs of authoring."""

    def __init__(self, storage: Storage) -> None:
        self._table = storage.table("operations")
        self._blobs = storage.blobs

    def insert(self, operation: Operation) -> Operation:
        """Keep a new operation and return it with its ETag."""
        # Its id is new, so nothing can be overwritten; and where an answer was lost on the way and
        # the write is sent again, putting does not mistake the first for a rival's.
        return dataclasses.replace(operation, etag=self._table.put(self._row(operation)))

    def replace(self, operation: Operation) -> Operation:
        """Write a changed operation; raise `Changed` where its ETag is not current."""
        etag = self._table.replace(self._row(operation), etag=operation.etag)
        return dataclasses.replace(operation, etag=etag)

    def find(self, operation_id: str) -> Operation | None:
        """Return the operation of this id, or None."""
        row = self._table.get(operation_id, _KEY)
        return None if row is None else self._operation(row)

    def of_project(self, project_id: str, kind: OperationKind) -> list[Operation]:
        """Return a project's operations of a kind, the newest first."""
        rows = self._table.scan(where={"project_id": project_id, "kind": kind.value})
        return sorted((self._operation(row) for row in rows), key=lambda one: one.id, reverse=True)

    def active(self) -> Iterator[Operation]:
        """Yield the operations that have not ended."""
        for row in self._table.scan(where={"active": True}):
            yield self._operation(row)

    def delete(self, operation_id: str) -> None:
        """Remove an operation with its files."""
        self._table.delete(operation_id, _KEY)
        self.delete_files(operation_id)

    def older_than(self, moment: datetime) -> Iterator[Operation]:
        """Yield the operations made before `moment`."""
        for row in self._table.scan(partition_below=first_of(moment)):
            yield self._operation(row)

    def put_file(self, operation_id: str, name: str, data: bytes) -> None:
        """Keep a file of an operation, such as the labels file that it imports."""
        self._blobs.put(CONTAINER, f"operations/{operation_id}/{name}", data)

    def put_parts(self, operation_id: str, name: str, parts: Iterable[bytes]) -> None:
        """Keep a file of an operation that is made part by part; no other try may write it."""
        self._blobs.put_parts(CONTAINER, f"operations/{operation_id}/{name}", parts)

    def delete_files(self, operation_id: str) -> None:
        """Remove all files of an operation, long lists of errors among them."""
        self._blobs.delete_prefix(CONTAINER, f"operations/{operation_id}/")

    def file(self, operation_id: str, name: str) -> bytes | None:
        """Return a file of an operation, or None."""
        blob = self._blobs.get(CONTAINER, f"operations/{operation_id}/{name}")
        return None if blob is None else blob.data

    def _row(self, operation: Operation) -> Row:
        training = operation.training
        return Row(
            operation.id,
            _KEY,
            {
                "kind": operation.kind.value,
                "project_name": operation.project_name,
                "project_id": operation.project_id,
                "state": operation.state.value,
                "active": not operation.state.final,
                "created": operation.created,
                "updated": operation.updated,
                "expires": operation.expires,
                "tries": operation.tries,
                "phase": operation.phase,
                "percent": operation.percent,
                "started": operation.started,
                "ended": operation.ended,
                "subject": operation.subject,
                "other": operation.other,
                "source": operation.source,
                "form": operation.form,
                "result": operation.result,
                "training": options_text(training) if training else None,
                "errors": self._kept(operation, "errors", operation.errors),
                "warnings": self._kept(operation, "warnings", operation.warnings),
            },
        )

    def _kept(self, operation: Operation, name: str, details: Sequence[ErrorDetail]) -> str:
        """Return a list as a row keeps it: "" for one that is too long, which a file keeps."""
        data = json.dumps([dataclasses.asdict(one) for one in details])
        if len(data) > _LONGEST:
            self.put_file(operation.id, f"{name}.json", data.encode())
            return ""
        return data

    def _details(self, row: Row, name: str) -> tuple[ErrorDetail, ...]:
        data = text(row, name) or self.file(row.partition, f"{name}.json") or "[]"
        return tuple(ErrorDetail(**value) for value in json.loads(data))

    def _operation(self, row: Row) -> Operation:
        return Operation(
            id=row.partition,
            kind=OperationKind(text(row, "kind")),
            project_name=text(row, "project_name"),
            project_id=text(row, "project_id"),
            state=State(text(row, "state")),
            created=moment(row, "created"),
            updated=moment(row, "updated"),
            expires=moment(row, "expires"),
            tries=whole(row, "tries"),
            phase=text(row, "phase"),
            percent=whole(row, "percent"),
            started=optional_moment(row, "started"),
            ended=optional_moment(row, "ended"),
            subject=text(row, "subject"),
            other=text(row, "other"),
            source=text(row, "source"),
            form=text(row, "form"),
            result=text(row, "result"),
            training=options_of(options) if (options := text(row, "training")) else None,
            errors=self._details(row, "errors"),
            warnings=self._details(row, "warnings"),
            etag=row.etag,
        )
