"""Twenty loan agreements in the form in which the hosted service's own sample is published.

Text files with CR LF at the end of every line, a tags file in UTF-16 units whose documents say
nothing of a data set, twelve labels to a document.
"""

from __future__ import annotations

from typing import Any

from azure.storage.blob import BlobServiceClient

from tests.e2e import sample

DOCUMENTS = 20
LABELS_PER_DOCUMENT = 12

#: Labels as a set: document, category, offset and length in UTF-16 units.
Labels = set[tuple[str, str, int, int]]


def documents() -> dict[str, bytes]:
    """The text files by name."""
    return {entry["location"]: _text(entry["location"]).encode("utf-8") for entry in _entries()}


def tags(project: str, container: str) -> dict[str, Any]:
    """The tags file of a project whose documents are in this container."""
    return {
        "projectFileVersion": "2022-05-01",
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {
            "projectName": project,
            "storageInputContainerName": container,
            "projectKind": "CustomEntityRecognition",
            "description": "Loan agreements",
            "language": "en",
            "multilingual": False,
            "settings": {},
        },
        "assets": {
            "projectKind": "CustomEntityRecognition",
            "entities": [
                {"category": entity["category"]} for entity in sample.labels()["assets"]["entities"]
            ],
            "documents": [_document(entry) for entry in _entries()],
        },
    }


def labels(file: dict[str, Any]) -> Labels:
    """The labels of a tags file, whatever their order."""
    return {
        (document["location"], label["category"], label["offset"], label["length"])
        for document in file["assets"]["documents"]
        for region in document["entities"]
        for label in region["labels"]
    }


def upload(storage: str, container: str) -> None:
    """Put the text files into a container, as their owner would."""
    with BlobServiceClient.from_connection_string(storage) as service:
        client = service.create_container(container)
        for name, content in documents().items():
            client.upload_blob(name, content)


def _entries() -> list[dict[str, Any]]:
    """The first twenty documents of the sample with twelve labels, as its labels file has them."""
    fitting = [
        document
        for document in sample.labels()["assets"]["documents"]
        if sum(len(region["labels"]) for region in document["entities"]) == LABELS_PER_DOCUMENT
    ]
    assert len(fitting) >= DOCUMENTS
    return fitting[:DOCUMENTS]


def _text(name: str) -> str:
    """The text of a document with CR LF at the end of each of its lines."""
    return _with_crlf(sample.text(name))


def _with_crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _document(entry: dict[str, Any]) -> dict[str, Any]:
    units = sample.text(entry["location"]).encode("utf-16-le")

    def moved(offset: int) -> int:
        """Where an offset of the sample is in the rewritten text."""
        return len(_with_crlf(units[: 2 * offset].decode("utf-16-le")).encode("utf-16-le")) // 2

    return {
        "location": entry["location"],
        "language": "en-us",
        "entities": [
            {
                "regionOffset": 0,
                "regionLength": moved(len(units) // 2),
                "labels": [
                    {
                        "category": label["category"],
                        "offset": moved(label["offset"]),
                        "length": moved(label["offset"] + label["length"]) - moved(label["offset"]),
                    }
                    for region in entry["entities"]
                    for label in region["labels"]
                ],
            }
        ],
    }
