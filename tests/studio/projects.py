"""Projects of a few sample documents, for tests that change them."""

from __future__ import annotations

from azure.storage.blob import BlobServiceClient

from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client

#: The fewest that can be trained on and evaluated.
FEW = 12


def make(storage: str, client: Client, project: str, documents: int = FEW) -> str:
    """Make a project of the first sample documents, with their labels; return its name.

    It has a container of its own, of the same name in lower case.
    """
    file = sample.labels()
    container = project.lower()
    file["metadata"] |= {"projectName": project, "storageInputContainerName": container}
    file["assets"]["documents"] = file["assets"]["documents"][:documents]
    with BlobServiceClient.from_connection_string(storage) as service:
        blobs = service.create_container(container)
        for document in file["assets"]["documents"]:
            blobs.upload_blob(document["location"], sample.text(document["location"]).encode())
    assert client.wait(client.start_import(project, file))["status"] == "succeeded"
    return project


def train(client: Client, project: str, model: str) -> None:
    """Train a model of a project."""
    trained = client.wait(client.start_training(project, model), 600)
    assert trained["status"] == "succeeded", trained


def deploy(client: Client, project: str, name: str, model: str) -> None:
    """Let a model answer under a name."""
    deployed = client.wait(client.start_deployment(project, name, model))
    assert deployed["status"] == "succeeded", deployed


def undeploy(client: Client, project: str, name: str) -> None:
    """Take a deployment away, if it is there."""
    started = client.send("DELETE", f"{PROJECTS}/{project}/deployments/{name}?{VERSION}")
    assert started.status in (202, 404), started.body


def spoil(storage: str, project: str, document: str) -> None:
    """Overwrite a document of a project with bytes that are no text."""
    with BlobServiceClient.from_connection_string(storage) as service:
        blobs = service.get_container_client(project.lower())
        blobs.upload_blob(document, b"caf\xe9", overwrite=True)
