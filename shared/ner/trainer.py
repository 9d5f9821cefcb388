"""The trainer: from tagged texts to an artefact, its evaluation, and what it predicted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# The package has no type stubs.
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from shared.ner import artifact, clusters, report
from shared.ner.evaluation import EvaluatedText, Evaluation, evaluate
from shared.ner.report import Candidate, Report
from shared.ner.search import RecipeSearch
from shared.text.spans import Span

#: Characters that are predicted between two questions whether to stop.
_PREDICTED_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedText:
    """A text with its tags."""

    #: Unique among the texts of a training.
    name: str
    text: str
    #: In code points of the text, apart from each other.
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a training makes."""

    #: The files of the artefact, by name.
    files: dict[str, bytes]
    #: Of the test's texts.
    evaluation: Evaluation
    #: The predicted spans, with confidences, of the texts of test and validation, by name.
    predictions: dict[str, tuple[Span, ...]]
    #: What else there is to tell; its mistakes are by name and in code points of the test's texts.
    report: Report


class TrainingStopped(Exception):
    """The training was asked to stop, and did."""


def train(
    train: Sequence[TaggedText],
    validation: Sequence[TaggedText],
    test: Sequence[TaggedText],
    *,
    categories: Sequence[str],
    untagged: Sequence[str] = (),
    seed: int = 0,
    jobs: int = 1,
    on_progress: Callable[[str, int], None] = lambda phase, percent: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Training:
    """Train an extractor of these categories, and judge it on the test.

    `on_progress` is told the phase (preparing, fitting, evaluating, packing) and the percent of the
    whole that is done, which never goes back; the last percents are left to whoever keeps the
    files. Raises `TrainingStopped` soon after `should_stop` turns true.

    The same texts in the same order and the same seed make the same files: computing runs in one
    thread of each process, as sums in another order would differ in their last digits. `jobs`
    processes try recipes side by side; their number changes nothing else. `untagged` are further
    texts of the project, which teach what words are alike.
    """

    def check() -> None:
        if should_stop():
            raise TrainingStopped

    def on_search(share: float) -> None:
        on_progress("fitting", 5 + int(85 * share))

    began = time.monotonic()
    check()
    on_progress("preparing", 0)
    with threadpool_limits(1):
        search = RecipeSearch(
            categories=tuple(categories),
            jobs=jobs,
            seed=seed,
            on_progress=on_search,
            check=check,
        )
        search.fit([tagged.text for tagged in train], [tagged.spans for tagged in train], untagged)
        on_progress("evaluating", 90)
        extractor = search.extractor_
        predictions: dict[str, tuple[Span, ...]] = {}
        for texts in _batches([*test, *validation]):
            check()
            found = extractor.predict([tagged.text for tagged in texts])
            for tagged, spans in zip(texts, found, strict=True):
                predictions[tagged.name] = tuple(spans)
        judged = [
            EvaluatedText(
                name=tagged.name,
                text=tagged.text,
                expected=tagged.spans,
                predicted=predictions[tagged.name],
            )
            for tagged in test
        ]
        evaluation = evaluate(judged)
        told = report.make(
            judged,
            extractor,
            documents=len(train),
            characters=sum(len(tagged.text) for tagged in train),
            seconds=time.monotonic() - began,
            candidates=[Candidate(name=one.recipe.name, f1=one.f1) for one in search.trials_],
            chosen=search.recipe_.name if search.trials_ else None,
            points=search.points_,
            calibrated=extractor.knowledge.calibration is not None,
            calibration_spans=search.calibrated_on_,
            examples=clusters.examples(search.groups_),
        )
        check()
        on_progress("packing", 95)
        files = artifact.pack(extractor)
    on_progress("packing", 98)
    return Training(files=files, evaluation=evaluation, predictions=predictions, report=told)


def _batches(texts: Sequence[TaggedText]) -> Iterator[Sequence[TaggedText]]:
    first = size = 0
    for number, tagged in enumerate(texts):
        size += len(tagged.text)
        if size >= _PREDICTED_AT_ONCE:
            yield texts[first : number + 1]
            first, size = number + 1, 0
    if first < len(texts):
        yield texts[first:]
