"""Barriers: what keeps people from using a page who see, hear or move in other ways than most."""

from __future__ import annotations

import functools
from typing import Any

from playwright.sync_api import Page

from devhost import studio

#: Waits for what fades in or moves: until it is there, its colours are others.
_STILL = """
() => Promise.all(
  document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => {}))
).then(() => {})
"""

#: All but the marks that the components use to catch the focus: they never keep it.
_JUDGED = """
() => axe.run({ exclude: ["[data-tabster-dummy]"] }, { resultTypes: ["violations"] })
"""


def barriers(where: str, page: Page) -> list[str]:
    """Return what is serious or critical in a page as it is now; `where` is what it shows."""
    page.evaluate(_axe())
    page.evaluate(_STILL)
    result: Any = page.evaluate(_JUDGED)
    return [
        f"{where}: {rule['id']}: {node['html']}: {node['failureSummary']}"
        for rule in result["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@functools.cache
def _axe() -> str:
    """The program that looks for them."""
    return (studio.SOURCE / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
