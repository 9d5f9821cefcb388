"""The sheet: the tokens of many documents, as arrays.

A document is read without a look at each of its tokens: a token's place is that of its first
character among those that are not white space, of which the tokens, in order, are made.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.ner.encoding import Tokenizer

Integers: TypeAlias = NDArray[np.int64]

#: Numbers of tokens, types and code points: half as large, as there are many.
Numbers: TypeAlias = NDArray[np.int32]

#: The token that stands beyond either end of a document. No token of a text is empty.
EDGE = ""

#: The white space before a token: none, a space, wider, a line end, an empty line; or it is the
#: first of its text. From `LINE_END` on, the token begins a line.
SPACE, WIDE, LINE_END, EMPTY_LINE, OPENING = range(1, 6)

#: Characters whose places are found at once; a longer document is taken alone.
_AT_ONCE = 1_000_000

#: Of each code point up to the last one that is white space, whether it is.
_IS_SPACE = np.array([chr(number).isspace() for number in range(0x3000 + 1)] + [False], np.bool_)


class _Numbering(dict[str, int]):
    """Gives each new key the next number."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The tokens of many documents, one after the other."""

    #: Of each token, the code points of its document where it begins and ends.
    starts: Numbers
    ends: Numbers
    #: Of each token, the white space before it.
    gaps: NDArray[np.int8]
    #: Of each document, the number of its first token; and the number of tokens.
    bounds: Integers
    #: The distinct tokens; the first is `EDGE`.
    types: list[str]
    #: Of each token, the number of its type.
    type_of: Numbers

    @classmethod
    def of(cls, texts: Sequence[str], tokenizer: Tokenizer) -> Sheet:
        """Return the tokens of texts."""
        numbering = _Numbering({EDGE: 0})
        # An array of machine numbers: of a large corpus, a list would be the largest part.
        type_of = array("i")
        bounds = [0]
        for text in texts:
            type_of.extend(map(numbering.__getitem__, tokenizer.tokens(text)))
            bounds.append(len(type_of))
        lengths = np.fromiter(map(len, numbering), np.int32, len(numbering))
        sheet = cls(
            starts=np.empty(len(type_of), np.int32),
            ends=np.empty(len(type_of), np.int32),
            gaps=np.empty(len(type_of), np.int8),
            bounds=np.array(bounds, np.int64),
            types=list(numbering),
            type_of=np.array(type_of, np.int32),
        )
        for first, end in batches(texts, _AT_ONCE):
            _place(sheet, texts, lengths, first, end)
        return sheet

    def at(self, distance: int) -> Numbers:
        """Return the type of the token at a distance from each token; beyond the text, `EDGE`."""
        size = len(self.type_of)
        found = np.zeros_like(self.type_of)
        if distance <= 0:
            found[-distance:] = self.type_of[: size + distance]
        else:
            found[:-distance] = self.type_of[distance:]
        # What came from another document: the first tokens of each, or the last.
        first, after = self.bounds[:-1], self.bounds[1:]
        for step in range(abs(distance)):
            edge = after - 1 - step if distance > 0 else first + step
            found[edge[(edge >= first) & (edge < after)]] = 0
        return found

    def part(self, first: int, end: int) -> Sheet:
        """Return the sheet of some of the documents, with no more types than those have."""
        own = slice(int(self.bounds[first]), int(self.bounds[end]))
        found, type_of = np.unique(np.append(self.type_of[own], 0), return_inverse=True)
        return Sheet(
            starts=self.starts[own],
            ends=self.ends[own],
            gaps=self.gaps[own],
            bounds=self.bounds[first : end + 1] - self.bounds[first],
            types=[self.types[number] for number in found.tolist()],
            type_of=type_of[:-1].astype(np.int32),
        )


def batches(texts: Sequence[str], most: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of runs of texts with so many characters at the most, or of one text."""
    first = size = 0
    for number, text in enumerate(texts):
        if size and size + len(text) > most:
            yield first, number
            first, size = number, 0
        size += len(text)
    yield first, len(texts)


def _place(sheet: Sheet, texts: Sequence[str], lengths: Numbers, first: int, end: int) -> None:
    """Write where the tokens of some documents are; `lengths` has those of types."""
    own = slice(int(sheet.bounds[first]), int(sheet.bounds[end]))
    joined = "".join(texts[first:end])
    signs = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    filled = np.flatnonzero(~_IS_SPACE[np.minimum(signs, len(_IS_SPACE) - 1)])
    after = lengths[sheet.type_of[own]].cumsum()
    ends = filled[after - 1] + 1
    starts = filled[np.concatenate([[0], after[:-1]])] if len(after) else ends
    document = np.array([0, *itertools.accumulate(map(len, texts[first:end]))])
    begins = np.repeat(document[:-1], np.diff(sheet.bounds[first : end + 1]))
    sheet.starts[own] = starts - begins
    sheet.ends[own] = ends - begins
    sheet.gaps[own] = _gaps(signs, starts, ends)
    firsts = sheet.bounds[first:end]
    sheet.gaps[firsts[firsts < sheet.bounds[first + 1 : end + 1]]] = OPENING


def _gaps(signs: NDArray[np.uint32], starts: Integers, ends: Integers) -> Integers:
    """Return the white space before each of the tokens that are at these places of a text."""
    before = np.concatenate([[0], ends[:-1]])[: len(starts)]
    width = starts - before
    lines = _line_ends(signs)
    breaks = lines[starts] - lines[before]
    return np.select([breaks > 1, breaks == 1, width > 1], [EMPTY_LINE, LINE_END, WIDE], width)


def _line_ends(signs: NDArray[np.uint32]) -> Numbers:
    """Return how many line ends come before each place: LF, CR LF, CR and Unicode's others."""
    ends = ((signs >= 10) & (signs <= 13)) | (signs == 0x85) | (signs >> 1 == 0x2028 >> 1)
    returns = np.flatnonzero(signs[:-1] == 13)
    ends[returns[signs[returns + 1] == 10]] = False
    return np.concatenate([[0], np.cumsum(ends, dtype=np.int32)])
