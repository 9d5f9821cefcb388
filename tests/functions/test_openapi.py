"""The description of the API: every route is in it, as it is reached, by whom, and what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from werkzeug.datastructures import Headers

from devhost.testing import Response, TestHost
from functions.http import ROUTES
from shared.errors import ServiceError
from shared.schema import openapi, parameters
from shared.schema.openapi import Route
from shared.schema.shapes import Field, Shape, Text
from tests.functions.conftest import ROOT
from tests.functions.described import check, document
from tests.house.test_functions import HTTP, OPEN, name, trigger

OPERATIONS = {
    operation["operationId"]: (path, method, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
}


#: What a PUT makes of its address alone.
WITHOUT_BODY = {"container_put"}


def test_every_http_function_of_the_app_is_described_at_its_route() -> None:
    functions = {
        name(function): (
            "/" + trigger(function)["route"].replace("?}", "}").replace("{*", "{"),
            [str(getattr(method, "value", method)) for method in trigger(function)["methods"]],
        )
        for function in HTTP
    }

    described = {key: (path, [method.upper()]) for key, (path, method, _) in OPERATIONS.items()}

    assert described == functions


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_declares_what_it_takes_and_answers(route: Route) -> None:
    assert route.answers, (
        f"{route.name} does not say what it answers: give its @endpoint answers=(...), of "
        "shared/schema/answers.py (ACCEPTED, DELETED, shown(SHAPE), listed(SHAPE), job(SHAPE)), "
        "where the shape is of what it answers; and query=(...) of shared/schema/parameters.py"
    )
    unknown = set(route.parameters) - set(parameters.PATH)
    assert not unknown, (
        f"the path of {route.name} has {unknown}: tell of it in PATH of shared/schema/parameters.py"
    )
    if route.method in ("PATCH", "PUT"):
        taken = route.request or route.media or route.name in WITHOUT_BODY
        assert taken, f"{route.name} does not say what it takes: give request=SHAPE"
    assert route.about.endswith("."), f"{route.name} has no sentence in its docstring"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_what_opens_a_route_is_told(route: Route) -> None:
    _, _, operation = OPERATIONS[route.name]

    keys = [key for each in operation["security"] for key in each]

    assert (keys == []) == (route.name in OPEN)
    assert ("401" in operation["responses"]) == bool(keys)
    if route.role:
        assert keys == ["key", "entra"]
        assert f"Needs the role {route.role}." in operation["description"]


def kinds_of_errors() -> list[type[ServiceError]]:
    kinds: list[type[ServiceError]] = [ServiceError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return kinds


def test_every_status_and_code_of_an_error_is_told() -> None:
    responses = document()["components"]["responses"]

    for kind in kinds_of_errors():
        told = responses[f"Refusal{kind.status}"]
        assert kind.code in re.split(r"\W+", told["description"])
        schema = told["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Refusal"}


def test_every_error_is_of_the_shape_that_is_told() -> None:
    judge = jsonschema_rs.Draft202012Validator(
        {"$ref": "#/components/schemas/Refusal", "components": document()["components"]}
    )

    for kind in kinds_of_errors():
        error = kind(target="$.a", details=[kind().detail(), kind("Why.", target="b").detail()])
        assert judge.is_valid(error.body())
        assert judge.is_valid(kind().body())


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(each) for each in node.values()))
    return set().union(*(references(each) for each in node)) if isinstance(node, list) else set()


def test_every_reference_leads_somewhere_and_no_component_is_left_over() -> None:
    components = document()["components"]
    sorts = ("schemas", "responses")
    there = {f"#/components/{sort}/{key}" for sort in sorts for key in components[sort]}

    assert references(document()) == there


def test_every_schema_is_one() -> None:
    for schema in document()["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)
    for key, (_, _, operation) in OPERATIONS.items():
        for parameter in operation["parameters"]:
            jsonschema_rs.meta.validate(parameter["schema"])
            assert parameter["description"].endswith("."), key


def test_everything_is_told_in_a_sentence() -> None:
    for key, schema in document()["components"]["schemas"].items():
        assert schema["description"].endswith("."), key
        for member, about in schema["properties"].items():
            assert about["description"].endswith("."), f"{key}.{member}"


def test_it_is_served_to_everybody_and_says_the_version_of_the_product(host: TestHost) -> None:
    response = host.request("GET", "/openapi.json")

    assert (response.status, response.headers["Content-Type"]) == (200, "application/json")
    assert response.json() == document()
    assert document()["openapi"] == "3.1.0"
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'version = "{openapi.VERSION}"' in project


LIVE = next(route for route in ROUTES if route.name == "health_live")


def answer(
    body: bytes = b'{"status":"live"}', status: int = 200, media: str = "application/json"
) -> Response:
    return Response(status=status, headers=Headers({"Content-Type": media}), body=body)


def test_an_answer_as_it_is_described_passes() -> None:
    check(LIVE, answer())


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (answer(status=201), "201, which it does not declare"),
        (answer(media="text/html"), "text/html"),
        (answer(b"{}"), "status"),
        (answer(b'{"status":1}'), "not of type"),
        (answer(b'{"status":"dead"}'), "dead"),
        (answer(b'{"status":"live","more":1}'), "more"),
    ],
)
def test_an_answer_that_is_not_as_it_is_described_fails_its_test(
    wrong: Response, reason: str
) -> None:
    with pytest.raises(AssertionError, match=reason):
        check(LIVE, wrong)


def test_the_page_holds_nothing_of_elsewhere(host: TestHost) -> None:
    response = host.request("GET", "/docs")

    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    page = response.body.decode()
    files = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert files
    for file in files:
        assert file.startswith("/")
        assert host.request("GET", file).status == 200
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page)


@pytest.mark.parametrize("file", ["page.js", "page.css", "index.html"])
def test_no_file_of_the_page_asks_for_anything_of_elsewhere(host: TestHost, file: str) -> None:
    text = host.request("GET", f"/docs/{file}").body.decode()

    assert not re.search(r"https?:|//\w+\.|@import|innerHTML|eval\(", text)


@pytest.mark.parametrize("file", ["../host.json", "%2e%2e/host.json", "x.js", "page.js/x"])
def test_the_page_serves_no_other_file(host: TestHost, file: str) -> None:
    assert host.request("GET", f"/docs/{file}").status == 404


def test_the_files_of_the_page_are_all_served(host: TestHost) -> None:
    folder: Path = ROOT / "studio" / "docs"

    for path in folder.iterdir():
        response = host.request("GET", f"/docs/{path.name}")
        assert response.body == path.read_bytes()


def texts(shape: Shape, seen: set[str]) -> list[tuple[str, Field, Text]]:
    """Return the fields of a shape and of those inside that are texts."""
    if shape.name in seen:
        return []
    seen.add(shape.name)
    own = [
        (f"{shape.name}.{field.name}", field, field.kind)
        for field in shape.fields
        if isinstance(field.kind, Text)
    ]
    return own + [found for inner in shape.inner() for found in texts(inner, seen)]


def test_what_is_told_of_the_texts_of_requests_is_judged() -> None:
    seen: set[str] = set()
    requests = [text for route in ROUTES if route.request for text in texts(route.request, seen)]

    unjudged = [
        name for name, _, kind in requests if (kind.pattern or kind.values) and kind.rule is None
    ]

    assert requests
    assert unjudged == []


def test_examples_of_requests_are_such_as_can_be_sent() -> None:
    seen: set[str] = set()
    for route in ROUTES:
        for key, field, kind in texts(route.request, seen) if route.request else ():
            if field.example is not None and kind.rule is not None:
                assert kind.rule(field.example) is None, key
