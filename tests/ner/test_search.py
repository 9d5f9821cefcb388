"""The recipe search: what it chooses, on what grounds, and always the same."""

from __future__ import annotations

import random

import numpy as np
import pytest

from shared.ner import artifact, search
from shared.ner.recipe import FORM, LIST, PROSE
from shared.ner.search import RecipeSearch
from shared.text.spans import Span
from tests.ner.conftest import LETTERS

TEXTS = [tagged.text for tagged in LETTERS]
SPANS = [tagged.spans for tagged in LETTERS]


class Stop(Exception):
    pass


@pytest.fixture(scope="module")
def searched() -> RecipeSearch:
    return RecipeSearch(iterations=30).fit(TEXTS[:24], SPANS[:24])


def test_what_is_usual_is_kept_where_nothing_is_clearly_better(searched: RecipeSearch) -> None:
    assert searched.recipe_ == FORM
    assert {trial.recipe for trial in searched.trials_} == {FORM, PROSE, LIST}
    assert searched.score(TEXTS[24:], SPANS[24:]) > 0.9


def test_a_recipe_that_is_clearly_better_is_chosen() -> None:
    # The tagged word is the one that stands alone on the third line; nothing else tells it. Lines
    # are long, so that prose is what is usual.
    filler = "x " * 50
    words = ["alpha", "beta", "gamma", "delta", "rho", "tau"]
    texts, spans = [], []
    for number in range(24):
        pick = [words[(number + shift) % 6] for shift in (0, 1, 2, 3)]
        text = "\n".join(f"{word} {filler}" for word in pick)
        start = text.index(f"\n{pick[2]} ") + 1
        texts.append(text)
        spans.append([Span(start, start + len(pick[2]), "third")])

    found = RecipeSearch(iterations=40).fit(texts, spans)

    assert found.trials_[0].recipe == PROSE
    assert found.recipe_ == FORM
    assert found.score(texts, spans) == 1


def test_confidences_are_calibrated_on_what_was_found_out_of_fold(searched: RecipeSearch) -> None:
    assert 60 < searched.calibrated_on_ < 24 * 6
    assert searched.extractor_.knowledge.calibration is not None


def test_confidences_are_as_high_as_what_was_found_was_right() -> None:
    # Which of two kinds a name is of is tossed: half of what is found can be right.
    dice = random.Random(4)
    texts, spans = [], []
    for _ in range(24):
        names = ["".join(dice.choices("abcdefghij", k=5)).title() for _ in range(4)]
        text = "".join(f"we met {name} there. " for name in names)
        texts.append(text)
        spans.append(
            [Span(text.index(name), text.index(name) + 5, dice.choice("ab")) for name in names]
        )

    found = RecipeSearch(iterations=20).fit(texts[:20], spans[:20])

    confidences = [span.confidence for own in found.predict(texts[20:]) for span in own]
    assert found.calibrated_on_ >= 50 and len(confidences) >= 12
    assert 0.3 < np.mean(confidences) < 0.7


def test_what_half_of_the_documents_were_worth_is_told(searched: RecipeSearch) -> None:
    half, whole = searched.points_

    assert (half.documents, whole.documents) == (8, 16)
    assert whole.f1 == searched.trials_[0].f1
    assert 0 < half.f1 <= 1


def test_the_number_of_jobs_changes_no_byte(searched: RecipeSearch) -> None:
    together = RecipeSearch(iterations=30, jobs=2).fit(TEXTS[:24], SPANS[:24])

    assert artifact.pack(together.extractor_) == artifact.pack(searched.extractor_)
    assert together.trials_ == searched.trials_


def test_too_few_documents_are_learned_from_without_a_search() -> None:
    found = RecipeSearch(iterations=20).fit(TEXTS[:5], SPANS[:5])

    assert found.trials_ == [] and found.points_ == []
    assert found.extractor_.knowledge.calibration is None
    assert found.predict([TEXTS[0]])[0]


def test_few_documents_are_not_enough_to_compare_recipes() -> None:
    found = RecipeSearch(iterations=20).fit(TEXTS[:8], SPANS[:8])

    assert [trial.recipe for trial in found.trials_] == [FORM]


@pytest.mark.parametrize("documents", [5, 8, 20])
def test_progress_never_goes_back_and_comes_to_its_end_without_leaps(documents: int) -> None:
    told: list[float] = []

    # Fits converge long before their last iteration.
    search = RecipeSearch(on_progress=told.append)
    search.fit(TEXTS[:documents], SPANS[:documents])

    assert told == sorted(told)
    assert told[-1] == 1
    assert max(np.diff(told)) < 0.25


@pytest.mark.parametrize("questions", [0, 3, 40])
def test_what_the_check_raises_ends_it(questions: int) -> None:
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked > questions:
            raise Stop

    with pytest.raises(Stop):
        RecipeSearch(iterations=10, check=check).fit(TEXTS[:20], SPANS[:20])

    assert asked == questions + 1


def test_each_text_must_have_its_spans() -> None:
    with pytest.raises(ValueError, match="one list of spans"):
        RecipeSearch().fit(["a"], [])


def test_a_sample_is_spread_over_all_documents_within_the_bound() -> None:
    chosen = search._sample([1000] * 600)

    assert len(chosen) == pytest.approx(60, abs=2)
    assert np.diff(chosen).max() <= 12 and chosen[0] < 12 and chosen[-1] >= 588


def test_of_long_documents_a_dozen_at_least_are_in_the_sample() -> None:
    assert len(search._sample([100_000] * 12)) == 12
    assert 12 <= len(search._sample([100_000] * 50)) <= 13


def test_a_lead_within_the_error_is_none() -> None:
    expected = [[Span(0, 1, "a")] for _ in range(40)]
    tagged = search.Tagged(texts=["x"] * 40, spans=expected)
    usual = [own if n % 2 else [] for n, own in enumerate(expected)]
    hardly = [own if n % 2 or n == 0 else [] for n, own in enumerate(expected)]
    clearly = [own if n % 4 else [] for n, own in enumerate(expected)]

    assert search._best(tagged, [usual, hardly]) == 0
    assert search._best(tagged, [usual, hardly, clearly]) == 2


def bare_name(number: int) -> tuple[str, list[Span]]:
    """Return a text in which a made-up name is plain once, and once bare beside another word."""
    dice = random.Random(number)
    name, thing = ("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(2))
    first, second = dice.sample([name, thing], 2)
    text = f"yesterday mrs {name} came along the old road with the {thing} of her neighbours . " * 2
    text += f"then {first} was seen , and {second} was seen , by all who happened to pass by ."
    spans, reached = [], 0
    while (reached := text.find(name, reached)) >= 0:
        spans.append(Span(reached, reached + len(name), "person"))
        reached += 1
    return text, spans


def test_a_second_reading_is_chosen_where_only_other_places_tell() -> None:
    documents = [bare_name(number) for number in range(40)]
    texts, spans = [text for text, _ in documents], [own for _, own in documents]

    found = RecipeSearch(iterations=40).fit(texts[:30], spans[:30])

    assert found.recipe_.twice
    assert found.trials_[-1].f1 > found.trials_[0].f1 + 0.1
    assert found.score(texts[30:], spans[30:]) > 0.95
