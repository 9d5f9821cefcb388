"""Parts that stand in for real ones: a model without training, and a process that dies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from shared.domain.models import Artifact
from shared.services.extractors import Extractors
from shared.storage.models import Models
from shared.storage.ports import Blobs, Storage, Table
from shared.text.spans import Span


class Capitals:
    """A model that finds every word of capital letters."""

    categories = ("Capitals",)
    nbytes = 1

    def predict(self, texts: Sequence[str]) -> list[list[Span]]:
        return [
            [
                Span(match.start(), match.end(), "Capitals", 0.25 * min(4, len(match[0])))
                for match in re.finditer(r"\b[A-Z]+\b", text)
            ]
            for text in texts
        ]


class CapitalsEverywhere(Extractors):
    """Extractors that give this model for every artefact, or the error that a test sets."""

    def __init__(self) -> None:
        super().__init__(1)
        self.error: Exception | None = None

    def get(self, models: Models, artifact: Artifact) -> Any:
        if self.error is not None:
            raise self.error
        return Capitals()


class Died(BaseException):
    """The process is gone: no `except Exception` sees it."""


class Mortal:
    """A storage whose process dies at a write, or is overtaken by another just before it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._writes_left: int | None = None
        self._before = True
        self._writes_until_other: int | None = None
        self._other: Callable[[], object] = lambda: None
        writes = ("put", "put_parts", "delete", "delete_prefix")
        self.blobs: Blobs = _Dying(storage.blobs, self._write, writes)  # type: ignore[assignment]

    def die_at(self, write: int | None, *, before: bool = True) -> None:
        """Die at this write from now (0: the next), or, with None, not at all."""
        self._writes_left = write
        self._before = before

    def interrupt_at(self, write: int | None, other: Callable[[], object] = lambda: None) -> None:
        """Let another process do its work before this write (0: the next), or, with None, none."""
        self._writes_until_other = write
        self._other = other

    def table(self, name: str) -> Table:
        writes = ("insert", "replace", "put", "delete", "transact", "put_all")
        return _Dying(self._storage.table(name), self._write, writes)  # type: ignore[return-value]

    def _write(self, work: Callable[[], Any]) -> Any:
        if self._writes_until_other is not None:
            self._writes_until_other -= 1
            if self._writes_until_other < 0:
                self._writes_until_other = None
                self._other()
        if self._writes_left is None:
            return work()
        self._writes_left -= 1
        if self._writes_left >= 0:
            return work()
        self._writes_left = None
        if not self._before:
            work()
        raise Died


class _Dying:
    def __init__(
        self, target: Any, write: Callable[[Callable[[], Any]], Any], writes: Sequence[str]
    ) -> None:
        self._target = target
        self._write = write
        self._writes = writes

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._target, name)
        if name not in self._writes:
            return method
        return lambda *values, **named: self._write(lambda: method(*values, **named))
