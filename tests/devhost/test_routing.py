"""Routes: what the Functions host matches, in which order, and what it refuses."""

from __future__ import annotations

import pytest

from devhost import routing
from devhost.routing import Route, RouteError


def route(function: str, template: str, *methods: str) -> Route:
    return routing.parse(function, template, methods)


@pytest.mark.parametrize(
    ("template", "path", "parameters"),
    [
        ("projects", "/projects", {}),
        ("projects", "/PROJECTS/", {}),
        ("projects", "/project", None),
        ("projects/{name}", "/projects/A b", {"name": "A b"}),
        ("projects/{name}", "/projects/", None),
        ("projects/{name}", "/projects//", None),
        ("projects/{name}", "/projects/a/b", None),
        ("jobs/{id}:cancel", "/jobs/7:Cancel", {"id": "7"}),
        ("jobs/{id}:cancel", "/jobs/7:cancel:cancel", {"id": "7:cancel"}),
        ("jobs/{id}:cancel", "/jobs/:cancel", None),
        ("jobs/{id}:cancel", "/jobs/7", None),
        ("projects/{name}/:import", "/projects/p/:import", {"name": "p"}),
        ("v{major}.{minor}", "/v1.2.3", {"major": "1.2", "minor": "3"}),
        ("{*rest}", "/", {}),
        ("{*rest}", "/a/b/", {"rest": "a/b"}),
        ("studio/{*rest}", "/studio", {}),
        ("studio/{*rest}", "/studio/a/b.js", {"rest": "a/b.js"}),
        ("docs/{page?}", "/docs", {}),
        ("docs/{page?}", "/docs/x", {"page": "x"}),
        ("docs/{page?}", "/docs/x/y", None),
        ("docs/{page?}/{part?}", "/docs/x", {"page": "x"}),
        ("docs/{page?}/{part?}", "/docs/x/y", {"page": "x", "part": "y"}),
        ("/", "/", {}),
        ("/", "/a", None),
    ],
)
def test_a_path_matches_as_in_the_host(
    template: str, path: str, parameters: dict[str, str] | None
) -> None:
    assert route("f", template).match(path) == parameters


def test_the_first_function_by_name_wins_and_not_the_most_specific() -> None:
    routes = routing.in_order([route("z_special", "a/b"), route("a_general", "a/{x}")])

    found = routing.find(routes, "GET", "/a/b")

    assert found is not None
    assert found[0].function == "a_general"


def test_names_are_ordered_as_in_capitals() -> None:
    """An underscore comes after the letters in capitals and before the small ones."""
    routes = routing.in_order([route("a_b", "x"), route("ab", "x"), route("A0", "x")])

    assert [each.function for each in routes] == ["A0", "ab", "a_b"]


def test_a_wrong_method_is_not_found_and_a_later_function_may_take_it() -> None:
    routes = routing.in_order([route("a", "x", "GET"), route("b", "{y}", "post")])

    taken = routing.find(routes, "post", "/x")

    assert taken is not None
    assert taken[0].function == "b"
    assert routing.find(routes, "DELETE", "/x") is None


def test_no_methods_means_all() -> None:
    assert route("f", "x").methods == routing.ALL_METHODS


def test_the_prefix_of_host_json_goes_before_the_route() -> None:
    assert routing.parse("f", "x/{id}", (), "api/v1").template == "api/v1/x/{id}"


@pytest.mark.parametrize(
    "template",
    [
        "{a}{b}",
        "{a?}/b",
        "{*a}/b",
        "x{a?}",
        "x{*a}",
        "{a}/{A}",
        "{id:int}",
        "{a=1}",
        "{}",
        "{a",
        "a}",
        "a//b",
        "{*a?}",
    ],
)
def test_a_template_that_cannot_be_matched_faithfully_is_refused(template: str) -> None:
    with pytest.raises(RouteError):
        route("f", template)


@pytest.mark.parametrize(
    ("path", "decoded"),
    [
        ("/a%20b", "/a b"),
        ("/%C3%A4%E4%BD%A0", "/ä你"),
        ("/a%2Fb%2fc", "/a%2Fb%2fc"),
        ("/a%25b", "/a%b"),
        ("/%FF", "/%FF"),
        ("/100%", "/100%"),
        ("/a/./b/../c", "/a/c"),
        ("/a/%2e%2E/c", "/c"),
        ("/../..", "/"),
        ("/a/..", "/"),
        ("/.well-known/x", "/.well-known/x"),
    ],
)
def test_a_path_is_decoded_once_and_its_dots_resolved(path: str, decoded: str) -> None:
    assert routing.decode(path) == decoded


def test_a_nul_in_a_path_is_refused() -> None:
    with pytest.raises(RouteError):
        routing.decode("/a%00b")


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        # The first has the name that is tried first.
        ("jobs/{id}", "jobs/{id}:cancel", True),
        ("jobs/{id}:cancel", "jobs/{id}", False),
        ("{*rest}", "projects", True),
        ("projects", "{*rest}", False),
        ("{*rest}", "/", True),
        ("/", "{*rest}", False),
        ("a/{x}", "a/{y}", True),
        ("a/{x}", "A/b", True),
        ("a/{x}", "b/{x}", False),
        ("{x}/import", "projects/{y}", True),
        ("projects/{y}", "{x}/import", False),
        ("a/{x?}", "a", True),
        ("a", "a/{x?}", False),
        ("a/{x?}", "a/b", True),
        ("{x}:train", "{x}:cancel", False),
        ("{x}:a", "{y}:b:a", True),
        ("{y}:b:a", "{x}:a", False),
        ("a/b", "a/b/c", False),
    ],
)
def test_routes_in_the_wrong_order_are_found(first: str, second: str, found: bool) -> None:
    pairs = routing.shadowed([route("b", second, "GET"), route("a", first, "GET", "PUT")])

    assert pairs == ([("a", "b")] if found else [])


def test_routes_without_a_common_method_do_not_shadow_each_other() -> None:
    assert routing.shadowed([route("a", "{*rest}", "GET"), route("b", "x", "POST")]) == []


class Named:
    def __init__(self, name: str) -> None:
        self._name = name

    def get_function_name(self) -> str:
        return self._name


@pytest.mark.parametrize("name", ["a", "Train_Model-2", "a" * 128])
def test_a_good_name_is_not_refused(name: str) -> None:
    assert routing.names_refused([Named(name)]) == []


@pytest.mark.parametrize("name", ["", "2a", "_a", "a.b", "ä", "a" * 129, "a\n"])
def test_a_name_that_the_host_does_not_load_is_named(name: str) -> None:
    assert len(routing.names_refused([Named(name)])) == 1


@pytest.mark.parametrize("template", ["admin/x", "Runtime", "ADMIN"])
def test_a_route_that_the_host_keeps_for_itself_is_named(template: str) -> None:
    assert len(routing.names_refused([route("f", template)])) == 1


def test_other_routes_are_not_refused() -> None:
    assert routing.names_refused([route("f", "administration"), route("g", "x/admin")]) == []
