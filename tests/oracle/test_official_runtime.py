"""Microsoft's own indexer and dispatcher take our app, and answer as the local host does."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from devhost.testing import TestHost
from function_app import app
from functions import wiring
from shared import settings
from shared.storage.clients import open_storage
from shared.storage.stores import Stores
from tests.house.test_functions import FUNCTIONS, ROUTES, name
from tests.lacking import without

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
KEY = "the key"


@pytest.fixture(scope="module")
def python313() -> str:
    """The Python 3.13 whose environment has the official runtime."""
    python = os.environ.get("SPANWRIGHT_PYTHON313", "")
    if not python:
        without("There is no Python 3.13: `python3 dev.py test` makes its environment.")
    return python


def ask(python: str, request: dict[str, Any] | None = None, **environment: str) -> Any:
    """Let the official runtime index the app, or answer a request; return what it says."""
    done = subprocess.run(
        [
            python,
            str(ROOT / "tests" / "oracle" / "official_runtime.py"),
            str(ROOT),
            *(["--request"] if request else []),
        ],
        input=json.dumps(request) if request else "",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_the_official_indexer_takes_every_function(python313: str) -> None:
    indexed = ask(python313)

    assert [one["name"] for one in indexed] == sorted(map(name, FUNCTIONS))
    assert {one["name"]: one["route"] for one in indexed if "route" in one} == {
        route.function: route.template for route in ROUTES
    }


def test_the_official_indexer_takes_the_trigger_of_uploads_where_its_container_is_set(
    python313: str,
) -> None:
    indexed = ask(python313, SPANWRIGHT_UPLOADS_CONTAINER="letters")

    assert {one["name"] for one in indexed} == {*map(name, FUNCTIONS), "upload_arrived"}


REQUESTS: list[dict[str, Any]] = [
    {"path": "/health/live"},
    {"path": "/studio/projects/any/tag"},
    {"path": "/language/authoring/analyze-text/projects?api-version=2023-04-01"},
    {
        "path": "/language/authoring/analyze-text/projects?api-version=2023-04-01",
        "headers": {"Ocp-Apim-Subscription-Key": KEY},
    },
    {
        "path": "/language/authoring/analyze-text/projects/No%20name?api-version=2023-04-01",
        "method": "PATCH",
        "headers": {"Ocp-Apim-Subscription-Key": KEY},
        "body": "{}",
    },
    {
        "path": "/language/analyze-text/jobs?api-version=2023-04-01",
        "method": "POST",
        "headers": {"Ocp-Apim-Subscription-Key": KEY},
        "body": json.dumps(
            {
                "analysisInput": {"documents": [{"id": "1", "text": "Zoë 😀"}]},
                "tasks": [
                    {
                        "kind": "CustomEntityRecognition",
                        "parameters": {"projectName": "nobody", "deploymentName": "nothing"},
                    }
                ],
            }
        ),
    },
    {
        "path": "/language/analyze-text/jobs/0191d4c2-0000-7000-8000-000000000000"
        "?api-version=2023-04-01",
        "headers": {"Ocp-Apim-Subscription-Key": KEY},
    },
]


@pytest.mark.azurite
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one["path"].partition("?")[0])
def test_a_request_through_it_gives_what_the_local_host_gives(
    python313: str, azurite: str, request_: dict[str, Any]
) -> None:
    environment = {"SPANWRIGHT_STORAGE": azurite, "SPANWRIGHT_KEY": KEY}
    read = settings.read(environment)
    wiring.use(wiring.Service.of(read, Stores.on(open_storage(read.storage))))
    try:
        ours = TestHost(app, ROOT).request(
            request_.get("method", "GET"),
            request_["path"],
            headers=request_.get("headers", {}),
            body=request_.get("body", ""),
        )
    finally:
        wiring.use(None)

    theirs = ask(python313, request_, **environment)

    assert theirs["status"] == ours.status
    assert theirs["body"].encode() == ours.body
    for header in ("content-security-policy", "operation-location", "x-content-type-options"):
        of_theirs = {key.lower(): value for key, value in theirs["headers"].items()}
        assert of_theirs.get(header) == ours.headers.get(header)
