"""The labels of one document through the API: set over the version that was read, or refused."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from functions import wiring
from shared.domain.labels import Dataset
from shared.domain.projects import Project
from shared.limits import Limits
from shared.storage.stores import Stores
from tests.functions.conftest import KEY, READER_KEY, SETTINGS
from tests.functions.test_documents import PROJECT, VERSION, cut, get, put_text, send
from tests.functions.test_documents import project as _project
from tests.functions.test_door import assert_error
from tests.services import loans
from tests.services.fakes import Mortal

project = _project

#: That of `note-15.txt` in these tests.
TEXT = "Zoe and Li owe 20 EUR."


@pytest.fixture(autouse=True)
def text(stores: Stores, project: Project) -> None:
    put_text(stores, "note-15.txt", TEXT)


def opened(host: TestHost, name: str = "note-15.txt") -> dict[str, Any]:
    body: dict[str, Any] = get(host, f"documents/{name}").json()
    return body


def change(document: dict[str, Any], *labels: tuple[str, int, int], **more: Any) -> dict[str, Any]:
    """Return the body that sets labels (category, offset, length) of a document as it was read."""
    return {
        "etag": document["etag"],
        "textDigest": document["textDigest"],
        "labels": [
            {"category": category, "offset": offset, "length": length}
            for category, offset, length in labels
        ],
        **more,
    }


def put(host: TestHost, body: Any, name: str = "note-15.txt", *, key: str = KEY) -> Response:
    return send(host, "PUT", f"documents/{name}/labels", body, key=key)


def test_labels_are_set_and_read_again(host: TestHost, stores: Stores, project: Project) -> None:
    before = opened(host)

    answer = put(host, change(before, ("Sum", 8, 2), ("Name", 0, 3))).json()

    after = opened(host)
    assert {**answer, "text": after["text"]} == after
    assert [one["category"] for one in after["labels"]] == ["Name", "Sum"]
    assert after["etag"] not in ("", before["etag"])
    stored = stores.documents.labels(project, "note-15.txt")
    assert stored is not None
    assert stored.labels.regions == ((0, len(after["text"])),)
    assert get(host, "documents", "&skip=15&top=1").json()["value"][0]["labelCounts"] == {
        "Name": 1,
        "Sum": 1,
    }


def test_offsets_count_utf_16_units(host: TestHost, stores: Stores, project: Project) -> None:
    text = "😀 Zoe\u0301 😀 Li\r\n"
    put_text(stores, "emoji.txt", text)
    place = len("😀 Zoe\u0301 😀 ".encode("utf-16-le")) // 2

    answer = put(host, change(opened(host, "emoji.txt"), ("Name", place, 2)), "emoji.txt").json()

    assert cut(text, answer["labels"][0]) == "Li"
    stored = stores.documents.labels(project, "emoji.txt")
    assert stored is not None
    assert text[stored.labels.spans[0].start : stored.labels.spans[0].end] == "Li"


def test_the_second_of_two_writers_is_refused_and_nothing_is_lost(
    host: TestHost, project: Project
) -> None:
    mine = theirs = opened(host)
    assert put(host, change(theirs, ("Name", 0, 3))).status == 200

    error = assert_error(put(host, change(mine, ("Sum", 0, 3))), 412, "Conflict")

    assert error["target"] == "etag"
    assert [one["category"] for one in opened(host)["labels"]] == ["Name"]
    assert put(host, change(opened(host), ("Sum", 0, 3))).status == 200
    assert_error(put(host, change(theirs)), 412, "Conflict")


def test_a_rival_that_writes_between_reading_and_writing_is_not_overwritten(
    host: TestHost, stores: Stores, project: Project
) -> None:
    before = opened(host)
    mortal = Mortal(stores.storage)
    rival = change(before, ("Name", 0, 3))
    answers: list[int] = []

    def overtake() -> None:
        wiring.use(wiring.Service.of(SETTINGS, stores))
        answers.append(put(host, rival).status)

    mortal.interrupt_at(0, overtake)
    wiring.use(wiring.Service.of(SETTINGS, Stores.on(mortal)))

    assert_error(put(host, change(before, ("Sum", 0, 3))), 412, "Conflict")

    assert answers == [200]
    assert [one["category"] for one in opened(host)["labels"]] == ["Name"]


def test_an_entity_type_that_goes_while_its_label_is_written_is_not_left_behind(
    host: TestHost, stores: Stores, project: Project
) -> None:
    before = opened(host)
    mortal = Mortal(stores.storage)
    mortal.interrupt_at(1, lambda: stores.projects.put_entities(project, loans.ENTITIES[1:]))
    wiring.use(wiring.Service.of(SETTINGS, Stores.on(mortal)))

    assert_error(put(host, change(before, ("Name", 0, 3))), 412, "Conflict")

    assert opened(host)["labels"] == []


def test_a_write_whose_answer_was_lost_and_that_was_sent_again_is_no_rival(
    host: TestHost, stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = opened(host)
    stored = stores.storage.blobs.put
    lost = iter([True])

    def put_twice(*values: Any, **named: Any) -> str:
        if "/labels/" in values[1] and next(lost, False):
            stored(*values, **named)
        return stored(*values, **named)

    monkeypatch.setattr(stores.storage.blobs, "put", put_twice)
    answer = put(host, change(before, ("Name", 0, 3)))

    assert answer.status == 200
    after = opened(host)
    assert answer.json()["etag"] == after["etag"]
    assert [one["category"] for one in after["labels"]] == ["Name"]
    assert get(host, "documents", "&skip=15&top=1").json()["value"][0]["tagged"] is True


def test_labels_of_another_text_are_refused(
    host: TestHost, stores: Stores, project: Project
) -> None:
    before = opened(host)
    put_text(stores, "note-15.txt", "another text")

    error = assert_error(put(host, change(before, ("Name", 0, 3))), 409, "Conflict")

    assert error["target"] == "textDigest"
    assert stores.documents.labels(project, "note-15.txt") is None


def test_labels_for_another_text_are_replaced_by_those_for_the_present(
    host: TestHost, stores: Stores, project: Project
) -> None:
    put_text(stores, "note-03.txt", "another text")
    before = opened(host, "note-03.txt")
    assert before["changed"] is True

    after = put(host, change(before, ("Name", 0, 7)), "note-03.txt").json()

    assert (after["changed"], after["labels"][0]["length"]) == (False, 7)
    stored = stores.documents.labels(project, "note-03.txt")
    assert stored is not None
    assert stored.labels.regions == ((0, 12),)


@pytest.mark.parametrize(
    ("label", "target", "word"),
    [
        (("Name", 12, 9_999), "$.labels[1]", "outside"),
        (("Name", 9_999, 1), "$.labels[1]", "outside"),
        (("Nothing", 0, 3), "$.labels[1]", "not declared"),
        (("Name", 9, 3), "$.labels[1]", "overlaps"),
        (("Name", 8, 2), "$.labels[1]", "overlaps"),
        # Of two labels that overlap, the one that begins later is told.
        (("Name", 7, 2), "$.labels[0]", "overlaps"),
        (("Name", 0, 0), "$.labels[1].length", "at least 1"),
        (("Name", -1, 2), "$.labels[1].offset", "at least 0"),
        (("", 0, 2), "$.labels[1].category", "empty"),
    ],
)
def test_each_label_that_does_not_fit_is_told_with_its_path(
    host: TestHost, stores: Stores, project: Project, label: Any, target: str, word: str
) -> None:
    error = assert_error(
        put(host, change(opened(host), ("Sum", 8, 2), label)), 400, "InvalidArgument"
    )

    assert error["target"] == target
    assert word in error["message"]
    assert stores.documents.labels(project, "note-15.txt") is None


def test_every_fault_is_listed(host: TestHost, stores: Stores, project: Project) -> None:
    put_text(stores, "emoji.txt", "😀  \n Li")
    labels = [("Name", 1, 1), ("Name", 2, 3), ("Other", 6, 2), ("Name", 6, 1)]

    error = assert_error(
        put(host, change(opened(host, "emoji.txt"), *labels), "emoji.txt"), 400, "InvalidArgument"
    )

    assert sorted(detail["target"] for detail in error["details"]) == [
        "$.labels[0]",
        "$.labels[1]",
        "$.labels[2]",
        "$.labels[2]",
    ]
    assert "surrogate" in str(error["details"])
    assert "white space" in str(error["details"])


def test_a_label_has_as_many_characters_as_the_limit_and_no_more(
    host: TestHost, stores: Stores, project: Project
) -> None:
    wiring.use(wiring.Service.of(SETTINGS, Stores.on(stores.storage, Limits(entity_length=4))))
    put_text(stores, "a.txt", "abcdef")

    def status(length: int) -> int:
        return put(host, change(opened(host, "a.txt"), ("Name", 0, length)), "a.txt").status

    assert (status(5), status(4)) == (400, 200)


def test_a_document_can_be_put_into_a_set_without_labels(
    host: TestHost, stores: Stores, project: Project
) -> None:
    body = change(opened(host), language="de", dataset="test")

    answer = put(host, body).json()

    assert (answer["language"], answer["dataset"], answer["labels"]) == ("de", "Test", [])
    stored = stores.documents.labels(project, "note-15.txt")
    assert stored is not None
    # Nobody has looked at it: it must not teach that it holds nothing.
    assert stored.labels.regions == ()
    assert get(host, "documents", "&skip=15&top=1").json()["value"][0]["tagged"] is False


def test_language_and_dataset_stay_where_they_are_not_named_and_go_where_they_are_null(
    host: TestHost, project: Project
) -> None:
    put(host, change(opened(host), language="de", dataset="Test"))

    kept = put(host, change(opened(host), ("Name", 0, 3))).json()
    assert (kept["language"], kept["dataset"]) == ("de", "Test")
    gone = put(host, change(opened(host), language=None, dataset=None)).json()
    assert "language" not in gone and "dataset" not in gone


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"language": "de"}, 200),
        ({"language": "EN-US"}, 200),
        ({"language": "en"}, 200),  # That of the project, though no list has it.
        ({"language": "tlh"}, 400),
        ({"language": "x" * 36}, 400),
        ({"language": 7}, 400),
        ({"dataset": "Train"}, 200),
        ({"dataset": "Validation"}, 400),
        ({"dataset": []}, 400),
    ],
)
def test_languages_and_sets_are_known_ones(
    host: TestHost, project: Project, more: dict[str, Any], status: int
) -> None:
    response = put(host, change(opened(host), **more))

    assert response.status == status
    if status == 400:
        assert response.json()["error"]["target"] == f"$.{next(iter(more))}"


def test_regions_stay_where_they_hold_all_labels(
    host: TestHost, stores: Stores, project: Project
) -> None:
    location, text, spans = loans.note(3)
    labels = loans.labels(text, spans)
    regions = ((0, 2), (2, len(text)))
    stores.documents.put_labels(
        project, location, dataclasses.replace(labels, spans=(), regions=regions)
    )

    put(host, change(opened(host, location), ("Name", 0, 2), dataset="Train"), location)
    stored = stores.documents.labels(project, location)
    assert stored is not None
    assert (stored.labels.regions, stored.labels.dataset) == (regions, Dataset.TRAIN)

    put(host, change(opened(host, location), ("Name", 1, 2)), location)
    stored = stores.documents.labels(project, location)
    assert stored is not None
    assert stored.labels.regions == ((0, len(text)),)


@pytest.mark.parametrize("etag", ["*", '"0"', "x\r\ny", "é", "x" * 9_999])
def test_an_etag_that_nobody_was_given_replaces_nothing(
    host: TestHost, project: Project, etag: str
) -> None:
    for name in ("note-15.txt", "note-03.txt"):
        before = opened(host, name)

        assert_error(put(host, {**change(before), "etag": etag}, name), 412, "Conflict")

        assert opened(host, name) == before


def test_a_document_that_is_not_there_cannot_be_tagged(host: TestHost, project: Project) -> None:
    body = change(opened(host))

    assert_error(put(host, body, "missing.txt"), 404, "NotFound")
    path = f"{PROJECT}Other/documents/note-15.txt/labels?{VERSION}"
    headers = {"Ocp-Apim-Subscription-Key": KEY}
    assert_error(host.request("PUT", path, headers=headers, body=body), 404, "ProjectNotFound")


def test_a_reader_may_not_tag(host: TestHost, project: Project) -> None:
    assert_error(put(host, change(opened(host)), key=READER_KEY), 403, "Forbidden")
