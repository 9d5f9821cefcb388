"""Documents, as lists show them and as one is opened: with its text and its labels."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from shared.domain.labels import Document, Labels
from shared.domain.uploads import Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedDocument:
    """A document as its blob shows it, without its text."""

    name: str
    #: In bytes; None where only names were asked for, as is `modified`.
    size: int | None = None
    modified: datetime | None = None
    #: None for a document that nobody has tagged or put into a set.
    facts: Document | None = None
    #: Of one that has just been made of a file of another kind.
    origin: Origin | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDocument:
    """A document with its text and its labels."""

    name: str
    #: As it is in its blob.
    text: str
    #: SHA-256 of the blob's bytes, in hex.
    digest: str
    #: None where it has none.
    labels: Labels | None = None
    #: That of the labels; empty where there are none.
    etag: str = ""
    #: Of a text that was made of a file of another kind; only where the document was asked for.
    origin: Origin | None = None

    @property
    def changed(self) -> bool:
        """Whether its labels are for another text than it has now."""
        return self.labels is not None and self.labels.are_for_another(self.digest)


class Fault(enum.StrEnum):
    """Why nothing can be learned from a document; the value is the wire's word."""

    EMPTY = "empty"
    TOO_LONG = "tooLong"
    NOT_UTF8 = "notUtf8"
    #: Its text is no longer the one that was tagged.
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultyDocument:
    """A document that has something wrong with it."""

    name: str
    fault: Fault
    #: A sentence for people.
    message: str
