"""What holds for every page of the studio."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.window import Window

PAGES = {
    "tag": "Tag data",
    "train": "Train",
    "models": "View model details",
    "improve": "Improve model",
    "deploy": "Deploy model",
    "test": "Test model",
    "settings": "Project settings",
}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_66_a_deep_link_restores_its_page(
    window: Window, loans: str, path: str, title: str
) -> None:
    page = window.go("projects", loans, path)
    link = page.get_by_role("navigation", name="Project").get_by_role("link", name=title)
    heading = page.get_by_role("heading", name=title, exact=True)
    expect(heading).to_be_visible()
    expect(link).to_have_attribute("aria-current", "page")
    page.reload()
    expect(heading).to_be_visible()
    expect(link).to_have_attribute("aria-current", "page")


def test_66_the_way_to_a_new_project_is_a_link_too(window: Window) -> None:
    page = window.go("projects", query="?create")
    page.reload()
    expect(page.get_by_role("heading", name="Create a project")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()


def test_66_an_address_that_leads_nowhere_leads_back(window: Window) -> None:
    window.expect(404)
    page = window.go("projects", "NoSuchProject", "train")
    expect(page.get_by_role("heading", name="There is no project of this name")).to_be_visible()
    page.get_by_role("link", name="All projects").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
