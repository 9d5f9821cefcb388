from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost.testing import TestHost
from function_app import app
from functions import wiring
from shared.settings import Settings, StorageSettings
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores

ROOT = Path(__file__).resolve().parents[2]
KEY = "the key"


@pytest.fixture
def stores() -> Stores:
    return Stores.on(memory_storage())


@pytest.fixture
def host(stores: Stores) -> Iterator[TestHost]:
    """The app on storage in memory, with one key."""
    settings = Settings(
        storage=StorageSettings(connection_string="memory"),
        key_digests=(hashlib.sha256(KEY.encode()).digest(),),
    )
    wiring.use(wiring.Service.of(settings, stores))
    yield TestHost(app, ROOT)
    wiring.use(None)
