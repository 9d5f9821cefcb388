"""Projects: listed, made step by step, and deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.storage.blob import (
    BlobServiceClient,
    ResourceTypes,
    generate_account_sas,
)
from playwright.sync_api import Browser, Locator, Page, Request, expect

from devhost import azurite
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, running
from tests.studio import projects
from tests.studio.steps import at_containers, next_button, steps
from tests.studio.window import Window

#: As a name of what a user names: it must be shown, not run.
SCRIPT = "<img src=x onerror=window.broken=1>"


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a host with storage of its own, without a project; one is its limit."""
    folder = tmp_path_factory.mktemp("lonely")
    with (
        azurite.start(azurite.find(), folder / "azurite", memory=True) as started,
        running(
            started.connection_string, folder / "host.log", SPANWRIGHT_LIMIT_PROJECTS="1"
        ) as host,
    ):
        yield host.endpoint


@pytest.fixture(scope="module")
def containers(storage: str) -> str:
    """The name of a container with two documents; there is an empty one called `void` too."""
    with BlobServiceClient.from_connection_string(storage) as service:
        service.create_container("void")
        filled = service.create_container("letters")
        filled.upload_blob("one.txt", b"To Bo Li")
        filled.upload_blob("two.txt", b"To Ann Ruiz")
        filled.upload_blob("notes.md", b"no document")
    return "letters"


def test_01_an_empty_workspace_explains_itself_and_leads_to_the_first_project(
    browser: Browser, lonely: str
) -> None:
    window = Window.open(browser, lonely, KEY)
    page = window.go("projects")

    expect(page.get_by_role("heading", name="Teach a model what to find")).to_be_visible()
    expect(page.get_by_role("button", name="Create new project")).to_be_enabled()
    page.get_by_role("button", name="Create your first project").click()
    expect(page.get_by_role("heading", name="Create a project")).to_be_visible()
    window.close()


def test_02_steps_come_in_order_and_keep_what_was_entered(window: Window, containers: str) -> None:
    page = window.go("projects", query="?create")
    expect(steps(page)).to_have_text(
        [
            "Enter basic information",
            "Choose storage container",
            "Import labels (optional)",
            "Review",
        ]
    )
    expect(next_button(page)).to_be_disabled()
    page.get_by_label("Name").fill("Kept")
    page.get_by_label("Description").fill("What is kept")
    _choose_language(page, "Port", "Portuguese (Brazil)")
    next_button(page).click()

    expect(page.get_by_role("heading", name="Choose storage container")).to_be_focused()
    expect(next_button(page)).to_be_disabled()
    page.get_by_role("radio", name=containers, exact=True).click()
    expect(next_button(page)).to_be_enabled()
    page.get_by_role("button", name="Back").click()

    expect(page.get_by_label("Name")).to_have_value("Kept")
    expect(page.get_by_label("Description")).to_have_value("What is kept")
    expect(page.get_by_role("combobox", name="Language")).to_have_value("Portuguese (Brazil)")
    next_button(page).click()
    expect(page.get_by_role("radio", name=containers, exact=True)).to_be_checked()


def test_03_a_wrong_storage_key_is_told_in_a_step_of_its_own(
    browser: Browser, storage: str, tmp_path: Path
) -> None:
    denied = re.sub(r"AccountKey=[^;]+", "AccountKey=d3Jvbmc=", storage)
    with running(denied, tmp_path / "host.log") as host:
        window = Window.open(browser, host.endpoint, KEY)
        window.expect(503)
        page = window.go("projects")
        page.get_by_role("button", name="Create new project").click()

        expect(steps(page).first).to_have_text("Connect storage")
        expect(page.get_by_text("Storage account devstoreaccount1")).to_be_visible()
        expect(page.get_by_text("This is irreversible")).to_be_visible()
        expect(page.get_by_text("A service has one storage account.")).to_be_visible()
        for role in ("Storage Blob Data Contributor", "Storage Table Data Contributor"):
            expect(page.get_by_text(role)).to_be_visible()
        expect(next_button(page)).to_be_disabled()
        expect(page.get_by_text(KEY)).to_have_count(0)
        window.close()


def test_03_storage_that_does_not_answer_can_be_checked_again(
    browser: Browser, tmp_path: Path
) -> None:
    program = azurite.find()
    with azurite.start(program, tmp_path / "first", memory=True) as started:
        address = started.connection_string
    blob, queue, table = (
        int(found)
        for service in ("Blob", "Queue", "Table")
        for found in re.findall(rf"{service}Endpoint=http://127\.0\.0\.1:(\d+)", address)
    )
    with running(address, tmp_path / "host.log") as host:
        window = Window.open(browser, host.endpoint, KEY)
        window.expect(503)
        page = window.go("projects", query="?create")
        expect(page.get_by_text("do not answer at http://127.0.0.1")).to_have_count(3)
        expect(next_button(page)).to_be_disabled()

        ports = (blob, queue, table)
        with azurite.start(program, tmp_path / "second", memory=True, ports=ports):
            page.get_by_role("button", name="Check again").click()
            expect(page.get_by_text("The storage account is connected.")).to_be_visible()
            next_button(page).click()
            expect(page.get_by_label("Name")).to_be_visible()
            window.close()


def test_04_bad_names_are_refused_before_they_are_sent(
    window: Window, storage: str, client: Client
) -> None:
    taken = projects.make(storage, client, "Taken", 1)
    page = window.go("projects", query="?create")
    name = page.get_by_label("Name")
    for text, fault in (
        ("two words", "not a space"),
        ("C#", "not “#”"),
        ("N" * 51, "at most 50 characters; this one has 51"),
        ("...", "cannot be dots alone"),
        (taken, f"There is a project {taken} already."),
        (taken.upper(), f"There is a project {taken} already, and names that differ only"),
        ("", "Give the project a name."),
    ):
        name.fill(text)
        expect(page.get_by_text(fault)).to_be_visible()
        expect(name).to_have_attribute("aria-invalid", "true")
        expect(next_button(page)).to_be_disabled()
    name.fill("N" * 50)
    expect(name).not_to_have_attribute("aria-invalid", "true")
    expect(next_button(page)).to_be_enabled()


def test_05_several_languages_change_the_hint_of_the_language(window: Window) -> None:
    page = window.go("projects", query="?create")
    expect(page.get_by_text("The language of the documents in this project.")).to_be_visible()
    page.get_by_label("My documents are in multiple languages").click()
    expect(page.get_by_text("The language that most of your documents are in.")).to_be_visible()


def test_06_containers_come_from_storage_and_new_ones_are_made(
    window: Window, client: Client, containers: str
) -> None:
    page = at_containers(window)
    expect(_row(page, containers).get_by_role("cell").last).to_have_text("2")
    warning = page.get_by_text("This container is empty.")
    page.get_by_role("radio", name=containers, exact=True).click()
    expect(warning).to_have_count(0)
    page.get_by_role("radio", name="void", exact=True).click()
    expect(warning).to_be_visible()

    page.get_by_role("button", name="New container").click()
    field = page.get_by_label("Name of the new container")
    field.fill("Not_Allowed")
    expect(page.get_by_role("button", name="Make container")).to_be_disabled()
    field.fill("made-here")
    page.get_by_role("button", name="Make container").click()
    expect(page.get_by_role("radio", name="made-here", exact=True)).to_be_checked()
    listed = client.send("GET", f"{PROJECTS}/global/containers?{VERSION}").json["value"]
    assert "made-here" in [container["containerName"] for container in listed]


def test_06_containers_that_cannot_be_listed_name_the_missing_role(
    browser: Browser, storage: str, tmp_path: Path
) -> None:
    with running(_without_listing(storage), tmp_path / "host.log") as host:
        window = Window.open(browser, host.endpoint, KEY)
        window.expect(403)
        page = at_containers(window)
        expect(page.get_by_text("Storage Blob Data Contributor")).to_be_visible()
        expect(next_button(page)).to_be_disabled()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_text("Storage Blob Data Contributor")).to_be_visible()
        window.close()


def test_07_a_project_is_made_as_reviewed_and_once(
    window: Window, client: Client, containers: str
) -> None:
    page = at_containers(window, "Reviewed")
    page.get_by_role("radio", name=containers, exact=True).click()
    page.get_by_role("button", name="Back").click()
    page.get_by_label("Description").fill("Letters to people")
    page.get_by_label("My documents are in multiple languages").click()
    _choose_language(page, "german", "German")
    for _ in range(3):
        next_button(page).click()
    for term, value in (
        ("Name", "Reviewed"),
        ("Description", "Letters to people"),
        ("Language", "German"),
        ("Multiple languages", "yes"),
        ("Storage container", f"{containers} (2 documents)"),
        ("Labels file", "none"),
    ):
        told = page.locator("dt").get_by_text(term, exact=True)
        expect(told.locator("xpath=following-sibling::dd[1]")).to_have_text(value)

    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "PATCH" else None)
    # The second press comes before the page could be drawn anew.
    twice = "button => { button.click(); button.click(); }"
    page.get_by_role("button", name="Create Project").evaluate(twice)
    expect(page).to_have_url(re.compile("/studio/projects/Reviewed/tag"))
    assert len(sent) == 1
    made = client.send("GET", f"{PROJECTS}/Reviewed?{VERSION}").json
    assert (made["language"], made["multilingual"]) == ("de", True)
    assert made["description"] == "Letters to people"


def test_08_a_project_cannot_be_renamed_anywhere(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Unnameable", 1)
    page = window.go("projects")
    page.get_by_role("radio", name=f"Select {project}", exact=True).click()
    expect(page.get_by_role("button", name="Delete")).to_be_enabled()
    expect(page.get_by_role("button", name=re.compile("rename", re.I))).to_have_count(0)

    page = window.go("projects", project, "settings")
    expect(page.get_by_text("The name of a project cannot be changed.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(1)
    expect(page.get_by_role("textbox", name="Description")).to_be_visible()


def test_11_deletion_wants_the_name_and_leaves_the_documents(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Doomed")
    projects.train(client, project, "only")
    projects.deploy(client, project, "production", "only")
    page = window.go("projects")
    expect(page.get_by_role("button", name="Delete")).to_be_disabled()
    page.get_by_role("radio", name=f"Select {project}", exact=True).click()
    page.get_by_role("button", name="Delete").click()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your documents stay where they are, in the container doomed.")
    delete = dialog.get_by_role("button", name="Delete")
    for text in ("", "doomed", "Doomed "):
        dialog.get_by_role("textbox").fill(text)
        expect(delete).to_be_disabled()
    dialog.get_by_role("textbox").fill("Doomed")
    delete.click()

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name=project)).to_have_count(0)
    assert client.send("GET", f"{PROJECTS}/{project}?{VERSION}").status == 404
    deployment = f"{PROJECTS}/{project}/deployments/production?{VERSION}"
    assert client.send("GET", deployment).status == 404
    with BlobServiceClient.from_connection_string(storage) as service:
        kept = list(service.get_container_client("doomed").list_blob_names())
    assert len(kept) == projects.FEW


def test_12_one_project_more_than_the_limit_is_refused(browser: Browser, lonely: str) -> None:
    client = Client(lonely, KEY)
    assert client.send("PUT", f"{PROJECTS}/global/containers/only?{VERSION}").status == 201
    assert client.create("Only", "only").status == 201
    window = Window.open(browser, lonely, KEY)
    window.expect(400)
    page = at_containers(window, "OneTooMany")
    page.get_by_role("radio", name="only", exact=True).click()
    next_button(page).click()
    next_button(page).click()
    page.get_by_role("button", name="Create Project").click()

    expect(page.get_by_text("There can be at most 1 projects.")).to_be_visible()
    # What was entered is there still, and can be tried again.
    expect(page.get_by_role("button", name="Create Project")).to_be_enabled()
    window.close()


def test_65_what_looks_like_a_script_in_a_name_stays_text(
    window: Window, storage: str, client: Client
) -> None:
    project, container = "Scripts", "scripts"
    with BlobServiceClient.from_connection_string(storage) as service:
        service.create_container(container).upload_blob(f"{SCRIPT}.txt", b"To Bo Li")
    file = {
        "metadata": {
            "projectKind": "CustomEntityRecognition",
            "projectName": project,
            "storageInputContainerName": container,
            "language": "en-us",
            "description": SCRIPT,
        },
        "assets": {"entities": [{"category": SCRIPT}], "documents": []},
    }
    assert client.wait(client.start_import(project, file))["status"] == "succeeded"
    page = window.go("projects")
    expect(page.get_by_role("cell", name=SCRIPT)).to_be_visible()
    page = window.go("projects", project, "settings")
    expect(page.get_by_label("Description")).to_have_value(SCRIPT)
    page.get_by_label("Choose a file").set_input_files(
        {
            "name": f"{SCRIPT}.json",
            "mimeType": "application/json",
            "buffer": json.dumps(
                {"entities": [{"category": SCRIPT}], "documents": [{"location": SCRIPT}]}
            ).encode(),
        }
    )
    expect(page.get_by_role("cell", name=SCRIPT).first).to_be_visible()
    page = window.go("projects", query="?create")
    page.get_by_label("Name").fill(SCRIPT)
    expect(page.get_by_text("not “<”")).to_be_visible()
    assert page.evaluate("window.broken") is None


def test_projects_are_sorted_and_searched(window: Window, storage: str, client: Client) -> None:
    for name in ("Sorted10", "Sorted9"):
        projects.make(storage, client, name, 1)
    page = window.go("projects")
    page.get_by_label("Search projects").fill("sorted")
    names = page.get_by_role("link", name=re.compile("^Sorted"))
    expect(page.get_by_role("status").first).to_contain_text("2 of ")
    head = page.get_by_role("columnheader", name="Name")
    head.get_by_role("button").click()
    expect(names).to_have_text(["Sorted9", "Sorted10"])
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    expect(names).to_have_text(["Sorted10", "Sorted9"])


def _row(page: Page, container: str) -> Locator:
    table = page.get_by_role("table", name="Containers")
    return table.get_by_role("row").filter(
        has=page.get_by_role("radio", name=container, exact=True)
    )


def _choose_language(page: Page, typed: str, name: str) -> None:
    field = page.get_by_role("combobox", name="Language")
    field.fill(typed)
    page.get_by_role("option", name=name).click()
    expect(field).to_have_value(name)


def _without_listing(storage: str) -> str:
    """The connection string of one who may do all in the account but list its containers."""
    parts = dict(part.split("=", 1) for part in storage.strip(";").split(";"))
    signature = generate_account_sas(
        parts["AccountName"],
        parts["AccountKey"],
        ResourceTypes(container=True, object=True),
        "rwdlacup",
        datetime.now(UTC) + timedelta(hours=1),
        services="bqt",
    )
    endpoints = [f"{name}={value}" for name, value in parts.items() if name.endswith("Endpoint")]
    return ";".join([*endpoints, f"SharedAccessSignature={signature}"])
