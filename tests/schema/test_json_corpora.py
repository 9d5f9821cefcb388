"""The JSON of spaCy, doccano and Label Studio, in the forms that they write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.domain.labels import Dataset
from shared.schema import doccano, label_studio, spacy_lines
from shared.schema.corpus import TaggedDocument
from shared.schema.findings import Findings
from shared.schema.labels_formats import Format
from shared.text.offsets import IndexType
from shared.text.spans import Span
from tests.schema.corpora import faults, notices, settled

TEXT = "😀 Bo Li\r\nowes $5"


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def found(
    data: str, form: Format, index_type: IndexType | None = None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return name, and text and type of each label, of each document."""
    documents, findings = settled(data, form, index_type)
    assert findings.faults == []
    return [
        (one.name, [(one.text[span.start : span.end], span.category) for span in one.spans])
        for one in documents
    ]


LABELS = [("Bo Li", "Name"), ("$5", "Sum")]
CODE_POINTS = [[2, 7, "Name"], [14, 16, "Sum"]]
UTF16 = [[3, 8, "Name"], [15, 17, "Sum"]]
ELEMENTS = [[2, 7, "Name"], [13, 15, "Sum"]]


@pytest.mark.parametrize(
    "line",
    [
        {"text": TEXT, "entities": CODE_POINTS, "meta": {"name": "a"}},
        {"text": TEXT, "spans": CODE_POINTS, "name": "a.txt"},
        {
            "text": TEXT,
            "spans": [
                {"start": start, "end": end, "label": label, "token_start": 1}
                for start, end, label in CODE_POINTS
            ],
            "meta": {"filename": "a.txt", "source": "x"},
            "answer": "accept",
        },
    ],
)
def test_spacy_lines_count_code_points(line: dict[str, Any]) -> None:
    assert found(lines(line), Format.SPACY) == [("a.txt", LABELS)]
    assert found(json.dumps([line]), Format.SPACY) == [("a.txt", LABELS)]
    assert notices(lines(line), Format.SPACY) == []


@pytest.mark.parametrize(
    ("member", "value"), [("answer", "reject"), ("answer", "ignore"), ("cats", {"A": 1.0})]
)
def test_what_a_spacy_line_has_beside_labels_is_told(member: str, value: Any) -> None:
    data = lines({"text": TEXT, "entities": CODE_POINTS, member: value})

    ((_, message),) = notices(data, Format.SPACY)

    assert "not read" in message
    assert bool(found(data, Format.SPACY)[0][1]) == (member != "answer")


@pytest.mark.parametrize(
    ("labels", "index_type"),
    [
        (UTF16, None),
        (UTF16, IndexType.UTF16),
        (CODE_POINTS, IndexType.CODE_POINTS),
        (ELEMENTS, IndexType.TEXT_ELEMENTS),
    ],
)
def test_doccano_counts_utf_16_units_unless_said_otherwise(
    labels: list[Any], index_type: IndexType | None
) -> None:
    for name in ("label", "labels", "entities"):
        data = lines({"id": 7, "text": TEXT, name: labels})

        assert found(data, Format.DOCCANO, index_type) == [("new-000001.txt", LABELS)]


def test_doccano_s_form_with_relations_is_read_and_they_are_told() -> None:
    entities = [
        {"id": number, "label": label, "start_offset": start, "end_offset": end}
        for number, (start, end, label) in enumerate(UTF16)
    ]
    relations = [{"id": 1, "from_id": 0, "to_id": 1, "type": "owes"}]
    line = {"id": 7, "text": TEXT, "relations": relations, "entities": entities, "Comments": ["?"]}

    assert found(lines(line), Format.DOCCANO)[0][1] == LABELS
    assert [place for place, _ in notices(lines(line), Format.DOCCANO)] == [
        "line 1 $",
        "line 1 $.relations",
        "line 1 $.Comments",
    ]


def test_that_doccano_s_units_are_a_guess_is_told_where_it_matters() -> None:
    plain = lines({"text": "Bo\r\nZoe\u0301", "label": [[0, 2, "Name"]]})
    astral = lines({"text": TEXT, "label": UTF16})

    assert notices(plain, Format.DOCCANO) == []
    assert "UTF-16" in notices(astral, Format.DOCCANO)[0][1]


def task(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": 7, "data": {"text": TEXT}, "annotations": [{"result": list(results)}], **more}


def result(start: int, end: int, label: str, text: str | None = None) -> dict[str, Any]:
    value: dict[str, Any] = {"start": start, "end": end, "labels": [label]}
    if text is not None:
        value["text"] = text
    return {
        "id": "x",
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": value,
        "origin": "manual",
    }


def studio(*tasks: Any, index_type: IndexType | None = None) -> list[list[tuple[str, str]]]:
    return [labels for _, labels in found(json.dumps(tasks), Format.LABEL_STUDIO, index_type)]


def test_label_studio_counts_code_points() -> None:
    labelled = task(result(2, 7, "Name", "Bo Li"), result(14, 16, "Sum", "$5"))

    assert studio(labelled) == [LABELS]
    assert notices(json.dumps([labelled]), Format.LABEL_STUDIO) == []


def test_the_texts_of_the_labels_show_an_older_label_studio() -> None:
    labelled = task(result(3, 8, "Name", "Bo Li"), result(15, 17, "Sum", "$5"))

    assert studio(labelled) == [LABELS]
    assert "UTF-16" in notices(json.dumps([labelled]), Format.LABEL_STUDIO)[0][1]


def test_without_texts_the_units_of_label_studio_are_a_guess_unless_said() -> None:
    labelled = task(result(3, 8, "Name"), result(15, 17, "Sum"))

    assert studio(labelled, index_type=IndexType.UTF16) == [LABELS]
    assert "since release 1.4" in notices(json.dumps([labelled]), Format.LABEL_STUDIO)[0][1]


def test_spaces_that_label_studio_does_not_show_are_no_difference() -> None:
    text = "😀 Bo   Li"
    labelled = {"data": {"text": text}, "annotations": [{"result": [result(3, 10, "N", "Bo Li")]}]}

    assert studio(labelled) == [[("Bo   Li", "N")]]


def test_a_label_that_does_not_read_what_it_says_is_told() -> None:
    labelled = task(result(0, 2, "A", "Bo"), result(3, 5, "B", "Bo"), data={"text": "Bo\r\nLi"})

    assert notices(json.dumps([labelled]), Format.LABEL_STUDIO) == [
        (
            "$[0].annotations[0].result[1].value.labels[0]",
            "The text at this place is not the text that the label says it is.",
        )
    ]


def test_white_space_at_the_end_of_a_label_can_show_the_units() -> None:
    labelled = task(result(1, 3, "A", "😀"), data={"text": "x😀\r\nx"})

    assert studio(labelled) == [[("😀", "A")]]


def test_texts_that_show_nothing_leave_the_units_a_guess() -> None:
    labelled = task(result(3, 4, "A", "a"), data={"text": "x😀aax"})

    assert "since release 1.4" in notices(json.dumps([labelled]), Format.LABEL_STUDIO)[0][1]


def test_where_both_units_read_the_same_nothing_is_told() -> None:
    labelled = task(result(0, 2, "A", "Bo"), data={"text": "Bo 😀"})

    assert studio(labelled) == [[("Bo", "A")]]
    assert notices(json.dumps([labelled]), Format.LABEL_STUDIO) == []


def test_a_task_without_annotations_is_a_document_without_labels() -> None:
    assert studio({"data": {"text": "Bo"}}, {"data": {"text": "Li"}, "annotations": []}) == [[], []]


def test_the_text_may_be_under_another_name_and_that_is_told() -> None:
    labelled = task(result(0, 2, "N", "Bo"), data={"letter": "Bo", "number": 3})

    assert studio(labelled) == [[("Bo", "N")]]
    assert notices(json.dumps([labelled]), Format.LABEL_STUDIO)[0][0] == "$[0].data"


def test_of_several_annotations_the_ground_truth_is_read_else_the_first_and_that_is_told() -> None:
    first, second = {"result": [result(2, 4, "A")]}, {"result": [result(2, 4, "B")]}
    cancelled = {"result": [result(2, 4, "C")], "was_cancelled": True}
    true = {**second, "ground_truth": True}

    assert studio(task(annotations=[first, second])) == [[("Bo", "A")]]
    assert studio(task(annotations=[first, true])) == [[("Bo", "B")]]
    assert studio(task(annotations=[cancelled, second])) == [[("Bo", "B")]]
    for several in ([first, second], [first, true], [cancelled, second]):
        told = notices(json.dumps([task(annotations=several)]), Format.LABEL_STUDIO)
        assert told[0][0] == "$[0].annotations"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"predictions": [{"result": []}]}, "$[0].predictions"),
        (
            {"annotations": [{"result": [{"type": "relation", "from_id": "a", "to_id": "b"}]}]},
            "$[0].annotations[0].result[0]",
        ),
        (
            {"annotations": [{"result": [{"type": "choices", "value": {"choices": ["x"]}}]}]},
            "$[0].annotations[0].result[0]",
        ),
        (
            {"annotations": [{"result": [{"value": {"start": 2, "end": 4, "labels": []}}]}]},
            "$[0].annotations[0].result[0].value",
        ),
    ],
)
def test_what_label_studio_has_beside_labels_is_told(change: dict[str, Any], place: str) -> None:
    told = notices(json.dumps([task(**change)]), Format.LABEL_STUDIO)

    assert [where for where, _ in told] == [place]


def test_two_labels_of_one_stretch_overlap_and_that_is_told() -> None:
    both = result(2, 4, "A")
    both["value"]["labels"] = ["A", "B"]

    assert studio(task(both)) == [[("Bo", "A")]]
    assert notices(json.dumps([task(both)]), Format.LABEL_STUDIO)[-1][0] == (
        "$[0].annotations[0].result[0].value.labels[1]"
    )


LINE = {"text": TEXT, "label": UTF16}


@pytest.mark.parametrize(
    ("form", "data", "place"),
    [
        (Format.SPACY, "", "$"),
        (Format.SPACY, "[]", "$"),
        (Format.SPACY, "\n \n", "$"),
        (Format.SPACY, "{", "line 1 $"),
        (Format.SPACY, lines(LINE) + "x", "line 2 $"),
        (Format.SPACY, "[1", "$"),
        (Format.SPACY, "7\n", "line 1 $"),
        (Format.SPACY, '{"text": "a", "x": NaN}', "line 1 $"),
        (Format.SPACY, '{"text": "\\ud800"}', "line 1 $.text"),
        (Format.SPACY, lines({"entities": []}), "line 1 $.text"),
        (Format.SPACY, lines({"text": ""}), "line 1 $.text"),
        (Format.SPACY, lines({"text": 7}), "line 1 $.text"),
        (Format.SPACY, lines({"text": "a", "entities": 7}), "line 1 $.entities"),
        (Format.SPACY, lines({"text": "a", "entities": [7]}), "line 1 $.entities[0]"),
        (Format.SPACY, lines({"text": "a", "entities": [[0, 1]]}), "line 1 $.entities[0]"),
        (Format.SPACY, lines({"text": "a", "spans": [[0, "1", "A"]]}), "line 1 $.spans[0]"),
        (Format.SPACY, lines({"text": "a", "spans": [[0, True, "A"]]}), "line 1 $.spans[0]"),
        (Format.SPACY, lines({"text": "a", "spans": [[0, 1.0, "A"]]}), "line 1 $.spans[0]"),
        (Format.SPACY, lines({"text": "a", "spans": [[0, 2, "A"]]}), "line 1 $.spans[0]"),
        (Format.SPACY, lines({"text": "a", "spans": [{"start": 0}]}), "line 1 $.spans[0].end"),
        (Format.SPACY, lines({"text": "a", "spans": [], "entities": []}), "line 1 $.spans"),
        (Format.SPACY, lines({"text": "a", "name": "a/b"}), "line 1 $"),
        (Format.SPACY, lines({"text": "a", "name": 7}), "line 1 $.name"),
        (Format.SPACY, lines({"text": "a", "meta": 7}), "line 1 $.meta"),
        (Format.DOCCANO, lines({"text": "a", "label": [], "entities": []}), "line 1 $.label"),
        (Format.DOCCANO, lines({"text": "a", "label": ["A"]}), "line 1 $.label[0]"),
        (Format.DOCCANO, lines({"text": "😀", "label": [[0, 1, "A"]]}), "line 1 $.label[0]"),
        (Format.DOCCANO, lines({"text": "a", "label": [[0, 1, "a:b"]]}), "line 1 $.label[0]"),
        (Format.LABEL_STUDIO, "[{}]", "$[0].data"),
        (Format.LABEL_STUDIO, "[[]]", "$[0]"),
        (Format.LABEL_STUDIO, '[{"data": {}}]', "$[0].data.text"),
        (Format.LABEL_STUDIO, '[{"data": {"a": "b", "c": "d"}}]', "$[0].data.text"),
        (
            Format.LABEL_STUDIO,
            json.dumps([task(annotations=[{"result": [{"type": "labels"}]}])]),
            "$[0].annotations[0].result[0].value",
        ),
        (
            Format.LABEL_STUDIO,
            json.dumps([task({"value": {"start": "/div[1]", "end": 3, "labels": ["A"]}})]),
            "$[0].annotations[0].result[0].value.start",
        ),
        (
            Format.LABEL_STUDIO,
            json.dumps([task({"value": {"start": 0, "end": 3, "labels": [7]}})]),
            "$[0].annotations[0].result[0].value.labels[0]",
        ),
        (
            Format.LABEL_STUDIO,
            json.dumps([task(result(2, 99, "A"))]),
            "$[0].annotations[0].result[0].value.labels[0]",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(form: Format, data: str, place: str) -> None:
    assert faults(data, form)[0][0] == place


def test_every_fault_of_a_file_is_told() -> None:
    data = lines(LINE, {"text": ""}, LINE) + "x\n" + lines({"text": "a", "label": [[5, 6, "A"]]})

    assert [place for place, _ in faults(data, Format.DOCCANO)] == [
        "line 2 $.text",
        "line 4 $",
        "line 5 $.label[0]",
    ]


def test_a_file_may_begin_with_a_byte_order_mark_and_end_its_lines_with_cr_lf() -> None:
    data = "\ufeff" + lines(LINE, LINE).replace("\n", "\r\n")

    assert [labels for _, labels in found(data, Format.DOCCANO)] == [LABELS, LABELS]


DOCUMENT = TaggedDocument(
    name="a.txt",
    text=TEXT,
    spans=(Span(2, 7, "Name"), Span(14, 16, "Sum")),
    language="en",
    dataset=Dataset.TEST,
)
FACTS = {"name": "a.txt", "language": "en", "dataset": "Test"}


def test_spacy_lines_are_written_ready_for_a_doc_bin() -> None:
    (line,) = spacy_lines.write([DOCUMENT])

    assert json.loads(line) == {"text": TEXT, "entities": CODE_POINTS, "meta": FACTS}


def test_doccano_is_written_as_it_imports() -> None:
    findings = Findings()

    (line,) = doccano.write([DOCUMENT], findings)
    (by_elements,) = doccano.write([DOCUMENT], findings, IndexType.TEXT_ELEMENTS)

    assert json.loads(line) == {"text": TEXT, "label": UTF16, **FACTS}
    assert json.loads(by_elements)["label"] == ELEMENTS
    assert findings.notices == []


def test_a_label_that_cuts_a_text_element_is_told_where_those_are_counted() -> None:
    findings = Findings()
    cut = TaggedDocument(name="a.txt", text="Zoe\u0301", spans=(Span(0, 3, "N"),))

    (line,) = doccano.write([cut], findings, IndexType.TEXT_ELEMENTS)

    assert json.loads(line)["label"] == [[0, 3, "N"]]
    assert [(one.target, one.message) for one in findings.notices] == [
        ("a.txt", "The label N at 0 to 3 becomes 0 to 4, whole text elements.")
    ]


def test_label_studio_is_written_as_it_imports() -> None:
    data = json.loads(b"".join(label_studio.write([DOCUMENT, DOCUMENT])))

    assert data[0] == data[1]
    assert data[0]["data"] == {"text": TEXT, **FACTS}
    assert data[0]["annotations"][0]["result"][0] == {
        "id": "label-1",
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 2, "end": 7, "text": "Bo Li", "labels": ["Name"]},
    }
    assert json.loads(b"".join(label_studio.write([]))) == []
