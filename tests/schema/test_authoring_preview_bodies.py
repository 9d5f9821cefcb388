"""The authoring API of 2021: what its answers count, and how its neighbours spelled requests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.models import TrainingOptions
from shared.domain.operations import Operation, OperationKind
from shared.domain.states import State
from shared.errors import Conflict, InvalidArgument, MissingInputDocuments, ProjectNotFound
from shared.schema import authoring_intermediate
from shared.schema.authoring_preview import (
    confusion,
    model_id,
    training_json,
)
from shared.schema.codes import tell_as_in_2021
from shared.schema.preview_requests import parse_project


def entity(category: str, offset: int, length: int) -> dict[str, Any]:
    return {"category": category, "offset": offset, "length": length}


def region(expected: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> dict[str, Any]:
    return {"expectedEntities": expected, "predictedEntities": predicted}


@pytest.mark.parametrize(
    ("expected", "predicted", "counts"),
    [
        ([entity("A", 0, 5)], [entity("A", 0, 5)], {"A": {"A": 1}}),
        ([entity("A", 0, 5)], [entity("B", 0, 5)], {"A": {"B": 1}}),
        ([entity("A", 0, 5)], [], {"A": {}}),
        ([entity("A", 0, 5)], [entity("A", 5, 5)], {"A": {}}),
        ([], [entity("A", 0, 5)], {}),
        # The prediction that shares the most counts; of equals the first.
        ([entity("A", 0, 9)], [entity("B", 0, 3), entity("A", 4, 5)], {"A": {"A": 1}}),
        ([entity("A", 0, 8)], [entity("B", 0, 4), entity("A", 4, 4)], {"A": {"B": 1}}),
        # One prediction may stand over several tagged entities.
        (
            [entity("A", 0, 2), entity("B", 3, 2)],
            [entity("A", 0, 5)],
            {"A": {"A": 1}, "B": {"A": 1}},
        ),
        # In whatever order they come.
        (
            [entity("B", 10, 2), entity("A", 0, 2)],
            [entity("B", 10, 2), entity("B", 4, 2), entity("A", 1, 1)],
            {"A": {"A": 1}, "B": {"B": 1}},
        ),
    ],
)
def test_a_tagged_entity_counts_for_the_prediction_that_it_shares_most_with(
    expected: list[dict[str, Any]],
    predicted: list[dict[str, Any]],
    counts: dict[str, dict[str, int]],
) -> None:
    assert confusion([region(expected, predicted)]) == counts


def test_counts_of_regions_are_summed() -> None:
    one = region([entity("A", 0, 5)], [entity("A", 0, 5)])
    other = region([entity("A", 0, 5)], [entity("B", 0, 5)])

    assert confusion([one, one, other]) == {"A": {"A": 2, "B": 1}}


def test_a_model_id_is_a_guid_with_the_kind_and_latest() -> None:
    assert (
        model_id("0191d4c2000070008000000000000000")
        == "0191d4c2-0000-7000-8000-000000000000_Extraction_latest"
    )


@pytest.mark.parametrize(
    ("state", "phase", "task", "evaluation"),
    [
        (State.NOT_STARTED, "waiting", "notStarted", "notStarted"),
        (State.RUNNING, "learning", "running", "notStarted"),
        # The model is trained, but cannot be published yet.
        (State.RUNNING, "evaluating", "running", "running"),
        (State.RUNNING, "publishing", "running", "running"),
        (State.SUCCEEDED, "", "succeeded", "succeeded"),
        (State.FAILED, "", "failed", "failed"),
        (State.CANCELLED, "", "cancelled", "cancelled"),
    ],
)
def test_a_training_has_succeeded_when_its_model_can_be_published(
    state: State, phase: str, task: str, evaluation: str
) -> None:
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    operation = Operation(
        id="0191d4c2-0000-7000-8000-000000000000",
        kind=OperationKind.TRAIN,
        project_name="P",
        state=state,
        phase=phase,
        created=moment,
        updated=moment,
        expires=moment,
        training=TrainingOptions(label="M", config_version="2022-05-01"),
    )

    body = training_json(operation)

    (found,) = body["tasks"]
    assert (found["status"], found["evaluationStatus"]["status"]) == (task, evaluation)
    assert body["status"] == task
    assert ("error" in found) is bool(body["errors"]) is (state is State.FAILED)
    assert body["inProgress"] + body["completed"] + body["failed"] == body["total"] == 1


def test_every_fault_of_a_new_project_is_listed() -> None:
    with pytest.raises(InvalidArgument) as caught:
        parse_project(b'{"modelType": "SingleClassification", "labelsLocation": "http://x/y"}')

    targets = {detail.target for detail in caught.value.details}
    assert targets == {
        "$.name",
        "$.modelType",
        "$.storageInputContainerName",
        "$.culture",
        "$.labelsLocation",
    }


@pytest.mark.parametrize(
    ("options", "todays"),
    [
        ({"type": "percentage"}, {"kind": "percentage"}),
        ({"type": "Set"}, {"kind": "manual"}),
        ({"kind": "manual", "type": "percentage"}, {"kind": "manual"}),
        ({"testingSplitPercentage": "20"}, {"testingSplitPercentage": 20}),
        ({"testingSplitPercentage": 20}, {"testingSplitPercentage": 20}),
        ({"testingSplitPercentage": "2e1"}, {"testingSplitPercentage": "2e1"}),
        ({"testingSplitPercentage": "9" * 5000}, {"testingSplitPercentage": "9" * 5000}),
    ],
)
def test_a_split_is_spelled_as_today(options: dict[str, Any], todays: dict[str, Any]) -> None:
    body = json.dumps({"modelLabel": "M", "evaluationOptions": options}).encode()

    spelled = json.loads(authoring_intermediate.training_request(body))

    assert spelled["modelLabel"] == "M"
    assert {**options, **todays} == spelled["evaluationOptions"]


@pytest.mark.parametrize(
    ("error", "code", "inner"),
    [
        (ProjectNotFound(), "NotFound", None),
        (Conflict(), "InvalidRequest", None),
        (InvalidArgument(), "InvalidArgument", None),
        (MissingInputDocuments(), "InvalidRequest", "MissingInputRecords"),
    ],
)
def test_codes_are_those_of_2021(error: Any, code: str, inner: str | None) -> None:
    status = error.status

    tell_as_in_2021(error)

    body = error.body()["error"]
    assert body["code"] == code
    assert body.get("innererror", {}).get("code") == inner
    assert error.status == status
    # The next error of the class is untouched.
    assert type(error)().code == type(error).code
