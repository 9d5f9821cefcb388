"""The evaluation of a trained model as callers read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from shared.domain.models import EvaluationKind, TrainingOptions
from shared.schema.kinds import KIND


def summary_json(evaluation: Mapping[str, Any], options: TrainingOptions) -> dict[str, Any]:
    """Return the summary of an evaluation, from its stored form, and how it was come by.

    The stored form, as the engine's `Evaluation.to_json` makes it:
    `{"entities": {category: {"true_positives", "false_positives", "false_negatives", "precision",
    "recall", "f1"}}, "micro": {"precision", "recall", "f1"}, "macro": {the same},
    "confusion": {actual: {predicted: {"raw", "normalized"}}}}`, with `$none` for no entity.
    """
    micro, macro = evaluation["micro"], evaluation["macro"]
    return {
        "projectKind": KIND,
        "customEntityRecognitionEvaluation": {
            "confusionMatrix": {
                actual: {
                    predicted: {"normalizedValue": cell["normalized"], "rawValue": cell["raw"]}
                    for predicted, cell in row.items()
                }
                for actual, row in evaluation["confusion"].items()
            },
            "entities": {
                category: _entity(scores) for category, scores in evaluation["entities"].items()
            },
            "microF1": micro["f1"],
            "microPrecision": micro["precision"],
            "microRecall": micro["recall"],
            "macroF1": macro["f1"],
            "macroPrecision": macro["precision"],
            "macroRecall": macro["recall"],
        },
        "evaluationOptions": options_json(options),
    }


def _entity(scores: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "f1": scores["f1"],
        "precision": scores["precision"],
        "recall": scores["recall"],
        "truePositiveCount": scores["true_positives"],
        # What would be a true negative is nowhere defined; the hosted service says 0 too.
        "trueNegativeCount": 0,
        "falsePositiveCount": scores["false_positives"],
        "falseNegativeCount": scores["false_negatives"],
    }


def options_json(options: TrainingOptions) -> dict[str, Any]:
    """Return how the documents were dealt out; percentages only where they were."""
    if options.evaluation is EvaluationKind.MANUAL:
        return {"kind": options.evaluation.value}
    return {
        "kind": options.evaluation.value,
        "trainingSplitPercentage": options.train_percent,
        "testingSplitPercentage": options.test_percent,
    }


def by_document(
    predictions: Sequence[Mapping[str, Any]], dataset: str = "Test"
) -> list[list[Mapping[str, Any]]]:
    """Return stored predictions of one set, which are one a region, together by document.

    The stored form: `{"location", "language", "digest", "dataset", "regionOffset", "regionLength",
    "expectedEntities", "predictedEntities"}`, in UTF-16 units, those of a document side by side;
    `digest`, the SHA-256 of the document's text, is missing in what was stored by older versions.
    """
    wanted = (one for one in predictions if one["dataset"] == dataset)
    return [list(group) for _, group in groupby(wanted, key=lambda one: one["location"])]


def document_json(regions: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    """Return the evaluation of one document, from its stored predictions.

    `language` is the project's, for a document that has none of its own.
    """
    body = {
        "projectKind": KIND,
        "location": regions[0]["location"],
        "language": regions[0]["language"] or language,
        "customEntityRecognitionResult": {
            "entities": [
                {
                    key: region[key]
                    for key in (
                        "expectedEntities",
                        "predictedEntities",
                        "regionOffset",
                        "regionLength",
                    )
                }
                for region in regions
            ]
        },
    }
    if "digest" in regions[0]:
        body["textDigest"] = regions[0]["digest"]
    return body
