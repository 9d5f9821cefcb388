"""The settings: read once from the environment, cast, and refused loudly by name.

No other module reads the environment. Every setting is listed in `SETTINGS`, which the tests hold
against `local.settings.sample.json` and the documentation.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from shared.limits import DEFAULTS, Limits
from shared.origins import origin_of
from shared.rates import HOSTED, Rate

#: The name of the storage connection. Azure Functions bindings and our own clients read the same
#: settings: a connection string under this very name, or `<name>__blobServiceUri` and its sisters
#: for an identity.
CONNECTION = "SPANWRIGHT_STORAGE"

#: The name of the setting that names the container of uploads. A binding reads it too.
UPLOADS = "SPANWRIGHT_UPLOADS_CONTAINER"

#: Names of blob containers, as Azure Storage takes them.
_CONTAINER = re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(-[a-z0-9]+)*\Z")

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
    "SPANWRIGHT_AUTHOR_KEYS": "Keys of the role author, parted by commas.",
    "SPANWRIGHT_READER_KEYS": "Keys of the role reader, parted by commas.",
    "SPANWRIGHT_ENTRA": "`true` where App Service Authentication stands in front of the service.",
    "SPANWRIGHT_ENDPOINT": "The public address, used in links; else the address of the request.",
    "SPANWRIGHT_COPY_TARGETS": "Origins that projects may be copied to, parted by commas.",
    UPLOADS: "The container whose uploads are taken in; without it, none are.",
    "SPANWRIGHT_RATE_LIMITS": "`true`: the hosted service's rate limits, for each caller.",
    "SPANWRIGHT_MODEL_CACHE_MB": "Memory that loaded models may take in one process.",
    "SPANWRIGHT_TRAINING_JOBS": "Processes that try ways of learning side by side in a training.",
    "SPANWRIGHT_STUCK_AFTER_SECONDS": "Silence after which a running job is put back on its queue.",
}

#: Ten digits hold every number that a setting may be.
_WHOLE = re.compile(r"\d{1,10}\Z", re.ASCII)

#: What the names of the settings begin with that set a field of `Limits`.
LIMIT = "SPANWRIGHT_LIMIT_"

SETTINGS |= {
    f"{LIMIT}{one.name.upper()}": f"A limit: {one.metadata['about']}." for one in fields(Limits)
}

#: What the names of the settings begin with that set a rate limit of their own.
RATE = "SPANWRIGHT_RATE_"

SETTINGS |= {
    f"{RATE}{rate.upper()}": f"A rate limit: requests a minute of {rate.replace('_', ' ')}."
    for rate in Rate
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
    #: Whether it must be a managed identity; else it may be a developer's own, too.
    managed: bool = False
    #: Of a user-assigned identity; None for the system's own.
    client_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All settings of one process."""

    storage: StorageSettings
    #: SHA-256 digests of the keys, so that no key is kept: of the owner, of authors, of readers.
    key_digests: tuple[bytes, ...] = field(default=(), repr=False)
    author_key_digests: tuple[bytes, ...] = field(default=(), repr=False)
    reader_key_digests: tuple[bytes, ...] = field(default=(), repr=False)
    #: Whether callers may sign in through Entra ID: whether the header is trusted that App Service
    #: Authentication writes.
    entra: bool = False
    #: Without a slash at its end; None: links use the address of the request.
    endpoint: str | None = None
    limits: Limits = DEFAULTS
    #: Origins of the instances that projects may be copied to, in the spelling of `origin_of`.
    copy_targets: tuple[str, ...] = ()
    #: Requests a minute, for each caller; a kind that is not named has no limit.
    rates: Mapping[Rate, int] = field(default_factory=dict)
    model_cache_bytes: int = 256 * 2**20
    stuck_after_seconds: int = 120
    #: Processes that try ways of learning side by side in a training.
    training_jobs: int = 1


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings that `environment` holds.

    Raises `SettingError`, naming the setting, when one is missing or has an unusable value.
    """
    owners, authors, readers = _digests(
        [environment.get(name, "") for name in ("SPANWRIGHT_KEY", "SPANWRIGHT_KEY_2")],
        _parts(environment, "SPANWRIGHT_AUTHOR_KEYS"),
        _parts(environment, "SPANWRIGHT_READER_KEYS"),
    )
    return Settings(
        storage=_storage(environment),
        key_digests=owners,
        author_key_digests=authors,
        reader_key_digests=readers,
        entra=_flag(environment, "SPANWRIGHT_ENTRA"),
        endpoint=environment.get("SPANWRIGHT_ENDPOINT", "").rstrip("/") or None,
        limits=_limits(environment),
        copy_targets=_origins(environment, "SPANWRIGHT_COPY_TARGETS"),
        rates=_rates(environment),
        model_cache_bytes=_whole(environment, "SPANWRIGHT_MODEL_CACHE_MB", 256) * 2**20,
        stuck_after_seconds=_whole(environment, "SPANWRIGHT_STUCK_AFTER_SECONDS", 120),
        training_jobs=_whole(environment, "SPANWRIGHT_TRAINING_JOBS", 1),
    )


def uploads_container(environment: Mapping[str, str]) -> str | None:
    """Return the container whose uploads are taken in, or None; raise `SettingError` for no name.

    It decides which functions there are, before anything else is read.
    """
    name = environment.get(UPLOADS, "")
    if name and not _CONTAINER.match(name):
        raise SettingError(f"The setting {UPLOADS} must be the name of a blob container.")
    return name or None


def _digests(*of_roles: Sequence[str]) -> list[tuple[bytes, ...]]:
    """Return the digests of each role's keys; refuse a key that has two roles."""
    digests = [
        tuple(hashlib.sha256(key.encode()).digest() for key in keys if key) for keys in of_roles
    ]
    if sum(len(set(role)) for role in digests) > len({key for role in digests for key in role}):
        raise SettingError(
            "A key of SPANWRIGHT_AUTHOR_KEYS or SPANWRIGHT_READER_KEYS has another role too."
        )
    return digests


def _parts(environment: Mapping[str, str], name: str) -> list[str]:
    """Return the parts of a list that is parted by commas; those that are empty are left out."""
    return [part.strip() for part in environment.get(name, "").split(",") if part.strip()]


def _origins(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    origins = [origin_of(part) for part in _parts(environment, name)]
    if None in origins:
        raise SettingError(
            f"The setting {name} must be origins such as https://host:8080, parted by commas."
        )
    return tuple(origin for origin in origins if origin)


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").lower()
    if text not in ("", "true", "false"):
        raise SettingError(f"The setting {name} must be true or false.")
    return text == "true"


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
        managed=_managed(environment),
        client_id=environment.get(f"{CONNECTION}__clientId") or None,
    )


def _managed(environment: Mapping[str, str]) -> bool:
    name = f"{CONNECTION}__credential"
    text = environment.get(name, "").lower()
    if text not in ("", "managedidentity"):
        raise SettingError(f"The setting {name} must be managedidentity, or left out.")
    return text == "managedidentity"


def _limits(environment: Mapping[str, str]) -> Limits:
    """Return the limits; a misspelt one is refused too, or it would never be missed."""
    for name in environment:
        if name.startswith(LIMIT) and name not in SETTINGS:
            raise SettingError(f"There is no setting {name}.")
    return Limits(
        **{
            one.name: _whole(
                environment,
                f"{LIMIT}{one.name.upper()}",
                getattr(DEFAULTS, one.name),
                least=one.metadata["least"],
                most=one.metadata["most"],
            )
            for one in fields(Limits)
        }
    )


def _rates(environment: Mapping[str, str]) -> dict[Rate, int]:
    """Return the rate limits that are on: each by its own setting, or all as the hosted ones."""
    everywhere = _flag(environment, f"{RATE}LIMITS")
    names = {rate: f"{RATE}{rate.upper()}" for rate in Rate}
    return {
        rate: _whole(environment, name, HOSTED[rate])
        for rate, name in names.items()
        if everywhere or environment.get(name)
    }


def _whole(
    environment: Mapping[str, str],
    name: str,
    default: int,
    *,
    least: int = 1,
    most: int = 1_000_000_000,
) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not _WHOLE.match(text) or not least <= int(text) <= most:
        raise SettingError(f"The setting {name} must be a whole number from {least:,} to {most:,}.")
    return int(text)
