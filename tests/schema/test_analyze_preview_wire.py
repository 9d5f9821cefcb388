"""Extraction jobs of the 2021 previews: what is taken, what is refused, what is answered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.jobs import InputDocument, Job, JobRequest, Task, TaskRequest, TaskResult
from shared.domain.models import Artifact
from shared.domain.states import State
from shared.errors import ErrorDetail, ServiceError
from shared.limits import DEFAULTS
from shared.schema import analyze_preview
from shared.schema.analyze_preview import Version
from shared.schema.entities import document_json
from shared.schema.query import Page
from shared.text.offsets import IndexType
from shared.text.spans import Span

GUID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def request(*tasks: Any, **others: Any) -> dict[str, Any]:
    return {
        "displayName": "Mine",
        "analysisInput": {"documents": [{"id": "doc1", "text": "On 1 May"}]},
        "tasks": {"customEntityRecognitionTasks": list(tasks), **others},
    }


def task(**parameters: Any) -> dict[str, Any]:
    return {"parameters": parameters}


def parse(body: Any) -> JobRequest:
    return analyze_preview.parse_job(json.dumps(body).encode(), DEFAULTS)


def test_a_request_of_the_first_preview_names_a_model_by_its_id() -> None:
    body = request(task(modelId=f"{GUID}_Extraction_latest", stringIndexType="TextElements_v8"))

    assert parse(body) == JobRequest(
        display_name="Mine",
        documents=[InputDocument(id="doc1", text="On 1 May")],
        tasks=[TaskRequest(model_id=f"{GUID}_Extraction_latest")],
    )


@pytest.mark.parametrize("dashes", [True, False])
def test_a_request_of_the_second_names_project_and_deployment(dashes: bool) -> None:
    names = ("project-name", "deployment-name") if dashes else ("projectName", "deploymentName")
    parameters = {names[0]: "Loans", names[1]: "prod", "stringIndexType": "TextElement_v8"}

    read = parse(request({"taskName": "0", "parameters": parameters}))

    assert list(read.tasks) == [TaskRequest(name="0", project="Loans", deployment="prod")]


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"tasks": {}}, "$.analysisInput.documents"),
        (request(), "$.tasks.customEntityRecognitionTasks"),
        ({**request(), "tasks": []}, "$.tasks"),
        ({**request(), "tasks": None}, "$.tasks"),
        (
            request(task(modelId="m"), entityRecognitionTasks=[{}]),
            "$.tasks.entityRecognitionTasks",
        ),
        (request("x"), "$.tasks.customEntityRecognitionTasks[0]"),
        (request({}), "$.tasks.customEntityRecognitionTasks[0].parameters"),
        (request(task()), "$.tasks.customEntityRecognitionTasks[0].parameters.project-name"),
        (
            request(task(**{"project-name": "Loans"})),
            "$.tasks.customEntityRecognitionTasks[0].parameters.deployment-name",
        ),
        (
            request(task(modelId="a b")),
            "$.tasks.customEntityRecognitionTasks[0].parameters.modelId",
        ),
        (request(task(modelId="")), "$.tasks.customEntityRecognitionTasks[0].parameters.modelId"),
        (
            request(task(modelId="m", projectName="Loans")),
            "$.tasks.customEntityRecognitionTasks[0].parameters.modelId",
        ),
        (
            request(*[task(modelId="m")] * 26),
            "$.tasks.customEntityRecognitionTasks",
        ),
    ],
)
def test_a_request_that_cannot_be_is_refused(body: Any, target: str) -> None:
    with pytest.raises(ServiceError) as refused:
        parse(body)

    details = refused.value.details or (refused.value.detail(),)
    assert target in [detail.target for detail in details]
    assert refused.value.status == 400


def test_an_empty_list_of_other_tasks_is_no_fault() -> None:
    assert len(parse(request(task(modelId="m"), keyPhraseExtractionTasks=[])).tasks) == 1


# ---- answers

NOON = datetime(2021, 5, 19, 14, 32, 25, tzinfo=UTC)
PLAN = Task(
    name=None,
    project="Loans",
    deployment="prod",
    index_type=IndexType.TEXT_ELEMENTS,
    artifact=Artifact(prefix="p/", digest="0" * 64),
)
JOB = Job(
    id=GUID,
    display_name="Mine",
    state=State.SUCCEEDED,
    created=NOON,
    updated=NOON + timedelta(seconds=1),
    expires=NOON + timedelta(hours=24),
    tasks=(PLAN,),
    documents=1,
)
RESULT = TaskResult(
    state=State.SUCCEEDED,
    updated=NOON,
    documents=[
        document_json("doc1", "On 1 May", [Span(3, 8, "Date", 0.5)], IndexType.TEXT_ELEMENTS)
    ],
)
ENTITIES = [{"text": "1 May", "category": "Date", "offset": 3, "length": 5, "confidenceScore": 0.5}]


def render(version: Version, job: Job, *results: TaskResult, **options: Any) -> dict[str, Any]:
    return analyze_preview.render_job(version, job, results, endpoint="http://h", **options)


def test_the_first_preview_has_its_tasks_one_level_deeper() -> None:
    assert render(Version.CT1, JOB, RESULT) == {
        "jobId": GUID,
        "displayName": "Mine",
        "createdDateTime": "2021-05-19T14:32:25Z",
        "expirationDateTime": "2021-05-20T14:32:25Z",
        "lastUpdateDateTime": "2021-05-19T14:32:26Z",
        "status": "succeeded",
        "errors": [],
        "tasks": {
            "details": {
                "name": "Mine",
                "lastUpdateDateTime": "2021-05-19T14:32:26Z",
                "status": "succeeded",
            },
            "completed": 1,
            "failed": 0,
            "inProgress": 0,
            "total": 1,
            "tasks": {
                "customEntityRecognitionTasks": [
                    {
                        "lastUpdateDateTime": "2021-05-19T14:32:25Z",
                        "name": "Mine",
                        "status": "succeeded",
                        "results": {
                            "documents": [{"id": "doc1", "entities": ENTITIES, "warnings": []}],
                            "errors": [],
                            "projectName": "Loans",
                            "deploymentName": "prod",
                            "statistics": {
                                "documentsCount": 1,
                                "validDocumentsCount": 1,
                                "erroneousDocumentsCount": 0,
                                "transactionsCount": 1,
                            },
                        },
                    }
                ]
            },
        },
    }


def test_the_second_preview_is_flat_and_says_state_and_status() -> None:
    assert render(Version.V32, replace(JOB, display_name=None), RESULT) == {
        "jobId": GUID,
        "createdDateTime": "2021-05-19T14:32:25Z",
        "expirationDateTime": "2021-05-20T14:32:25Z",
        "lastUpdateDateTime": "2021-05-19T14:32:26Z",
        "status": "succeeded",
        "errors": [],
        "tasks": {
            "completed": 1,
            "failed": 0,
            "inProgress": 0,
            "total": 1,
            "customEntityRecognitionTasks": [
                {
                    "lastUpdateDateTime": "2021-05-19T14:32:25Z",
                    "status": "succeeded",
                    "state": "succeeded",
                    "taskName": "0",
                    "results": {
                        "documents": [{"id": "doc1", "entities": ENTITIES, "warnings": []}],
                        "errors": [],
                        "projectName": "Loans",
                        "deploymentName": "prod",
                    },
                }
            ],
        },
    }


@pytest.mark.parametrize("version", list(Version))
def test_tasks_do_not_show_before_they_have_ended(version: Version) -> None:
    waiting = TaskResult(state=State.RUNNING, updated=NOON)

    body = render(version, replace(JOB, state=State.RUNNING), waiting)

    assert "customEntityRecognitionTasks" not in json.dumps(body)
    assert body["tasks"]["inProgress"] == 1
    assert body["status"] == "running"


@pytest.mark.parametrize("name", ["", "0", "a b/ü"])
def test_the_name_of_a_task_is_echoed_as_it_was(name: str) -> None:
    job = replace(JOB, tasks=(replace(PLAN, name=name),))

    item = render(Version.V32, job, RESULT)["tasks"]["customEntityRecognitionTasks"][0]

    assert item["taskName"] == name


@pytest.mark.parametrize("version", list(Version))
def test_errors_point_at_tasks_as_the_preview_does(version: Version) -> None:
    told = ErrorDetail("NotFound", "The model is gone.", "#/tasks/items/1")
    failed = TaskResult(state=State.FAILED, updated=NOON)
    job = replace(JOB, tasks=(PLAN,) * 3, state=State.PARTIALLY_COMPLETED, errors=(told,))

    body = render(version, job, RESULT, failed, failed)

    assert [error["target"] for error in body["errors"]] == [
        "#/tasks/customEntityRecognitionTasks/1",
        "#/tasks/customEntityRecognitionTasks/2",
    ]


@pytest.mark.parametrize("version", list(Version))
def test_a_failed_job_has_its_first_error_where_pollers_look(version: Version) -> None:
    failed = TaskResult(state=State.FAILED, updated=NOON)

    body = render(version, replace(JOB, state=State.FAILED), failed)

    assert body["error"]["code"] == body["errors"][0]["code"]
    assert "error" not in render(version, JOB, RESULT)


def test_programs_of_the_first_preview_read_only_words_that_they_wait_for() -> None:
    job = replace(JOB, state=State.PARTIALLY_COMPLETED)

    assert render(Version.CT1, job, RESULT)["status"] == "succeeded"
    assert render(Version.V32, job, RESULT)["status"] == "partiallyCompleted"


def test_statistics_come_when_they_are_asked_for() -> None:
    body = render(Version.V32, JOB, RESULT, show_statistics=True)

    results = body["tasks"]["customEntityRecognitionTasks"][0]["results"]
    assert body["statistics"]["documentsCount"] == 1
    assert results["statistics"]["transactionsCount"] == 1
    assert results["documents"][0]["statistics"]["charactersCount"] == 8


def test_the_next_link_has_the_names_of_the_preview() -> None:
    two = replace(RESULT, documents=[*RESULT.documents, *RESULT.documents])

    body = render(Version.V32, JOB, two, page=Page(size=1), show_statistics=True)

    assert body["@nextLink"] == (
        f"http://h/text/analytics/v3.2-preview.2/analyze/jobs/{GUID}?$skip=1&$top=1&showStats=true"
    )


def test_a_job_has_its_address() -> None:
    assert analyze_preview.operation_location(Version.CT1, "http://h", GUID) == (
        f"http://h/text/analytics/v3.1-preview.ct.1/analyze/jobs/{GUID}"
    )
