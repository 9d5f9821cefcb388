"""A host whose every answer is held against the description of the API."""

from __future__ import annotations

import functools
import json
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from devhost import routing
from devhost.testing import Response, TestHost
from functions.http import ROUTES
from functions.openapi import openapi_document
from shared.schema.openapi import Route


@functools.cache
def document() -> dict[str, Any]:
    """Return the description of the API, as it is served."""
    served: dict[str, Any] = json.loads(openapi_document(None).body)  # type: ignore[arg-type]
    return served


def closed(node: Any) -> Any:
    """Return a schema by which an object has no members but the declared ones."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    inner = {name: closed(each) for name, each in node.items()}
    if node.get("type") == "object" and "properties" in node:
        return {"additionalProperties": False, **inner}
    return inner


@functools.cache
def validator(name: str) -> Any:
    """Return what judges JSON by the shape of a name, without any undeclared member."""
    return jsonschema_rs.Draft202012Validator(
        {
            "$ref": f"#/components/schemas/{name}",
            "components": {"schemas": closed(document()["components"]["schemas"])},
        },
        validate_formats=True,
    )


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference names, or the node itself."""
    while "$ref" in node:
        parts = node["$ref"].removeprefix("#/").split("/")
        node = functools.reduce(lambda inner, part: inner[part], parts, document())
    return node


def check(route: Route, response: Response) -> None:
    """Assert that an answer is one of those which its route describes."""
    where = f"{route.name} answered {response.status}"
    operation = document()["paths"][route.path][route.method.lower()]
    described = operation["responses"].get(str(response.status))
    assert described is not None, f"{where}, which it does not declare"
    described = resolved(described)
    for header, about in described.get("headers", {}).items():
        assert header in response.headers or not about["required"], f"{where} without {header}"
    content = described.get("content")
    if content is None:
        assert response.body == b"", f"{where} with a body, which it does not declare"
        return
    media = response.headers["Content-Type"].partition(";")[0]
    assert media in content, f"{where} with {media}, which it does not declare"
    schema = content[media]["schema"]
    names = [each["$ref"].rpartition("/")[2] for each in schema.get("anyOf", [schema]) if each]
    if not names:
        return
    value = response.json()
    faults = {
        name: [f"{error.instance_path}: {error.message}" for error in judge.iter_errors(value)]
        for name in names
        for judge in (validator(name),)
    }
    assert not all(faults.values()), f"{where} with what is not declared: {faults}"


class DescribedHost(TestHost):
    """The app, where an answer that is not as it is described fails the test."""

    def request(self, method: str, path: str, **more: Any) -> Response:
        response = super().request(method, path, **more)
        routes = {route.name: route for route in ROUTES}
        try:
            plain = routing.decode(urlsplit(f"http://host{path}").path)
        except ValueError:
            return response
        found = routing.find(self.site.routes, method, plain)
        # A route that declares nothing yet is the business of test_openapi.
        if found is not None and routes[found[0].function].answers:
            check(routes[found[0].function], response)
        return response
