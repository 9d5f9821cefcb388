"""A text that grows piece by piece and remembers where its entities are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """One labelled mention: [start, end) in Unicode code points of the text."""

    category: str
    start: int
    end: int


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units in the text."""
    return len(text.encode("utf-16-le")) // 2


class Draft:
    """Collects text and the spans of the entities in it, in the order of writing."""

    def __init__(self, *, newline: str = "\n", start: str = "") -> None:
        self._newline = newline
        self._pieces = [start]
        self._length = len(start)
        self.spans: list[Span] = []

    @property
    def text(self) -> str:
        """Everything written so far."""
        return "".join(self._pieces)

    def add(self, text: str) -> None:
        """Writes plain text; each line feed becomes the line end of this draft."""
        piece = text.replace("\n", self._newline)
        self._pieces.append(piece)
        self._length += len(piece)

    def entity(self, category: str, text: str) -> None:
        """Writes a mention and records its span."""
        if text != text.strip() or not text:
            raise ValueError(f"a mention of {category} is empty or has white space at its ends")
        start = self._length
        self.add(text)
        self.spans.append(Span(category=category, start=start, end=self._length))

    def fill(self, template: str, values: Mapping[str, str]) -> None:
        """Writes a template. `{Interest}` (capital first) is a mention, `{months}` plain text."""
        for literal, field, _, _ in Formatter().parse(template):
            self.add(literal)
            if field is None:
                continue
            if field[0].isupper():
                self.entity(field, values[field])
            else:
                self.add(values[field])
