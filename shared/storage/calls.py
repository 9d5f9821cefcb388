"""One call to Azure Storage: how long it may take, when it is repeated, and what its errors mean.

The SDKs' own retries are turned off. They differ between tables and blobs, never repeat a POST
whose connection was refused, and one call to a dead storage could take over a minute.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)

from shared.errors import ServiceUnavailable, StorageDenied
from shared.storage.ports import Refused

Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)

#: Statuses of a storage that is busy or ill, and may be well at the next try.
_PASSING = frozenset({408, 429, 500, 502, 503, 504})

#: Codes of a state that ends by itself, sent with the status 409.
_PASSING_CODES = frozenset({"ContainerBeingDeleted", "TableBeingDeleted", "AccountBeingCreated"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long a call may take and how often it is tried."""

    #: Until a connection stands. urllib3 also sends a request's body within this time.
    connect_seconds: float = 3.0
    #: Between two signs of life while an answer is awaited.
    read_seconds: float = 7.0
    #: Before the second try; doubled before each further one.
    first_pause: float = 0.8
    tries: int = 4
    #: No try begins that might not end within this time of the first one's beginning.
    total_seconds: float = 20.0
    sleep: Callable[[float], None] = time.sleep


class Calls:
    """Makes calls to storage; the one place where the SDKs' exceptions are understood."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience

    def __call__(self, work: Callable[[], Result]) -> Result:
        """Return the result of `work`, which is repeated while storage is busy or not there.

        Raises `Refused` with the status and code of any other answer, `ServiceUnavailable`
        when patience ends, and `StorageDenied` when storage does not accept our credentials.
        """
        patience = self.patience
        begin = time.monotonic()
        for tried in range(1, patience.tries + 1):
            try:
                return work()
            except (AzureError, AttributeError) as error:
                last = _azure_error(error)
            if not _is_passing(last):
                _refuse(last)
            pause = _pause(patience, tried, last)
            latest = time.monotonic() - begin + pause + patience.read_seconds
            if tried < patience.tries and latest <= patience.total_seconds:
                patience.sleep(pause)
            else:
                break
        _LOG.warning("Storage does not answer (%s) after %d tries.", _name(last), tried)
        raise ServiceUnavailable from None


def _azure_error(error: Exception) -> AzureError:
    """Return the SDK's error; raise any other again.

    Inserting a row without a token, the SDK of tables stumbles over its own error, which has no
    response that it could read (`_decode_error` in azure-data-tables 12.7).
    """
    if isinstance(error, AzureError):
        return error
    if isinstance(error.__context__, AzureError):
        return error.__context__
    raise error


def _code(error: AzureError) -> str:
    """Return storage's code for an error, such as `BlobNotFound`; "" where there is none."""
    code = getattr(error, "error_code", None) or _header(error, "x-ms-error-code")
    # The SDKs give some codes as members of an enumeration.
    return str(getattr(code, "value", code))


def _header(error: AzureError, name: str) -> str:
    response = getattr(error, "response", None)
    return "" if response is None else str(response.headers.get(name, ""))


def _is_passing(error: AzureError) -> bool:
    if isinstance(error, ClientAuthenticationError):
        return False
    if isinstance(error, HttpResponseError) and error.status_code is not None:
        return error.status_code in _PASSING or _code(error) in _PASSING_CODES
    return True


def _pause(patience: Patience, tried: int, error: AzureError) -> float:
    """Return the seconds to wait after the try of this number failed."""
    broken = isinstance(error, ServiceResponseError)
    if tried == 1 and broken and not isinstance(error, ServiceResponseTimeoutError):
        return 0.0  # Storage closes connections that were idle; a new one does at once.
    asked = _header(error, "Retry-After")
    # A fifth up or down, so that callers who failed together do not come back together.
    jitter = 0.8 + 0.4 * secrets.randbelow(1000) / 1000
    pause: float = patience.first_pause * 2 ** (tried - 1) * jitter
    return max(pause, float(asked)) if asked.isdecimal() else pause


def _refuse(error: AzureError) -> NoReturn:
    # Without its cause: the SDK's message holds the answer's body.
    status = error.status_code if isinstance(error, HttpResponseError) else None
    if isinstance(error, ClientAuthenticationError) or status in (401, 403):
        _LOG.error(
            "Storage denies access (%s). Check the connection string SPANWRIGHT_STORAGE, or for an "
            "identity its client id, its roles Storage Blob Data Contributor and Storage Table "
            "Data Contributor, and the account's network rules.",
            _name(error),
        )
        raise StorageDenied.because(_code(error) or str(status or "")) from None
    raise Refused(status or 0, _code(error), getattr(error, "index", 0)) from None


def _name(error: AzureError) -> str:
    """Return what may be logged of an error: its class, status and code."""
    status = getattr(error, "status_code", None)
    return " ".join(str(part) for part in (type(error).__name__, status, _code(error)) if part)
