"""Signing in, and what the studio does while nobody answers it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.client import Client
from tests.e2e.hosts import KEY, running, start, stop
from tests.studio import projects
from tests.studio.window import Window

AWAY = "The service cannot be reached."
UNKNOWN = "The service does not know this key."


def test_69_a_wrong_key_is_told_and_the_right_one_opens_the_page_that_was_asked_for(
    browser: Browser, endpoint: str, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "Locked", 1)
    window = Window.open(browser, endpoint)
    window.expect(401)
    page = window.go("projects", project, "settings")
    field = page.get_by_label("Key of this service")
    expect(page.get_by_text("no longer accepted")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign in")).to_be_disabled()
    field.fill("not the key")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(UNKNOWN)).to_have_count(1)
    expect(field).to_be_focused()

    field.fill(KEY)
    expect(page.get_by_text(UNKNOWN)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Project settings")).to_be_visible()
    assert KEY not in page.content()
    window.close()


def test_69_who_signs_out_is_asked_for_the_key_again(browser: Browser, endpoint: str) -> None:
    window = Window.open(browser, endpoint, KEY)
    page = window.go("projects")
    page.get_by_role("button", name="Account and look").click()
    expect(page.get_by_text("Signed in as owner")).to_be_visible()
    window.expect(401)
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Key of this service")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('spanwright.key')") is None
    window.close()


def test_69_a_key_that_is_taken_away_is_asked_for_again(browser: Browser, endpoint: str) -> None:
    window = Window.open(browser, endpoint, KEY)
    page = window.go("projects")
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    window.expect(401)
    page.evaluate("sessionStorage.setItem('spanwright.key', 'rotated')")
    page.reload()
    expect(page.get_by_text("no longer accepted")).to_be_visible()
    window.close()


def test_69_a_service_that_is_away_has_one_banner_which_goes_by_itself(
    browser: Browser, storage: str, client: Client, tmp_path: Path
) -> None:
    project = projects.make(storage, client, "Away", 1)
    log = tmp_path / "host.log"
    first = start(storage, log)
    window = Window.open(browser, first.endpoint, KEY)
    window.expect(0)
    page = window.go("projects", project, "settings")
    description = page.get_by_label("Description")
    description.fill("typed meanwhile")
    first.kill()
    stop(first)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(AWAY)).to_have_count(1)
    # To try by hand while it is away changes nothing, and what was typed stays.
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Try again")).to_be_enabled()
    expect(page.get_by_text(AWAY)).to_have_count(1)
    # A page whose files were not loaded yet waits as well.
    page.get_by_role("link", name="Train", exact=True).click()
    expect(page.get_by_text("It is shown as soon as the service answers.")).to_be_visible()

    second = start(storage, log, "--port", first.endpoint.rpartition(":")[2])
    expect(page.get_by_text(AWAY)).to_have_count(0)
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    window.close()
    stop(second)


def test_a_reader_is_told_what_the_role_lacks(
    browser: Browser, storage: str, client: Client, tmp_path: Path
) -> None:
    project = projects.make(storage, client, "ReadOnly", 1)
    with running(storage, tmp_path / "host.log", SPANWRIGHT_READER_KEYS="reading") as host:
        window = Window.open(browser, host.endpoint, "reading")
        page = window.go("projects")
        expect(page.get_by_text("Read only")).to_be_visible()
        create = page.get_by_role("button", name="Create new project")
        expect(create).to_have_attribute("aria-disabled", "true")
        create.focus()
        expect(page.get_by_role("tooltip")).to_contain_text("You are signed in as a reader")
        create.press("Enter")
        expect(page.get_by_role("heading", name="Create a project")).to_have_count(0)

        page = window.go("projects", project, "settings")
        expect(page.get_by_label("Description")).to_be_disabled()
        for name in ("Save", "Import", "Export", "Delete this project"):
            button = page.get_by_role("button", name=name, exact=True)
            expect(button).to_have_attribute("aria-disabled", "true")
        window.close()
