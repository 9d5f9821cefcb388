"""The table of routes in docs/wire.md, made of the contract's routes and of those that are served.

python -m tests.house.route_table     write it anew
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path

import function_app
from functions.http import ROUTES
from shared.schema.openapi import Route

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "wire.md"

#: What the table stands between.
BEGIN, END = "<!-- routes: begin -->\n", "<!-- routes: end -->\n"

#: The routes that clients of the hosted service know.
CONTRACT: list[dict[str, str]] = json.loads(
    (Path(__file__).parent / "contract_routes.json").read_text("utf-8")
)

#: Routes that are the app's own affair.
_OWN = ("health", "studio", "docs", "openapi")


def key(method: str, path: str) -> tuple[str, str]:
    """Return what a route is told by, whatever its parameters are called."""
    return method, re.sub(r"\{[^}]*\}", "{}", path.lstrip("/"))


def served() -> dict[tuple[str, str], Route]:
    """Return the routes that the app has registered."""
    assert function_app.app
    return {key(route.method, route.template): route for route in ROUTES}


def table() -> str:
    """Return the table of the contract's routes, and that of the others."""
    found = served()
    lines: list[str] = []
    for api, routes in groupby(CONTRACT, key=lambda route: route["api"]):
        lines += [
            f"\n### {api}\n",
            "| route | what it does here | how it differs |",
            "|---|---|---|",
        ]
        for route in routes:
            own = found.pop(key(route["method"], route["path"]))
            lines.append(_row(own, route.get("differs", "")))
    others = [route for route in found.values() if not route.template.startswith(_OWN)]
    lines += ["\n### Beside the contract\n", "| route | what it does |", "|---|---|"]
    lines += [_row(route) for route in sorted(others, key=lambda one: (one.template, one.method))]
    return "\n".join(lines) + "\n"


def _row(route: Route, *cells: str) -> str:
    address = f"`{route.method} /{route.template}`"
    return f"| {' | '.join([address, route.about.splitlines()[0], *cells])} |"


def page_with(table: str) -> str:
    """Return the page with this table in it."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return before + BEGIN + table + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page_with(table()), "utf-8")
