"""docs/wire.md tells of every route of the contract, as the app serves it."""

from __future__ import annotations

import pytest

from tests.house import route_table
from tests.house.route_table import CONTRACT, PAGE


@pytest.mark.parametrize("route", CONTRACT, ids=lambda one: f"{one['method']} {one['path']}")
def test_every_route_of_the_contract_is_served(route: dict[str, str]) -> None:
    own = route_table.served()[route_table.key(route["method"], route["path"])]

    assert own.about
    # A refusal that does not say so here would be a surprise.
    assert not own.about.startswith("Refuse") or route.get("differs")


def test_no_route_of_the_contract_is_told_twice() -> None:
    keys = [route_table.key(route["method"], route["path"]) for route in CONTRACT]

    assert len(keys) == len(set(keys))


def test_the_table_is_as_the_app_is() -> None:
    assert PAGE.read_text("utf-8") == route_table.page_with(route_table.table()), (
        "docs/wire.md is out of date: run `python -m tests.house.route_table`."
    )
