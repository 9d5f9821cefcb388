"""The clients of Azure Storage: how this service connects to its account."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import requests
from azure.core.credentials import TokenCredential
from azure.core.pipeline.transport import RequestsTransport
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from requests.adapters import HTTPAdapter

from shared.settings import CONNECTION, SettingError, StorageSettings
from shared.storage import rules
from shared.storage.blobs import AzureBlobs
from shared.storage.calls import Calls, Patience
from shared.storage.tables import AzureTable

#: Connections that are kept for each service: for the threads of requests, and those that a
#: request itself starts.
_CONNECTIONS = 32

#: Up to this size a blob is read with one request, and larger ones in parts of it.
_READ_BYTES = 8 * 2**20

#: Up to this size a blob is written with one request, and so appears at once or not at all. Larger
#: ones go in blocks, whose names two writers of one blob would share.
_WRITE_BYTES = 256 * 2**20


def open_storage(
    settings: StorageSettings,
    *,
    credential: TokenCredential | None = None,
    patience: Patience | None = None,
) -> AzureStorage:
    """Return the storage account of the settings; nothing is sent yet, and threads may share it.

    A `credential` takes the place of the managed identity where the settings name addresses.
    Raises `SettingError` where no client can be made of the settings.
    """
    # At the level INFO, which the Functions host sets, the SDKs log every address with its names.
    for name in ("azure.core.pipeline.policies.http_logging_policy", "azure.identity"):
        logging.getLogger(name).setLevel(logging.WARNING)
    calls = Calls(patience or Patience())
    if settings.connection_string is None and credential is None:
        credential = identity(settings, calls.patience)
    return AzureStorage(
        table_service(settings, credential, calls.patience),
        AzureBlobs(blob_service(settings, credential, calls.patience), calls),
        calls,
    )


class AzureStorage:
    """A storage account: its tables by name, and its blobs."""

    def __init__(self, tables: TableServiceClient, blobs: AzureBlobs, calls: Calls) -> None:
        self._service = tables
        self._blobs = blobs
        self._calls = calls
        self._lock = Lock()
        self._tables: dict[str, AzureTable] = {}

    @property
    def blobs(self) -> AzureBlobs:
        """The blobs of all containers."""
        return self._blobs

    def close(self) -> None:
        """Close all connections; the storage cannot be used any more."""
        self._service.close()
        self._blobs.close()

    def table(self, name: str) -> AzureTable:
        """Return a table; it is made when it is first used and missing."""
        rules.check_table(name)
        with self._lock:
            if name not in self._tables:
                client = self._service.get_table_client(name)
                self._tables[name] = AzureTable(client, self._calls)
            return self._tables[name]


def table_service(
    settings: StorageSettings, credential: TokenCredential | None, patience: Patience
) -> TableServiceClient:
    """Return a client of the account's tables."""
    transport = _transport(patience)
    options: dict[str, Any] = {"transport": transport, "retry_total": 0}
    if settings.connection_string is None:
        service = TableServiceClient(settings.table_uri or "", credential=credential, **options)
    else:
        with _naming_the_setting():
            service = TableServiceClient.from_connection_string(
                settings.connection_string, **options
            )
    _apply_environment(transport, service.url)
    return service


def blob_service(
    settings: StorageSettings, credential: TokenCredential | None, patience: Patience
) -> BlobServiceClient:
    """Return a client of the account's blobs."""
    transport = _transport(patience)
    options: dict[str, Any] = {
        "transport": transport,
        "retry_total": 0,
        "max_single_get_size": _READ_BYTES,
        "max_chunk_get_size": _READ_BYTES,
        "max_single_put_size": _WRITE_BYTES,
    }
    if settings.connection_string is None:
        service = BlobServiceClient(settings.blob_uri or "", credential=credential, **options)
    else:
        with _naming_the_setting():
            service = BlobServiceClient.from_connection_string(
                settings.connection_string, **options
            )
    _apply_environment(transport, service.url)
    return service


@contextmanager
def _naming_the_setting() -> Iterator[None]:
    try:
        yield
    except ValueError:
        # Without its cause, which might show the key.
        raise SettingError(
            f"The setting {CONNECTION} is not the connection string of a storage account."
        ) from None


def _transport(patience: Patience) -> RequestsTransport:
    session = requests.Session()
    adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return RequestsTransport(
        session=session,
        connection_timeout=patience.connect_seconds,
        read_timeout=patience.read_seconds,
    )


def _apply_environment(transport: RequestsTransport, address: str) -> None:
    """Take proxies and certificates from the environment once: `requests` would at each request.

    That costs about a tenth of a call to Azurite.
    """
    session = transport.session
    found = session.merge_environment_settings(address, {}, None, None, None)
    session.trust_env = False
    session.proxies = dict(found["proxies"])
    if found["verify"] is not None:
        transport.connection_config.verify = found["verify"]


def identity(settings: StorageSettings, patience: Patience) -> TokenCredential:
    """Return the identity of this service: the managed one of the settings, or else any that
    can be found, such as a developer's own.

    It is asked within the limits of a call to storage: by itself it would wait for 5 minutes.
    """
    # Here and not above: a connection string does not need it, and it takes 0.1 s to import.
    from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

    options: dict[str, Any] = {
        "connection_timeout": patience.connect_seconds,
        "read_timeout": patience.read_seconds,
        # The second try comes at once, the third after 0.8 s; none after a silence.
        "retry_total": min(2, patience.tries - 1),
        "retry_read": 0,
        "retry_backoff_factor": 0.4,
    }
    if settings.managed or settings.client_id is not None:
        return ManagedIdentityCredential(client_id=settings.client_id, **options)
    return DefaultAzureCredential(**options)
