"""What an instance says of itself: who calls it, and whether it reaches its storage."""

from __future__ import annotations

import dataclasses

import pytest

from devhost.testing import TestHost
from functions import wiring
from shared.limits import Limits
from shared.storage.stores import Stores
from tests.functions.conftest import AUTHOR_KEY, KEY, READER_KEY, SETTINGS
from tests.functions.test_door import PROJECTS, VERSION
from tests.functions.test_roles import principal
from tests.storage.test_connection import down


@pytest.mark.parametrize(
    ("key", "role"), [(KEY, "owner"), (AUTHOR_KEY, "author"), (READER_KEY, "reader")]
)
def test_who_has_a_key_is_told_its_role(host: TestHost, key: str, role: str) -> None:
    headers = {"Ocp-Apim-Subscription-Key": key}

    response = host.request("GET", f"{PROJECTS}/global/me{VERSION}", headers=headers)

    assert response.json() == {"role": role, "signedInBy": "key"}


@pytest.mark.parametrize("role", ["reader", "author", "owner"])
def test_who_signed_in_is_told_the_role_of_the_app(
    host: TestHost, stores: Stores, role: str
) -> None:
    wiring.use(wiring.Service.of(dataclasses.replace(SETTINGS, entra=True), stores))
    headers = {"X-MS-CLIENT-PRINCIPAL": principal(role)}

    response = host.request("GET", f"{PROJECTS}/global/me{VERSION}", headers=headers)

    assert response.json() == {"role": role, "signedInBy": "entra"}


def test_the_limits_are_those_that_were_set(host: TestHost, stores: Stores) -> None:
    limits = Limits(tagged_documents_to_train=25, models_per_project=3)
    wiring.use(wiring.Service.of(SETTINGS, Stores.on(stores.storage, limits)))
    headers = {"Ocp-Apim-Subscription-Key": READER_KEY}

    told = host.request("GET", f"{PROJECTS}/global/limits{VERSION}", headers=headers).json()

    assert told["taggedDocumentsToTrain"] == 25 and told["modelsPerProject"] == 3
    assert told["projectDocumentLength"] == 128_000 and told["charactersPerJob"] == 125_000
    assert len(told) == len(dataclasses.fields(Limits))


@pytest.mark.parametrize("path", ["me", "storage", "limits"])
def test_the_version_is_asked_for(host: TestHost, path: str) -> None:
    headers = {"Ocp-Apim-Subscription-Key": KEY}

    assert host.request("GET", f"{PROJECTS}/global/{path}", headers=headers).status == 400


def test_a_service_whose_storage_is_down_says_so(
    host: TestHost, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = dataclasses.replace(SETTINGS, storage=down(key="c2VjcmV0"))
    wiring.use(wiring.Service.of(settings, stores))

    def fail() -> None:
        raise AssertionError("a storage that is down cannot be opened")

    monkeypatch.setattr("functions.http.service", fail)

    headers = {"Ocp-Apim-Subscription-Key": READER_KEY}
    response = host.request("GET", f"{PROJECTS}/global/storage{VERSION}", headers=headers)

    assert response.status == 200
    body = response.json()
    assert body["connected"] is False
    assert [one["target"] for one in body["errors"]] == ["blob", "table", "queue"]
    assert b"c2VjcmV0" not in response.body
