"""Copies: the leaves to copy a project into this instance, and the parts that have arrived."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from shared.domain.copies import CopyGrant
from shared.storage.ports import AlreadyExists, Row, Storage
from shared.storage.projects import CONTAINER
from shared.storage.rows import moment, text, whole

_PARTITION = "copy"
_WRITTEN = "written.json"


class Copies:
    """All copies that come into this instance."""

    def __init__(self, storage: Storage) -> None:
        self._table = storage.table("copies")
        self._blobs = storage.blobs

    def insert(self, grant: CopyGrant) -> CopyGrant:
        """Keep a new grant and return it with its ETag; its digest is that of a new token."""
        return dataclasses.replace(grant, etag=self._table.put(_row(grant)))

    def replace(self, grant: CopyGrant) -> CopyGrant:
        """Write a changed grant; raise `Changed` where its ETag is not current."""
        return dataclasses.replace(grant, etag=self._table.replace(_row(grant), etag=grant.etag))

    def find(self, digest: str) -> CopyGrant | None:
        """Return the grant of a token's digest, or None."""
        row = self._table.get(_PARTITION, digest)
        return None if row is None else _grant(row)

    def all(self) -> Iterator[CopyGrant]:
        """Yield all grants, in no meaningful order."""
        for row in self._table.query(_PARTITION):
            yield _grant(row)

    def delete(self, grant: CopyGrant) -> None:
        """Remove a grant and all that has arrived under it."""
        self.drop_parts(grant)
        self._table.delete(_PARTITION, grant.digest)

    def put_part(self, grant: CopyGrant, attempt: int, number: int, data: bytes) -> None:
        """Keep a part; the same one may come again."""
        self._blobs.put(CONTAINER, _part(grant, attempt, number), data)

    def part(self, grant: CopyGrant, attempt: int, number: int) -> bytes | None:
        """Return a part, or None."""
        blob = self._blobs.get(CONTAINER, _part(grant, attempt, number))
        return None if blob is None else blob.data

    def put_digests(self, grant: CopyGrant, attempt: int, digests: list[str]) -> None:
        """Keep the SHA-256 of every part of a try, in order."""
        data = json.dumps(digests).encode()
        self._blobs.put(CONTAINER, f"{_folder(grant)}{attempt}/digests.json", data)

    def digests(self, grant: CopyGrant) -> list[str] | None:
        """Return the SHA-256 of every part of the try that sent everything, or None."""
        blob = self._blobs.get(CONTAINER, f"{_folder(grant)}{grant.attempt}/digests.json")
        return None if blob is None else list(json.loads(blob.data))

    def put_written(self, grant: CopyGrant, names: list[str]) -> list[str]:
        """Keep which documents will be written, and return them, or the list that is there."""
        try:
            data = json.dumps(names).encode()
            self._blobs.put(CONTAINER, _folder(grant) + _WRITTEN, data, new=True)
        except AlreadyExists:
            return self.written(grant)
        return names

    def written(self, grant: CopyGrant) -> list[str]:
        """Return which documents were to be written; none before that was known."""
        blob = self._blobs.get(CONTAINER, _folder(grant) + _WRITTEN)
        return [] if blob is None else list(json.loads(blob.data))

    def drop_parts(self, grant: CopyGrant) -> None:
        """Remove all that has arrived under a grant."""
        self._blobs.delete_prefix(CONTAINER, _folder(grant))


def _folder(grant: CopyGrant) -> str:
    return f"copies/{grant.project_id}/"


def _part(grant: CopyGrant, attempt: int, number: int) -> str:
    return f"{_folder(grant)}{attempt}/{number:05}"


def _row(grant: CopyGrant) -> Row:
    values = dataclasses.asdict(grant)
    del values["digest"], values["etag"]
    return Row(_PARTITION, grant.digest, values)


def _grant(row: Row) -> CopyGrant:
    return CopyGrant(
        digest=row.key,
        project_name=text(row, "project_name"),
        project_id=text(row, "project_id"),
        container=text(row, "container"),
        overwrite=bool(row.values.get("overwrite")),
        created=moment(row, "created"),
        expires=moment(row, "expires"),
        source=text(row, "source"),
        operation_id=text(row, "operation_id"),
        attempt=whole(row, "attempt"),
        replaced_id=text(row, "replaced_id"),
        etag=row.etag,
    )
