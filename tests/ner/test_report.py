"""The report of a training."""

from __future__ import annotations

import dataclasses
import json

import pytest

from shared.ner import report as module
from shared.ner.curve import Point
from shared.ner.evaluation import EvaluatedText
from shared.ner.extractor import Extractor
from shared.ner.mistakes import Kind
from shared.ner.report import Candidate, Report, make
from shared.ner.trainer import Training
from shared.text.spans import Span
from tests.ner.conftest import CATEGORIES

CANDIDATES = (Candidate(name="plain", f1=0.71), Candidate(name="layout", f1=0.84))

TEST = [
    EvaluatedText(
        name=f"{number}.txt",
        text="Ann met Bob in Rome.",
        expected=[Span(0, 3, "payer"), Span(8, 11, "payee")],
        predicted=[Span(0, 3, "payer", 0.9), Span(8, 14, "payee", 0.6), Span(15, 19, "city", 0.4)],
    )
    for number in range(3)
]


def report(extractor: Extractor, **known: object) -> Report:
    plain = {"documents": 20, "characters": 3000, "seconds": 1.5}
    return make(TEST, extractor, **{**plain, **known})  # type: ignore[arg-type]


def test_it_comes_back_from_its_stored_form(extractor: Extractor) -> None:
    made = report(
        extractor,
        candidates=CANDIDATES,
        chosen="layout",
        points=[Point(documents=5, f1=0.5, spans=90), Point(documents=10, f1=0.7, spans=90)],
        calibrated=True,
        calibration_spans=180,
    )

    read = Report.from_json(json.loads(json.dumps(made.to_json())))

    assert read == made
    assert read.seconds == 1.5
    assert made.curve.projection.gain is not None


def test_what_a_training_did_not_find_out_is_said_to_be_missing(extractor: Extractor) -> None:
    made = report(extractor)

    assert made.choice is None
    assert "cannot be said" in made.curve.projection.sentence
    assert not made.calibration.calibrated
    assert Report.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_it_judges_the_test(extractor: Extractor) -> None:
    made = report(extractor)

    assert made.mistake_counts == {"city": {Kind.SPURIOUS: 3}, "payee": {Kind.WRONG_BORDER: 3}}
    assert [one.document for one in made.mistakes][:2] == ["0.txt", "0.txt"]
    assert (made.reliability.predicted, made.reliability.tagged) == (9, 6)
    assert tuple(made.strongest) == CATEGORIES


def test_no_text_of_a_document_is_told(extractor: Extractor) -> None:
    stored = json.dumps(report(extractor).to_json())

    assert "met Bob" not in stored and "Rome." not in stored


def test_mistakes_are_all_counted_but_not_all_listed(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LISTED_MISTAKES", 4)

    made = report(extractor)

    assert len(made.mistakes) == 4
    assert sum(sum(kinds.values()) for kinds in made.mistake_counts.values()) == 6


@pytest.mark.parametrize(
    ("chosen", "candidates", "sentence"),
    [
        (
            "layout",
            CANDIDATES,
            "The recipe 'layout' had an F1 of 0.840 in cross-validation, the best of 2; "
            "'plain' had 0.710.",
        ),
        (
            "plain",
            CANDIDATES,
            "The recipe 'plain' had an F1 of 0.710 in cross-validation; 'layout' had 0.840, "
            "which is not enough better to be preferred.",
        ),
        (
            "plain",
            CANDIDATES[:1],
            "The recipe 'plain' had an F1 of 0.710 in cross-validation; there was no other to "
            "choose from.",
        ),
    ],
)
def test_the_choice_is_given_a_reason(
    extractor: Extractor, chosen: str, candidates: tuple[Candidate, ...], sentence: str
) -> None:
    choice = report(extractor, candidates=candidates, chosen=chosen).choice

    assert choice is not None
    assert (choice.chosen, choice.candidates, choice.sentence) == (chosen, candidates, sentence)


def test_a_choice_must_be_one_of_the_candidates(extractor: Extractor) -> None:
    with pytest.raises(ValueError, match="no candidate is named 'other'"):
        report(extractor, candidates=CANDIDATES, chosen="other")


@pytest.mark.parametrize(("calibrated", "words"), [(True, "are calibrated"), (False, "too few")])
def test_it_says_whether_confidences_are_calibrated_and_on_what(
    extractor: Extractor, calibrated: bool, words: str
) -> None:
    calibration = report(extractor, calibrated=calibrated, calibration_spans=37).calibration

    assert (calibration.calibrated, calibration.spans) == (calibrated, 37)
    assert words in calibration.sentence and "37 predicted entities" in calibration.sentence


def test_time_is_no_part_of_what_a_training_makes_again(extractor: Extractor) -> None:
    made = report(extractor)

    assert dataclasses.replace(made, seconds=99.0) == made
    assert dataclasses.replace(made, documents=99) != made


def test_a_training_has_a_report(training: Training) -> None:
    found = training.report

    assert found.documents == 20
    assert found.seconds > 0
    assert found.reliability.tagged == 32
    assert tuple(found.strongest) == CATEGORIES
