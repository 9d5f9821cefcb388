"""Two thousand hostile requests, to every route that there is: all refused, nothing changed.

Every request has at least one part for which it must be refused; what else it brings is as hostile
as chance will have it. A request that only reads may be answered, where its oddities mean nothing.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

import pytest

from devhost.testing import Response, TestHost
from function_app import app
from shared.domain.jobs import InputDocument, JobRequest, TaskRequest
from shared.domain.models import Artifact, Deployment, TrainedModel, TrainingOptions
from shared.domain.operations import OperationKind
from shared.schema.names import entity_fault
from shared.services import extraction, operations
from shared.services.messages import Queue
from shared.storage.memory import MemoryStorage
from shared.storage.stores import Stores
from tests.functions.conftest import KEY, ROOT
from tests.functions.hostility import (
    BODIES,
    HEADERS,
    KEYS,
    NAMES,
    QUERIES,
    VERSIONS,
    Sound,
    sound_for,
)
from tests.house.test_functions import HTTP, OPEN, name, trigger
from tests.services import loans

REQUESTS = 2_000
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def route(function: Any) -> tuple[str, str]:
    """The method and the route of a function of the app."""
    (method,) = trigger(function)["methods"]
    return str(getattr(method, "value", method)), trigger(function)["route"]


@pytest.fixture
def known(stores: Stores) -> dict[str, list[str]]:
    """A project with all that one can have; for each parameter of a route, what is there."""
    project = loans.make_project(stores)
    artifact = Artifact(prefix=f"models/{project.id}/o-1/", digest="0" * 64)
    options = TrainingOptions(label="M", config_version="2022-05-01")
    operation = operations.start(stores, OperationKind.TRAIN, "Notes", project.id, training=options)
    model = TrainedModel(
        options=options,
        id=f"M-{project.id}",
        artifact=artifact,
        operation_id=operation.id,
        trained=NOW,
        duration_seconds=1,
        train_documents=8,
        validation_documents=1,
        test_documents=1,
        f1=1.0,
    )
    stores.models.put(project.id, model)
    for deployment in ("production", "staging"):
        stores.models.put_deployment(
            project.id,
            Deployment(
                name=deployment,
                model_label="M",
                model_id=model.id,
                artifact=artifact,
                config_version="2022-05-01",
                trained=NOW,
                deployed=NOW,
            ),
        )
    asked = JobRequest(
        documents=[InputDocument(id="1", text="call IBM")],
        tasks=[TaskRequest(project="Notes", deployment="production")],
    )
    job = extraction.submit(stores, asked).job
    return {
        "project": ["Notes"],
        "model": ["M"],
        "deployment": ["production", "staging"],
        "job": [operation.id, job.id],
        "exported": ["E"],
        "document": ["note-00.txt"],
        "category": ["Name"],
        "container": ["notes"],
        "file": ["manifest.json"],
        "part": ["0"],
        "number": ["0"],
        "file?": ["page.js"],
        "*path": ["icon.svg", "projects/Notes/tag"],
    }


@dataclass(frozen=True)
class Hostile:
    """A request, and for what it must be refused."""

    reason: str
    function: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def hostile_requests(known: dict[str, list[str]]) -> Iterator[Hostile]:
    chance = random.Random(20_261_124)
    for number in range(REQUESTS):
        function = HTTP[number % len(HTTP)]
        method, template = route(function)
        sound = sound_for(method, template)
        reasons = ["stranger"]
        if "{" in template:
            reasons += ["name"] * 3
        if "analyze-text/" in template:
            reasons.append("version")
        if sound is not None:
            reasons += ["body", "field", "field"]
        if method == "GET":
            reasons.append("query")
        reason = chance.choice(reasons)
        version = "2023-04-01" if reason != "version" else quote(chance.choice(VERSIONS))
        target = f"/{path(template, known, chance, spoilt=reason == 'name')}?api-version={version}"
        if reason != "version" and (method == "GET" or chance.random() < 0.3):
            target += f"&{chance.choice(QUERIES)}"
        headers = {**chance.choice(HEADERS), "Ocp-Apim-Subscription-Key": KEY}
        if reason == "stranger":
            headers.pop("Ocp-Apim-Subscription-Key")
            headers |= chance.choice(KEYS)
        body = json.dumps(sound.body).encode() if sound else chance.choice(BODIES)
        if reason == "body":
            body = chance.choice(BODIES)
        elif reason == "field" and sound is not None:
            body = spoil(sound, chance)
        yield Hostile(reason, name(function), method, target, headers, body)


def path(template: str, known: dict[str, list[str]], chance: random.Random, *, spoilt: bool) -> str:
    """A path of the route; a spoilt one has at least one parameter that names nothing."""
    parameters = [part.partition("}")[0] for part in template.split("{")[1:]]
    bad = chance.sample(parameters, chance.randint(1, len(parameters))) if spoilt else []
    for parameter in parameters:
        value = chance.choice(bad_names(parameter) if parameter in bad else known[parameter])
        template = template.replace(f"{{{parameter}}}", value)
    return template


def bad_names(parameter: str) -> list[str]:
    """Names that nothing can have; an entity type can have some that nothing else can."""
    if parameter != "category":
        return NAMES
    return [name for name in NAMES if entity_fault(unquote(name))]


def spoil(sound: Sound, chance: random.Random) -> bytes:
    """A body of which one value that is needed is none that can be taken."""
    body = copy.deepcopy(sound.body)
    place = chance.choice(list(sound.wrong))
    node: Any = body
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = chance.choice(sound.wrong[place])
    return json.dumps(body).encode()


def contents(stores: Stores) -> dict[str, Any]:
    """All that is in the stores, with its ETags."""
    storage = stores.storage
    assert isinstance(storage, MemoryStorage)
    return {
        "tables": {table: list(storage.table(table).scan()) for table in storage.tables()},
        "blobs": {
            container: list(storage.blobs.list(container))
            for container in storage.blobs.containers()
        },
    }


def fault_of(request: Hostile, response: Response) -> str | None:
    """What is wrong with the answer to a hostile request, or None."""
    # Storage in memory has no address at which it could be found ready.
    if response.status >= 500 and (request.function, response.status) != ("health_ready", 503):
        return f"status {response.status}: {response.body[:200]!r}"
    if response.status < 400:
        open_to_all = request.reason == "stranger" and request.function in OPEN
        return (
            None
            if request.method == "GET" and (request.reason != "stranger" or open_to_all)
            else f"was answered with {response.status}"
        )
    if "apim-request-id" not in response.headers:
        # The host found no route, or no way to read the address: the app never saw it.
        unreadable = request.reason == "name" or "Host" in request.headers
        return None if unreadable else "did not reach the app"
    error = response.json().get("error", {})
    if not (isinstance(error.get("code"), str) and isinstance(error.get("message"), str)):
        return f"is refused in another shape: {response.body[:200]!r}"
    if not error["code"] or not error["message"] or b":null" in response.body:
        return f"is refused with gaps: {response.body[:200]!r}"
    return None


def test_hostile_inputs_are_refused_and_change_nothing(
    host: TestHost, stores: Stores, known: dict[str, list[str]]
) -> None:
    # What the host itself refuses, before the app sees it, is in no description of the API.
    plain = TestHost(app, ROOT)
    before = contents(stores)
    faults: list[str] = []
    reached: set[tuple[str, str]] = set()

    for request in hostile_requests(known):
        response = plain.request(
            request.method, request.target, headers=request.headers, body=request.body
        )
        reached.add((request.function, request.reason))
        fault = fault_of(request, response)
        if fault is None and contents(stores) != before:
            fault = "changed something"
        if fault is not None:
            told = f"{request.method} {request.target[:150]} {request.body[:150]!r}"
            faults.append(f"{request.function} ({request.reason}): {fault}\n  {told}")
            before = contents(stores)

    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:30])
    assert [queue for queue in Queue if plain.messages(queue.value)] == []
    assert {function for function, _ in reached} == {name(function) for function in HTTP}
