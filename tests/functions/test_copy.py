"""Copying a project from one app to another: two services, each on its own storage."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from devhost.testing import Died
from function_app import app
from functions import wiring
from shared import limits, peer
from shared.domain.models import TrainingOptions
from shared.domain.projects import EntityType
from shared.peer import Answer, Peers
from shared.services import copying, deployments, training
from shared.settings import Settings, StorageSettings
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.functions.conftest import KEY, ROOT
from tests.functions.described import DescribedHost
from tests.services import loans

PROJECTS = "/language/authoring/analyze-text/projects"
VERSION = "?api-version=2025-05-15-preview"
TARGET = "https://target.example"
HEADERS = {"Ocp-Apim-Subscription-Key": KEY}
TOKEN = "x-spanwright-copy-token"


class Nearby(Peers):
    """The other instance is an app in this process."""

    def __init__(self, target: App) -> None:
        super().__init__((TARGET,))
        self.target = target
        #: Every request: method and path. A test may act on one before it is answered.
        self.requests: list[tuple[str, str]] = []
        self.before: Callable[[str, str], Answer | None] = lambda method, path: None

    def send(self, origin: str, method: str, path: str, token: str, body: bytes) -> Answer:
        assert origin == TARGET
        self.requests.append((method, path))
        answer = self.before(method, path)
        if answer is not None:
            return answer
        response = self.target.request(method, path, headers={TOKEN: token}, body=body)
        if path.endswith("/end"):
            self.target.drain()
        return Answer(response.status, response.body)


class App:
    """An app with a service of its own."""

    def __init__(self, stores: Stores) -> None:
        settings = Settings(
            storage=StorageSettings(connection_string="memory"),
            key_digests=(hashlib.sha256(KEY.encode()).digest(),),
        )
        self.stores = stores
        self.host = DescribedHost(app, ROOT)
        self.service = wiring.Service.of(settings, stores)

    def request(self, method: str, path: str, **parts: Any) -> Any:
        with self:
            return self.host.request(method, path, **parts)

    def call(self, method: str, path: str, body: Any = b"") -> Any:
        return self.request(method, PROJECTS + path + VERSION, headers=HEADERS, body=body)

    def drain(self) -> None:
        with self:
            self.host.drain()

    def __enter__(self) -> None:
        self._outer = wiring._service
        wiring.use(self.service)

    def __exit__(self, *_: Any) -> None:
        wiring.use(self._outer)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(peer, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(copying, "_POLL_SECONDS", 0.0)
    yield
    wiring.use(None)


@pytest.fixture(scope="module")
def trained() -> Stores:
    """A project with a trained model that is deployed, and documents of every kind."""
    stores = Stores.on(memory_storage())
    project = loans.make_project(stores, tagged=15)
    stores.projects.put_entities(
        project, [EntityType(category="Name", description="Who owes."), EntityType(category="Sum")]
    )
    blobs = stores.storage.blobs
    blobs.put("notes", "ünï \U0001f600 code.txt", "\ufeffa\r\ne\u0301".encode())
    blobs.put("notes", "empty.txt", b"")
    options = TrainingOptions(label="M", config_version="2022-05-01")
    _, message = training.start(stores, "Notes", options)
    training.run(stores, message.id, stuck_after_seconds=120)
    deployments.put(stores, "Notes", "production", "M")
    # Changed after it was tagged: its labels say so, here and there.
    blobs.put("notes", "note-00.txt", b"Another text.")
    return stores


@pytest.fixture
def source(trained: Stores) -> App:
    return App(trained)


@pytest.fixture
def target() -> App:
    return App(Stores.on(memory_storage()))


@pytest.fixture
def peers(source: App, target: App) -> Nearby:
    nearby = Nearby(target)
    source.service = dataclasses.replace(source.service, peers=nearby)
    return nearby


def authorize(target: App, name: str = "Copy", **body: Any) -> dict[str, Any]:
    asked = {"projectKind": "CustomEntityRecognition", **body}
    response = target.call("POST", f"/{name}/:authorize-copy", asked)
    assert response.status == 200, response.body
    return {**response.json(), "targetResourceId": TARGET}


def copy(source: App, details: dict[str, Any]) -> dict[str, Any]:
    """Start a copy, let the workers work, and return the job as it is then."""
    response = source.call("POST", "/Notes/:copy", details)
    assert response.status == 202, response.body
    path = response.headers["operation-location"].removeprefix("http://localhost")
    source.drain()
    job: dict[str, Any] = source.request("GET", path, headers=HEADERS).json()
    return job


def contents(stores: Stores, name: str) -> Any:
    """All that a copy must not change, without ids and dates."""
    project = stores.projects.read(name)
    settings = dataclasses.replace(project.settings, name="", container="")
    names = list(stores.documents.names(project))
    models = {
        model.label: (
            dataclasses.replace(model, id="", artifact=None, etag=""),
            model.artifact.digest,
            stores.models.all_files(model.artifact.prefix),
            stores.models.snapshot(project.id, model.operation_id),
        )
        for model in stores.models.all(project.id)
    }
    blobs = stores.storage.blobs
    texts = {one: blobs.get(project.settings.container, one).data for one in names}
    labels = dict(stores.documents.all_labels(project, empty=True))
    return settings, stores.projects.entities(project), texts, labels, models


def everything(stores: Stores) -> dict[str, list[str]]:
    blobs = stores.storage.blobs
    return {name: list(blobs.names(name)) for name in blobs.containers()}


def test_a_copy_is_the_project_but_for_its_deployments(
    source: App, target: App, peers: Nearby
) -> None:
    job = copy(source, authorize(target))

    assert (job["status"], job["errors"], job["warnings"]) == ("succeeded", [], [])
    assert contents(target.stores, "Copy") == contents(source.stores, "Notes")
    project = target.stores.projects.read("Copy")
    assert target.stores.models.deployments(project.id) == []
    assert target.stores.models.read(project.id, "M").id.endswith(project.id)
    assert project.last_trained is not None
    shown = target.call("GET", "/Copy/models/M/evaluation/summary-result")
    assert shown.json() == source.call("GET", "/Notes/models/M/evaluation/summary-result").json()
    assert target.call("GET", "/Copy/models/M/evaluation/result").status == 200
    assert target.call("GET", "/Copy/models/M/evaluation/report").status == 200


def test_a_copied_model_can_be_deployed_and_extracts_as_the_first(
    source: App, target: App, peers: Nearby
) -> None:
    copy(source, authorize(target))
    body = {
        "analysisInput": {"documents": [{"id": "1", "text": loans.note(3)[1]}]},
        "tasks": [
            {
                "kind": "CustomEntityRecognition",
                "parameters": {"projectName": "Copy", "deploymentName": "production"},
            }
        ],
    }

    put = target.call("PUT", "/Copy/deployments/production", {"trainedModelLabel": "M"})

    def extract(one: App, project: str) -> Any:
        body["tasks"][0]["parameters"]["projectName"] = project  # type: ignore[index]
        path = "/language/analyze-text/jobs"
        sent = one.request("POST", path + VERSION, headers=HEADERS, body=body)
        location = sent.headers["operation-location"].removeprefix("http://localhost")
        job = one.request("GET", location, headers=HEADERS).json()
        return job["tasks"]["items"][0]["results"]["documents"]

    assert put.status == 202
    assert extract(target, "Copy") == extract(source, "Notes")
    assert extract(target, "Copy")[0]["entities"]


def test_parts_are_bounded_and_together_the_whole(
    source: App, target: App, peers: Nearby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COPY_PART_BYTES", 1_000)

    job = copy(source, authorize(target))

    assert job["status"] == "succeeded"
    assert len([path for _, path in peers.requests if "/parts/1-" in path]) >= 10
    assert contents(target.stores, "Copy") == contents(source.stores, "Notes")


def test_a_copy_goes_into_the_container_that_was_named(
    source: App, target: App, peers: Nearby
) -> None:
    blobs = target.stores.storage.blobs
    blobs.create_container("mine")
    blobs.put("mine", "note-01.txt", loans.note(1)[1].encode())

    job = copy(source, authorize(target, storageInputContainerName="mine"))

    assert job["status"] == "succeeded"
    assert target.call("GET", "/Copy").json()["storageInputContainerName"] == "mine"
    assert contents(target.stores, "Copy") == contents(source.stores, "Notes")


def test_documents_of_a_user_are_never_overwritten_and_nothing_else_is_left(
    source: App, target: App, peers: Nearby
) -> None:
    blobs = target.stores.storage.blobs
    blobs.create_container("mine")
    blobs.put("mine", "note-01.txt", b"Mine.")
    blobs.put("mine", "note-02.txt", b"Mine too.")
    before = everything(target.stores)

    job = copy(source, authorize(target, storageInputContainerName="mine"))

    assert job["status"] == "failed"
    assert [error["target"] for error in job["errors"]] == ["note-01.txt", "note-02.txt"]
    assert job["errors"][0]["code"] == "Conflict"
    assert blobs.get("mine", "note-01.txt").data == b"Mine."
    assert target.call("GET", "/Copy").status == 404
    after = everything(target.stores)
    after["spanwright"] = [n for n in after["spanwright"] if not n.startswith("operations/")]
    assert after == before


@pytest.mark.parametrize("step", ["/begin", "/1-00000", "/1-00002", "/end"])
def test_a_source_that_dies_on_the_way_sends_all_again_and_nothing_shows_before_the_end(
    source: App, target: App, peers: Nearby, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(limits, "COPY_PART_BYTES", 4_000)
    deaths: list[str] = []

    def die(method: str, path: str) -> Answer | None:
        if method == "POST":  # What is left after these is to ask whether it is there.
            assert target.stores.projects.all() == []
            assert target.call("GET", "/Copy").status == 404
        if path.endswith(step) and not deaths:
            deaths.append(path)
            raise Died("authoring_worker")
        return None

    peers.before = die

    job = copy(source, authorize(target))

    assert deaths
    assert job["status"] == "succeeded"
    assert any("/parts/2-" in path for _, path in peers.requests)
    assert contents(target.stores, "Copy") == contents(source.stores, "Notes")
    assert len([one for one in everything(target.stores) if one.startswith("project-")]) == 1
    assert not [
        blob for blob in everything(target.stores)["spanwright"] if blob.startswith("copies/")
    ]


def test_a_source_that_dies_after_the_end_sends_nothing_again(
    source: App, target: App, peers: Nearby
) -> None:
    died = []

    def die(method: str, path: str) -> Answer | None:
        if method == "GET" and not died:
            died.append(path)
            raise Died("authoring_worker")
        return None

    peers.before = die
    slow = peers.target.drain
    peers.target.drain = lambda: None  # type: ignore[method-assign]
    details = authorize(target)
    response = source.call("POST", "/Notes/:copy", details)
    with source, pytest.raises(Died):
        source.host.deliver()
    sent = len(peers.requests)

    slow()
    source.drain()

    path = response.headers["operation-location"].removeprefix("http://localhost")
    assert source.request("GET", path, headers=HEADERS).json()["status"] == "succeeded"
    assert [path.rpartition("/")[2] for _, path in peers.requests[sent:]] == ["begin"]


def test_a_token_opens_once(source: App, target: App, peers: Nearby) -> None:
    details = authorize(target)
    assert copy(source, details)["status"] == "succeeded"

    again = copy(source, details)

    assert again["status"] == "failed"
    assert again["errors"][0]["code"] == "Conflict"
    assert again["error"]["message"].endswith("authorize the copy again.")


def test_a_token_is_for_one_name(source: App, target: App, peers: Nearby) -> None:
    details = authorize(target)

    job = copy(source, {**details, "targetProjectName": "Other"})

    assert job["status"] == "failed"
    assert job["errors"][0]["code"] == "401"
    assert target.stores.projects.all() == []


def test_a_token_expires(
    source: App, target: App, peers: Nearby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COPY_HOURS", 0)

    details = authorize(target)

    assert source.call("POST", "/Notes/:copy", details).status == 400
    job = copy(source, {**details, "expiresAt": "2999-01-01T00:00:00Z"})
    assert (job["status"], job["errors"][0]["code"]) == ("failed", "401")


def test_a_token_is_in_no_row_of_either_side_and_in_no_message(
    source: App, target: App, peers: Nearby
) -> None:
    details = authorize(target)
    token = details["accessToken"]

    source.call("POST", "/Notes/:copy", details)

    for stores, tables in ((source.stores, ("operations",)), (target.stores, ("copies",))):
        rows = [repr(row) for name in tables for row in stores.storage.table(name).scan()]
        assert rows
        assert not any(token in row for row in rows)
    assert not any(token in text for text in source.host.messages("authoring"))
    assert hashlib.sha256(token.encode()).hexdigest() in repr(
        list(target.stores.storage.table("copies").scan())
    )
    source.drain()
    blobs = source.stores.storage.blobs
    operations = [n for n in blobs.names("spanwright") if n.startswith("operations/")]
    assert not any(token.encode() in blobs.get("spanwright", one).data for one in operations)


@pytest.mark.parametrize(
    ("method", "step"),
    [("POST", "/begin"), ("POST", "/end"), ("POST", "/1-00000"), ("POST", "/x"), ("GET", "")],
)
@pytest.mark.parametrize("token", ["", "x", "é", "a" * 43])
@pytest.mark.parametrize("body", [{"source": "x", "attempt": 1, "parts": ["0" * 64]}, "x"])
def test_the_ways_of_the_other_instance_open_for_no_other_token_and_for_no_key(
    target: App, method: str, step: str, token: str, body: Any
) -> None:
    authorize(target)

    response = target.request(
        method,
        f"{PROJECTS}/Copy/copy/parts{step}",
        headers={TOKEN: token, **HEADERS},
        body=body,
    )

    assert response.status == 401
    assert response.json()["error"]["code"] == "401"


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example",
        "http://target.example",
        "https://target.example:8443",
        "https://target.example.evil.example",
        "https://target.example@evil.example",
        "https://user:word@target.example",
        "https://target.example/path",
        "https://target.example?x",
        "https://target.example#x",
        "https://target.example\\@evil.example",
        "//target.example",
        "target.example",
        "file:///etc/passwd",
        "ftp://target.example",
        "https://",
        "https://[::1",
        "https://target.example:99999",
        "https://tärget.example",
        "http://169.254.169.254",
        "/subscriptions/0/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a",
    ],
)
def test_nothing_is_sent_to_an_address_that_the_settings_do_not_allow(
    source: App, target: App, peers: Nearby, address: str
) -> None:
    response = source.call(
        "POST", "/Notes/:copy", {**authorize(target), "targetResourceId": address}
    )

    assert response.status == 400
    assert response.json()["error"]["target"] == "$.targetResourceId"
    source.drain()
    assert peers.requests == []


def test_an_origin_may_be_spelt_otherwise(source: App, target: App, peers: Nearby) -> None:
    job = copy(source, {**authorize(target), "targetResourceId": "HTTPS://Target.Example:443/"})

    assert job["status"] == "succeeded"


def test_by_default_nothing_may_be_copied_anywhere(source: App, target: App) -> None:
    response = source.call("POST", "/Notes/:copy", authorize(target))

    assert response.status == 400


def test_a_target_that_is_allowed_no_more_gets_nothing(
    source: App, target: App, peers: Nearby
) -> None:
    response = source.call("POST", "/Notes/:copy", authorize(target))
    peers._allowed = ()

    source.drain()

    path = response.headers["operation-location"].removeprefix("http://localhost")
    job = source.request("GET", path, headers=HEADERS).json()
    assert (job["status"], job["errors"][0]["code"]) == ("failed", "InvalidArgument")
    assert peers.requests == []


def test_a_target_that_is_down_fails_the_copy_in_words_after_the_last_try(
    source: App, target: App, peers: Nearby
) -> None:
    peers.before = lambda method, path: Answer(503, b"")

    job = copy(source, authorize(target))

    assert job["status"] == "failed"
    assert job["errors"][0]["code"] == "ServiceUnavailable"
    assert len(peers.requests) == limits.TRIES * 3


@pytest.mark.parametrize(
    "answer",
    [
        Answer(302, b""),
        Answer(200, b""),
        Answer(200, b"{}"),
        Answer(200, b"[" * 100_000),
        Answer(200, b'{"status": "well", "errors": []}'),
        Answer(404, b"<html>"),
        Answer(403, b'{"error": {"code": "x y", "message": 1}}'),
        Answer(403, b'{"error": null}'),
    ],
)
def test_a_target_that_is_no_instance_of_this_service_fails_the_copy(
    source: App, target: App, peers: Nearby, answer: Answer
) -> None:
    peers.before = lambda method, path: answer

    job = copy(source, authorize(target))

    assert job["status"] == "failed"
    assert job["errors"]
    assert len(peers.requests) == 1


def test_a_project_is_replaced_where_that_is_allowed(
    source: App, target: App, peers: Nearby
) -> None:
    loans.make_project(target.stores, name="Copy")
    old = target.stores.projects.read("Copy")
    asked = {"projectKind": "CustomEntityRecognition"}
    assert target.call("POST", "/Copy/:authorize-copy", asked).status == 409

    job = copy(source, authorize(target, allowOverwrite=True))

    assert job["status"] == "succeeded"
    assert contents(target.stores, "Copy") == contents(source.stores, "Notes")
    assert not any(old.id in name for name in everything(target.stores)["spanwright"])
    assert list(target.stores.storage.table("documents").query(old.id)) == []


def test_a_project_that_was_made_meanwhile_is_kept(source: App, target: App, peers: Nearby) -> None:
    details = authorize(target)
    made = loans.make_project(target.stores, name="Copy")

    job = copy(source, details)

    assert job["status"] == "failed"
    assert job["errors"][0]["code"] == "Conflict"
    assert target.stores.projects.read("Copy").id == made.id
    assert not [one for one in everything(target.stores) if one.startswith("project-")]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"projectKind": "CustomHealthcare"},
        {"projectKind": 1},
        {"projectKind": "CustomEntityRecognition", "storageInputContainerName": "NO"},
        {"projectKind": "CustomEntityRecognition", "storageInputContainerName": "not-there"},
        {"projectKind": "CustomEntityRecognition", "storageInputContainerName": "spanwright"},
        {"projectKind": "CustomEntityRecognition", "allowOverwrite": "yes"},
    ],
)
def test_a_bad_authorization_is_refused(target: App, body: dict[str, Any]) -> None:
    assert target.call("POST", "/Copy/:authorize-copy", body).status == 400
    assert list(target.stores.copies.all()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"projectKind": None},
        {"targetProjectName": "a/b"},
        {"targetProjectName": None},
        {"accessToken": None},
        {"accessToken": "a\r\nb"},
        {"accessToken": "é"},
        {"accessToken": "x" * 201},
        {"expiresAt": "soon"},
        {"expiresAt": "2999-01-01"},
        {"expiresAt": "2020-01-01T00:00:00Z"},
        {"targetResourceId": 1},
    ],
)
def test_bad_details_of_a_copy_are_refused(
    source: App, target: App, peers: Nearby, change: dict[str, Any]
) -> None:
    response = source.call("POST", "/Notes/:copy", {**authorize(target), **change})

    assert response.status == 400
    assert response.json()["error"]["target"] == f"$.{next(iter(change))}"


def test_a_copy_of_no_project_is_not_found(source: App, target: App, peers: Nearby) -> None:
    assert source.call("POST", "/Nothing/:copy", authorize(target)).status == 404
