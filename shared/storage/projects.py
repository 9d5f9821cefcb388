"""Projects: one row each in the table `projects`, their entity types in a blob."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence

from shared.domain.projects import EntityType, Project, ProjectSettings, ProjectState
from shared.errors import ChangedMeanwhile, ProjectNotFound
from shared.ids import key_of
from shared.storage.ports import AlreadyExists, Changed, Row, Storage
from shared.storage.rows import moment, number, optional_moment, text

#: The container of everything that the service itself keeps. Projects cannot be bound to it.
CONTAINER = "spanwright"

_PARTITION = "project"

#: How often a change of entity types is made anew because a rival has made one.
_TRIES = 20


class Projects:
    """The projects of this instance."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._table = storage.table("projects")
        self._blobs = storage.blobs

    def find(self, name: str) -> Project | None:
        """Return the project of exactly this name, or None."""
        project = self.find_folded(name)
        return project if project is not None and project.name == name else None

    def find_folded(self, name: str) -> Project | None:
        """Return the project whose name differs at most in letter case, or None."""
        row = self._table.get(_PARTITION, _key(name))
        if row is None or text(row, "state") != ProjectState.ACTIVE:
            return None
        return _project(row)

    def read(self, name: str) -> Project:
        """Return the project of this name; raise `ProjectNotFound` where there is none."""
        project = self.find(name)
        if project is None:
            raise ProjectNotFound(target="projectName")
        return project

    def find_by_id(self, project_id: str) -> Project | None:
        """Return the project of this id, or None."""
        rows = self._table.query(_PARTITION, where={"id": project_id}, limit=1)
        return next((_project(row) for row in rows if text(row, "state") == "active"), None)

    def all(self) -> list[Project]:
        """Return all projects by name. There are at most a few hundred."""
        rows = self._table.query(_PARTITION, where={"state": ProjectState.ACTIVE.value})
        return sorted((_project(row) for row in rows), key=lambda project: project.name.lower())

    def insert(self, project: Project) -> Project:
        """Keep a new project and return it with its ETag.

        Takes the place of a deleted one of this name whose remains are still being removed.
        Raises `ChangedMeanwhile` where a project of this name is there already.
        """
        row = _row(project)
        try:
            return dataclasses.replace(project, etag=self._table.insert(row))
        except AlreadyExists:
            present = self._table.get(row.partition, row.key)
        if present is None or text(present, "state") != ProjectState.DELETING:
            raise ChangedMeanwhile("A project of this name was made at the same moment.")
        return self._replace(row, present.etag, project)

    def replace(self, project: Project) -> Project:
        """Write a changed project; raise `ChangedMeanwhile` where its ETag is not current."""
        return self._replace(_row(project), project.etag, project)

    def _replace(self, row: Row, etag: str, project: Project) -> Project:
        try:
            return dataclasses.replace(project, etag=self._table.replace(row, etag=etag))
        except Changed as error:
            raise ChangedMeanwhile(target="projectName") from error

    def forget(self, project_id: str, name: str) -> None:
        """Remove the row of a project that is being deleted, unless a new one took its place."""
        row = self._table.get(_PARTITION, _key(name))
        if row is not None and text(row, "id") == project_id:
            try:
                self._table.delete(row.partition, row.key, etag=row.etag)
            except Changed:
                return  # A new project took the name just now; the row is its own.

    def entities(self, project: Project) -> tuple[EntityType, ...]:
        """Return the project's entity types in the order in which they were declared."""
        blob = self._blobs.get(CONTAINER, _entities_blob(project.id))
        return () if blob is None else _entities(blob.data)

    def change_entities(
        self,
        project: Project,
        change: Callable[[tuple[EntityType, ...]], tuple[EntityType, ...]],
    ) -> tuple[EntityType, ...]:
        """Set the project's entity types to what `change` makes of the present ones; return them.

        `change` may be called again, where somebody else has changed them meanwhile. Raises
        `ChangedMeanwhile` where that goes on and on.
        """
        name = _entities_blob(project.id)
        for _ in range(_TRIES):
            blob = self._blobs.get(CONTAINER, name)
            present = () if blob is None else _entities(blob.data)
            changed = change(present)
            if changed == present:
                return present
            try:
                self._blobs.put(
                    CONTAINER,
                    name,
                    _entities_json(changed),
                    etag=blob.etag if blob else None,
                    new=blob is None,
                    content_type="application/json",
                )
            except (AlreadyExists, Changed):
                continue
            return changed
        raise ChangedMeanwhile(target="entities")

    def put_entities(self, project: Project, entities: Sequence[EntityType]) -> None:
        """Set the project's entity types."""
        self._blobs.put(
            CONTAINER,
            _entities_blob(project.id),
            _entities_json(entities),
            content_type="application/json",
        )


def _key(name: str) -> str:
    return key_of(name.lower())


def _entities_blob(project_id: str) -> str:
    return f"projects/{project_id}/entities.json"


def _entities(data: bytes) -> tuple[EntityType, ...]:
    return tuple(EntityType(**entity) for entity in json.loads(data))


def _entities_json(entities: Sequence[EntityType]) -> bytes:
    return json.dumps([dataclasses.asdict(entity) for entity in entities]).encode()


def _row(project: Project) -> Row:
    settings = project.settings
    return Row(
        _PARTITION,
        _key(project.name),
        {
            "id": project.id,
            "name": settings.name,
            "container": settings.container,
            "language": settings.language,
            "multilingual": settings.multilingual,
            "description": settings.description,
            "confidence_threshold": settings.confidence_threshold,
            "state": project.state.value,
            "created": project.created,
            "modified": project.modified,
            "last_trained": project.last_trained,
            "last_deployed": project.last_deployed,
        },
    )


def _project(row: Row) -> Project:
    threshold = row.values.get("confidence_threshold")
    return Project(
        id=text(row, "id"),
        settings=ProjectSettings(
            name=text(row, "name"),
            container=text(row, "container"),
            language=text(row, "language"),
            multilingual=bool(row.values["multilingual"]),
            description=text(row, "description"),
            confidence_threshold=None if threshold is None else number(row, "confidence_threshold"),
        ),
        state=ProjectState(text(row, "state")),
        created=moment(row, "created"),
        modified=moment(row, "modified"),
        last_trained=optional_moment(row, "last_trained"),
        last_deployed=optional_moment(row, "last_deployed"),
        etag=row.etag,
    )
