"""A real browser, a real host and real storage, for the tests of the studio.

One Azurite and one host serve all of these tests, one browser those of a file; each test has a
window of its own, with nothing kept from another's. A test fails on any error that the page prints,
and on any request that is refused, unless it says that it expects it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from devhost import azurite
from devhost import browser as programs
from tests.e2e import sample
from tests.e2e.client import Client
from tests.e2e.hosts import KEY, running
from tests.lacking import without
from tests.studio import projects
from tests.studio.tagging import NAME, TEXT, Bench
from tests.studio.window import Window

Make = Callable[..., Bench]

#: What keeps the browser from asking its maker's servers, which a closed network refuses.
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--font-render-hinting=none",
)

#: Milliseconds within which what a test waits for must have come, on a machine with other work.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of an Azurite that the studio's tests share."""
    try:
        found = azurite.find()
    except azurite.AzuriteError as missing:
        without(missing)
    with azurite.start(found, tmp_path_factory.mktemp("azurite"), memory=True) as started:
        yield started.connection_string


@pytest.fixture(scope="session")
def endpoint(storage: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a host on that storage."""
    with running(storage, tmp_path_factory.mktemp("host") / "host.log") as host:
        yield host.endpoint


@pytest.fixture(scope="session")
def client(endpoint: str) -> Client:
    """A plain client of that host, for what a test prepares or looks up."""
    return Client(endpoint, KEY)


@pytest.fixture(scope="session")
def loans(storage: str, client: Client) -> str:
    """The sample project, trained as `first` and deployed as `production`: not to be changed."""
    sample.upload(storage)
    sample.deploy(client)
    return sample.PROJECT


@pytest.fixture(scope="session")
def rivals(storage: str, client: Client) -> str:
    """A project with two trained models; each test deploys what it needs."""
    project = projects.make(storage, client, "Rivals")
    projects.train(client, project, "first")
    projects.train(client, project, "second")
    return project


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    # For each file anew: as long as it is there, this thread has a running event loop, with which
    # tests of other files could start none.
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    try:
        found = programs.find()
    except programs.MissingBrowserError as missing:
        without(missing)
    launched = playwright.chromium.launch(
        executable_path=found.program,
        env={**os.environ, **found.environment},
        args=[*QUIET],
    )
    yield launched
    launched.close()


@pytest.fixture
def window(browser: Browser, endpoint: str) -> Iterator[Window]:
    """A new window of the studio, signed in; at its end it must have had no errors."""
    opened = Window.open(browser, endpoint, KEY)
    yield opened
    opened.close()


@pytest.fixture
def make(window: Window, client: Client, storage: str) -> Make:
    """Makes projects with documents of a test's own, to tag them."""

    def made(documents: dict[str, str | bytes] | None = None, **more: Any) -> Bench:
        return Bench.make(window, client, storage, documents or {NAME: TEXT}, **more)

    return made
