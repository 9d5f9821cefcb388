"""Labels are added and removed in many documents at once through the API."""

from __future__ import annotations

from typing import Any

import pytest

from devhost.testing import TestHost
from functions import wiring
from shared.domain.projects import EntityType, Project
from shared.services import documents
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.functions.conftest import KEY, READER_KEY, SETTINGS
from tests.functions.test_documents import get, put_text, send
from tests.functions.test_door import assert_error
from tests.services import loans
from tests.services.fakes import Died, Mortal

TEXT = "😀 Bo and Li owe 20 EUR."
BO, LI, SUM = ("Name", 3, 2), ("Name", 10, 2), ("Sum", 17, 6)


@pytest.fixture
def project(stores: Stores) -> Project:
    made = loans.make_project(stores, tagged=12)
    stores.projects.put_entities(made, loans.ENTITIES)
    put_text(stores, "note-15.txt", TEXT)
    put_text(stores, "note-16.txt", TEXT)
    return made


def label(one: tuple[str, int, int]) -> dict[str, Any]:
    return {"category": one[0], "offset": one[1], "length": one[2]}


def asked(
    host: TestHost, name: str = "note-15.txt", add: Any = (), remove: Any = ()
) -> dict[str, Any]:
    """Return the change of one document, as its text is now."""
    return {
        "documentName": name,
        "textDigest": get(host, f"documents/{name}").json().get("textDigest", "none"),
        "add": [label(one) for one in add],
        "remove": [label(one) for one in remove],
    }


def change(host: TestHost, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    response = send(host, "POST", "labels/:change", {"changes": list(changes)})
    assert response.status == 200, response.body
    found: list[dict[str, Any]] = response.json()["documents"]
    return found


def labels(host: TestHost, name: str = "note-15.txt") -> list[tuple[str, int, int]]:
    found = get(host, f"documents/{name}").json()["labels"]
    return [(one["category"], one["offset"], one["length"]) for one in found]


def codes(document: dict[str, Any]) -> list[str]:
    assert all(one["message"].endswith(".") for one in document["refused"])
    return [one["code"] for one in document["refused"]]


def test_labels_are_added_in_several_documents(
    host: TestHost, stores: Stores, project: Project
) -> None:
    first, second = change(
        host, asked(host, add=[SUM, BO, LI]), asked(host, "note-16.txt", add=[BO])
    )

    assert (first["added"], first["removed"], first["refused"]) == (3, 0, [])
    assert first["etag"] == get(host, "documents/note-15.txt").json()["etag"]
    assert (second["documentName"], second["added"]) == ("note-16.txt", 1)
    assert labels(host) == [BO, LI, SUM]
    stored = stores.documents.labels(project, "note-15.txt")
    assert stored is not None
    assert stored.labels.spans[0] == Span(2, 4, "Name")
    assert stored.labels.regions == ((0, len(TEXT)),)
    counts = get(host, "documents", "&skip=15&top=1").json()["value"][0]["labelCounts"]
    assert counts == {"Name": 2, "Sum": 1}


def test_to_repeat_a_change_changes_nothing(host: TestHost, project: Project) -> None:
    (first,) = change(host, asked(host, add=[BO, LI]))

    (again,) = change(host, asked(host, add=[BO, LI], remove=[SUM]))

    assert (again["added"], again["removed"], again["refused"]) == (0, 0, [])
    assert again["etag"] == first["etag"]


def test_adding_and_removing_undo_each_other(host: TestHost, project: Project) -> None:
    change(host, asked(host, add=[BO]))
    (done,) = change(host, asked(host, add=[LI, SUM], remove=[BO]))
    assert (done["added"], done["removed"], labels(host)) == (2, 1, [LI, SUM])

    (undone,) = change(host, asked(host, add=[BO], remove=[LI, SUM]))

    assert (undone["added"], undone["removed"], labels(host)) == (1, 2, [BO])


def test_a_label_is_replaced_by_one_of_another_type_in_one_change(
    host: TestHost, project: Project
) -> None:
    change(host, asked(host, add=[BO]))

    (done,) = change(host, asked(host, add=[("Sum", 3, 2)], remove=[BO]))

    assert (done["added"], done["removed"], labels(host)) == (1, 1, [("Sum", 3, 2)])


def test_what_does_not_fit_is_refused_and_the_rest_is_done(
    host: TestHost, project: Project
) -> None:
    change(host, asked(host, add=[BO]))
    wrong = [
        ("Sum", 3, 2),
        ("Sum", 4, 4),
        ("Name", 0, 9),
        ("Other", 10, 2),
        ("Name", 9_999, 1),
        ("Name", 1, 1),
        ("Name", 2, 1),
    ]

    (done,) = change(host, asked(host, add=[*wrong, LI, ("Sum", 10, 2)]))

    assert codes(done) == [*["overlap"] * 3, "missing", *["invalid"] * 3, "overlap"]
    assert [one["offset"] for one in done["refused"]] == [3, 4, 0, 10, 9_999, 1, 2, 10]
    assert (done["added"], labels(host)) == (1, [BO, LI])


def test_labels_of_a_type_that_is_gone_can_be_removed(
    host: TestHost, stores: Stores, project: Project
) -> None:
    change(host, asked(host, add=[BO]))
    stores.projects.put_entities(project, [EntityType(category="Sum")])

    (done,) = change(host, asked(host, remove=[BO]))

    assert (done["removed"], done["refused"], labels(host)) == (1, [], [])


def test_a_text_that_has_changed_refuses_all(
    host: TestHost, stores: Stores, project: Project
) -> None:
    wanted = asked(host, add=[BO], remove=[LI])
    put_text(stores, "note-15.txt", "another text")

    (done,) = change(host, wanted)

    assert (codes(done), done["etag"]) == (["changedText"] * 2, "")
    assert stores.documents.labels(project, "note-15.txt") is None


def test_labels_for_another_text_are_left_alone(
    host: TestHost, stores: Stores, project: Project
) -> None:
    put_text(stores, "note-03.txt", TEXT)
    before = stores.documents.labels(project, "note-03.txt")

    (done,) = change(host, asked(host, "note-03.txt", add=[BO]))

    assert codes(done) == ["changedText"]
    assert stores.documents.labels(project, "note-03.txt") == before


@pytest.mark.parametrize("name", ["missing.txt", "x.md", "latin.txt", "../note-15.txt", "\x00.txt"])
def test_a_document_that_is_not_there_refuses_all(
    host: TestHost, stores: Stores, project: Project, name: str
) -> None:
    put_text(stores, "x.md", TEXT)
    put_text(stores, "latin.txt", b"caf\xe9")
    wanted = {**asked(host), "documentName": name, "add": [label(BO)]}

    (done, other) = change(host, wanted, asked(host, add=[BO]))

    assert (done["documentName"], codes(done)) == (name, ["noDocument"])
    assert other["added"] == 1


def test_a_rival_that_writes_meanwhile_loses_nothing(
    host: TestHost, stores: Stores, project: Project
) -> None:
    wanted = asked(host, add=[LI])
    mortal = Mortal(stores.storage)
    rival = loans.labels(TEXT, (Span(2, 4, "Name"),))
    present = documents.read(stores, project, "note-15.txt")
    mortal.interrupt_at(0, lambda: documents.put(stores, project, present, rival))
    wiring.use(wiring.Service.of(SETTINGS, Stores.on(mortal)))

    (done,) = change(host, wanted)

    assert done["added"] == 1
    assert labels(host) == [BO, LI]


def test_a_document_that_others_write_again_and_again_is_refused(
    host: TestHost, stores: Stores, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = asked(host, add=[LI])
    put = stores.documents.put_labels
    rivals: list[int] = []

    def overtaken(*values: Any, **named: Any) -> str:
        rivals.append(1)
        spans = (Span(2, 4, "Name"),) if len(rivals) % 2 else ()
        put(project, "note-15.txt", loans.labels(TEXT, spans))
        return put(*values, **named)

    monkeypatch.setattr(stores.documents, "put_labels", overtaken)

    response = send(host, "POST", "labels/:change", {"changes": [wanted]})

    assert_error(response, 412, "Conflict")
    assert len(rivals) == 20


@pytest.mark.parametrize("step", range(4))
def test_a_change_whose_process_dies_can_be_repeated(
    host: TestHost, stores: Stores, project: Project, step: int
) -> None:
    wanted = [asked(host, name, add=[BO]) for name in ("note-15.txt", "note-16.txt")]
    mortal = Mortal(stores.storage)
    mortal.die_at(step)
    wiring.use(wiring.Service.of(SETTINGS, Stores.on(mortal)))
    with pytest.raises(Died):
        change(host, *wanted)
    wiring.use(wiring.Service.of(SETTINGS, stores))

    change(host, *wanted)

    assert labels(host) == labels(host, "note-16.txt") == [BO]


def test_a_document_comes_once(host: TestHost, project: Project) -> None:
    body = {"changes": [asked(host), asked(host, "note-16.txt"), asked(host)]}

    error = assert_error(send(host, "POST", "labels/:change", body), 400, "InvalidArgument")

    assert error["target"] == "$.changes[2].documentName"


@pytest.mark.parametrize(("count", "status"), [(1_000, 200), (1_001, 400)])
def test_a_change_has_at_most_1_000_documents(
    host: TestHost, project: Project, count: int, status: int
) -> None:
    changes = [{"documentName": f"{n}.txt", "textDigest": "0"} for n in range(count)]

    response = send(host, "POST", "labels/:change", {"changes": changes})

    assert response.status == status


@pytest.mark.parametrize(("count", "status"), [(10_000, 200), (10_001, 400)])
def test_a_change_has_at_most_10_000_labels(
    host: TestHost, project: Project, count: int, status: int
) -> None:
    wanted = asked(host, add=[SUM] * (count // 2), remove=[BO] * (count - count // 2))

    response = send(host, "POST", "labels/:change", {"changes": [wanted]})

    assert response.status == status
    if status == 400:
        assert response.json()["error"]["target"] == "$.changes"


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (b"", "$"),
        ({}, "$.changes"),
        ({"changes": []}, "$.changes"),
        ({"changes": {}}, "$.changes"),
        ({"changes": [7]}, "$.changes[0]"),
        ({"changes": [{"textDigest": "0"}]}, "$.changes[0].documentName"),
        ({"changes": [{"documentName": "a.txt"}]}, "$.changes[0].textDigest"),
        (
            {"changes": [{"documentName": "a.txt", "textDigest": "0", "add": [{"offset": 0}]}]},
            "$.changes[0].add[0].category",
        ),
        (
            {
                "changes": [
                    {
                        "documentName": "a.txt",
                        "textDigest": "0",
                        "remove": [{"category": "A", "offset": 0, "length": 0}],
                    }
                ]
            },
            "$.changes[0].remove[0].length",
        ),
    ],
)
def test_a_change_that_is_none_is_refused(
    host: TestHost, project: Project, body: Any, target: str
) -> None:
    response = send(host, "POST", "labels/:change", body)

    assert (response.status, response.json()["error"]["target"]) == (400, target)


def test_who_may_change_labels(host: TestHost, project: Project) -> None:
    body = {"changes": [asked(host)]}

    assert_error(send(host, "POST", "labels/:change", body, key=READER_KEY), 403, "Forbidden")
    assert send(host, "POST", "labels/:change", body, key=KEY).status == 200


def test_a_project_that_never_was_has_no_labels(host: TestHost) -> None:
    body = {"changes": [{"documentName": "a.txt", "textDigest": "0"}]}

    assert_error(send(host, "POST", "labels/:change", body), 404, "ProjectNotFound")
