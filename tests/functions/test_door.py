"""The door: keys, sizes, and one shape for every error."""

from __future__ import annotations

import re
from typing import Any

import pytest

from devhost.testing import TestHost
from shared import limits
from shared.storage.stores import Stores
from tests.functions.conftest import KEY
from tests.house.test_functions import HTTP, OPEN, name, trigger

HEADERS = {"Ocp-Apim-Subscription-Key": KEY}
PROJECTS = "/language/authoring/analyze-text/projects"
VERSION = "?api-version=2023-04-01"


def path_of(function: Any) -> str:
    """Return a path that fits the function's route."""
    route: str = trigger(function)["route"]
    values = {"job": "0191d4c2-0000-7000-8000-000000000000", "part": "1-00000"}
    route = re.sub(r"/?\{\w+\?\}", "", route)
    return "/" + re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "P"), route)


def method_of(function: Any) -> str:
    (method,) = trigger(function)["methods"]
    return str(getattr(method, "value", method))


def assert_error(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status == status
    error: dict[str, Any] = response.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert error.get("innererror", {}) is not None
    return error


@pytest.mark.parametrize("function", HTTP, ids=name)
@pytest.mark.parametrize("key", [None, "", "another key", KEY.upper(), f"{KEY} "])
def test_without_a_right_key_nothing_opens_but_the_open_routes(
    host: TestHost, function: Any, key: str | None
) -> None:
    headers = {} if key is None else {"Ocp-Apim-Subscription-Key": key}

    response = host.request(method_of(function), path_of(function), headers=headers)

    if name(function) in OPEN:
        # Storage in memory has no address at which it could be found ready.
        assert response.status == (503 if name(function) == "health_ready" else 200)
    else:
        assert_error(response, 401, "401")


@pytest.mark.parametrize("function", HTTP, ids=name)
def test_every_route_answers_what_is_not_there_in_the_one_shape(
    host: TestHost, function: Any
) -> None:
    if name(function) in OPEN:
        return

    response = host.request(
        method_of(function),
        path_of(function) + VERSION,
        headers=HEADERS,
        body=b'{"trainedModelLabel": "M", "modelLabel": "M"}' if function in HTTP else b"",
    )

    if name(function) == "labels_check":
        assert response.json()["valid"] is False  # It answers with a report.
    elif response.status == 200:
        # The list of projects, and what is there without any project.
        assert "/global/" in path_of(function) or response.json()["value"] == []
    elif "/copy/parts" in path_of(function):
        assert_error(response, 401, "401")  # A key is no copy token.
    else:
        assert response.status in (400, 404)
        assert_error(response, response.status, response.json()["error"]["code"])


def test_the_key_in_the_address_does_not_open(host: TestHost) -> None:
    for parameter in ("key", "code", "subscription-key", "Ocp-Apim-Subscription-Key"):
        assert host.request("GET", PROJECTS, query={parameter: KEY}).status == 401


def test_the_header_is_read_in_any_letter_case(host: TestHost) -> None:
    response = host.request("GET", PROJECTS + VERSION, headers={"OCP-APIM-SUBSCRIPTION-KEY": KEY})

    assert response.status == 200


def test_a_body_that_is_too_large_is_refused(
    host: TestHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY_BYTES", 100)

    def send(size: int) -> Any:
        return host.request(
            "POST", "/language/analyze-text/jobs", headers=HEADERS, body=b" " * size
        )

    assert_error(send(101), 413, "InvalidRequest")
    assert send(100).status == 400


def test_the_size_is_looked_at_before_the_key(
    host: TestHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY_BYTES", 100)

    response = host.request("POST", "/language/analyze-text/jobs", body=b" " * 101)

    assert_error(response, 413, "InvalidRequest")


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"\xff", b"null", b'{"a":', b"[" * 100_000])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/language/analyze-text/jobs"),
        ("POST", "/text/analytics/v3.1-preview.ct.1/analyze"),
        ("PATCH", f"{PROJECTS}/P"),
        ("POST", f"{PROJECTS}/P/:import"),
        ("POST", f"{PROJECTS}/P/:train"),
        ("PUT", f"{PROJECTS}/P/deployments/d"),
    ],
)
def test_a_body_that_is_no_request_is_refused(
    host: TestHost, method: str, path: str, body: bytes
) -> None:
    response = host.request(method, path + VERSION, headers=HEADERS, body=body)

    assert response.status == 400
    assert_error(response, 400, response.json()["error"]["code"])


@pytest.mark.parametrize(
    "version", ["", "2023", "2021-10-31", "2023-13-01", "v3.1", "2023-04-01-beta", "latest"]
)
def test_an_api_version_that_is_none_is_refused(host: TestHost, version: str) -> None:
    response = host.request("GET", PROJECTS, headers=HEADERS, query={"api-version": version})

    assert assert_error(response, 400, "InvalidArgument")["target"] == "api-version"


@pytest.mark.parametrize(
    "version", ["2022-05-01", "2023-04-01", "2024-11-15-preview", "2026-05-15-preview"]
)
def test_every_version_of_the_api_is_taken(host: TestHost, version: str) -> None:
    response = host.request("GET", PROJECTS, headers=HEADERS, query={"api-version": version})

    assert response.status == 200


HOSTILE = ["..", ".", "a b", "a/b", "a\\b", "a#b", "a?b", "%00", "😀", "x" * 51, "a%2Fb", "global"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_make_nothing_and_break_nothing(
    host: TestHost, stores: Stores, text: str
) -> None:
    stores.storage.blobs.create_container("loans")
    body = {
        "projectName": text,
        "projectKind": "CustomEntityRecognition",
        "storageInputContainerName": "loans",
        "language": "en",
    }

    for method, path in (
        ("PATCH", f"{PROJECTS}/{text}"),
        ("GET", f"{PROJECTS}/{text}"),
        ("DELETE", f"{PROJECTS}/{text}"),
        ("PUT", f"{PROJECTS}/P/deployments/{text}"),
        ("GET", f"{PROJECTS}/P/models/{text}"),
        ("GET", f"/language/analyze-text/jobs/{text}"),
    ):
        response = host.request(method, path + VERSION, headers=HEADERS, body=body)
        # A path with a step in it is another path: that of the list, say, which is no fault.
        assert response.status < 500, (method, path)
        assert response.status >= 400 or (text in (".", "..") and method == "GET")

    assert stores.projects.all() == []


def test_an_error_that_nobody_foresaw_tells_nothing_of_itself(
    host: TestHost,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise RuntimeError("text of a document")

    monkeypatch.setattr(stores.projects, "all", fail)

    response = host.request("GET", PROJECTS + VERSION, headers=HEADERS)

    assert_error(response, 500, "InternalServerError")
    assert b"document" not in response.body
    assert "text of a document" not in caplog.text
    assert "request-failed" in caplog.text


def test_every_answer_has_a_request_id_and_is_not_sniffed(host: TestHost) -> None:
    for path in (PROJECTS + VERSION, "/health/live", "/studio", "/studio/files/nothing"):
        response = host.request("GET", path, headers=HEADERS)

        assert response.headers["apim-request-id"]
        assert response.headers["x-content-type-options"] == "nosniff"
