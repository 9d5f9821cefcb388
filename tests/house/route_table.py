"""The tables of routes in docs/wire.md, made of the contract's routes and of those that are served.

python -m tests.house.route_table     write them anew
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any

import function_app
from functions.http import ROUTES
from shared.schema.openapi import Route

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "wire.md"

#: What the tables stand between.
BEGIN, END = "<!-- routes: begin -->\n", "<!-- routes: end -->\n"

#: The routes that clients of the hosted service know: `api`, `method` and `path`, the `query` that
#: they send and the `answers` (statuses) that they take; and what `differs` here, or, of a route
#: that is `absent`, why.
CONTRACT: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "contract_routes.json").read_text("utf-8")
)

#: Served routes that are not in the contract: a title, a sentence, how their addresses begin.
BESIDE = (
    (
        "Today's routes at the addresses of 2021-11-01-preview and 2022-03-01-preview",
        "The pages of that time that were found do not name them, or in passing only.",
        "language/analyze-text/projects",
    ),
    (
        "Beyond the contract",
        "Ours alone. Those under `copy/parts` are for the other instance of a copy, or a bundle.",
        "",
    ),
)

_COLUMNS = ("route", "answers", "role", "what it does here", "how it differs")


def key(method: str, path: str) -> tuple[str, str]:
    """Return what a route is told by, whatever its parameters are called."""
    return method, re.sub(r"\{[^}]*\}", "{}", path.lstrip("/"))


def served() -> dict[tuple[str, str], Route]:
    """Return the routes that the app has registered."""
    assert function_app.app
    return {key(route.method, route.template): route for route in ROUTES}


def refused(route: Route) -> bool:
    """Whether a route does nothing but refuse."""
    return all(answer.status >= 400 for answer in route.answers)


def tables() -> str:
    """Return a table for each API of the contract, and those of the other routes."""
    found = served()
    lines: list[str] = []
    for api, routes in groupby(CONTRACT, key=lambda route: str(route["api"])):
        lines += [f"\n### {api}\n", *_head(_COLUMNS)]
        for route in routes:
            own = found.pop(key(route["method"], route["path"]), None)
            lines.append(_row(own, route.get("differs", "")) if own else _absent(route))
    others = sorted(found.values(), key=lambda one: (one.template, one.method))
    for title, sentence, begin in BESIDE:
        here = [route for route in others if route.template.startswith(begin)]
        others = [route for route in others if route not in here]
        lines += [f"\n### {title}\n", f"{sentence}\n", *_head(_COLUMNS[:-1])]
        lines += [_row(route) for route in here]
    return "\n".join(lines) + "\n"


def _head(columns: tuple[str, ...]) -> list[str]:
    return [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]


def _row(route: Route, *cells: str) -> str:
    statuses = ", ".join(str(answer.status) for answer in route.answers)
    role = route.role or ("copy token" if route.token else "anybody")
    does = route.about.splitlines()[0]
    address = f"`{route.method} /{route.template}`"
    return f"| {' | '.join([address, statuses, role, does, *cells])} |"


def _absent(route: dict[str, Any]) -> str:
    return f"| `{route['method']} {route['path']}` | 404 | | Not served. | {route['absent']} |"


def page_with(tables: str) -> str:
    """Return the page with these tables in it."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return before + BEGIN + tables + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page_with(tables()), "utf-8")
