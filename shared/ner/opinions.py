"""Opinions: what a first reading makes of a word elsewhere in the document.

A name that is plain in one place ("Mrs. Lund said") is often bare in another ("Lund, 61"). So a
second reading sees, for each token, what the first one thinks of the other places of the same word
in its document: the likeliest label there but `O`, and how likely the word is within an entity on
average, in buckets. The like is told of the tokens before and after it. A word that stands once has
no opinion (-1), and neither has a sign.
"""

from __future__ import annotations

import numpy as np

from shared.ner import features
from shared.ner.chain import Floats, Integers
from shared.ner.sheet import Sheet

#: How many columns of opinions there are.
COLUMNS = 3

#: Upper bounds of the buckets for the mean probability of being within an entity.
_BUCKETS = np.array([0.05, 0.2, 0.5, 0.8, 0.95])


def columns(sheet: Sheet, chances: Floats) -> list[Integers]:
    """Return the columns of opinions, given probabilities of labels (tokens, labels)."""
    if not len(chances):
        return [np.zeros(0, np.int64)] * COLUMNS
    words: dict[str, int] = {}
    numbers = [words.setdefault(features.word(token), len(words)) for token in sheet.types]
    spoken = np.array([token[:1].isalnum() for token in sheet.types], np.bool_)[sheet.type_of]
    document = np.repeat(np.arange(len(sheet.bounds) - 1), np.diff(sheet.bounds))
    place = document * len(words) + np.array(numbers, np.int64)[sheet.type_of]
    # The tokens of each word of each document, side by side.
    order = np.argsort(place, kind="stable")
    ranked = place[order]
    begins = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    times = np.diff(np.append(begins, len(order)))
    own = np.empty(len(order), np.int64)
    own[order] = np.repeat(np.arange(len(begins)), times)
    sums = np.add.reduceat(chances[order], begins)
    repeated = np.flatnonzero((times[own] > 1) & spoken)
    others = sums[own[repeated]] - chances[repeated]
    others /= (times[own[repeated]] - 1)[:, None]
    within = np.maximum(1 - others[:, 0], 0)
    label = others[:, 1:].argmax(axis=1)
    bucket = np.searchsorted(_BUCKETS, within)
    opinion = np.full(len(order), -1, np.int64)
    opinion[repeated] = np.where(bucket > 0, label * (len(_BUCKETS) + 1) + bucket, 0)
    before = np.concatenate([[-1], opinion[:-1]])
    after = np.concatenate([opinion[1:], [-1]])
    bounds = sheet.bounds[:-1][np.diff(sheet.bounds) > 0]
    before[bounds] = -1
    after[bounds[1:] - 1] = -1
    return [opinion, before, after]
