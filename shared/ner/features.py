"""Features: what the engine sees of a token, of its neighbours, and of its place on the page.

Two families, so that nothing is computed for a token that could be computed once for its kind:

- *Traits* depend on a token's string alone: the word, its shape, its beginnings and endings. They
  are named strings, computed once for each distinct token, and act at a distance of up to two
  tokens (`REACH`).
- *Columns* depend on where the token stands: pairs of neighbouring words, white space, place in the
  line, the words that begin and end the line, the key before a colon. Each column gives a token one
  whole number, or none (-1). All are computed for many documents at once, from arrays.

Words in columns are numbers of a vocabulary; digits are folded in them ("6/29" and "7/04" are alike
to the left of a year), and a word that the vocabulary does not have gives no number.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.ner.sheet import EDGE, LINE_END, OPENING, Sheet

Integers: TypeAlias = NDArray[np.int64]

#: Distances in tokens at which traits act, and the kinds of traits that act at each.
REACH: dict[int, frozenset[str]] = {
    -2: frozenset("whk"),
    -1: frozenset("whsk"),
    0: frozenset("wWhpsndk"),
    1: frozenset("whspk"),
    2: frozenset("whk"),
}

#: How many columns there are, and how many of them, the first, do not tell of the page's layout.
COLUMNS = 19
PLAIN_COLUMNS = 7

#: Of words without groups.
NO_GROUPS: Mapping[str, Sequence[int]] = {}

#: Distinct tokens of which what columns ask is kept between calls.
_KEPT = 50_000

#: Longer tokens are shortened in the middle before their traits are taken.
_LONGEST = 64

_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)
_DIGIT = re.compile(r"\d")
_ASCII_SHAPE = str.maketrans(
    {sign: "X" if sign.isupper() else "x" if sign.islower() else "d" for sign in
     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"}
)  # fmt: skip


def traits(token: str, groups: Mapping[str, Sequence[int]] = NO_GROUPS) -> list[str]:
    """Return the traits of a token; the first character of each is its kind.

    Kinds: `w` the word in lower case, `W` the word where that differs, `h` its shape, `p` and `s`
    its first and last 1 to 4 characters, `n` its length if it is short, `d` it holds a digit, `k`
    it belongs to a group of words; `groups` has the numbers of a word's groups, one a level.
    """
    if token == EDGE:
        return ["w"]
    token = shorten(token)
    lower = token.lower()
    found = [f"w{lower}", f"h{shape(token)}", f"n{min(len(token), 9)}"]
    if token != lower:
        found.append(f"W{token}")
    for length in range(1, min(4, len(lower) - 1) + 1):
        found.append(f"p{length}{lower[:length]}")
        found.append(f"s{length}{lower[-length:]}")
    if _DIGIT.search(token):
        found.append("d")
    if groups:
        numbers = groups.get(word(token), ())
        found += [group_trait(level, number) for level, number in enumerate(numbers)]
    return found


def group_trait(level: int, number: int) -> str:
    """Return the trait of all words of a group."""
    return f"k{level}{number}"


def shorten(token: str) -> str:
    """Return a token as it is known by: a very long one without its middle."""
    if len(token) <= _LONGEST:
        return token
    return f"{token[:40]}\u2026{token[-20:]}"


def shape(token: str) -> str:
    """Return a token with its letters as X and x and its digits as d, long runs cut to two."""
    if token.isascii():
        signs = token.translate(_ASCII_SHAPE)
    else:
        signs = "".join(
            "X" if sign.isupper() else "x" if sign.islower() else "d" if sign.isdigit() else sign
            for sign in token
        )
        if not any(sign in "Xx" for sign in signs):
            # Scripts without case: the letters themselves say too little to be a shape.
            signs = "".join("c" if sign.isalpha() else sign for sign in signs)
    return _RUN.sub(r"\1\1", signs)


@functools.lru_cache(_KEPT)
def word(token: str) -> str:
    """Return the token as the vocabulary of columns knows it: lower case, digits folded."""
    return _DIGIT.sub("0", shorten(token).lower())


def columns(sheet: Sheet, vocabulary: Mapping[str, int], *, layout: bool = True) -> list[Integers]:
    """Return the columns, always the same ones in the same order: a number, or -1, per token.

    Without layout, those that tell of the page's layout are -1 throughout.
    """
    if not len(sheet.type_of):
        return [np.zeros(0, np.int64)] * COLUMNS
    of_type = np.array([vocabulary.get(word(token), -1) for token in sheet.types], np.int64)
    alphabetic = np.array([token[:1].isalpha() for token in sheet.types], np.bool_)
    words = of_type[sheet.type_of]
    gap = sheet.gaps.astype(np.int64)
    size = len(vocabulary)

    def pick(index: Integers) -> Integers:
        return np.where(index >= 0, words[index], -1)

    def pair(left: Integers, right: Integers) -> Integers:
        return np.where((left >= 0) & (right >= 0), left * size + right, -1)

    before_1 = of_type[sheet.at(-1)]
    before_2 = of_type[sheet.at(-2)]
    after_1 = of_type[sheet.at(1)]
    after_2 = of_type[sheet.at(2)]
    # After the last token of a text comes what comes before the first of one: its end.
    gap_after = np.append(gap[1:], OPENING)
    plain = [
        pair(before_1, words),
        pair(words, after_1),
        pair(before_2, before_1),
        pair(after_1, after_2),
        gap,
        gap_after,
        gap + 8 * gap_after + 64 * _kinds(sheet),
    ]
    if not layout:
        return [*plain, *[np.full(len(words), -1)] * (COLUMNS - PLAIN_COLUMNS)]
    colons = np.array([name == ":" for name in sheet.types], np.bool_)
    page = _Page(sheet, gap, alphabetic[sheet.type_of], colons)
    first, second = pick(page.first), pick(page.second)
    last, last_but_one = pick(page.last), pick(page.last_but_one)
    key, key_before = pick(page.key), pick(page.key_before)
    return [
        *plain,
        _bucket(page.place),
        _bucket(page.places_left),
        _bucket(page.line),
        _bucket(page.lines_left),
        np.where(page.place > 0, first, -1),
        pair(np.where(page.place > 1, first, -1), second),
        np.where(page.places_left > 0, last, -1),
        pair(last_but_one, last),
        key,
        pair(key_before, key),
        pick(page.line_before),
        pick(page.line_after),
    ]


def _kinds(sheet: Sheet) -> Integers:
    """Return a coarse class of each token: what kind of sign it begins with."""
    return np.array([_kind(token) for token in sheet.types], np.int64)[sheet.type_of]


@functools.lru_cache(_KEPT)
def _kind(token: str) -> int:
    sign = token[:1]
    if sign.isdigit():
        return 1
    if sign.isupper():
        return 2 if token.isupper() and len(token) > 1 else 3
    return 4 if sign.isalpha() else 0


#: Upper bounds of the buckets for counts.
_BUCKETS = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64])


def _bucket(counts: Integers) -> Integers:
    return np.searchsorted(_BUCKETS, counts, side="right")


class _Page:
    """Where each token stands: arrays with an entry per token. Indices are tokens, or -1."""

    def __init__(
        self,
        sheet: Sheet,
        gap: Integers,
        alphabetic: NDArray[np.bool_],
        colon_types: NDArray[np.bool_],
    ) -> None:
        tokens = np.arange(len(sheet.type_of))
        begins = gap >= LINE_END
        starts = np.flatnonzero(begins)
        ends = np.append(starts[1:], len(tokens))
        line = np.cumsum(begins) - 1
        self.place = tokens - starts[line]
        self.places_left = ends[line] - 1 - tokens
        document = np.repeat(np.arange(len(sheet.bounds) - 1), np.diff(sheet.bounds))
        first_line = line[np.minimum(sheet.bounds[:-1], len(tokens) - 1)]
        last_line = line[np.maximum(sheet.bounds[1:] - 1, 0)]
        self.line = line - first_line[document]
        self.lines_left = last_line[document] - line

        word_at = np.where(alphabetic, tokens, -1)
        #: The words that begin and end the line (letters alone count as words at the end).
        self.first = starts[line]
        self.second = np.where(starts + 1 < ends, starts + 1, -1)[line]
        line_last = np.maximum.reduceat(word_at, starts)
        self.last = line_last[line]
        without = np.where(tokens == self.last, -1, word_at)
        self.last_but_one = np.maximum.reduceat(without, starts)[line]
        #: The first word of the line before and after, within the document.
        self.line_before = np.where(self.line > 0, starts[line - 1], -1)
        self.line_after = np.where(
            self.lines_left > 0, starts[np.minimum(line + 1, len(starts) - 1)], -1
        )

        #: The last words before the last colon before the token, in its line; or those of a line
        #: before it that ends in a colon.
        colon_at = np.where(colon_types[sheet.type_of], tokens, -1)
        seen = np.concatenate([[-1], np.maximum.accumulate(colon_at)[:-1]])
        line_start = starts[line]
        heading = np.where((line_start > 0) & (self.line > 0), line_start - 1, -1)
        headed = np.where(colon_at[heading] >= 0, heading, -1)
        headed = np.where(heading >= 0, headed, -1)
        colon = np.where(seen >= line_start, seen, headed)
        word_before = np.concatenate([[-1], np.maximum.accumulate(word_at)[:-1]])
        self.key = _within(word_before, colon, starts, line)
        self.key_before = _within(word_before, self.key, starts, line)


def _within(before: Integers, index: Integers, starts: Integers, line: Integers) -> Integers:
    """Return `before` of tokens at an index, where that is in the same line as the index."""
    found = np.where(index >= 0, before[index], -1)
    return np.where(found >= starts[line[index]], found, -1)
