"""The trainer: progress, stopping, and the same again for the same."""

from __future__ import annotations

import pytest

from shared.ner.trainer import TrainingStopped, train
from tests.ner.conftest import CATEGORIES, LETTERS


def test_the_same_texts_and_seed_make_the_same_files() -> None:
    first, second = (
        train(LETTERS[:12], [], LETTERS[22:24], categories=CATEGORIES, seed=3) for _ in range(2)
    )

    assert first == second


def test_the_test_is_judged_and_validation_is_predicted_too() -> None:
    training = train(LETTERS[:15], LETTERS[20:22], LETTERS[22:25], categories=CATEGORIES)

    assert set(training.predictions) == {tagged.name for tagged in LETTERS[20:25]}
    assert training.evaluation.micro.f1 > 0.9
    assert sum(
        scores.true_positives + scores.false_negatives
        for scores in training.evaluation.entities.values()
    ) == sum(len(tagged.spans) for tagged in LETTERS[22:25])


def test_progress_names_each_phase_and_never_goes_back() -> None:
    told: list[tuple[str, int]] = []

    train(
        LETTERS[:6],
        [],
        LETTERS[22:24],
        categories=CATEGORIES,
        on_progress=lambda phase, percent: told.append((phase, percent)),
    )

    phases = list(dict.fromkeys(phase for phase, _ in told))
    assert phases == ["preparing", "fitting", "evaluating", "packing"]
    percents = [percent for _, percent in told]
    assert percents == sorted(percents)
    assert percents[0] == 0 and percents[-1] <= 99


@pytest.mark.parametrize("questions", [0, 1, 5, 20])
def test_a_training_stops_when_it_is_told_to(questions: int) -> None:
    asked = 0
    told: list[str] = []

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > questions

    with pytest.raises(TrainingStopped):
        train(
            LETTERS[:6],
            [],
            [],
            categories=CATEGORIES,
            on_progress=lambda phase, percent: told.append(phase),
            should_stop=should_stop,
        )

    assert asked == questions + 1
    assert "packing" not in told


def test_a_training_without_a_test_says_so_with_an_empty_evaluation() -> None:
    training = train(LETTERS[:3], [], [], categories=CATEGORIES)

    assert training.evaluation.entities == {}
    assert training.predictions == {}
