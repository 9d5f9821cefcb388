"""The one place where the parts are put together: settings, stores, loaded models."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared import settings, telemetry
from shared.peer import NOWHERE, Peers
from shared.rates import Counts
from shared.services.extractors import Extractors
from shared.settings import SettingError, Settings
from shared.storage.clients import open_storage
from shared.storage.connection import Watch
from shared.storage.stores import Stores


@dataclass(frozen=True, slots=True)
class Service:
    """What every trigger needs."""

    settings: Settings
    stores: Stores
    extractors: Extractors
    #: The instances that projects may be copied to.
    peers: Peers = NOWHERE

    @staticmethod
    def of(settings: Settings, stores: Stores) -> Service:
        """Return the service on these stores."""
        return Service(
            settings, stores, Extractors(settings.model_cache_bytes), Peers(settings.copy_targets)
        )


_lock = threading.Lock()
_service: Service | None = None
_counts = Counts()
_watch = Watch()


@contextmanager
def _telling() -> Iterator[None]:
    """Log which setting it is that cannot be used: callers are not told."""
    try:
        yield
    except SettingError as error:
        # It names the setting, and says what it must be, but not what it is.
        telemetry.warning("setting-refused", reason=str(error))
        raise


@functools.cache
def _environment() -> Settings:
    with _telling():
        return settings.read(os.environ)


def uploads_container() -> str | None:
    """Return the container of uploads, which decides whether there is a function for them."""
    return settings.uploads_container(os.environ)


def own_settings() -> Settings:
    """Return this process's settings, without a look at its storage: callers are judged by them."""
    return _environment() if _service is None else _service.settings


def service() -> Service:
    """Return this process's service, made of the environment at the first call."""
    global _service
    with _lock:
        if _service is None:
            read = _environment()
            with _telling():
                storage = open_storage(read.storage)
            _service = Service.of(read, Stores.on(storage, read.limits))
        return _service


def counts() -> Counts:
    """Return this process's counts of requests."""
    return _counts


def watch() -> Watch:
    """Return this process's watch over its storage."""
    return _watch


def use(service: Service | None) -> None:
    """Make this the process's service; None: make it anew at the next call. For tests."""
    global _service, _counts, _watch
    with _lock:
        _service = service
        _counts = Counts()
        _watch = Watch()
