"""Documents through the API: listed, looked over, opened, written, deleted."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from functions import wiring
from shared.domain.labels import Dataset, Labels
from shared.domain.projects import Project
from shared.limits import Limits
from shared.schema.query import Page
from shared.services import documents
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.functions.conftest import AUTHOR_KEY, KEY, READER_KEY, SETTINGS
from tests.functions.test_door import assert_error
from tests.services import loans
from tests.services.fakes import Died, Mortal

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


@pytest.mark.parametrize(
    "query",
    ["", "&maxpagesize=7", "&maxpagesize=1000", "&maxpagesize=20", "&brief=true&maxpagesize=7"],
)
def test_pages_of_documents_miss_none(host: TestHost, project: Project, query: str) -> None:
    found = follow(host, get(host, "documents", query))

    assert [one["documentName"] for one in found] == [f"note-{n:02}.txt" for n in range(20)]
    assert sum(one["tagged"] for one in found) == 12


def test_a_brief_list_says_the_rest_and_asks_storage_for_names_alone(
    host: TestHost, stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = get(host, "documents").json()["value"]

    def list_none(*_: object, **__: object) -> None:
        raise AssertionError("more than names was asked for")

    monkeypatch.setattr(stores.documents, "listed", list_none)
    brief = get(host, "documents", "&brief=true").json()["value"]

    only_blobs = ("size", "lastModifiedDateTime")
    assert all(name in one for one in whole for name in only_blobs)
    assert brief == [
        {name: value for name, value in one.items() if name not in only_blobs} for one in whole
    ]
    assert_error(get(host, "documents", "&brief=perhaps"), 400, "InvalidArgument")


@pytest.mark.parametrize(("query", "items"), [("", 1_000), ("&brief=true", 20_000)])
def test_a_page_has_at_most_so_many_documents(
    host: TestHost, project: Project, monkeypatch: pytest.MonkeyPatch, query: str, items: int
) -> None:
    asked: list[Page] = []
    monkeypatch.setattr(documents, "listed", lambda _, __, page, brief: asked.append(page) or [])

    assert get(host, "documents", f"{query}&maxpagesize=1000000").status == 200

    assert [page.size for page in asked] == [items]


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


# Faults


def faults(host: TestHost, query: str = "") -> list[tuple[str, str]]:
    found = follow(host, get(host, "documents/:faults", query))
    assert all(one["message"].endswith(".") for one in found)
    return [(one["documentName"], one["code"]) for one in found]


def test_what_is_wrong_with_documents_is_told(
    host: TestHost, stores: Stores, project: Project
) -> None:
    assert faults(host) == []
    most = stores.limits.project_document_length
    for name, text in (
        ("a.txt", b""),
        ("b.txt", b" \r\n\t"),
        ("c.txt", b"caf\xe9"),
        ("d.txt", b"x" * most),
        ("e.txt", b"x" * (most + 1)),
        ("f.txt", b"x" * (4 * most + 1)),
        ("note-03.txt", b"another text"),
        ("note-15.txt", b"another text"),  # It has no labels.
    ):
        put_text(stores, name, text)

    assert faults(host) == [
        ("a.txt", "empty"),
        ("b.txt", "empty"),
        ("c.txt", "notUtf8"),
        ("e.txt", "tooLong"),
        ("f.txt", "tooLong"),
        ("note-03.txt", "changed"),
    ]


def test_pages_of_faults_count_documents(host: TestHost, stores: Stores, project: Project) -> None:
    for number in (0, 9, 19):
        put_text(stores, f"note-{number:02}.txt", b"")

    first = get(host, "documents/:faults", "&maxpagesize=5").json()

    assert [one["documentName"] for one in first["value"]] == ["note-00.txt"]
    assert [name for name, _ in faults(host, "&maxpagesize=5")] == [
        "note-00.txt",
        "note-09.txt",
        "note-19.txt",
    ]
    assert [name for name, _ in faults(host, "&skip=5&top=10&maxpagesize=3")] == ["note-09.txt"]


@pytest.mark.parametrize(("count", "more"), [(500, False), (501, True)])
def test_a_page_of_faults_looks_at_500_documents(
    host: TestHost, stores: Stores, count: int, more: bool
) -> None:
    loans.make_project(stores, tagged=0)
    for number in range(count - 20):
        put_text(stores, f"x-{number:03}.txt", "x")

    assert ("nextLink" in get(host, "documents/:faults").json()) is more


# Written and deleted


def write(
    host: TestHost, name: str, data: bytes | str, query: str = "", *, key: str = AUTHOR_KEY
) -> Response:
    return send(host, "PUT", f"documents/{name}", data, key=key, query=query)


TEXTS = [
    "a",
    "\ufeffZoe\u0301\r\n\tA \x00 😀\r",
    "x" * 128_000,
    "😀" * 128_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=["one", "all sorts", "longest", "most bytes"])
def test_a_document_is_kept_as_it_is_sent(
    host: TestHost, stores: Stores, project: Project, text: str
) -> None:
    response = write(host, "new.txt", text)

    assert response.status == 201
    listed = [one for one in follow(host, get(host, "documents")) if "new" in one["documentName"]]
    assert [response.json()] == listed
    assert listed[0]["size"] == len(text.encode())
    assert get(host, "documents/new.txt").json()["text"] == text
    blob = stores.storage.blobs.get("notes", "new.txt")
    assert blob is not None
    assert blob.data == text.encode()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "white space"),
        (b" \n", "white space"),
        (b"caf\xe9", "byte 3"),
        (b"\xed\xa0\x80", "byte 0"),
        (b"x" * 128_001, "128,000"),
    ],
)
def test_a_text_that_no_document_can_have_is_refused(
    host: TestHost, stores: Stores, project: Project, data: bytes, word: str
) -> None:
    error = assert_error(write(host, "new.txt", data), 400, "InvalidArgument")

    assert word in error["message"]
    assert error["innererror"]["code"] == "InvalidDocument"
    assert stores.storage.blobs.get("notes", "new.txt") is None


@pytest.mark.parametrize("name", ["a.txt", "x" * 196 + ".txt", "ü 😀 #%25.txt", ".txt", "a..txt"])
def test_names_that_can_be(host: TestHost, project: Project, name: str) -> None:
    path = name.replace("#", "%23")

    assert write(host, path, "x").json()["documentName"] == name.replace("%25", "%")
    assert get(host, f"documents/{path}").json()["text"] == "x"
    assert send(host, "DELETE", f"documents/{path}").status == 204
    assert get(host, f"documents/{path}").status == 404


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "a.TXT",
        "a.md",
        "x" * 197 + ".txt",
        "a%0A.txt",
        "a%5Cb.txt",
        "a%7F.txt",
        "%EF%BF%BF.txt",
        "%20",
    ],
)
def test_names_that_cannot_be(host: TestHost, stores: Stores, project: Project, name: str) -> None:
    error = assert_error(write(host, name, "x"), 400, "InvalidArgument")

    assert error["target"] == "documentName"
    assert len(list(stores.storage.blobs.names("notes"))) == 20


def test_another_document_of_the_name_is_overwritten_only_where_that_is_asked_for(
    host: TestHost, project: Project
) -> None:
    text = loans.note(3)[1]

    assert write(host, "note-03.txt", text).status == 200
    error = assert_error(write(host, "note-03.txt", "other"), 409, "Conflict")
    assert error["target"] == "note-03.txt"
    assert_error(write(host, "note-03.txt", "other", "&overwrite=no"), 400, "InvalidArgument")
    assert get(host, "documents/note-03.txt").json()["text"] == text

    response = write(host, "note-03.txt", "other", "&overwrite=true")
    assert (response.status, response.json()["size"]) == (200, 5)
    after = get(host, "documents/note-03.txt").json()
    assert (after["text"], after["changed"]) == ("other", True)


def test_there_are_as_many_documents_as_the_limit_and_no_more(
    host: TestHost, stores: Stores, project: Project
) -> None:
    limited = Stores.on(stores.storage, Limits(documents_per_project=22))
    wiring.use(wiring.Service.of(SETTINGS, limited))

    assert [write(host, f"new-{number}.txt", "x").status for number in range(3)] == [201, 201, 400]
    assert_error(write(host, "new-2.txt", "x"), 400, "QuotaExceeded")
    assert write(host, "new-1.txt", "y", "&overwrite=true").status == 200
    assert send(host, "DELETE", "documents/new-0.txt").status == 204
    assert write(host, "new-2.txt", "x").status == 201


def test_the_limit_of_documents_holds_though_they_are_not_counted_each_time(
    host: TestHost, stores: Stores, project: Project
) -> None:
    limited = Stores.on(stores.storage, Limits(documents_per_project=90))
    wiring.use(wiring.Service.of(SETTINGS, limited))

    statuses = [write(host, f"new-{number}.txt", "x").status for number in range(75)]

    assert statuses == [201] * 70 + [400] * 5


def test_a_document_is_deleted_with_its_labels(
    host: TestHost, stores: Stores, project: Project
) -> None:
    response = send(host, "DELETE", "documents/note-03.txt")

    assert (response.status, response.body) == (204, b"")
    assert stores.documents.labels(project, "note-03.txt") is None
    assert stores.documents.facts(project, ["note-03.txt"]) == {}
    assert len(follow(host, get(host, "documents"))) == 19
    assert_error(send(host, "DELETE", "documents/note-03.txt"), 404, "NotFound")


def test_labels_of_a_document_that_is_gone_are_deleted(
    host: TestHost, stores: Stores, project: Project
) -> None:
    stores.storage.blobs.delete("notes", "note-03.txt")

    assert send(host, "DELETE", "documents/note-03.txt").status == 204
    assert stores.documents.labels(project, "note-03.txt") is None


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("step", range(3))
def test_a_deletion_whose_process_dies_can_be_repeated(
    host: TestHost, stores: Stores, project: Project, step: int, before: bool
) -> None:
    mortal = Mortal(stores.storage)
    mortal.die_at(step, before=before)
    with pytest.raises(Died):
        Stores.on(mortal).documents.delete(project, "note-03.txt")

    repeated = send(host, "DELETE", "documents/note-03.txt").status

    assert repeated == (404 if (step, before) == (2, False) else 204)
    assert stores.documents.labels(project, "note-03.txt") is None
    assert stores.documents.facts(project, ["note-03.txt"]) == {}
    assert get(host, "documents/note-03.txt").status == 404


@pytest.mark.parametrize("name", ["missing.txt", "x.md", "inbox%2Fx.txt", "..%2Fx.txt"])
def test_what_is_no_document_of_the_project_is_not_deleted(
    host: TestHost, stores: Stores, project: Project, name: str
) -> None:
    put_text(stores, "x.md", "x")
    put_text(stores, "inbox/x.txt", "x")

    assert send(host, "DELETE", f"documents/{name}").status == 404
    assert len(list(stores.storage.blobs.names("notes"))) == 22


def test_small_roles_neither_write_nor_delete(host: TestHost, project: Project) -> None:
    assert_error(write(host, "new.txt", "x", key=READER_KEY), 403, "Forbidden")
    for key in (READER_KEY, AUTHOR_KEY):
        response = send(host, "DELETE", "documents/note-03.txt", key=key)
        assert_error(response, 403, "Forbidden")


def test_a_document_cannot_be_written_where_the_container_is_gone(
    host: TestHost, stores: Stores, project: Project
) -> None:
    stores.storage.blobs._containers.pop("notes")  # type: ignore[attr-defined]

    assert_error(write(host, "new.txt", "x"), 404, "NotFound")
    assert_error(get(host, "documents/:faults"), 404, "NotFound")
