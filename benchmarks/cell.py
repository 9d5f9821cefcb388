"""A cell: one system on one part of one corpus, measured in a process of its own.

    python -m benchmarks.cell '{"folder": …, "system": …, …}'

prints one line of JSON. It is started by `benchmarks.engine`, which says that numeric libraries are
to use one thread; a process of its own is what makes the peak of memory that of this cell.
"""

from __future__ import annotations

import importlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import corpora, scores
from benchmarks.corpora import Corpus, Part

#: The systems by name: the module whose `factory` makes one.
SYSTEMS = {
    "spanwright": "benchmarks.engine",
    "crfsuite": "benchmarks.crfsuite",
    "spacy": "benchmarks.spacy",
}

#: All texts of the test are predicted again until so many seconds have passed; the best counts.
_SECONDS = 1.0

#: The document that is predicted alone: characters, and how often it is timed.
_LENGTH = 2000
_TIMES = 30

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is to be measured."""

    folder: str
    #: A name of `SYSTEMS`.
    system: str
    #: How many documents of the training part to learn from; with folds, this is not asked.
    documents: int
    seed: int
    #: Which fold, from 0, of how many; no folds if there are none.
    fold: int = 0
    folds: int = 0
    #: Whether the rest of the training part is given as texts without tags.
    untagged: bool = False

    def part(self, corpus: Corpus) -> Part:
        """Return the documents that this cell is about."""
        if self.folds:
            return corpora.fold(corpus, self.fold, self.folds, self.seed)
        return corpora.head(corpus, self.documents, self.seed)


def key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a row was measured on: the same for all systems that are to be compared."""
    names = ("corpus", "documents", "folds", "untagged", "seed", "fold")
    return tuple(row[name] for name in names)


def measure(cell: Cell) -> dict[str, Any]:
    """Return the row of a cell: what it is about, what was counted and what was timed."""
    corpus = corpora.load(Path(cell.folder))
    part = cell.part(corpus)
    system = importlib.import_module(SYSTEMS[cell.system]).factory(seed=cell.seed)
    began = time.perf_counter()
    if cell.untagged:
        system.fit(part.train, part.dev, unlabelled=part.untagged)
    else:
        system.fit(part.train, part.dev)
    fit_seconds = time.perf_counter() - began
    fit_mb = peak_mb()
    texts = [document["text"] for document in part.test]
    predicted = system.predict(texts)
    return {
        "corpus": corpus.name,
        **{name: value for name, value in asdict(cell).items() if name != "folder"},
        "documents": len(part.train),
        "train_characters": sum(len(document["text"]) for document in part.train),
        "untagged_texts": len(part.untagged) if cell.untagged else 0,
        "counts": scores.counts(part.test, predicted),
        "bins": scores.bins(part.test, predicted),
        "fit_seconds": fit_seconds,
        "characters_per_second": sum(map(len, texts)) / _best_seconds(system, texts),
        "document_ms": 1000 * _median_seconds(system, corpora.of_length(texts, _LENGTH)),
        "model_kb": system.model_bytes() / 1000,
        "fit_mb": fit_mb,
        "predict_mb": _prediction_mb(system, texts),
    }


def _seconds(system: Any, texts: Sequence[str]) -> float:
    began = time.perf_counter()
    system.predict(texts)
    return time.perf_counter() - began


def _best_seconds(system: Any, texts: Sequence[str]) -> float:
    taken = [_seconds(system, texts) for _ in range(2)]
    while sum(taken) < _SECONDS:
        taken.append(_seconds(system, texts))
    return min(taken)


def _median_seconds(system: Any, text: str) -> float:
    """Return how long one text takes, once it has been predicted a few times."""
    for _ in range(3):
        system.predict([text])
    return statistics.median(_seconds(system, [text]) for _ in range(_TIMES))


def peak_mb() -> float:
    """Return the peak of this process's resident memory so far, in units of 1,000,000 bytes.

    Where the kernel tells (Linux) it is taken from /proc, as what `getrusage` says of a process
    begins with the memory of the process that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1e6 if sys.platform == "darwin" else used * 1024 / 1e6


def _prediction_mb(system: Any, texts: Sequence[str]) -> float | None:
    """Return the peak of a process that reads the model from files and predicts the texts.

    None for a system that does not say where its files are.
    """
    if not hasattr(system, "save"):
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        system.save(folder)
        (folder / "texts.json").write_text(json.dumps(list(texts)), "utf-8")
        command = [sys.executable, "-m", "benchmarks.prediction", name]
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    print(json.dumps(measure(Cell(**json.loads(sys.argv[1])))))
