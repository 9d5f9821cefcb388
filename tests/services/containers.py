"""A project with a deployment and a container of notes, and harvests of it, step by step."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from shared.domain.harvests import Harvest, HarvestRequest
from shared.domain.models import Artifact, Deployment
from shared.domain.projects import Project, ProjectSettings
from shared.services import harvesting, harvests
from shared.services.extractors import Extractors
from shared.services.messages import Message
from shared.storage.stores import Stores

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PROJECT_ID = "0123456789abcdef0123456789abcdef"
REQUEST = HarvestRequest(deployment="production")


def make_project(stores: Stores, name: str = "Loans") -> Project:
    settings = ProjectSettings(name=name, container=name.lower(), language="en")
    stores.storage.blobs.create_container(settings.container)
    project = stores.projects.insert(
        Project(id=PROJECT_ID, settings=settings, created=NOW, modified=NOW)
    )
    deployment = Deployment(
        name="production",
        model_label="M",
        model_id=f"M-production-{PROJECT_ID}",
        artifact=Artifact(prefix="models/p/production/", digest="production"),
        config_version="2022-05-01",
        trained=NOW,
        deployed=NOW,
    )
    stores.models.put_deployment(project.id, deployment)
    return project


def name(number: int) -> str:
    return f"note-{number:05}.txt"


def fill(stores: Stores, documents: int, container: str = "loans") -> None:
    for number in range(documents):
        stores.storage.blobs.put(container, name(number), f"call IBM {number}".encode())


def work(stores: Stores, extractors: Extractors, message: Message) -> list[Message]:
    return harvesting.work(stores, extractors, message, after_seconds=120)


def work_off(
    stores: Stores, extractors: Extractors, messages: Iterable[Message], most: int = 10_000
) -> int:
    """Work messages off, and what follows from them, in order; return how many there were."""
    queue = list(messages)
    count = 0
    while queue and count < most:
        queue += work(stores, extractors, queue.pop(0))
        count += 1
    return count


def present(stores: Stores, harvest: Harvest) -> Harvest:
    return harvests.read(stores, "Loans", harvest.id)


def lines(stores: Stores, harvest: Harvest) -> list[dict[str, Any]]:
    """All results of a harvest, over all pages."""
    found: list[dict[str, Any]] = []
    first: int | None = 0
    while first is not None:
        page = harvests.results(stores, "Loans", harvest.id, first)
        found += [json.loads(line) for line in b"".join(page.lines).splitlines()]
        first = page.following
    return found
