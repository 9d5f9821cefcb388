"""Occurrences of a text in the documents of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What is looked for, and how."""

    text: str
    match_case: bool = True
    #: Whether no letter or digit may stand beside it.
    whole_words: bool = True
    #: Only where a label of this type is; None: anywhere.
    category: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """A place of a document's text, in code points."""

    start: int
    end: int
    #: Of the labels that overlap it, in the order of their places.
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundDocument:
    """A document in which a text occurs."""

    name: str
    text: str
    #: SHA-256 of the text's bytes, in hex.
    digest: str
    occurrences: Sequence[Occurrence]
