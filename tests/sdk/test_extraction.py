"""Extraction by programs of every release of the official clients."""

from __future__ import annotations

from typing import Any

import pytest
import regex
from azure.storage.blob import BlobServiceClient

from tests.e2e import sample
from tests.e2e.client import Client
from tests.sdk.conftest import DEPLOYMENT, LOST
from tests.sdk.launch import Programs

#: Long enough that the job is no small one, which would have ended before it could be cancelled.
LONG = "Date: May 2, 2021. " * 2_000


def documents() -> list[str]:
    """Some documents that nobody has tagged; emoji and line ends of Windows are among them."""
    texts = [sample.text(name) for name in sorted(sample.answers())]
    beyond = [text for text in texts if any(ord(sign) > 0xFFFF for sign in text)]
    return [*beyond[:3], *texts[:3], "Déjà vu 👩\u200d👩\u200d👧\r\nDate: May 2, 2021\r\n"]


@pytest.fixture(scope="module")
def lost(storage: str, client: Client, loans: str) -> str:
    """A deployment whose model's files are gone from the storage; returns its name."""
    with BlobServiceClient.from_connection_string(storage) as service:
        container = service.get_container_client("spanwright")
        before = set(container.list_blob_names(name_starts_with="models/"))
        # On other documents than the first, so that it is another model.
        split = {"kind": "percentage", "trainingSplitPercentage": 70, "testingSplitPercentage": 30}
        trained = client.wait(client.start_training(loans, LOST, evaluationOptions=split))
        assert trained["status"] == "succeeded", trained
        assert client.wait(client.start_deployment(loans, LOST, LOST))["status"] == "succeeded"
        files = set(container.list_blob_names(name_starts_with="models/")) - before
        assert files
        for name in files:
            container.delete_blob(name)
    return LOST


def test_the_client_of_2021_counts_text_elements_as_it_names_no_unit(
    programs: Programs, loans: str
) -> None:
    texts = documents()

    said = programs.python("5.2", "extract", documents=texts, project=loans, deployment=DEPLOYMENT)

    assert said["status"] == "succeeded"
    check_slices(said["documents"], texts, elements)


def test_the_newest_client_gets_slices_of_its_documents(programs: Programs, loans: str) -> None:
    texts = documents()

    said = programs.python("6", "extract", documents=texts, project=loans, deployments=[DEPLOYMENT])

    assert (said["done"], said["status"]) == (True, "succeeded")
    (task,) = said["job"]["tasks"]["items"]
    found = [
        {
            "id": document["id"],
            "entities": [
                [one["text"], one["category"], one["offset"], one["length"]]
                for one in document["entities"]
            ],
        }
        for document in task["results"]["documents"]
    ]
    check_slices(found, texts, list)


def test_the_javascript_client_counts_text_elements_as_it_names_no_unit(
    programs: Programs, loans: str
) -> None:
    texts = documents()

    said = programs.javascript("extract", documents=texts, project=loans, deployment=DEPLOYMENT)

    assert said["status"] == "succeeded"
    check_slices(said["documents"], texts, elements)


def elements(text: str) -> list[str]:
    """Return the text elements of a text."""
    return regex.findall(r"\X", text)


def check_slices(found: list[dict[str, Any]], texts: list[str], units: Any) -> None:
    """Hold each entity's text against its slice of the document, in the client's units."""
    assert [document["id"] for document in found] == [str(n) for n in range(len(texts))]
    assert sum(len(document["entities"]) for document in found) > 20
    for document, text in zip(found, texts, strict=True):
        signs = units(text)
        for own, _, offset, length in document["entities"]:
            assert "".join(signs[offset : offset + length]) == own


def test_a_cancelled_job_ends_the_poller_of_the_present_client(
    programs: Programs, loans: str
) -> None:
    said = programs.python("5.4", "cancel", documents=[LONG], project=loans, deployment=DEPLOYMENT)

    assert said == {"done": True, "status": "cancelled"}


def test_a_cancelled_job_ends_the_pollers_of_the_newest_client(
    programs: Programs, loans: str
) -> None:
    said = programs.python("6", "cancel", documents=[LONG], project=loans, deployments=[DEPLOYMENT])

    assert said["done"] == [True, True]
    assert all(word.startswith("canceled") for word in said["words"]), said


def test_a_cancelled_job_ends_the_poller_of_the_javascript_client(
    programs: Programs, loans: str
) -> None:
    said = programs.javascript("cancel", documents=[LONG], project=loans, deployment=DEPLOYMENT)

    assert (said["done"], said["status"]) == (True, "canceled")


def test_the_present_client_sees_the_failed_task_document_by_document(
    programs: Programs, loans: str, lost: str
) -> None:
    said = programs.python(
        "5.4", "two_actions", documents=documents(), project=loans, deployments=[DEPLOYMENT, lost]
    )

    assert said["status"] == "succeeded"
    for good, bad in said["answers"]:
        assert isinstance(good, int)
        assert isinstance(bad, str)


def test_the_client_of_2021_sees_the_failed_task_document_by_document(
    programs: Programs, loans: str, lost: str
) -> None:
    said = programs.python(
        "5.2", "two_actions", documents=documents(), project=loans, deployments=[DEPLOYMENT, lost]
    )

    assert said["status"] == "partiallyCompleted"
    assert len(said["answers"]) == len(documents())
    for good, bad in said["answers"]:
        assert isinstance(good, int)
        assert isinstance(bad, str)


def test_a_job_with_a_failed_task_ends_the_poller_of_the_newest_client(
    programs: Programs, loans: str, lost: str
) -> None:
    said = programs.python(
        "6", "extract", documents=documents(), project=loans, deployments=[DEPLOYMENT, lost]
    )

    assert (said["done"], said["status"]) == (True, "succeeded")
    assert [error["target"] for error in said["job"]["errors"]] == ["#/tasks/items/1"]
    assert said["job"]["tasks"]["failed"] == 1


def test_a_job_with_a_failed_task_ends_the_poller_of_the_javascript_client(
    programs: Programs, loans: str, lost: str
) -> None:
    texts = documents()

    said = programs.javascript(
        "two_actions", documents=texts, project=loans, deployments=[DEPLOYMENT, lost]
    )

    assert said["status"] == "succeeded"
    good, bad = said["answers"]
    assert good == len(texts)
    assert isinstance(bad, str)
