"""The estimator: training of the chain, in the form of scikit-learn's estimators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.base import BaseEstimator

from shared.ner import features
from shared.ner.chain import States, Transitions
from shared.ner.design import Design
from shared.ner.encoding import encode, learn_tokenizer
from shared.ner.evaluation import EvaluatedText, evaluate
from shared.ner.extractor import Extractor
from shared.ner.objective import Objective, arrange
from shared.ner.optimize import minimize
from shared.text.spans import Span


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
