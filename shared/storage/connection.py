"""Whether this service reaches its storage account: its blobs, its tables and its queues.

Looked at anew each time, with little patience and without anything that a running service holds,
so that it can be asked of a service that cannot start to work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Lock
from urllib.parse import urlsplit

import requests
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError

from shared import clock, telemetry
from shared.errors import ErrorDetail, Forbidden, ServiceUnavailable, StorageDenied
from shared.settings import CONNECTION, SettingError, StorageSettings
from shared.storage.calls import Patience
from shared.storage.clients import AzureStorage, identity, open_storage
from shared.storage.ports import StorageError
from shared.storage.projects import CONTAINER
from shared.storage.side_by_side import side_by_side

#: One try, and no long wait: a person looks at a page meanwhile.
_PATIENCE = Patience(connect_seconds=2.0, read_seconds=4.0, tries=1)

#: The scope of tokens for storage, and the version in which its queues take them.
_SCOPE = "https://storage.azure.com/.default"
_VERSION = "2021-12-02"

#: What the account keeps, as addresses name it, and the role that an identity needs for it.
_ROLES = {
    "blob": "Storage Blob Data Contributor",
    "table": "Storage Table Data Contributor",
    "queue": "Storage Queue Data Contributor",
}

#: The three of them.
KINDS = tuple(_ROLES)

#: Storage's codes for a token that it cannot trust, whatever roles its holder has:
#: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
_TOKEN_REFUSED = frozenset({"AuthenticationFailed", "InvalidAuthenticationInfo"})

#: The account of local storage, which a short connection string means.
_LOCAL = "UseDevelopmentStorage=true"
_LOCAL_ACCOUNT = "devstoreaccount1"
_LOCAL_QUEUES = f"http://127.0.0.1:10001/{_LOCAL_ACCOUNT}"


def account_name(settings: StorageSettings) -> str:
    """Return the name of the storage account, or "" where the settings do not tell it."""
    if settings.connection_string is None:
        return (urlsplit(settings.blob_uri or "").hostname or "").partition(".")[0]
    if _is_local(settings):
        return _LOCAL_ACCOUNT
    return _parts(settings).get("accountname", "")


def faults(
    settings: StorageSettings, *, credential: TokenCredential | None = None
) -> list[ErrorDetail]:
    """Return what keeps this service from its storage, a sentence each; nothing where all is well.

    A `credential` takes the place of the managed identity. No key is ever told.
    """
    by_identity = settings.connection_string is None
    try:
        if by_identity and credential is None:
            credential = identity(settings, _PATIENCE)
        storage = open_storage(settings, credential=credential, patience=_PATIENCE)
    except SettingError as error:
        return [ErrorDetail(ServiceUnavailable.code, str(error), CONNECTION)]
    probes: Mapping[str, Callable[[], object]] = {
        # Both are what a service does when it starts: it must be able to write.
        "blob": lambda: storage.blobs.create_container(CONTAINER),
        "table": lambda: _read_table(storage),
        "queue": lambda: _ask_queues(settings, credential),
    }

    def probe(kind: str) -> ErrorDetail | None:
        try:
            probes[kind]()
        except StorageDenied as error:
            message = _denied(kind, error.reason) if by_identity else _key_denied(kind)
            return ErrorDetail(Forbidden.code, message, kind)
        except Exception as error:
            if not isinstance(error, ServiceUnavailable | StorageError):
                telemetry.fault("storage-not-reached", error, kind=kind)
            message = f"The {kind}s of the storage account do not answer{_at(settings, kind)}."
            return ErrorDetail(ServiceUnavailable.code, message, kind)
        return None

    try:
        return [fault for fault in side_by_side(probe, probes) if fault is not None]
    finally:
        storage.close()


class Watch:
    """Looks at the connection no more than once in `SECONDS`, however often it is asked.

    One look is under way at a time; who asks meanwhile is told what the last one saw. So nobody
    who asks can load storage, or keep the threads of this process waiting.
    """

    SECONDS = 5

    def __init__(self, look: Callable[[StorageSettings], list[ErrorDetail]] = faults) -> None:
        self._look = look
        self._lock = Lock()
        self._seen: list[ErrorDetail] | None = None
        self._again = clock.now()

    def faults(self, settings: StorageSettings) -> list[ErrorDetail]:
        """Return what was seen at the last look, which is made now if it is too long ago."""
        # Only the very first has nothing to tell meanwhile.
        if self._lock.acquire(blocking=self._seen is None):
            try:
                if self._seen is None or clock.now() >= self._again:
                    self._seen = self._look(settings)
                    self._again = clock.now() + timedelta(seconds=self.SECONDS)
            finally:
                self._lock.release()
        return self._seen or []


def _read_table(storage: AzureStorage) -> None:
    storage.table("projects").get("project", "none")


def _ask_queues(settings: StorageSettings, credential: TokenCredential | None) -> None:
    """Ask for a list of queues. Of a connection string, whose key is tried elsewhere, any answer
    will do: the queues are worked by the host, so there is no client for them here.
    """
    headers = {"x-ms-version": _VERSION}
    try:
        if credential is not None:
            headers["Authorization"] = f"Bearer {credential.get_token(_SCOPE).token}"
        response = requests.get(
            f"{_queues(settings)}/?comp=list&maxresults=1",
            headers=headers,
            timeout=(_PATIENCE.connect_seconds, _PATIENCE.read_seconds),
            allow_redirects=False,
        )
    except ClientAuthenticationError as error:
        raise StorageDenied from error  # There is no identity that could have a role.
    except (AzureError, requests.RequestException) as error:
        raise ServiceUnavailable from error
    if credential is not None and response.status_code in (401, 403):
        code = response.headers.get("x-ms-error-code")
        raise StorageDenied.because(code or str(response.status_code))


def _denied(kind: str, reason: str) -> str:
    """Return why an identity is not let in, by storage's code for it."""
    if not reason:
        return (
            f"There is no token for the {kind}s of the storage account: the service needs a "
            f"managed identity with the role {_ROLES[kind]}, and one that is assigned by a user "
            f"must be named in {CONNECTION}__clientId."
        )
    if reason in _TOKEN_REFUSED:
        return (
            f"The storage account does not accept the token of the service's identity for its "
            f"{kind}s: it is for another audience or tenant, or has expired."
        )
    return (
        f"The storage account denies access to its {kind}s: the service's identity needs the "
        f"role {_ROLES[kind]} on it, and its network rules must let the service in."
    )


def _key_denied(kind: str) -> str:
    return (
        f"The storage account denies access to its {kind}s: it does not accept the key in "
        f"{CONNECTION}, or its network rules keep the service out. An identity with the role "
        f"{_ROLES[kind]} can take the place of the key."
    )


def _at(settings: StorageSettings, kind: str) -> str:
    """Return the address of a service, as a sentence ends with it, if the settings name it."""
    if kind == "queue":
        uri = _queues(settings)
    elif settings.connection_string is None:
        uri = {"blob": settings.blob_uri, "table": settings.table_uri}[kind] or ""
    else:
        uri = _parts(settings).get(f"{kind}endpoint", "")
    address = urlsplit(uri)
    return f" at {address.scheme}://{address.hostname}" if address.hostname else ""


def _queues(settings: StorageSettings) -> str:
    """Return the address of the queues, without a slash or a query at its end."""
    if settings.connection_string is None:
        return settings.queue_uri or ""
    if _is_local(settings):
        return _LOCAL_QUEUES
    parts = _parts(settings)
    if endpoint := parts.get("queueendpoint"):
        return endpoint.partition("?")[0].rstrip("/")
    scheme = parts.get("defaultendpointsprotocol", "https")
    suffix = parts.get("endpointsuffix", "core.windows.net")
    return f"{scheme}://{parts.get('accountname', '')}.queue.{suffix}"


def _is_local(settings: StorageSettings) -> bool:
    return _LOCAL.lower() in (settings.connection_string or "").lower()


def _parts(settings: StorageSettings) -> dict[str, str]:
    """Return the parts of a connection string, by name in lower case."""
    pairs = (part.partition("=") for part in (settings.connection_string or "").split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}
