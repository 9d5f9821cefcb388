"""Containers of the storage account on the wire. All of it is our own."""

from __future__ import annotations

from typing import Any

from shared.domain.containers import Container
from shared.schema.shapes import List, Shape, Text, Whole, must

CONTAINER = Shape(
    "StorageContainer",
    "A container of the storage account, for the documents of projects.",
    (
        must("containerName", Text(), "Its name."),
        must("documentsCount", Whole(), "The documents at its root, counted up to 1,000."),
        must("projectNames", List(Text()), "The projects that are bound to it."),
    ),
)


def container_json(container: Container) -> dict[str, Any]:
    """Return a container."""
    return {
        "containerName": container.name,
        "documentsCount": container.documents,
        "projectNames": list(container.projects),
    }
