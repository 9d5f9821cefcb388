"""What holds for every page of the studio."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.studio.window import Window


def test_66_a_deep_link_restores_its_page(window: Window, loans: str) -> None:
    page = window.go("projects", loans, "settings")
    expect(page.get_by_role("heading", name="Project settings")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Project settings")).to_be_visible()
