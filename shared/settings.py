"""The settings: read once from the environment, cast, and refused loudly by name.

No other module reads the environment. Every setting is listed in `SETTINGS`, which the tests hold
against `local.settings.sample.json` and the documentation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared import limits

#: The name of the storage connection. Azure Functions bindings and our own clients read the same
#: settings: a connection string under this very name, or `<name>__blobServiceUri` and its sisters
#: for an identity.
CONNECTION = "SPANWRIGHT_STORAGE"

#: Every setting that the service reads, with what it means.
SETTINGS: dict[str, str] = {
    CONNECTION: "Connection string of the storage account.",
    f"{CONNECTION}__blobServiceUri": "Blob address, when storage is reached by managed identity.",
    f"{CONNECTION}__tableServiceUri": "Table address, when storage is reached by managed identity.",
    f"{CONNECTION}__queueServiceUri": "Queue address, when storage is reached by managed identity.",
    f"{CONNECTION}__credential": "`managedidentity` when storage is reached by managed identity.",
    f"{CONNECTION}__clientId": "Client id of a user-assigned identity.",
    "SPANWRIGHT_KEY": "The first key that callers may send.",
    "SPANWRIGHT_KEY_2": "The second key, so that keys can be rotated without a pause.",
    "SPANWRIGHT_ENDPOINT": "The public address, used in links; else the address of the request.",
    "SPANWRIGHT_DOCUMENTS_PER_JOB": "Most documents in one extraction job.",
    "SPANWRIGHT_CHARACTERS_PER_JOB": "Most characters in one extraction job, all texts together.",
    "SPANWRIGHT_MODEL_CACHE_MB": "Memory that loaded models may take in one process.",
    "SPANWRIGHT_TRAINING_JOBS": "Processes that try ways of learning side by side in a training.",
    "SPANWRIGHT_STUCK_AFTER_SECONDS": "Silence after which a running job is put back on its queue.",
}


class SettingError(ValueError):
    """A setting is missing or has a value that cannot be used; the message names it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StorageSettings:
    """How to reach storage: by connection string, or by identity at three addresses."""

    connection_string: str | None = field(default=None, repr=False)
    blob_uri: str | None = None
    table_uri: str | None = None
    queue_uri: str | None = None
    #: Of a user-assigned identity; None for the system's own.
    client_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All settings of one process."""

    storage: StorageSettings
    #: SHA-256 digests of the keys, so that no key is kept.
    key_digests: tuple[bytes, ...] = field(default=(), repr=False)
    #: Without a slash at its end; None: links use the address of the request.
    endpoint: str | None = None
    documents_per_job: int = limits.DOCUMENTS_PER_JOB
    characters_per_job: int = limits.CHARACTERS_PER_JOB
    model_cache_bytes: int = 256 * 2**20
    stuck_after_seconds: int = 120
    #: Processes that try ways of learning side by side in a training.
    training_jobs: int = 1


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings that `environment` holds.

    Raises `SettingError`, naming the setting, when one is missing or has an unusable value.
    """
    keys = [environment.get(name, "") for name in ("SPANWRIGHT_KEY", "SPANWRIGHT_KEY_2")]
    return Settings(
        storage=_storage(environment),
        key_digests=tuple(hashlib.sha256(key.encode()).digest() for key in keys if key),
        endpoint=environment.get("SPANWRIGHT_ENDPOINT", "").rstrip("/") or None,
        documents_per_job=_whole(
            environment, "SPANWRIGHT_DOCUMENTS_PER_JOB", limits.DOCUMENTS_PER_JOB
        ),
        characters_per_job=_whole(
            environment, "SPANWRIGHT_CHARACTERS_PER_JOB", limits.CHARACTERS_PER_JOB
        ),
        model_cache_bytes=_whole(environment, "SPANWRIGHT_MODEL_CACHE_MB", 256) * 2**20,
        stuck_after_seconds=_whole(environment, "SPANWRIGHT_STUCK_AFTER_SECONDS", 120),
        training_jobs=_whole(environment, "SPANWRIGHT_TRAINING_JOBS", 1),
    )


def _storage(environment: Mapping[str, str]) -> StorageSettings:
    if connection_string := environment.get(CONNECTION, ""):
        return StorageSettings(connection_string=connection_string)
    uris = {
        service: environment.get(f"{CONNECTION}__{service}ServiceUri", "").rstrip("/")
        for service in ("blob", "table", "queue")
    }
    missing = [f"{CONNECTION}__{service}ServiceUri" for service, uri in uris.items() if not uri]
    if len(missing) == len(uris):
        raise SettingError(
            f"No storage is set: give {CONNECTION} (a connection string), or "
            f"{CONNECTION}__blobServiceUri and its sisters for a managed identity."
        )
    if missing:
        raise SettingError(f"The setting {missing[0]} is missing.")
    return StorageSettings(
        blob_uri=uris["blob"],
        table_uri=uris["table"],
        queue_uri=uris["queue"],
        client_id=environment.get(f"{CONNECTION}__clientId") or None,
    )


def _whole(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"The setting {name} must be a whole number of at least 1.")
    return int(text)
