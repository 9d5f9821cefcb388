"""Uploads: files that somebody has put into the container of a project."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """A kind of file that is turned into text; the value is its word on the wire."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"

    @staticmethod
    def of(name: str) -> Kind | None:
        """Return the kind of file that a name says, or None for any other."""
        _, dot, ending = name.lower().rpartition(".")
        return _KINDS.get(ending) if dot else None


_KINDS = {"pdf": Kind.PDF, "docx": Kind.DOCX, "html": Kind.HTML, "htm": Kind.HTML}


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversion:
    """How the text of a file was come by."""

    kind: Kind
    #: What read it, with its version.
    by: str
    #: Of a PDF.
    pages: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The file whose text a document is."""

    #: The name of its blob, which is in the container of the document.
    original: str
    conversion: Conversion


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """One version of a file in a container."""

    #: Of its blob, with the folders before it.
    name: str
    #: Of this version; empty where storage can have no blob of this name.
    etag: str = ""
    #: None where it has more bytes than are read.
    data: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """For which model an upload is, as its folders say it; None: whichever there is."""

    project: str | None = None
    deployment: str | None = None
