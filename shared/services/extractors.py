"""Loaded models, kept between requests within a bound of memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from shared.domain.models import Artifact
from shared.errors import ServiceError
from shared.storage.models import Models

if TYPE_CHECKING:
    from shared.ner.extractor import Extractor


class DamagedModel(ServiceError):
    """The files of the model are not those that its training wrote; train it anew."""

    code = "InternalServerError"
    status = 500


class Extractors:
    """The models that this process has loaded, the least lately used given up first."""

    def __init__(self, bound_bytes: int) -> None:
        self._bound = bound_bytes
        self._lock = threading.Lock()
        #: By the digest of its manifest, so that a model is never mistaken for another.
        self._loaded: OrderedDict[str, Extractor] = OrderedDict()
        #: One lock a model, so that a burst of requests loads it once.
        self._loading: dict[str, threading.Lock] = {}

    def get(self, models: Models, artifact: Artifact) -> Extractor:
        """Return the model of an artefact, loading it where it is not at hand.

        Raises `DamagedModel` where its files are not what the manifest pins, and `ModelNotFound`
        where they are gone.
        """
        with self._lock:
            extractor = self._loaded.get(artifact.digest)
            if extractor is not None:
                self._loaded.move_to_end(artifact.digest)
                return extractor
            loading = self._loading.setdefault(artifact.digest, threading.Lock())
        with loading:
            with self._lock:
                extractor = self._loaded.get(artifact.digest)
            if extractor is None:
                extractor = _load(models, artifact)
                self._keep(artifact.digest, extractor)
        return extractor

    def _keep(self, digest: str, extractor: Extractor) -> None:
        with self._lock:
            self._loaded[digest] = extractor
            self._loading.pop(digest, None)
            # The newest stays, however large: a request waits for it.
            while len(self._loaded) > 1 and self._bytes() > self._bound:
                self._loaded.popitem(last=False)

    def _bytes(self) -> int:
        return sum(extractor.nbytes for extractor in self._loaded.values())


def _load(models: Models, artifact: Artifact) -> Extractor:
    # Imported here: numpy costs a second that triggers which extract nothing do not pay.
    from shared.ner.artifact import BadArtifact, unpack

    try:
        return unpack(lambda name: models.file(artifact, name), artifact.digest)
    except BadArtifact as error:
        raise DamagedModel() from error
