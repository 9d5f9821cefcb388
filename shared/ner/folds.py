"""Folds: what chains make of documents that they have not learned from.

Documents are dealt out to folds; for each fold a chain learns from the documents of all others and
reads those of this one. Whatever is concluded from that is concluded *out of fold*. The fits do not
depend on one another, so joblib runs them side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import joblib
from sklearn.model_selection import KFold

# The package has no type stubs.
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from shared.ner.chain import Floats
from shared.ner.encoding import Tokenizer
from shared.ner.estimator import EntityEstimator
from shared.ner.extractor import Extractor
from shared.ner.knowledge import Groups, Knowledge
from shared.ner.optimize import TOLERANCE
from shared.ner.recipe import Recipe
from shared.ner.swap import swapped
from shared.text.spans import Span

Made = TypeVar("Made")

#: The tolerance of fits whose quality alone is asked for: it hardly grows after that.
_ROUGHLY = 1e-2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tagged:
    """Texts with their spans (code points)."""

    texts: Sequence[str]
    spans: Sequence[Sequence[Span]]

    def __len__(self) -> int:
        return len(self.texts)

    def chosen(self, numbers: Sequence[int]) -> Tagged:
        """Return some of them."""
        return Tagged(
            texts=[self.texts[number] for number in numbers],
            spans=[self.spans[number] for number in numbers],
        )

    def and_copies(self, count: int, seed: int) -> Tagged:
        """Return them all, then so many copies of each with swapped mentions."""
        texts, spans = list(self.texts), list(self.spans)
        for number in range(count):
            more_texts, more_spans = swapped(self.texts, self.spans, seed=seed + number)
            texts += more_texts
            spans += more_spans
        return Tagged(texts=texts, spans=spans)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutOfFold:
    """What chains made of documents that they had not learned from."""

    #: The numbers of the documents of each fold, and what was learned from all others.
    folds: list[list[int]]
    learned: list[Knowledge]
    #: The documents; where mentions are swapped, copies of all of them follow. The mentions of a
    #: copy are those of its own fold, so that a fold's chain has not seen them either.
    tagged: Tagged
    #: Of each document, the spans found; of each, and of each copy, the probabilities of labels.
    spans: list[list[Span]]
    chances: list[Floats]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Folds:
    """Cross-validation of recipes, all else being equal."""

    categories: tuple[str, ...]
    groups: Groups
    #: Folds must agree on the tokens, so that what one says of them can be told to another.
    tokenizer: Tokenizer
    #: Whether a copy of each document with swapped mentions is learned from too.
    swap: bool
    iterations: int
    #: How many processes work side by side (-1: one a core).
    jobs: int
    seed: int
    check: Callable[[], None]
    #: Told after each fold which share of the folds is done.
    on_share: Callable[[float], None] = lambda share: None

    def first(
        self, documents: Tagged, recipe: Recipe, count: int, start: OutOfFold | None = None
    ) -> OutOfFold:
        """Return what chains by a recipe make of each fold that they have not learned from.

        `start` is what chains by another recipe made of the same folds: the fits go on from those,
        as far as it takes to compare.
        """
        size = len(documents)
        dealt = KFold(count, shuffle=True, random_state=self.seed).split(range(size))
        folds = [held.tolist() for _, held in dealt]
        tagged = self._with_copies(documents, folds)
        jobs = []
        begun = [None] * count if start is None else start.learned
        work = self._work(recipe) if start is None else self._work(recipe, _ROUGHLY)
        for held, knowledge in zip(folds, begun, strict=True):
            learned = documents.chosen(_others(held, size))
            texts = tagged.chosen(self._and_copies(held, size)).texts
            jobs.append(self._job(work, learned, texts, len(held), knowledge))
        done = list(self._run(jobs))
        with_copies = [self._and_copies(held, size) for held in folds]
        return OutOfFold(
            folds=folds,
            learned=[knowledge for knowledge, _, _ in done],
            tagged=tagged,
            spans=_in_order(folds, [found for _, found, _ in done]),
            chances=_in_order(with_copies, [made for _, _, made in done]),
        )

    def second(self, recipe: Recipe, first: OutOfFold) -> list[list[Span]]:
        """Return what second readings find in each fold that they have not learned from."""
        size = len(first.spans)
        jobs = []
        for held, knowledge in zip(first.folds, first.learned, strict=True):
            numbers = self._and_copies(_others(held, size), size)
            learned, held_texts = first.tagged.chosen(numbers), first.tagged.chosen(held).texts
            chances = [first.chances[number] for number in numbers]
            jobs.append(
                joblib.delayed(_fold)(
                    self._work(recipe), learned, held_texts, len(held), knowledge, chances
                )
            )
        return _in_order(first.folds, [found for _, found, _ in self._run(jobs)])

    def fewer(self, recipe: Recipe, first: OutOfFold) -> tuple[int, list[list[Span]]]:
        """Return what is found in each fold by who has learned from half of the others' documents.

        The number is how many documents that is, on average.
        """
        size = len(first.spans)
        work = self._work(recipe, _ROUGHLY)
        jobs, learned_from = [], 0
        for held in first.folds:
            half = _others(held, size)[::2]
            learned_from += len(half)
            texts = first.tagged.chosen(held).texts
            jobs.append(self._job(work, first.tagged.chosen(half), texts, len(held)))
        spans = _in_order(first.folds, [found for _, found, _ in self._run(jobs)])
        return round(learned_from / len(first.folds)), spans

    def _job(
        self,
        work: _Work,
        learned: Tagged,
        texts: Sequence[str],
        documents: int,
        start: Knowledge | None = None,
    ) -> Any:
        """Return the job of learning from documents and their copies, and reading other texts."""
        if self.swap:
            learned = learned.and_copies(1, self.seed)
        return joblib.delayed(_fold)(work, learned, texts, documents, start=start)

    def _with_copies(self, documents: Tagged, folds: Sequence[Sequence[int]]) -> Tagged:
        if not self.swap:
            return documents
        texts, spans = [""] * len(documents), [list[Span]()] * len(documents)
        for held in folds:
            own = documents.chosen(held)
            copied = zip(held, *swapped(own.texts, own.spans, seed=self.seed), strict=True)
            for number, text, own_spans in copied:
                texts[number], spans[number] = text, own_spans
        return Tagged(texts=[*documents.texts, *texts], spans=[*documents.spans, *spans])

    def _and_copies(self, numbers: Sequence[int], size: int) -> list[int]:
        copies = [number + size for number in numbers] if self.swap else []
        return [*numbers, *copies]

    def _work(self, recipe: Recipe, tolerance: float = TOLERANCE) -> _Work:
        return _Work(
            estimator=EntityEstimator(
                categories=self.categories,
                recipe=recipe,
                iterations=self.iterations,
                tolerance=tolerance,
                # Another process cannot ask; then it is asked between folds.
                check=self.check if self.jobs == 1 else None,
            ),
            groups=self.groups,
            tokenizer=self.tokenizer,
        )

    def _run(self, jobs: Sequence[Any]) -> Iterator[Any]:
        """Run jobs side by side; yield their results in order."""
        with joblib.parallel_config("loky", inner_max_num_threads=1):
            results = joblib.Parallel(n_jobs=self.jobs, return_as="generator")(jobs)
            for number, result in enumerate(results, 1):
                self.check()
                self.on_share(number / len(jobs))
                yield result


def _others(held: Sequence[int], size: int) -> list[int]:
    """Return the numbers of the documents that are not in a fold."""
    own = set(held)
    return [number for number in range(size) if number not in own]


def _in_order(folds: Sequence[Sequence[int]], made: Sequence[Sequence[Made]]) -> list[Made]:
    """Return what was made of the documents of each fold, by the number of the document."""
    by_number = {
        number: one
        for held, own in zip(folds, made, strict=True)
        for number, one in zip(held, own, strict=True)
    }
    return [by_number[number] for number in range(len(by_number))]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Work:
    """What the fits of all folds have in common."""

    estimator: EntityEstimator
    groups: Groups
    tokenizer: Tokenizer


def _fold(
    work: _Work,
    learned: Tagged,
    texts: Sequence[str],
    documents: int,
    first: Knowledge | None = None,
    chances: Sequence[Floats] = (),
    start: Knowledge | None = None,
) -> tuple[Knowledge, list[list[Span]], list[Floats]]:
    """Learn from some texts; return what was learned, and what it makes of other texts.

    That is the spans of the first `documents` of them, and the probabilities of labels of all.
    With `first`, a second reading is learned, and no probabilities are returned; with `start`, the
    fit begins with what that has learned.
    """
    with threadpool_limits(1):
        extractor: Extractor = work.estimator.fit(
            learned.texts,
            learned.spans,
            groups=work.groups,
            tokenizer=work.tokenizer,
            first=first,
            chances=chances,
            start=start,
        ).extractor_
        spans = extractor.predict(texts[:documents])
        made = [] if first is not None else [extractor.read([text]).chances for text in texts]
    return extractor.knowledge, spans, made
