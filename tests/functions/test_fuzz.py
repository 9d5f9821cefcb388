"""Schemathesis against every operation that is described: no answer is other than it is told.

Each request goes to a copy of one small world, with a trained and deployed model, so that the order
of requests is of no matter and a failure can be tried again.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from function_app import app
from functions import wiring
from shared.auth import COPY_HEADER
from shared.domain.models import TrainingOptions
from shared.ids import key_of
from shared.services import training
from shared.services.extractors import Extractors
from shared.settings import Settings, StorageSettings
from shared.storage.memory import MemoryStorage, memory_storage
from shared.storage.stores import Stores
from tests.functions.conftest import KEY, ROOT
from tests.functions.described import DescribedHost, document
from tests.house.test_functions import OPEN
from tests.services import loans

#: Requests to each operation, so that all of them together take less than a minute.
REQUESTS = 16

#: "No 5xx, every response as described." The checks that a body which breaks its schema is refused,
#: and one that keeps it is taken, are not ours to make: this service reads more than it describes
#: (unknown members, other letter case), and refuses what no schema can say.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

PROJECTS = "/language/authoring/analyze-text/projects"
PROJECTS_2021 = "/language/text/authoring/v1.0-preview.2/projects"
NOTES = f"{PROJECTS}/LoanAgreements"
HEADERS = {"Ocp-Apim-Subscription-Key": KEY}

#: What is in the small world, by the names of parameters: what the shapes have for examples, which
#: Schemathesis sends now and then.
NAMES = {
    "project": "LoanAgreements",
    "model": "model1",
    "deployment": "production",
    "exported": "E",
    "document": "note-00.txt",
    "category": "Sum",
    "container": "loan-agreements",
    "file": "manifest.json",
    "path": "projects",
    "part": "1-00000",
    "number": "0",
}

INPUT = {"documents": [{"id": "1", "text": "Bo Li owes $5"}, {"id": "2", "text": ""}]}
TASK = {"projectName": "LoanAgreements", "deploymentName": "production"}
TASK_2021 = {"project-name": "LoanAgreements", "deployment-name": "production"}
ANALYZE = {
    "analysisInput": INPUT,
    "tasks": [{"kind": "CustomEntityRecognition", "parameters": TASK}],
}
ANALYZE_2021 = {
    "analysisInput": INPUT,
    "tasks": {"customEntityRecognitionTasks": [{"parameters": TASK_2021}]},
}
LABELS = {
    "projectFileVersion": "2022-05-01",
    "stringIndexType": "Utf16CodeUnit",
    "assets": {"entities": [{"category": "Sum"}], "documents": [{"location": "note-00.txt"}]},
}

#: Requests that begin jobs, in this order.
BEGINNINGS: list[tuple[str, str, Any]] = [
    ("PUT", f"{NOTES}/deployments/production", {"trainedModelLabel": "model1"}),
    ("PUT", f"{NOTES}/deployments/staging", {"trainedModelLabel": "model1"}),
    (
        "POST",
        f"{NOTES}/deployments/:swap",
        {"firstDeploymentName": "production", "secondDeploymentName": "staging"},
    ),
    ("PUT", f"{NOTES}/exported-models/E", {"trainedModelLabel": "model1"}),
    ("POST", f"{NOTES}/models/model1/:evaluate", {}),
    ("POST", f"{NOTES}/:export", b""),
    ("POST", f"{NOTES}/labels/:export", b""),
    ("POST", f"{NOTES}/:export-bundle", b""),
    ("POST", f"{NOTES.replace('LoanAgreements', 'Short')}/:import", LABELS),
    ("DELETE", NOTES.replace("LoanAgreements", "Short"), b""),
    ("POST", f"{NOTES}/:import", LABELS),
    ("POST", f"{NOTES}/entities/Sum/:rename", {"category": "Amount"}),
    ("POST", f"{NOTES}/entities/Amount/:rename", {"category": "Sum"}),
    ("POST", f"{NOTES}/models/model1/:load-snapshot", b""),
    ("POST", "/language/analyze-text/jobs", ANALYZE),
    ("POST", "/text/analytics/v3.1-preview.ct.1/analyze", ANALYZE_2021),
    ("POST", "/text/analytics/v3.2-preview.2/analyze", ANALYZE_2021),
    (
        "POST",
        f"{PROJECTS_2021}/LoanAgreements/publish",
        {"tasks": [{"trainingModelName": "model1"}]},
    ),
]

SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in (found.ok() for found in SCHEMA.get_all_operations())
}


@dataclass(frozen=True)
class World:
    """A storage account, and where in it the jobs are that were begun there."""

    storage: MemoryStorage
    #: By what is in an address before the job.
    jobs: dict[str, str]
    #: Shared by all copies: models are loaded once.
    extractors: Extractors
    settings: Settings

    def enter(self) -> None:
        """Make a copy of this world the process's service."""
        storage = memory_storage()
        for name in self.storage.tables():
            there = self.storage.table(name)._partitions
            storage.table(name)._partitions = copy.deepcopy(there)
        storage.blobs._containers = copy.deepcopy(self.storage.blobs._containers)
        stores = Stores.on(storage)
        wiring.use(wiring.Service(self.settings, stores, self.extractors))


def begun(host: DescribedHost, method: str, path: str, body: Any) -> tuple[str, str]:
    """Begin a job; return what is in its address before it, and its id."""
    response = host.request(method, f"{path}?api-version=2023-04-01", headers=HEADERS, body=body)
    assert response.status == 202, (path, response.body)
    location = response.headers.get("operation-location") or response.headers["location"]
    before, _, job = urlsplit(location).path.rpartition("/")
    return before, job


@pytest.fixture(scope="module")
def world() -> World:
    """A project of notes with a model, a deployment, and a job of most kinds."""
    stores = Stores.on(memory_storage())
    settings = Settings(
        storage=StorageSettings(connection_string="memory"),
        key_digests=(hashlib.sha256(KEY.encode()).digest(),),
    )
    service = wiring.Service.of(settings, stores)
    wiring.use(service)
    for container in ("loan-agreements", "short"):
        stores.storage.blobs.create_container(container)
    project = loans.make_project(stores, name="LoanAgreements")
    short = dataclasses.replace(project.settings, name="Short")
    stores.projects.insert(dataclasses.replace(project, id=key_of("Short"), settings=short))
    options = TrainingOptions(label="model1", config_version="2022-05-01")
    trained, message = training.start(stores, "LoanAgreements", options)
    training.run(stores, message.id, stuck_after_seconds=120)
    host = DescribedHost(app, ROOT)
    jobs = dict(begun(host, method, path, body) for method, path, body in BEGINNINGS)
    for projects in (PROJECTS, PROJECTS_2021):
        jobs[f"{projects}/LoanAgreements/train/jobs"] = trained.id
    host.drain()
    granted = host.request(
        "POST",
        f"{PROJECTS}/Copied/:authorize-copy?api-version=2023-04-01",
        headers=HEADERS,
        body={"projectKind": "CustomEntityRecognition"},
    )
    HEADERS[COPY_HEADER] = granted.json()["accessToken"]
    assert isinstance(stores.storage, MemoryStorage)
    return World(stores.storage, jobs, service.extractors, settings)


@pytest.fixture(autouse=True)
def left() -> Iterator[None]:
    """Leave no service behind."""
    yield
    wiring.use(None)


def send(host: DescribedHost, case: Case) -> schemathesis.Response:
    """Send a request as an HTTP client would, and return the answer as Schemathesis reads it."""
    asked = case.as_transport_kwargs(base_url="http://localhost", headers=HEADERS)
    del asked["cookies"]
    request = requests.Request(**asked).prepare()
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    assert isinstance(body, bytes) and request.method
    response = host.request(
        request.method, request.path_url, headers=dict(request.headers), body=body
    )
    headers = {name.lower(): [value] for name, value in response.headers.items()}
    return schemathesis.Response(
        response.status, headers, response.body, request, elapsed=0, verify=False
    )


def requests_to(name: str, world: World) -> st.SearchStrategy[Case]:
    """Return requests to an operation: as described, to what there is or not, and otherwise."""
    operation = OPERATIONS[name]
    path = {name: value for name, value in NAMES.items() if f"{{{name}}}" in operation.path}
    before = operation.path.partition("/{job}")[0].format(**NAMES, job="")
    today = before.replace("/language/analyze-text/projects", PROJECTS)
    if "{job}" in operation.path:
        path["job"] = world.jobs.get(before) or world.jobs.get(today) or "nothing"
    asked = {each["name"] for each in operation.definition.raw["parameters"]}
    known = {"api-version": "2023-04-01", "trainingModelName": "model1"}
    known |= {"trainedModelLabel": "model1"} if name == "document_suggestions" else {}
    query = {name: value for name, value in known.items() if name in asked}
    if operation.definition.raw["security"] == [{"token": []}]:
        path["project"] = "Copied"
    there = operation.as_strategy(path_parameters=path, query=query, headers=HEADERS)
    elsewhere = operation.as_strategy(query=query, headers=HEADERS)
    # Of a page there is nothing that could be otherwise.
    if name in OPEN:
        return there | elsewhere
    otherwise = operation.as_strategy(GenerationMode.NEGATIVE, headers=HEADERS)
    return there | there | elsewhere | otherwise


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_answers_as_it_is_described(name: str, world: World) -> None:
    host = DescribedHost(app, ROOT)
    # Storage in memory has no address at which it could be found ready.
    checks = [one for one in CHECKS if name != "health_ready" or one is not not_a_server_error]

    @settings(
        max_examples=REQUESTS,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_to(name, world))
    def fuzz(case: Case) -> None:
        world.enter()
        case.validate_response(send(host, case), checks=checks)

    fuzz()
