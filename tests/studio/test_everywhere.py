"""What holds for every page of the studio."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from devhost import studio
from tests.e2e.hosts import KEY
from tests.studio.window import Window

#: The pages of a project: the path and the title of each.
PLACES = {
    "tag": "Tag data",
    "train": "Train",
    "models": "View model details",
    "improve": "Improve model",
    "deploy": "Deploy model",
    "test": "Test model",
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

#: How the studio can look: what the browser is told of its user's wishes.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}

#: Bytes that are sent for the first page.
FIRST_LOAD = 500_000

#: What stands out of the window to a side, or is cut off there, unless it can be scrolled to.
CUT_OFF = r"""
() => {
  const wide = [document.documentElement, document.querySelector("#page")]
    .filter((box) => box && box.scrollWidth > box.clientWidth + 1)
    .map((box) => `${box.id || box.tagName} scrolls to the side`);
  const scrolls = (element) => {
    for (let box = element.parentElement; box && box.id !== "page"; box = box.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(box).overflowX)) return true;
    }
    return false;
  };
  const out = [...document.querySelectorAll("h1, h2, a, button, input, textarea, [role=tab]")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .filter((element) => !element.closest("[class*=skip], .fui-Toaster") && !scrolls(element))
    .filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && right > 0 && (left < -1 || right > innerWidth + 1);
    })
    .map((element) => `cut off: ${element.outerHTML.slice(0, 120)}`);
  return [...wide, ...out];
}
"""


#: Waits for what fades in or moves: until it is there, its colours are others.
STILL = """
() => Promise.all(
  document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => {}))
).then(() => {})
"""

#: All but the marks that the components use to catch the focus: they never keep it.
JUDGED = """
() => axe.run({ exclude: ["[data-tabster-dummy]"] }, { resultTypes: ["violations"] })
"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The program that looks for what keeps people from using a page."""
    return (studio.SOURCE / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(params=LOOKS)
def looking(browser: Browser, endpoint: str, request: pytest.FixtureRequest) -> Iterator[Window]:
    """A window in each of the looks."""
    opened = Window.open(browser, endpoint, KEY, **LOOKS[request.param])
    yield opened
    opened.close()


@pytest.mark.parametrize(("path", "title"), PLACES.items())
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
    page.get_by_role("link", name="All projects", exact=True).click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()


def test_67_no_page_keeps_anybody_out(looking: Window, loans: str, axe: str) -> None:
    barriers = _barriers("projects", _settled(looking, "projects"), axe)
    for path in (*PLACES, *VIEWS):
        page = _settled(looking, "projects", loans, *path.split("/"))
        barriers += _barriers(path, page, axe)
    assert not barriers, "\n".join(barriers)


def test_67_no_dialog_keeps_anybody_out(looking: Window, loans: str, axe: str) -> None:
    barriers = []
    page = _settled(looking, "projects", loans, "deploy")
    page.get_by_role("radio").first.check()
    for command in ("Deploy model", "Get prediction URL", "Undeploy"):
        page.get_by_role("button", name=command).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        barriers += _barriers(command, page, axe)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    page = _settled(looking, "projects", loans, "test")
    page.get_by_role("textbox", name="Text", exact=True).fill("Date: May 2, 2021")
    page.get_by_role("button", name="Run the test").click()
    page.get_by_role("switch", name="Show Cards").check()
    barriers += _barriers("cards", page, axe)
    page.get_by_role("tab", name="JSON").click()
    barriers += _barriers("JSON", page, axe)
    page.get_by_role("button", name="Account and look").click()
    barriers += _barriers("account", page, axe)
    page = _settled(looking, "projects", loans, "tag")
    page.get_by_role("button", name="Add entities").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    barriers += _barriers("Add entities", page, axe)
    page = looking.go("projects", query="?create")
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    barriers += _barriers("Create a project", page, axe)
    assert not barriers, "\n".join(barriers)


@pytest.mark.parametrize("zoom", [1, 2])
def test_68_every_page_fits_into_a_small_window_and_a_magnified_one(
    browser: Browser, endpoint: str, loans: str, zoom: int
) -> None:
    size = {"width": 1280 // zoom, "height": 720 // zoom}
    window = Window.open(browser, endpoint, KEY, viewport=size, device_scale_factor=zoom)
    faults = _settled(window, "projects").evaluate(CUT_OFF)
    for path in (*PLACES, *VIEWS):
        page = _settled(window, "projects", loans, *path.split("/"))
        faults += [f"{path}: {fault}" for fault in page.evaluate(CUT_OFF)]
    assert not faults, "\n".join(faults)
    window.close()


def test_70_the_first_page_is_small_and_asks_nobody_but_the_service(
    browser: Browser, endpoint: str, loans: str
) -> None:
    window = Window.open(browser, endpoint, KEY)
    asked: list[Request] = []
    window.context.on("requestfinished", lambda request: asked.append(request))
    foreign: list[str] = []

    def block(route: Any) -> None:
        foreign.append(route.request.url)
        route.abort()

    window.context.route(lambda url: not url.startswith((endpoint, "data:", "blob:")), block)
    _settled(window, "projects")
    sent = sum(request.sizes()["responseBodySize"] for request in asked)
    assert 0 < sent < FIRST_LOAD
    for path in PLACES:
        _settled(window, "projects", loans, path)
    assert foreign == []
    window.close()


def _settled(window: Window, *parts: str) -> Page:
    """Open a page and wait until it shows what it is about."""
    page = window.go(*parts)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".fui-Spinner")).to_have_count(0)
    return page


def _barriers(where: str, page: Page, axe: str) -> list[str]:
    """What is serious for people who see, hear or move in other ways than most."""
    page.evaluate(axe)
    page.evaluate(STILL)
    result: Any = page.evaluate(JUDGED)
    return [
        f"{where}: {rule['id']}: {node['html']}: {node['failureSummary']}"
        for rule in result["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
