"""What each role may do, whoever has it: a key, or somebody who signed in."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import Any

import pytest

from devhost.testing import TestHost
from functions import wiring
from shared.storage.stores import Stores
from tests.functions.conftest import AUTHOR_KEY, KEY, READER_KEY, SETTINGS
from tests.functions.test_door import (
    PROJECTS,
    VERSION,
    assert_error,
    method_of,
    path_of,
)
from tests.house.test_functions import HTTP, OPEN, name

KEYS = {"reader": READER_KEY, "author": AUTHOR_KEY, "owner": KEY}

#: What the owner alone may do: take a project or a deployment away, or let one out or in.
OF_THE_OWNER = {
    "project_delete",
    "deployment_delete",
    "document_delete",
    "copy_authorize",
    "copy_start",
    "bundle_export_start",
    "bundle_export_part",
    "bundle_import",
    "intermediate_project_delete",
    "intermediate_deployment_delete",
    "preview_project_delete",
}

#: What looks for something, though it sends a body.
LOOKS = {"documents_find"}

GUARDED = [one for one in HTTP if name(one) not in OPEN and "/copy/parts" not in path_of(one)]


def least_role(function: Any) -> str:
    if name(function) in OF_THE_OWNER:
        return "owner"
    looks = method_of(function) == "GET" or name(function) in LOOKS
    if looks or name(function).startswith("analyze_"):
        return "reader"
    return "owner" if "resources" in path_of(function) else "author"


@pytest.mark.parametrize("function", GUARDED, ids=name)
@pytest.mark.parametrize("role", KEYS)
def test_every_route_opens_from_its_least_role_on(host: TestHost, function: Any, role: str) -> None:
    response = host.request(
        method_of(function),
        path_of(function) + VERSION,
        headers={"Ocp-Apim-Subscription-Key": KEYS[role]},
        body=b"{}",
    )

    if list(KEYS).index(role) < list(KEYS).index(least_role(function)):
        error = assert_error(response, 403, "Forbidden")
        assert role in error["message"]
        assert "quota" not in error["message"].lower()
    else:
        assert response.status not in (401, 403)


def test_a_small_role_changes_nothing(host: TestHost, stores: Stores) -> None:
    stores.storage.blobs.create_container("loans")
    body = {
        "projectName": "P",
        "projectKind": "CustomEntityRecognition",
        "storageInputContainerName": "loans",
        "language": "en",
    }

    def send(method: str, key: str) -> int:
        headers = {"Ocp-Apim-Subscription-Key": key}
        return host.request(method, f"{PROJECTS}/P{VERSION}", headers=headers, body=body).status

    assert send("PATCH", READER_KEY) == 403
    assert stores.projects.all() == []
    assert send("PATCH", AUTHOR_KEY) == 201
    assert send("GET", READER_KEY) == 200
    assert send("DELETE", READER_KEY) == send("DELETE", AUTHOR_KEY) == 403
    assert [project.name for project in stores.projects.all()] == ["P"]
    assert send("DELETE", KEY) == 202


def test_the_role_is_looked_at_before_the_body_and_the_version(host: TestHost) -> None:
    headers = {"Ocp-Apim-Subscription-Key": READER_KEY}

    assert host.request("POST", f"{PROJECTS}/P/:train", headers=headers, body="x").status == 403


def principal(*roles: str) -> str:
    claims = [{"typ": "oid", "val": "6f0c"}, *({"typ": "roles", "val": role} for role in roles)]
    value = {"auth_typ": "aad", "claims": claims}
    return base64.b64encode(json.dumps(value).encode()).decode()


def signed_in(host: TestHost, header: str, method: str = "GET", path: str = "") -> Any:
    return host.request(
        method, PROJECTS + path + VERSION, headers={"X-MS-CLIENT-PRINCIPAL": header}, body=b"{}"
    )


@pytest.fixture
def entra(host: TestHost, stores: Stores) -> TestHost:
    """The app behind EasyAuth."""
    wiring.use(wiring.Service.of(dataclasses.replace(SETTINGS, entra=True), stores))
    return host


def test_a_principal_is_ignored_unless_the_settings_say_otherwise(host: TestHost) -> None:
    assert_error(signed_in(host, principal("owner")), 401, "401")


def test_who_is_signed_in_may_do_what_the_app_role_may(entra: TestHost) -> None:
    assert signed_in(entra, principal("Reader")).status == 200
    assert_error(signed_in(entra, principal("reader"), "DELETE", "/P"), 403, "Forbidden")
    assert (
        signed_in(entra, principal("Cognitive Services Language Owner"), "DELETE", "/P").status
        == 404
    )


def test_who_is_signed_in_without_a_role_may_do_nothing(entra: TestHost) -> None:
    assert_error(signed_in(entra, principal()), 403, "Forbidden")


@pytest.mark.parametrize("header", ["", "x", "é", "e30=", "bnVsbA==", "W10=", "e30=,e30="])
def test_a_malformed_principal_is_nobody(entra: TestHost, header: str) -> None:
    assert_error(signed_in(entra, header), 401, "401")


#: What browsers say of a request, and whether it can be one of our own pages.
FROM = [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "Same-Origin"}, True),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "CROSS-SITE"}, False),
    ({"Sec-Fetch-Site": "something new"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
    ({"Origin": "http://localhost"}, True),
    ({"Origin": "http://LOCALHOST"}, True),
    ({"Origin": "http://localhost:80"}, True),
    ({"Origin": "https://localhost"}, False),
    ({"Origin": "http://localhost:7071"}, False),
    ({"Origin": "http://localhost.evil.example"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "http://["}, False),
]


@pytest.mark.parametrize(("headers", "own"), FROM)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("way", ["key", "entra"])
def test_a_page_of_elsewhere_changes_nothing_in_the_name_of_who_signed_in(
    entra: TestHost, headers: dict[str, str], own: bool, method: str, way: str
) -> None:
    paths = {"GET": "", "POST": "/P/:train", "PUT": "/P/entities/A", "PATCH": "/P", "DELETE": "/P"}
    caller = {"X-MS-CLIENT-PRINCIPAL": principal("owner")}
    if way == "key":
        caller = {**caller, "Ocp-Apim-Subscription-Key": KEY}

    response = entra.request(
        method, PROJECTS + paths[method] + VERSION, headers={**caller, **headers}, body=b"{}"
    )

    if own or method == "GET" or way == "key":
        assert response.status in (200, 400, 404)
    else:
        error = assert_error(response, 403, "Forbidden")
        assert "another site" in error["message"]


@pytest.mark.parametrize(
    ("endpoint", "origin", "status"),
    [
        ("https://app.example", "https://app.example", 404),
        ("https://app.example", "http://localhost", 403),
        ("https://app.example:8443", "https://app.example", 403),
        ("https://app.example:443", "https://app.example", 404),
        (None, "http://localhost", 404),
    ],
)
def test_the_address_that_is_set_is_the_service_s_own(
    host: TestHost, stores: Stores, endpoint: str | None, origin: str, status: int
) -> None:
    settings = dataclasses.replace(SETTINGS, entra=True, endpoint=endpoint)
    wiring.use(wiring.Service.of(settings, stores))
    headers = {"X-MS-CLIENT-PRINCIPAL": principal("owner"), "Origin": origin}

    response = host.request("DELETE", f"{PROJECTS}/P{VERSION}", headers=headers)

    assert response.status == status


def test_keys_go_on_working_beside_entra(entra: TestHost) -> None:
    headers = {"Ocp-Apim-Subscription-Key": READER_KEY}

    assert entra.request("GET", PROJECTS + VERSION, headers=headers).status == 200


def test_no_log_has_a_key_or_a_principal(
    entra: TestHost,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise RuntimeError(f"{KEY} {principal('owner')}")

    caplog.set_level("DEBUG")
    monkeypatch.setattr(stores.projects, "all", fail)

    signed_in(entra, principal("owner"))
    signed_in(entra, principal("owner")[:-8])
    entra.request("GET", PROJECTS + VERSION, headers={"Ocp-Apim-Subscription-Key": KEY})
    entra.request("GET", PROJECTS + VERSION, headers={"Ocp-Apim-Subscription-Key": f"{KEY}!"})

    assert "request-failed" in caplog.text
    assert KEY not in caplog.text
    assert principal("owner")[:20] not in caplog.text
