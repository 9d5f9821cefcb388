"""What the authoring API takes, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared import limits
from shared.domain.models import EvaluationKind, TrainingOptions
from shared.domain.projects import ProjectSettings
from shared.errors import InvalidArgument, InvalidBody
from shared.schema.authoring_requests import (
    ProjectChanges,
    parse_deployment,
    parse_project,
    parse_training,
)

PRESENT = ProjectSettings(
    name="Loans",
    container="loans",
    language="en-us",
    multilingual=True,
    description="old",
    confidence_threshold=0.5,
)
NEW: dict[str, Any] = {
    "projectName": "Loans",
    "projectKind": "CustomEntityRecognition",
    "storageInputContainerName": "loans",
    "language": "en-us",
}


def project(body: Any, name: str = "Loans") -> ProjectChanges:
    return parse_project(json.dumps(body).encode(), name)


def train(**body: Any) -> TrainingOptions:
    return parse_training(json.dumps({"modelLabel": "m1", **body}).encode())


def test_a_new_project_takes_what_is_required_and_defaults_for_the_rest() -> None:
    assert project(NEW).apply(None) == ProjectSettings(
        name="Loans", container="loans", language="en-us"
    )


def test_a_new_project_takes_every_setting() -> None:
    body = {
        **NEW,
        "multilingual": True,
        "description": "old",
        "settings": {"confidenceThreshold": 0.5},
        "unknown": {"is": "ignored"},
    }

    assert project(body).apply(None) == PRESENT


def test_all_that_a_new_project_lacks_is_listed() -> None:
    changes = project({})

    with pytest.raises(InvalidArgument) as refused:
        changes.apply(None)

    assert [detail.target for detail in refused.value.details] == [f"$.{name}" for name in NEW]


@pytest.mark.parametrize("field", list(NEW))
def test_each_required_field_is_required_of_a_new_project(field: str) -> None:
    changes = project({name: value for name, value in NEW.items() if name != field})

    with pytest.raises(InvalidArgument) as refused:
        changes.apply(None)

    assert refused.value.target == f"$.{field}"


def test_a_present_project_changes_in_what_is_sent_alone() -> None:
    assert project({}).apply(PRESENT) == PRESENT
    changed = project({"description": "new"}).apply(PRESENT)
    assert changed.description == "new"
    assert changed.confidence_threshold == 0.5


def test_null_takes_away_what_may_be_absent() -> None:
    body = {"description": None, "multilingual": None, "settings": {"confidenceThreshold": None}}

    changed = project(body).apply(PRESENT)

    assert changed == ProjectSettings(name="Loans", container="loans", language="en-us")


def test_settings_as_a_whole_can_be_taken_away_or_left() -> None:
    assert project({"settings": None}).apply(PRESENT).confidence_threshold is None
    assert project({"settings": {}}).apply(PRESENT).confidence_threshold == 0.5


@pytest.mark.parametrize("threshold", [0, 1, 0.5])
def test_a_threshold_is_between_0_and_1(threshold: float) -> None:
    changes = project({"settings": {"confidenceThreshold": threshold}})

    assert changes.apply(PRESENT).confidence_threshold == threshold


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"projectName": "loans"}, "$.projectName"),
        ({"projectName": 7}, "$.projectName"),
        ({"projectName": None}, "$.projectName"),
        ({"projectKind": "CustomHealthcare"}, "$.projectKind"),
        ({"projectKind": None}, "$.projectKind"),
        ({"storageInputContainerName": ""}, "$.storageInputContainerName"),
        ({"storageInputContainerName": "A_B"}, "$.storageInputContainerName"),
        ({"storageInputContainerName": None}, "$.storageInputContainerName"),
        ({"language": "klingon language"}, "$.language"),
        ({"language": None}, "$.language"),
        ({"multilingual": "true"}, "$.multilingual"),
        ({"description": 1}, "$.description"),
        ({"settings": []}, "$.settings"),
        ({"settings": {"confidenceThreshold": 1.01}}, "$.settings.confidenceThreshold"),
        ({"settings": {"confidenceThreshold": -0.01}}, "$.settings.confidenceThreshold"),
        ({"settings": {"confidenceThreshold": True}}, "$.settings.confidenceThreshold"),
        ({"settings": {"confidenceThreshold": "0.5"}}, "$.settings.confidenceThreshold"),
        ({"settings": {"confidenceThreshold": 10**400}}, "$.settings.confidenceThreshold"),
    ],
)
def test_a_change_that_cannot_be_is_refused(body: Any, target: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        project(body)

    assert refused.value.target == target


@pytest.mark.parametrize("length", [limits.DESCRIPTION_LENGTH, limits.DESCRIPTION_LENGTH + 1])
def test_a_description_is_held_to_its_length(length: int) -> None:
    body = {"description": "x" * length}

    if length <= limits.DESCRIPTION_LENGTH:
        assert project(body).apply(PRESENT).description == "x" * length
    else:
        with pytest.raises(InvalidArgument):
            project(body)


def test_a_project_needs_a_name_that_can_be() -> None:
    with pytest.raises(InvalidArgument) as refused:
        project({}, name="no/name")

    assert refused.value.target == "projectName"


def test_a_training_needs_no_more_than_a_label() -> None:
    assert train() == TrainingOptions(label="m1", config_version="2022-05-01")
    assert train(runValidation=True, evaluationOptions=None) == train()


@pytest.mark.parametrize(
    ("version", "taken"),
    [
        ("2022-05-01", "2022-05-01"),
        ("2023-04-01-preview", "2023-04-01-preview"),
        ("latest", "2022-05-01"),
        ("Latest", "2022-05-01"),
    ],
)
def test_a_configuration_is_a_date_or_the_latest(version: str, taken: str) -> None:
    assert train(trainingConfigVersion=version).config_version == taken


@pytest.mark.parametrize(
    ("options", "kind", "split"),
    [
        ({}, EvaluationKind.PERCENTAGE, (80, 10)),
        ({"kind": "percentage"}, EvaluationKind.PERCENTAGE, (80, 10)),
        (
            {"kind": "percentage", "trainingSplitPercentage": 70, "testingSplitPercentage": 30},
            EvaluationKind.PERCENTAGE,
            (70, 30),
        ),
        ({"trainingSplitPercentage": 99}, EvaluationKind.PERCENTAGE, (99, 1)),
        ({"testingSplitPercentage": 99}, EvaluationKind.PERCENTAGE, (1, 99)),
        ({"kind": "Manual"}, EvaluationKind.MANUAL, (80, 10)),
        (
            {"kind": "manual", "trainingSplitPercentage": 60, "testingSplitPercentage": 10},
            EvaluationKind.MANUAL,
            (80, 10),
        ),
    ],
)
def test_a_training_says_how_documents_are_dealt_out(
    options: Any, kind: EvaluationKind, split: tuple[int, int]
) -> None:
    training = train(evaluationOptions=options)

    assert training.evaluation is kind
    assert (training.train_percent, training.test_percent) == split


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"modelLabel": None}, "$.modelLabel"),
        ({"modelLabel": ""}, "$.modelLabel"),
        ({"modelLabel": "a b"}, "$.modelLabel"),
        ({"modelLabel": ["m"]}, "$.modelLabel"),
        ({"trainingConfigVersion": "newest"}, "$.trainingConfigVersion"),
        ({"trainingConfigVersion": 2022}, "$.trainingConfigVersion"),
        ({"evaluationOptions": "percentage"}, "$.evaluationOptions"),
        ({"evaluationOptions": {"kind": "random"}}, "$.evaluationOptions.kind"),
        (
            {"evaluationOptions": {"trainingSplitPercentage": 100}},
            "$.evaluationOptions.trainingSplitPercentage",
        ),
        (
            {"evaluationOptions": {"testingSplitPercentage": 0}},
            "$.evaluationOptions.testingSplitPercentage",
        ),
        (
            {"evaluationOptions": {"testingSplitPercentage": 20.0}},
            "$.evaluationOptions.testingSplitPercentage",
        ),
        (
            {
                "evaluationOptions": {
                    "trainingSplitPercentage": 80,
                    "testingSplitPercentage": 10,
                }
            },
            "$.evaluationOptions.trainingSplitPercentage",
        ),
        (
            {"dataGenerationSettings": {"enableDataGeneration": True}},
            "$.dataGenerationSettings.enableDataGeneration",
        ),
    ],
)
def test_a_training_that_cannot_be_is_refused(body: Any, target: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        train(**body)

    assert refused.value.target == target
    assert not refused.value.details


def test_a_deployment_names_its_model() -> None:
    assert parse_deployment(b'{"trainedModelLabel": "m1", "assignedResourceIds": []}') == "m1"


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (b"{}", "$.trainedModelLabel"),
        (b'{"trainedModelLabel": "a/b"}', "$.trainedModelLabel"),
        (b'{"trainedModelLabel": "m", "assignedResourceIds": ["/x"]}', "$.assignedResourceIds"),
        (b'{"trainedModelLabel": "m", "assignedResourceIds": "/x"}', "$.assignedResourceIds"),
    ],
)
def test_a_deployment_that_cannot_be_is_refused(body: bytes, target: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        parse_deployment(body)

    assert refused.value.target == target


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_requests_without_an_object_are_refused(body: bytes) -> None:
    for parse in (parse_training, parse_deployment, lambda data: parse_project(data, "Loans")):
        with pytest.raises(InvalidBody):
            parse(body)
