"""Extract documents: a whole container is read as one job."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from azure.storage.blob import BlobServiceClient
from playwright.sync_api import Locator, Page, expect

from tests.e2e import sample
from tests.e2e.client import Client
from tests.studio import projects
from tests.studio.window import Window

#: Milliseconds in which a container is read, on a machine with other work.
READING = 300_000

#: More than are read before a button can be pressed.
MANY = 1_000


def test_the_documents_under_a_prefix_are_extracted_and_downloaded(
    window: Window, loans: str
) -> None:
    page = window.go("projects", loans, "extract")
    expect(page.get_by_text("There are none yet.")).to_be_visible()
    page.get_by_label("Names that begin with").fill("agreement-0")
    page.get_by_role("button", name="Extract", exact=True).click()

    job = _job(page, "agreement-0… by production")
    expect(job.get_by_text("9 documents extracted.")).to_be_visible(timeout=READING)
    with page.expect_download() as downloading:
        job.get_by_role("button", name="Download results").click()
    lines = [
        json.loads(line) for line in Path(downloading.value.path()).read_text("utf-8").splitlines()
    ]
    assert [line["name"] for line in lines] == [f"agreement-0{n}.txt" for n in range(1, 10)]
    for line in lines:
        # Offsets are UTF-16 units, as everywhere where nothing else is asked for.
        text = sample.text(line["name"]).encode("utf-16-le")
        assert line["entities"]
        for entity in line["entities"]:
            start, end = entity["offset"], entity["offset"] + entity["length"]
            assert text[2 * start : 2 * end].decode("utf-16-le") == entity["text"]

    job.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There are none yet.")).to_be_visible()


def test_an_extraction_is_cancelled_and_resumed(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Harvest")
    projects.train(client, project, "first")
    with BlobServiceClient.from_connection_string(storage) as service:
        blobs = service.get_container_client("harvest")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: blobs.upload_blob(f"more/{n:04d}.txt", b"Pay."), range(MANY)))
    page = window.go("projects", project, "extract")
    page.get_by_label("Names that begin with").fill("more/")
    page.get_by_role("button", name="Extract", exact=True).click()

    job = _job(page, "more/… by first")
    bar = job.get_by_role("progressbar")
    expect(bar).to_be_visible()
    job.get_by_role("button", name="Cancel").click()
    expect(job.get_by_text("Cancelled:")).to_be_visible()
    job.get_by_role("button", name="Resume").click()
    expect(job.get_by_text(f"{MANY:,} documents extracted.")).to_be_visible(timeout=READING)
    expect(bar).to_have_count(0)


def test_without_a_model_the_page_leads_to_train(
    window: Window, storage: str, client: Client
) -> None:
    page = window.go("projects", projects.make(storage, client, "Unread", 1), "extract")
    page.get_by_role("link", name="Train a model").click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()


def _job(page: Page, title: str) -> Locator:
    jobs = page.get_by_role("list", name="Extractions").get_by_role("listitem")
    return jobs.filter(has_text=title)
