"""The labels of a document: which stretches of its text carry which entity type."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shared.text.spans import Span


class Dataset(enum.StrEnum):
    """Which set a person has put a document in."""

    TRAIN = "Train"
    TEST = "Test"


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """The labels of one document, in code points of its text."""

    #: Sorted, never overlapping.
    spans: tuple[Span, ...] = ()
    #: The stretches (start, end) that a person has looked at; only they teach a model.
    regions: tuple[tuple[int, int], ...] = ()
    language: str | None = None
    dataset: Dataset | None = None
    #: SHA-256 of the text's bytes when it was labelled: offsets mean nothing for another text.
    text_digest: str

    def counts(self) -> Mapping[str, int]:
        """Return how many spans each category has."""
        return Counter(span.category for span in self.spans)

    def are_for_another(self, digest: str) -> bool:
        """Whether there are spans, and they are for another text than the one of this digest."""
        return bool(self.spans) and self.text_digest != digest


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A document of a project, as a list shows it; its text and labels are read apart."""

    #: The blob's name in the project's container.
    name: str
    #: Number of labels by category; empty for a document that is not tagged.
    counts: Mapping[str, int]
    language: str | None = None
    dataset: Dataset | None = None

    @property
    def tagged(self) -> bool:
        """Whether the document has labels."""
        return bool(self.counts)
