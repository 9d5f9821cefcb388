"""A project: a container of documents, the entity types that are looked for, and its settings."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime


class ProjectState(enum.StrEnum):
    """Whether a project is there for callers."""

    ACTIVE = "active"
    #: Gone for callers; what it owned is still being removed.
    DELETING = "deleting"


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityType:
    """What a project looks for."""

    category: str
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectSettings:
    """What callers may set of a project, in create and in import."""

    name: str
    #: The blob container that holds the documents; every `.txt` at its root is one.
    container: str
    language: str
    multilingual: bool = False
    description: str = ""
    #: Entities of less confidence are left out of results; None: all are given.
    confidence_threshold: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A project as it is kept."""

    #: 32 hex digits, never used again: a project of the same name made later has another.
    id: str
    settings: ProjectSettings
    state: ProjectState = ProjectState.ACTIVE
    created: datetime
    modified: datetime
    last_trained: datetime | None = None
    last_deployed: datetime | None = None
    #: Of the stored row; empty for a project not stored yet.
    etag: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """The name, as its maker wrote it."""
        return self.settings.name
