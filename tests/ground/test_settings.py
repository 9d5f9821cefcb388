from __future__ import annotations

import dataclasses
import hashlib

import pytest

from shared import settings
from shared.limits import DEFAULTS, Limits
from shared.rates import HOSTED, Rate
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


@pytest.mark.parametrize(("text", "managed"), [("", False), ("managedidentity", True)])
def test_an_identity_can_be_told_to_be_a_managed_one(text: str, managed: bool) -> None:
    read = settings.read({**IDENTITY, "SPANWRIGHT_STORAGE__credential": text})

    assert read.storage.managed is managed


def test_a_credential_of_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="SPANWRIGHT_STORAGE__credential"):
        settings.read({**IDENTITY, "SPANWRIGHT_STORAGE__credential": "workload"})


def test_keys_are_kept_as_digests_and_never_shown() -> None:
    read = settings.read({**STORAGE, "SPANWRIGHT_KEY": "one", "SPANWRIGHT_KEY_2": "twö"})

    assert read.key_digests == tuple(hashlib.sha256(k.encode()).digest() for k in ("one", "twö"))
    assert "digest" not in repr(read)
    assert "AccountKey" not in repr(read)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", " 7", "²", "9" * 5_000])
@pytest.mark.parametrize(
    "name",
    [
        *(f"SPANWRIGHT_LIMIT_{one.name.upper()}" for one in dataclasses.fields(Limits)),
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
        {**STORAGE, "SPANWRIGHT_LIMIT_DOCUMENTS_PER_JOB": "30", "SPANWRIGHT_MODEL_CACHE_MB": "2"}
    )

    assert read.limits == Limits(documents_per_job=30)
    assert read.model_cache_bytes == 2 * 2**20


@pytest.mark.parametrize("limit", dataclasses.fields(Limits), ids=lambda limit: limit.name)
def test_a_limit_is_taken_between_its_bounds_and_refused_beyond(
    limit: dataclasses.Field[int],
) -> None:
    name = f"SPANWRIGHT_LIMIT_{limit.name.upper()}"
    least, most = limit.metadata["least"], limit.metadata["most"]

    for value in (least, most):
        read = settings.read({**STORAGE, name: str(value)}).limits
        assert read == dataclasses.replace(DEFAULTS, **{limit.name: value})
    for value in (least - 1, most + 1):
        with pytest.raises(SettingError, match=name):
            settings.read({**STORAGE, name: str(value)})


def test_a_limit_that_is_misspelt_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="SPANWRIGHT_LIMIT_PROJEKTS"):
        settings.read({**STORAGE, "SPANWRIGHT_LIMIT_PROJEKTS": "5"})


def test_keys_of_lesser_roles_are_lists() -> None:
    read = settings.read(
        {
            **STORAGE,
            "SPANWRIGHT_AUTHOR_KEYS": "one, two,,",
            "SPANWRIGHT_READER_KEYS": "three",
        }
    )

    digest = [hashlib.sha256(key.encode()).digest() for key in ("one", "two", "three")]
    assert read.author_key_digests == (digest[0], digest[1])
    assert read.reader_key_digests == (digest[2],)
    assert read.key_digests == ()


@pytest.mark.parametrize(
    "keys",
    [
        {"SPANWRIGHT_KEY": "one", "SPANWRIGHT_READER_KEYS": "two,one"},
        {"SPANWRIGHT_KEY_2": "one", "SPANWRIGHT_AUTHOR_KEYS": "one"},
        {"SPANWRIGHT_AUTHOR_KEYS": "one", "SPANWRIGHT_READER_KEYS": "one"},
    ],
)
def test_a_key_with_two_roles_is_refused(keys: dict[str, str]) -> None:
    with pytest.raises(SettingError, match="SPANWRIGHT_READER_KEYS") as refused:
        settings.read({**STORAGE, **keys})

    assert "one" not in str(refused.value)


@pytest.mark.parametrize("name", ["SPANWRIGHT_ENTRA", "SPANWRIGHT_RATE_LIMITS"])
def test_a_switch_is_on_or_off_and_off_by_default(name: str) -> None:
    plain = settings.read(STORAGE)

    assert settings.read({**STORAGE, name: "false"}) == plain
    assert settings.read({**STORAGE, name: "True"}) != plain
    for value in ("yes", "1", " true"):
        with pytest.raises(SettingError, match=name):
            settings.read({**STORAGE, name: value})


def test_rate_limits_are_off_are_the_hosted_ones_or_ones_own() -> None:
    own = {"SPANWRIGHT_RATE_EXTRACTION": "7"}

    assert settings.read(STORAGE).rates == {}
    assert settings.read({**STORAGE, **own}).rates == {Rate.EXTRACTION: 7}
    everything = {**STORAGE, "SPANWRIGHT_RATE_LIMITS": "true"}
    assert settings.read(everything).rates == HOSTED
    assert settings.read({**everything, **own}).rates == {**HOSTED, Rate.EXTRACTION: 7}
    with pytest.raises(SettingError, match="SPANWRIGHT_RATE_EXTRACTION"):
        settings.read({**STORAGE, "SPANWRIGHT_RATE_EXTRACTION": "0"})


def test_targets_of_copies_are_origins() -> None:
    name = "SPANWRIGHT_COPY_TARGETS"

    assert settings.read(STORAGE).copy_targets == ()
    read = settings.read({**STORAGE, name: "https://A.example/, http://b.example:8080"})
    assert read.copy_targets == ("https://a.example", "http://b.example:8080")
    for value in ("a.example", "https://a.example/x", "*", "https://*.example", "https://a b"):
        with pytest.raises(SettingError, match=name):
            settings.read({**STORAGE, name: value})
