"""Documents through the API: listed, looked over, opened, written, deleted."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from shared.domain.labels import Dataset, Labels
from shared.domain.projects import Project
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.functions.conftest import KEY, READER_KEY
from tests.functions.test_door import assert_error
from tests.services import loans

PROJECT = "/language/authoring/analyze-text/projects/Notes"
VERSION = "api-version=2023-04-01"


@pytest.fixture
def project(stores: Stores) -> Project:
    """A project of 20 notes, 12 of them tagged."""
    made = loans.make_project(stores, tagged=12)
    stores.projects.put_entities(made, loans.ENTITIES)
    return made


def send(
    host: TestHost, method: str, path: str, body: Any = b"", *, key: str = KEY, query: str = ""
) -> Response:
    headers = {"Ocp-Apim-Subscription-Key": key}
    return host.request(method, f"{PROJECT}/{path}?{VERSION}{query}", headers=headers, body=body)


def get(host: TestHost, path: str, query: str = "", *, key: str = READER_KEY) -> Response:
    return send(host, "GET", path, key=key, query=query)


def follow(host: TestHost, first: Response) -> list[dict[str, Any]]:
    """Return the items of a list, over all of its pages."""
    body = first.json()
    found: list[dict[str, Any]] = list(body["value"])
    while "nextLink" in body:
        path = body["nextLink"].removeprefix("http://localhost")
        response = host.request("GET", path, headers={"Ocp-Apim-Subscription-Key": READER_KEY})
        body = response.json()
        found += body["value"]
    return found


def put_text(stores: Stores, name: str, data: bytes | str) -> None:
    stores.storage.blobs.put("notes", name, data.encode() if isinstance(data, str) else data)


def cut(text: str, label: dict[str, Any]) -> str:
    """Return what a label marks, by its offset and length in UTF-16 units."""
    begin, end = 2 * label["offset"], 2 * (label["offset"] + label["length"])
    return text.encode("utf-16-le")[begin:end].decode("utf-16-le")


# Lists


def test_documents_are_listed_by_name_with_the_counts_of_their_labels(
    host: TestHost, stores: Stores, project: Project
) -> None:
    location = loans.note(19)[0]
    labels = Labels(language="de", dataset=Dataset.TEST, text_digest="0" * 64)
    stores.documents.put_labels(project, location, labels)
    put_text(stores, "inbox/x.txt", "x")
    put_text(stores, "x.md", "x")

    found = get(host, "documents").json()["value"]

    assert [one["documentName"] for one in found] == [f"note-{n:02}.txt" for n in range(20)]
    first, last = found[0], found[-1]
    assert first["tagged"] is True
    assert first["labelCounts"] == {"Name": 1, "Sum": 1}
    assert "language" not in first and "dataset" not in first
    assert first["size"] == len(loans.note(0)[1].encode())
    assert (last["tagged"], last["labelCounts"]) == (False, {})
    assert (last["language"], last["dataset"]) == ("de", "Test")
    assert found[15]["tagged"] is False


@pytest.mark.parametrize("query", ["", "&maxpagesize=7", "&maxpagesize=1000", "&maxpagesize=20"])
def test_pages_of_documents_miss_none(host: TestHost, project: Project, query: str) -> None:
    found = follow(host, get(host, "documents", query))

    assert [one["documentName"] for one in found] == [f"note-{n:02}.txt" for n in range(20)]
    assert sum(one["tagged"] for one in found) == 12


def test_top_and_skip_are_those_of_all_lists(host: TestHost, project: Project) -> None:
    names = [one["documentName"] for one in follow(host, get(host, "documents", "&skip=3&top=4"))]

    assert names == ["note-03.txt", "note-04.txt", "note-05.txt", "note-06.txt"]
    assert get(host, "documents", "&skip=20").json() == {"value": []}
    assert get(host, "documents", "&top=0").json() == {"value": []}
    assert_error(get(host, "documents", "&top=-1"), 400, "InvalidArgument")


def test_a_list_of_many_documents_has_the_same_facts(host: TestHost, stores: Stores) -> None:
    project = loans.make_project(stores, tagged=0)
    for number in range(130):
        put_text(stores, f"x-{number:03}.txt", "abc")
    labels = Labels(spans=(Span(0, 1, "A"),), regions=((0, 3),), text_digest="0" * 64)
    stores.documents.put_labels(project, "x-117.txt", labels)

    found = get(host, "documents", "&maxpagesize=1000").json()["value"]

    assert [one["documentName"] for one in found if one["tagged"]] == ["x-117.txt"]


def test_a_list_reads_no_labels(
    host: TestHost, stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get_none(*_: object, **__: object) -> None:
        raise AssertionError("a blob was read")

    monkeypatch.setattr(stores.storage.blobs, "get", get_none)

    assert len(get(host, "documents").json()["value"]) == 20


@pytest.mark.parametrize("path", ["documents", "documents/note-00.txt"])
def test_documents_of_a_project_that_never_was_are_not_found(host: TestHost, path: str) -> None:
    assert_error(get(host, path), 404, "ProjectNotFound")


def test_a_project_whose_container_is_gone_is_told_so(host: TestHost, stores: Stores) -> None:
    loans.make_project(stores)
    stores.storage.blobs._containers.pop("notes")  # type: ignore[attr-defined]

    error = assert_error(get(host, "documents"), 404, "NotFound")

    assert "container" in error["message"]


# One document


def test_a_document_is_shown_with_its_text_and_labels(
    host: TestHost, stores: Stores, project: Project
) -> None:
    location, text, spans = loans.note(3)

    found = get(host, f"documents/{location}").json()

    stored = stores.documents.labels(project, location)
    assert stored is not None
    assert found["documentName"] == location
    assert found["text"] == text
    assert found["textDigest"] == hashlib.sha256(text.encode()).hexdigest()
    assert found["etag"] == stored.etag
    assert found["changed"] is False
    assert [(one["category"], cut(text, one)) for one in found["labels"]] == [
        (span.category, text[span.start : span.end]) for span in spans
    ]


def test_a_document_without_labels_has_no_etag(host: TestHost, project: Project) -> None:
    found = get(host, "documents/note-15.txt").json()

    assert (found["etag"], found["labels"], found["changed"]) == ("", [], False)


def test_text_keeps_every_character_and_offsets_count_utf_16(
    host: TestHost, stores: Stores, project: Project
) -> None:
    text = "\ufeff😀 Zoe\u0301\r\nBo \x00 \u2028 😀😀 Li\r"
    put_text(stores, "a b ü#%.txt", text)
    start = text.index("Li")
    labels = loans.labels(text, (Span(start, start + 2, "Name"),))
    stores.documents.put_labels(project, "a b ü#%.txt", labels)

    found = get(host, "documents/a%20b%20%C3%BC%23%25.txt").json()

    assert found["text"] == text
    (label,) = found["labels"]
    assert cut(text, label) == "Li"


def test_labels_for_another_text_are_told_as_such(
    host: TestHost, stores: Stores, project: Project
) -> None:
    put_text(stores, "note-03.txt", "short")

    found = get(host, "documents/note-03.txt").json()

    assert found["changed"] is True
    assert found["text"] == "short"
    assert all(one["offset"] + one["length"] <= 5 for one in found["labels"])


@pytest.mark.parametrize(
    "name", ["missing.txt", "x.md", "note-00", "..%2Fnote-00.txt", "%5C.txt", "a%0Ab.txt", "%00"]
)
def test_what_is_no_document_is_not_found(host: TestHost, project: Project, name: str) -> None:
    assert get(host, f"documents/{name}").status in (400, 404)


def test_a_document_that_cannot_be_read_says_why(
    host: TestHost, stores: Stores, project: Project
) -> None:
    put_text(stores, "latin.txt", b"caf\xe9")
    put_text(stores, "long.txt", "x" * (stores.limits.project_document_length + 1))

    latin = assert_error(get(host, "documents/latin.txt"), 400, "InvalidArgument")
    assert (latin["target"], "byte 3" in latin["message"]) == ("latin.txt", True)
    long = assert_error(get(host, "documents/long.txt"), 400, "InvalidArgument")
    assert "128,000" in long["message"]
