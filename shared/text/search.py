"""Where a text occurs in another. Offsets are code points."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator


def occurrences(
    text: str, sought: str, *, match_case: bool, whole_words: bool
) -> Iterator[tuple[int, int]]:
    """Yield start and end of each occurrence of `sought` in `text`; none overlaps the one before.

    Without `match_case`, characters are the same that differ in their case alone, one by one. With
    `whole_words`, no letter, digit or mark may stand beside an occurrence, in any script.
    """
    pattern = re.compile(re.escape(sought), 0 if match_case else re.IGNORECASE)
    place = 0
    while (match := pattern.search(text, place)) is not None:
        start, end = match.span()
        if whole_words and (_of_word(text[start - 1 : start]) or _of_word(text[end : end + 1])):
            place = start + 1
        else:
            yield start, end
            place = end


def _of_word(character: str) -> bool:
    return character.isalnum() or (
        character != "" and unicodedata.category(character).startswith("M")
    )
