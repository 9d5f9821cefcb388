"""Text elements are the extended grapheme clusters of Unicode Standard Annex 29.

The rules are written out here a second time, slowly, for an alphabet with each kind of character,
and held against what the product counts.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.offsets import IndexType, OffsetMap, measure
from shared.text.offsets import elements as count_elements

#: Characters of each class of the property Grapheme_Cluster_Break.
CLASSES = {
    "CR": "\r",
    "LF": "\n",
    "Control": "\x00\u200b\u2028\ufeff",
    "Extend": "\u0301\u0308\u200c\ufe0f\U0001f3fd\U000e0067",
    "ZWJ": "\u200d",
    "RI": "\U0001f1e9\U0001f1ea",
    "Prepend": "\u0600",
    "SpacingMark": "\u0903\u093f",
    "L": "\u1112",
    "V": "\u1161",
    "T": "\u11ab",
    "LV": "\ud558",
    "LVT": "\ud55c",
    "Pictographic": "\U0001f468\U0001f680\u2764",
    # Of the property Indic_Conjunct_Break; a linker is an Extend too.
    "Consonant": "\u0915\u0937\u091b",
    "Linker": "\u094d",
    "Other": "aé1 \u4e2d\U00020000",
}
CLASS = {sign: name for name, signs in CLASSES.items() for sign in signs}
#: The classes that the rules take for Extend, and those that can stand inside of a conjunct.
EXTEND = ("Extend", "Linker")
INSIDE = ("Extend", "Linker", "ZWJ")


def breaks(text: str, place: int) -> bool:
    """Whether a text element ends before this place, by rules GB3 to GB999."""
    classes = [CLASS[sign] for sign in text]
    before, after = classes[place - 1], classes[place]
    if (before, after) == ("CR", "LF"):
        return False
    if {before, after} & {"CR", "LF", "Control"}:
        return True
    if before == "L" and after in ("L", "V", "LV", "LVT"):
        return False
    if before in ("LV", "V") and after in ("V", "T"):
        return False
    if before in ("LVT", "T") and after == "T":
        return False
    if after in (*EXTEND, "ZWJ", "SpacingMark") or before == "Prepend":
        return False
    if after == "Consonant" and joins(text, place):
        return False
    if before == "ZWJ" and after == "Pictographic":
        start = place - 2
        while start >= 0 and classes[start] in EXTEND:
            start -= 1
        return not (start >= 0 and classes[start] == "Pictographic")
    if before == after == "RI":
        run = 0
        while run < place and classes[place - 1 - run] == "RI":
            run += 1
        return run % 2 == 0
    return True


def joins(text: str, place: int) -> bool:
    """Whether a consonant here is one conjunct with a consonant before it (GB9c)."""
    linked = False
    for sign in reversed(text[:place]):
        if CLASS[sign] == "Consonant":
            return linked
        # A non-joiner parts a conjunct.
        if CLASS[sign] not in INSIDE or sign == "\u200c":
            return False
        linked = linked or CLASS[sign] == "Linker"
    return False


def elements(text: str) -> list[str]:
    ends = [place for place in range(1, len(text)) if breaks(text, place)]
    return [
        text[start:end]
        for start, end in zip([0, *ends], [*ends, len(text)], strict=True)
        if end > start
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("\r\n", 1),
        ("\n\r", 2),
        ("\r\r\n\n", 3),
        ("a\u0308\u0323\u0301", 1),
        ("\u0301a", 2),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", 1),
        ("\U0001f469\U0001f3fd\u200d\U0001f680", 1),
        ("\u2764\ufe0f\u200d\U0001f525", 1),
        ("a\u200d\U0001f467", 2),
        ("1\ufe0f\u20e3", 1),
        ("\U0001f1e9\U0001f1ea", 1),
        ("\U0001f1e9\U0001f1ea\U0001f1eb", 2),
        ("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 2),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
        ("क्ष", 1),
        ("क्षि", 1),
        ("क\u094d\u200cष", 2),
        ("अनुच्छेद", 4),
        ("ക്ഷ", 1),
        ("நி", 1),
        ("กำ", 1),
        ("\u1112\u1161\u11ab", 1),
        ("\ufeffa", 2),
    ],
)
def test_what_a_reader_sees_as_one_is_one(text: str, count: int) -> None:
    assert measure(text, IndexType.TEXT_ELEMENTS) == count


@pytest.mark.parametrize(
    ("part", "elements_each"),
    [("\U0001f1e9\U0001f1ea", 1), ("\u093e\u094d\u0915", 1), ("\u0600\U0001f1e9", 1)],
)
def test_a_text_that_is_one_long_run_is_counted_without_looking_back_at_each_step(
    part: str, elements_each: int
) -> None:
    # With a look back, these take minutes.
    count = measure(part * 125_000, IndexType.TEXT_ELEMENTS)

    assert count - 125_000 * elements_each in (0, 1)


@given(st.text(alphabet=st.sampled_from("".join(CLASSES.values())), max_size=16))
def test_text_elements_end_where_the_rules_say(text: str) -> None:
    offsets = OffsetMap(text, IndexType.TEXT_ELEMENTS)

    parts = [offsets.from_units(number, 1) for number in range(offsets.length)]

    assert [text[start:end] for start, end in parts] == elements(text)


@given(
    st.text(alphabet=st.sampled_from("".join(CLASSES.values())), max_size=16), st.integers(0, 17)
)
def test_a_count_goes_no_further_than_it_must(text: str, at_most: int) -> None:
    assert count_elements(text, at_most=at_most) == min(len(elements(text)), at_most + 1)


@given(st.text(alphabet=st.sampled_from("".join(CLASSES.values())), max_size=16), st.data())
def test_each_unit_names_the_same_stretch(text: str, data: st.DataObject) -> None:
    of_elements = OffsetMap(text, IndexType.TEXT_ELEMENTS)
    offset = data.draw(st.integers(0, of_elements.length))
    length = data.draw(st.integers(0, of_elements.length - offset))
    start, end = of_elements.from_units(offset, length)

    for index_type in IndexType:
        other = OffsetMap(text, index_type)
        assert other.from_units(*other.to_units(start, end)) == (start, end)
    place, size = OffsetMap(text, IndexType.UTF16).to_units(start, end)
    units = text.encode("utf-16-le")[2 * place : 2 * (place + size)]
    assert units.decode("utf-16-le") == text[start:end]
