"""Nothing keeps anybody out: every page, view and dialog of the studio, in each of its looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import sample
from tests.e2e.client import Client
from tests.e2e.hosts import KEY
from tests.studio import files, projects
from tests.studio.barriers import barriers
from tests.studio.places import PLACES, VIEWS, settled
from tests.studio.window import Window

#: How the studio can look by itself: what the browser is told of its user's wishes.
WISHES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}

#: How it looks because its user has chosen so.
CONTRAST = "high contrast"


@pytest.fixture(params=[*WISHES, CONTRAST])
def looking(browser: Browser, endpoint: str, request: pytest.FixtureRequest) -> Iterator[Window]:
    """A window in each of the looks."""
    opened = Window.open(browser, endpoint, KEY, **WISHES.get(request.param, {}))
    if request.param == CONTRAST:
        opened.context.add_init_script("localStorage.setItem('spanwright.look', 'contrast')")
    yield opened
    opened.close()


def test_67_no_page_keeps_anybody_out(looking: Window, loans: str) -> None:
    found = barriers("projects", settled(looking, "projects"))
    for path in (*PLACES, *VIEWS):
        found += barriers(path, settled(looking, "projects", loans, *path.split("/")))
    assert not found, "\n".join(found)


def test_67_no_dialog_keeps_anybody_out_who_tags(looking: Window, loans: str) -> None:
    page = settled(looking, "projects", loans, "tag")
    found = _asked(page, "Add entities")
    for command in ("Rename", "Delete"):
        page.get_by_role("button", name="More about").first.click()
        found += barriers("menu of an entity", page)
        found += _asked(page, command, role="menuitem")
    found += _asked(page, "Keyboard shortcuts")
    found += _asked(page, "Upload documents")
    page.get_by_role("document").press("n")
    page.keyboard.press("t")
    found += _judged(page, "Tag all occurrences")
    assert not found, "\n".join(found)


def test_67_no_dialog_keeps_anybody_out_who_judges_a_model(looking: Window, loans: str) -> None:
    page = settled(looking, "projects", loans, "models", "first")
    found = []
    for command in ("Evaluate again", "Load model data", "Delete model"):
        found += _asked(page, command)
    page = settled(looking, "projects", loans, "models", "first", "matrix")
    page.get_by_role("table").get_by_role("button").first.click()
    found += _judged(page, "what is behind a cell")
    assert not found, "\n".join(found)


def test_67_no_dialog_keeps_anybody_out_who_deploys_and_tests(looking: Window, loans: str) -> None:
    found = []
    page = settled(looking, "projects", loans, "deploy")
    page.get_by_role("radio").first.check()
    for command in ("Deploy model", "Get prediction URL", "Undeploy"):
        found += _asked(page, command)
    page = settled(looking, "projects", loans, "test")
    page.get_by_role("textbox", name="Text", exact=True).fill("Date: May 2, 2021")
    page.get_by_role("button", name="Run the test").click()
    page.get_by_role("switch", name="Show Cards").check()
    found += barriers("cards", page)
    page.get_by_role("tab", name="JSON").click()
    found += barriers("JSON", page)
    assert not found, "\n".join(found)


def test_67_no_dialog_keeps_anybody_out_who_replaces_a_model(
    looking: Window, client: Client, rivals: str
) -> None:
    projects.deploy(client, rivals, "production", "first")
    projects.deploy(client, rivals, "staging", "second")
    page = settled(looking, "projects", rivals, "deploy")
    page.get_by_role("radio", name="as production").check()
    found = _asked(page, "Swap")
    page.get_by_role("radio", name="as staging").check()
    page.get_by_role("button", name="Deploy model").click()
    expect(page.get_by_text("Replace “production”?")).to_be_visible()
    found += _judged(page, "Replace a deployment")
    page = settled(looking, "projects", rivals, "train")
    page.get_by_role("combobox", name="Model name").fill("first")
    found += _asked(page, "Train")
    for deployment in ("production", "staging"):
        projects.undeploy(client, rivals, deployment)
    assert not found, "\n".join(found)


def test_67_no_dialog_keeps_anybody_out_who_imports_labels(looking: Window, rivals: str) -> None:
    page = settled(looking, "projects", rivals, "settings")
    fewer = sample.labels()
    fewer["assets"]["documents"] = fewer["assets"]["documents"][:1]
    files.choose_labels(page, fewer)
    section = page.get_by_role("region", name="Import labels")
    expect(section.get_by_text("1 document, ")).to_be_visible()
    found = barriers("what a file would change", page)
    section.get_by_role("button", name="Import", exact=True).click()
    found += _judged(page, "Replace present labels?")
    files.choose_labels(page, {"assets": {"entities": [{"category": 7}], "documents": []}})
    expect(section.get_by_role("table", name="Problems of the file")).to_be_visible()
    found += barriers("what is wrong with a file", page)
    assert not found, "\n".join(found)


def test_67_no_dialog_keeps_anybody_out_who_has_projects(looking: Window, loans: str) -> None:
    page = settled(looking, "projects", loans, "settings")
    found = _asked(page, "Delete this project")
    page.get_by_role("button", name="Account and look").click()
    found += barriers("account", page)
    found += _asked(looking.go("projects"), "Import bundle")
    page = looking.go("projects", query="?create")
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    found += barriers("Create a project", page)
    assert not found, "\n".join(found)


def _asked(page: Page, command: str, role: Any = "button") -> list[str]:
    """Return what is wrong with the dialog that a command opens, and close it."""
    page.get_by_role(role, name=command).first.click()
    return _judged(page, command)


def _judged(page: Page, command: str) -> list[str]:
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".fui-Spinner")).to_have_count(0)
    found = barriers(command, page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    return found
