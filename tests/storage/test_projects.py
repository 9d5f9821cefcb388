from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, datetime

import pytest

from shared.domain.projects import EntityType, Project, ProjectSettings, ProjectState
from shared.errors import ChangedMeanwhile, ProjectNotFound
from shared.storage.ports import Storage
from shared.storage.stores import Stores

NOW = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def stores(storage: Storage) -> Stores:
    return Stores.on(storage)


def new_project(name: str = "") -> Project:
    return Project(
        id=uuid.uuid4().hex,
        settings=ProjectSettings(
            name=name or f"P{uuid.uuid4().hex}",
            container="agreements",
            language="en-us",
            multilingual=True,
            description="Zoë's ‘loans’",
            confidence_threshold=0.5,
        ),
        created=NOW,
        modified=NOW,
    )


def test_a_project_is_read_as_it_was_kept(stores: Stores) -> None:
    kept = stores.projects.insert(new_project())

    assert stores.projects.read(kept.name) == kept
    assert stores.projects.find_by_id(kept.id) == kept
    assert kept in stores.projects.all()


def test_names_count_in_their_letter_case_but_are_taken_in_every_case(stores: Stores) -> None:
    kept = stores.projects.insert(new_project())

    with pytest.raises(ProjectNotFound):
        stores.projects.read(kept.name.lower())
    with pytest.raises(ChangedMeanwhile):
        stores.projects.insert(new_project(kept.name.lower()))


def test_the_later_of_two_writers_is_told(stores: Stores) -> None:
    kept = stores.projects.insert(new_project())
    stores.projects.replace(dataclasses.replace(kept, last_trained=NOW))

    with pytest.raises(ChangedMeanwhile):
        stores.projects.replace(dataclasses.replace(kept, last_deployed=NOW))


def test_a_project_that_is_being_deleted_is_gone_for_callers(stores: Stores) -> None:
    kept = stores.projects.insert(new_project())

    stores.projects.replace(dataclasses.replace(kept, state=ProjectState.DELETING))

    assert stores.projects.find(kept.name) is None
    assert stores.projects.find_by_id(kept.id) is None
    assert kept.id not in {project.id for project in stores.projects.all()}


def test_the_name_of_a_deleted_project_is_free_and_its_purge_spares_the_new_one(
    stores: Stores,
) -> None:
    old = stores.projects.insert(new_project())
    stores.projects.replace(dataclasses.replace(old, state=ProjectState.DELETING))

    new = stores.projects.insert(new_project(old.name))
    stores.projects.forget(old.id, old.name)

    assert stores.projects.read(old.name) == new


def test_entity_types_keep_their_order_and_descriptions(stores: Stores) -> None:
    kept = stores.projects.insert(new_project())
    entities = (EntityType(category="Zins", description="in %"), EntityType(category="Datum"))

    assert stores.projects.entities(kept) == ()
    stores.projects.put_entities(kept, entities)

    assert stores.projects.entities(kept) == entities
