"""Containers of the storage account: listed for who makes a project, and made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from shared import limits
from shared.domain.containers import Container
from shared.errors import Forbidden, InvalidArgument, StorageDenied
from shared.schema.names import container_fault
from shared.schema.query import Page
from shared.storage.ports import NoSuchContainer
from shared.storage.projects import CONTAINER
from shared.storage.side_by_side import side_by_side
from shared.storage.stores import Stores

#: What the containers of the Functions host are called.
_OF_THE_HOST = "azure-webjobs-"

#: Blobs that are looked at to count the documents of one container: one answer of storage.
_LOOKED_AT = 5_000


def listed(stores: Stores, page: Page) -> Sequence[Container]:
    """Return the containers that projects can be bound to, by name; those of the page in full.

    Raises `Forbidden`, which names the role that is missing, where storage denies access.
    """
    with _role_named():
        bound = _bound(stores)
        names = [name for name in stores.storage.blobs.containers() if not _is_own(name)]
        containers = [Container(name=name, projects=bound.get(name, ())) for name in names]
        counted = {
            one.name: one
            for one in side_by_side(lambda one: _counted(stores, one), page.cut(containers))
        }
    return [counted.get(one.name, one) for one in containers]


def make(stores: Stores, name: str) -> tuple[Container, bool]:
    """Make a container, unless it is there; return it and whether it is new.

    Raises `InvalidArgument` for a name that no container of documents can have, and `Forbidden`
    as `listed` does.
    """
    if fault := container_fault(name):
        raise InvalidArgument(fault, target="containerName")
    if _is_own(name):
        raise InvalidArgument(f"The container {name} is the service's own.", target="containerName")
    with _role_named():
        new = stores.storage.blobs.create_container(name)
        made = Container(name=name, projects=_bound(stores).get(name, ()))
        return _counted(stores, made), new


def _bound(stores: Stores) -> dict[str, tuple[str, ...]]:
    """Return the names of projects by the container that they are bound to."""
    bound: dict[str, tuple[str, ...]] = {}
    for project in stores.projects.all():
        container = project.settings.container
        bound[container] = (*bound.get(container, ()), project.name)
    return bound


def _is_own(name: str) -> bool:
    return name == CONTAINER or name.startswith(_OF_THE_HOST)


def _counted(stores: Stores, container: Container) -> Container:
    try:
        items = stores.storage.blobs.list(container.name, root_only=True)
        count = sum(item.name.endswith(".txt") for item in islice(items, _LOOKED_AT))
    except NoSuchContainer:
        count = 0  # It was deleted since it was listed.
    return dataclasses.replace(container, documents=min(count, limits.DOCUMENTS_COUNTED))


@contextmanager
def _role_named() -> Iterator[None]:
    try:
        yield
    except StorageDenied as error:
        raise Forbidden(
            "Storage denies the service access to its containers: the service's identity needs "
            "the role Storage Blob Data Contributor on the storage account, and the account's "
            "network rules must let it in.",
        ) from error
