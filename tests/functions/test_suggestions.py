"""What a model would tag in a document, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from devhost.testing import TestHost
from functions import wiring
from shared.domain.projects import EntityType, Project
from shared.storage.stores import Stores
from tests.functions.conftest import READER_KEY, SETTINGS
from tests.functions.test_documents import cut, get, put_text
from tests.functions.test_door import assert_error
from tests.services import loans
from tests.services.fakes import CapitalsEverywhere

MODEL = "&trainedModelLabel=M"
TEXT = "😀 call IBM or A in\r\n Zoe\u0301 BERLIN"


@pytest.fixture
def project(stores: Stores) -> Project:
    """A project with a model that finds words of capital letters."""
    made = loans.make_project(stores, tagged=12)
    loans.put_model(stores, made)
    stores.projects.put_entities(made, [EntityType(category="Capitals")])
    put_text(stores, "a.txt", TEXT)
    wiring.use(wiring.Service(SETTINGS, stores, CapitalsEverywhere()))
    return made


def test_a_model_suggests_labels_for_the_present_text(
    host: TestHost, stores: Stores, project: Project
) -> None:
    found: dict[str, Any] = get(host, "documents/a.txt/suggestions", MODEL, key=READER_KEY).json()

    assert [(cut(TEXT, one), one["confidenceScore"]) for one in found["entities"]] == [
        ("IBM", 0.75),
        ("A", 0.25),
        ("BERLIN", 1.0),
    ]
    assert found["modelId"] == stores.models.read(project.id, "M").id
    assert found["textDigest"] == get(host, "documents/a.txt").json()["textDigest"]


def test_types_that_the_project_has_no_more_are_not_suggested(
    host: TestHost, stores: Stores, project: Project
) -> None:
    stores.projects.put_entities(project, loans.ENTITIES)

    assert get(host, "documents/a.txt/suggestions", MODEL).json()["entities"] == []


def test_a_text_that_is_too_long_for_a_job_is_read(
    host: TestHost, stores: Stores, project: Project
) -> None:
    text = "IBM " * 32_000
    put_text(stores, "a.txt", text)

    found = get(host, "documents/a.txt/suggestions", MODEL).json()["entities"]

    assert (len(text), len(found)) == (128_000, 32_000)


@pytest.mark.parametrize("text", ["", " \n"])
def test_where_there_is_no_text_nothing_is_suggested(
    host: TestHost, stores: Stores, project: Project, text: str
) -> None:
    put_text(stores, "a.txt", text)

    assert get(host, "documents/a.txt/suggestions", MODEL).json()["entities"] == []


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("a.txt", "", 400),
        ("a.txt", "&trainedModelLabel=", 400),
        ("a.txt", "&trainedModelLabel=a/b", 400),
        ("a.txt", "&trainedModelLabel=Other", 404),
        ("missing.txt", MODEL, 404),
        ("latin.txt", MODEL, 400),
    ],
)
def test_what_cannot_be_asked_is_refused(
    host: TestHost, stores: Stores, project: Project, path: str, query: str, status: int
) -> None:
    put_text(stores, "latin.txt", b"caf\xe9")

    response = get(host, f"documents/{path}/suggestions", query)

    assert response.status == status
    assert response.json()["error"]["message"]


def test_a_project_that_never_was_suggests_nothing(host: TestHost) -> None:
    assert_error(get(host, "documents/a.txt/suggestions", MODEL), 404, "ProjectNotFound")
