"""The estimator: training of the chain, in the form of scikit-learn's estimators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator

from shared.ner import features
from shared.ner.chain import Floats, Integers, States, Transitions
from shared.ner.encoding import encode, learn_tokenizer
from shared.ner.evaluation import EvaluatedText, evaluate
from shared.ner.extractor import Extractor, Knowledge, SparseRows
from shared.ner.objective import Arrangement, Block, Objective, arrange
from shared.ner.optimize import minimize
from shared.text.spans import Span

#: Up to this many weights there is one for every feature and every label, so that a feature can
#: speak against a label that it was never seen with. Above, there are only those seen together:
#: that bounds memory.
_EVERY_WEIGHT = 3_000_000


class EntityEstimator(BaseEstimator):  # type: ignore[misc]
    """Learns to extract entities: X are texts, y are their spans (code points).

    After `fit`, `extractor_` holds the trained extractor and `iterations_` how many iterations the
    fit took. The result depends on the texts, their order and the parameters alone.
    """

    def __init__(
        self,
        *,
        categories: Sequence[str] | None = None,
        l1: float = 0.1,
        l2: float = 0.02,
        iterations: int = 100,
        minimum_count: int = 2,
        memory: int = 24,
        on_iteration: Callable[[int], None] | None = None,
        check: Callable[[], None] | None = None,
    ) -> None:
        """Keep the parameters.

        `categories` are the entity types to learn (None: those in y), `l1` and `l2` the weights of
        the penalties, `minimum_count` how many tokens must have a feature for it to be used, and
        `memory` how many categories, the most frequent, the chain tells apart once they are past.
        `on_iteration` is called with the number of each iteration done, and `check` several times
        in each; what either raises ends the fit.
        """
        self.categories = categories
        self.l1 = l1
        self.l2 = l2
        self.iterations = iterations
        self.minimum_count = minimum_count
        self.memory = memory
        self.on_iteration = on_iteration
        self.check = check

    def fit(self, X: Sequence[str], y: Sequence[Sequence[Span]]) -> EntityEstimator:
        """Learn from texts and the spans tagged in them."""
        if len(X) != len(y):
            raise ValueError("each text has one list of spans")
        counts = Counter(span.category for spans in y for span in spans)
        categories = tuple(sorted(set(counts if self.categories is None else self.categories)))
        numbers = {category: number for number, category in enumerate(categories)}
        states = _states(categories, counts, self.memory)
        tokenizer = learn_tokenizer(zip(X, y, strict=True))
        sheet = features.read(X, tokenizer)
        tags = []
        for number, spans in enumerate(y):
            own = slice(int(sheet.bounds[number]), int(sheet.bounds[number + 1]))
            tokens = list(zip(sheet.starts[own].tolist(), sheet.ends[own].tolist(), strict=True))
            tags.append(np.array(encode(tokens, spans, numbers), np.int64))
        arrangement = arrange(tags, states)
        design = Design(
            sheet,
            np.concatenate([*tags, np.zeros(0, np.int64)]),
            arrangement,
            states,
            self.minimum_count,
        )
        objective = Objective(
            design.blocks, arrangement, states, l2=self.l2, check=self.check or (lambda: None)
        )
        l1 = np.full(objective.size, self.l1, np.float32)
        l1[objective.size - objective.transitions :] = 0
        self.iterations_ = 0
        weights = np.zeros(objective.size, np.float32)
        if len(sheet.type_of) and categories:
            weights = minimize(
                objective, weights, l1, iterations=self.iterations, on_iteration=self._count
            )
        parts, flat = objective.parts(weights)
        self.extractor_ = Extractor(
            design.knowledge(
                categories,
                states,
                Transitions.of(flat, len(categories), states.slots),
                tokenizer,
                parts,
            )
        )
        return self

    def _count(self, iteration: int) -> None:
        self.iterations_ = iteration
        if self.on_iteration is not None:
            self.on_iteration(iteration)

    def predict(self, X: Sequence[str]) -> list[list[Span]]:
        """Return the entities found in each text."""
        return self.extractor_.predict(X)

    def score(self, X: Sequence[str], y: Sequence[Sequence[Span]]) -> float:
        """Return the micro F1 of exact matches."""
        documents = [
            EvaluatedText(name="", text=text, expected=expected, predicted=predicted)
            for text, expected, predicted in zip(X, y, self.predict(X), strict=True)
        ]
        return evaluate(documents).micro.f1


def _states(categories: Sequence[str], counts: Counter[str], memory: int) -> States:
    """Return the states: slots for the most frequent categories, in the order of names."""
    by_count = sorted(categories, key=lambda category: (-counts[category], category))
    remembered = set(by_count[:memory])
    slots = 1
    slot_of = np.zeros(len(categories), np.int64)
    for number, category in enumerate(categories):
        if category in remembered:
            slot_of[number] = slots
            slots += 1
    return States(slot_of, slots)


class Design:
    """The features of the training's tokens as blocks, and the way back from weights."""

    def __init__(
        self,
        sheet: features.Sheet,
        tags: Integers,
        arrangement: Arrangement,
        states: States,
        minimum_count: int,
    ) -> None:
        self._labels = 1 + 2 * states.categories
        drafts: list[tuple[sparse.csr_matrix, sparse.csr_matrix | None]] = []
        rows = arrangement.token
        #: The tags as a matrix, (rows, labels): what was seen with what.
        seen = _one_hot(tags[rows], self._labels)
        per_type = np.bincount(sheet.type_of, minlength=len(sheet.types))
        per_type[0] = minimum_count
        self.traits, matrix = _traits(sheet.types, per_type, minimum_count)
        kinds = np.array([name[:1] for name in self.traits] or [""])
        #: Of each distance, the traits that act there.
        self.acting: list[Integers] = []
        for distance, reach in features.REACH.items():
            acting = np.flatnonzero(np.isin(kinds, sorted(reach)))
            values = _one_hot(sheet.at(distance)[rows], len(sheet.types))
            drafts.append((values, matrix[:, acting]))
            self.acting.append(acting)
        words: Counter[str] = Counter()
        for token, count in zip(sheet.types, per_type.tolist(), strict=True):
            words[features.word(token)] += count
        self.vocabulary = tuple(
            sorted(word for word, count in words.items() if count >= minimum_count)
        )
        numbers = {word: number for number, word in enumerate(self.vocabulary)}
        #: Of each column, the numbers that have weights.
        self.values: list[Integers] = []
        own_rows, own_columns, offset = [], [], 0
        for column in features.columns(sheet, numbers):
            found, inverse, times = np.unique(column, return_inverse=True, return_counts=True)
            used = (found >= 0) & (times >= minimum_count)
            place = np.where(used, np.cumsum(used) - 1, -1)[inverse][rows]
            chosen = np.flatnonzero(place >= 0)
            own_rows.append(chosen)
            own_columns.append(place[chosen] + offset)
            self.values.append(found[used])
            offset += int(used.sum())
        if offset:
            index = (np.concatenate(own_rows), np.concatenate(own_columns))
            ones = np.ones(len(index[0]), np.float32)
            drafts.append((sparse.csr_matrix((ones, index), (len(rows), offset)), None))
        self.blocks = self._blocks(drafts, seen)

    def _blocks(
        self,
        drafts: Sequence[tuple[sparse.csr_matrix, sparse.csr_matrix | None]],
        seen: sparse.csr_matrix,
    ) -> list[Block]:
        """Return blocks with a weight for every feature and label, or for those seen together."""
        sizes = [(values if matrix is None else matrix).shape[1] for values, matrix in drafts]
        every = sum(sizes) * self._labels <= _EVERY_WEIGHT
        blocks = []
        for (values, matrix), size in zip(drafts, sizes, strict=True):
            active = np.arange(size * self._labels)
            if not every:
                together = values.T @ seen
                if matrix is not None:
                    together = matrix.T @ together
                together = together.tocoo()
                active = np.sort(together.row.astype(np.int64) * self._labels + together.col)
            blocks.append(Block(values, matrix, active, (size, self._labels)))
        return blocks

    def knowledge(
        self,
        categories: tuple[str, ...],
        states: States,
        transitions: Transitions,
        tokenizer: Any,
        parts: Sequence[Floats],
    ) -> Knowledge:
        """Return what was learned, without weights that are 0 and features that have none."""
        distances = len(features.REACH)
        wide = np.zeros((len(self.traits), distances * self._labels), np.float32)
        for number, acting in enumerate(self.acting):
            if number < len(parts):
                own = slice(number * self._labels, (number + 1) * self._labels)
                wide[acting, own] = parts[number]
        used = (wide != 0).any(axis=1)
        by_column = (
            parts[distances] if len(parts) > distances else np.zeros((0, self._labels), np.float32)
        )
        kept = (by_column != 0).any(axis=1)
        bounds = np.cumsum([0, *(len(values) for values in self.values)])
        column_values = tuple(
            values[kept[start:end]]
            for values, start, end in zip(self.values, bounds[:-1], bounds[1:], strict=True)
        )
        return Knowledge(
            categories=categories,
            states=states,
            transitions=transitions,
            tokenizer=tokenizer,
            traits=tuple(name for name, use in zip(self.traits, used, strict=True) if use),
            trait_weights=_sparse_rows(wide[used]),
            vocabulary=self.vocabulary,
            column_values=column_values,
            column_weights=_sparse_rows(by_column[kept]),
        )


def _one_hot(numbers: Integers, count: int) -> sparse.csr_matrix:
    ones = np.ones(len(numbers), np.float32)
    bounds = np.arange(len(numbers) + 1)
    return sparse.csr_matrix((ones, numbers, bounds), (len(numbers), count))


def _traits(
    types: Sequence[str], times: Integers, minimum_count: int
) -> tuple[list[str], sparse.csr_matrix]:
    """Return the traits that enough tokens have, and which type has which: (types, traits)."""
    numbers: dict[str, int] = {}
    indices: list[int] = []
    bounds = [0]
    for token in types:
        indices += [numbers.setdefault(name, len(numbers)) for name in features.traits(token)]
        bounds.append(len(indices))
    matrix = sparse.csr_matrix(
        (np.ones(len(indices), np.float32), indices, bounds), (len(types), len(numbers))
    )
    kept = np.flatnonzero(matrix.T @ times >= minimum_count)
    names = list(numbers)
    return [names[number] for number in kept], matrix[:, kept]


def _sparse_rows(dense: Floats) -> SparseRows:
    rows = sparse.csr_matrix(dense)
    return SparseRows(rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data)
