"""Both storages, for the tests of what they promise alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.settings import StorageSettings
from shared.storage.clients import open_storage
from shared.storage.memory import memory_storage
from shared.storage.ports import Storage


@pytest.fixture(
    scope="session", params=["memory", pytest.param("azurite", marks=pytest.mark.azurite)]
)
def storage(request: pytest.FixtureRequest) -> Iterator[Storage]:
    """A storage, in memory or real, that the whole session shares: use names of your own."""
    if request.param == "memory":
        yield memory_storage()
        return
    opened = open_storage(StorageSettings(connection_string=request.getfixturevalue("azurite")))
    yield opened
    opened.close()
