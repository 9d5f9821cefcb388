"""Documents and their labels.

A document is a `.txt` blob at the root of its project's container, which belongs to the user: the
service only reads it. The labels of each tagged document are a blob of the service's own, written
under its ETag, and a row in the table `documents` counts them for lists.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from shared import limits
from shared.domain.labels import Dataset, Document, Labels
from shared.domain.projects import Project
from shared.errors import ChangedMeanwhile, InvalidDocument, NotFound
from shared.ids import key_of
from shared.storage.ports import AlreadyExists, Changed, Row, Storage, TooLarge
from shared.storage.projects import CONTAINER
from shared.storage.rows import text
from shared.text.spans import Span

#: UTF-8 takes at most 4 bytes for a code point.
_LARGEST = 4 * limits.PROJECT_DOCUMENT_LENGTH

#: Blobs read or written at the same time. Each waits for the network, so more than the cores.
_AT_ONCE = 16

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document's text as it is in its blob: nothing is stripped or normalised."""

    text: str
    #: SHA-256 of the blob's bytes, in hex.
    digest: str


@dataclass(frozen=True, slots=True)
class StoredLabels:
    """Labels with the ETag under which they can be replaced."""

    labels: Labels
    etag: str


class Documents:
    """The documents of all projects."""

    def __init__(self, storage: Storage) -> None:
        self._table = storage.table("documents")
        self._blobs = storage.blobs

    def names(self, project: Project) -> Iterator[str]:
        """Yield the names of the project's documents, sorted."""
        container = project.settings.container
        yield from self._blobs.names(container, root_only=True, suffix=".txt")

    def text(self, project: Project, name: str) -> DocumentText:
        """Return a document's text.

        Raises `NotFound` where there is no such document, and `InvalidDocument` where it is too
        long or not UTF-8.
        """
        blob = None
        if "/" not in name and name.endswith(".txt"):
            try:
                blob = self._blobs.get(project.settings.container, name, limit=_LARGEST)
            except TooLarge as error:
                raise _too_long(name) from error
        if blob is None:
            raise NotFound("The project's container has no such document.", target=name)
        try:
            decoded = blob.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidDocument(
                f"The document is not UTF-8: byte {error.start} cannot be read.", target=name
            ) from error
        if len(decoded) > limits.PROJECT_DOCUMENT_LENGTH:
            raise _too_long(name)
        return DocumentText(decoded, hashlib.sha256(blob.data).hexdigest())

    def texts(
        self, project: Project, names: Iterable[str]
    ) -> Iterator[tuple[str, DocumentText | NotFound | InvalidDocument]]:
        """Yield each name with its text, or with the error that reading it gave, in order."""

        def read(name: str) -> tuple[str, DocumentText | NotFound | InvalidDocument]:
            try:
                return name, self.text(project, name)
            except (NotFound, InvalidDocument) as error:
                return name, error

        yield from _side_by_side(read, names)

    def labels(self, project: Project, name: str) -> StoredLabels | None:
        """Return a document's labels, or None where it has none."""
        blob = self._blobs.get(CONTAINER, _labels_blob(project.id, name))
        return None if blob is None else StoredLabels(_labels(blob.data), blob.etag)

    def all_labels(self, project: Project) -> Iterator[tuple[str, Labels]]:
        """Yield the name and labels of every tagged document, in no meaningful order."""

        def read(name: str) -> tuple[str, Labels | None]:
            stored = self.labels(project, name)
            return name, stored.labels if stored else None

        names = (text(row, "name") for row in self._table.query(project.id))
        for name, labels in _side_by_side(read, names):
            if labels is not None and labels.spans:
                yield name, labels

    def put_labels(
        self, project: Project, name: str, labels: Labels, *, etag: str | None = None
    ) -> str:
        """Replace a document's labels and return their new ETag.

        With an `etag`, only over the labels that have it (the empty one: only where there are
        none); raises `ChangedMeanwhile` otherwise. The counts follow the labels, and a repeated
        call mends counts that a crash left behind.
        """
        blob = _labels_blob(project.id, name)
        data = _labels_json(labels)
        try:
            written = self._blobs.put(
                CONTAINER,
                blob,
                data,
                etag=etag or None,
                new=etag == "",
                content_type="application/json",
            )
        except (Changed, AlreadyExists) as error:
            raise ChangedMeanwhile(target=name) from error
        self._table.put(_row(project.id, name, labels))
        return written

    def put_all_labels(self, project: Project, labelled: Iterable[tuple[str, Labels]]) -> int:
        """Make these the labels of all of the project's documents, and return their number.

        Documents that are not named lose their labels. May be repeated after a crash.
        """

        def write(item: tuple[str, Labels]) -> str:
            self.put_labels(project, *item)
            return key_of(item[0])

        written = set(_side_by_side(write, labelled))
        stale = [
            text(row, "name") for row in self._table.query(project.id) if row.key not in written
        ]
        for _ in _side_by_side(lambda name: self._remove(project.id, name), stale):
            pass
        return len(written)

    def tagged(self, project: Project, *, at_most: int) -> int:
        """Return how many documents have labels, counting no further than `at_most`."""
        rows = self._table.query(project.id, where={"tagged": True}, limit=at_most)
        return sum(1 for _ in rows)

    def tagged_documents(self, project: Project) -> Iterator[Document]:
        """Yield the documents that have a row, tagged or not, in no meaningful order."""
        for row in self._table.query(project.id):
            dataset = text(row, "dataset")
            yield Document(
                name=text(row, "name"),
                counts=json.loads(text(row, "counts")),
                language=text(row, "language") or None,
                dataset=Dataset(dataset) if dataset else None,
            )

    def forget(self, project_id: str) -> None:
        """Remove all labels and rows of a project; the documents themselves stay."""
        self._blobs.delete_prefix(CONTAINER, f"projects/{project_id}/")
        for row in self._table.query(project_id):
            self._table.delete(row.partition, row.key)

    def _remove(self, project_id: str, name: str) -> None:
        self._blobs.delete(CONTAINER, _labels_blob(project_id, name))
        self._table.delete(project_id, key_of(name))


def _side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield the results in order, at most `_AT_ONCE` pieces of work at a time.

    `Executor.map` would take all items at once; this takes as many as are under way, so that
    100,000 texts are never in memory together.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= _AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _too_long(name: str) -> InvalidDocument:
    return InvalidDocument(
        f"The document is longer than {limits.PROJECT_DOCUMENT_LENGTH:,} characters.", target=name
    )


def _labels_blob(project_id: str, name: str) -> str:
    return f"projects/{project_id}/labels/{key_of(name)}.json"


def _row(project_id: str, name: str, labels: Labels) -> Row:
    counts = labels.counts()
    return Row(
        project_id,
        key_of(name),
        {
            "name": name,
            "language": labels.language,
            "dataset": labels.dataset.value if labels.dataset else None,
            "counts": json.dumps(counts),
            "tagged": bool(counts),
        },
    )


def _labels_json(labels: Labels) -> bytes:
    return json.dumps(
        {
            "spans": [[span.start, span.end, span.category] for span in labels.spans],
            "regions": labels.regions,
            "language": labels.language,
            "dataset": labels.dataset.value if labels.dataset else None,
            "text_digest": labels.text_digest,
        },
        ensure_ascii=False,
    ).encode()


def _labels(data: bytes) -> Labels:
    value = json.loads(data)
    return Labels(
        spans=tuple(Span(start, end, category) for start, end, category in value["spans"]),
        regions=tuple((start, end) for start, end in value["regions"]),
        language=value["language"],
        dataset=Dataset(value["dataset"]) if value["dataset"] else None,
        text_digest=value["text_digest"],
    )
