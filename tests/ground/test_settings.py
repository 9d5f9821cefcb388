from __future__ import annotations

import hashlib

import pytest

from shared import settings
from shared.settings import SettingError

STORAGE = {"SPANWRIGHT_STORAGE": "AccountName=a;AccountKey=b"}
IDENTITY = {
    "SPANWRIGHT_STORAGE__blobServiceUri": "https://a.blob.example/",
    "SPANWRIGHT_STORAGE__tableServiceUri": "https://a.table.example",
    "SPANWRIGHT_STORAGE__queueServiceUri": "https://a.queue.example",
}


def test_only_the_storage_is_required() -> None:
    read = settings.read(STORAGE)

    assert read.storage.connection_string == STORAGE["SPANWRIGHT_STORAGE"]
    assert read.key_digests == ()
    assert read.endpoint is None


def test_missing_storage_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="SPANWRIGHT_STORAGE"):
        settings.read({})


@pytest.mark.parametrize("name", IDENTITY)
def test_a_missing_address_is_refused_by_name(name: str) -> None:
    environment = {other: value for other, value in IDENTITY.items() if other != name}

    with pytest.raises(SettingError, match=name):
        settings.read(environment)


def test_storage_by_identity() -> None:
    read = settings.read({**IDENTITY, "SPANWRIGHT_STORAGE__clientId": "me"}).storage

    assert read.connection_string is None
    assert read.blob_uri == "https://a.blob.example"
    assert read.client_id == "me"


def test_keys_are_kept_as_digests_and_never_shown() -> None:
    read = settings.read({**STORAGE, "SPANWRIGHT_KEY": "one", "SPANWRIGHT_KEY_2": "twö"})

    assert read.key_digests == tuple(hashlib.sha256(k.encode()).digest() for k in ("one", "twö"))
    assert "digest" not in repr(read)
    assert "AccountKey" not in repr(read)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", " 7"])
@pytest.mark.parametrize(
    "name",
    [
        "SPANWRIGHT_DOCUMENTS_PER_JOB",
        "SPANWRIGHT_CHARACTERS_PER_JOB",
        "SPANWRIGHT_MODEL_CACHE_MB",
        "SPANWRIGHT_TRAINING_JOBS",
        "SPANWRIGHT_STUCK_AFTER_SECONDS",
    ],
)
def test_a_number_that_is_none_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        settings.read({**STORAGE, name: value})


def test_numbers_are_cast() -> None:
    read = settings.read(
        {**STORAGE, "SPANWRIGHT_DOCUMENTS_PER_JOB": "25", "SPANWRIGHT_MODEL_CACHE_MB": "2"}
    )

    assert read.documents_per_job == 25
    assert read.model_cache_bytes == 2 * 2**20
