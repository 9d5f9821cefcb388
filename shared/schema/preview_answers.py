"""The shapes of what the authoring API of 2021 answers."""

from __future__ import annotations

from shared.domain.states import State
from shared.schema.answers import ERRORS, LOCATION, MOMENT
from shared.schema.openapi import ERROR, Answer
from shared.schema.shapes import (
    FARTHEST,
    Field,
    Flag,
    List,
    Number,
    Shape,
    Table,
    Text,
    Whole,
    must,
)

ACCEPTED = Answer(
    status=202, about="Accepted: the job is read at its location.", headers=(LOCATION,)
)
DELETED = Answer(status=202, about="Deleted; what it owned is being removed.")

_SHARE = Number(least=0, most=1)
_KIND = must("modelType", Text(values=("Extraction",)), "The kind of the project.")
_WORD = must("status", Text(values=tuple(state.value for state in State)), "Where it stands.")
_CHANGED = must("lastUpdatedDateTime", MOMENT, "When it last changed.")
_FAULT = Field("error", ERROR, "Why it failed.")

PROJECT = Shape(
    "PreviewProject",
    "A project.",
    (
        must("name", Text(), "Its name."),
        _KIND,
        must("multiLingual", Flag(), "Whether documents are in several languages."),
        must("description", Text(), "What it is about."),
        must("culture", Text(), "The language of most documents."),
        must("storageInputContainerName", Text(), "The blob container with its documents."),
        must("createdDateTime", MOMENT, "When it was made."),
        must("lastModifiedDateTime", MOMENT, "When it was last changed."),
        Field("lastTrainedDateTime", MOMENT, "When a model was last trained."),
        Field("lastDeployedDateTime", MOMENT, "When a model was last published."),
    ),
)

CREATED = Answer(status=201, about="The project that was made.", body=PROJECT)


def _job(name: str, about: str, task: Shape) -> Shape:
    return Shape(
        name,
        about,
        (
            must("tasks", List(task, least=1, most=1), "The one task of the job."),
            must("inProgress", Whole(most=1), "Tasks that have not ended."),
            must("completed", Whole(most=1), "Tasks that have succeeded."),
            must("failed", Whole(most=1), "Tasks that have failed or were cancelled."),
            must("total", Whole(least=1, most=1), "Tasks."),
            must("jobId", Text(), "The id of the job."),
            must("createdDateTime", MOMENT, "When it was taken in."),
            _CHANGED,
            must("expirationDateTime", MOMENT, "When it is forgotten."),
            _WORD,
            must("warnings", ERRORS, "What was passed over; our own."),
            must("errors", ERRORS, "Why it failed."),
        ),
    )


TRAINING = _job(
    "PreviewTraining",
    "A training.",
    Shape(
        "PreviewTrainingTask",
        "The training of one model.",
        (
            must("trainingModelName", Text(), "The model's name."),
            must(
                "evaluationStatus",
                Shape(
                    "PreviewEvaluationStatus",
                    "How the evaluation of a model stands.",
                    (_WORD, _CHANGED, _FAULT),
                ),
                "How its evaluation stands.",
            ),
            _WORD,
            _CHANGED,
            _FAULT,
        ),
    ),
)

PUBLISHING = _job(
    "PreviewPublishing",
    "The publishing of a model.",
    Shape(
        "PreviewPublishingTask",
        "The publishing of one model.",
        (
            must("modelId", Text(), "The id by which extraction jobs of 2021 name the model."),
            _WORD,
            _CHANGED,
            _FAULT,
        ),
    ),
)

_COUNT = "Entities of the test set, by exact match."

EVALUATION = Shape(
    "PreviewEvaluation",
    "How good a model is on the test set.",
    (
        _KIND,
        must(
            "extractionEvaluation",
            Shape(
                "PreviewExtractionEvaluation",
                "How good a model is on the test set.",
                (
                    must(
                        "confusionMatrix",
                        Table(Table(Whole(least=1))),
                        "How often entities of a type were predicted as each type.",
                    ),
                    must(
                        "entities",
                        Table(
                            Shape(
                                "PreviewEntityScores",
                                "How good a model is at one entity type.",
                                (
                                    *(
                                        must(name, _SHARE, "From 0 to 1.")
                                        for name in ("f1", "precision", "recall")
                                    ),
                                    *(
                                        must(f"count{name}", Whole(), _COUNT)
                                        for name in (
                                            "TruePositives",
                                            "TrueNegatives",
                                            "FalsePositives",
                                            "FalseNegatives",
                                        )
                                    ),
                                ),
                            )
                        ),
                        "By entity type.",
                    ),
                    *(
                        must(f"{average}{score}", _SHARE, "From 0 to 1.")
                        for average in ("micro", "macro")
                        for score in ("F1", "Precision", "Recall")
                    ),
                ),
            ),
            "Its scores.",
        ),
    ),
)

_ENTITIES = List(
    Shape(
        "PreviewEntity",
        "An entity, in UTF-16 units of its document.",
        (
            must("extractorName", Text(), "The entity type."),
            must("offset", Whole(most=FARTHEST), "Where it begins."),
            must("length", Whole(least=1), "How long it is."),
            Field("confidenceScore", _SHARE, "How sure the model is, where it was predicted."),
        ),
    )
)

VALIDATION = Shape(
    "PreviewValidation",
    "What was tagged in the validation set beside what a model predicts there.",
    (
        _KIND,
        must(
            "extractionValidation",
            Shape(
                "PreviewExtractionValidation",
                "The documents of the validation set.",
                (
                    must(
                        "documents",
                        List(
                            Shape(
                                "PreviewValidatedDocument",
                                "A document of the validation set.",
                                (
                                    must(
                                        "entities",
                                        Shape(
                                            "PreviewValidatedEntities",
                                            "What was tagged and what is predicted.",
                                            (
                                                must("labeledEntities", _ENTITIES, "Tagged."),
                                                must("predictedEntities", _ENTITIES, "Predicted."),
                                            ),
                                        ),
                                        "Its entities.",
                                    ),
                                    must("location", Text(), "Its name."),
                                    must("culture", Text(), "Its language."),
                                ),
                            )
                        ),
                        "Each document.",
                    ),
                ),
            ),
            "The documents.",
        ),
    ),
)
