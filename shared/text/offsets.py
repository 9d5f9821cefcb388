"""Offsets: between the code points that the product counts in and the units of callers."""

from __future__ import annotations

import enum
import re
from bisect import bisect_left, bisect_right
from itertools import islice

import regex

#: `\X` alone counts back through a run of flags at each of them, which takes minutes for a text
#: that is one long run; so a pair of them, with the marks that follow, is matched first.
_TEXT_ELEMENT = regex.compile(r"\p{RI}\p{RI}[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]*+|\X")

#: What can stand between the consonants of an Indic conjunct, and the consonant after it, if any.
_LINKED = regex.compile(r"([\p{InCB=Extend}\p{InCB=Linker}]++)(\p{InCB=Consonant}?)")
_LINKER = regex.compile(r"\p{InCB=Linker}")
_CONSONANT = regex.compile(r"\p{InCB=Consonant}")

_SURROGATE_PAIR = re.compile("[\U00010000-\U0010ffff]")


class IndexType(enum.StrEnum):
    """What a caller's offsets and lengths count; the value is the wire's `stringIndexType`."""

    #: Extended grapheme clusters (Unicode Standard Annex 29). The hosted service's default. It
    #: documents them as of Unicode 8.0, and counts compound emojis as one, as later versions do
    #: (azure-sdk-for-js, pull request 25287); here they are those of the present version.
    TEXT_ELEMENTS = "TextElements_v8"
    CODE_POINTS = "UnicodeCodePoint"
    UTF16 = "Utf16CodeUnit"


def parse(value: str) -> IndexType:
    """Return the index type of a wire value, in any letter case; raise `ValueError` for none.

    The 2021 clients also send `TextElement_v8`.
    """
    known = {index_type.value.lower(): index_type for index_type in IndexType}
    known["textelement_v8"] = IndexType.TEXT_ELEMENTS
    if value.lower() not in known:
        raise ValueError(f"A stringIndexType is one of {', '.join(IndexType)}.")
    return known[value.lower()]


class OffsetError(ValueError):
    """An offset and length do not mark a stretch of the text; the message says why."""


class OffsetMap:
    """The way between code points of one text and units of one index type."""

    def __init__(self, text: str, index_type: IndexType) -> None:
        #: Of each text element, the code point at which it begins, and the end of the text; None
        #: where every element is one code point, or elements are not what is counted.
        self._elements: list[int] | None = None
        #: Of each code point that is two UTF-16 units, its place; and the place of its first unit.
        self._pairs: list[int] = []
        self._pair_units: list[int] = []
        if index_type is IndexType.TEXT_ELEMENTS and not _plain(text):
            self._elements = _starts(text)
            self._elements.append(len(text))
        elif index_type is IndexType.UTF16 and not text.isascii():
            self._pairs = [match.start() for match in _SURROGATE_PAIR.finditer(text)]
            self._pair_units = [place + before for before, place in enumerate(self._pairs)]
        #: The text's length in units.
        self.length = len(text) + len(self._pairs)
        if self._elements is not None:
            self.length = len(self._elements) - 1

    def to_units(self, start: int, end: int) -> tuple[int, int]:
        """Return offset and length in units of the code points [start, end).

        A text element is never split: the start is rounded down, the end up.
        """
        if self._elements is not None:
            offset = bisect_right(self._elements, start) - 1
            return offset, bisect_left(self._elements, end) - offset
        offset = start + bisect_left(self._pairs, start)
        return offset, end + bisect_left(self._pairs, end) - offset

    def widen(self, start: int, end: int) -> tuple[int, int]:
        """Return the code points that `to_units` names for [start, end): whole text elements."""
        if self._elements is None:
            return start, end
        first = bisect_right(self._elements, start) - 1
        return self._elements[first], self._elements[bisect_left(self._elements, end)]

    def from_units(self, offset: int, length: int) -> tuple[int, int]:
        """Return the code points [start, end) of an offset and length in units.

        Raises `OffsetError` where they reach outside the text or split a character.
        """
        if offset < 0 or length < 0:
            raise OffsetError("the offset or the length is negative")
        if offset + length > self.length:
            raise OffsetError(f"it ends after the text, which has {self.length} units")
        return self._code_point(offset), self._code_point(offset + length)

    def _code_point(self, unit: int) -> int:
        if self._elements is not None:
            return self._elements[unit]
        before = bisect_left(self._pair_units, unit)
        if before and self._pair_units[before - 1] == unit - 1:
            raise OffsetError("it splits a character of two UTF-16 units")
        return unit - before


def measure(text: str, index_type: IndexType) -> int:
    """Return the length of a text in units."""
    if index_type is IndexType.CODE_POINTS:
        return len(text)
    return OffsetMap(text, index_type).length


def elements(text: str, *, at_most: int) -> int:
    """Return the number of text elements, or, where there are more than `at_most`, one more.

    Nothing is kept of a text that is far too long.
    """
    if _plain(text):
        return min(len(text), at_most + 1)
    count = sum(1 for _ in islice(_TEXT_ELEMENT.finditer(text), at_most + 1))
    if count <= at_most and _LINKER.search(text):
        count = min(len(_starts(text)), at_most + 1)
    return count


def _starts(text: str) -> list[int]:
    """Return where each text element begins."""
    starts = [match.start() for match in _TEXT_ELEMENT.finditer(text)]
    if not _LINKER.search(text):
        return starts
    # `\X` joins each consonant to a linker before it; by rule GB9c only one whose conjunct begins
    # with a consonant is joined.
    parted = {
        match.start(2)
        for match in _LINKED.finditer(text)
        if match[2]
        and _LINKER.search(match[1])
        and not (match.start() and _CONSONANT.match(text[match.start() - 1]))
    }
    return sorted(parted.union(starts)) if parted else starts


def _plain(text: str) -> bool:
    """Whether every code point is a text element, as in ASCII without CR LF."""
    return text.isascii() and "\r" not in text
