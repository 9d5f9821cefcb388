"""The estimator: training of the chain, in the form of scikit-learn's estimators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.base import BaseEstimator

from shared.ner import cardinality, clusters, opinions
from shared.ner.chain import Floats, Integers, States, Transitions
from shared.ner.design import Design
from shared.ner.encoding import Tokenizer, encode, learn_tokenizer
from shared.ner.evaluation import EvaluatedText, evaluate
from shared.ner.extractor import Extractor
from shared.ner.knowledge import Groups, Knowledge, Reading
from shared.ner.objective import Objective, arrange
from shared.ner.optimize import TOLERANCE, minimize
from shared.ner.recipe import FORM, Recipe
from shared.ner.sheet import Sheet
from shared.text.spans import Span

#: Up to so many categories, the most frequent, are told apart once they are past.
_REMEMBERED = 24


class EntityEstimator(BaseEstimator):  # type: ignore[misc]
    """Learns to extract entities by one recipe: X are texts, y are their spans (code points).

    After `fit`, `extractor_` holds the trained extractor and `iterations_` how many iterations the
    fit took. The result depends on the texts, their order and the parameters alone.
    """

    def __init__(
        self,
        *,
        categories: Sequence[str] | None = None,
        recipe: Recipe = FORM,
        l1: float = 0.2,
        l2: float = 0.1,
        iterations: int = 200,
        tolerance: float = TOLERANCE,
        minimum_count: int = 2,
        on_iteration: Callable[[int], None] | None = None,
        on_share: Callable[[float], None] | None = None,
        check: Callable[[], None] | None = None,
    ) -> None:
        """Keep the parameters.

        `categories` are the entity types to learn (None: those in y), `l1` and `l2` the weights of
        the penalties, `tolerance` says when a fit has converged, and `minimum_count` is how many
        tokens must have a feature for it to be used. `on_iteration` is called with the number of
        each iteration done, `on_share` with about which share of the fit that is, and `check`
        several times in each; what any of them raises ends the fit.
        """
        self.categories = categories
        self.recipe = recipe
        self.l1 = l1
        self.l2 = l2
        self.iterations = iterations
        self.tolerance = tolerance
        self.minimum_count = minimum_count
        self.on_iteration = on_iteration
        self.on_share = on_share
        self.check = check

    def fit(
        self,
        X: Sequence[str],
        y: Sequence[Sequence[Span]],
        *,
        groups: Groups | None = None,
        tokenizer: Tokenizer | None = None,
        first: Knowledge | None = None,
        chances: Sequence[Floats] = (),
        start: Knowledge | None = None,
    ) -> EntityEstimator:
        """Learn from texts and the spans tagged in them.

        `groups` are the clusters of words and `tokenizer` cuts texts (None: learned from X). For
        the second of two readings, `first` is what the first learned, and `chances` what a first
        reading that had not learned from it makes of each text: the probabilities of labels
        (tokens, labels). With `start`, which was learned from the same texts by another recipe, the
        fit begins where that ended, which changes how long it takes.
        """
        if len(X) != len(y):
            raise ValueError("each text has one list of spans")
        counts = Counter(span.category for spans in y for span in spans)
        categories = tuple(sorted(set(counts if self.categories is None else self.categories)))
        if tokenizer is None:
            tokenizer = learn_tokenizer(zip(X, y, strict=True))
        if first is not None:
            groups, tokenizer = first.groups, first.tokenizer
        sheet = Sheet.of(X, tokenizer)
        if groups is None:
            groups = clusters.learn(sheet)
        states = _states(categories, counts, _REMEMBERED if self.recipe.memory else 0)
        seen: Sequence[Integers] = ()
        if first is not None:
            states = first.states
            labels = np.zeros((0, first.labels), np.float32)
            seen = opinions.columns(sheet, np.concatenate([labels, *chances]))
        tags = _tags(sheet, y, categories)
        reading, vocabulary = self._learn(sheet, tags, states, groups, seen, first, start)
        self.extractor_ = Extractor(
            Knowledge(
                categories=categories,
                states=states,
                tokenizer=tokenizer,
                vocabulary=vocabulary,
                groups=groups,
                readings=(reading,) if first is None else (first.readings[0], reading),
                cardinality=cardinality.learn(
                    y, categories, longest=int(np.diff(sheet.bounds).max(initial=0))
                ),
                calibration=None,
            )
        )
        return self

    def _learn(
        self,
        sheet: Sheet,
        tags: Sequence[Integers],
        states: States,
        groups: Groups,
        seen: Sequence[Integers],
        first: Knowledge | None,
        start: Knowledge | None,
    ) -> tuple[Reading, tuple[str, ...]]:
        """Return the weights of a reading, and the words that its columns know."""
        arrangement = arrange(tags, states)
        design = Design(
            sheet,
            arrangement,
            states,
            self.minimum_count,
            groups=groups,
            layout=self.recipe.layout,
            opinions=seen,
            vocabulary=None if first is None else first.vocabulary,
        )
        objective = Objective(
            design.blocks, arrangement, states, l2=self.l2, check=self.check or (lambda: None)
        )
        l1 = np.full(objective.size, self.l1, np.float32)
        l1[objective.size - objective.transitions :] = 0
        self.iterations_ = 0
        weights = np.zeros(objective.size, np.float32)
        if start is not None:
            weights = design.weights(start.readings[0], objective)
        if len(sheet.type_of) and states.categories:
            weights = minimize(
                objective,
                weights,
                l1,
                iterations=self.iterations,
                tolerance=self.tolerance,
                on_iteration=self._count,
                on_share=self.on_share or (lambda share: None),
                curvature=objective.curvature(),
                samples=objective.samples,
            )
        parts, flat = objective.parts(weights)
        transitions = Transitions.of(flat, states.categories, states.slots)
        return design.reading(transitions, parts), design.vocabulary

    def _count(self, iteration: int) -> None:
        self.iterations_ = iteration
        if self.on_iteration is not None:
            self.on_iteration(iteration)

    def predict(self, X: Sequence[str]) -> list[list[Span]]:
        """Return the entities found in each text."""
        return self.extractor_.predict(X)

    def score(self, X: Sequence[str], y: Sequence[Sequence[Span]]) -> float:
        """Return the micro F1 of exact matches."""
        return score(X, y, self.predict(X))


def score(
    texts: Sequence[str], expected: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]]
) -> float:
    """Return the micro F1 of exact matches."""
    documents = [
        EvaluatedText(name="", text=text, expected=tagged, predicted=found)
        for text, tagged, found in zip(texts, expected, predicted, strict=True)
    ]
    return evaluate(documents).micro.f1


def _tags(
    sheet: Sheet, spans: Sequence[Sequence[Span]], categories: Sequence[str]
) -> list[Integers]:
    """Return the tags of each text's tokens."""
    numbers = {category: number for number, category in enumerate(categories)}
    found = []
    for number, own_spans in enumerate(spans):
        own = slice(int(sheet.bounds[number]), int(sheet.bounds[number + 1]))
        tokens = list(zip(sheet.starts[own].tolist(), sheet.ends[own].tolist(), strict=True))
        found.append(np.array(encode(tokens, own_spans, numbers), np.int64))
    return found


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
