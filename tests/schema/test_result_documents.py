"""Documents of a result, in the units that the caller asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import limits
from shared.domain.jobs import InputDocument
from shared.schema.entities import document_error, document_json, entities_json
from shared.text.offsets import IndexType
from shared.text.spans import Span

FAMILY = "👩‍👩‍👧"


@pytest.mark.parametrize(
    ("index_type", "offset", "length", "text"),
    [
        (IndexType.CODE_POINTS, 9, 4, "Rome"),
        (IndexType.UTF16, 12, 4, "Rome"),
        (IndexType.TEXT_ELEMENTS, 4, 4, "Rome"),
    ],
)
def test_an_entity_is_told_in_the_callers_units(
    index_type: IndexType, offset: int, length: int, text: str
) -> None:
    document = f"{FAMILY}\r\nb Rome"
    start = document.index("Rome")

    (entity,) = entities_json(document, [Span(start, start + 4, "City", 0.123456)], index_type)

    assert entity == {
        "text": text,
        "category": "City",
        "offset": offset,
        "length": length,
        "confidenceScore": 0.1235,
    }


def test_an_entity_that_cuts_a_text_element_is_widened_to_it() -> None:
    text = "Cafe\u0301 Roma"

    (entity,) = entities_json(text, [Span(0, 4, "Place", 0.5)], IndexType.TEXT_ELEMENTS)
    (uncut,) = entities_json(text, [Span(0, 4, "Place", 0.5)], IndexType.CODE_POINTS)

    assert (entity["text"], entity["offset"], entity["length"]) == ("Cafe\u0301", 0, 4)
    assert (uncut["text"], uncut["offset"], uncut["length"]) == ("Cafe", 0, 4)


def test_a_span_that_a_person_tagged_is_certain() -> None:
    (entity,) = entities_json("Rome", [Span(0, 4, "City")], IndexType.UTF16)

    assert entity["confidenceScore"] == 1.0


TEXTS = st.lists(
    st.sampled_from(["a", " ", "é", "e\u0301", "\U0001f600", "\r\n", "\ufeff", FAMILY, "🇮🇹", "क्ष"]),
    min_size=1,
    max_size=12,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.data(), st.sampled_from([IndexType.CODE_POINTS, IndexType.UTF16]))
def test_the_text_of_an_entity_is_the_documents_slice(
    text: str, data: st.DataObject, index_type: IndexType
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    (entity,) = entities_json(text, [Span(start, end, "A", 0.5)], index_type)

    if index_type is IndexType.CODE_POINTS:
        sliced = text[entity["offset"] : entity["offset"] + entity["length"]]
    else:
        units = text.encode("utf-16-le")
        first = 2 * entity["offset"]
        sliced = units[first : first + 2 * entity["length"]].decode("utf-16-le")
    assert sliced == entity["text"] == text[start:end]


def test_a_document_has_its_statistics_in_text_elements() -> None:
    for index_type in IndexType:
        document = document_json("7", f"{FAMILY}\r\nab", [], index_type)

        assert document == {
            "id": "7",
            "entities": [],
            "warnings": [],
            "statistics": {"charactersCount": 4, "transactionsCount": 1},
        }


@pytest.mark.parametrize(("length", "transactions"), [(1, 1), (1_000, 1), (1_001, 2), (2_500, 3)])
def test_each_thousand_characters_begun_are_a_transaction(length: int, transactions: int) -> None:
    document = document_json("7", "x" * length, [], IndexType.UTF16)

    assert document["statistics"]["transactionsCount"] == transactions


def error_of(text: str) -> dict[str, object] | None:
    error = document_error(InputDocument(id="1", text=text), limits.JOB_DOCUMENT_LENGTH)
    return None if error is None else error.body()


def test_an_empty_document_is_told_as_the_hosted_service_tells_it() -> None:
    assert error_of("") == {
        "code": "InvalidArgument",
        "message": "Invalid document in request.",
        "innererror": {"code": "InvalidDocument", "message": "Document text is empty."},
    }


@pytest.mark.parametrize(
    "element", ["x", "\U0001f600", "e\u0301", "a\u0308\u0301", "\r\n", "\U0001f468\u200d\U0001f467"]
)
def test_a_document_is_held_to_its_length_in_text_elements(element: str) -> None:
    assert error_of(element * limits.JOB_DOCUMENT_LENGTH) is None
    error = error_of(element * (limits.JOB_DOCUMENT_LENGTH + 1))

    assert error is not None
    assert "more than 125,000 characters" in str(error)
