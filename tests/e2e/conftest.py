from __future__ import annotations

from collections.abc import Iterator

import pytest

from devhost import azurite as program
from tests.e2e import sample
from tests.e2e.client import Client
from tests.e2e.hosts import KEY, Host, running
from tests.lacking import without


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of an Azurite that only this module uses.

    Hosts take every message of the queues they see, so tests that kill them need their own.
    """
    try:
        found = program.find()
    except program.AzuriteError as missing:
        without(missing)
    with program.start(found, tmp_path_factory.mktemp("azurite"), memory=True) as started:
        yield started.connection_string


@pytest.fixture(scope="module")
def host(storage: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host process on the module's storage."""
    with running(storage, tmp_path_factory.mktemp("host") / "host.log") as host:
        yield host


@pytest.fixture(scope="module")
def client(host: Host) -> Client:
    return Client(host.endpoint, KEY)


@pytest.fixture(scope="module")
def loans(storage: str, client: Client) -> str:
    """The sample project, imported, trained and deployed as `production`; returns its name."""
    sample.upload(storage)
    sample.deploy(client)
    return sample.PROJECT


@pytest.fixture(scope="module")
def trained(storage: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The sample project, deployed by a host that is gone when the tests begin."""
    sample.upload(storage)
    with running(storage, tmp_path_factory.mktemp("trained") / "host.log") as host:
        sample.deploy(Client(host.endpoint, KEY))
