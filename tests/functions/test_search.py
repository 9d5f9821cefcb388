"""A text is looked for in all documents through the API."""

from __future__ import annotations

from typing import Any

import pytest

from devhost.testing import TestHost
from shared import limits
from shared.domain.projects import Project
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.functions.conftest import READER_KEY
from tests.functions.test_documents import cut, put_text, send
from tests.functions.test_door import assert_error
from tests.services import loans


@pytest.fixture
def project(stores: Stores) -> Project:
    """A project of four documents of our own, one of them tagged."""
    made = loans.make_project(stores, tagged=0)
    for number in range(20):
        stores.storage.blobs.delete("notes", loans.note(number)[0])
    texts = {
        "a.txt": "😀 Bo Li owes Bo.",
        "b.txt": "Bob and bo",
        "c.txt": "Bo " * 3,
        "d.txt": "nobody",
    }
    for name, text in texts.items():
        put_text(stores, name, text)
    labels = loans.labels(texts["a.txt"], (Span(2, 7, "Name"), Span(8, 12, "Verb")))
    stores.documents.put_labels(made, "a.txt", labels)
    stores.projects.put_entities(made, loans.ENTITIES)
    return made


def find(host: TestHost, query: str = "", **body: Any) -> dict[str, Any]:
    response = send(host, "POST", "documents/:find", body, key=READER_KEY, query=query)
    assert response.status == 200, response.body
    found: dict[str, Any] = response.json()
    return found


def places(found: dict[str, Any]) -> list[tuple[str, list[int]]]:
    return [
        (document["documentName"], [one["offset"] for one in document["occurrences"]])
        for document in found["documents"]
    ]


def test_a_text_is_found_with_its_surroundings_and_labels(
    host: TestHost, stores: Stores, project: Project
) -> None:
    found = find(host, text="Bo")

    assert places(found) == [("a.txt", [3, 14]), ("c.txt", [0, 3, 6])]
    assert (found["count"], found["documentsCount"], found["truncated"]) == (5, 2, False)
    document = found["documents"][0]
    text = stores.documents.text(project, "a.txt")
    assert document["textDigest"] == text.digest
    first, second = document["occurrences"]
    assert cut(text.text, first) == cut(text.text, second) == "Bo"
    assert (first["before"], first["after"]) == ("😀 ", " Li owes Bo.")
    assert (first["categories"], second["categories"]) == (["Name"], [])


def test_words_and_case(host: TestHost, project: Project) -> None:
    assert places(find(host, text="bo", matchCase=False))[1] == ("b.txt", [8])
    assert places(find(host, text="Bo", wholeWords=False))[1] == ("b.txt", [0])
    assert places(find(host, text="BO", wholeWords=False, matchCase=False))[3] == ("d.txt", [2])
    assert find(host, text="Bo.*")["documents"] == []


def test_only_what_has_a_label_of_a_type(host: TestHost, project: Project) -> None:
    assert places(find(host, text="Bo", category="Name")) == [("a.txt", [3])]
    assert find(host, text="Bo", category="Verb")["count"] == 0
    assert find(host, text="Bo", category="Nothing")["count"] == 0


@pytest.mark.parametrize(
    ("top", "count", "truncated"), [(1, 1, True), (2, 2, True), (4, 4, True), (5, 5, False)]
)
def test_no_more_than_top_are_told(
    host: TestHost, project: Project, top: int, count: int, truncated: bool
) -> None:
    found = find(host, f"&top={top}", text="Bo")

    assert (found["count"], found["truncated"]) == (count, truncated)


def test_no_more_than_1_000_are_told(host: TestHost, stores: Stores, project: Project) -> None:
    put_text(stores, "e.txt", "Li " * limits.OCCURRENCES)

    found = find(host, text="Li")
    assert (found["count"], found["truncated"]) == (1_000, True)
    put_text(stores, "a.txt", "x")
    assert find(host, text="Li")["truncated"] is False


def test_surroundings_have_at_most_40_characters(
    host: TestHost, stores: Stores, project: Project
) -> None:
    put_text(stores, "e.txt", "😀" * 50 + " Zoe " + "😀" * 50)

    (one,) = find(host, text="Zoe")["documents"][0]["occurrences"]

    assert (len(one["before"]), len(one["after"])) == (40, 40)


def test_labels_for_another_text_are_not_told(
    host: TestHost, stores: Stores, project: Project
) -> None:
    put_text(stores, "a.txt", "😀 Bo Li owes Bo!")

    assert find(host, text="Bo")["documents"][0]["occurrences"][0]["categories"] == []


def test_documents_that_cannot_be_read_are_passed_over(
    host: TestHost, stores: Stores, project: Project
) -> None:
    put_text(stores, "a.txt", b"Bo caf\xe9")

    assert [name for name, _ in places(find(host, text="Bo"))] == ["c.txt"]


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (b"", "$"),
        ({}, "$.text"),
        ({"text": ""}, "$.text"),
        ({"text": 7}, "$.text"),
        ({"text": "x" * 501}, "$.text"),
        ({"text": "x", "matchCase": "yes"}, "$.matchCase"),
        ({"text": "x", "wholeWords": 1}, "$.wholeWords"),
        ({"text": "x", "category": []}, "$.category"),
    ],
)
def test_a_search_that_is_none_is_refused(
    host: TestHost, project: Project, body: Any, target: str
) -> None:
    response = send(host, "POST", "documents/:find", body)

    assert (response.status, response.json()["error"]["target"]) == (400, target)


@pytest.mark.parametrize("top", ["0", "1001", "x", "-1"])
def test_top_is_from_1_to_1_000(host: TestHost, project: Project, top: str) -> None:
    response = send(host, "POST", "documents/:find", {"text": "x"}, query=f"&top={top}")

    assert_error(response, 400, "InvalidArgument")


def test_a_text_of_500_characters_can_be_looked_for(host: TestHost, project: Project) -> None:
    assert find(host, text="😀" * 500)["count"] == 0
    response = send(host, "POST", "documents/:find", {"text": "😀" * 501})
    assert_error(response, 400, "InvalidArgument")


def test_a_project_that_never_was_has_no_documents(host: TestHost) -> None:
    assert_error(send(host, "POST", "documents/:find", {"text": "x"}), 404, "ProjectNotFound")
