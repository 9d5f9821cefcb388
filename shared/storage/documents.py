"""Documents and their labels.

A document is a `.txt` blob at the root of its project's container, which belongs to the user: the
service only reads it, and writes those that an import or a copy brings along. The labels of each
tagged document are a blob of the service's own, written under its ETag, and a row in the table
`documents` counts them for lists.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from shared.domain.labels import Dataset, Document, Labels
from shared.domain.projects import Project
from shared.errors import ChangedMeanwhile, Conflict, InvalidDocument, NotFound
from shared.ids import key_of
from shared.storage.ports import AlreadyExists, Changed, Row, Storage, TooLarge
from shared.storage.projects import CONTAINER
from shared.storage.rows import text
from shared.text.spans import Span

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

    def __init__(self, storage: Storage, *, longest: int) -> None:
        self._table = storage.table("documents")
        self._blobs = storage.blobs
        #: Code points of a document's text, at most.
        self._longest = longest

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
                # UTF-8 takes at most 4 bytes for a code point.
                blob = self._blobs.get(project.settings.container, name, limit=4 * self._longest)
            except TooLarge as error:
                raise self._too_long(name) from error
        if blob is None:
            raise NotFound("The project's container has no such document.", target=name)
        try:
            decoded = blob.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidDocument(
                f"The document is not UTF-8: byte {error.start} cannot be read.", target=name
            ) from error
        if len(decoded) > self._longest:
            raise self._too_long(name)
        return DocumentText(decoded, hashlib.sha256(blob.data).hexdigest())

    def _too_long(self, name: str) -> InvalidDocument:
        return InvalidDocument(
            f"The document is longer than {self._longest:,} characters.", target=name
        )

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

    def put_texts(
        self, project: Project, texts: Iterable[tuple[str, str]], *, overwrite: bool = False
    ) -> int:
        """Write documents, each a (name, text), in UTF-8 as they are; return how many.

        Without `overwrite`, `Conflict` is raised where the container has another document of a
        name. May be repeated after a crash.
        """
        container = project.settings.container

        def write(item: tuple[str, str]) -> None:
            self._put_document(container, item[0], item[1].encode("utf-8"), overwrite=overwrite)

        return sum(1 for _ in _side_by_side(write, texts))

    def labels(self, project: Project, name: str) -> StoredLabels | None:
        """Return a document's labels, or None where it has none."""
        blob = self._blobs.get(CONTAINER, _labels_blob(project.id, name))
        return None if blob is None else StoredLabels(_labels(blob.data), blob.etag)

    def all_labels(self, project: Project, *, empty: bool = False) -> Iterator[tuple[str, Labels]]:
        """Yield the name and labels of every tagged document, in no meaningful order.

        With `empty`, also of documents in which somebody has looked and tagged nothing, or that
        were only put into a set.
        """

        def read(name: str) -> tuple[str, Labels | None]:
            stored = self.labels(project, name)
            return name, stored.labels if stored else None

        names = (text(row, "name") for row in self._table.query(project.id))
        for name, labels in _side_by_side(read, names):
            if labels is not None and (labels.spans or empty):
                yield name, labels

    def labelled(
        self, project: Project
    ) -> Iterator[tuple[str, DocumentText | NotFound | InvalidDocument, Labels]]:
        """Yield every document that has labels, even empty ones, with its text, by name.

        In place of a text that cannot be read stands the error. Few texts are in memory at a time.
        """

        def read(name: str) -> tuple[str, DocumentText | NotFound | InvalidDocument, Labels | None]:
            stored = self.labels(project, name)
            try:
                return name, self.text(project, name), stored.labels if stored else None
            except (NotFound, InvalidDocument) as error:
                return name, error, stored.labels if stored else None

        names = sorted(text(row, "name") for row in self._table.query(project.id))
        for name, found, labels in _side_by_side(read, names):
            if labels is not None:
                yield name, found, labels

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
        written = self.add_labels(project, labelled)
        stale = [
            text(row, "name") for row in self._table.query(project.id) if row.key not in written
        ]
        for _ in _side_by_side(lambda name: self._remove(project.id, name), stale):
            pass
        return len(written)

    def add(self, project: Project, documents: Iterable[tuple[str, bytes, Labels | None]]) -> None:
        """Write documents that are new to the project's container, with their labels.

        May be repeated after a crash. Raises `Conflict` where the container has another document
        of a name: it is the user's, and stays as it is.
        """
        container = project.settings.container

        def write(item: tuple[str, bytes, Labels | None]) -> None:
            name, data, labels = item
            self._put_document(container, name, data)
            if labels is not None:
                self.put_labels(project, name, labels)

        for _ in _side_by_side(write, documents):
            pass

    def add_labels(self, project: Project, labelled: Iterable[tuple[str, Labels]]) -> set[str]:
        """Make these the labels of the documents that are named, and return their keys.

        Other documents keep theirs. May be repeated after a crash.
        """

        def write(item: tuple[str, Labels]) -> str:
            self.put_labels(project, *item)
            return key_of(item[0])

        return set(_side_by_side(write, labelled))

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

    def _put_document(
        self, container: str, name: str, data: bytes, *, overwrite: bool = False
    ) -> None:
        try:
            self._blobs.put(container, name, data, new=not overwrite, content_type="text/plain")
        except AlreadyExists as error:
            present = self._blobs.get(container, name)
            if present is None or present.data != data:
                raise Conflict(
                    "The container has another document of this name.", target=name
                ) from error

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
