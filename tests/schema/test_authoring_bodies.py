"""What the authoring API answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.domain.models import Artifact, Deployment, TrainedModel, TrainingOptions
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project, ProjectSettings
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.schema.authoring_bodies import (
    deployment_json,
    listing,
    model_json,
    project_json,
)
from shared.schema.operation_bodies import operation_json, operation_location
from shared.schema.query import Page
from shared.schema.timestamps import far_off, timestamp

NOON = datetime(2024, 5, 1, 12, 0, 0, 987_654, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
ARTIFACT = Artifact(prefix="models/1/", digest="0" * 64)

PROJECT = Project(
    id="1" * 32,
    settings=ProjectSettings(name="Loans", container="loans", language="en-us"),
    created=NOON,
    modified=LATER,
)
TRAINING = Operation(
    id="018f3a00-0000-7000-8000-000000000000",
    kind=OperationKind.TRAIN,
    project_name="Loans",
    state=State.RUNNING,
    created=NOON,
    updated=LATER,
    expires=NOON + timedelta(days=7),
    phase="fitting",
    percent=40,
    started=NOON,
    training=TrainingOptions(label="m1", config_version="2022-05-01"),
)


def told(operation: Operation, api_version: str = "2023-04-01") -> dict[str, Any]:
    return operation_json(operation, endpoint="http://h", api_version=api_version)


def test_moments_are_told_in_utc_and_whole_seconds() -> None:
    there = datetime(2024, 5, 1, 14, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))

    assert timestamp(there) == "2024-05-01T12:00:00Z"
    assert far_off(there) == "2034-05-01"
    assert far_off(datetime(2024, 2, 29, tzinfo=UTC)) == "2034-02-28"


def test_a_project_tells_what_it_is() -> None:
    assert project_json(PROJECT) == {
        "projectName": "Loans",
        "projectKind": "CustomEntityRecognition",
        "storageInputContainerName": "loans",
        "language": "en-us",
        "multilingual": False,
        "description": "",
        "settings": {},
        "createdDateTime": "2024-05-01T12:00:00Z",
        "lastModifiedDateTime": "2024-05-01T12:05:00Z",
    }


def test_a_project_tells_its_training_deployment_and_threshold_once_it_has_them() -> None:
    settings = replace(PROJECT.settings, confidence_threshold=0.0)
    project = replace(PROJECT, settings=settings, last_trained=NOON, last_deployed=LATER)

    body = project_json(project)

    assert body["lastTrainedDateTime"] == "2024-05-01T12:00:00Z"
    assert body["lastDeployedDateTime"] == "2024-05-01T12:05:00Z"
    assert body["settings"] == {"confidenceThreshold": 0.0}


def test_a_model_tells_what_it_is() -> None:
    model = TrainedModel(
        options=TrainingOptions(label="m1", config_version="2022-05-01"),
        id="m1-20240501T120000-" + "1" * 32,
        artifact=ARTIFACT,
        operation_id="op",
        trained=NOON,
        duration_seconds=42,
        train_documents=8,
        validation_documents=1,
        test_documents=1,
        f1=0.75,
    )

    assert model_json(model) == {
        "label": "m1",
        "modelId": "m1-20240501T120000-" + "1" * 32,
        "lastTrainedDateTime": "2024-05-01T12:00:00Z",
        "lastTrainingDurationInSeconds": 42,
        "modelExpirationDate": "2034-05-01",
        "modelTrainingConfigVersion": "2022-05-01",
        "hasSnapshot": True,
        "f1": 0.75,
        "trainingDocumentsCount": 8,
        "validationDocumentsCount": 1,
        "testingDocumentsCount": 1,
    }


def test_a_deployment_tells_what_it_is() -> None:
    deployment = Deployment(
        name="prod",
        model_label="m1",
        model_id="id",
        artifact=ARTIFACT,
        config_version="2022-05-01",
        trained=NOON,
        deployed=LATER,
    )

    assert deployment_json(deployment) == {
        "deploymentName": "prod",
        "modelId": "id",
        "modelLabel": "m1",
        "lastTrainedDateTime": "2024-05-01T12:00:00Z",
        "lastDeployedDateTime": "2024-05-01T12:05:00Z",
        "deploymentExpirationDate": "2034-05-01",
        "modelTrainingConfigVersion": "2022-05-01",
        "assignedResources": [],
    }


def test_a_running_training_tells_its_progress() -> None:
    assert told(TRAINING) == {
        "jobId": TRAINING.id,
        "createdDateTime": "2024-05-01T12:00:00Z",
        "lastUpdatedDateTime": "2024-05-01T12:05:00Z",
        "expirationDateTime": "2024-05-08T12:00:00Z",
        "status": "running",
        "phase": "fitting",
        "percentComplete": 40,
        "warnings": [],
        "errors": [],
        "result": {
            "modelLabel": "m1",
            "trainingConfigVersion": "2022-05-01",
            "trainingStatus": {
                "percentComplete": 40,
                "startDateTime": "2024-05-01T12:00:00Z",
                "status": "running",
            },
            "evaluationStatus": {"percentComplete": 0, "status": "notStarted"},
        },
    }


@pytest.mark.parametrize(
    ("state", "phase", "training", "evaluation"),
    [
        (State.NOT_STARTED, "waiting", "notStarted", "notStarted"),
        (State.RUNNING, "evaluating", "succeeded", "running"),
        (State.RUNNING, "packing", "succeeded", "running"),
        (State.RUNNING, "publishing", "succeeded", "running"),
        (State.CANCELLING, "fitting", "cancelling", "notStarted"),
        (State.CANCELLED, "", "cancelled", "cancelled"),
        (State.FAILED, "", "failed", "notStarted"),
        (State.SUCCEEDED, "", "succeeded", "succeeded"),
    ],
)
def test_the_two_steps_of_a_training_follow_its_state(
    state: State, phase: str, training: str, evaluation: str
) -> None:
    body = told(replace(TRAINING, state=state, phase=phase))

    assert body["status"] == state.value
    assert body["result"]["trainingStatus"]["status"] == training
    assert body["result"]["evaluationStatus"]["status"] == evaluation


def test_a_training_that_has_succeeded_is_whole() -> None:
    done = replace(TRAINING, state=State.SUCCEEDED, percent=100, phase="", ended=LATER)

    result = told(done)["result"]

    assert (
        result["trainingStatus"]
        == result["evaluationStatus"]
        == {
            "percentComplete": 100,
            "startDateTime": "2024-05-01T12:00:00Z",
            "endDateTime": "2024-05-01T12:05:00Z",
            "status": "succeeded",
        }
    )


@pytest.mark.parametrize(
    ("version", "word"),
    [
        ("2023-04-01", "cancelled"),
        ("2023-04-15-preview", "cancelled"),
        ("2025-05-15-preview", "canceled"),
    ],
)
def test_cancelled_work_is_told_in_the_word_that_clients_of_the_version_end_at(
    version: str, word: str
) -> None:
    body = told(replace(TRAINING, state=State.CANCELLED), version)

    assert body["status"] == word
    assert body["result"]["trainingStatus"]["status"] == word
    assert body["result"]["evaluationStatus"]["status"] == word


def test_only_an_export_that_has_succeeded_says_where_its_result_is() -> None:
    export = replace(TRAINING, kind=OperationKind.EXPORT, training=None)

    assert "resultUrl" not in told(export)
    assert told(replace(export, state=State.SUCCEEDED))["resultUrl"] == (
        "http://h/language/authoring/analyze-text/projects/Loans/export/jobs/"
        f"{TRAINING.id}/result?api-version=2023-04-01"
    )


def test_an_evaluation_tells_how_it_deals_the_documents_out() -> None:
    evaluation = replace(TRAINING, kind=OperationKind.EVALUATE, subject="m1")

    assert told(evaluation)["result"] == {
        "evaluationOptions": {
            "kind": "percentage",
            "trainingSplitPercentage": 80,
            "testingSplitPercentage": 10,
        },
        "modelLabel": "m1",
        "trainingConfigVersion": "2022-05-01",
        "percentComplete": 40,
    }


def test_failed_work_has_its_first_error_where_pollers_look() -> None:
    errors = (ErrorDetail("InvalidArgument", "One.", "a.txt"), ErrorDetail("Other", "Two."))
    failed = replace(TRAINING, training=None, state=State.FAILED, errors=errors)

    body = told(failed)

    assert body["error"] == {
        "code": "InvalidArgument",
        "message": "One.",
        "target": "a.txt",
        "details": [{"code": "Other", "message": "Two."}],
    }
    assert body["errors"] == [
        {"code": "InvalidArgument", "message": "One.", "target": "a.txt"},
        {"code": "Other", "message": "Two."},
    ]
    assert "result" not in body


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_work_that_ended_so_without_an_error_still_has_one_where_pollers_look(
    state: State,
) -> None:
    assert told(replace(TRAINING, state=state))["error"]["code"]


@pytest.mark.parametrize("state", sorted(set(State) - {State.FAILED, State.CANCELLED}))
def test_other_work_has_no_error(state: State) -> None:
    assert "error" not in told(replace(TRAINING, state=state))


def test_warnings_are_listed() -> None:
    warned = replace(TRAINING, warnings=(ErrorDetail("Warning", "Left out.", "a.txt"),))

    assert told(warned)["warnings"] == [
        {"code": "Warning", "message": "Left out.", "target": "a.txt"}
    ]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (OperationKind.IMPORT, "Loans/import/jobs/"),
        (OperationKind.EXPORT, "Loans/export/jobs/"),
        (OperationKind.TRAIN, "Loans/train/jobs/"),
        (OperationKind.EVALUATE, "Loans/models/prod/evaluate/jobs/"),
        (OperationKind.LOAD_SNAPSHOT, "Loans/models/prod/load-snapshot/jobs/"),
        (OperationKind.SWAP, "Loans/deployments/swap/jobs/"),
        (OperationKind.EXPORT_MODEL, "Loans/exported-models/prod/jobs/"),
        (OperationKind.DELETE_EXPORTED_MODEL, "Loans/exported-models/prod/jobs/"),
        (OperationKind.DEPLOY, "Loans/deployments/prod/jobs/"),
        (OperationKind.DELETE_DEPLOYMENT, "Loans/deployments/prod/jobs/"),
        (OperationKind.DELETE_PROJECT, "global/deletion-jobs/"),
    ],
)
def test_each_kind_of_operation_has_its_address(kind: OperationKind, path: str) -> None:
    operation = replace(TRAINING, kind=kind, subject="prod")

    assert operation_location("http://h", operation, "2023-04-01") == (
        f"http://h/language/authoring/analyze-text/projects/{path}{TRAINING.id}"
        "?api-version=2023-04-01"
    )


def render(value: int) -> dict[str, Any]:
    return {"n": value}


def test_a_list_is_told_page_by_page() -> None:
    query = {"api-version": "2023-04-01"}

    first = listing([1, 2, 3], render, Page(size=2), url="http://h/p", query=query)
    last = listing([1, 2, 3], render, Page(skip=2, size=2), url="http://h/p", query=query)

    assert first == {
        "value": [{"n": 1}, {"n": 2}],
        "nextLink": "http://h/p?api-version=2023-04-01&skip=2&maxpagesize=2",
    }
    assert last == {"value": [{"n": 3}]}
