"""What can be done with a trained model from its page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import PROJECTS, VERSION, Client
from tests.studio import projects
from tests.studio.window import Window


@pytest.fixture(scope="module")
def taught(storage: str, client: Client) -> str:
    """A project with the model `first`."""
    project = projects.make(storage, client, "Taught")
    projects.train(client, project, "first")
    return project


def _labels(client: Client, project: str) -> dict[str, int]:
    path = f"{PROJECTS}/{project}/documents?{VERSION}"
    return {
        document["documentName"]: sum(document["labelCounts"].values())
        for document in client.send("GET", path).json["value"]
    }


def _page(window: Window, project: str) -> Page:
    return window.go("projects", project, "models", "first")


def test_44_a_model_is_evaluated_again_by_what_is_tagged_now(window: Window, taught: str) -> None:
    page = _page(window, taught)
    page.get_by_role("button", name="Evaluate again").click()
    page.get_by_role("dialog").get_by_role("button", name="Evaluate").click()
    expect(page.get_by_text("first is evaluated", exact=True).first).to_be_visible(timeout=120_000)
    expect(page.get_by_role("group", name="Macro scores")).to_be_visible()


def test_44_the_labels_that_a_model_learned_from_are_downloaded(
    window: Window, client: Client, taught: str, tmp_path: Path
) -> None:
    page = _page(window, taught)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export labels").click()
    assert download.value.suggested_filename == f"{taught}-first-labels.json"
    file = tmp_path / "labels.json"
    download.value.save_as(file)
    exported = json.loads(file.read_text("utf-8"))
    counts = {
        document["location"]: sum(len(region["labels"]) for region in document["entities"])
        for document in exported["assets"]["documents"]
    }
    assert counts == _labels(client, taught)


def test_44_the_data_of_a_model_is_loaded_back_after_a_question(
    window: Window, client: Client, taught: str
) -> None:
    before = _labels(client, taught)
    path = f"{PROJECTS}/{taught}/documents/agreement-01.txt"
    document = client.send("GET", f"{path}?{VERSION}").json
    change = {key: document[key] for key in ("etag", "textDigest")}
    emptied = client.send("PUT", f"{path}/labels?{VERSION}", {**change, "labels": []})
    assert emptied.status == 200, emptied.body
    page = _page(window, taught)
    page.get_by_role("button", name="Load model data").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What was tagged since is lost")

    dialog.get_by_role("button", name="Load model data").click()
    expect(page.get_by_text("The labels are those of first", exact=True).first).to_be_visible()
    assert _labels(client, taught) == before


def test_44_a_model_leads_to_its_deployment_and_to_its_test(window: Window, taught: str) -> None:
    page = _page(window, taught)
    page.get_by_role("link", name="Test", exact=True).click()
    expect(page.get_by_role("heading", name="Test model")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Deploy", exact=True).click()
    expect(page.get_by_role("heading", name="Deploy model")).to_be_visible()
