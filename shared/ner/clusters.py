"""Clusters: groups of words that are used alike, from all texts of a project, tagged or not.

Words keep like company (Firth, 1957). Of each frequent word it is counted which words stand one and
two tokens before and after it; counts become positive pointwise mutual information,

    max(0, log p(word, context) / (p(word) p(context)^0.75 / sum p^0.75))

(Church and Hanks, 1990; the power, by Levy, Goldberg and Dagan, 2015, keeps rare contexts from
weighing too much); truncated singular value decomposition makes short vectors of that; and k-means
on their directions puts words into groups, several times, from coarse to fine. The groups of a word
are traits of it, so that what is learned of one word is learned of its like.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy import sparse
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD

from shared.ner import features
from shared.ner.chain import Floats, Integers
from shared.ner.knowledge import Groups
from shared.ner.sheet import Sheet

#: How many groups there are on each level.
LEVELS = (16, 64, 256, 800)

#: Tokens of text without which there are no groups: nearly all names of a small corpus would have
#: some, and those of other texts none, so that a chain would learn to go by what it cannot see.
ENOUGH = 20_000

#: Words that stand so often get groups, the most frequent so many.
_TIMES = 3
_MOST_WORDS = 20_000

#: Words that count as contexts, and at which distances.
_CONTEXTS = 1000
_DISTANCES = (-2, -1, 1, 2)

_DIMENSIONS = 60
_POWER = 0.75

#: Above so many words, k-means works on parts of them at a time.
_MANY_WORDS = 5000

#: Words of each group, in the order of their frequency, that tell what a group is like.
_EXAMPLES = 5


def learn(sheet: Sheet, *, seed: int = 0) -> Groups:
    """Return the groups of the words of texts, the most frequent word first.

    Each word has one number a level, of the levels that have at least three words a group. Of few
    texts (`ENOUGH`) there are no groups. The same sheet and seed give the same groups, as long as
    computing runs in one thread.
    """
    if len(sheet.type_of) < ENOUGH:
        return {}
    names: dict[str, int] = {}
    of_type = np.array(
        [names.setdefault(features.word(token), len(names)) for token in sheet.types], np.int64
    )
    counts = np.bincount(of_type[sheet.type_of], minlength=len(names))
    frequent = np.argsort(-counts, kind="stable")
    frequent = frequent[counts[frequent] >= _TIMES][:_MOST_WORDS]
    rank = np.full(len(names), -1, np.int64)
    rank[frequent] = np.arange(len(frequent))
    vectors = _vectors(_company(sheet, rank[of_type], len(frequent)), seed)
    few = len(frequent) < _MANY_WORDS
    method = KMeans if few else MiniBatchKMeans
    levels = [
        method(size, n_init=1, max_iter=30, random_state=seed).fit_predict(vectors).tolist()
        for size in LEVELS
        if 3 * size <= len(frequent)
    ]
    words = list(names)
    numbers = zip(*levels, strict=True) if levels else itertools.repeat(())
    return {words[word]: own for word, own in zip(frequent.tolist(), numbers, strict=False) if own}


def examples(groups: Groups) -> dict[str, list[str]]:
    """Return of each trait that stands for a group some words of it, the most frequent first."""
    found: dict[str, list[str]] = {}
    for word, numbers in groups.items():
        for level, number in enumerate(numbers):
            words = found.setdefault(features.group_trait(level, number), [])
            if len(words) < _EXAMPLES:
                words.append(word)
    return found


def _company(sheet: Sheet, rank: Integers, count: int) -> sparse.csr_matrix:
    """Return how often each word has which context at which distance: (words, contexts).

    `rank` is, of each token type, the number of its word, or -1. A text's edge is a context.
    """
    contexts = min(_CONTEXTS, count)
    own = rank[sheet.type_of]
    parts = []
    for distance in _DISTANCES:
        other = sheet.at(distance)
        context = np.where(other == 0, contexts, rank[other])
        counted = (own >= 0) & (context >= 0) & ((context < contexts) | (other == 0))
        index = (own[counted], context[counted])
        ones = np.ones(len(index[0]), np.float32)
        parts.append(sparse.csr_matrix((ones, index), (count, contexts + 1)))
    return sparse.csr_matrix(sparse.hstack(parts))


def _vectors(company: sparse.csr_matrix, seed: int) -> Floats:
    """Return a vector of length 1 for each word."""
    of_word = np.asarray(company.sum(axis=1)).ravel()
    of_context = np.asarray(company.sum(axis=0)).ravel() ** _POWER
    of_context /= max(of_context.sum(), 1)
    words = np.repeat(np.arange(company.shape[0]), np.diff(company.indptr))
    expected = of_word[words] * of_context[company.indices]
    information = np.log(np.maximum(company.data / expected, 1)).astype(np.float32)
    matrix = sparse.csr_matrix((information, company.indices, company.indptr), company.shape)
    matrix.eliminate_zeros()
    dimensions = min(_DIMENSIONS, min(matrix.shape) - 1)
    decomposition = TruncatedSVD(dimensions, n_iter=3, random_state=seed)
    vectors = decomposition.fit_transform(matrix)
    # The square root of the singular values: between all directions alike and the first alone.
    vectors /= np.sqrt(np.maximum(decomposition.singular_values_, 1e-9))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    shortened: Floats = vectors.astype(np.float32)
    return shortened
