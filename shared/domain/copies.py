"""Copies and bundles: projects on their way from one instance of this service to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyGrant:
    """The leave to copy one project into this instance, once: what the target keeps of a token."""

    #: SHA-256 of the token, in hex; the token itself is told once and not kept.
    digest: str
    #: The project that may be made.
    project_name: str
    #: The id that it will have; what arrives is kept under it, and nobody sees it before its end.
    project_id: str
    #: The container that its documents go to; empty: a new one of their own.
    container: str = ""
    #: Whether it may take the place of a project of this name.
    overwrite: bool = False
    created: datetime
    expires: datetime
    #: The copy job of the source that used the token first: no other can.
    source: str = ""
    #: The operation that makes the project of what has arrived; empty before all has.
    operation_id: str = ""
    #: Which of the source's tries it was that sent everything.
    attempt: int = 0
    #: The project whose place was taken, while its remains are being removed.
    replaced_id: str = ""
    etag: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyTarget:
    """Where a copy goes: what the source was told."""

    #: The origin of the other instance.
    origin: str
    project_name: str
    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class BundlePart:
    """A part of a bundle, as its file is kept."""

    size: int
    #: SHA-256, in hex.
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A project that was exported: one file, in parts that are put together in order."""

    parts: tuple[BundlePart, ...]
    #: SHA-256 of the whole, in hex.
    digest: str
