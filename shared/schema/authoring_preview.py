"""The authoring API of 2021: `language/text/authoring/v1.0-preview.2/projects`.

Its words for what later versions have too: a model is a `trainingModelName`, a deployment is what
was published (one a project), entity types are extractors, a language is a culture. Where no
record of an answer was found, its shape follows the nearest one that is known, and its function
says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.schema.evaluation import by_document
from shared.schema.operation_bodies import EVALUATING
from shared.schema.timestamps import timestamp

#: The path of all projects.
PROJECTS = "/language/text/authoring/v1.0-preview.2/projects"

#: The name of the one deployment that this API makes; later versions show it under this name.
PUBLISHED = "published"

#: What an entity extraction project calls its kind.
_EXTRACTION = "Extraction"

_ENDED = ErrorDetail("InternalServerError", "The work did not come to an end.")


def project_json(project: Project) -> dict[str, Any]:
    """Return a project: what its maker sent, and moments as later versions tell them.

    No record of this answer was found.
    """
    settings = project.settings
    moments = {
        "createdDateTime": project.created,
        "lastModifiedDateTime": project.modified,
        "lastTrainedDateTime": project.last_trained,
        "lastDeployedDateTime": project.last_deployed,
    }
    return {
        "name": settings.name,
        "modelType": _EXTRACTION,
        "multiLingual": settings.multilingual,
        "description": settings.description,
        "culture": settings.language,
        "storageInputContainerName": settings.container,
        **{name: timestamp(moment) for name, moment in moments.items() if moment is not None},
    }


def job_location(endpoint: str, operation: Operation) -> str:
    """Return the address at which a training or a publishing is read.

    `endpoint` has no slash at its end.
    """
    folder = "train" if operation.kind is OperationKind.TRAIN else "publish"
    project = quote(operation.project_name, safe="")
    return f"{endpoint}{PROJECTS}/{project}/{folder}/jobs/{operation.id}"


def training_json(operation: Operation) -> dict[str, Any]:
    """Return a training.

    Its task has succeeded when the model can be published and its evaluation can be read, not
    before: a program may wait for the task alone.
    """
    state = operation.state
    evaluating = state is State.RUNNING and operation.phase in EVALUATING
    evaluation = state if state.final or evaluating else State.NOT_STARTED
    label = operation.training.label if operation.training else ""
    task = {
        "trainingModelName": label,
        "evaluationStatus": _status(operation, evaluation),
        **_status(operation, state),
    }
    return _job(operation, task)


def publishing_json(operation: Operation) -> dict[str, Any]:
    """Return a publishing, with the id by which extraction jobs of 2021 name the model."""
    published = {"modelId": model_id(operation.project_id)}
    return _job(operation, {**published, **_status(operation, operation.state)})


def model_id(project_id: str) -> str:
    """Return the id of whatever model of a project was published last: `<guid>_Extraction_latest`.

    `project_id` is its 32 hex digits.
    """
    return f"{uuid.UUID(project_id)}_{_EXTRACTION}_latest"


def _job(operation: Operation, task: dict[str, Any]) -> dict[str, Any]:
    """Return a job of one task; `warnings` are this service's own."""
    state = operation.state
    completed = state is State.SUCCEEDED
    failed = state in (State.FAILED, State.CANCELLED)
    return {
        "tasks": [task],
        "inProgress": int(not completed and not failed),
        "completed": int(completed),
        "failed": int(failed),
        "total": 1,
        "jobId": operation.id,
        "createdDateTime": timestamp(operation.created),
        "lastUpdatedDateTime": timestamp(operation.updated),
        "expirationDateTime": timestamp(operation.expires),
        "status": state.value,
        "warnings": [warning.body() for warning in operation.warnings],
        "errors": [error.body() for error in _errors(operation)],
    }


def _status(operation: Operation, state: State) -> dict[str, Any]:
    """Return the state of a task or of its evaluation, with its first error if it failed.

    The words are the documented ones, which programs of the time wait for.
    """
    status: dict[str, Any] = {
        "status": state.value,
        "lastUpdatedDateTime": timestamp(operation.updated),
    }
    if state is State.FAILED:
        status["error"] = _errors(operation)[0].body()
    return status


def _errors(operation: Operation) -> Sequence[ErrorDetail]:
    return operation.errors or ((_ENDED,) if operation.state is State.FAILED else ())


def evaluation_json(
    evaluation: Mapping[str, Any], predictions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return an evaluation on the test set, from its stored form and the stored predictions.

    The confusion matrix of this API is of whole numbers, so it is counted anew here.
    """
    micro, macro = evaluation["micro"], evaluation["macro"]
    return {
        "modelType": _EXTRACTION,
        "extractionEvaluation": {
            "confusionMatrix": confusion(
                [region for regions in by_document(predictions) for region in regions]
            ),
            "entities": {
                category: {
                    "f1": scores["f1"],
                    "precision": scores["precision"],
                    "recall": scores["recall"],
                    "countTruePositives": scores["true_positives"],
                    # What would be a true negative is nowhere defined.
                    "countTrueNegatives": 0,
                    "countFalsePositives": scores["false_positives"],
                    "countFalseNegatives": scores["false_negatives"],
                }
                for category, scores in evaluation["entities"].items()
            },
            "microF1": micro["f1"],
            "microPrecision": micro["precision"],
            "microRecall": micro["recall"],
            "macroF1": macro["f1"],
            "macroPrecision": macro["precision"],
            "macroRecall": macro["recall"],
        },
    }


def confusion(regions: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Return how often a tagged entity of each type was predicted as each type.

    A tagged entity counts for the prediction that shares the most of its characters, the first of
    equals, and for none where nothing was predicted there. Types that were tagged have a row.
    """
    counts: dict[str, dict[str, int]] = {}
    for region in regions:
        predicted = sorted(region["predictedEntities"], key=lambda one: int(one["offset"]))
        first = 0
        for expected in sorted(region["expectedEntities"], key=lambda one: int(one["offset"])):
            row = counts.setdefault(expected["category"], {})
            # Neither side's entities overlap one another, so what ended before this one began is
            # of no use to those after it.
            while first < len(predicted) and _end(predicted[first]) <= expected["offset"]:
                first += 1
            best, most = "", 0
            for one in predicted[first:]:
                if one["offset"] >= _end(expected):
                    break
                begin = max(one["offset"], expected["offset"])
                shared = min(_end(one), _end(expected)) - begin
                if shared > most:
                    best, most = one["category"], shared
            if most:
                row[best] = row.get(best, 0) + 1
    return {actual: dict(sorted(counts[actual].items())) for actual in sorted(counts)}


def _end(entity: Mapping[str, Any]) -> int:
    return int(entity["offset"]) + int(entity["length"])


def validation_json(predictions: Sequence[Mapping[str, Any]], culture: str) -> dict[str, Any]:
    """Return what was tagged in the validation set beside what is predicted there, by document.

    `culture` is the project's, for documents that have none of their own. Offsets and lengths are
    in UTF-16 units of the document, as in the tags file. No record of this answer was found for
    extraction. It follows that of classification (`multiClassificationValidation` with
    `documents`, each with `classes` of `labeledClasses` and `predictedClasses`, `location` and
    `culture`), and tells an entity as the tags file does.
    """
    return {
        "modelType": _EXTRACTION,
        "extractionValidation": {
            "documents": [
                {
                    "entities": {
                        "labeledEntities": _extracted(regions, "expectedEntities"),
                        "predictedEntities": _extracted(regions, "predictedEntities"),
                    },
                    "location": regions[0]["location"],
                    "culture": regions[0]["language"] or culture,
                }
                for regions in by_document(predictions, "Validation")
            ]
        },
    }


def _extracted(regions: Sequence[Mapping[str, Any]], side: str) -> list[dict[str, Any]]:
    return [_entity(entity) for region in regions for entity in region[side]]


def _entity(entity: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in entity.items() if key != "category"}
    return {"extractorName": entity["category"], **told}
