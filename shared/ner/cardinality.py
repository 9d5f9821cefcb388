"""Cardinality: how often a category occurs in a document, as the tags tell.

Forms say some things once: a receipt has one total. A category that is tagged at most once in
(nearly) every document, and is there in half of them at least, is *single*: of several entities
that are found in a document the one with the highest confidence is kept. One that is tagged in
nearly every document too is *constant*: where none is found, the likeliest stretch of the document
is taken, if it is likely enough. Rarer categories are left alone; that none has two of them in one
document says little. So are documents much longer than those that were learned from: they may be
several in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shared.ner.chain import Floats
from shared.text.spans import Span

#: Documents with a category before anything is concluded from them.
_ENOUGH = 5

#: Shares of the documents: that may have more than one; that must have one, of a single category
#: and of a constant one.
_SLIPS = 0.02
_COMMON = 0.5
_CONSTANT = 0.9

#: How many times as long as the longest that was learned from a document may be.
_LONGER = 1.5

#: The chance of its first token at which the likeliest stretch of a constant category is taken.
_LIKELY = 0.15


@dataclass(frozen=True, slots=True)
class Found:
    """An entity among the tokens of a document."""

    #: The first token and the one after the last.
    first: int
    after: int
    #: The number of its category.
    category: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Cardinality:
    """The numbers of the single categories, and of those among them that are constant."""

    single: frozenset[int] = frozenset()
    constant: frozenset[int] = frozenset()
    #: Tokens of the longest document that this holds for.
    longest: int = 0

    def applied(self, found: Sequence[Found], chances: Floats) -> list[Found]:
        """Return the entities of a document after the rules were applied to those found.

        `chances` are the probabilities of labels (tokens, labels). Both lists are in order, and
        their entities apart from each other.
        """
        if not self.single or len(chances) > self.longest:
            return list(found)
        best: dict[int, Found] = {}
        for one in found:
            if one.category in self.single:
                present = best.get(one.category)
                if present is None or one.confidence > present.confidence:
                    best[one.category] = one
        kept = [one for one in found if best.get(one.category, one) is one]
        taken = {token for one in kept for token in range(one.first, one.after)}
        for category in sorted(self.constant - best.keys()):
            likeliest = _likeliest(category, chances)
            if likeliest is not None and taken.isdisjoint(range(likeliest.first, likeliest.after)):
                kept.append(likeliest)
                taken.update(range(likeliest.first, likeliest.after))
        return sorted(kept, key=lambda one: one.first)


def learn(
    documents: Sequence[Sequence[Span]], categories: Sequence[str], *, longest: int
) -> Cardinality:
    """Return what the spans of tagged documents tell; numbers are places in `categories`.

    `longest` is how many tokens the longest document has.
    """
    counts = [Counter(span.category for span in spans) for spans in documents]
    single, constant = set(), set()
    for number, category in enumerate(categories):
        having = [count[category] for count in counts if count[category]]
        if len(having) < max(_ENOUGH, _COMMON * len(documents)):
            continue
        if sum(count > 1 for count in having) <= _SLIPS * len(documents):
            single.add(number)
            if len(having) >= _CONSTANT * len(documents):
                constant.add(number)
    return Cardinality(frozenset(single), frozenset(constant), int(longest * _LONGER))


def _likeliest(category: int, chances: Floats) -> Found | None:
    """Return the stretch from the likeliest first token on, as far as it is likelier than not.

    Given the tokens before it, a token goes on with the entity if it does so with more than half
    of their chance.
    """
    if not len(chances):
        return None
    begins = chances[:, 1 + category]
    goes_on = chances[:, 1 + (chances.shape[1] - 1) // 2 + category]
    first = int(begins.argmax())
    chance = lowest = float(begins[first])
    if chance < _LIKELY:
        return None
    after = first + 1
    while after < len(chances) and goes_on[after] > chance / 2:
        chance = float(goes_on[after])
        lowest = min(lowest, chance)
        after += 1
    return Found(first, after, category, lowest)
