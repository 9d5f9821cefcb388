"""What holds for every page of the studio."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.e2e.hosts import KEY
from tests.studio.places import PLACES, VIEWS, settled
from tests.studio.window import Window

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


@pytest.mark.parametrize("zoom", [1, 2])
def test_68_every_page_fits_into_a_small_window_and_a_magnified_one(
    browser: Browser, endpoint: str, loans: str, zoom: int
) -> None:
    size = {"width": 1280 // zoom, "height": 720 // zoom}
    window = Window.open(browser, endpoint, KEY, viewport=size, device_scale_factor=zoom)
    faults = settled(window, "projects").evaluate(CUT_OFF)
    for path in (*PLACES, *VIEWS):
        page = settled(window, "projects", loans, *path.split("/"))
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
    settled(window, "projects")
    sent = sum(request.sizes()["responseBodySize"] for request in asked)
    assert 0 < sent < FIRST_LOAD
    for path in PLACES:
        settled(window, "projects", loans, path)
    assert foreign == []
    window.close()
