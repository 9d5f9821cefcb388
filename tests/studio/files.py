"""Files, as tests give them to a page."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page


def choose_labels(page: Page, file: dict[str, Any]) -> None:
    """Choose a labels file on the page of a project's settings."""
    page.get_by_label("Choose a file").set_input_files(
        {
            "name": "labels.json",
            "mimeType": "application/json",
            "buffer": json.dumps(file).encode(),
        }
    )
