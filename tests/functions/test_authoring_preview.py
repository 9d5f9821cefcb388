"""The authoring API of 2021, from a container of files to extracted entities, over HTTP."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import ServiceUnavailable, StorageDenied
from shared.services import training
from shared.storage.stores import Stores
from tests.functions.conftest import KEY
from tests.services import loans

PROJECTS = "/language/text/authoring/v1.0-preview.2/projects"
TODAYS = "/language/authoring/analyze-text/projects"
VALIDATION = "api-version=2023-04-01&dataset=Validation"
ANALYZE = "/text/analytics/v3.1-preview.ct.1/analyze"
HEADERS = {"Ocp-Apim-Subscription-Key": KEY}

#: The codes of the family of 2021: wire contract, "Error codes of the family".
CODES = {
    "InvalidRequest",
    "InvalidArgument",
    "InternalServerError",
    "ServiceUnavailable",
    "NotFound",
}

TEXT = "Note 21\r\n😀 Bo Li owes $300 to the bank."


def tags(documents: int = 20) -> dict[str, Any]:
    """A tags file of 2021, in UTF-16 units."""

    def units(text: str) -> int:
        return len(text.encode("utf-16-le")) // 2

    def document(location: str, text: str, spans: Any) -> dict[str, Any]:
        labels = [
            {
                "extractorName": span.category,
                "offset": units(text[: span.start]),
                "length": units(text[span.start : span.end]),
            }
            for span in spans
        ]
        region = {"regionOffset": 0, "regionLength": units(text), "labels": labels}
        return {"location": location, "language": "en-us", "extractors": [region]}

    return {
        "extractors": [{"name": "Name"}, {"name": "Sum"}],
        "documents": [document(*loans.note(number)) for number in range(documents)],
    }


WANTED = {
    "name": "Notes",
    "modelType": "Extraction",
    "multiLingual": False,
    "description": "Who owes what",
    "culture": "en-US",
    "storageInputContainerName": "notes",
    "labelsLocation": "tags.json",
}


@pytest.fixture(autouse=True)
def container(stores: Stores) -> None:
    """A container with 20 notes and their tags file."""
    stores.storage.blobs.create_container("notes")
    for number in range(20):
        location, text, _ = loans.note(number)
        stores.storage.blobs.put("notes", location, text.encode())
    stores.storage.blobs.put("notes", "tags.json", json.dumps(tags()).encode())


def send(host: TestHost, method: str, path: str, body: Any = b"") -> Response:
    return host.request(method, path, headers=HEADERS, body=body)


def create(host: TestHost, **changes: Any) -> Response:
    return send(host, "POST", PROJECTS, {**WANTED, **changes})


def tasks(name: str = "M") -> dict[str, Any]:
    return {"tasks": [{"trainingModelName": name}]}


def follow(host: TestHost, response: Response) -> dict[str, Any]:
    """Return what is at the address of a response's job."""
    assert response.status == 202, response.body
    assert response.body == b""
    location = response.headers["location"]
    assert location.startswith("http://localhost/")
    found = send(host, "GET", location.removeprefix("http://localhost"))
    assert found.status == 200
    assert found.headers["Retry-After"] == "1"
    body: dict[str, Any] = found.json()
    assert location.endswith(f"/jobs/{body['jobId']}")
    return body


def assert_refused(response: Response, status: int, code: str) -> dict[str, Any]:
    assert response.status == status, response.body
    error: dict[str, Any] = response.json()["error"]
    assert error["code"] == code
    assert error["code"] in CODES
    assert error["message"]
    return error


def test_the_quickstart_of_2021_runs_from_a_container_to_entities(host: TestHost) -> None:
    created = create(host)
    assert created.status == 201
    assert {**WANTED, **created.json()}.keys() - WANTED.keys() == {
        "createdDateTime",
        "lastModifiedDateTime",
    }
    assert created.json()["culture"] == "en-US"

    started = send(host, "POST", f"{PROJECTS}/Notes/train", tasks())
    waiting = follow(host, started)
    assert f"{PROJECTS}/Notes/train/jobs/" in started.headers["location"]
    assert "operation-location" not in started.headers
    assert (waiting["status"], waiting["inProgress"], waiting["total"]) == ("notStarted", 1, 1)
    assert waiting["tasks"][0]["evaluationStatus"]["status"] == "notStarted"
    host.drain("training")
    trained = follow(host, started)
    assert (trained["status"], trained["completed"], trained["inProgress"]) == ("succeeded", 1, 0)
    (task,) = trained["tasks"]
    assert (task["trainingModelName"], task["status"]) == ("M", "succeeded")
    assert task["evaluationStatus"]["status"] == "succeeded"
    assert trained["errors"] == []

    evaluation = send(host, "GET", f"{PROJECTS}/Notes/evaluation?trainingModelName=M").json()
    assert evaluation["modelType"] == "Extraction"
    scores = evaluation["extractionEvaluation"]
    # Two documents are a tenth of twenty; each has one entity of each type.
    for entity in ("Name", "Sum"):
        of = scores["entities"][entity]
        assert of["countTruePositives"] + of["countFalseNegatives"] == 2
        assert of["countTrueNegatives"] == 0
        assert scores["confusionMatrix"][entity][entity] == of["countTruePositives"]
    assert 0 < scores["microF1"] <= 1

    validation = send(host, "GET", f"{PROJECTS}/Notes/validation?trainingModelName=M").json()
    assert validation["modelType"] == "Extraction"
    documents = validation["extractionValidation"]["documents"]
    assert len(documents) == 2
    todays = send(host, "GET", f"{TODAYS}/Notes/models/M/evaluation/result?{VALIDATION}").json()
    assert [one["location"] for one in documents] == [one["location"] for one in todays["value"]]
    by_location = {one["location"]: one for one in tags()["documents"]}
    for document in documents:
        (region,) = by_location[document["location"]]["extractors"]
        assert document["entities"]["labeledEntities"] == region["labels"]
        assert document["culture"] == "en-us"
        for entity in document["entities"]["predictedEntities"]:
            assert entity.keys() == {"extractorName", "offset", "length", "confidenceScore"}

    published = follow(host, send(host, "POST", f"{PROJECTS}/Notes/publish", tasks()))
    assert published["status"] == "succeeded"
    model_id = published["tasks"][0]["modelId"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_Extraction_latest", model_id)

    job = {
        "displayName": "Extracting",
        "analysisInput": {"documents": [{"id": "1", "text": TEXT}]},
        "tasks": {"customEntityRecognitionTasks": [{"parameters": {"modelId": model_id}}]},
    }
    submitted = send(host, "POST", ANALYZE, job)
    address = submitted.headers["operation-location"].removeprefix("http://localhost")
    answer = send(host, "GET", address).json()
    assert answer["status"] == "succeeded"
    (result,) = answer["tasks"]["tasks"]["customEntityRecognitionTasks"]
    (found,) = result["results"]["documents"]
    assert ("Name", "Bo Li") in {(one["category"], one["text"]) for one in found["entities"]}

    assert send(host, "GET", f"{PROJECTS}/Notes").json()["lastDeployedDateTime"]
    assert send(host, "DELETE", f"{PROJECTS}/Notes").status == 202
    host.drain("authoring")
    assert_refused(send(host, "GET", f"{PROJECTS}/Notes"), 404, "NotFound")
    assert_refused(send(host, "POST", ANALYZE, job), 404, "NotFound")


def test_publishing_replaces_what_was_published(host: TestHost, stores: Stores) -> None:
    create(host)
    for name in ("M", "N"):
        send(host, "POST", f"{PROJECTS}/Notes/train", tasks(name))
        host.drain("training")

    first = follow(host, send(host, "POST", f"{PROJECTS}/Notes/publish", tasks("M")))
    second = follow(host, send(host, "POST", f"{PROJECTS}/Notes/publish", tasks("N")))

    assert first["tasks"][0]["modelId"] == second["tasks"][0]["modelId"]
    project = stores.projects.read("Notes")
    (deployment,) = stores.models.deployments(project.id)
    assert deployment.model_label == "N"


def test_a_deployment_of_another_name_is_no_publishing(host: TestHost) -> None:
    create(host)
    send(host, "POST", f"{PROJECTS}/Notes/train", tasks())
    host.drain("training")
    path = f"{TODAYS}/Notes/deployments/other?api-version=2023-04-01"
    deployed = send(host, "PUT", path, {"trainedModelLabel": "M"})
    job = deployed.headers["operation-location"].partition("?")[0].rpartition("/")[2]

    response = send(host, "GET", f"{PROJECTS}/Notes/publish/jobs/{job}")

    assert_refused(response, 404, "NotFound")


def test_projects_are_listed_in_pages(host: TestHost) -> None:
    for name in ("A", "B", "C"):
        assert create(host, name=name, labelsLocation=None).status == 201

    page = send(host, "GET", f"{PROJECTS}?top=3&maxpagesize=2").json()

    assert [one["name"] for one in page["value"]] == ["A", "B"]
    rest = send(host, "GET", page["nextLink"].removeprefix("http://localhost")).json()
    assert [one["name"] for one in rest["value"]] == ["C"]
    assert "nextLink" not in rest


def test_a_project_can_be_made_without_a_tags_file(host: TestHost, stores: Stores) -> None:
    wanted = {name: value for name, value in WANTED.items() if name != "labelsLocation"}

    assert send(host, "POST", PROJECTS, wanted).status == 201

    project = stores.projects.read("Notes")
    assert stores.documents.tagged(project, at_most=1) == 0
    assert_refused(send(host, "POST", f"{PROJECTS}/Notes/train", tasks()), 400, "InvalidRequest")


def test_the_location_of_a_tags_file_may_begin_with_a_slash(host: TestHost, stores: Stores) -> None:
    assert create(host, labelsLocation="/tags.json").status == 201

    assert stores.documents.tagged(stores.projects.read("Notes"), at_most=99) == 20


def spoilt(**changes: Any) -> bytes:
    file = tags(1)
    file["documents"][0]["extractors"][0]["labels"][0].update(changes)
    return json.dumps(file).encode()


@pytest.mark.parametrize(
    ("location", "data", "target"),
    [
        ("nothing.json", None, "$.labelsLocation"),
        ("../tags.json", None, "$.labelsLocation"),
        ("https://example.com/tags.json", None, "$.labelsLocation"),
        ("a\u0000b", None, "$.labelsLocation"),
        ("x" * 2000, None, "$.labelsLocation"),
        ("bad.json", b"{", "$.labelsLocation"),
        ("bad.json", b"\xff\xfe", "$.labelsLocation"),
        ("bad.json", b"[]", "$.labelsLocation"),
        ("bad.json", spoilt(offset=-1), "$.documents[0].extractors[0].labels[0].offset"),
        ("bad.json", spoilt(extractorName="Other"), "note-00.txt"),
        ("bad.json", spoilt(offset=4000), "note-00.txt"),
        ("note-00.txt", None, "$.labelsLocation"),
    ],
)
def test_a_bad_tags_file_makes_no_project(
    host: TestHost, stores: Stores, location: str, data: bytes | None, target: str
) -> None:
    if data is not None:
        stores.storage.blobs.put("notes", location, data)

    response = create(host, labelsLocation=location)

    error = assert_refused(response, 400, "InvalidArgument")
    targets = [error.get("target", ""), *(one["target"] for one in error.get("details", []))]
    assert any(one.startswith(target) for one in targets)
    assert_nothing_kept(stores)
    assert create(host).status == 201


def assert_nothing_kept(stores: Stores) -> None:
    assert stores.projects.all() == []
    assert list(stores.storage.table("documents").scan()) == []


@pytest.mark.parametrize("step", ["entities", "labels", "project"])
def test_a_failure_on_the_way_leaves_no_half_of_a_project(
    host: TestHost, stores: Stores, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    put_labels = stores.documents.put_labels

    def fail(*arguments: Any) -> None:
        raise ServiceUnavailable

    def fail_at_the_third(project: Project, name: str, *labels: Any) -> str:
        if name == loans.note(2)[0]:
            raise ServiceUnavailable
        return put_labels(project, name, *labels)

    with monkeypatch.context() as broken:
        if step == "entities":
            broken.setattr(stores.projects, "put_entities", fail)
        elif step == "labels":
            broken.setattr(stores.documents, "put_labels", fail_at_the_third)
        else:
            broken.setattr(stores.projects, "insert", fail)
        assert_refused(create(host), 503, "ServiceUnavailable")

    assert_nothing_kept(stores)
    assert create(host).status == 201


def test_a_project_whose_last_answer_was_lost_is_kept_whole(
    host: TestHost, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = stores.projects.insert

    def lose(project: Project) -> Project:
        insert(project)
        raise ServiceUnavailable

    monkeypatch.setattr(stores.projects, "insert", lose)

    assert create(host).status == 201

    assert stores.documents.tagged(stores.projects.read("Notes"), at_most=99) == 20


def test_a_container_that_storage_does_not_let_the_service_read_is_told(
    host: TestHost, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(container: str) -> bool:
        raise StorageDenied

    monkeypatch.setattr(stores.storage.blobs, "container_exists", deny)

    error = assert_refused(create(host), 400, "InvalidArgument")

    assert error["target"] == "storageInputContainerName"
    assert "may not read this container" in error["message"]


@pytest.mark.parametrize("name", ["Notes", "notes", "NOTES"])
def test_a_project_is_never_made_over_another(host: TestHost, stores: Stores, name: str) -> None:
    create(host)
    before = stores.projects.read("Notes")

    assert_refused(create(host, name=name, labelsLocation=None), 409, "InvalidRequest")

    assert stores.projects.all() == [before]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", "a b"),
        ("name", "x" * 51),
        ("name", 5),
        ("modelType", "MultiClassification"),
        ("modelType", None),
        ("culture", "?"),
        ("culture", None),
        ("multiLingual", "yes"),
        ("description", 1),
        ("storageInputContainerName", "no-such"),
        ("storageInputContainerName", "spanwright"),
        ("storageInputContainerName", "A B"),
        ("labelsLocation", ["tags.json"]),
    ],
)
def test_a_fault_of_a_new_project_is_told_by_its_field(
    host: TestHost, stores: Stores, field: str, value: Any
) -> None:
    error = assert_refused(create(host, **{field: value}), 400, "InvalidArgument")

    assert error["target"].removeprefix("$.") == field
    assert_nothing_kept(stores)


@pytest.mark.parametrize("path", ["", "/Notes/train", "/Notes/publish"])
@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"\xff", b"null", b'{"a":', b"[" * 100_000, b'{"name": "\\ud800"}']
)
def test_a_body_that_is_no_request_is_refused(host: TestHost, path: str, body: bytes) -> None:
    response = send(host, "POST", PROJECTS + path, body)

    error = assert_refused(response, 400, "InvalidRequest")
    assert error["innererror"]["code"] == "InvalidRequestBodyFormat"


@pytest.mark.parametrize("verb", ["train", "publish"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tasks": None},
        {"tasks": []},
        {"tasks": {}},
        {"tasks": ["M"]},
        {"tasks": [{}]},
        {"tasks": [{"trainingModelName": ""}]},
        {"tasks": [{"trainingModelName": "a/b"}]},
        {"tasks": [{"trainingModelName": "M"}, {"trainingModelName": "N"}]},
    ],
)
def test_a_request_names_one_model_in_one_task(
    host: TestHost, verb: str, body: dict[str, Any]
) -> None:
    create(host)

    error = assert_refused(
        send(host, "POST", f"{PROJECTS}/Notes/{verb}", body), 400, "InvalidArgument"
    )

    assert error["target"].startswith("$.tasks")


def test_what_is_not_there_is_told_by_the_codes_of_2021(host: TestHost) -> None:
    create(host)
    job = "0191d4c2-0000-7000-8000-000000000000"

    for method, path, body in (
        ("GET", "/Other", b""),
        ("DELETE", "/Other", b""),
        ("GET", "/notes", b""),  # Names are told apart by letter case.
        ("POST", "/Other/train", tasks()),
        ("POST", "/Other/publish", tasks()),
        ("POST", "/Notes/publish", tasks()),
        ("GET", "/Other/evaluation?trainingModelName=M", b""),
        ("GET", "/Notes/evaluation?trainingModelName=M", b""),
        ("GET", "/Notes/validation?trainingModelName=M", b""),
        ("GET", f"/Notes/train/jobs/{job}", b""),
        ("GET", "/Notes/train/jobs/x", b""),
        ("GET", f"/Notes/publish/jobs/{job}", b""),
    ):
        assert_refused(send(host, method, PROJECTS + path, body), 404, "NotFound")


@pytest.mark.parametrize("what", ["evaluation", "validation"])
@pytest.mark.parametrize("query", ["", "?trainingModelName=", "?model=M"])
def test_a_model_must_be_named_in_the_query(host: TestHost, what: str, query: str) -> None:
    create(host)

    response = send(host, "GET", f"{PROJECTS}/Notes/{what}{query}")

    assert assert_refused(response, 400, "InvalidArgument")["target"] == "trainingModelName"


def test_a_second_training_at_the_same_time_is_refused(host: TestHost) -> None:
    create(host)
    follow(host, send(host, "POST", f"{PROJECTS}/Notes/train", tasks()))

    response = send(host, "POST", f"{PROJECTS}/Notes/train", tasks("N"))

    assert_refused(response, 409, "InvalidRequest")


def test_a_failed_training_says_why_in_its_task_and_in_its_job(
    host: TestHost, stores: Stores
) -> None:
    create(host)
    started = send(host, "POST", f"{PROJECTS}/Notes/train", tasks())
    for number in range(20):
        stores.storage.blobs.put("notes", loans.note(number)[0], b"Another text")

    host.drain("training")

    body = follow(host, started)
    assert (body["status"], body["failed"], body["completed"]) == ("failed", 1, 0)
    (task,) = body["tasks"]
    assert task["status"] == "failed"
    assert task["error"]["code"] in CODES | {"Warning"}
    assert body["errors"][0]["message"]
    assert len(body["errors"]) >= 1


def test_a_training_that_was_cancelled_elsewhere_has_ended(host: TestHost, stores: Stores) -> None:
    create(host)
    started = send(host, "POST", f"{PROJECTS}/Notes/train", tasks())
    job = started.headers["location"].rpartition("/")[2]

    training.cancel(stores, "Notes", job)

    body = follow(host, started)
    assert body["status"] == body["tasks"][0]["status"] == State.CANCELLED.value
    assert (body["inProgress"], body["failed"]) == (0, 1)


@pytest.mark.parametrize("version", ["v3.1-preview.ct.1", "v3.2-preview.2"])
def test_extraction_jobs_of_that_time_tell_errors_by_the_same_codes(
    host: TestHost, version: str
) -> None:
    path = f"/text/analytics/{version}/analyze"
    names = {"project-name": "Other", "deployment-name": "d"}
    job = {
        "analysisInput": {"documents": [{"id": "1", "text": TEXT}]},
        "tasks": {"customEntityRecognitionTasks": [{"parameters": names}]},
    }

    assert_refused(send(host, "POST", path, job), 404, "NotFound")
    assert_refused(send(host, "GET", f"{path}/jobs/x"), 404, "NotFound")
    empty = send(host, "POST", path, {**job, "analysisInput": {"documents": []}})
    error = assert_refused(empty, 400, "InvalidRequest")
    assert error["innererror"]["code"] == "MissingInputRecords"
