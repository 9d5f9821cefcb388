"""Whether the storage account is reached, and what is missing where it is not."""

from __future__ import annotations

import time
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from shared.settings import StorageSettings
from shared.storage import connection
from tests.storage.test_clients import KEY, Identity, Server

ROLES = [
    "Storage Blob Data Contributor",
    "Storage Table Data Contributor",
    "Storage Queue Data Contributor",
]


def down(key: str = KEY) -> StorageSettings:
    """Return the settings of an account of which nothing answers."""
    endpoints = "".join(
        f"{kind}Endpoint=http://127.0.0.1:1/acct;" for kind in ("Blob", "Table", "Queue")
    )
    return StorageSettings(connection_string=f"AccountName=acct;AccountKey={key};{endpoints}")


def at(address: str) -> StorageSettings:
    """Return the settings of an account that an identity reaches at an address."""
    return StorageSettings(blob_uri=address, table_uri=address, queue_uri=address)


class Granted:
    """A credential that always has a token."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken("a token for tests", int(time.time()) + 3_600)


@pytest.mark.azurite
def test_local_storage_is_reached(azurite: str) -> None:
    settings = StorageSettings(connection_string=azurite)

    assert connection.faults(settings) == []
    assert connection.account_name(settings) == "devstoreaccount1"


@pytest.mark.azurite
def test_a_wrong_key_is_told_and_not_shown(azurite: str) -> None:
    parts = dict(part.split("=", 1) for part in azurite.strip(";").split(";"))
    parts["AccountKey"] = KEY
    wrong = ";".join(f"{name}={value}" for name, value in parts.items())

    found = connection.faults(StorageSettings(connection_string=wrong))

    assert [one.target for one in found] == ["blob", "table"]
    assert all("SPANWRIGHT_STORAGE" in one.message and KEY not in str(one) for one in found)
    assert ROLES[0] in found[0].message


def test_a_storage_that_is_down_is_told_by_its_addresses() -> None:
    found = connection.faults(down())

    assert [one.target for one in found] == ["blob", "table", "queue"]
    assert all(one.code == "ServiceUnavailable" for one in found)
    assert all("at http://127.0.0.1." in one.message for one in found)


def test_the_roles_that_an_identity_lacks_are_named() -> None:
    # Identities are used over TLS alone, so the blobs and tables are asked without one.
    settings = at("https://127.0.0.1:1")

    found = connection.faults(settings, credential=Identity())

    assert [one.code for one in found] == ["Forbidden"] * 3
    for role, one in zip(ROLES, found, strict=True):
        assert role in one.message


@pytest.mark.parametrize(("status", "faults"), [(200, []), (403, ["Forbidden"]), (503, [])])
def test_the_queues_say_whether_the_identity_has_its_role(status: int, faults: list[str]) -> None:
    server = Server((status, {}, b""))
    with server.running() as address:
        settings = StorageSettings(
            blob_uri="https://127.0.0.1:1", table_uri="https://127.0.0.1:1", queue_uri=address
        )
        found = connection.faults(settings, credential=Granted())

    assert [one.code for one in found if one.target == "queue"] == faults
    (request,) = server.requests
    assert request[1] == "/?comp=list&maxresults=1"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("InvalidAuthenticationInfo", "another audience or tenant, or has expired"),
        ("AuthenticationFailed", "another audience or tenant, or has expired"),
        ("AuthorizationPermissionMismatch", f"needs the role {ROLES[2]}"),
        ("AuthorizationFailure", "network rules"),
        ("", f"needs the role {ROLES[2]}"),
    ],
)
def test_what_is_wrong_with_an_identity_is_told_by_the_code_of_storage(
    code: str, words: str
) -> None:
    server = Server((403, {"x-ms-error-code": code} if code else {}, b""))
    with server.running() as address:
        settings = StorageSettings(
            blob_uri="https://127.0.0.1:1", table_uri="https://127.0.0.1:1", queue_uri=address
        )
        found = connection.faults(settings, credential=Granted())

    (fault,) = [one for one in found if one.target == "queue"]
    assert words in fault.message


@pytest.mark.parametrize("text", ["memory", "", "AccountName=acct;AccountKey", "=;=;"])
def test_what_is_no_connection_string_is_told_by_its_setting(text: str) -> None:
    (fault,) = connection.faults(StorageSettings(connection_string=text))

    assert "SPANWRIGHT_STORAGE" in fault.message


def test_a_key_that_is_not_base64_is_told_and_not_shown() -> None:
    found = connection.faults(down(key="not base64!"))

    assert found
    assert "base64!" not in str(found)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (StorageSettings(connection_string="UseDevelopmentStorage=true"), "devstoreaccount1"),
        (StorageSettings(connection_string="AccountName=acct;AccountKey=x=="), "acct"),
        (StorageSettings(connection_string="BlobEndpoint=https://h/;SharedAccessSignature=s"), ""),
        (at("https://acct.blob.core.windows.net"), "acct"),
    ],
)
def test_the_name_of_the_account(settings: StorageSettings, name: str) -> None:
    assert connection.account_name(settings) == name
