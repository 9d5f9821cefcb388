"""A span: a stretch of a document's text that carries an entity type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters from `start` up to, not including, `end`, in code points of the text.

    Ordered by place, then by category.
    """

    start: int
    end: int
    category: str
    #: Between 0 and 1 for a span that a model predicted, None for one that a person tagged.
    confidence: float | None = None

    @property
    def length(self) -> int:
        """The number of code points."""
        return self.end - self.start
