"""What a document of a container's job costs in storage transactions, as docs/capacity.md says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from shared.domain.states import State
from shared.services import harvests
from shared.storage.memory import memory_storage
from shared.storage.ports import Storage
from shared.storage.stores import Stores
from tests.services.containers import REQUEST, fill, make_project, present, work
from tests.services.fakes import CapitalsEverywhere

PAGE = Path(__file__).resolve().parents[2] / "docs" / "capacity.md"
DOCUMENTS = 2_000

#: Each call of these is one request to storage, for as few rows and names as there are here.
KINDS = {
    ("blobs", "get"): "blobs read",
    ("blobs", "put"): "blobs written",
    ("blobs", "name_page"): "blobs listed",
    ("table", "get"): "rows read",
    ("table", "query"): "rows read",
    ("table", "insert"): "rows written",
    ("table", "put"): "rows written",
    ("table", "replace"): "rows written",
    ("table", "transact"): "rows written",
}


class Counted:
    """A storage that counts its requests."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.counts = Counter[str]()
        self.blobs: Any = _Counted(storage.blobs, "blobs", self.counts)

    def table(self, name: str) -> Any:
        return _Counted(self._storage.table(name), "table", self.counts)


class _Counted:
    def __init__(self, target: Any, kind: str, counts: Counter[str]) -> None:
        self._target = target
        self._kind = kind
        self._counts = counts

    def __getattr__(self, name: str) -> Any:
        self._counts[KINDS.get((self._kind, name), name)] += 1
        return getattr(self._target, name)


def test_a_document_costs_the_storage_transactions_that_the_capacity_page_says() -> None:
    storage = Counted(memory_storage())
    make_project(Stores.on(storage._storage))
    fill(Stores.on(storage._storage), DOCUMENTS)
    stores = Stores.on(storage)
    extractors = CapitalsEverywhere()

    harvest, queue = harvests.submit(stores, "Loans", REQUEST)
    storage.counts.clear()
    sent = len(queue)
    while queue:
        following = work(stores, extractors, queue.pop(0))
        sent += len(following)
        queue += following
    counts = {**storage.counts, "messages": sent}

    assert present(stores, harvest).state is State.SUCCEEDED
    told = dict(
        re.findall(r"^\| ([a-z ]+) \| [^|]+ \| ([\d.]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    )
    assert {kind: f"{count / DOCUMENTS:.3f}" for kind, count in counts.items()} == told
