"""The pages of the studio, and how a test comes to them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.studio.window import Window

#: The pages of a project: the path and the title of each.
PLACES = {
    "tag": "Tag data",
    "train": "Train",
    "models": "View model details",
    "improve": "Improve model",
    "deploy": "Deploy model",
    "test": "Test model",
    "extract": "Extract documents",
    "settings": "Project settings",
}

#: Views within these pages that have addresses of their own.
VIEWS = (
    "models/first",
    "models/first/entities",
    "models/first/matrix",
    "models/first/details",
    "models/first/distribution",
    "improve/distribution",
)


def settled(window: Window, *parts: str) -> Page:
    """Open a page and wait until it shows what it is about."""
    page = window.go(*parts)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".fui-Spinner")).to_have_count(0)
    return page
