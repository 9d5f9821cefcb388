"""Extraction jobs over HTTP, alike in the three dialects: what is answered, and the limits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from function_app import app
from functions import wiring
from shared.domain.models import Artifact, Deployment
from shared.domain.projects import Project, ProjectSettings
from shared.errors import ModelNotFound
from shared.limits import DEFAULTS, Limits
from shared.settings import Settings, StorageSettings
from shared.storage.memory import memory_storage
from shared.storage.models import Models
from shared.storage.stores import Stores
from tests.functions.conftest import KEY, ROOT
from tests.functions.dialects import DIALECTS, HEADERS, Dialect, each_dialect, get
from tests.services.fakes import CapitalsEverywhere

PROJECT_ID = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PREVIEWS = [DIALECTS["ct.1"], DIALECTS["v3.2"]]


class OneGone(CapitalsEverywhere):
    """Models of which the one called `gone` has no files any more."""

    def get(self, models: Models, artifact: Artifact) -> Any:
        if artifact.digest == "gone":
            raise ModelNotFound()
        return super().get(models, artifact)


Start = Callable[[Limits], TestHost]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the app on storage in memory, with a project that has two deployments."""

    def start_within(limits: Limits) -> TestHost:
        stores = Stores.on(memory_storage(), limits)
        settings = ProjectSettings(name="Loans", container="loans", language="en")
        stores.projects.insert(Project(id=PROJECT_ID, settings=settings, created=NOW, modified=NOW))
        for name in ("production", "gone"):
            stores.models.put_deployment(
                PROJECT_ID,
                Deployment(
                    name=name,
                    model_label="M",
                    model_id=f"M-{name}-{PROJECT_ID}",
                    artifact=Artifact(prefix=f"models/{name}/", digest=name),
                    config_version="2022-05-01",
                    trained=NOW,
                    deployed=NOW,
                ),
            )
        wiring.use(
            wiring.Service(
                Settings(
                    storage=StorageSettings(connection_string="memory"),
                    key_digests=(hashlib.sha256(KEY.encode()).digest(),),
                    limits=limits,
                ),
                stores,
                OneGone(),
            )
        )
        return TestHost(app, ROOT)

    yield start_within
    wiring.use(None)


@pytest.fixture
def host(start: Start) -> TestHost:
    return start(DEFAULTS)


def documents(count: int, text: str = "call IBM") -> list[dict[str, str]]:
    return [{"id": f"d{number}", "text": f"{text} {number}"} for number in range(count)]


def refusal(response: Response, status: int = 400) -> tuple[str, str, str]:
    """The codes and the target of a refusal."""
    assert response.status == status, response.body
    error = response.json()["error"]
    assert error["message"]
    return error["code"], error.get("innererror", {}).get("code", ""), error.get("target", "")


@each_dialect
def test_a_job_is_answered_where_its_submission_says(dialect: Dialect, host: TestHost) -> None:
    submitted = dialect.submit(host, dialect.request(documents(2), displayName="Mine"))

    assert (submitted.status, submitted.body) == (202, b"")
    assert submitted.headers["operation-location"].startswith(f"http://localhost{dialect.path}/")
    assert submitted.headers["Retry-After"] == "1"
    answer = get(host, submitted.headers["operation-location"])
    assert answer.headers["Retry-After"] == "1"
    job = answer.json()
    assert (job["status"], job["displayName"], job["errors"]) == ("succeeded", "Mine", [])
    (item,) = dialect.items(job)
    assert item["results"]["documents"][1] == {
        "id": "d1",
        "entities": [
            {
                "text": "IBM",
                "category": "Capitals",
                "offset": 5,
                "length": 3,
                "confidenceScore": 0.75,
            }
        ],
        "warnings": [],
    }


@each_dialect
def test_25_documents_are_taken_and_26_refused(dialect: Dialect, host: TestHost) -> None:
    taken = dialect.submit(host, dialect.request(documents(25)))
    refused = dialect.submit(host, dialect.request(documents(26)))

    (item,) = dialect.items(dialect.read(host, taken))
    assert len(item["results"]["documents"]) == 25
    assert refusal(refused) == (
        "InvalidRequest",
        "InvalidDocumentBatch",
        "$.analysisInput.documents",
    )


@each_dialect
@pytest.mark.parametrize(
    "element", ["x", "\U0001f600", "\r\n", "a\u0308\u0323", "\U0001f469\u200d\U0001f9b0"]
)
@pytest.mark.parametrize("count", [1, 5])
def test_125_000_text_elements_are_taken_and_125_001_refused(
    dialect: Dialect, host: TestHost, element: str, count: int
) -> None:
    fitting = [{"id": str(n), "text": element * (125_000 // count)} for n in range(count)]
    longer = [*fitting[1:], {"id": "0", "text": fitting[0]["text"] + element}]

    taken = dialect.submit(host, dialect.request(fitting))
    refused = dialect.submit(host, dialect.request(longer))

    assert dialect.read(host, taken)["status"] == "notStarted"
    assert refusal(refused)[:2] == ("InvalidRequest", "InvalidDocumentBatch")


@each_dialect
def test_the_limits_of_a_job_can_be_raised(dialect: Dialect, start: Start) -> None:
    host = start(replace(DEFAULTS, documents_per_job=30, characters_per_job=200_000))

    taken = dialect.submit(host, dialect.request(documents(30, "x" * 6_000)))
    refused = dialect.submit(host, dialect.request(documents(31)))
    host.drain()

    (item,) = dialect.items(dialect.read(host, taken))
    assert len(item["results"]["documents"]) == 30
    assert refusal(refused)[1] == "InvalidDocumentBatch"


@each_dialect
def test_a_document_that_is_too_long_where_jobs_may_be_longer_spoils_no_other(
    dialect: Dialect, start: Start
) -> None:
    host = start(replace(DEFAULTS, characters_per_job=300_000))
    longest = {"id": "1", "text": "e\u0301" * 125_000}

    submitted = dialect.submit(
        host, dialect.request([longest, {"id": "2", "text": "x" * 125_001}, *documents(1)])
    )
    host.drain()

    (item,) = dialect.items(dialect.read(host, submitted))
    assert [document["id"] for document in item["results"]["documents"]] == ["1", "d0"]
    (error,) = item["results"]["errors"]
    assert error["id"] == "2"
    assert error["error"]["innererror"]["code"] == "InvalidDocument"


@each_dialect
@pytest.mark.parametrize("count", [25, 26])
def test_a_job_has_at_most_25_tasks(dialect: Dialect, host: TestHost, count: int) -> None:
    response = dialect.submit(host, dialect.request(documents(1), *[{}] * count))

    if count == 25:
        assert dialect.read(host, response)["tasks"]["total"] == 25
    else:
        assert refusal(response)[1] == "InvalidParameterValue"


@each_dialect
def test_a_waiting_job_is_cancelled_for_good(dialect: Dialect, host: TestHost) -> None:
    submitted = dialect.submit(host, dialect.request(documents(25, "IBM " * 500)))

    answer = dialect.end(host, submitted)

    assert (answer.status, answer.body) == (202, b"")
    assert answer.headers["operation-location"] == submitted.headers["operation-location"]
    job = dialect.read(host, submitted)
    assert job["status"] == dialect.cancelled
    assert job["errors"][0]["message"] == "The job was cancelled before this task ended."
    host.drain()
    assert dialect.read(host, submitted) == job
    assert dialect.end(host, submitted).status == 202


@each_dialect
def test_a_job_that_has_ended_cannot_be_cancelled(dialect: Dialect, host: TestHost) -> None:
    submitted = dialect.submit(host, dialect.request(documents(2)))
    before = dialect.read(host, submitted)

    assert refusal(dialect.end(host, submitted), 409) == (dialect.code("Conflict"), "", "jobId")

    assert dialect.read(host, submitted) == before


@each_dialect
def test_a_job_of_another_id_is_not_there(dialect: Dialect, host: TestHost) -> None:
    method, ending = dialect.cancel
    for job_id in ("0191d4c2-0000-7000-8000-000000000000", "x"):
        address = f"{dialect.path}/{job_id}"
        for response in (
            host.request("GET", address + dialect.query, headers=HEADERS),
            host.request(method, address + ending + dialect.query, headers=HEADERS),
        ):
            assert refusal(response, 404)[0] == dialect.code("OperationNotFound")


@each_dialect
def test_every_page_of_a_job_can_be_followed_to(dialect: Dialect, host: TestHost) -> None:
    sent = [*documents(22), {"id": "bad", "text": ""}]
    submitted = dialect.submit(host, dialect.request(sent, {}, {}))
    host.drain()

    page = dialect.read(host, submitted, "$top=5" if dialect.list else "top=5")
    seen: list[list[str]] = [[], []]
    pages = 1
    while True:
        for ids, item in zip(seen, dialect.items(page), strict=True):
            results = item["results"]
            ids += [one["id"] for one in [*results["documents"], *results["errors"]]]
        if dialect.next_link not in page:
            break
        pages += 1
        assert page[dialect.next_link].startswith(f"http://localhost{dialect.path}/")
        page = get(host, page[dialect.next_link]).json()

    assert pages == 5
    assert seen == [[document["id"] for document in sent]] * 2


@each_dialect
def test_statistics_come_when_they_are_asked_for(dialect: Dialect, host: TestHost) -> None:
    sent = [{"id": "1", "text": "e\u0301" * 1_001}, {"id": "2", "text": ""}]
    submitted = dialect.submit(host, dialect.request(sent))

    with_statistics = dialect.read(host, submitted, "showStats=True")
    without = dialect.read(host, submitted)

    expected = {
        "documentsCount": 2,
        "validDocumentsCount": 1,
        "erroneousDocumentsCount": 1,
        "transactionsCount": 2,
    }
    (item,) = dialect.items(with_statistics)
    assert with_statistics["statistics"] == item["results"]["statistics"] == expected
    assert item["results"]["documents"][0]["statistics"] == {
        "charactersCount": 1_001,
        "transactionsCount": 2,
    }
    assert "statistics" not in without
    assert "statistics" not in dialect.items(without)[0]["results"]["documents"][0]


@each_dialect
def test_one_tasks_model_that_is_gone_spoils_no_other_task(
    dialect: Dialect, host: TestHost
) -> None:
    gone = {dialect.names[1]: "gone"}
    submitted = dialect.submit(host, dialect.request(documents(2), gone, {}))
    host.drain()

    job = dialect.read(host, submitted)

    assert job["status"] == dialect.partial
    failed, succeeded = dialect.items(job)
    assert "results" not in failed
    assert len(succeeded["results"]["documents"]) == 2
    (error,) = job["errors"]
    assert error["code"] == "NotFound"
    assert error["target"] == f"#/tasks/{dialect.list or 'items'}/0"


@each_dialect
def test_a_job_of_tasks_that_all_failed_has_failed(dialect: Dialect, host: TestHost) -> None:
    gone = {dialect.names[1]: "gone"}
    submitted = dialect.submit(host, dialect.request(documents(2), gone, gone))
    host.drain()

    job = dialect.read(host, submitted)

    assert job["status"] == "failed"
    assert len(job["errors"]) == 2
    assert job["error"]["code"] == "NotFound"


@each_dialect
@pytest.mark.parametrize(
    ("index_type", "offset", "length"),
    [
        (None, 2, 3),
        ("TextElements_v8", 2, 3),
        ("TextElement_v8", 2, 3),
        ("UnicodeCodePoint", 7, 3),
        ("Utf16CodeUnit", 10, 3),
    ],
)
def test_offsets_are_in_the_units_that_a_task_asks_for(
    dialect: Dialect, host: TestHost, index_type: str | None, offset: int, length: int
) -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    sent = [{"id": "1", "text": f"{family}\r\nIBM"}]
    asked = {} if index_type is None else {"stringIndexType": index_type}

    submitted = dialect.submit(host, dialect.request(sent, asked))

    (item,) = dialect.items(dialect.read(host, submitted))
    (found,) = item["results"]["documents"][0]["entities"]
    assert (found["offset"], found["length"], found["text"]) == (offset, length, "IBM")


@pytest.mark.parametrize("dialect", PREVIEWS, ids=["ct.1", "v3.2"])
@pytest.mark.parametrize(
    "model_id",
    [
        f"M-production-{PROJECT_ID}",
        f"{PROJECT_ID}_Extraction_latest",
        "01234567-89ab-cdef-0123-456789abcdef_Extraction_latest",
    ],
)
def test_previews_name_a_model_by_its_id_too(
    dialect: Dialect, host: TestHost, model_id: str
) -> None:
    body = dialect.request(documents(1))
    body["tasks"]["customEntityRecognitionTasks"] = [{"parameters": {"modelId": model_id}}]

    submitted = dialect.submit(host, body)

    assert submitted.status == 202
    assert dialect.items(dialect.read(host, submitted))


@each_dialect
def test_tasks_of_another_kind_are_refused_by_name(dialect: Dialect, host: TestHost) -> None:
    body = dialect.request(documents(1))
    if dialect.list is None:
        body["tasks"].append({"kind": "EntityRecognition", "parameters": {}})
        target = "$.tasks[1].kind"
    else:
        body["tasks"]["entityRecognitionTasks"] = [{"parameters": {}}]
        target = "$.tasks.entityRecognitionTasks"

    refused = dialect.submit(host, body)

    assert refusal(refused) == ("InvalidArgument", "InvalidParameterValue", target)
    assert "CustomEntityRecognition" in refused.json()["error"]["message"] or dialect.list


@each_dialect
def test_half_a_surrogate_pair_is_refused(dialect: Dialect, host: TestHost) -> None:
    refused = dialect.submit(host, dialect.request([{"id": "1", "text": "x\ud83d"}]))

    assert refusal(refused) == (
        "InvalidRequest",
        "InvalidRequestBodyFormat",
        "$.analysisInput.documents[0].text",
    )


@each_dialect
def test_what_is_not_deployed_is_refused_with_its_code(dialect: Dialect, host: TestHost) -> None:
    for change, code in (
        ({dialect.names[0]: "Other"}, "ProjectNotFound"),
        ({dialect.names[1]: "other"}, "NotFound"),
    ):
        response = dialect.submit(host, dialect.request(documents(1), change))

        assert refusal(response, 404)[0] == dialect.code(code)
