"""Mention swap: more documents to learn from, by exchanging mentions for others of their type.

A chain that has seen few documents learns the names in them rather than where names stand. In a
copy of a document each entity's text is replaced by that of another entity of its category, taken
from all tagged documents at random (Dai and Adel, 2020). The same name in a document gets the same
new one, so that a document still speaks of the same things throughout.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from shared.text.spans import Span


def swapped(
    texts: Sequence[str], spans: Sequence[Sequence[Span]], *, seed: int
) -> tuple[list[str], list[list[Span]]]:
    """Return a copy of each text with other mentions, and the spans in it (code points).

    Of spans that overlap the first has its place, and the others are left out.
    """
    mentions: dict[str, list[str]] = defaultdict(list)
    for text, own in zip(texts, spans, strict=True):
        for span in own:
            mentions[span.category].append(text[span.start : span.end])
    chosen = random.Random(seed)  # noqa: S311 - the same again for the same seed is the point
    new_texts, new_spans = [], []
    for text, own in zip(texts, spans, strict=True):
        pieces: list[str] = []
        moved: list[Span] = []
        replaced: dict[tuple[str, str], str] = {}
        reached = length = 0
        for span in sorted(own):
            if span.start < reached:
                continue
            mention = chosen.choice(mentions[span.category])
            mention = replaced.setdefault((span.category, text[span.start : span.end]), mention)
            pieces += [text[reached : span.start], mention]
            start = length + span.start - reached
            length = start + len(mention)
            moved.append(Span(start, length, span.category))
            reached = span.end
        new_texts.append("".join([*pieces, text[reached:]]))
        new_spans.append(moved)
    return new_texts, new_spans
