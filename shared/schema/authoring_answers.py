"""The shapes of what authoring answers: projects, models, deployments, jobs, evaluations."""

from __future__ import annotations

from shared.schema.answers import DAY, ERRORS, FIRST_ERROR, MOMENT, STATE
from shared.schema.authoring_requests import SETTINGS
from shared.schema.kinds import KIND
from shared.schema.shapes import (
    Anything,
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

PROJECT_KIND = must("projectKind", Text(values=(KIND,)), "The kind of the project.")
_SHARE = Number(least=0, most=1)

PROJECT = Shape(
    "Project",
    "A project.",
    (
        must("projectName", Text(), "Its name."),
        PROJECT_KIND,
        must("storageInputContainerName", Text(), "The blob container with its documents."),
        must("language", Text(), "The language of most documents."),
        must("multilingual", Flag(), "Whether documents are in several languages."),
        must("description", Text(), "What it is about."),
        must("settings", SETTINGS, "Its settings."),
        must("createdDateTime", MOMENT, "When it was made."),
        must("lastModifiedDateTime", MOMENT, "When it was last changed."),
        Field("lastTrainedDateTime", MOMENT, "When a model was last trained."),
        Field("lastDeployedDateTime", MOMENT, "When a model was last deployed."),
    ),
)

MODEL = Shape(
    "TrainedModel",
    "A trained model.",
    (
        must("label", Text(), "Its name."),
        must("modelId", Text(), "Its id, which changes with every training."),
        must("lastTrainedDateTime", MOMENT, "When it was trained."),
        must("lastTrainingDurationInSeconds", Whole(), "How long that took."),
        must("modelExpirationDate", DAY, "A day far off: models do not expire here."),
        must("modelTrainingConfigVersion", Text(), "The training configuration."),
        must("hasSnapshot", Flag(), "Whether what it was trained on can be loaded again."),
        must("f1", _SHARE, "The score of its latest evaluation; our own."),
        must("trainingDocumentsCount", Whole(), "Documents that it learned from; our own."),
        must("validationDocumentsCount", Whole(), "Documents of the validation set; our own."),
        must("testingDocumentsCount", Whole(), "Documents of the test set; our own."),
    ),
)

DEPLOYMENT = Shape(
    "DeploymentDetails",
    "A deployment: a model that answers under a name.",
    (
        must("deploymentName", Text(), "Its name."),
        must("modelId", Text(), "The id of its model."),
        must("modelLabel", Text(), "The name of its model; our own."),
        must("lastTrainedDateTime", MOMENT, "When its model was trained."),
        must("lastDeployedDateTime", MOMENT, "When it was last changed."),
        must("deploymentExpirationDate", DAY, "A day far off: deployments do not expire here."),
        must("modelTrainingConfigVersion", Text(), "The training configuration of its model."),
        must("assignedResources", List(Anything(), most=0), "None: the service is in one place."),
    ),
)

_JOB = (
    must("jobId", Text(), "Its id."),
    must("createdDateTime", MOMENT, "When it was taken in."),
    must("lastUpdatedDateTime", MOMENT, "When it last changed."),
    must("expirationDateTime", MOMENT, "When it is forgotten."),
    must("status", STATE, "Where it stands."),
    must("phase", Text(), "What is being done; our own."),
    must("percentComplete", Whole(most=100), "How far it is; our own."),
    must("warnings", ERRORS, "What was passed over."),
    must("errors", ERRORS, "Why it failed."),
    FIRST_ERROR,
)

JOB = Shape("AuthoringJob", "A job of authoring.", _JOB)

_STEP = Shape(
    "TrainingStep",
    "A step of a training.",
    (
        must("percentComplete", Whole(most=100), "How far it is."),
        Field("startDateTime", MOMENT, "When it began."),
        Field("endDateTime", MOMENT, "When it ended."),
        must("status", STATE, "Where it stands."),
    ),
)

TRAINING_JOB = Shape(
    "TrainingJob",
    "A training.",
    (
        *_JOB,
        must(
            "result",
            Shape(
                "TrainingResult",
                "What a training makes.",
                (
                    must("modelLabel", Text(), "The name of the model."),
                    must("trainingConfigVersion", Text(), "The training configuration."),
                    must("trainingStatus", _STEP, "The training itself."),
                    must("evaluationStatus", _STEP, "The evaluation of the model."),
                ),
            ),
            "What it makes.",
        ),
    ),
)

EXPORT_JOB = Shape(
    "ExportJob",
    "An export.",
    (*_JOB, Field("resultUrl", Text(form="uri"), "Where its file is read.")),
)

_OPTIONS_USED = must(
    "evaluationOptions",
    Shape(
        "EvaluationOptionsUsed",
        "How documents were dealt out.",
        (
            must("kind", Text(values=("percentage", "manual")), "At random, or by hand."),
            Field("trainingSplitPercentage", Whole(most=100), "Percent for training."),
            Field("testingSplitPercentage", Whole(most=100), "Percent for testing."),
        ),
    ),
    "How documents were dealt out.",
)

EVALUATION_JOB = Shape(
    "EvaluationJob",
    "An evaluation of a trained model.",
    (
        *_JOB,
        must(
            "result",
            Shape(
                "EvaluationResult",
                "What an evaluation does.",
                (
                    _OPTIONS_USED,
                    must("modelLabel", Text(), "The name of the model."),
                    must("trainingConfigVersion", Text(), "The training configuration."),
                    must("percentComplete", Whole(most=100), "How far it is."),
                ),
            ),
            "What it does.",
        ),
    ),
)

EXPORTED_MODEL = Shape(
    "ExportedModel",
    "A model whose files can be taken away.",
    (
        must("exportedModelName", Text(), "Its name."),
        must("modelId", Text(), "The id of the trained model."),
        must("lastTrainedDateTime", MOMENT, "When the model was trained."),
        must("lastExportedModelDateTime", MOMENT, "When it was exported."),
        must("modelExpirationDate", DAY, "A day far off: models do not expire here."),
        must("modelTrainingConfigVersion", Text(), "The training configuration."),
    ),
)

MANIFEST = Shape(
    "ExportedModelManifest",
    "The files of an exported model.",
    (
        must(
            "modelFiles",
            List(
                Shape(
                    "ModelFile",
                    "A file of a model.",
                    (
                        must("name", Text(), "Its name."),
                        must("contentUri", Text(form="uri"), "Where it is read, with a key."),
                    ),
                )
            ),
            "Its files.",
        ),
    ),
)

LANGUAGE = Shape(
    "SupportedLanguage",
    "A language to choose from.",
    (must("languageName", Text(), "Its name."), must("languageCode", Text(), "Its code.")),
)

CONFIG_VERSION = Shape(
    "TrainingConfigVersion",
    "A version of the training configuration.",
    (
        must("trainingConfigVersion", Text(), "The version."),
        must("modelExpirationDate", DAY, "A day far off: models do not expire here."),
    ),
)

PREBUILT_ENTITY = Shape(
    "PrebuiltEntity",
    "An entity type that needs no labels; there is none.",
    tuple(
        must(name, Text(), "Of the hosted service.")
        for name in ("category", "description", "examples")
    ),
)

RESOURCE = Shape(
    "AssignedResource",
    "A resource that is assigned to a project; there is none.",
    tuple(must(name, Text(), "Of the hosted service.") for name in ("azureResourceId", "region")),
)

ASSIGNED_DEPLOYMENTS = Shape(
    "AssignedDeployments",
    "Deployments that a project of another resource has here; there are none.",
    (
        must("projectName", Text(), "Of the hosted service."),
        must("deploymentsMetadata", List(Anything()), "Of the hosted service."),
    ),
)

_SCORES = tuple(
    must(f"{average}{score}", _SHARE, about)
    for average, about in (
        ("micro", "Of all entities together."),
        ("macro", "The mean over entity types."),
    )
    for score in ("F1", "Precision", "Recall")
)

_CELL = Shape(
    "ConfusionCell",
    "How much of what was tagged as one type was predicted as another.",
    (
        must("normalizedValue", Number(least=0), "Percent of the row."),
        must("rawValue", Number(least=0), "Tagged segments, by their share of characters."),
    ),
)

_COUNT = "Entities of the test set, by exact match."

EVALUATION = Shape(
    "EvaluationSummary",
    "How good a model is on the test set.",
    (
        PROJECT_KIND,
        must(
            "customEntityRecognitionEvaluation",
            Shape(
                "EntityEvaluation",
                "Scores, overall and for each entity type.",
                (
                    must(
                        "confusionMatrix",
                        Table(Table(_CELL)),
                        "For each tagged type the predicted ones; $none is no entity.",
                    ),
                    must(
                        "entities",
                        Table(
                            Shape(
                                "EntityTypeEvaluation",
                                "Scores of one entity type.",
                                (
                                    must("f1", _SHARE, "The harmonic mean of the next two."),
                                    must("precision", _SHARE, "Right ones of those predicted."),
                                    must("recall", _SHARE, "Right ones of those tagged."),
                                    must("truePositiveCount", Whole(), _COUNT),
                                    must("trueNegativeCount", Whole(), "Always 0."),
                                    must("falsePositiveCount", Whole(), _COUNT),
                                    must("falseNegativeCount", Whole(), _COUNT),
                                ),
                            )
                        ),
                        "Scores for each entity type.",
                    ),
                    *_SCORES,
                ),
            ),
            "Scores, overall and for each entity type.",
        ),
        _OPTIONS_USED,
    ),
)

_TAG = Shape(
    "EvaluatedEntity",
    "An entity of a document, in UTF-16 units.",
    (
        must("category", Text(), "Its entity type."),
        must("offset", Whole(), "Where it begins."),
        must("length", Whole(), "How long it is."),
        Field("confidenceScore", _SHARE, "How sure the model is."),
    ),
)

DOCUMENT_EVALUATION = Shape(
    "DocumentEvaluation",
    "What was tagged in a document beside what is predicted.",
    (
        PROJECT_KIND,
        must("location", Text(), "The document."),
        must("language", Text(), "Its language."),
        Field("textDigest", Text(), "The SHA-256 of the text that was judged; our own."),
        must(
            "customEntityRecognitionResult",
            Shape(
                "DocumentEvaluationResult",
                "The regions of a document.",
                (
                    must(
                        "entities",
                        List(
                            Shape(
                                "EvaluatedRegion",
                                "A stretch of a document, in UTF-16 units.",
                                (
                                    must("expectedEntities", List(_TAG), "What was tagged."),
                                    must("predictedEntities", List(_TAG), "What is predicted."),
                                    must("regionOffset", Whole(), "Where it begins."),
                                    must("regionLength", Whole(), "How long it is."),
                                ),
                            )
                        ),
                        "Its regions.",
                    ),
                ),
            ),
            "Its regions.",
        ),
    ),
)
