"""As many documents as a job may have, one of them at fault, and lists that come in pages."""

from __future__ import annotations

from typing import Any

import pytest

from shared.limits import DEFAULTS
from tests.e2e import sample
from tests.sdk import original
from tests.sdk.conftest import DEPLOYMENT
from tests.sdk.launch import Programs

#: The place of the document at fault: the last.
EMPTY = DEFAULTS.documents_per_job - 1


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Documents that nobody has tagged, and an empty one at their end."""
    known = [sample.text(name) for name in sorted(sample.answers())]
    texts = [*known[:EMPTY], ""]
    assert len(texts) == DEFAULTS.documents_per_job
    return texts


@pytest.mark.parametrize("release", ["5.4", "5.2"])
def test_a_full_job_gives_python_every_document_and_the_error_of_the_one_at_fault(
    release: str, programs: Programs, loans: str, texts: list[str]
) -> None:
    said = programs.python(
        release, "extract", documents=texts, project=loans, deployment=DEPLOYMENT
    )

    check(said)


def test_a_full_job_gives_javascript_every_document_and_the_error_of_the_one_at_fault(
    programs: Programs, loans: str, texts: list[str]
) -> None:
    said = programs.javascript("extract", documents=texts, project=loans, deployment=DEPLOYMENT)

    check(said)


def check(said: dict[str, Any]) -> None:
    assert said["status"] == "succeeded"
    found = said["documents"]
    assert [document["id"] for document in found] == [str(number) for number in range(EMPTY + 1)]
    assert [document["id"] for document in found if "error" in document] == [str(EMPTY)]
    assert sum(len(document.get("entities", ())) for document in found) > 8 * EMPTY


def test_the_javascript_client_goes_from_page_to_page(
    programs: Programs, loans: str, texts: list[str]
) -> None:
    pages = programs.javascript(
        "pages", documents=texts, project=loans, deployment=DEPLOYMENT, size=10
    )

    assert [len(page) for page in pages] == [10, 10, 5]
    ids = [id_ for page in pages for id_, _ in page]
    assert ids == [str(number) for number in range(EMPTY + 1)]
    assert [id_ for page in pages for id_, code in page if code] == [str(EMPTY)]


def test_the_authoring_client_sees_all_that_a_project_has(programs: Programs, loans: str) -> None:
    said = programs.python("6", "look", project=loans, deployment=DEPLOYMENT)

    assert said["project"] == ["CustomEntityRecognition", "en", False]
    assert said["dated"]
    assert said["model_lives"]
    assert said["model"] == ["first", True]
    assert said["missing"] == "NotFound"
    assert set(said["jobs"]) <= {"succeeded", "canceled"}
    assert said["summary"]["split"] == ["percentage", 80]
    assert len(said["summary"]["entities"]) > 5


def test_the_authoring_client_goes_from_page_to_page(programs: Programs, loans: str) -> None:
    said = programs.python("6", "look", project=loans, deployment=DEPLOYMENT)

    assert len(said["judged"]) == original.DOCUMENTS // 10
    assert said["judged_one_by_one"] == said["judged"]
    assert said["judged_some"] == said["judged"][1:]
    assert len(set(said["languages"])) == len(said["languages"]) > 50
    assert "2022-05-01" in said["versions"]
