"""The quickstart that this product answers to, walked by hand from its first line to its last.

The comments tell in our own words what the quickstart asks its reader to do.
"""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient
from playwright.sync_api import Locator, Page, expect

from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.studio.tagging import rectangle, sweep
from tests.studio.window import Window

PROJECT = "SeedWalk"
CONTAINER = "seed-walk"
MODEL = "loans"

#: What is tagged: few types, so that a person would do it in a quarter of an hour.
CATEGORIES = ("Date", "BorrowerName", "LenderName", "Interest")

#: Milliseconds for which a training may take on a busy machine.
PATIENCE = 600_000


@pytest.fixture
def container(storage: str) -> str:
    """A container with the ten documents that are tagged, and nothing else."""
    with BlobServiceClient.from_connection_string(storage) as service:
        blobs = service.create_container(CONTAINER)
        for document in _ten():
            blobs.upload_blob(document["location"], sample.text(document["location"]).encode())
    return CONTAINER


def test_the_quickstart_can_be_walked_from_its_first_line_to_its_last(
    window: Window, client: Client, container: str
) -> None:
    # Sign in to the studio, and go to your projects.
    page = window.go("projects")

    # Choose to make a new project from the menu at the top.
    page.get_by_role("button", name="Create new project").first.click()

    # The storage account is connected already, so what is asked for is the project: its name, which
    # cannot be changed later, its description and the language of its files. (The option for files
    # of several languages is there.)
    page.get_by_role("textbox", name="Name").fill(PROJECT)
    page.get_by_role("textbox", name="Description").fill(
        "Finds who lends, who borrows, when and at what rate."
    )
    expect(page.get_by_role("combobox", name="Language")).to_be_visible()
    expect(page.get_by_role("switch", name=re.compile("multiple languages"))).to_be_visible()
    page.get_by_role("button", name="Next").click()

    # Choose the container with the files.
    page.get_by_role("radio", name=container, exact=True).check()
    page.get_by_role("button", name="Next").click()

    # There are no labels yet to bring along.
    page.get_by_role("button", name="Next").click()

    # Review what was entered, and create the project.
    expect(page.get_by_text(f"{container} (10 documents)")).to_be_visible()
    page.get_by_role("button", name="Create Project").click()

    # Tag your data.
    _tag(page)
    counts = {
        document["documentName"]: sum(document["labelCounts"].values())
        for document in client.send("GET", f"{PROJECTS}/{PROJECT}/documents?{VERSION}").json[
            "value"
        ]
    }
    assert counts == {one["location"]: len(_labels(one)) for one in _ten()}

    # Train: open its page from the menu at the left. The documents are split into 80 % for
    # training, 10 % for validation and 10 % for the test.
    _menu(page, "Train")
    sets = page.get_by_role("list", name="Documents of each set")
    expect(sets).to_contain_text(re.compile("8.*training.*1.*validation.*1.*test"))

    # There is no model yet, so type a name, and press Train at the foot of the page.
    page.get_by_label("Model name").fill(MODEL)
    page.get_by_role("button", name="Train", exact=True).click()
    job = page.get_by_role("list", name="Training jobs").get_by_role("listitem").first
    expect(job.get_by_role("link", name=MODEL)).to_be_visible(timeout=PATIENCE)

    # View model details: the state of the training, then the name of the model for the details.
    _menu(page, "View model details")
    row = page.get_by_role("row").filter(has_text=MODEL)
    expect(row).to_contain_text(re.compile("trained|succeeded", re.IGNORECASE))
    row.get_by_role("link", name=MODEL).click()

    # Overview: precision, recall and F1 of the whole model.
    summary = client.send(
        "GET", f"{PROJECTS}/{PROJECT}/models/{MODEL}/evaluation/summary-result?{VERSION}"
    ).json["customEntityRecognitionEvaluation"]
    for measure in ("macroPrecision", "macroRecall", "macroF1"):
        expect(page.get_by_text(f"{summary[measure]:.2f}", exact=True).first).to_be_visible()

    # The metrics of each entity; those that no document of the test set has are not there.
    page.get_by_role("tab", name="Entity performance metrics").click()
    table = page.get_by_role("table", name="Entity performance metrics")
    for category in summary["entities"]:
        expect(table).to_contain_text(category)

    # The confusion matrix of the test set.
    page.get_by_role("tab", name="Test set confusion matrix").click()
    expect(page.get_by_role("region", name="Confusion matrix")).to_be_visible()

    # Improve model: review the validation set of a model, then show the mistakes alone.
    _menu(page, "Improve model")
    expect(page.get_by_role("tab", name="Review validation set")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.get_by_role("combobox", name="Model")).to_have_text(MODEL)
    page.get_by_role("switch", name="Show incorrect predictions only").check()
    page.get_by_role("tab", name="Examine data distribution").click()
    expect(page.get_by_role("table", name="Labels by entity type")).to_contain_text("LenderName")

    # Deploy model: select the trained model, and deploy it from the menu at the top.
    _menu(page, "Deploy model")
    page.get_by_role("radio", name=MODEL).check()
    page.get_by_role("button", name="Deploy model").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("row").filter(has_text=MODEL)).to_contain_text("production")

    # Test model: select the model, insert a text, run the test.
    _menu(page, "Test model")
    expect(page.get_by_role("combobox", name="Model")).to_contain_text(MODEL)
    text = sample.text("agreement-40.txt")
    page.get_by_role("textbox", name="Text", exact=True).fill(text)
    page.get_by_role("button", name="Run the test").click()

    # The entities are highlighted in the box below; cards show them alone, with their confidence;
    # the answer itself is under JSON.
    expect(page.get_by_role("document", name="Text with its entities")).to_be_visible()
    page.get_by_role("switch", name="Show Cards").check()
    expect(page.get_by_role("list", name="Entities").get_by_role("listitem").first).to_contain_text(
        "%"
    )
    page.get_by_role("tab", name="JSON").click()
    answer = page.get_by_role("region", name="Answer of the service").text_content()
    tested = _entities(json.loads(str(answer)))

    # Run it from the command line: on Deploy model, select the model and get the prediction URL.
    _menu(page, "Deploy model")
    page.get_by_role("radio", name=MODEL).check()
    page.get_by_role("button", name="Get prediction URL").click()

    # Copy the request under Submit, put your text in the place that is marked, and submit it.
    submitted = _shell(_copied(page, dialog).replace("<YOUR_DOCUMENT_HERE>", text.rstrip("\n")))

    # Find the operation id in the header operation-location of the answer.
    found = re.search(r"(?i)^operation-location: \S+/jobs/([^?\s]+)", submitted, re.MULTILINE)
    assert found, submitted

    # Copy the request under Retrieve, put the operation id into it, and submit it.
    dialog.get_by_role("tab", name="Retrieve").click()
    retrieved = _shell(_copied(page, dialog).replace("<operation_id>", found[1]))
    assert _entities(json.loads(retrieved)) == tested
    assert tested
    dialog.get_by_role("button", name="Close").click()

    # Clean up: on the page of your projects, select the project and delete it.
    page.get_by_role("link", name="Spanwright: all projects").click()
    page.get_by_role("radio", name=f"Select {PROJECT}", exact=True).check()
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("textbox").fill(PROJECT)
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("radio", name=f"Select {PROJECT}", exact=True)).to_have_count(0)
    assert client.send("GET", f"{PROJECTS}/{PROJECT}?{VERSION}").status == 404


def _tag(page: Page) -> None:
    """Add the types, then tag every document with a brush, in the order of the list."""
    for category in CATEGORIES:
        page.get_by_role("button", name="Add entities").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Name").fill(category)
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(dialog).to_be_hidden()
    for number, document in enumerate(_ten()):
        if number:
            page.get_by_role("button", name="Next", exact=True).click()
        surface = page.get_by_role("document", name=f"Text of {document['location']}")
        expect(surface).to_be_visible()
        for label in _labels(document):
            brush = page.get_by_role("button", name=f"Brush: {label['category']}")
            if brush.get_attribute("aria-pressed") != "true":
                brush.click()
            _drag(page, sample.text(document["location"]), label)
        listed = page.get_by_role("option", name=document["location"])
        expect(listed).to_contain_text(f"{len(_labels(document))} label")
        expect(page.get_by_role("status", name="Saving")).to_have_text("Saved")


def _drag(page: Page, text: str, label: dict[str, Any]) -> None:
    """Select what is to be tagged, with the mouse."""
    start = label["offset"]
    last = start + label["length"] - 1
    begin, end = (rectangle(page, text, place, place + 1) for place in (start, last))
    sweep(page, begin, end)


def _ten() -> list[dict[str, Any]]:
    """The labels of ten tagged documents, in the order of their names."""
    documents = sample.labels()["assets"]["documents"]
    return sorted(documents, key=lambda document: document["location"])[:10]


def _labels(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        label
        for region in document["entities"]
        for label in region["labels"]
        if label["category"] in CATEGORIES
    ]


def _menu(page: Page, title: str) -> None:
    """Go to a page by the menu at the left."""
    page.get_by_role("navigation", name="Project").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def _copied(page: Page, dialog: Locator) -> str:
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def _shell(command: str) -> str:
    done = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 - as a user has it
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _entities(job: dict[str, Any]) -> list[tuple[str, str]]:
    [task] = job["tasks"]["items"]
    [document] = task["results"]["documents"]
    return [(entity["category"], entity["text"]) for entity in document["entities"]]
