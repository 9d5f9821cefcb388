"""Project settings: what the project is, and its labels in and out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient
from playwright.sync_api import expect

from shared import limits
from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.studio import files, projects
from tests.studio.window import Window


@pytest.fixture(scope="module")
def settled(storage: str, client: Client) -> str:
    """A project of three tagged documents, of which no test changes the labels."""
    return projects.make(storage, client, "Settled", 3)


def test_settings_are_changed_and_kept(window: Window, client: Client, settled: str) -> None:
    page = window.go("projects", settled, "settings")
    save = page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    page.get_by_label("Description").fill("Three agreements")
    page.get_by_role("combobox", name="Language").fill("dutch")
    page.get_by_role("option", name="Dutch").click()
    page.get_by_label("My documents are in multiple languages").click()
    page.get_by_label("Leave out entities of low confidence").click()
    page.get_by_role("slider").fill("0.7")
    save.click()
    expect(page.get_by_text("The settings are saved").first).to_be_visible()
    expect(save).to_be_disabled()

    page.reload()
    expect(page.get_by_label("Description")).to_have_value("Three agreements")
    expect(page.get_by_role("combobox", name="Language")).to_have_value("Dutch")
    expect(page.get_by_text("Confidence threshold: 0.70")).to_be_visible()
    kept = client.send("GET", f"{PROJECTS}/{settled}?{VERSION}").json
    assert kept["settings"] == {"confidenceThreshold": 0.7}
    assert (kept["language"], kept["multilingual"]) == ("nl", True)

    page.get_by_label("Leave out entities of low confidence").click()
    save.click()
    expect(save).to_be_disabled()
    assert client.send("GET", f"{PROJECTS}/{settled}?{VERSION}").json["settings"] == {}


def test_facts_are_those_of_the_project(window: Window, settled: str) -> None:
    page = window.go("projects", settled, "settings")
    for term, value in (
        ("Name", settled),
        ("Storage container", "settled"),
        ("Entity types", "12"),
        ("Documents", "3, 3 tagged"),
        ("Trained", "not yet"),
    ):
        fact = page.get_by_label("Facts").locator("div").filter(has_text=term).first
        expect(fact).to_contain_text(value)


@pytest.mark.parametrize(
    ("title", "form", "name"),
    [
        ("Project file", "project", "project.json"),
        ("Project file of 2022", "project-2022", "project-2022.json"),
        ("Project file of 2021", "project-2021", "project-2021.json"),
        ("Tags file of 2021", "tags-2021", "tags-2021.json"),
        ("spaCy and Prodigy", "spacy", "spacy.jsonl"),
        ("Label Studio", "label-studio", "label-studio.json"),
        ("doccano", "doccano", "doccano.jsonl"),
        ("CoNLL", "conll", "conll.conll"),
        ("Amazon Comprehend", "comprehend", "comprehend.csv"),
    ],
)
def test_an_export_is_the_file_that_the_service_writes(
    window: Window, client: Client, settled: str, title: str, form: str, name: str
) -> None:
    page = window.go("projects", settled, "settings")
    section = page.get_by_role("region", name="Export labels")
    section.get_by_label("Format").click()
    page.get_by_role("option", name=title, exact=True).click()
    with page.expect_download() as downloading:
        section.get_by_role("button", name="Export").click()

    assert downloading.value.suggested_filename == f"{settled}-labels-{name}"
    saved = Path(downloading.value.path()).read_bytes()
    started = client.send("POST", f"{PROJECTS}/{settled}/labels/:export?{VERSION}&format={form}")
    assert saved == client.send("GET", client.wait(started)["resultUrl"]).body


def test_a_project_goes_out_as_one_file_and_comes_in_again(
    window: Window, client: Client, settled: str, tmp_path: Path
) -> None:
    page = window.go("projects", settled, "settings")
    section = page.get_by_role("region", name="Export project")
    with page.expect_download() as downloading:
        section.get_by_role("button", name="Export the project").click()
    name = downloading.value.suggested_filename
    assert name == f"{settled}.bundle"
    downloading.value.save_as(tmp_path / name)

    page = window.go("projects")
    page.get_by_role("button", name="Import bundle").click()
    dialog = page.get_by_role("dialog")
    button = dialog.get_by_role("button", name="Import", exact=True)
    expect(button).to_be_disabled()
    dialog.get_by_label("Choose a bundle").set_input_files(tmp_path / name)
    expect(dialog.get_by_label("Name")).to_have_value(settled)
    expect(button).to_be_disabled()  # There is a project of this name.
    dialog.get_by_label("Name").fill("SettledAgain")
    button.click()

    expect(page.get_by_text("The project SettledAgain is imported").first).to_be_visible()
    expect(page.get_by_role("link", name="SettledAgain")).to_be_visible()
    assert _labels(client, "SettledAgain") == _labels(client, settled)


def test_a_project_larger_than_a_request_comes_in_by_parts(
    window: Window, storage: str, client: Client, tmp_path: Path
) -> None:
    project = projects.make(storage, client, "Large", 1)
    text = "\N{GRINNING FACE}" * 120_000
    with BlobServiceClient.from_connection_string(storage) as service:
        container = service.get_container_client(project.lower())
        for number in range(145):
            container.upload_blob(f"large-{number:03}.txt", f"{number}{text}".encode())
    page = window.go("projects", project, "settings")
    with page.expect_download(timeout=120_000) as downloading:
        page.get_by_role("button", name="Export the project").click()
    bundle = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(bundle)
    assert bundle.stat().st_size > limits.BODY_BYTES
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url.partition("?")[0]))

    page = window.go("projects")
    page.get_by_role("button", name="Import bundle").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Choose a bundle").set_input_files(bundle)
    dialog.get_by_label("Name").fill("LargeAgain")
    dialog.get_by_role("button", name="Import", exact=True).click()

    expect(dialog.get_by_role("progressbar", name="Making the project")).to_be_visible()
    expect(page.get_by_text("The project LargeAgain is imported").first).to_be_visible(
        timeout=120_000
    )
    assert any(url.endswith("/projects/LargeAgain/copy/parts/1-00004") for url in sent)
    first, again = (
        client.send(
            "GET", f"{PROJECTS}/{name}/documents?{VERSION}&brief=true&maxpagesize=1000"
        ).json["value"]
        for name in (project, "LargeAgain")
    )
    assert len(first) == 146
    assert first == again
    last = client.send("GET", f"{PROJECTS}/LargeAgain/documents/large-144.txt?{VERSION}").json
    assert last["text"] == f"144{text}"
    assert _labels(client, "LargeAgain") == _labels(client, project)


def test_an_import_is_tried_first_and_then_done(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Imported", 2)
    file = sample.labels()
    first, second = file["assets"]["documents"][:2]
    label = first["entities"][0]["labels"][0]
    file["assets"]["documents"] = [first]
    spoilt = json.loads(json.dumps(file))
    spoilt["assets"]["documents"][0]["entities"][0]["labels"][0]["category"] = "Unheard"
    page = window.go("projects", project, "settings")
    section = page.get_by_role("region", name="Import labels")
    button = section.get_by_role("button", name="Import", exact=True)
    expect(button).to_be_disabled()

    files.choose_labels(page, spoilt)
    row = section.get_by_role("table", name="Problems of the file").get_by_role("row").nth(1)
    expect(row).to_contain_text("$.assets.documents[0].entities[0].labels[0]")
    expect(row).to_contain_text("Unheard, which is not declared")
    expect(row).to_contain_text("Add the entity type to the list of entities")
    expect(button).to_be_disabled()

    first["entities"][0]["labels"] = [label]
    files.choose_labels(page, file)
    expect(section.get_by_text("1 document, 1 label, 1 entity type")).to_be_visible()
    expect(section.get_by_text("1 document left without labels.")).to_be_visible()
    assert len(_labels(client, project)) > 1
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    expect(page.get_by_text("The labels are imported").first).to_be_visible()
    assert _labels(client, project) == [(first["location"], label["category"])]
    expect(page.get_by_label("Facts")).to_contain_text("2, 1 tagged")
    assert second["location"] != first["location"]


def test_a_file_of_another_tool_adds_its_documents(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Added", 1)
    before = _labels(client, project)
    page = window.go("projects", project, "settings")
    section = page.get_by_role("region", name="Import labels")
    section.get_by_label("Format").click()
    page.get_by_role("option", name="spaCy and Prodigy").click()
    expect(section.get_by_role("radio", name="Stays")).to_be_checked()
    line = {"text": "To 🏦 Bo Li", "entities": [[5, 10, "Friend"]], "meta": {"name": "new.txt"}}
    page.get_by_label("Choose a file").set_input_files(
        {
            "name": "x.jsonl",
            "mimeType": "text/plain",
            "buffer": json.dumps(line).encode(),
        }
    )
    expect(section.get_by_text("New entity types: Friend.")).to_be_visible()
    section.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The labels are imported").first).to_be_visible()
    assert _labels(client, project) == sorted([*before, ("new.txt", "Friend")])


def test_11_a_project_is_deleted_in_its_settings_too(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Unwanted", 1)
    page = window.go("projects", project, "settings")
    page.get_by_role("button", name="Delete this project").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(project)
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    assert client.send("GET", f"{PROJECTS}/{project}?{VERSION}").status == 404


def _labels(client: Client, project: str) -> list[tuple[str, str]]:
    """Document and entity type of each label of a project."""
    done = client.wait(client.send("POST", f"{PROJECTS}/{project}/:export?{VERSION}"))
    file = client.send("GET", done["resultUrl"]).json
    return sorted(
        (document["location"], label["category"])
        for document in file["assets"]["documents"]
        for region in document["entities"]
        for label in region["labels"]
    )
