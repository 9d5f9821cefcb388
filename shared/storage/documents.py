"""Documents and their labels.

A document is a `.txt` blob at the root of its project's container, which belongs to the user: the
service only reads it, and writes or deletes those that a caller, an import, a copy or an upload
names. The labels of each tagged document are a blob of the service's own, written under its ETag,
and a row in the table `documents` counts them for lists.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from threading import Lock

from shared import limits
from shared.domain.documents import ListedDocument
from shared.domain.labels import Dataset, Document, Labels
from shared.domain.projects import Project
from shared.errors import (
    ChangedMeanwhile,
    Conflict,
    DocumentNotUtf8,
    DocumentTooLong,
    InvalidDocument,
    NotFound,
)
from shared.ids import key_of
from shared.storage.ports import (
    AlreadyExists,
    BlobItem,
    Changed,
    NamePage,
    NoSuchContainer,
    Row,
    Storage,
    TooLarge,
)
from shared.storage.projects import CONTAINER
from shared.storage.rows import text
from shared.storage.side_by_side import side_by_side
from shared.text.spans import Span

#: How often the counts of a document are written anew because a rival wrote them too.
_TRIES = 10

#: Rows that are read one by one, side by side; where more are wanted, all of them are read in turn.
_FEW_ROWS = 100


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
        self._lock = Lock()
        #: By container, how many documents may be made before they are counted again.
        self._granted: dict[str, int] = {}

    def names(self, project: Project) -> Iterator[str]:
        """Yield the names of the project's documents, sorted; otherwise as `listed`."""
        container = project.settings.container
        with _container_there():
            yield from self._blobs.names(container, root_only=True, suffix=".txt")

    def listed(self, project: Project, wanted: int | None = None) -> Iterator[ListedDocument]:
        """Yield the project's documents by name, as their blobs show them: without their facts.

        Who will take no more than so many says so in `wanted`, which saves time. Raises `NotFound`
        where the project's container is gone.
        """
        container = project.settings.container
        with _container_there():
            found = self._blobs.list(container, root_only=True, suffix=".txt", wanted=wanted)
            for item in found:
                yield _listed(item)

    def find(self, project: Project, name: str) -> ListedDocument | None:
        """Return one document as a list shows it, with its facts, or None.

        Raises `NotFound` where the project's container is gone.
        """
        if not _is_document(name):
            return None
        # By name, so that it comes before the others that begin with its name.
        with _container_there():
            items = self._blobs.list(
                project.settings.container, prefix=name, root_only=True, wanted=1
            )
            item = next(iter(items), None)
        if item is None or item.name != name:
            return None
        return dataclasses.replace(_listed(item), facts=self.facts(project, [name]).get(name))

    def facts(self, project: Project, names: Collection[str]) -> dict[str, Document]:
        """Return what is known of documents beside their texts, by name; nothing of most untagged.

        Reads rows of a table and no blob.
        """
        if len(names) > _FEW_ROWS:
            wanted = set(names)
            return {one.name: one for one in self.tagged_documents(project) if one.name in wanted}

        def read(name: str) -> Row | None:
            return self._table.get(project.id, key_of(name))

        found = (_document(row) for row in side_by_side(read, names) if row is not None)
        return {one.name: one for one in found}

    def name_page(self, container: str, prefix: str, marker: str | None) -> NamePage:
        """Return the names of the next documents below a prefix, in folders too, and the marker.

        Looks at no more than `NAMES_PER_SECTION` blobs. Raises `NotFound` where the container is
        gone.
        """
        with _container_there():
            return self._blobs.name_page(
                container,
                prefix=prefix,
                suffix=".txt",
                size=limits.NAMES_PER_SECTION,
                marker=marker,
            )

    def text(self, project: Project, name: str) -> DocumentText:
        """Return a document's text.

        Raises `NotFound` where there is no such document, and `InvalidDocument` where it is too
        long or not UTF-8.
        """
        if not _is_document(name):
            raise _no_document(name)
        return self.read(project.settings.container, name)

    def read(self, container: str, name: str) -> DocumentText:
        """Return the text of any blob of a container; otherwise as `text`."""
        try:
            # UTF-8 takes at most 4 bytes for a code point.
            blob = self._blobs.get(container, name, limit=4 * self._longest)
        except TooLarge as error:
            raise self._too_long(name) from error
        if blob is None:
            raise _no_document(name)
        try:
            decoded = blob.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DocumentNotUtf8(
                f"The document is not UTF-8: byte {error.start} cannot be read.", target=name
            ) from error
        if len(decoded) > self._longest:
            raise self._too_long(name)
        return DocumentText(decoded, hashlib.sha256(blob.data).hexdigest())

    def _too_long(self, name: str) -> DocumentTooLong:
        return DocumentTooLong(
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

        yield from side_by_side(read, names)

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

        return sum(1 for _ in side_by_side(write, texts))

    def put_text(
        self, project: Project, name: str, data: bytes, *, overwrite: bool = False
    ) -> bool:
        """Write one document as it is and return whether it is new; otherwise as `put_texts`."""
        container = project.settings.container
        try:
            self._blobs.put(container, name, data, new=True, content_type="text/plain")
            return True
        except AlreadyExists:
            self._put_document(container, name, data, overwrite=overwrite)
            return False

    def has_room(self, project: Project, most: int) -> bool:
        """Whether the project's container has fewer than `most` documents.

        Counting takes a second for each 50,000, so after a count that leaves plenty of room, this
        process takes it for granted a while: for a sixteenth of the room, as other processes may.
        """
        container = project.settings.container
        with self._lock:
            granted = self._granted.get(container, 0)
            self._granted[container] = max(granted - 1, 0)
        if granted:
            return True
        room = most - sum(1 for _ in islice(self.names(project), most))
        with self._lock:
            self._granted[container] = room // 16
        return room > 0

    def delete(self, project: Project, name: str) -> bool:
        """Remove a document and its labels; return whether there was any of both.

        The labels go first, so that after a crash the document is still there to be deleted again.
        """
        if not _is_document(name):
            return False
        labelled = self._blobs.delete(CONTAINER, _labels_blob(project.id, name))
        self._table.delete(project.id, key_of(name))
        return self._blobs.delete(project.settings.container, name) or labelled

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
        for name, labels in side_by_side(read, names):
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
        for name, found, labels in side_by_side(read, names):
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
        before = None if etag is None else self._table.get(project.id, key_of(name))
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
        if etag is None:
            self._table.put(_row(project.id, name, labels))
        else:
            self._count(project, name, labels, before)
        return written

    def _count(self, project: Project, name: str, labels: Labels, before: Row | None) -> None:
        """Write the row of labels over the one that was there before they were written.

        Where a rival has written a row since, its labels may be the present ones: read again. So
        the row that stays is that of labels which were read or written after any other row.
        """
        for _ in range(_TRIES):
            row = _row(project.id, name, labels)
            try:
                if before is None:
                    self._table.insert(row)
                else:
                    self._table.replace(row, etag=before.etag)
                return
            except (AlreadyExists, Changed):
                before = self._table.get(project.id, key_of(name))
                stored = self.labels(project, name)
            if stored is None:
                if before is not None:
                    self._table.delete(before.partition, before.key)
                return
            labels = stored.labels
        self._table.put(_row(project.id, name, labels))

    def put_all_labels(self, project: Project, labelled: Iterable[tuple[str, Labels]]) -> int:
        """Make these the labels of all of the project's documents, and return their number.

        Documents that are not named lose their labels. May be repeated after a crash.
        """
        written = self.add_labels(project, labelled)
        stale = [
            text(row, "name") for row in self._table.query(project.id) if row.key not in written
        ]
        for _ in side_by_side(lambda name: self._remove(project.id, name), stale):
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

        for _ in side_by_side(write, documents):
            pass

    def add_labels(self, project: Project, labelled: Iterable[tuple[str, Labels]]) -> set[str]:
        """Make these the labels of the documents that are named, and return their keys.

        Other documents keep theirs. May be repeated after a crash.
        """

        def write(item: tuple[str, Labels]) -> str:
            self.put_labels(project, *item)
            return key_of(item[0])

        return set(side_by_side(write, labelled))

    def tagged(self, project: Project, *, at_most: int) -> int:
        """Return how many documents have labels, counting no further than `at_most`."""
        rows = self._table.query(project.id, where={"tagged": True}, limit=at_most)
        return sum(1 for _ in rows)

    def tagged_documents(self, project: Project) -> Iterator[Document]:
        """Yield the documents that have a row, tagged or not, in no meaningful order."""
        for row in self._table.query(project.id):
            yield _document(row)

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


def _labels_blob(project_id: str, name: str) -> str:
    return f"projects/{project_id}/labels/{key_of(name)}.json"


def _no_document(name: str) -> NotFound:
    return NotFound("The project's container has no such document.", target=name)


def _is_document(name: str) -> bool:
    return "/" not in name and name.endswith(".txt")


@contextmanager
def _container_there() -> Iterator[None]:
    """Raise `NotFound` where the project's container turns out to be gone."""
    try:
        yield
    except NoSuchContainer as error:
        raise NotFound(
            "The project's container is gone from the storage account.",
            target="storageInputContainerName",
        ) from error


def _listed(item: BlobItem) -> ListedDocument:
    return ListedDocument(name=item.name, size=item.size, modified=item.modified)


def _document(row: Row) -> Document:
    dataset = text(row, "dataset")
    return Document(
        name=text(row, "name"),
        counts=json.loads(text(row, "counts")),
        language=text(row, "language") or None,
        dataset=Dataset(dataset) if dataset else None,
    )


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
