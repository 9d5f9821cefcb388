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
from tests.functions.described import DescribedHost

ROOT = Path(__file__).resolve().parents[2]
KEY = "the key"
AUTHOR_KEY = "the key of an author"
READER_KEY = "the key of a reader"


def digests(key: str) -> tuple[bytes, ...]:
    return (hashlib.sha256(key.encode()).digest(),)


#: The settings of the app under test: a key of each role.
SETTINGS = Settings(
    storage=StorageSettings(connection_string="memory"),
    key_digests=digests(KEY),
    author_key_digests=digests(AUTHOR_KEY),
    reader_key_digests=digests(READER_KEY),
)


@pytest.fixture
def stores() -> Stores:
    return Stores.on(memory_storage())


@pytest.fixture
def host(stores: Stores) -> Iterator[TestHost]:
    """The app on storage in memory; every answer must be as it is described."""
    wiring.use(wiring.Service.of(SETTINGS, stores))
    yield DescribedHost(app, ROOT)
    wiring.use(None)
