"""The report of a training as the API has it."""

from __future__ import annotations

from typing import Any

from shared.schema.report import report_json

STORED: dict[str, Any] = {
    "documents": 16,
    "characters": 5000,
    "seconds": 2.3456,
    "choice": {
        "chosen": "layout",
        "candidates": [{"name": "plain", "f1": 0.7}, {"name": "layout", "f1": 0.8}],
        "sentence": "The recipe 'layout' was best.",
    },
    "curve": {
        "points": [
            {"documents": 8, "f1": 0.6, "spans": 40},
            {"documents": 16, "f1": 0.7, "spans": 0},
        ],
        "a": 1.5,
        "b": 0.5,
        "c": 0.1,
        "projection": {
            "documents": 16,
            "more": 10,
            "gain": 0.05,
            "error": 0.02,
            "sentence": "With 10 more documents, more.",
        },
    },
    "calibration": {"calibrated": True, "spans": 120, "sentence": "Calibrated."},
    "reliability": {
        "predicted": 9,
        "tagged": 8,
        "error": 0.04,
        "bins": [{"low": 0.9, "high": 1.0, "count": 9, "confidence": 0.95, "right": 0.9}],
        "thresholds": [{"at_least": 0.5, "found": 9, "precision": 0.9, "recall": 0.8, "f1": 0.85}],
    },
    "mistakes": [
        {
            "document": "a.txt",
            "kind": "wrong border",
            "expected": {"start": 3, "end": 9, "category": "Date"},
            "predicted": {"start": 5, "end": 9, "category": "Date", "confidence": 0.123456},
        },
        {
            "document": "b.txt",
            "kind": "missed",
            "expected": {"start": 0, "end": 2, "category": "Name"},
            "predicted": None,
        },
    ],
    "mistake_counts": {"Date": {"wrong border": 7}, "Name": {"missed": 1, "wrong type": 2}},
    "strongest": {
        "Date": {
            "supporting": [{"words": "has a digit", "score": 1.23456}],
            "opposing": [{"words": "is the sign ','", "score": -0.5}],
        }
    },
}


def test_a_report_has_the_names_of_the_wire() -> None:
    assert report_json(STORED) == {
        "projectKind": "CustomEntityRecognition",
        "training": {"documentCount": 16, "characterCount": 5000, "durationInSeconds": 2.3},
        "recipe": {
            "chosen": "layout",
            "candidates": [{"name": "plain", "f1": 0.7}, {"name": "layout", "f1": 0.8}],
            "message": "The recipe 'layout' was best.",
        },
        "learningCurve": {
            "points": [
                {"documentCount": 8, "f1": 0.6, "entityCount": 40},
                {"documentCount": 16, "f1": 0.7},
            ],
            "fit": {"floor": 0.1, "factor": 1.5, "exponent": 0.5},
            "projection": {
                "documentCount": 16,
                "additionalDocumentCount": 10,
                "f1Gain": 0.05,
                "f1GainError": 0.02,
                "message": "With 10 more documents, more.",
            },
        },
        "confidence": {
            "calibrated": True,
            "calibrationEntityCount": 120,
            "message": "Calibrated.",
            "expectedCalibrationError": 0.04,
            "predictedEntityCount": 9,
            "expectedEntityCount": 8,
            "bins": [
                {
                    "above": 0.9,
                    "atMost": 1.0,
                    "predictedEntityCount": 9,
                    "meanConfidence": 0.95,
                    "precision": 0.9,
                }
            ],
            "thresholds": [
                {
                    "confidenceAtLeast": 0.5,
                    "predictedEntityCount": 9,
                    "precision": 0.9,
                    "recall": 0.8,
                    "f1": 0.85,
                }
            ],
        },
        "mistakes": {
            "count": 10,
            "entities": {
                "Date": {
                    "missedCount": 0,
                    "spuriousCount": 0,
                    "wrongTypeCount": 0,
                    "wrongBorderCount": 7,
                },
                "Name": {
                    "missedCount": 1,
                    "spuriousCount": 0,
                    "wrongTypeCount": 2,
                    "wrongBorderCount": 0,
                },
            },
            "first": [
                {
                    "location": "a.txt",
                    "kind": "wrongBorder",
                    "expectedEntity": {"category": "Date", "offset": 3, "length": 6},
                    "predictedEntity": {
                        "category": "Date",
                        "offset": 5,
                        "length": 4,
                        "confidenceScore": 0.1235,
                    },
                },
                {
                    "location": "b.txt",
                    "kind": "missed",
                    "expectedEntity": {"category": "Name", "offset": 0, "length": 2},
                },
            ],
        },
        "strongestFeatures": {
            "Date": {
                "supporting": [{"feature": "has a digit", "score": 1.2346}],
                "opposing": [{"feature": "is the sign ','", "score": -0.5}],
            }
        },
    }


def test_what_is_not_known_is_left_out_and_never_null() -> None:
    curve = {
        "points": [],
        "a": None,
        "b": None,
        "c": None,
        "projection": {
            "documents": 16,
            "more": 10,
            "gain": None,
            "error": None,
            "sentence": "It cannot be said.",
        },
    }

    body = report_json({**STORED, "choice": None, "curve": curve})

    assert "recipe" not in body
    assert body["learningCurve"] == {
        "points": [],
        "projection": {
            "documentCount": 16,
            "additionalDocumentCount": 10,
            "message": "It cannot be said.",
        },
    }


def test_every_kind_of_mistake_of_the_engine_has_its_name() -> None:
    from shared.ner.mistakes import Kind

    counts = {"Date": {kind.value: 1 for kind in Kind}}

    body = report_json({**STORED, "mistake_counts": counts, "mistakes": []})

    assert body["mistakes"]["count"] == len(Kind)
    assert set(body["mistakes"]["entities"]["Date"].values()) == {1}


def test_labels_are_told_by_set_where_the_training_counted_them() -> None:
    empty = {"documents": 1, "entities": {}}
    counted = {"documents": 8, "entities": {"Date": {"labels": 12, "documents": 7}}}
    stored = {**STORED, "datasets": {"train": counted, "validation": empty, "test": empty}}

    assert report_json(stored)["datasets"] == {
        "train": {
            "documentCount": 8,
            "entities": {"Date": {"labelCount": 12, "documentCount": 7}},
        },
        "validation": {"documentCount": 1, "entities": {}},
        "test": {"documentCount": 1, "entities": {}},
    }
    assert "datasets" not in report_json(STORED)
