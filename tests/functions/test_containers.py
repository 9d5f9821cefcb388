"""Containers of the storage account through the API."""

from __future__ import annotations

from typing import Any

import pytest

from devhost.testing import Response, TestHost
from shared import limits
from shared.errors import ServiceUnavailable, StorageDenied
from shared.storage.stores import Stores
from tests.functions.conftest import AUTHOR_KEY, READER_KEY
from tests.functions.test_documents import follow
from tests.functions.test_door import PROJECTS, VERSION, assert_error
from tests.services import loans

CONTAINERS = f"{PROJECTS}/global/containers"


def ask(
    host: TestHost, method: str = "GET", path: str = "", query: str = "", key: str = AUTHOR_KEY
) -> Response:
    headers = {"Ocp-Apim-Subscription-Key": key}
    return host.request(method, f"{CONTAINERS}{path}{VERSION}{query}", headers=headers)


@pytest.fixture
def containers(stores: Stores) -> None:
    """Containers of documents, of our own, and of the host; one is bound to two projects."""
    loans.make_project(stores, tagged=0)
    loans.make_project(stores, tagged=0, name="Other")
    blobs = stores.storage.blobs
    for name in ("empty", "azure-webjobs-hosts", "azure-webjobs-secrets"):
        blobs.create_container(name)
    blobs.put("empty", "x.md", b"x")
    blobs.put("empty", "inbox/x.txt", b"x")


def test_containers_are_listed_with_their_documents_and_projects(
    host: TestHost, containers: None
) -> None:
    assert ask(host, key=READER_KEY).json() == {
        "value": [
            {"containerName": "empty", "documentsCount": 0, "projectNames": []},
            {"containerName": "notes", "documentsCount": 20, "projectNames": ["Notes"]},
            {"containerName": "other", "documentsCount": 20, "projectNames": ["Other"]},
        ]
    }


def test_pages_of_containers_miss_none(host: TestHost, containers: None) -> None:
    found = follow(host, ask(host, query="&maxpagesize=1"))

    assert [(one["containerName"], one["documentsCount"]) for one in found] == [
        ("empty", 0),
        ("notes", 20),
        ("other", 20),
    ]


@pytest.mark.parametrize(("most", "told"), [(19, 19), (20, 20), (21, 20)])
def test_documents_are_counted_up_to_a_limit(
    host: TestHost, containers: None, monkeypatch: pytest.MonkeyPatch, most: int, told: int
) -> None:
    monkeypatch.setattr(limits, "DOCUMENTS_COUNTED", most)

    assert ask(host).json()["value"][1]["documentsCount"] == told


def test_a_container_that_is_deleted_while_it_is_listed_has_no_documents(
    host: TestHost, stores: Stores, containers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores.storage.blobs, "containers", lambda: ["gone", "notes"])

    assert [one["documentsCount"] for one in ask(host).json()["value"]] == [0, 20]


def test_a_container_is_made_once(host: TestHost, stores: Stores, containers: None) -> None:
    made, again = ask(host, "PUT", "/new-one"), ask(host, "PUT", "/new-one")

    assert (made.status, again.status) == (201, 200)
    assert made.json() == again.json()
    assert made.json() == {"containerName": "new-one", "documentsCount": 0, "projectNames": []}
    assert stores.storage.blobs.container_exists("new-one")
    bound = ask(host, "PUT", "/notes")
    assert (bound.status, bound.json()["documentsCount"]) == (200, 20)
    assert bound.json()["projectNames"] == ["Notes"]


@pytest.mark.parametrize("name", ["abc", "a" * 63, "1-2-3"])
def test_names_that_a_container_can_have(host: TestHost, stores: Stores, name: str) -> None:
    assert ask(host, "PUT", f"/{name}").status == 201


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "A-b",
        "a--b",
        "-ab",
        "ab-",
        "a_b",
        "$root",
        "a%20b",
        "ü-ü",
        "a%0A%0A",
        "spanwright",
        "azure-webjobs-hosts",
    ],
)
def test_names_that_it_cannot_have(host: TestHost, stores: Stores, name: str) -> None:
    error = assert_error(ask(host, "PUT", f"/{name}"), 400, "InvalidArgument")

    assert error["target"] == "containerName"
    assert stores.storage.blobs.containers() == ["spanwright"]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", "/new-one")])
def test_where_storage_denies_access_the_role_is_named(
    host: TestHost, stores: Stores, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    def deny(*_: Any) -> None:
        raise StorageDenied

    monkeypatch.setattr(stores.storage.blobs, "containers", deny)
    monkeypatch.setattr(stores.storage.blobs, "create_container", deny)

    error = assert_error(ask(host, method, path), 403, "Forbidden")

    assert "Storage Blob Data Contributor" in error["message"]


def test_the_role_is_named_too_where_the_projects_cannot_be_read(
    host: TestHost, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny() -> None:
        raise StorageDenied

    monkeypatch.setattr(stores.projects, "all", deny)

    assert_error(ask(host), 403, "Forbidden")


def test_a_storage_that_does_not_answer_is_unavailable(
    host: TestHost, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ServiceUnavailable

    monkeypatch.setattr(stores.storage.blobs, "containers", fail)

    assert_error(ask(host), 503, "ServiceUnavailable")


def test_a_reader_may_not_make_a_container(host: TestHost, stores: Stores) -> None:
    assert_error(ask(host, "PUT", "/new-one", key=READER_KEY), 403, "Forbidden")
    assert not stores.storage.blobs.container_exists("new-one")
