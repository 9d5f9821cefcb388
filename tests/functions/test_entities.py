"""Entity types through the API."""

from __future__ import annotations

from typing import Any

import pytest

from devhost.testing import Response, TestHost
from shared import limits
from shared.domain.projects import Project
from shared.storage.stores import Stores
from tests.functions.conftest import KEY, READER_KEY
from tests.functions.test_documents import get, send
from tests.functions.test_documents import project as _project
from tests.functions.test_door import assert_error

project = _project


def listed(host: TestHost) -> list[dict[str, str]]:
    found: list[dict[str, str]] = get(host, "entities").json()["entities"]
    return found


def ended(host: TestHost, response: Response) -> dict[str, Any]:
    """Return the job that was accepted, once it has ended."""
    assert response.status == 202, response.body
    host.drain()
    location = response.headers["operation-location"].removeprefix("http://localhost")
    headers = {"Ocp-Apim-Subscription-Key": READER_KEY}
    job: dict[str, Any] = host.request("GET", location, headers=headers).json()
    return job


def test_types_are_listed_in_the_order_of_the_project(host: TestHost, project: Project) -> None:
    assert listed(host) == [
        {"category": "Name", "description": "Who owes."},
        {"category": "Sum", "description": ""},
    ]


def test_a_type_is_made_at_the_end_and_then_changed(host: TestHost, project: Project) -> None:
    made = send(host, "PUT", "entities/Date", {})
    changed = send(host, "PUT", "entities/Date", {"description": "When."})
    kept = send(host, "PUT", "entities/Date", {})

    assert (made.status, made.json()) == (201, {"category": "Date", "description": ""})
    assert (changed.status, changed.json()) == (200, {"category": "Date", "description": "When."})
    assert (kept.status, kept.json()) == (200, changed.json())
    assert [one["category"] for one in listed(host)] == ["Name", "Sum", "Date"]


@pytest.mark.parametrize(
    "name", ["😀 Ünïcode", "a b", "Name ", "jobs", "x" * 50, "name", "a'b|c\"d"]
)
def test_names_that_can_be_are_kept_as_they_are(
    host: TestHost, project: Project, name: str
) -> None:
    response = send(host, "PUT", f"entities/{name}", {})

    assert response.status == 201
    assert listed(host)[-1]["category"] == name


@pytest.mark.parametrize(
    "name", ["a%3Ab", "a%25", "a%2Fb", "x" * 51, "a%0Ab", "%20", "%23", "%3F", "a*"]
)
def test_names_that_cannot_be_are_refused(host: TestHost, project: Project, name: str) -> None:
    error = assert_error(send(host, "PUT", f"entities/{name}", {}), 400, "InvalidArgument")

    assert error["target"] == "category"
    assert len(listed(host)) == 2


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (b"", "$"),
        ([], "$"),
        ({"description": 7}, "$.description"),
        ({"description": "x" * (limits.DESCRIPTION_LENGTH + 1)}, "$.description"),
    ],
)
def test_a_change_that_is_none_is_refused(
    host: TestHost, project: Project, body: Any, target: str
) -> None:
    response = send(host, "PUT", "entities/Date", body)

    assert (response.status, response.json()["error"]["target"]) == (400, target)


def test_a_description_has_as_many_characters_as_the_limit(
    host: TestHost, project: Project
) -> None:
    body = {"description": "x" * limits.DESCRIPTION_LENGTH}

    assert send(host, "PUT", "entities/Date", body).status == 201


def test_a_renaming_takes_the_labels_along(host: TestHost, project: Project) -> None:
    response = send(host, "POST", "entities/Name/:rename", {"category": "Debtor"})

    assert ended(host, response)["status"] == "succeeded"
    assert "/entities/jobs/" in response.headers["operation-location"]
    assert [one["category"] for one in listed(host)] == ["Debtor", "Sum"]
    labels = get(host, "documents/note-03.txt").json()["labels"]
    assert [one["category"] for one in labels] == ["Debtor", "Sum"]
    assert get(host, "documents").json()["value"][3]["labelCounts"] == {"Debtor": 1, "Sum": 1}


def test_a_deletion_takes_the_labels_away(host: TestHost, project: Project) -> None:
    response = send(host, "DELETE", "entities/Name")

    assert ended(host, response)["status"] == "succeeded"
    assert [one["category"] for one in listed(host)] == ["Sum"]
    labels = get(host, "documents/note-03.txt").json()["labels"]
    assert [one["category"] for one in labels] == ["Sum"]


def test_work_in_many_documents_is_done_by_a_worker(
    host: TestHost, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IMPORT_AT_ONCE", 1)

    response = send(host, "DELETE", "entities/Name")

    assert len(host.messages("authoring")) == 1
    assert len(listed(host)) == 2
    assert_error(send(host, "DELETE", "entities/Sum"), 409, "Conflict")
    assert ended(host, response)["status"] == "succeeded"
    assert len(listed(host)) == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "target"),
    [
        ("POST", "entities/Name/:rename", {"category": "Sum"}, 409, "$.category"),
        ("POST", "entities/Name/:rename", {"category": "a:b"}, 400, "$.category"),
        ("POST", "entities/Name/:rename", {}, 400, "$.category"),
        ("POST", "entities/Nothing/:rename", {"category": "New"}, 404, "category"),
        ("DELETE", "entities/Nothing", b"", 404, "category"),
        ("DELETE", "entities/name", b"", 404, "category"),
    ],
)
def test_what_cannot_be_done_is_refused(
    host: TestHost,
    stores: Stores,
    project: Project,
    method: str,
    path: str,
    body: Any,
    status: int,
    target: str,
) -> None:
    response = send(host, method, path, body)

    assert (response.status, response.json()["error"]["target"]) == (status, target)
    assert list(stores.operations.active()) == []
    assert [one["category"] for one in listed(host)] == ["Name", "Sum"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PUT", "/A"), ("POST", "/A/:rename"), ("DELETE", "/A")],
)
def test_a_project_that_never_was_is_not_found(host: TestHost, method: str, path: str) -> None:
    response = send(host, method, f"entities{path}", {"category": "B"}, key=KEY)

    assert_error(response, 404, "ProjectNotFound")
