"""Encoding: between spans of a text and tags of its tokens.

The tags are `O`, `B` and `I`, as numbers: 0, 1 + k for the first token of an entity of category k,
and 1 + categories + k for its further tokens. `I` only follows `B` or `I` of its own category, so
every sequence of tags that the chain allows is a set of spans, and the other way round.

A span that begins or ends inside a token has no tags. Two rules make most of them learnable:

1. *Cuts* are learned from the tagged texts and made in every text from then on. A piece that was
   left out at the end (or the beginning) of a tagged token, such as a case ending, is cut off
   wherever a token ends (begins) with it, if three different tokens were cut so and most of the
   tagged entities that end (begin) with it were. Else a single token is cut where most of its
   tagged occurrences were.
2. A span that still ends inside a token is learned as if it reached to the token's edge; of two
   spans that would then share a token the first has it, and a second that is left without a token
   is not learned.
"""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.text.spans import Span
from shared.text.tokens import locate, tokenize

Integers: TypeAlias = NDArray[np.int64]

#: Different tokens that must have been cut at a piece before it is cut off every token.
_CUTS_FOR_A_PIECE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenizer:
    """Tokens of texts as one model sees them: those of `tokenize`, cut where it has learned to."""

    #: Pieces to cut off the end and off the beginning of tokens.
    endings: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()
    #: Tokens with the place at which each is cut.
    places: Mapping[str, int] = field(default_factory=dict)

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of a text, in order: together they are it without white space."""
        tokens = tokenize(text)
        if not (self.endings or self.beginnings or self.places):
            return tokens
        lengths = sorted({len(piece) for piece in self.endings}, reverse=True)
        heads = sorted({len(piece) for piece in self.beginnings}, reverse=True)
        found: list[str] = []
        for token in tokens:
            place = self._place(token, lengths, heads)
            found += [token[:place], token[place:]] if place else [token]
        return found

    def _place(self, token: str, endings: Sequence[int], beginnings: Sequence[int]) -> int:
        """Return where to cut a token, or 0."""
        place = self.places.get(token)
        if place is not None:
            return place
        for length in endings:
            if length < len(token) and token[-length:] in self.endings:
                return len(token) - length
        for length in beginnings:
            if length < len(token) and token[:length] in self.beginnings:
                return length
        return 0


def learn_tokenizer(texts: Iterable[tuple[str, Sequence[Span]]]) -> Tokenizer:
    """Return the tokenizer that cuts tokens where tagged spans end inside of them."""
    # Of each token at the edge of an entity: how often it was cut at which place (0: whole).
    at_end: dict[str, Counter[int]] = defaultdict(Counter)
    at_beginning: dict[str, Counter[int]] = defaultdict(Counter)
    for text, spans in texts:
        tokens = tokenize(text)
        located = locate(text, tokens)
        starts = [start for start, _ in located]
        ends = [end for _, end in located]
        for place in {span.start for span in spans}:
            number = bisect.bisect_right(starts, place) - 1
            if number >= 0 and place < ends[number] and len(tokens[number]) > 1:
                at_beginning[tokens[number]][place - starts[number]] += 1
        for place in {span.end for span in spans}:
            number = bisect.bisect_left(starts, place) - 1
            if number >= 0 and place <= ends[number] and len(tokens[number]) > 1:
                at_end[tokens[number]][(place - starts[number]) % len(tokens[number])] += 1
    endings = _pieces(at_end, ending=True)
    beginnings = _pieces(at_beginning, ending=False)
    places: dict[str, int] = {}
    sides = ((at_beginning, Tokenizer(beginnings=beginnings)), (at_end, Tokenizer(endings=endings)))
    whole: set[str] = set()
    for counts, by_piece in sides:
        for token, cuts in sorted(counts.items()):
            place, times = cuts.most_common(1)[0]
            if 2 * times <= cuts.total():
                continue
            if place:
                places.setdefault(token, place)
            elif len(by_piece.tokens(token)) > 1:
                # A piece of this side would be cut off a token that is tagged with it.
                whole.add(token)
    places |= {token: 0 for token in sorted(whole - set(places))}
    return Tokenizer(endings=endings, beginnings=beginnings, places=places)


def _pieces(counts: Mapping[str, Counter[int]], *, ending: bool) -> frozenset[str]:
    """Return the pieces that are cut off, of tokens with how often each was cut at which place."""
    cut: dict[str, set[str]] = defaultdict(set)
    for token, cuts in counts.items():
        for place in cuts:
            if place:
                cut[token[place:] if ending else token[:place]].add(token)
    pieces = set()
    for piece, tokens in cut.items():
        if len(tokens) < _CUTS_FOR_A_PIECE:
            continue
        times = total = 0
        for token, cuts in counts.items():
            if len(token) > len(piece) and (
                token.endswith(piece) if ending else token.startswith(piece)
            ):
                times += cuts[len(token) - len(piece) if ending else len(piece)]
                total += cuts.total()
        if 2 * times > total:
            pieces.add(piece)
    return frozenset(pieces)


def encode(
    tokens: Sequence[tuple[int, int]], spans: Iterable[Span], numbers: Mapping[str, int]
) -> list[int]:
    """Return the tags of tokens; `numbers` gives each category its number k.

    Spans of other categories, and white space at the edges of a span, are passed over.
    """
    tags = [0] * len(tokens)
    starts = [start for start, _ in tokens]
    ends = [end for _, end in tokens]
    for span in sorted(spans):
        number = numbers.get(span.category)
        if number is None:
            continue
        first = bisect.bisect_right(ends, span.start)
        after = bisect.bisect_left(starts, span.end)
        while first < after and tags[first]:
            first += 1
        for place in range(first, after):
            if tags[place]:
                break
            tags[place] = 1 + number + (len(numbers) if place > first else 0)
    return tags


def entities(tags: Integers, bounds: Integers, categories: int) -> Integers:
    """Return the entities in the tags of the tokens of documents, in order.

    A row has the first token, the token after the last and the number of the category. `bounds`
    has the number of each document's first token, and of tokens. An `I` that follows no entity of
    its category in its document, which the chain never says, begins one.
    """
    tagged = np.flatnonzero(tags)
    own = tags[tagged]
    category = (own - 1) % max(categories, 1)
    goes_on = own > categories
    goes_on[:1] = False
    goes_on[1:] &= (tagged[1:] == tagged[:-1] + 1) & (category[1:] == category[:-1])
    goes_on &= ~np.isin(tagged, bounds)
    begins = np.flatnonzero(~goes_on)
    lengths = np.diff(np.append(begins, len(tagged)))
    first = tagged[begins]
    return np.stack([first, first + lengths, category[begins]], axis=1)
