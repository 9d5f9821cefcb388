"""The recipe search: which way of learning suits a project, by cross-validation on its documents.

The recipe with the best F1 over all documents, out of fold, is taken, if it is clearly better than
what is usual for such texts. What it found out of fold serves twice more: confidences are
calibrated on it, and a second reading learns from it what a first reading is worth (stacking;
Wolpert, 1992). A large project is searched on a part of its documents. The result is the same for
any number of jobs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator

# The package has no type stubs.
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from shared.ner import calibration, clusters
from shared.ner.calibration import Calibration
from shared.ner.curve import Point
from shared.ner.encoding import Tokenizer, learn_tokenizer
from shared.ner.estimator import EntityEstimator, score
from shared.ner.extractor import Extractor
from shared.ner.folds import Folds, OutOfFold, Tagged
from shared.ner.knowledge import Groups, Knowledge
from shared.ner.recipe import RECIPES, Recipe, usual_recipe
from shared.ner.sheet import Sheet
from shared.ner.work import Work
from shared.text.spans import Span

#: Characters of documents that recipes are tried on, and that clusters are learned from.
_SEARCHED = 60_000
_FEWEST_SEARCHED = 12
_CLUSTERED = 3_000_000

#: Folds of a search, and of a corpus that is too large to search all of it.
_FOLDS = 3
_FOLDS_OF_MANY = 2

#: Documents without which nothing is tried; and without which recipes are not compared, since what
#: is usual for such texts is a better guide than so few.
_FEWEST = 6
_FEWEST_TO_COMPARE = 20

#: Standard errors by which a recipe must be better than what is usual for such texts.
_ERRORS = 2.0

#: Up to so many tagged entities, a copy with swapped mentions is learned from too, or two.
_SWAPPED = 3000
_SWAPPED_TWICE = 1500

#: Up to so many characters, that is so while recipes are tried too.
_SWAPPED_IN_FOLDS = 150_000

#: Up to so many characters, a second reading is tried.
_READ_TWICE = 500_000

#: The stages of a search, as its progress knows them.
_USUAL, _OTHER, _CURVE, _SECOND = "usual recipe", "other recipe", "curve", "second reading"
_LAST, _LAST_SECOND = "all documents", "second reading of all documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What cross-validation said of a recipe."""

    recipe: Recipe
    #: Micro F1 of exact matches over the documents that were tried.
    f1: float


class RecipeSearch(BaseEstimator):  # type: ignore[misc]
    """Learns to extract entities by the recipe that suits the texts best.

    After `fit`, `extractor_` holds the trained extractor, with calibrated confidences where there
    was enough to calibrate on; `trials_` what was tried, `recipe_` what was chosen,
    `calibrated_on_` how many predictions there were to calibrate on, `points_` what the first
    reading was worth with how many documents, and `groups_` the clusters.
    """

    def __init__(
        self,
        *,
        categories: Sequence[str] | None = None,
        recipes: Sequence[Recipe] = RECIPES,
        iterations: int = 200,
        jobs: int = 1,
        seed: int = 0,
        on_progress: Callable[[float], None] | None = None,
        check: Callable[[], None] | None = None,
    ) -> None:
        """Keep the parameters.

        `jobs` is how many processes work side by side (-1: one a core). `on_progress` is told the
        share of the work that is done, which never goes back; `check` is called again and again,
        and what it raises ends the fit.
        """
        self.categories = categories
        self.recipes = recipes
        self.iterations = iterations
        self.jobs = jobs
        self.seed = seed
        self.on_progress = on_progress
        self.check = check

    def fit(
        self, X: Sequence[str], y: Sequence[Sequence[Span]], unlabelled: Sequence[str] = ()
    ) -> RecipeSearch:
        """Learn from texts and the spans tagged in them; untagged ones teach which words are alike.

        Raises `ValueError` where texts and spans are not as many.
        """
        with threadpool_limits(1):
            self._fit(Tagged(texts=list(X), spans=[list(own) for own in y]), list(unlabelled))
        return self

    def _fit(self, tagged: Tagged, unlabelled: list[str]) -> None:
        if len(tagged.texts) != len(tagged.spans):
            raise ValueError("each text has one list of spans")
        mentions = sum(map(len, tagged.spans))
        size = sum(map(len, tagged.texts))
        tokenizer = learn_tokenizer(zip(tagged.texts, tagged.spans, strict=True))
        self.groups_ = self._clusters([*tagged.texts, *unlabelled], tokenizer)
        self._copies = 2 if mentions <= _SWAPPED_TWICE else 1 if mentions <= _SWAPPED else 0
        swap = mentions <= _SWAPPED and size <= _SWAPPED_IN_FOLDS
        sample = tagged.chosen(_sample([len(text) for text in tagged.texts]))
        searched = sum(map(len, sample.texts)) if len(sample) >= _FEWEST else 0
        costs = _costs(searched, size, swap=swap, copies=self._copies, others=len(self.recipes) - 1)
        self._work = Work(costs, lambda share: self._progress(0.03 + 0.96 * share))
        self._work.begin(_USUAL)
        self._folds = Folds(
            categories=tuple(
                sorted({span.category for spans in tagged.spans for span in spans})
                if self.categories is None
                else self.categories
            ),
            groups=self.groups_,
            tokenizer=tokenizer,
            swap=swap,
            iterations=self.iterations,
            jobs=self.jobs,
            seed=self.seed,
            check=self._check,
            on_share=self._work.advance,
        )
        self.trials_: list[Trial] = []
        self.points_: list[Point] = []
        self.recipe_ = usual_recipe(tagged.texts)
        self.calibrated_on_ = 0
        found: OutOfFold | None = None
        learned_calibration: Calibration | None = None
        if len(sample) >= _FEWEST and self._folds.categories:
            found, spans = self._choose(sample, tagged)
            stated, right = _judged(found.tagged.chosen(range(len(spans))), spans)
            self.calibrated_on_ = len(stated)
            learned_calibration = calibration.learn(stated, right)
        knowledge = self._learn(tagged, found)
        self.extractor_ = Extractor(dataclasses.replace(knowledge, calibration=learned_calibration))
        self._progress(1.0)

    def _clusters(self, texts: Sequence[str], tokenizer: Tokenizer) -> Groups:
        lengths = np.cumsum([len(text) for text in texts])
        first = texts[: max(1, int(np.searchsorted(lengths, _CLUSTERED, side="right")))]
        return clusters.learn(Sheet.of(first, tokenizer), seed=self.seed)

    def _choose(self, sample: Tagged, tagged: Tagged) -> tuple[OutOfFold, list[list[Span]]]:
        """Choose the recipe, mostly by a sample of what is tagged.

        Return what its first reading made of documents out of fold, and the spans that the last
        one found there.
        """
        recipes = [usual := usual_recipe(sample.texts)]
        compared = len(sample) >= _FEWEST_TO_COMPARE
        if compared:
            recipes += [recipe for recipe in self.recipes if recipe != usual]
        else:
            for number in range(1, len(self.recipes)):
                self._work.drop(f"{_OTHER} {number}")
        tried: list[OutOfFold] = []
        for number, recipe in enumerate(recipes):
            if number:
                self._work.begin(f"{_OTHER} {number}")
            tried.append(self._folds.first(sample, recipe, _FOLDS, tried[0] if tried else None))
            self._note(recipe, sample, tried[-1].spans)
        self._work.begin(_CURVE)
        best = _best(sample, [found.spans for found in tried])
        self.recipe_, found = recipes[best], tried[best]
        self._measure_curve(sample, found, self.trials_[best].f1)
        size = sum(map(len, tagged.texts))
        if not compared or self.recipe_.layout or size > _READ_TWICE:
            self._work.drop(_SECOND)
            return found, found.spans
        self._work.begin(_SECOND)
        f1 = self.trials_[best].f1
        if len(sample) < len(tagged):
            # What a second reading is worth grows with what the first has learned.
            found = self._folds.first(tagged, self.recipe_, _FOLDS_OF_MANY)
            f1 = score(tagged.texts, tagged.spans, found.spans)
        twice = dataclasses.replace(self.recipe_, twice=True)
        second = self._folds.second(twice, found)
        documents = found.tagged.chosen(range(len(second)))
        self._note(twice, documents, second)
        if self.trials_[-1].f1 <= f1:
            return found, found.spans
        self.recipe_ = twice
        return found, second

    def _measure_curve(self, sample: Tagged, found: OutOfFold, f1: float) -> None:
        """Note what the first reading is worth with the documents that folds learn from, and half.

        Both are judged on the same documents: those of each fold.
        """
        half, spans = self._folds.fewer(self.recipe_, found)
        whole = round(len(sample) * (len(found.folds) - 1) / len(found.folds))
        tagged = sum(map(len, sample.spans))
        worth = score(sample.texts, sample.spans, spans)
        self.points_ = [
            Point(documents=half, f1=worth, spans=tagged),
            Point(documents=whole, f1=f1, spans=tagged),
        ]

    def _note(self, recipe: Recipe, sample: Tagged, found: Sequence[Sequence[Span]]) -> None:
        f1 = score(sample.texts, sample.spans, found)
        self.trials_.append(Trial(recipe=recipe, f1=f1))

    def _learn(self, tagged: Tagged, found: OutOfFold | None) -> Knowledge:
        """Learn from all texts by the chosen recipe."""
        folds = self._folds
        if not self.recipe_.twice:
            self._work.drop(_LAST_SECOND)
        self._work.begin(_LAST)
        copies = tagged.and_copies(self._copies, self.seed)
        first = self._estimator().fit(
            copies.texts, copies.spans, groups=folds.groups, tokenizer=folds.tokenizer
        )
        knowledge: Knowledge = first.extractor_.knowledge
        if found is None or not self.recipe_.twice:
            return knowledge
        self._work.begin(_LAST_SECOND)
        second = self._estimator().fit(
            found.tagged.texts, found.tagged.spans, first=knowledge, chances=found.chances
        )
        learned: Knowledge = second.extractor_.knowledge
        return learned

    def _estimator(self) -> EntityEstimator:
        return EntityEstimator(
            categories=self._folds.categories,
            recipe=self.recipe_,
            iterations=self.iterations,
            on_share=self._work.advance,
            check=self.check,
        )

    def _progress(self, share: float) -> None:
        self._check()
        if self.on_progress is not None:
            self.on_progress(share)

    def _check(self) -> None:
        if self.check is not None:
            self.check()

    def predict(self, X: Sequence[str]) -> list[list[Span]]:
        """Return the entities found in each text."""
        return self.extractor_.predict(X)

    def score(self, X: Sequence[str], y: Sequence[Sequence[Span]]) -> float:
        """Return the micro F1 of exact matches."""
        return score(X, y, self.predict(X))


def _costs(searched: int, size: int, *, swap: bool, copies: int, others: int) -> dict[str, float]:
    """Return about what each stage costs: the characters that are learned from.

    Of `size` characters in all, so many are searched. The other recipes go on from the usual one.
    """
    times = 2 if swap else 1
    folds = (_FOLDS - 1) * searched * times
    costs: dict[str, float] = {_USUAL: folds}
    costs |= {f"{_OTHER} {number}": folds / 2 for number in range(1, 1 + others)}
    costs |= {_CURVE: folds / 3, _LAST: 1.5 * size * (1 + copies)}
    if searched and size <= _READ_TWICE:
        costs |= {_SECOND: folds if searched == size else 3 * size * times}
        costs |= {_LAST_SECOND: 1.5 * size * times}
    return costs


def _best(tagged: Tagged, tried: Sequence[Sequence[Sequence[Span]]]) -> int:
    """Return which of several finds is to be preferred to the first.

    That is the one with the best F1, if it is better than the first by more than `_ERRORS` standard
    errors of the difference, taken over documents (after the rule of one standard error: Breiman,
    Friedman, Olshen and Stone, 1984, section 3.4.3; with few documents one is little). F1 is a
    ratio of sums over documents, 2 TP / (P + T), so a document's part in it is, to first order,
    (2 tp - F1 (p + t)) / (P + T).
    """
    parts, scores = [], []
    for found in tried:
        counts = np.array(
            [
                (2 * len(_places(expected) & _places(own)), len(expected) + len(own))
                for expected, own in zip(tagged.spans, found, strict=True)
            ],
            np.float64,
        )
        right, whole = counts.sum(axis=0)
        scores.append(right / max(whole, 1))
        parts.append((counts[:, 0] - scores[-1] * counts[:, 1]) / max(whole, 1))
    best = int(np.argmax(scores))
    error = float(np.sqrt(((parts[best] - parts[0]) ** 2).sum()))
    return best if scores[best] - scores[0] > _ERRORS * error else 0


def _places(spans: Sequence[Span]) -> set[tuple[int, int, str]]:
    return {(span.start, span.end, span.category) for span in spans}


def _sample(lengths: Sequence[int]) -> list[int]:
    """Return the numbers of documents to try recipes on: evenly from all, within the bound.

    Of long documents there are at least `_FEWEST_SEARCHED`, or all.
    """
    total = sum(lengths)
    if total <= _SEARCHED or len(lengths) <= _FEWEST_SEARCHED:
        return list(range(len(lengths)))
    share = max(_SEARCHED / total, _FEWEST_SEARCHED / len(lengths))
    chosen, size, passed = [], 0, 0
    for number, length in enumerate(lengths):
        # As much of what was passed is taken as the bound is of the whole.
        if size <= passed * share:
            chosen.append(number)
            size += length
        passed += length
    return chosen


def _judged(tagged: Tagged, found: Sequence[Sequence[Span]]) -> tuple[list[float], list[bool]]:
    """Return the confidence of each span that was found, and whether it is tagged so."""
    stated, right = [], []
    for expected, own in zip(tagged.spans, found, strict=True):
        places = _places(expected)
        for span in own:
            stated.append(1.0 if span.confidence is None else span.confidence)
            right.append((span.start, span.end, span.category) in places)
    return stated, right
