"""Makes the pictures of the studio that the README shows, from a running service.

    .venv/bin/python -m tests.studio.pictures --endpoint URL --key KEY

The service must have the sample project with a trained model, as `python3 dev.py up` makes it; that
command also prints the address and the key.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from devhost import browser as programs
from tests.e2e import sample
from tests.studio.conftest import QUIET
from tests.studio.window import Window

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"

#: Bytes of one picture: they are kept in the repository for ever.
MOST = 200_000

SIZE = {"width": 1280, "height": 800}

#: A document that is tagged, and one that is not, of a length that shows most of it.
TAGGED = "agreement-01.txt"
UNTAGGED = "agreement-40.txt"


def main() -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True, help="the address of the service")
    parser.add_argument("--key", required=True, help="one of its keys")
    given = parser.parse_args()
    found = programs.find()
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program,
            env={**os.environ, **found.environment},
            args=[*QUIET],
        )
        window = Window.open(
            browser, given.endpoint, given.key, viewport=SIZE, color_scheme="light"
        )
        for name, show in PICTURES.items():
            show(window)
            _keep(window.page, FOLDER / f"{name}.png")
        window.close()
        browser.close()


def _tag_data(window: Window) -> None:
    page = window.go("projects", sample.PROJECT, "tag", TAGGED)
    expect(page.get_by_role("document", name=f"Text of {TAGGED}")).to_be_visible()


def _model_details(window: Window) -> None:
    page = window.go("projects", sample.PROJECT, "models")
    links = page.get_by_role("table").get_by_role("link")
    links.filter(has_not_text="See the training").first.click()
    expect(page.get_by_text("Macro precision")).to_be_visible()


def _test_model(window: Window) -> None:
    page = window.go("projects", sample.PROJECT, "test")
    page.get_by_label("Text file").set_input_files(
        {"name": UNTAGGED, "mimeType": "text/plain", "buffer": sample.text(UNTAGGED).encode()}
    )
    page.get_by_role("button", name="Run the test").click()
    expect(page.get_by_role("document", name="Text with its entities")).to_be_visible()


PICTURES = {"tag-data": _tag_data, "model-details": _model_details, "test-model": _test_model}


def _keep(page: Page, path: Path) -> None:
    """Write a picture once nothing of the page is on its way any more."""
    page.wait_for_load_state("networkidle")
    expect(page.locator(".fui-Spinner")).to_have_count(0)
    size = len(page.screenshot(path=path, animations="disabled"))
    if size > MOST:
        raise SystemExit(f"{path.name} has {size:,} bytes; at most {MOST:,} are kept.")
    print(f"{path.name}: {size:,} bytes")


if __name__ == "__main__":
    main()
