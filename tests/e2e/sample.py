"""The sample project, as the tests use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from azure.storage.blob import BlobServiceClient

from tests.e2e.client import Client

FOLDER = Path(__file__).resolve().parents[2] / "samples" / "loan-agreements"
PROJECT = "LoanAgreements"
CONTAINER = "loan-agreements"


def labels() -> dict[str, Any]:
    """The labels file of the 40 tagged documents."""
    return json.loads((FOLDER / "labels.json").read_text("utf-8"))  # type: ignore[no-any-return]


def answers() -> dict[str, list[tuple[str, int, int]]]:
    """(category, offset, length) in UTF-16 units, by name, of the documents that are not tagged."""
    value = json.loads((FOLDER / "answers.json").read_text("utf-8"))
    documents = value.get("assets", value)["documents"]
    return {
        document["location"]: [
            (label["category"], label["offset"], label["length"])
            for region in document["entities"]
            for label in region["labels"]
        ]
        for document in documents
    }


def text(name: str) -> str:
    """A document's text, as it is in its file."""
    return (FOLDER / "documents" / name).read_bytes().decode("utf-8")


def upload(storage: str, container: str = CONTAINER) -> None:
    """Put the documents into a container, as their owner would."""
    with BlobServiceClient.from_connection_string(storage) as service:
        fill(service, container)


def fill(service: BlobServiceClient, container: str = CONTAINER) -> None:
    """Put the documents into a container of an account that is open already."""
    client = service.create_container(container)
    for path in sorted((FOLDER / "documents").iterdir()):
        client.upload_blob(path.name, path.read_bytes())


def deploy(client: Client, project: str = PROJECT) -> None:
    """Import, train and deploy the sample."""
    assert client.wait(client.start_import(project, labels()))["status"] == "succeeded"
    trained = client.wait(client.start_training(project, "first"), 600)
    assert trained["status"] == "succeeded", trained
    deployed = client.wait(client.start_deployment(project, "production", "first"))
    assert deployed["status"] == "succeeded", deployed
