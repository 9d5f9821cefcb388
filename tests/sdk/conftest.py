"""A service as its users have it, and the programs that they run against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost import azurite, sdks
from tests.e2e import hosts
from tests.e2e.client import Client
from tests.e2e.hosts import KEY, Host
from tests.lacking import without
from tests.sdk import original
from tests.sdk.launch import Programs

#: The deployment that extraction asks, and one whose model's files have been lost.
DEPLOYMENT = "production"
LOST = "lost"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: all of them run real processes on real storage."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.azurite)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of an Azurite that only the tests of this folder use."""
    try:
        found = azurite.find()
    except azurite.AzuriteError as missing:
        without(missing)
    with azurite.start(found, tmp_path_factory.mktemp("azurite"), memory=True) as started:
        yield started.connection_string


@pytest.fixture(scope="package")
def host(storage: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host process whose worker takes two seconds to begin, so that a job can be cancelled.

    Jobs that run inside of their request do not wait.
    """
    log = tmp_path_factory.mktemp("host") / "host.log"
    with hosts.running(storage, log, "--fault", "delay=analyze_worker:2") as started:
        yield started


@pytest.fixture(scope="package")
def client(host: Host) -> Client:
    """A client without an SDK, for what a test prepares."""
    return Client(host.endpoint, KEY)


@pytest.fixture(scope="package")
def programs(host: Host) -> Programs:
    """Runs the programs of `tests/sdk/programs` against the host."""
    try:
        for release in ("5.4", *sdks.PYTHON):
            sdks.python(release)
        sdks.node_modules()
    except sdks.MissingClientError as missing:
        without(missing)
    return Programs(endpoint=host.endpoint, key=KEY)


@pytest.fixture(scope="package")
def loans(storage: str, client: Client) -> str:
    """A project of loan agreements, trained and deployed; returns its name."""
    original.upload(storage, "loans")
    file = original.tags("LoanAgreements", "loans")
    assert client.wait(client.start_import("LoanAgreements", file))["status"] == "succeeded"
    trained = client.wait(client.start_training("LoanAgreements", "first"))
    assert trained["status"] == "succeeded", trained
    deployed = client.wait(client.start_deployment("LoanAgreements", DEPLOYMENT, "first"))
    assert deployed["status"] == "succeeded", deployed
    return "LoanAgreements"
