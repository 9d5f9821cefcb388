"""The report of a training as callers read it: an extension of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.schema.kinds import KIND

#: The names of the kinds of mistakes, by their stored form.
MISTAKES = {
    "missed": "missed",
    "spurious": "spurious",
    "wrong type": "wrongType",
    "wrong border": "wrongBorder",
}


def report_json(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report, from its stored form: the engine's `Report.to_json`, and `datasets`.

    Offsets and lengths of mistakes are UTF-16 units of the document, as they are stored. What a
    training could not find out is left out.
    """
    body: dict[str, Any] = {
        "projectKind": KIND,
        "training": {
            "documentCount": report["documents"],
            "characterCount": report["characters"],
            "durationInSeconds": round(report["seconds"], 1),
        },
        "learningCurve": _curve(report["curve"]),
        "confidence": _confidence(report["calibration"], report["reliability"]),
        "mistakes": _mistakes(report["mistake_counts"], report["mistakes"]),
        "strongestFeatures": {
            category: {side: _features(found[side]) for side in ("supporting", "opposing")}
            for category, found in report["strongest"].items()
        },
    }
    if "datasets" in report:
        body["datasets"] = {name: _dataset(one) for name, one in report["datasets"].items()}
    if report["choice"] is not None:
        body["recipe"] = {
            "chosen": report["choice"]["chosen"],
            "candidates": report["choice"]["candidates"],
            "message": report["choice"]["sentence"],
        }
    return body


def _dataset(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "documentCount": dataset["documents"],
        "entities": {
            category: {"labelCount": of["labels"], "documentCount": of["documents"]}
            for category, of in dataset["entities"].items()
        },
    }


def _curve(curve: Mapping[str, Any]) -> dict[str, Any]:
    projection = curve["projection"]
    projected = {
        "documentCount": projection["documents"],
        "additionalDocumentCount": projection["more"],
        "message": projection["sentence"],
    }
    if projection["gain"] is not None:
        projected |= {"f1Gain": projection["gain"], "f1GainError": projection["error"]}
    body: dict[str, Any] = {
        "points": [
            {
                "documentCount": point["documents"],
                "f1": point["f1"],
                **({"entityCount": point["spans"]} if point["spans"] else {}),
            }
            for point in curve["points"]
        ],
        "projection": projected,
    }
    if curve["a"] is not None:
        # The share of errors, 1 - F1, of n documents: floor + factor * n ^ -exponent.
        body["fit"] = {"floor": curve["c"], "factor": curve["a"], "exponent": curve["b"]}
    return body


def _confidence(calibration: Mapping[str, Any], reliability: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "calibrated": calibration["calibrated"],
        "calibrationEntityCount": calibration["spans"],
        "message": calibration["sentence"],
        "expectedCalibrationError": reliability["error"],
        "predictedEntityCount": reliability["predicted"],
        "expectedEntityCount": reliability["tagged"],
        "bins": [
            {
                "above": one["low"],
                "atMost": one["high"],
                "predictedEntityCount": one["count"],
                "meanConfidence": one["confidence"],
                "precision": one["right"],
            }
            for one in reliability["bins"]
        ],
        "thresholds": [
            {
                "confidenceAtLeast": one["at_least"],
                "predictedEntityCount": one["found"],
                "precision": one["precision"],
                "recall": one["recall"],
                "f1": one["f1"],
            }
            for one in reliability["thresholds"]
        ],
    }


def _mistakes(
    counts: Mapping[str, Mapping[str, int]], mistakes: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return mistakes: all counted, with zeros, and the first ones listed."""
    return {
        "count": sum(count for kinds in counts.values() for count in kinds.values()),
        "entities": {
            category: {f"{name}Count": kinds.get(kind, 0) for kind, name in MISTAKES.items()}
            for category, kinds in counts.items()
        },
        "first": [_mistake(mistake) for mistake in mistakes],
    }


def _mistake(mistake: Mapping[str, Any]) -> dict[str, Any]:
    body = {"location": mistake["document"], "kind": MISTAKES[mistake["kind"]]}
    for side in ("expected", "predicted"):
        if mistake[side] is not None:
            body[f"{side}Entity"] = _entity(mistake[side])
    return body


def _entity(span: Mapping[str, Any]) -> dict[str, Any]:
    body = {
        "category": span["category"],
        "offset": span["start"],
        "length": span["end"] - span["start"],
    }
    if "confidence" in span:
        body["confidenceScore"] = round(span["confidence"], 4)
    return body


def _features(features: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"feature": one["words"], "score": round(one["score"], 4)} for one in features]
