"""Train: what may be trained, how it goes on, and why it fails."""

from __future__ import annotations

import re
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient
from playwright.sync_api import Locator, Page, expect

from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Answer, Client
from tests.studio import judged, projects
from tests.studio.window import Window

#: Milliseconds in which a training has its time: the machine may be busy with others.
TRAINING = 600_000


@pytest.fixture(scope="module")
def course(storage: str, client: Client) -> str:
    """A project with the model `first`, which is deployed as `production`."""
    project = projects.make(storage, client, "Course")
    projects.train(client, project, "first")
    projects.deploy(client, project, "production", "first")
    return project


def _button(page: Page) -> Locator:
    return page.get_by_role("button", name="Train", exact=True)


def _name(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Model name").fill(name)


def _model(client: Client, project: str, label: str) -> Answer:
    return client.send("GET", f"{PROJECTS}/{project}/models/{label}?{VERSION}")


def _trainings(client: Client, project: str) -> list[dict[str, Any]]:
    path = f"{PROJECTS}/{project}/train/jobs?{VERSION}"
    return client.send("GET", path).json["value"]  # type: ignore[no-any-return]


def _cancel(client: Client, started: Answer) -> None:
    """End a training that a test has no more use for."""
    address = started.headers["operation-location"].replace("?", "/:cancel?")
    assert client.send("POST", address).status in (202, 409)
    client.wait(started, 600)


def test_33_where_nothing_is_tagged_the_page_leads_to_tag_data(
    window: Window, storage: str, client: Client
) -> None:
    with BlobServiceClient.from_connection_string(storage) as service:
        service.create_container("untagged").upload_blob("a.txt", b"Ann owes Bo.")
    assert client.create("Untagged", "untagged").status in (200, 201)
    page = window.go("projects", "Untagged", "train")

    expect(page.get_by_role("heading", name="Nothing is tagged yet")).to_be_visible()
    expect(_button(page)).to_be_disabled()
    expect(page.get_by_text("No document is tagged yet.")).to_be_visible()
    page.get_by_role("link", name="Tag data", exact=True).last.click()
    expect(page).to_have_url(re.compile("/projects/Untagged/tag"))


def test_34_a_model_is_chosen_or_named_and_bad_names_are_refused(
    window: Window, course: str
) -> None:
    page = window.go("projects", course, "train")
    box = page.get_by_role("combobox", name="Model name")
    for bad, fault in (
        ("my model", "no spaces"),
        ("model#1", "no spaces"),
        ("x" * 51, "At most 50 characters; these are 51."),
    ):
        _name(page, bad)
        expect(page.get_by_role("alert").filter(has_text=fault)).to_be_visible()
        expect(_button(page)).to_be_disabled()
    _name(page, "second_2.1")
    expect(_button(page)).to_be_enabled()
    expect(page.get_by_text("second_2.1 will be trained as a new model.")).to_be_visible()

    _name(page, "")
    expect(_button(page)).to_be_disabled()
    box.click()
    page.get_by_role("option", name="first").click()
    expect(box).to_have_value("first")
    expect(_button(page)).to_be_enabled()


def test_34_a_name_that_is_pasted_names_no_option_that_is_gone(window: Window, course: str) -> None:
    page = window.go("projects", course, "train")
    box = page.get_by_role("combobox", name="Model name")
    box.fill("fir")
    expect(box).to_have_attribute("aria-activedescendant", re.compile("option"))

    page.get_by_role("heading", name="Train", exact=True).click()

    expect(box).not_to_be_focused()
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("option"))


def test_35_an_already_trained_model_is_asked_for_and_its_deployment_goes_on(
    window: Window, client: Client, course: str
) -> None:
    path = f"{PROJECTS}/{course}/deployments/production?{VERSION}"
    before = _model(client, course, "first").json["modelId"]
    jobs = len(_trainings(client, course))
    page = window.go("projects", course, "train")
    _name(page, "first")
    page.keyboard.press("Escape")
    _button(page).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="This model is already trained")).to_be_visible()

    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert len(_trainings(client, course)) == jobs

    _button(page).click()
    dialog.get_by_role("button", name="Train and overwrite").click()
    expect(page.get_by_role("progressbar", name="Training first")).to_be_visible()
    expect(page.get_by_text("first is trained", exact=True).first).to_be_visible(timeout=TRAINING)
    assert _model(client, course, "first").json["modelId"] != before
    assert client.send("GET", path).json["modelId"] == before
    text = {"id": "1", "language": "en", "text": sample.text("agreement-01.txt")}
    answered = client.wait(client.submit(course, "production", [text]))
    assert answered["status"] == "succeeded"


def test_36_progress_is_told_survives_a_reload_and_ends_in_a_link(
    window: Window, client: Client, course: str
) -> None:
    page = window.go("projects", course, "train")
    _name(page, "second")
    page.keyboard.press("Escape")
    _button(page).click()
    bar = page.get_by_role("progressbar", name="Training second")
    expect(bar).to_be_visible()
    # It has begun: its phase, and how far it is.
    phase = re.compile(r"fitting · [1-9]\d? %")
    expect(page.get_by_text(phase)).to_be_visible(timeout=TRAINING)
    page.reload()
    expect(bar).to_be_visible()
    expect(page.get_by_text(re.compile(r" · [1-9]\d? %"))).to_be_visible()

    page.get_by_role("link", name="See how good it is").click(timeout=TRAINING)
    expect(page.get_by_role("heading", name="second")).to_be_visible()
    expect(page.get_by_role("group", name="Macro scores")).to_be_visible()


def test_37_a_second_training_is_refused_by_page_and_api(
    window: Window, client: Client, course: str
) -> None:
    page = window.go("projects", course, "train")
    _name(page, "other")
    page.keyboard.press("Escape")
    expect(_button(page)).to_be_enabled()
    started = client.start_training(course, "running")
    # The page cannot know of it yet; the service refuses, and the page says why.
    window.expect(409)
    _button(page).click()
    expect(page.get_by_text("A training of this project is running already.")).to_be_visible()
    expect(_button(page)).to_be_disabled()
    expect(page.get_by_text("a project has one training at a time")).to_be_visible()
    assert client.start_training(course, "third").status == 409
    _cancel(client, started)


def test_38_a_training_is_cancelled(window: Window, client: Client, course: str) -> None:
    started = client.start_training(course, "unwanted")
    page = window.go("projects", course, "train")
    job = page.get_by_role("listitem").filter(has_text="unwanted")
    job.get_by_role("button", name="Cancel").click()
    expect(job.get_by_text("Cancelled")).to_be_visible(timeout=TRAINING)
    assert client.wait(started)["status"] == "cancelled"
    assert _model(client, course, "unwanted").status == 404


def test_39_with_fewer_than_ten_tagged_documents_the_page_refuses_before(
    window: Window, storage: str, client: Client
) -> None:
    page = window.go("projects", projects.make(storage, client, "Nine", 9), "train")
    _name(page, "first")
    expect(page.get_by_text("needs at least 10 tagged documents")).to_be_visible()
    expect(page.get_by_text("9 documents are tagged.")).to_be_visible()
    expect(_button(page)).to_be_disabled()


def test_40_the_split_is_told_before(window: Window, client: Client, loans: str) -> None:
    model = _model(client, loans, "first").json
    page = window.go("projects", loans, "train")
    sets = page.get_by_role("list", name="Documents of each set").get_by_role("listitem")
    expect(sets).to_have_text(
        [
            f"{model['trainingDocumentsCount']}training",
            f"{model['validationDocumentsCount']}validation",
            f"{model['testingDocumentsCount']}test",
        ]
    )
    page.get_by_role("radio", name="By percentages of your own").check()
    expect(sets).to_have_text(["29training", "3validation", "8test"])
    share = page.get_by_role("spinbutton", name="Training, in %")
    share.fill("50")
    share.press("Enter")
    expect(page.get_by_text("Test: 50 %")).to_be_visible()
    expect(sets).to_have_text(["18training", "2validation", "20test"])
    expect(page.get_by_role("radio", name=re.compile("By hand"))).to_be_disabled()


def test_40_a_split_by_hand_is_offered_once_a_document_is_marked(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Marked", 10)
    path = f"{PROJECTS}/{project}/documents/agreement-01.txt"
    document = client.send("GET", f"{path}?{VERSION}").json
    change = {key: document[key] for key in ("etag", "textDigest", "labels")}
    saved = client.send("PUT", f"{path}/labels?{VERSION}", {**change, "dataset": "Test"})
    assert saved.status == 200, saved.body
    page = window.go("projects", project, "train")
    page.get_by_role("radio", name=re.compile("By hand")).check()
    sets = page.get_by_role("list", name="Documents of each set").get_by_role("listitem")
    expect(sets).to_have_text(["8training", "1validation", "1test"])


def test_41_what_failed_tells_its_reason_and_the_document(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Spoilt", 10)
    projects.spoil(storage, project, "agreement-01.txt")
    assert client.wait(client.start_training(project, "first"))["status"] == "failed"
    page = window.go("projects", project, "train")

    job = page.get_by_role("list", name="Training jobs").get_by_role("listitem").first
    expect(job).to_contain_text("Failed")
    expect(job).to_contain_text("at least 10 tagged documents; 9 could be used")
    expect(job).to_contain_text("agreement-01.txt: The document is not UTF-8")
    # And before another try: the document is named, and there is no button to press.
    expect(page.get_by_text("1 tagged document will be left out")).to_be_visible()
    expect(_button(page)).to_be_disabled()
    job.get_by_role("link", name="agreement-01.txt").click()
    expect(page).to_have_url(re.compile(rf"/projects/{project}/tag/agreement-01\.txt$"))


def test_42_an_eleventh_model_is_refused(
    window: Window, storage: str, client: Client, course: str
) -> None:
    judged.fill(storage, course, "first", 10)
    page = window.go("projects", course, "train")
    _name(page, "eleventh")
    page.keyboard.press("Escape")
    window.expect(400, 403, 409)
    _button(page).click()
    expect(page.get_by_text("A project can have at most 10 trained models")).to_be_visible()
    assert _model(client, course, "eleventh").status == 404
