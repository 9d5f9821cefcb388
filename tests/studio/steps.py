"""The way to a new project: its steps, as tests take them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.studio.window import Window


def steps(page: Page) -> Locator:
    """The list of steps."""
    return page.get_by_role("list", name="Steps").get_by_role("listitem")


def next_button(page: Page) -> Locator:
    """What leads to the next step."""
    return page.get_by_role("button", name="Next")


def at_containers(window: Window, name: str = "Nameless") -> Page:
    """Open the way to a new project of this name, and go on to its containers."""
    page = window.go("projects", query="?create")
    page.get_by_label("Name").fill(name)
    next_button(page).click()
    expect(page.get_by_role("heading", name="Choose storage container")).to_be_visible()
    return page
