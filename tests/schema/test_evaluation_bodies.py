"""The evaluation as the API has it."""

from __future__ import annotations

from typing import Any

from shared.domain.models import EvaluationKind, TrainingOptions
from shared.schema.evaluation import by_document, document_json, options_json, summary_json

STORED: dict[str, Any] = {
    "entities": {
        "Address": {
            "true_positives": 3,
            "false_positives": 2,
            "false_negatives": 1,
            "precision": 0.6,
            "recall": 0.75,
            "f1": 0.6667,
        }
    },
    "micro": {"precision": 0.1, "recall": 0.2, "f1": 0.3},
    "macro": {"precision": 0.4, "recall": 0.5, "f1": 0.6},
    "confusion": {
        "Address": {
            "Address": {"raw": 3.5, "normalized": 87.5},
            "$none": {"raw": 0.5, "normalized": 12.5},
        }
    },
}
OPTIONS = TrainingOptions(
    label="m1", config_version="2022-05-01", train_percent=80, test_percent=20
)


def test_a_summary_has_the_names_of_the_wire() -> None:
    assert summary_json(STORED, OPTIONS) == {
        "projectKind": "CustomEntityRecognition",
        "customEntityRecognitionEvaluation": {
            "confusionMatrix": {
                "Address": {
                    "Address": {"normalizedValue": 87.5, "rawValue": 3.5},
                    "$none": {"normalizedValue": 12.5, "rawValue": 0.5},
                }
            },
            "entities": {
                "Address": {
                    "f1": 0.6667,
                    "precision": 0.6,
                    "recall": 0.75,
                    "truePositiveCount": 3,
                    "trueNegativeCount": 0,
                    "falsePositiveCount": 2,
                    "falseNegativeCount": 1,
                }
            },
            "microF1": 0.3,
            "microPrecision": 0.1,
            "microRecall": 0.2,
            "macroF1": 0.6,
            "macroPrecision": 0.4,
            "macroRecall": 0.5,
        },
        "evaluationOptions": {
            "kind": "percentage",
            "trainingSplitPercentage": 80,
            "testingSplitPercentage": 20,
        },
    }


def test_a_split_by_hand_has_no_percentages() -> None:
    manual = TrainingOptions(
        label="m1", config_version="2022-05-01", evaluation=EvaluationKind.MANUAL
    )

    assert options_json(manual) == {"kind": "manual"}


def prediction(location: str, offset: int, dataset: str = "Test") -> dict[str, Any]:
    return {
        "location": location,
        "language": "fr" if location == "a.txt" else None,
        "dataset": dataset,
        "regionOffset": offset,
        "regionLength": 9,
        "expectedEntities": [{"category": "Date", "offset": offset, "length": 4}],
        "predictedEntities": [],
    }


def test_the_regions_of_a_document_are_told_together() -> None:
    stored = [prediction("a.txt", 0), prediction("a.txt", 9), prediction("b.txt", 0)]

    documents = [document_json(regions, "en-us") for regions in by_document(stored)]

    assert documents[0] == {
        "projectKind": "CustomEntityRecognition",
        "location": "a.txt",
        "language": "fr",
        "customEntityRecognitionResult": {
            "entities": [
                {
                    "expectedEntities": [{"category": "Date", "offset": offset, "length": 4}],
                    "predictedEntities": [],
                    "regionOffset": offset,
                    "regionLength": 9,
                }
                for offset in (0, 9)
            ]
        },
    }
    assert (documents[1]["location"], documents[1]["language"]) == ("b.txt", "en-us")


def test_only_the_wanted_set_is_told() -> None:
    stored = [prediction("a.txt", 0), prediction("b.txt", 0, "Validation")]

    assert [group[0]["location"] for group in by_document(stored)] == ["a.txt"]
    assert [group[0]["location"] for group in by_document(stored, "Validation")] == ["b.txt"]


def test_the_digest_of_the_judged_text_is_told_where_it_was_kept() -> None:
    kept = {**prediction("a.txt", 0), "digest": "c0ffee"}

    assert document_json([kept], "en-us")["textDigest"] == "c0ffee"
    assert "textDigest" not in document_json([prediction("a.txt", 0)], "en-us")
