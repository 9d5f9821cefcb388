"""Deploy model: what is deployed, under which name, and how it is called."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from devhost import azurite, sdks
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY
from tests.lacking import without
from tests.studio import projects
from tests.studio.window import Window

#: A text that breaks what is quoted without care. It has entities all the same.
DIFFICULT = """LOAN AGREEMENT "No. 7"

Date: May 2, 2021
Borrower: Zoë Brandt's "heirs" & C:\\new\\table $HOME !
\tInterest: 4.5%
"""


def test_54_only_trained_models_are_listed_and_one_must_be_selected(
    window: Window, client: Client, rivals: str
) -> None:
    projects.deploy(client, rivals, "production", "first")
    started = client.start_training(rivals, "abandoned")
    address = started.headers["operation-location"].replace("?", "/:cancel?")
    assert client.send("POST", address).status == 202
    assert client.wait(started)["status"] == "cancelled"
    page = window.go("projects", rivals, "deploy")

    expect(_row(page, "second")).to_contain_text("Not deployed")
    row = _row(page, "first")
    expect(row).to_contain_text("production")
    expect(row.get_by_text("Deployed", exact=True)).to_be_visible()
    expect(row).to_contain_text(_deployment(client, rivals, "production")["modelId"])
    expect(page.get_by_text("abandoned")).to_have_count(0)

    button = page.get_by_role("button", name="Deploy model")
    expect(button).to_be_disabled()
    page.get_by_role("radio", name=re.compile("second")).check()
    expect(button).to_be_enabled()


def test_54_without_a_trained_model_the_page_leads_to_train(
    window: Window, storage: str, client: Client
) -> None:
    page = window.go("projects", projects.make(storage, client, "Untrained", 1), "deploy")
    link = page.get_by_role("link", name="Train a model")
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()


def test_55_a_second_deployment_of_a_name_asks_and_replaces_the_first(
    window: Window, client: Client, rivals: str
) -> None:
    projects.undeploy(client, rivals, "production")
    page = window.go("projects", rivals, "deploy")
    page.get_by_role("radio", name=re.compile("first")).check()
    page.get_by_role("button", name="Deploy model").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox")).to_have_value("production")
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    expect(dialog).to_be_hidden()
    row = _row(page, "first")
    expect(row.get_by_text("Deployed", exact=True)).to_be_visible()
    old = _deployment(client, rivals, "production")
    expect(row).to_contain_text(old["modelId"])
    assert _by_model_id(client, old["modelId"]) == 202

    page.get_by_role("radio", name=re.compile("second")).check()
    page.get_by_role("button", name="Deploy model").click()
    expect(dialog).to_contain_text("Replace “production”?")
    expect(dialog).to_contain_text("It answers with “first” now")
    dialog.get_by_role("button", name="Replace").click()
    expect(dialog).to_be_hidden()
    expect(_row(page, "second")).to_contain_text("production")
    expect(_row(page, "first")).to_contain_text("Not deployed")
    new = _deployment(client, rivals, "production")
    assert new["modelLabel"] == "second"
    assert _by_model_id(client, new["modelId"]) == 202
    assert _by_model_id(client, old["modelId"]) == 404


def test_55_a_name_that_the_service_would_refuse_cannot_be_sent(
    window: Window, rivals: str
) -> None:
    page = window.go("projects", rivals, "deploy")
    page.get_by_role("radio", name=re.compile("first")).check()
    page.get_by_role("button", name="Deploy model").click()
    dialog = page.get_by_role("dialog")
    send = dialog.get_by_role("button", name="Deploy", exact=True)
    for bad in ("two words", "a#b", "x" * 51):
        dialog.get_by_role("combobox").fill(bad)
        expect(dialog.get_by_text("Use 1 to 50 of these")).to_be_visible()
        expect(send).to_be_disabled()
    dialog.get_by_role("combobox").fill("x" * 50)
    expect(send).to_be_enabled()


def test_55_two_deployments_can_swap_their_models(
    window: Window, client: Client, rivals: str
) -> None:
    projects.deploy(client, rivals, "production", "first")
    projects.deploy(client, rivals, "staging", "second")
    page = window.go("projects", rivals, "deploy")
    page.get_by_role("radio", name=re.compile("as production")).check()
    page.get_by_role("button", name="Swap").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("production: first second")
    dialog.get_by_role("button", name="Swap").click()
    expect(dialog).to_be_hidden()
    expect(_row(page, "second")).to_contain_text("production")
    assert _deployment(client, rivals, "production")["modelLabel"] == "second"
    assert _deployment(client, rivals, "staging")["modelLabel"] == "first"
    projects.undeploy(client, rivals, "staging")


def test_56_the_copied_requests_run_in_bash_and_bring_entities(
    window: Window, client: Client, loans: str
) -> None:
    dialog = _prediction_dialog(window, loans)
    code = dialog.get_by_role("region", name="Submit by curl")
    expect(code).not_to_contain_text(KEY)
    dialog.get_by_role("switch", name="Show key").check()
    expect(code).to_contain_text(KEY)
    dialog.get_by_role("switch", name="Show key").uncheck()
    expect(code).not_to_contain_text(KEY)

    submitted = _bash(_copied(window, dialog).replace("<YOUR_DOCUMENT_HERE>", DIFFICULT.strip()))
    found = re.search(r"(?i)^operation-location: \S+/jobs/([^?\s]+)", submitted, re.MULTILINE)
    assert found, submitted

    dialog.get_by_role("tab", name="Retrieve").click()
    expect(dialog).to_contain_text(
        "{YOUR-ENDPOINT}/language/analyze-text/jobs/<operation_id>?api-version=2023-04-01"
    )
    retrieved = _bash(_copied(window, dialog).replace("<operation_id>", found[1]))
    job = json.loads(retrieved)
    # So short a text is read before the first answer comes.
    assert job["status"] == "succeeded"
    entities = job["tasks"]["items"][0]["results"]["documents"][0]["entities"]
    assert _words(entities) == _expected(client, loans)


@pytest.mark.parametrize("tongue", ["Python", "JavaScript"])
def test_56_the_copied_programs_run_with_the_official_clients(
    window: Window, client: Client, loans: str, tmp_path: Path, tongue: str
) -> None:
    dialog = _prediction_dialog(window, loans)
    dialog.get_by_role("tab", name=tongue).click()
    expect(dialog.get_by_role("region", name=f"Submit by {tongue}")).not_to_contain_text(KEY)
    submit = _copied(window, dialog).replace("<YOUR_DOCUMENT_HERE>", DIFFICULT.strip())
    dialog.get_by_role("tab", name="Retrieve").click()
    retrieve = _copied(window, dialog)

    first, *lines = _program(tongue, submit, tmp_path).splitlines()
    name, operation = first.split(": ")
    assert name == "operation_id"
    status, *again = _program(
        tongue, retrieve.replace("<operation_id>", operation), tmp_path
    ).splitlines()
    assert status == "status: succeeded"
    expected = _expected(client, loans)
    for told in (lines, again):
        assert [line.split(" ", 1)[0] for line in told] == [category for category, _ in expected]
        assert all(text in line for line, (_, text) in zip(told, expected, strict=True))


def test_57_undeploying_asks_and_then_the_api_says_that_it_is_gone(
    window: Window, client: Client, rivals: str
) -> None:
    projects.deploy(client, rivals, "production", "first")
    page = window.go("projects", rivals, "deploy")
    page.get_by_role("radio", name=re.compile("as production")).check()
    page.get_by_role("button", name="Undeploy").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The project has no deployment of this name.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert client.submit(rivals, "production", [{"id": "1", "text": "a"}]).status == 202

    page.get_by_role("button", name="Undeploy").click()
    dialog.get_by_role("button", name="Undeploy").click()
    expect(dialog).to_be_hidden()
    expect(_row(page, "first")).to_contain_text("Not deployed")
    answer = client.submit(rivals, "production", [{"id": "1", "text": "a"}])
    assert answer.status == 404
    assert answer.json["error"]["message"] == "The project has no deployment of this name."


def _row(page: Page, model: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_text(model, exact=True))


def _deployment(client: Client, project: str, name: str) -> Any:
    return client.send("GET", f"{PROJECTS}/{project}/deployments/{name}?{VERSION}").json


def _by_model_id(client: Client, model_id: str) -> int:
    """The status with which the API of the quickstart's time takes a request for a model."""
    task = {"parameters": {"modelId": model_id}}
    body = {
        "analysisInput": {"documents": [{"id": "1", "text": "a"}]},
        "tasks": {"customEntityRecognitionTasks": [task]},
    }
    return client.send("POST", "/text/analytics/v3.1-preview.ct.1/analyze", body).status


def _prediction_dialog(window: Window, project: str) -> Locator:
    page = window.go("projects", project, "deploy")
    page.get_by_role("radio", name=re.compile("as production")).check()
    page.get_by_role("button", name="Get prediction URL").click()
    return page.get_by_role("dialog")


def _copied(window: Window, dialog: Locator) -> str:
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    return str(window.page.evaluate("navigator.clipboard.readText()"))


def _bash(script: str) -> str:
    done = subprocess.run(
        ["bash", "-e", "-c", script],  # noqa: S607 - as a user has it
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _program(tongue: str, program: str, folder: Path) -> str:
    """Run a copied program where the official client is installed; return what it prints."""
    if tongue == "Python":
        command = [os.fspath(sdks.python("5.4")), os.fspath(folder / "program.py")]
    else:
        try:
            modules = sdks.node_modules()
        except sdks.MissingClientError as missing:
            without(missing)
        if not (folder / "node_modules").exists():
            (folder / "node_modules").symlink_to(modules)
        node = azurite.find_node(Path(sys.prefix))
        command = [os.fspath(node), os.fspath(folder / "program.mjs")]
    Path(command[1]).write_text(program, "utf-8")
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _expected(client: Client, project: str) -> list[tuple[str, str]]:
    """The entities of the difficult text, as a program without a client finds them."""
    started = client.submit(project, "production", [{"id": "1", "text": DIFFICULT.strip()}])
    results = client.wait(started)["tasks"]["items"][0]["results"]
    found = _words(results["documents"][0]["entities"])
    assert found
    return found


def _words(entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(entity["category"], entity["text"]) for entity in entities]
