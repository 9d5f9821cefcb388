"""The shape of the report of a training: an extension of our own."""

from __future__ import annotations

from shared.schema.authoring_answers import PROJECT_KIND
from shared.schema.report import MISTAKES
from shared.schema.shapes import Field, Flag, List, Number, Shape, Table, Text, Whole, must

_SHARE = Number(least=0, most=1)
_SENTENCE = must("message", Text(), "What that means.")

_TRAINING = Shape(
    "ReportedTraining",
    "What the training had.",
    (
        must("documentCount", Whole(), "Tagged documents."),
        must("characterCount", Whole(), "Their characters."),
        must("durationInSeconds", Number(least=0), "How long it took."),
    ),
)

_DATASET = Shape(
    "ReportedDataset",
    "One of the sets that the documents were dealt out to.",
    (
        must("documentCount", Whole(), "Its documents."),
        must(
            "entities",
            Table(
                Shape(
                    "ReportedLabels",
                    "Labels of one entity type.",
                    (
                        must("labelCount", Whole(), "How many there are."),
                        must("documentCount", Whole(), "In how many documents."),
                    ),
                )
            ),
            "The labels of each entity type that is tagged in it.",
        ),
    ),
)

_DATASETS = Shape(
    "ReportedDatasets",
    "How documents and their labels were dealt out.",
    tuple(must(name, _DATASET, f"The {name} set.") for name in ("train", "validation", "test")),
)

_CURVE = Shape(
    "LearningCurve",
    "How the score grows with documents.",
    (
        must(
            "points",
            List(
                Shape(
                    "LearningCurvePoint",
                    "The score that so many documents brought.",
                    (
                        must("documentCount", Whole(), "Documents."),
                        must("f1", _SHARE, "The score of a model that learned from them."),
                        Field("entityCount", Whole(), "Entities that it was judged by."),
                    ),
                )
            ),
            "Measured points.",
        ),
        must(
            "projection",
            Shape(
                "LearningCurveProjection",
                "What more documents would bring.",
                (
                    must("documentCount", Whole(), "Documents that there are."),
                    must("additionalDocumentCount", Whole(), "Documents more."),
                    _SENTENCE,
                    Field("f1Gain", Number(), "By how much the score would grow."),
                    Field("f1GainError", Number(least=0), "The standard error of that."),
                ),
            ),
            "What more documents would bring.",
        ),
        Field(
            "fit",
            Shape(
                "LearningCurveFit",
                "The share of errors of n documents: floor + factor * n ^ -exponent.",
                (
                    must("floor", Number(), "What would be left."),
                    must("factor", Number(), "What is above it with one document."),
                    must("exponent", Number(), "How fast it falls."),
                ),
            ),
            "The curve through the points.",
        ),
    ),
)

_CONFIDENCE = Shape(
    "ReportedConfidence",
    "What confidences are worth.",
    (
        must("calibrated", Flag(), "Whether they are calibrated."),
        must("calibrationEntityCount", Whole(), "Entities that they were calibrated by."),
        _SENTENCE,
        must("expectedCalibrationError", _SHARE, "How far they are from precision."),
        must("predictedEntityCount", Whole(), "Entities that are predicted in the test set."),
        must("expectedEntityCount", Whole(), "Entities that are tagged there."),
        must(
            "bins",
            List(
                Shape(
                    "ConfidenceBin",
                    "Predicted entities of about one confidence.",
                    (
                        must("above", _SHARE, "Their confidence is above this."),
                        must("atMost", _SHARE, "And at most this."),
                        must("predictedEntityCount", Whole(), "How many they are."),
                        must("meanConfidence", _SHARE, "The mean of their confidences."),
                        must("precision", _SHARE, "The share of right ones."),
                    ),
                )
            ),
            "Predicted entities by confidence.",
        ),
        must(
            "thresholds",
            List(
                Shape(
                    "ConfidenceThreshold",
                    "What a threshold on confidences would bring.",
                    (
                        must("confidenceAtLeast", _SHARE, "The threshold."),
                        must("predictedEntityCount", Whole(), "Entities that pass it."),
                        must("precision", _SHARE, "The share of right ones of these."),
                        must("recall", _SHARE, "The share of tagged ones that are found."),
                        must("f1", _SHARE, "The harmonic mean of both."),
                    ),
                )
            ),
            "Scores by threshold.",
        ),
    ),
)

_TAG = Shape(
    "MistakenEntity",
    "An entity, in UTF-16 units of the document.",
    (
        must("category", Text(), "Its entity type."),
        must("offset", Whole(), "Where it begins."),
        must("length", Whole(), "How long it is."),
        Field("confidenceScore", _SHARE, "How sure the model is."),
    ),
)

_MISTAKES = Shape(
    "ReportedMistakes",
    "Mistakes on the test set.",
    (
        must("count", Whole(), "How many there are."),
        must(
            "entities",
            Table(
                Shape(
                    "MistakeCounts",
                    "Mistakes of one entity type, by kind.",
                    tuple(
                        must(f"{kind}Count", Whole(), "How many of this kind.")
                        for kind in MISTAKES.values()
                    ),
                )
            ),
            "Counts for each entity type.",
        ),
        must(
            "first",
            List(
                Shape(
                    "Mistake",
                    "A mistake.",
                    (
                        must("location", Text(), "The document."),
                        must("kind", Text(values=tuple(MISTAKES.values())), "What is wrong."),
                        Field("expectedEntity", _TAG, "What was tagged."),
                        Field("predictedEntity", _TAG, "What is predicted."),
                    ),
                )
            ),
            "The first ones.",
        ),
    ),
)

_FEATURES = List(
    Shape(
        "Feature",
        "A trait of the text that the model goes by.",
        (must("feature", Text(), "In words."), must("score", Number(), "Its weight.")),
    )
)

_CANDIDATE = Shape(
    "RecipeCandidate",
    "A way of learning that was tried.",
    (
        must("name", Text(), "Its name."),
        must("f1", _SHARE, "Its score in cross-validation."),
    ),
)

REPORT = Shape(
    "TrainingReport",
    "What else a training found out.",
    (
        PROJECT_KIND,
        must("training", _TRAINING, "What the training had."),
        Field("datasets", _DATASETS, "How the training's documents and labels were dealt out."),
        must("learningCurve", _CURVE, "How the score grows with documents."),
        must("confidence", _CONFIDENCE, "What confidences are worth."),
        must("mistakes", _MISTAKES, "Mistakes on the test set."),
        must(
            "strongestFeatures",
            Table(
                Shape(
                    "StrongestFeatures",
                    "Traits that speak for an entity type, and against it.",
                    (
                        must("supporting", _FEATURES, "For it."),
                        must("opposing", _FEATURES, "Against it."),
                    ),
                )
            ),
            "The strongest traits of the text for each entity type.",
        ),
        Field(
            "recipe",
            Shape(
                "ChosenRecipe",
                "The way of learning that was chosen.",
                (
                    must("chosen", Text(), "Its name."),
                    must("candidates", List(_CANDIDATE), "What it was chosen from, in order."),
                    _SENTENCE,
                ),
            ),
            "The way of learning that was chosen.",
        ),
    ),
)
