"""Offsets: the same stretch of text in the product's code points and in callers' units."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from shared.text.offsets import IndexType, OffsetError, OffsetMap, measure, parse

#: Pieces whose code points, UTF-16 units and text elements differ in every way.
PIECES = [
    "a",
    " ",
    "\r\n",
    "\r",
    "\n",
    "\ufeff",
    "\u0301",
    "e\u0301",
    "é",
    "😀",
    "👨\u200d👩\u200d👧",
    "👍🏽",
    "🇩🇪",
    "🇫🇷",
    "한",
    "\u1112\u1161\u11ab",
    "नि",
    "\U00020000",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=20)


def units(text: str, index_type: IndexType) -> list[str]:
    """Return a text part by part as the index type counts, the slow and plain way."""
    if index_type is IndexType.TEXT_ELEMENTS:
        return regex.findall(r"\X", text)
    if index_type is IndexType.UTF16:
        data = text.encode("utf-16-le", "surrogatepass")
        return [
            data[i : i + 2].decode("utf-16-le", "surrogatepass") for i in range(0, len(data), 2)
        ]
    return list(text)


@pytest.mark.parametrize(
    ("value", "index_type"),
    [
        ("TextElements_v8", IndexType.TEXT_ELEMENTS),
        ("TextElement_v8", IndexType.TEXT_ELEMENTS),
        ("textelements_V8", IndexType.TEXT_ELEMENTS),
        ("UnicodeCodePoint", IndexType.CODE_POINTS),
        ("unicodecodepoint", IndexType.CODE_POINTS),
        ("Utf16CodeUnit", IndexType.UTF16),
        ("UTF16CODEUNIT", IndexType.UTF16),
    ],
)
def test_a_wire_value_names_its_index_type_in_any_case(value: str, index_type: IndexType) -> None:
    assert parse(value) is index_type


@pytest.mark.parametrize("value", ["", "Utf8CodeUnit", "TextElements"])
def test_another_wire_value_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="stringIndexType"):
        parse(value)


@pytest.mark.parametrize(
    ("text", "elements", "code_points", "utf16"),
    [
        ("", 0, 0, 0),
        ("plain", 5, 5, 5),
        ("a\r\nb", 3, 4, 4),
        ("\r\r\n\n", 3, 4, 4),
        ("e\u0301", 1, 2, 2),
        ("👨\u200d👩\u200d👧", 1, 5, 8),
        ("🇩🇪🇫🇷", 2, 4, 8),
        ("\ufeffa", 2, 2, 2),
    ],
)
def test_a_text_has_its_length_in_each_unit(
    text: str, elements: int, code_points: int, utf16: int
) -> None:
    lengths = [measure(text, index_type) for index_type in IndexType]

    assert lengths == [elements, code_points, utf16]


@given(TEXTS, st.sampled_from(IndexType))
def test_the_length_is_the_number_of_units(text: str, index_type: IndexType) -> None:
    assert OffsetMap(text, index_type).length == len(units(text, index_type))
    assert measure(text, index_type) == len(units(text, index_type))


@given(TEXTS, st.sampled_from(IndexType), st.data())
def test_units_slice_what_widened_code_points_slice(
    text: str, index_type: IndexType, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    offsets = OffsetMap(text, index_type)

    offset, length = offsets.to_units(start, end)
    first, after = offsets.widen(start, end)

    assert first <= start <= end <= after
    parts = units(text, index_type)
    assert sum(len(part.encode("utf-16-le", "surrogatepass")) for part in parts[:offset]) == len(
        text[:first].encode("utf-16-le", "surrogatepass")
    )
    sliced = b"".join(
        part.encode("utf-16-le", "surrogatepass") for part in parts[offset : offset + length]
    )
    assert sliced == text[first:after].encode("utf-16-le", "surrogatepass")


@given(TEXTS, st.sampled_from(IndexType), st.data())
def test_units_lead_back_to_the_widened_code_points(
    text: str, index_type: IndexType, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    offsets = OffsetMap(text, index_type)

    assert offsets.from_units(*offsets.to_units(start, end)) == offsets.widen(start, end)


def test_a_text_element_is_never_split() -> None:
    offsets = OffsetMap("ae\u0301\r\nb", IndexType.TEXT_ELEMENTS)

    assert offsets.widen(2, 4) == (1, 5)
    assert offsets.to_units(2, 4) == (1, 2)


@pytest.mark.parametrize("index_type", IndexType)
@pytest.mark.parametrize(("offset", "length"), [(0, 4), (3, 1), (4, 0), (-1, 1), (1, -1)])
def test_units_outside_the_text_are_refused(
    index_type: IndexType, offset: int, length: int
) -> None:
    with pytest.raises(OffsetError):
        OffsetMap("abc", index_type).from_units(offset, length)


@pytest.mark.parametrize(("offset", "length"), [(2, 1), (0, 2), (1, 1), (2, 0)])
def test_utf16_units_that_split_a_character_are_refused(offset: int, length: int) -> None:
    with pytest.raises(OffsetError, match="splits a character"):
        OffsetMap("a😀b", IndexType.UTF16).from_units(offset, length)
