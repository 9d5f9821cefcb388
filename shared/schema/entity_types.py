"""Entity types of a project on the wire, set and renamed one by one. All of it is our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared import limits
from shared.domain.projects import EntityType
from shared.errors import InvalidArgument
from shared.schema.fields import Problems, read_object
from shared.schema.names import entity_fault
from shared.schema.shapes import Field, List, Shape, Text, must

ENTITY_TYPE = Shape(
    "ProjectEntityType",
    "An entity type of a project.",
    (
        must("category", Text(), "Its name."),
        must("description", Text(), "What it is; may be empty."),
    ),
)

ENTITY_TYPES = Shape(
    "ProjectEntityTypes",
    "The entity types of a project.",
    (must("entities", List(ENTITY_TYPE), "The entity types, in the project's order."),),
)

CHANGE = Shape(
    "EntityTypeChange",
    "What an entity type is.",
    (
        Field(
            "description",
            Text(longest=limits.DESCRIPTION_LENGTH),
            "What it is; where it is absent, what is there stays.",
        ),
    ),
)

RENAMING = Shape(
    "EntityTypeRenaming",
    "What an entity type is to be called.",
    (
        must(
            "category",
            Text(shortest=1, longest=limits.ENTITY_NAME_LENGTH, rule=entity_fault),
            "Its new name.",
            example="EndDate",
        ),
    ),
)


def entity_type_json(entity: EntityType) -> dict[str, Any]:
    """Return an entity type."""
    return {"category": entity.category, "description": entity.description}


def entity_types_json(entities: Sequence[EntityType]) -> dict[str, Any]:
    """Return the entity types of a project."""
    return {"entities": [entity_type_json(entity) for entity in entities]}


def check_category(category: str) -> None:
    """Raise `InvalidArgument` unless an entity type may have this name, which an address has."""
    if fault := entity_fault(category):
        raise InvalidArgument(fault, target="category")


def parse_change(body: bytes) -> str | None:
    """Return the description that a body has, or None; raises as all readers of bodies do."""
    problems = Problems()
    description = read_object(body, problems, CHANGE).text("description")
    problems.refuse()
    return description


def parse_renaming(body: bytes) -> str:
    """Return the new name that a body has; raises as all readers of bodies do."""
    problems = Problems()
    category = read_object(body, problems, RENAMING).required_text("category")
    problems.refuse()
    return category
