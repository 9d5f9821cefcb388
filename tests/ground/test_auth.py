from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from shared import auth
from shared.auth import Role
from shared.errors import Forbidden, Unauthorized
from shared.settings import Settings, StorageSettings

SCHEMAS = "http://schemas.microsoft.com"


def digests(*keys: str) -> tuple[bytes, ...]:
    return tuple(hashlib.sha256(key.encode()).digest() for key in keys)


def settings(**changes: Any) -> Settings:
    return Settings(storage=StorageSettings(connection_string="memory"), **changes)


KEYS = settings(
    key_digests=digests("first", "zweiter Schlüssel"),
    author_key_digests=digests("of an author"),
    reader_key_digests=digests("of a reader", "of another reader"),
)
ENTRA = settings(key_digests=digests("first"), entra=True)


def principal(*claims: tuple[str, str], **changes: Any) -> str:
    value = {
        "auth_typ": "aad",
        "claims": [{"typ": kind, "val": value} for kind, value in claims],
        "role_typ": "roles",
        **changes,
    }
    return base64.b64encode(json.dumps(value).encode()).decode()


def signed_in(header: str, known: Settings = ENTRA) -> auth.Caller:
    return auth.identify({auth.PRINCIPAL_HEADER: header}, known)


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("first", Role.OWNER),
        ("zweiter Schlüssel", Role.OWNER),
        ("of an author", Role.AUTHOR),
        ("of a reader", Role.READER),
        ("of another reader", Role.READER),
    ],
)
def test_each_key_has_its_role(key: str, role: Role) -> None:
    assert auth.identify({auth.KEY_HEADER: key}, KEYS).role is role


@pytest.mark.parametrize("key", ["", "First", "first ", "firs", "x" * 10_000, "\udcff"])
def test_another_key_does_not_open(key: str) -> None:
    with pytest.raises(Unauthorized):
        auth.identify({auth.KEY_HEADER: key}, KEYS)


def test_no_key_does_not_open() -> None:
    with pytest.raises(Unauthorized):
        auth.identify({}, KEYS)


def test_without_keys_set_nobody_may_call() -> None:
    with pytest.raises(Unauthorized):
        auth.identify({auth.KEY_HEADER: ""}, settings())


def test_keys_are_compared_in_constant_time_and_all_of_them() -> None:
    source = Path(auth.__file__).read_text("utf-8")

    assert "compare_digest" in source
    # A generator inside `any` would stop at the first match.
    assert "any(hmac" not in source


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ([("roles", "reader")], Role.READER),
        ([("roles", "Author")], Role.AUTHOR),
        ([("roles", "OWNER")], Role.OWNER),
        ([("roles", "Cognitive Services Language Reader")], Role.READER),
        ([("roles", "cognitive services language writer")], Role.AUTHOR),
        ([("roles", "Cognitive Services Language Owner")], Role.OWNER),
        ([(f"{SCHEMAS}/ws/2008/06/identity/claims/role", "author")], Role.AUTHOR),
        ([("roles", "author"), ("roles", "reader"), ("roles", "Guest")], Role.AUTHOR),
    ],
)
def test_a_principal_has_the_greatest_of_its_app_roles(
    claims: list[tuple[str, str]], role: Role
) -> None:
    assert signed_in(principal(("oid", "me"), *claims)).role is role


@pytest.mark.parametrize("kind", ["oid", f"{SCHEMAS}/identity/claims/objectidentifier"])
def test_a_principal_is_known_by_its_object_id_alone(kind: str) -> None:
    first = signed_in(principal((kind, "me"), ("roles", "reader"), ("name", "A")))
    second = signed_in(principal((kind, "me"), ("roles", "owner"), ("name", "B")))
    other = signed_in(principal((kind, "you"), ("roles", "owner"), ("name", "B")))

    assert first.id == second.id != other.id


@pytest.mark.parametrize("claims", [[], [("roles", "Guest")], [("groups", "owner")]])
def test_a_principal_without_a_role_may_not_call(claims: list[tuple[str, str]]) -> None:
    with pytest.raises(Forbidden):
        signed_in(principal(("oid", "me"), *claims))


def test_a_principal_counts_only_where_the_settings_say_so() -> None:
    with pytest.raises(Unauthorized):
        signed_in(principal(("oid", "me"), ("roles", "owner")), KEYS)


def test_a_principal_of_another_provider_does_not_open() -> None:
    for changes in ({"auth_typ": "google"}, {"auth_typ": None}, {"auth_typ": ["aad"]}):
        with pytest.raises(Unauthorized):
            signed_in(principal(("oid", "me"), ("roles", "owner"), **changes))


@pytest.mark.parametrize("key", ["", "another"])
def test_a_wrong_key_is_not_made_good_by_a_principal(key: str) -> None:
    header = principal(("oid", "me"), ("roles", "owner"))

    with pytest.raises(Unauthorized):
        auth.identify({auth.KEY_HEADER: key, auth.PRINCIPAL_HEADER: header}, ENTRA)


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


MALFORMED = [
    "",
    "?",
    "é",
    "\udcff",
    "e30",
    encoded(""),
    encoded("x"),
    encoded(b"\xff\xfe"),
    encoded("null"),
    encoded("[]"),
    encoded("1" * 10_000),
    encoded("[" * 100_000),
    encoded('{"auth_typ": "aad"}'),
    encoded('{"auth_typ": "aad", "claims": null}'),
    encoded('{"auth_typ": "aad", "claims": {"oid": "me", "roles": "owner"}}'),
    encoded('{"auth_typ": "aad", "claims": [null, 1, "oid", ["oid", "me"], {}]}'),
    encoded('{"auth_typ": "aad", "claims": [{"typ": "oid", "val": 1}, {"typ": [], "val": "x"}]}'),
    principal(("roles", "owner")),
    principal(("oid", ""), ("roles", "owner")),
    principal(("oid", "me"), ("roles", "owner")) + "," + principal(("oid", "me")),
]


@pytest.mark.parametrize("header", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_principal_is_nobody(header: str) -> None:
    with pytest.raises(Unauthorized):
        signed_in(header)


def test_an_object_id_may_hold_what_no_text_can() -> None:
    header = encoded(
        '{"auth_typ": "aad", "claims": [{"typ": "oid", "val": "\\ud800"},'
        ' {"typ": "roles", "val": "reader"}]}'
    )

    assert signed_in(header).role is Role.READER


def test_a_caller_shows_nothing_to_be_known_by() -> None:
    assert repr(auth.identify({auth.KEY_HEADER: "first"}, KEYS)) == ("Caller(role=<Role.OWNER: 3>)")


@pytest.mark.parametrize("caller", Role)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_smaller_ones_may(caller: Role, role: Role) -> None:
    known = auth.Caller(id=b"", role=caller)

    if caller >= role:
        auth.demand(known, role)
    else:
        with pytest.raises(Forbidden) as refused:
            auth.demand(known, role)
        # Where official clients read these words, they take the account's quota to be spent.
        assert "Out of call volume quota" not in refused.value.message
