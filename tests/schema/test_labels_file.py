"""Labels files of every dialect are read to the same thing, and faults are told all at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.domain.labels import Dataset, Labels
from shared.domain.projects import EntityType, ProjectSettings
from shared.errors import ErrorDetail, InvalidBody, InvalidLabels
from shared.limits import Limits
from shared.schema import labels_file
from shared.schema.labels_file import LabelledDocument, LabelsFile, Region, WireLabel
from shared.text.spans import Span

METADATA: dict[str, Any] = {
    "projectKind": "CustomEntityRecognition",
    "storageInputContainerName": "loans",
    "projectName": "Loans",
    "multilingual": True,
    "description": "Loans of a bank",
    "language": "en-us",
    "settings": {"confidenceThreshold": 0.5},
}


def regions(category: str = "category") -> list[dict[str, Any]]:
    labels = [{category: "Date", "offset": 3, "length": 4}]
    return [{"regionOffset": 0, "regionLength": 20, "labels": labels}]


def project_file(**changes: Any) -> dict[str, Any]:
    """Today's form."""
    return {
        "projectFileVersion": "2022-05-01",
        "stringIndexType": "Utf16CodeUnit",
        "metadata": dict(METADATA),
        "assets": {
            "projectKind": "CustomEntityRecognition",
            "entities": [{"category": "Date"}, {"category": "Name", "description": "Who"}],
            "documents": [
                {
                    "location": "a.txt",
                    "language": "en-us",
                    "dataset": "Test",
                    "entities": regions(),
                }
            ],
        },
        **changes,
    }


def parse(value: Any) -> LabelsFile:
    return labels_file.parse(json.dumps(value).encode())


def faults(value: Any) -> list[tuple[str | None, str]]:
    """Return target and message of each fault that a file is refused for."""
    with pytest.raises(InvalidLabels) as refused:
        parse(value)
    details = refused.value.details or [refused.value.detail()]
    return [(detail.target, detail.message) for detail in details]


def test_todays_project_file_is_read() -> None:
    file = parse(project_file())

    assert file.metadata == ProjectSettings(
        name="Loans",
        container="loans",
        language="en-us",
        multilingual=True,
        description="Loans of a bank",
        confidence_threshold=0.5,
    )
    assert file.entities == (
        EntityType(category="Date"),
        EntityType(category="Name", description="Who"),
    )
    (document,) = file.documents
    assert (document.location, document.language, document.dataset) == (
        "a.txt",
        "en-us",
        Dataset.TEST,
    )
    assert document.regions == (
        Region(
            offset=0,
            length=20,
            labels=(
                WireLabel(
                    category="Date",
                    offset=3,
                    length=4,
                    path="$.assets.documents[0].entities[0].labels[0]",
                ),
            ),
            path="$.assets.documents[0].entities[0]",
        ),
    )


def test_the_other_spellings_of_todays_file_are_read_to_the_same() -> None:
    wanted = parse(project_file())
    value = project_file()
    value["project-file-version"] = value.pop("projectFileVersion")
    del value["stringIndexType"]
    value["metadata"]["projectKind"] = "customNamedEntityRecognition"
    del value["assets"]["projectKind"]
    value["assets"]["documents"][0]["dataset"] = "test"

    assert parse(value) == wanted


def test_the_import_body_of_2021_is_read() -> None:
    file = parse(
        {
            "api-version": "2021-11-01-preview",
            "metadata": {
                "name": "Loans",
                "multiLingual": True,
                "description": "",
                "modelType": "Extraction",
                "language": "en-us",
                "storageInputContainerName": "loans",
                "settings": {},
            },
            "assets": {
                "extractors": [{"name": "Date"}],
                "documents": [
                    {
                        "location": "a.txt",
                        "language": "en-us",
                        "extractors": regions("extractorName"),
                    }
                ],
            },
        }
    )

    assert file.metadata == ProjectSettings(
        name="Loans", container="loans", language="en-us", multilingual=True
    )
    assert file.entities == (EntityType(category="Date"),)
    label = file.documents[0].regions[0].labels[0]
    assert (label.category, label.offset, label.length) == ("Date", 3, 4)
    assert label.path == "$.assets.documents[0].extractors[0].labels[0]"


def test_the_tags_file_of_2021_is_read_and_has_no_settings() -> None:
    file = parse(
        {
            "extractors": [{"name": "Date"}],
            "documents": [{"location": "a.txt", "extractors": regions("extractorName")}],
        }
    )

    assert file.metadata is None
    assert file.entities == (EntityType(category="Date"),)
    assert file.documents[0].language is None
    assert file.documents[0].regions[0].labels[0].path == "$.documents[0].extractors[0].labels[0]"


def test_a_file_of_settings_alone_is_read() -> None:
    file = parse({"projectFileVersion": "2022-05-01", "metadata": METADATA})

    assert file.metadata is not None
    assert (file.entities, file.documents) == ((), ())


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    file = labels_file.parse(b"\xef\xbb\xbf" + json.dumps(project_file()).encode())

    assert len(file.documents) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_what_is_no_object_is_no_labels_file(body: bytes) -> None:
    with pytest.raises(InvalidBody):
        labels_file.parse(body)


def test_an_object_of_something_else_is_no_labels_file() -> None:
    assert faults({"a": 1}) == [("$.assets", "assets is required.")]


def test_every_fault_of_a_file_is_listed() -> None:
    value = project_file(stringIndexType="UnicodeCodePoint")
    value["metadata"]["storageInputContainerName"] = "../etc"
    value["metadata"]["language"] = 7
    value["metadata"]["settings"] = {"confidenceThreshold": 1.5}
    value["assets"]["entities"] += [{"category": "Date"}, {"category": "a/b"}, {}]
    value["assets"]["documents"] += [
        {"location": "a.txt", "dataset": "Dev"},
        {"location": "b.txt", "entities": [{"regionOffset": -1, "labels": "x"}]},
        {
            "location": "c.txt",
            "entities": [
                {
                    "regionOffset": 0,
                    "regionLength": 9,
                    "labels": [
                        {"category": 1, "offset": 0, "length": 1},
                        {"category": "Date", "offset": -1, "length": 0},
                        {"category": "Date", "offset": "1", "length": True},
                        [],
                    ],
                }
            ],
        },
        "d.txt",
    ]

    targets = [target for target, _ in faults(value)]

    label = "$.assets.documents[3].entities[0].labels"
    assert targets == [
        "$.stringIndexType",
        "$.metadata.storageInputContainerName",
        "$.metadata.language",
        "$.metadata.settings.confidenceThreshold",
        "$.assets.entities[2].category",
        "$.assets.entities[3].category",
        "$.assets.entities[4].category",
        "$.assets.documents[1].location",
        "$.assets.documents[1].dataset",
        "$.assets.documents[2].entities[0].regionOffset",
        "$.assets.documents[2].entities[0].regionLength",
        "$.assets.documents[2].entities[0].labels",
        f"{label}[0].category",
        f"{label}[1].offset",
        f"{label}[1].length",
        f"{label}[2].offset",
        f"{label}[2].length",
        f"{label}[3]",
        f"{label}[3].category",
        f"{label}[3].offset",
        f"{label}[3].length",
        "$.assets.documents[4]",
        "$.assets.documents[4].location",
    ]


@pytest.mark.parametrize(
    "field", ["projectKind", "projectName", "storageInputContainerName", "language"]
)
def test_settings_without_a_required_field_are_refused(field: str) -> None:
    value = project_file()
    del value["metadata"][field]

    assert faults(value) == [(f"$.metadata.{field}", f"{field} is required.")]


def test_kinds_of_metadata_and_assets_must_match() -> None:
    value = project_file()
    value["assets"]["projectKind"] = "CustomMultiLabelClassification"

    assert any("must match" in message for _, message in faults(value))


def test_a_file_of_text_classification_is_refused_with_what_it_is() -> None:
    value = project_file()
    value["metadata"]["projectKind"] = "CustomMultiLabelClassification"
    value["assets"] = {
        "projectKind": "CustomMultiLabelClassification",
        "classes": [{"category": "A"}],
        "documents": [{"location": "a.txt", "classes": [{"category": "A"}]}],
    }

    messages = [message for _, message in faults(value)]

    assert any("not text classification" in message for message in messages)
    assert any("file of text classification" in message for message in messages)


def test_the_2021_file_of_text_classification_is_refused_too() -> None:
    value = {
        "classifiers": [{"name": "A"}],
        "documents": [{"location": "a.txt", "classifiers": [{"classifierName": "A"}]}],
    }

    assert any("text classification" in message for _, message in faults(value))


def test_a_part_under_two_names_is_refused() -> None:
    value = project_file()
    value["assets"]["extractors"] = [{"name": "Date"}]
    value["assets"]["documents"][0]["extractors"] = regions("extractorName")

    assert [target for target, _ in faults(value)] == [
        "$.assets.extractors",
        "$.assets.documents[0].extractors",
    ]


@pytest.mark.parametrize(("count", "sound"), [(200, True), (201, False)])
def test_a_file_declares_at_most_200_entity_types(count: int, sound: bool) -> None:
    value = project_file()
    value["assets"]["entities"] = [{"category": f"E{number}"} for number in range(count)]
    value["assets"]["documents"] = []

    if sound:
        assert len(parse(value).entities) == count
    else:
        assert faults(value)[0][0] == "$.assets.entities"


@pytest.mark.parametrize(("length", "sound"), [(50, True), (51, False)])
def test_an_entity_type_has_at_most_50_characters(length: int, sound: bool) -> None:
    value = project_file()
    value["assets"]["entities"].append({"category": "x" * length})

    if sound:
        assert len(parse(value).entities) == 3
    else:
        assert faults(value)[0][0] == "$.assets.entities[2].category"


def test_a_file_has_at_most_as_many_documents_as_a_project() -> None:
    most = Limits(documents_per_project=2)
    value = project_file()
    value["assets"]["documents"] = [{"location": "a.txt"}, {"location": "b.txt"}]
    assert len(labels_file.parse(json.dumps(value).encode(), most).documents) == 2

    value["assets"]["documents"].append({"location": "c.txt"})

    with pytest.raises(InvalidLabels) as refused:
        labels_file.parse(json.dumps(value).encode(), most)
    assert refused.value.target == "$.assets.documents"


def test_a_file_of_a_million_faults_lists_a_hundred() -> None:
    value = project_file()
    value["assets"]["documents"] = [{} for _ in range(5_000)]

    found = faults(value)

    assert len(found) == 101
    assert found[-1][1] == "And 4,900 more."


# ---- labels against their texts


def labelled(*labels: tuple[int, int], region: tuple[int, int] = (0, 10_000)) -> LabelledDocument:
    """Return a document of one region, with labels (offset, length) in UTF-16 units."""
    return LabelledDocument(
        location="a.txt",
        language="fr",
        dataset=Dataset.TRAIN,
        regions=(
            Region(
                offset=region[0],
                length=region[1],
                labels=tuple(
                    WireLabel(category="Date", offset=offset, length=length, path=f"$[{number}]")
                    for number, (offset, length) in enumerate(labels)
                ),
                path="$",
            ),
        ),
    )


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def resolved(document: LabelledDocument, text: str) -> Labels:
    labels, found = labels_file.resolve(document, text, "digest", {"Date"})
    assert found == []
    assert labels is not None
    return labels


def reasons(document: LabelledDocument, text: str) -> list[ErrorDetail]:
    labels, found = labels_file.resolve(document, text, "digest", {"Date"})
    assert labels is None
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("plain Rome here", "Rome"),
        ("a\r\nb\r\nRome\r\n", "Rome"),
        ("\ufeffRome", "Rome"),
        ("\U0001f600\U0001f600 Rome", "Rome"),
        ("Rome \U0001f600", "\U0001f600"),
        ("👩‍👩‍👧 and 👩‍👩‍👧 in Rome", "Rome"),
        ("🇮🇹 Rome", "Rome"),
        ("Cafe\u0301 Rome", "Cafe\u0301"),
        ("\U00010348 r\u0308 Rome\u0323", "Rome\u0323"),
    ],
)
def test_offsets_in_utf_16_mark_the_same_stretch_of_any_text(text: str, entity: str) -> None:
    start = text.index(entity)
    document = labelled((units(text[:start]), units(entity)), region=(0, units(text)))

    labels = resolved(document, text)

    assert labels.spans == (Span(start, start + len(entity), "Date"),)
    assert labels.regions == ((0, len(text)),)
    assert (labels.language, labels.dataset, labels.text_digest) == ("fr", Dataset.TRAIN, "digest")


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ((8, 3), "reaches outside the document, which has 10 UTF-16 units"),
        ((10, 1), "reaches outside the document"),
        ((2_000_000_000, 147_483_647), "reaches outside the document"),
        ((3, 1), "inside a surrogate pair"),
        ((2, 1), "inside a surrogate pair"),
        ((7, 2), "nothing but white space"),
    ],
)
def test_a_label_that_does_not_fit_its_text_is_told(label: tuple[int, int], reason: str) -> None:
    text = "ab\U0001f600def  "  # Ten units, of which the third and fourth are one character.
    text += "x"
    assert units(text) == 10

    found = reasons(labelled(label, region=(0, 10)), text)

    assert reason in " ".join(detail.message for detail in found)
    assert found[-1].target == "a.txt $[0]"
    assert f"offset {label[0]}, length {label[1]} of the document a.txt" in found[-1].message


def test_every_fault_of_a_document_is_listed_without_its_text() -> None:
    text = "secret words in a document"
    document = labelled((0, 6), (3, 5), (20, 50), (13, 1), (3, 5), region=(0, 26))

    found = reasons(document, text)

    assert [detail.target for detail in found] == [
        "a.txt $[2]",  # outside the document
        "a.txt $[1]",  # overlaps 0
        "a.txt $[4]",  # overlaps 1
    ]
    assert "secret" not in repr(found)


def test_labels_of_white_space_are_faults() -> None:
    (found,) = reasons(labelled((1, 2), region=(0, 4)), "a\r\nb")

    assert "white space" in found.message


def test_an_overlap_names_the_other_label() -> None:
    (found,) = reasons(labelled((0, 6), (3, 5), region=(0, 9)), "abcdefghi")

    assert "overlaps the label Date at offset 0, length 6" in found.message


def test_each_label_inside_a_long_one_overlaps_it() -> None:
    found = reasons(labelled((0, 9), (1, 2), (4, 2), (7, 1), region=(0, 9)), "abcdefghi")

    assert [detail.target for detail in found] == ["a.txt $[1]", "a.txt $[2]", "a.txt $[3]"]


def test_labels_that_touch_do_not_overlap() -> None:
    labels = resolved(labelled((3, 3), (0, 3), region=(0, 6)), "abcdef")

    assert labels.spans == (Span(0, 3, "Date"), Span(3, 6, "Date"))


@pytest.mark.parametrize(("length", "sound"), [(500, True), (501, False)])
def test_an_entity_has_at_most_500_characters(length: int, sound: bool) -> None:
    text = "\U0001f600" * 600
    document = labelled((0, 2 * length), region=(0, 1200))

    if sound:
        assert resolved(document, text).spans[0].length == length
    else:
        (found,) = reasons(document, text)
        assert "longer than 500" in found.message


def test_a_label_outside_its_region_is_a_fault() -> None:
    (found,) = reasons(labelled((4, 3), region=(0, 6)), "abcdefghi")

    assert "reaches outside its region" in found.message


def test_a_region_outside_the_document_is_a_fault() -> None:
    (found,) = reasons(labelled((0, 3), region=(0, 10)), "abcdefghi")

    assert found.message.startswith("The region at offset 0, length 10 of the document a.txt")


def test_regions_that_overlap_are_made_one_and_others_kept() -> None:
    one = labelled((0, 2), region=(0, 5)).regions
    other = labelled((2, 2), region=(0, 5)).regions
    third = labelled((6, 2), region=(5, 4)).regions
    empty = labelled(region=(9, 0)).regions
    document = LabelledDocument(
        location="a.txt", language=None, dataset=None, regions=third + other + one + empty
    )

    labels = resolved(document, "abcdefghi")

    assert labels.regions == ((0, 5), (5, 9))
    assert [span.start for span in labels.spans] == [0, 2, 6]


def test_a_document_without_labels_is_resolved_to_none() -> None:
    document = LabelledDocument(location="a.txt", language=None, dataset=None, regions=())

    labels = resolved(document, "")

    assert (labels.spans, labels.regions) == ((), ())


def test_a_label_of_an_undeclared_type_is_told_with_its_document_and_offset() -> None:
    document = labelled((0, 1), region=(0, 1))

    labels, (found,) = labels_file.resolve(document, "a", "digest", {"Name"})

    assert labels is None
    assert "offset 0, length 1 of the document a.txt is of the entity type Date" in found.message


def test_every_fault_of_a_document_is_listed_however_many() -> None:
    assert len(reasons(labelled(*[(0, 1)] * 1_000, region=(0, 1)), "a")) == 999
