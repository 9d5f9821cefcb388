"""Projects made with a labels file: of the hosted service, of any year, sound or not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient
from playwright.sync_api import expect

from tests.e2e.client import PROJECTS, VERSION, Client
from tests.sdk import original
from tests.studio.steps import at_containers, next_button
from tests.studio.window import Window

#: As a name of what a user names: it must be shown, not run.
SCRIPT = "<img src=x onerror=window.broken=1>"


@pytest.mark.parametrize("year", [2022, 2021])
def test_09_a_labels_file_of_the_hosted_service_is_imported(
    window: Window, storage: str, client: Client, tmp_path: Path, year: int
) -> None:
    container, project = f"hosted-{year}", f"Hosted{year}"
    original.upload(storage, container)
    file = original.tags("LoanAgreement", "example-data")
    if year == 2021:
        file = _as_of_2021(file)
    path = tmp_path / "tags.json"
    path.write_bytes(json.dumps(file, indent=2).replace("\n", "\r\n").encode())

    page = at_containers(window, project)
    page.get_by_role("radio", name=container).click()
    next_button(page).click()
    page.get_by_label("Choose a labels file").set_input_files(path)
    expect(page.get_by_text("20 documents, 240 labels, 12 entity types")).to_be_visible()
    next_button(page).click()
    page.get_by_role("button", name="Create Project").click()

    expect(page).to_have_url(re.compile(f"/studio/projects/{project}/tag"))
    exported = _exported(client, project)
    assert original.labels(exported) == original.labels(original.tags(project, container))
    assert len(original.labels(exported)) == 240
    assert len(exported["assets"]["documents"]) == 20
    assert len(exported["assets"]["entities"]) == 12
    assert exported["metadata"]["storageInputContainerName"] == container


def test_09_an_import_takes_the_settings_of_its_file(
    window: Window, storage: str, client: Client, tmp_path: Path
) -> None:
    original.upload(storage, "moved-here")
    path = tmp_path / "exported.json"
    path.write_text(json.dumps(original.tags("Moved", "moved-here")), "utf-8")
    page = window.go("projects")
    page.get_by_role("button", name="Import project").click()
    expect(next_button(page)).to_be_disabled()
    page.get_by_label("Choose a labels file").set_input_files(path)
    next_button(page).click()

    expect(page.get_by_label("Name")).to_have_value("Moved")
    expect(page.get_by_label("Description")).to_have_value("Loan agreements")
    next_button(page).click()
    expect(page.get_by_role("radio", name="moved-here")).to_be_checked()
    next_button(page).click()
    expect(page.get_by_text("20 documents, 240 labels, 12 entity types")).to_be_visible()
    page.get_by_role("button", name="Create Project").click()
    expect(page).to_have_url(re.compile("/studio/projects/Moved/tag"))
    assert len(original.labels(_exported(client, "Moved"))) == 240


def test_10_a_malformed_file_is_told_with_its_place_and_nothing_is_made(
    window: Window, storage: str, client: Client, tmp_path: Path
) -> None:
    with BlobServiceClient.from_connection_string(storage) as service:
        service.create_container("notes").upload_blob("one.txt", b"To Bo Li")
    path = tmp_path / "labels.json"
    page = at_containers(window, "Malformed")
    page.get_by_role("radio", name="notes", exact=True).click()
    next_button(page).click()
    problems = page.get_by_role("table", name="Problems of the file")
    label = {"category": SCRIPT, "offset": 3, "length": 99}
    region = {"regionOffset": 0, "regionLength": 8, "labels": [label]}
    documents = [
        {"location": "one.txt", "entities": [region]},
        {"location": f"{SCRIPT}.txt", "entities": []},
    ]
    for content, place, fault in (
        ('{\n  "assets": {,}\n}', "line 2, column 14", "The file is not JSON"),
        (
            json.dumps({"entities": [{"category": SCRIPT}], "documents": documents}),
            "one.txt $.documents[0].entities[0].labels[0]",
            "reaches outside the document",
        ),
        (
            '{"entities": [{"category": 7}], "documents": []}',
            "$.entities[0].category",
            "must be a string",
        ),
    ):
        path.write_text(content, "utf-8")
        page.get_by_label("Choose a labels file").set_input_files(path)
        row = problems.get_by_role("row").filter(has_text=place).first
        expect(row).to_contain_text(fault)
        expect(next_button(page)).to_be_disabled()
    assert client.send("GET", f"{PROJECTS}/Malformed?{VERSION}").status == 404

    page.get_by_role("button", name="Take labels.json away").click()
    expect(next_button(page)).to_be_enabled()


def _exported(client: Client, project: str) -> Any:
    done = client.wait(client.send("POST", f"{PROJECTS}/{project}/:export?{VERSION}"))
    return client.send("GET", done["resultUrl"]).json


def _as_of_2021(file: dict[str, Any]) -> dict[str, Any]:
    """The same labels as the tags file of 2021 has them, without settings of a project."""
    return {
        "extractors": [{"name": entity["category"]} for entity in file["assets"]["entities"]],
        "documents": [
            {
                "location": document["location"],
                "culture": document["language"],
                "extractors": [
                    {
                        **{name: region[name] for name in ("regionOffset", "regionLength")},
                        "labels": [
                            {
                                "extractorName": label["category"],
                                "offset": label["offset"],
                                "length": label["length"],
                            }
                            for label in region["labels"]
                        ],
                    }
                    for region in document["entities"]
                ],
            }
            for document in file["assets"]["documents"]
        ],
    }
