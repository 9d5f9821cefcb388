"""A window of the browser with the studio in it, which remembers every error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

#: What the browser itself prints for a refused request, which is judged by its answer instead.
_REFUSED = re.compile(r"Failed to load resource")


@dataclass
class Window:
    """A page of the studio, and what went wrong in it."""

    page: Page
    context: BrowserContext
    endpoint: str
    errors: list[str] = field(default_factory=list)
    #: Statuses of refusals that the test is about.
    expected: set[int] = field(default_factory=set)

    @classmethod
    def open(
        cls, browser: Browser, endpoint: str, key: str | None = None, **options: Any
    ) -> Window:
        """Open a window; with a key, its tab is signed in. `options` are Playwright's."""
        settings: dict[str, Any] = {
            "viewport": {"width": 1280, "height": 720},
            "locale": "en-GB",
            "timezone_id": "UTC",
            "permissions": ["clipboard-read", "clipboard-write"],
            **options,
        }
        context = browser.new_context(**settings)
        context.set_default_timeout(30_000)
        if key is not None:
            # Only in an empty session, so that a test can sign out.
            context.add_init_script(
                "if (!sessionStorage.getItem('test.opened')) {"
                "  sessionStorage.setItem('test.opened', 'yes');"
                f"  sessionStorage.setItem('spanwright.key', {key!r});"
                "}"
            )
        window = cls(context.new_page(), context, endpoint)
        window.watch(window.page)
        return window

    def watch(self, page: Page) -> None:
        """Remember what goes wrong in a page: done for the first one, to be done for others."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(f"thrown: {error}"))
        page.on("response", self._answered)

    def go(self, *parts: str, query: str = "") -> Page:
        """Open an address of the studio, and return the page: `go("projects", name, "train")`."""
        path = "/".join(quote(part, safe="") for part in parts)
        self.page.goto(f"{self.endpoint}/studio/{path}{query}")
        return self.page

    def expect(self, *statuses: int) -> None:
        """Take refusals of these statuses for what the test is about; 0: no answer at all."""
        self.expected.update(statuses)

    def close(self) -> None:
        """Close the window; fail where anything went wrong that was not expected."""
        self.context.close()
        assert not self.errors, "\n".join(self.errors)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if _REFUSED.search(message.text):
            if "net::" in message.text and 0 not in self.expected:
                self.errors.append(f"unreachable: {message.text}")
            return
        self.errors.append(f"{message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            method, url = response.request.method, response.url
            self.errors.append(f"{response.status} to {method} {url}")
