"""What tests of every area share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devhost import azurite as storage
from tests.lacking import without


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of a real Azurite in memory: one for the whole test session.

    Every test that uses it makes its own containers, queues and tables, under its own names.
    """
    try:
        program = storage.find()
    except storage.AzuriteError as missing:
        without(missing)
    with storage.start(program, tmp_path_factory.mktemp("azurite"), memory=True) as running:
        yield running.connection_string
