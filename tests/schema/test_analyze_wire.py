"""Extraction jobs of the API since 2022: what is taken, what is refused, what is answered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import limits
from shared.domain.jobs import InputDocument, Job, JobRequest, Task, TaskRequest, TaskResult
from shared.domain.models import Artifact
from shared.domain.states import State
from shared.errors import (
    ErrorDetail,
    InvalidArgument,
    InvalidDocument,
    InvalidDocumentBatch,
    InvalidParameterValue,
    MissingInputDocuments,
    ServiceError,
)
from shared.limits import Limits
from shared.schema import analyze
from shared.schema.entities import document_error, document_json
from shared.schema.query import Page
from shared.text.offsets import IndexType
from shared.text.spans import Span

TASK: dict[str, Any] = {
    "kind": "CustomEntityRecognition",
    "parameters": {"projectName": "Loans", "deploymentName": "prod"},
}


def request(**changes: Any) -> dict[str, Any]:
    return {
        "analysisInput": {"documents": [{"id": "1", "text": "On 1 May"}]},
        "tasks": [TASK],
        **changes,
    }


def with_documents(*documents: Any) -> dict[str, Any]:
    return request(analysisInput={"documents": list(documents)})


def parse(body: Any, documents: int = 10, characters: int = 1_000) -> JobRequest:
    bounds = Limits(documents_per_job=documents, characters_per_job=characters)
    return analyze.parse_job(json.dumps(body).encode(), bounds)


def test_a_request_as_the_javascript_client_sends_it() -> None:
    assert parse(request()) == JobRequest(
        documents=[InputDocument(id="1", text="On 1 May")],
        tasks=[TaskRequest(project="Loans", deployment="prod")],
    )


def test_a_request_as_the_python_client_sends_it() -> None:
    body = request(
        displayName="Mine",
        analysisInput={"documents": [{"id": "1", "text": "é\r\n", "language": "fr"}]},
        tasks=[
            {
                "kind": "CustomEntityRecognition",
                "taskName": "0",
                "parameters": {
                    "projectName": "Loans",
                    "deploymentName": "prod",
                    "stringIndexType": "UnicodeCodePoint",
                    "loggingOptOut": True,
                },
            }
        ],
    )

    assert parse(body) == JobRequest(
        display_name="Mine",
        documents=[InputDocument(id="1", text="é\r\n", language="fr")],
        tasks=[
            TaskRequest(
                name="0", project="Loans", deployment="prod", index_type=IndexType.CODE_POINTS
            )
        ],
    )


@pytest.mark.parametrize(
    ("name", "index_type"),
    [
        (None, IndexType.TEXT_ELEMENTS),
        ("TextElements_v8", IndexType.TEXT_ELEMENTS),
        ("TextElement_v8", IndexType.TEXT_ELEMENTS),
        ("UnicodeCodePoint", IndexType.CODE_POINTS),
        ("Utf16CodeUnit", IndexType.UTF16),
    ],
)
def test_each_index_type_is_taken(name: str | None, index_type: IndexType) -> None:
    parameters = {**TASK["parameters"], "stringIndexType": name}

    assert parse(request(tasks=[{**TASK, "parameters": parameters}])).tasks[0].index_type is (
        index_type
    )


def test_documents_without_a_language_have_the_default_one() -> None:
    documents = [{"id": "1", "text": "x"}, {"id": "2", "text": "y", "language": "fr"}]

    read = parse(request(defaultLanguage="de", analysisInput={"documents": documents}))

    assert [document.language for document in read.documents] == ["de", "fr"]


@pytest.mark.parametrize("seconds", [0, 0.5, 90, 2**31 - 1])
def test_a_job_can_be_given_so_many_seconds(seconds: float) -> None:
    assert parse(request(cancelAfter=seconds)).cancel_after == seconds


@pytest.mark.parametrize("seconds", [-1, 2**31, 1e300, "60", True, [60]])
def test_a_time_that_is_none_is_refused(seconds: Any) -> None:
    with pytest.raises(InvalidArgument) as refused:
        parse(request(cancelAfter=seconds))

    assert refused.value.target == "$.cancelAfter"


def test_a_document_without_text_does_not_spoil_the_request() -> None:
    assert parse(with_documents({"id": "1", "text": ""})).documents[0].text == ""


@pytest.mark.parametrize(
    ("body", "kind", "target"),
    [
        ({"tasks": [TASK]}, MissingInputDocuments, "$.analysisInput.documents"),
        (request(analysisInput={}), MissingInputDocuments, "$.analysisInput.documents"),
        (with_documents(), MissingInputDocuments, "$.analysisInput.documents"),
        (
            request(analysisInput={"documents": {}}),
            InvalidDocumentBatch,
            "$.analysisInput.documents",
        ),
        (request(analysisInput=[]), InvalidArgument, "$.analysisInput"),
        (with_documents("x"), InvalidArgument, "$.analysisInput.documents[0]"),
        (with_documents({"text": "x"}), InvalidArgument, "$.analysisInput.documents[0].id"),
        (
            with_documents({"id": "", "text": "x"}),
            InvalidArgument,
            "$.analysisInput.documents[0].id",
        ),
        (
            with_documents({"id": 1, "text": "x"}),
            InvalidArgument,
            "$.analysisInput.documents[0].id",
        ),
        (with_documents({"id": "1"}), InvalidDocument, "$.analysisInput.documents[0].text"),
        (
            with_documents({"id": "1", "text": ["x"]}),
            InvalidArgument,
            "$.analysisInput.documents[0].text",
        ),
        (
            with_documents({"id": "1", "text": "x", "language": 1}),
            InvalidArgument,
            "$.analysisInput.documents[0].language",
        ),
        (
            with_documents({"id": "1", "text": "x"}, {"id": "1", "text": "y"}),
            InvalidDocument,
            "$.analysisInput.documents[1].id",
        ),
        (request(displayName=1), InvalidArgument, "$.displayName"),
        (request(displayName="x" * 1_001), InvalidArgument, "$.displayName"),
        (request(tasks=[]), InvalidParameterValue, "$.tasks"),
        (request(tasks=None), InvalidParameterValue, "$.tasks"),
        (request(tasks={}), InvalidArgument, "$.tasks"),
        (request(tasks=["x"]), InvalidArgument, "$.tasks[0]"),
        (request(tasks=[{**TASK, "kind": "Healthcare"}]), InvalidParameterValue, "$.tasks[0].kind"),
        (request(tasks=[{**TASK, "kind": 1}]), InvalidArgument, "$.tasks[0].kind"),
        (request(tasks=[{**TASK, "taskName": 1}]), InvalidArgument, "$.tasks[0].taskName"),
        (
            request(tasks=[{**TASK, "parameters": {"projectName": "Loans"}}]),
            InvalidArgument,
            "$.tasks[0].parameters.deploymentName",
        ),
        (
            request(tasks=[{**TASK, "parameters": {**TASK["parameters"], "projectName": "a/b"}}]),
            InvalidParameterValue,
            "$.tasks[0].parameters.projectName",
        ),
        (
            request(
                tasks=[{**TASK, "parameters": {**TASK["parameters"], "stringIndexType": "Bytes"}}]
            ),
            InvalidParameterValue,
            "$.tasks[0].parameters.stringIndexType",
        ),
    ],
)
def test_a_request_that_cannot_be_is_refused(
    body: Any, kind: type[ServiceError], target: str
) -> None:
    with pytest.raises(ServiceError) as refused:
        parse(body)

    details = refused.value.details or (refused.value.detail(),)
    assert target in [detail.target for detail in details]
    assert type(refused.value) is kind
    assert refused.value.status == 400


def test_a_task_of_another_kind_is_told_which_kind_there_is() -> None:
    with pytest.raises(InvalidParameterValue, match="CustomEntityRecognition only") as refused:
        parse(request(tasks=[{**TASK, "kind": "SentimentAnalysis"}]))

    assert refused.value.target == "$.tasks[0].kind"


def test_every_fault_of_a_request_is_listed() -> None:
    body = with_documents({"id": "1", "text": "x"}, {"id": "1", "text": "x"}, {})
    body["tasks"] = [{"kind": "X", "parameters": {}}, {**TASK, "parameters": {}}]

    with pytest.raises(InvalidDocument) as refused:
        parse(body)

    assert [detail.target for detail in refused.value.details] == [
        "$.analysisInput.documents[2].text",
        "$.analysisInput.documents[2].id",
        "$.analysisInput.documents[1].id",
        "$.tasks[0].kind",
        "$.tasks[1].parameters.projectName",
        "$.tasks[1].parameters.deploymentName",
    ]
    assert refused.value.inner_code == "InvalidDocument"


def test_a_request_has_at_most_as_many_documents_as_allowed() -> None:
    documents = [{"id": str(number), "text": "x"} for number in range(26)]
    assert len(parse(with_documents(*documents[:25]), documents=25).documents) == 25

    with pytest.raises(InvalidDocumentBatch, match="at most 25 documents; this one has 26"):
        parse(with_documents(*documents), documents=25)


@pytest.mark.parametrize("unit", ["x", "\U0001f600", "e\u0301", "\r\n", "👩‍👩‍👧"])
def test_the_characters_of_a_request_are_text_elements(unit: str) -> None:
    fitting = [{"id": "1", "text": unit * 60}, {"id": "2", "text": unit * 40}]
    assert len(parse(with_documents(*fitting), characters=100).documents) == 2

    with pytest.raises(InvalidDocumentBatch, match="at most 100 characters"):
        parse(with_documents(*fitting, {"id": "3", "text": unit}), characters=100)


@pytest.mark.parametrize("length", [limits.DOCUMENT_ID_LENGTH, limits.DOCUMENT_ID_LENGTH + 1])
def test_an_id_is_held_to_its_length(length: int) -> None:
    body = with_documents({"id": "x" * length, "text": "y"})

    if length <= limits.DOCUMENT_ID_LENGTH:
        assert parse(body).documents[0].id == "x" * length
    else:
        with pytest.raises(InvalidArgument, match="longer than 512"):
            parse(body)


@pytest.mark.parametrize("count", [limits.TASKS_PER_JOB, limits.TASKS_PER_JOB + 1])
def test_a_request_has_at_most_as_many_tasks_as_allowed(count: int) -> None:
    body = request(tasks=[TASK] * count)

    if count <= limits.TASKS_PER_JOB:
        assert len(parse(body).tasks) == count
    else:
        with pytest.raises(InvalidParameterValue, match="at most 25 tasks, not 26"):
            parse(body)


def test_no_refusal_repeats_the_text_of_a_document() -> None:
    body = with_documents({"id": "1", "text": "secret"}, {"id": "1", "text": "secret"}, "secret")

    with pytest.raises(ServiceError) as refused:
        parse(body)

    assert "secret" not in json.dumps(refused.value.body())


# ---- answers

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
PLAN = Task(
    name="0",
    project="Loans",
    deployment="prod",
    index_type=IndexType.CODE_POINTS,
    artifact=Artifact(prefix="p/", digest="0" * 64),
)
JOB = Job(
    id="018f3a00-0000-7000-8000-000000000000",
    created=NOON,
    updated=NOON + timedelta(seconds=1),
    expires=NOON + timedelta(hours=24),
    tasks=(PLAN,),
    documents=2,
)
DOCUMENT = document_json("1", "On 1 May", [Span(3, 8, "Date", 0.98765)], IndexType.CODE_POINTS)
EMPTY = document_error(InputDocument(id="2", text=""), longest=10)
assert EMPTY is not None
RESULT = TaskResult(
    state=State.SUCCEEDED,
    updated=NOON,
    documents=[DOCUMENT],
    errors=[{"id": "2", "error": EMPTY.body()}],
)


def render(job: Job, *results: TaskResult, **options: Any) -> dict[str, Any]:
    return analyze.render_job(
        job, results, endpoint="http://h", api_version="2023-04-01", **options
    )


def test_a_job_that_waits_has_no_items() -> None:
    waiting = TaskResult(state=State.NOT_STARTED, updated=NOON)

    assert render(JOB, waiting) == {
        "jobId": JOB.id,
        "createdDateTime": "2024-05-01T12:00:00Z",
        "expirationDateTime": "2024-05-02T12:00:00Z",
        "lastUpdatedDateTime": "2024-05-01T12:00:01Z",
        "lastUpdateDateTime": "2024-05-01T12:00:01Z",
        "status": "notStarted",
        "errors": [],
        "tasks": {"completed": 0, "failed": 0, "inProgress": 1, "total": 1, "items": []},
    }


def test_a_job_that_succeeded_has_its_entities() -> None:
    body = render(replace(JOB, state=State.SUCCEEDED, display_name="Mine"), RESULT)

    assert body["displayName"] == "Mine"
    assert body["status"] == "succeeded"
    assert body["tasks"] == {
        "completed": 1,
        "failed": 0,
        "inProgress": 0,
        "total": 1,
        "items": [
            {
                "kind": "CustomEntityRecognitionLROResults",
                "taskName": "0",
                "lastUpdateDateTime": "2024-05-01T12:00:00Z",
                "status": "succeeded",
                "results": {
                    "documents": [
                        {
                            "id": "1",
                            "entities": [
                                {
                                    "text": "1 May",
                                    "category": "Date",
                                    "offset": 3,
                                    "length": 5,
                                    "confidenceScore": 0.9877,
                                }
                            ],
                            "warnings": [],
                        }
                    ],
                    "errors": [
                        {
                            "id": "2",
                            "error": {
                                "code": "InvalidArgument",
                                "message": "Invalid document in request.",
                                "innererror": {
                                    "code": "InvalidDocument",
                                    "message": "Document text is empty.",
                                },
                            },
                        }
                    ],
                    "projectName": "Loans",
                    "deploymentName": "prod",
                },
            }
        ],
    }
    assert "statistics" not in json.dumps(body)
    assert "nextLink" not in body


def test_statistics_come_when_they_are_asked_for() -> None:
    body = render(replace(JOB, state=State.SUCCEEDED), RESULT, show_statistics=True)

    numbers = {
        "documentsCount": 2,
        "validDocumentsCount": 1,
        "erroneousDocumentsCount": 1,
        "transactionsCount": 1,
    }
    results = body["tasks"]["items"][0]["results"]
    assert body["statistics"] == numbers
    assert results["statistics"] == numbers
    assert results["documents"][0]["statistics"] == {"charactersCount": 8, "transactionsCount": 1}


@pytest.mark.parametrize("name", ["", "0", "a b/ü"])
def test_the_name_of_a_task_is_echoed_as_it_was(name: str) -> None:
    job = replace(JOB, tasks=(replace(PLAN, name=name),), state=State.SUCCEEDED)

    assert render(job, RESULT)["tasks"]["items"][0]["taskName"] == name


def test_a_task_without_a_name_has_none() -> None:
    job = replace(JOB, tasks=(replace(PLAN, name=None),), state=State.SUCCEEDED)

    assert "taskName" not in render(job, RESULT)["tasks"]["items"][0]


def test_a_failed_task_has_an_error_that_points_at_it_and_no_results() -> None:
    told = ErrorDetail("NotFound", "The model is gone.", "#/tasks/items/1")
    job = replace(JOB, tasks=(PLAN, PLAN), state=State.PARTIALLY_COMPLETED, errors=(told,))
    failed = TaskResult(state=State.FAILED, updated=NOON)

    body = render(job, RESULT, failed)

    assert body["status"] == "succeeded"
    assert body["errors"] == [
        {"code": "NotFound", "message": "The model is gone.", "target": "#/tasks/items/1"}
    ]
    assert "results" not in body["tasks"]["items"][1]
    assert body["tasks"]["items"][1]["status"] == "failed"
    assert (body["tasks"]["completed"], body["tasks"]["failed"]) == (1, 1)


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_a_task_that_ended_without_results_always_has_an_error(state: State) -> None:
    body = render(replace(JOB, state=state), TaskResult(state=state, updated=NOON))

    assert [error["target"] for error in body["errors"]] == ["#/tasks/items/0"]
    assert body["tasks"]["items"][0]["status"] == state.value


def test_a_cancelled_task_has_results_without_documents_beside_those_of_one_that_ended() -> None:
    job = replace(JOB, tasks=(PLAN, PLAN), state=State.CANCELLED)
    cancelled = TaskResult(state=State.CANCELLED, updated=NOON)

    body = render(job, RESULT, cancelled)

    first, second = body["tasks"]["items"]
    assert body["status"] == second["status"] == "cancelled"
    assert [document["id"] for document in first["results"]["documents"]] == ["1"]
    assert second["results"]["documents"] == second["results"]["errors"] == []
    assert body["error"]["message"] == "The job was cancelled before this task ended."


def test_later_versions_have_the_words_that_generated_clients_know() -> None:
    cancelled = TaskResult(state=State.CANCELLED, updated=NOON)
    failed = TaskResult(state=State.FAILED, updated=NOON)
    two = replace(JOB, tasks=(PLAN, PLAN))

    def render_later(state: State, *results: TaskResult) -> dict[str, Any]:
        job = replace(two, state=state)
        return analyze.render_job(
            job, results, endpoint="http://h", api_version="2026-05-15-preview"
        )

    body = render_later(State.CANCELLED, RESULT, cancelled)
    assert (body["status"], body["tasks"]["items"][1]["status"]) == ("canceled", "canceled")
    body = render_later(State.PARTIALLY_COMPLETED, RESULT, failed)
    assert (body["status"], body["tasks"]["items"][1]["status"]) == ("succeeded", "failed")
    assert [error["target"] for error in body["errors"]] == ["#/tasks/items/1"]
    assert "error" not in body


def test_a_failed_job_has_its_first_error_where_pollers_look() -> None:
    told = ErrorDetail("NotFound", "The model is gone.", "#/tasks/items/0")
    failed = TaskResult(state=State.FAILED, updated=NOON)

    body = render(replace(JOB, state=State.FAILED, errors=(told,)), failed)

    assert body["error"] == {"code": "NotFound", "message": "The model is gone."}
    assert "error" not in render(replace(JOB, state=State.SUCCEEDED), RESULT)


def pages(top: int, *results: TaskResult) -> list[dict[str, Any]]:
    """Follow the pages as a client does."""
    job = replace(JOB, tasks=(PLAN,) * len(results), state=State.SUCCEEDED, documents=5)
    page: Page | None = Page(size=top)
    bodies = []
    while page is not None:
        bodies.append(render(job, *results, page=page))
        page = page.following(5)
    return bodies


def test_pages_cut_every_task_alike_and_none_is_empty() -> None:
    documents = [{**DOCUMENT, "id": str(number)} for number in range(5)]
    errors = [{"id": str(number), "error": {}} for number in range(3)]
    whole = replace(RESULT, documents=documents, errors=[])
    spoilt = replace(RESULT, documents=documents[3:], errors=errors)

    bodies = pages(2, whole, spoilt)

    shown = [
        [
            [one["id"] for one in item["results"]["documents"] + item["results"]["errors"]]
            for item in body["tasks"]["items"]
        ]
        for body in bodies
    ]
    assert shown == [[["0", "1"], ["3", "4"]], [["2", "3"], ["0", "1"]], [["4"], ["2"]]]
    assert [body.get("nextLink") for body in bodies] == [
        f"http://h/language/analyze-text/jobs/{JOB.id}?api-version=2023-04-01&skip={skip}&top=2"
        if skip
        else None
        for skip in (2, 4, 0)
    ]


def test_a_job_has_its_address() -> None:
    assert analyze.operation_location("http://h", "id", "2023-04-01") == (
        "http://h/language/analyze-text/jobs/id?api-version=2023-04-01"
    )
