"""Uploads: files that somebody has put into the container of a project."""

from __future__ import annotations

from dataclasses import dataclass


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
