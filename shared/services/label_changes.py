"""Labels added and removed in many documents at once, as after a search."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.domain.documents import OpenDocument
from shared.domain.labels import Labels
from shared.domain.projects import Project
from shared.errors import ChangedMeanwhile, InvalidDocument, NotFound
from shared.schema.document_labels import looked_at
from shared.schema.label_changes import ChangedDocument, DocumentChange, Refusal
from shared.schema.labels_file import WireLabel, span_fault
from shared.services import documents
from shared.storage.side_by_side import side_by_side
from shared.storage.stores import Stores
from shared.text.offsets import IndexType, OffsetError, OffsetMap
from shared.text.spans import Span

#: How often the labels of one document are read anew because somebody else is at them.
_TRIES = 20

_OTHER_TEXT = "The document's text is another than the one that was looked at."
_OTHER_LABELS = "The document's labels are for another text than it has now; tag it anew first."


def change(stores: Stores, name: str, changes: Sequence[DocumentChange]) -> list[ChangedDocument]:
    """Add and remove labels, and return what became of each document, in order.

    Every document is changed over the version that was read, and read again where somebody else
    has written it meanwhile. To repeat the whole is harmless. Raises `ChangedMeanwhile` for a
    document that others write again and again.
    """
    project = stores.projects.read(name)

    def work(one: DocumentChange) -> ChangedDocument:
        for _ in range(_TRIES - 1):
            try:
                return _change(stores, project, one)
            except ChangedMeanwhile:
                continue
        return _change(stores, project, one)

    return list(side_by_side(work, changes))


def _change(stores: Stores, project: Project, change: DocumentChange) -> ChangedDocument:
    try:
        present = documents.read(stores, project, change.name)
    except (NotFound, InvalidDocument) as error:
        return _refused(change, Refusal.NO_DOCUMENT, error.message)
    if change.digest != present.digest:
        return _refused(change, Refusal.CHANGED_TEXT, _OTHER_TEXT, present.etag)
    if present.changed:
        return _refused(change, Refusal.CHANGED_TEXT, _OTHER_LABELS, present.etag)
    declared = {entity.category for entity in stores.projects.entities(project)}
    made = _Making(present, declared, stores.limits.entity_length)
    for label in change.remove:
        made.remove(label)
    for label in change.add:
        made.add(label)
    etag = present.etag
    if made.added or made.removed:
        etag = documents.put(stores, project, present, made.labels()).etag
    return ChangedDocument(
        name=change.name,
        etag=etag,
        added=made.added,
        removed=made.removed,
        refused=made.refused,
    )


def _refused(
    change: DocumentChange, refusal: Refusal, message: str, etag: str = ""
) -> ChangedDocument:
    labels = (*change.remove, *change.add)
    refused = [(label, refusal, message) for label in labels]
    return ChangedDocument(name=change.name, etag=etag, refused=refused)


@dataclass
class _Making:
    """The labels of a document while they are changed."""

    document: OpenDocument
    declared: set[str]
    longest: int
    added: int = 0
    removed: int = 0
    refused: list[tuple[WireLabel, Refusal, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._offsets = OffsetMap(self.document.text, IndexType.UTF16)
        #: Sorted, never overlapping.
        self._spans = list(self.document.labels.spans) if self.document.labels else []

    def remove(self, label: WireLabel) -> None:
        """Take a label away, if it is there."""
        bounds = self._bounds(label)
        if bounds is None:
            return
        span = Span(*bounds, label.category)
        place = bisect_left(self._spans, span)
        if self._spans[place : place + 1] == [span]:
            del self._spans[place]
            self.removed += 1

    def add(self, label: WireLabel) -> None:
        """Add a label where none is, and nothing where it is there already."""
        bounds = self._bounds(label)
        if bounds is None:
            return
        span = Span(*bounds, label.category)
        place = bisect_left(self._spans, span)
        if self._spans[place : place + 1] == [span]:
            return
        near = self._spans[max(place - 1, 0) : place + 1]
        rival = next((one for one in near if one.start < span.end and span.start < one.end), None)
        fault = span_fault(self.document.text, span.start, span.end, self.longest)
        if label.category not in self.declared:
            self._refuse(label, Refusal.MISSING, "The project has no such entity type.")
        elif fault:
            self._refuse(label, Refusal.INVALID, f"The label {fault}.")
        elif rival:
            message = f"The label overlaps a label {rival.category} of the document."
            self._refuse(label, Refusal.OVERLAP, message)
        else:
            insort(self._spans, span)
            self.added += 1

    def labels(self) -> Labels:
        """Return the labels as they are now."""
        present = self.document.labels or Labels(text_digest=self.document.digest)
        changed = dataclasses.replace(
            present, spans=tuple(self._spans), text_digest=self.document.digest
        )
        return dataclasses.replace(changed, regions=looked_at(changed, self.document))

    def _bounds(self, label: WireLabel) -> tuple[int, int] | None:
        try:
            return self._offsets.from_units(label.offset, label.length)
        except OffsetError as error:
            self._refuse(label, Refusal.INVALID, f"The label is no stretch of the text: {error}.")
            return None

    def _refuse(self, label: WireLabel, refusal: Refusal, message: str) -> None:
        self.refused.append((label, refusal, message))
