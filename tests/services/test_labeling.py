from __future__ import annotations

import json
from typing import Any

import pytest

from shared.domain.operations import Operation
from shared.domain.states import State
from shared.errors import InvalidArgument, InvalidLabels
from shared.services import authoring, labeling
from shared.storage.stores import Stores
from shared.text.spans import Span

TEXTS = {
    # CR LF, an emoji and a combining mark before the labels: offsets of UTF-16 and code points
    # differ, and nothing may be normalised.
    "a.txt": "\ufeffDate:\r\n😀 Zoe\u0301 Brandt",
    "b.txt": "Bo Li owes $5",
}


def label(category: str, offset: int, length: int) -> dict[str, Any]:
    return {"category": category, "offset": offset, "length": length}


def document(location: str, *labels: dict[str, Any], **more: Any) -> dict[str, Any]:
    region = {
        "regionOffset": 0,
        "regionLength": len(TEXTS.get(location, " " * 13).encode("utf-16-le")) // 2,
    }
    return {
        "location": location,
        "language": "en",
        "entities": [{**region, "labels": list(labels)}],
        **more,
    }


def file(*documents: dict[str, Any], categories: tuple[str, ...] = ("Name", "Sum")) -> bytes:
    kind = "CustomEntityRecognition"
    return json.dumps(
        {
            "projectFileVersion": "2022-05-01",
            "stringIndexType": "Utf16CodeUnit",
            "metadata": {
                "projectKind": kind,
                "projectName": "Another",
                "storageInputContainerName": "loans",
                "language": "en-us",
                "settings": {"confidenceThreshold": 0.25},
            },
            "assets": {
                "projectKind": kind,
                "entities": [{"category": category} for category in categories],
                "documents": list(documents),
            },
        }
    ).encode()


GOOD = file(
    document("a.txt", label("Name", 11, 11)),
    document("b.txt", label("Name", 0, 5), label("Sum", 11, 2), dataset="Test"),
)


@pytest.fixture(autouse=True)
def container(stores: Stores) -> None:
    stores.storage.blobs.create_container("loans")
    for name, text in TEXTS.items():
        stores.storage.blobs.put("loans", name, text.encode())


def run(stores: Stores, body: bytes, name: str = "Loans") -> Operation:
    operation, message, _ = labeling.start_import(stores, name, body)
    assert message.id == operation.id
    authoring.run(stores, operation.id)
    ended = stores.operations.find(operation.id)
    assert ended is not None
    return ended


def labels_of(stores: Stores, name: str) -> tuple[Span, ...]:
    stored = stores.documents.labels(stores.projects.read("Loans"), name)
    return stored.labels.spans if stored else ()


def test_an_import_makes_the_project_its_entity_types_and_its_labels(stores: Stores) -> None:
    ended = run(stores, GOOD)

    assert (ended.state, ended.errors) == (State.SUCCEEDED, ())
    project = stores.projects.read("Loans")
    assert project.settings.container == "loans"
    assert project.settings.confidence_threshold == 0.25
    assert [entity.category for entity in stores.projects.entities(project)] == ["Name", "Sum"]
    assert labels_of(stores, "b.txt") == (Span(0, 5, "Name"), Span(11, 13, "Sum"))


def test_offsets_come_as_utf_16_and_are_kept_as_code_points_of_the_unchanged_text(
    stores: Stores,
) -> None:
    run(stores, GOOD)

    (span,) = labels_of(stores, "a.txt")
    assert TEXTS["a.txt"][span.start : span.end] == "Zoe\u0301 Brandt"


def test_an_import_may_be_repeated(stores: Stores) -> None:
    run(stores, GOOD)
    first = stores.projects.read("Loans")

    assert run(stores, GOOD).state is State.SUCCEEDED

    assert stores.projects.read("Loans").id == first.id
    assert len(labels_of(stores, "b.txt")) == 2


def test_a_second_import_replaces_the_labels_of_the_first(stores: Stores) -> None:
    run(stores, GOOD)

    run(stores, file(document("b.txt", label("Sum", 11, 2))))

    assert labels_of(stores, "a.txt") == ()
    assert labels_of(stores, "b.txt") == (Span(11, 13, "Sum"),)


BAD = {
    "outside": label("Sum", 12, 2),
    "far outside": label("Sum", 2**31 - 1, 1),
    "overlapping": label("Sum", 3, 4),
    "unknown entity": label("Rate", 7, 2),
    "white space": label("Sum", 5, 1),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_label_that_does_not_fit_is_refused_with_document_offset_and_reason(
    stores: Stores, fault: str
) -> None:
    ended = run(stores, file(document("b.txt", label("Name", 0, 5), BAD[fault])))

    assert ended.state is State.FAILED
    (error,) = ended.errors
    assert error.target is not None
    assert "b.txt" in error.target
    assert "labels[1]" in error.target
    assert f"offset {BAD[fault]['offset']}" in error.message
    assert "b.txt" in error.message
    assert "owes" not in error.message


def test_all_faults_are_told_at_once_and_nothing_is_changed(stores: Stores) -> None:
    run(stores, GOOD)
    before = stores.projects.read("Loans")

    ended = run(
        stores,
        file(
            document("a.txt", label("Name", 9, 2), label("Rate", 11, 3), label("Name", 8, 1)),
            document("b.txt", *BAD.values(), label("Sum", 5, 6)),
            document("missing.txt", label("Name", 0, 1)),
            categories=("Name", "Sum", "New"),
        ),
    )

    assert ended.state is State.FAILED
    targets = [str(error.target) for error in ended.errors]
    assert sum("a.txt" in target for target in targets) >= 3
    assert sum("b.txt" in target for target in targets) >= 5
    assert sum("missing.txt" in target for target in targets) == 1
    assert stores.projects.read("Loans") == before
    assert [entity.category for entity in stores.projects.entities(before)] == ["Name", "Sum"]
    assert labels_of(stores, "b.txt") == (Span(0, 5, "Name"), Span(11, 13, "Sum"))


def test_hundreds_of_faults_are_all_told(stores: Stores) -> None:
    faults = [label("Sum", 100 + n, 1) for n in range(900)]

    ended = run(stores, file(document("b.txt", *faults)))

    assert len(ended.errors) == 900


def test_a_failed_import_makes_no_project(stores: Stores) -> None:
    run(stores, file(document("b.txt", BAD["outside"])))

    assert stores.projects.find("Loans") is None


def test_a_file_that_is_wrong_in_itself_is_refused_before_anything_is_kept(
    stores: Stores,
) -> None:
    with pytest.raises(InvalidLabels):
        labeling.start_import(stores, "Loans", file(document("b.txt", label("Name", -1, 5))))

    assert list(stores.operations.active()) == []


def test_an_unknown_container_is_refused_by_name(stores: Stores) -> None:
    ended = run(stores, GOOD.replace(b'"loans"', b'"nowhere"'))

    assert ended.state is State.FAILED
    assert ended.errors[0].target == "storageInputContainerName"


def test_the_container_of_the_service_itself_is_refused(stores: Stores) -> None:
    ended = run(stores, GOOD.replace(b'"loans"', b'"spanwright"'))

    assert ended.state is State.FAILED
    assert stores.projects.find("Loans") is None


TAGS = json.dumps(
    {
        "extractors": [{"name": "Name"}],
        "documents": [
            {
                "location": "b.txt",
                "language": "en-us",
                "extractors": [
                    {
                        "regionOffset": 0,
                        "regionLength": 13,
                        "labels": [{"extractorName": "Name", "offset": 0, "length": 5}],
                    }
                ],
            }
        ],
    }
).encode()


def test_a_tags_file_of_2021_goes_into_a_project_that_is_there(stores: Stores) -> None:
    with pytest.raises(InvalidArgument):
        labeling.start_import(stores, "Loans", TAGS)
    run(stores, GOOD)

    assert run(stores, TAGS).state is State.SUCCEEDED

    assert labels_of(stores, "b.txt") == (Span(0, 5, "Name"),)
    assert stores.projects.read("Loans").settings.container == "loans"


def test_an_import_that_is_delivered_again_changes_nothing(stores: Stores) -> None:
    ended = run(stores, GOOD)
    run(stores, file(document("b.txt", label("Sum", 11, 2))))

    authoring.run(stores, ended.id)

    assert labels_of(stores, "a.txt") == ()
