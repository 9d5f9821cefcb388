"""docs/wire.md tells of every route of the contract, as the app serves it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.schema.openapi import Route
from tests.house import route_table
from tests.house.route_table import CONTRACT, PAGE

SERVED = [route for route in CONTRACT if "absent" not in route]


def name(route: dict[str, Any]) -> str:
    return f"{route['method']} {route['path']}"


def own(route: dict[str, Any]) -> Route | None:
    return route_table.served().get(route_table.key(route["method"], route["path"]))


@pytest.mark.parametrize("route", CONTRACT, ids=name)
def test_every_route_of_the_contract_is_served_or_its_absence_is_explained(
    route: dict[str, Any],
) -> None:
    explained = bool(route.get("absent"))

    assert (own(route) is None) == explained, (
        f"{name(route)}: serve it, or say in tests/house/contract_routes.json why it is absent"
    )


@pytest.mark.parametrize("route", SERVED, ids=name)
def test_a_route_answers_as_the_contract_says_or_the_refusal_is_told(route: dict[str, Any]) -> None:
    here = own(route)
    assert here is not None

    statuses = [answer.status for answer in here.answers]

    if route_table.refused(here):
        assert route.get("differs")
    elif "answers" in route:
        assert statuses == route["answers"]


@pytest.mark.parametrize("route", SERVED, ids=name)
def test_a_route_reads_what_the_contract_has_in_its_query(route: dict[str, Any]) -> None:
    here = own(route)
    assert here is not None
    if route_table.refused(here):
        return

    read = {spelling for field in here.query for spelling in field.names}

    assert set(route.get("query", ())) <= read


def test_no_route_of_the_contract_is_told_twice() -> None:
    keys = [route_table.key(route["method"], route["path"]) for route in CONTRACT]

    assert len(keys) == len(set(keys))


def test_the_tables_are_as_the_app_is() -> None:
    assert PAGE.read_text("utf-8") == route_table.page_with(route_table.tables()), (
        "docs/wire.md is out of date: run `python -m tests.house.route_table`."
    )
