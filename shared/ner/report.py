"""The report: what a training tells its users beside the evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.ner import curve, mistakes
from shared.ner.curve import Curve, Point
from shared.ner.evaluation import EvaluatedText
from shared.ner.explanation import Explainer, Strongest
from shared.ner.extractor import Extractor
from shared.ner.mistakes import Kind, Mistake
from shared.ner.reliability import Reliability, reliability
from shared.ner.wording import Examples

#: Mistakes that are listed; all are counted.
LISTED_MISTAKES = 1000

#: Features that are told for each category and each side.
FEATURES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A recipe that could have been chosen."""

    name: str
    #: Micro F1, cross-validated on the training's documents.
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The recipe that the training chose."""

    #: The name of one of the candidates.
    chosen: str
    #: In the order in which they were tried.
    candidates: tuple[Candidate, ...]
    #: Why, in a sentence.
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Whether confidences were made to mean what they say."""

    calibrated: bool
    #: How many predicted spans, of documents not learned from, that rests on, or would have.
    spans: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a training tells beside the evaluation. It holds no text of documents but words in the
    names of features, which are the model's own.
    """

    #: What was trained on.
    documents: int
    characters: int
    #: How long it took; it is no part of what the same training makes again.
    seconds: float = field(compare=False)
    #: None where there was nothing to choose from.
    choice: Choice | None
    curve: Curve
    calibration: Calibration
    #: Of the test's predictions.
    reliability: Reliability
    #: Of the test: the first `LISTED_MISTAKES`, and how many there are by category and kind.
    mistakes: tuple[Mistake, ...]
    mistake_counts: Mapping[str, Mapping[Kind, int]]
    #: By category.
    strongest: Mapping[str, Strongest]

    def to_json(self) -> dict[str, Any]:
        """Return this report as JSON values, for storage."""
        return {
            "documents": self.documents,
            "characters": self.characters,
            "seconds": self.seconds,
            "choice": None if self.choice is None else _choice_json(self.choice),
            "curve": self.curve.to_json(),
            "calibration": asdict(self.calibration),
            "reliability": self.reliability.to_json(),
            "mistakes": [mistake.to_json() for mistake in self.mistakes],
            "mistake_counts": {
                category: {kind.value: count for kind, count in counts.items()}
                for category, counts in self.mistake_counts.items()
            },
            "strongest": {name: found.to_json() for name, found in self.strongest.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Report:
        """Return the report that `to_json` wrote."""
        return cls(
            documents=value["documents"],
            characters=value["characters"],
            seconds=value["seconds"],
            choice=None if value["choice"] is None else _choice(value["choice"]),
            curve=Curve.from_json(value["curve"]),
            calibration=Calibration(**value["calibration"]),
            reliability=Reliability.from_json(value["reliability"]),
            mistakes=tuple(Mistake.from_json(one) for one in value["mistakes"]),
            mistake_counts={
                category: {Kind(kind): count for kind, count in counts.items()}
                for category, counts in value["mistake_counts"].items()
            },
            strongest={name: Strongest.from_json(of) for name, of in value["strongest"].items()},
        )


def make(
    test: Sequence[EvaluatedText],
    extractor: Extractor,
    *,
    documents: int,
    characters: int,
    seconds: float,
    candidates: Sequence[Candidate] = (),
    chosen: str | None = None,
    points: Sequence[Point] = (),
    calibrated: bool = False,
    calibration_spans: int = 0,
    examples: Examples | None = None,
) -> Report:
    """Return the report of a training.

    `test` is what people tagged and the model predicted in the test's documents; `documents` and
    `characters` are what was trained on, in `seconds`. `chosen` is the name of one of `candidates`;
    `points` are for the learning curve: training on some of the documents, judged on others.
    `calibration_spans` is how many predicted spans of documents not learned from there were to
    calibrate on, enough or not. `examples` gives words for traits that stand for groups.

    Raises `ValueError` if none of the candidates has the chosen name.
    """
    found = mistakes.find(test)
    return Report(
        documents=documents,
        characters=characters,
        seconds=seconds,
        choice=None if chosen is None else _chosen(chosen, candidates),
        curve=curve.fit(points, documents=documents),
        calibration=_calibration(calibrated, calibration_spans),
        reliability=reliability(test),
        mistakes=tuple(found[:LISTED_MISTAKES]),
        mistake_counts=mistakes.counts(found),
        strongest=Explainer(extractor, examples).strongest(FEATURES),
    )


def _chosen(name: str, candidates: Sequence[Candidate]) -> Choice:
    own = [candidate for candidate in candidates if candidate.name == name]
    if not own:
        raise ValueError(f"no candidate is named {name!r}")
    others = [candidate for candidate in candidates if candidate.name != name]
    said = f"The recipe '{name}' had an F1 of {own[0].f1:.3f} in cross-validation"
    if not others:
        sentence = f"{said}; there was no other to choose from."
    else:
        next_best = max(others, key=lambda candidate: candidate.f1)
        how = f"'{next_best.name}' had {next_best.f1:.3f}"
        if own[0].f1 >= next_best.f1:
            sentence = f"{said}, the best of {len(candidates)}; {how}."
        else:
            sentence = f"{said}; {how}, which is not enough better to be preferred."
    return Choice(chosen=name, candidates=tuple(candidates), sentence=sentence)


def _calibration(calibrated: bool, spans: int) -> Calibration:
    basis = f"{spans} predicted entities of documents that the model had not learned from"
    if calibrated:
        sentence = f"Confidences are calibrated on {basis}."
    else:
        sentence = f"Confidences are not calibrated: there were {basis}, which is too few."
    return Calibration(calibrated=calibrated, spans=spans, sentence=sentence)


def _choice_json(choice: Choice) -> dict[str, Any]:
    return {
        "chosen": choice.chosen,
        "candidates": [asdict(candidate) for candidate in choice.candidates],
        "sentence": choice.sentence,
    }


def _choice(value: Mapping[str, Any]) -> Choice:
    return Choice(
        chosen=value["chosen"],
        candidates=tuple(Candidate(**one) for one in value["candidates"]),
        sentence=value["sentence"],
    )
