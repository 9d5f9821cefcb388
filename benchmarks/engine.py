"""The engine beside its peers: quality, speed, size and calibration, all in one run.

    python -m benchmarks.engine                                  # the sample project
    python -m benchmarks.engine --data FOLDER… --out rows.jsonl  # other corpora
    python -m benchmarks.engine --table rows.jsonl               # the table of earlier rows

See benchmarks/README.md for what is measured and how to read it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import corpora, table
from benchmarks.cell import SYSTEMS, Cell, key
from benchmarks.machine import ONE_THREAD, about

#: What has to be installed for a system; ours needs nothing more.
PACKAGES = {"spanwright": "numpy", "crfsuite": "pycrfsuite", "spacy": "spacy"}

_ROOT = Path(__file__).resolve().parents[1]


class Engine:
    """The engine, as harnesses for entity extraction call such things."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._extractor: Any = None

    @property
    def extractor(self) -> Any:
        """What was trained; raises `RuntimeError` before `fit`."""
        if self._extractor is None:
            raise RuntimeError("fit comes first")
        return self._extractor

    def fit(
        self,
        docs: Sequence[dict[str, Any]],
        dev_docs: Sequence[dict[str, Any]] | None = None,
        unlabelled: Sequence[str] | None = None,
    ) -> None:
        """Learn from tagged documents, and words from others; no `dev_docs` are needed to stop."""
        from shared.ner.search import RecipeSearch

        texts = [document["text"] for document in docs]
        search = RecipeSearch(seed=self._seed)
        self.search = search.fit(texts, [_spans(one) for one in docs], unlabelled or ())
        self._extractor = self.search.extractor_

    def predict(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        """Return the entities of each text, in code points."""
        return [
            [
                {
                    "category": span.category,
                    "offset": span.start,
                    "length": span.length,
                    "confidence": span.confidence,
                }
                for span in spans
            ]
            for spans in self.extractor.predict(texts)
        ]

    def model_bytes(self) -> int:
        """Return the size of the artefact."""
        return sum(map(len, self._files().values()))

    def save(self, folder: Path) -> None:
        """Write the artefact's files, and its digest, into a folder."""
        from shared.ner import artifact

        files = self._files()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        (folder / "digest").write_text(artifact.digest(files), "ascii")

    def _files(self) -> dict[str, bytes]:
        from shared.ner import artifact

        return artifact.pack(self.extractor)


def factory(lang: str | None = None, seed: int = 0) -> Engine:
    """Return a new engine; it reads any language by the same rules."""
    del lang
    return Engine(seed)


def _spans(document: dict[str, Any]) -> list[Any]:
    from shared.text.spans import Span

    return sorted(
        Span(label["offset"], label["offset"] + label["length"], label["category"])
        for label in document["labels"]
    )


def cells(arguments: argparse.Namespace, systems: Sequence[str]) -> Iterable[list[Cell]]:
    """Return what is to be measured: for each part of each corpus, a cell for each system."""
    for folder in corpora.folders(arguments.data):
        corpus = corpora.load(folder)
        numbers = [0]
        if not arguments.folds:
            numbers = corpora.sizes(corpus, arguments.documents.split(","), arguments.cap)
        for number in numbers:
            for seed in map(int, arguments.seeds.split(",")):
                for fold in range(arguments.folds or 1):
                    yield [
                        Cell(
                            folder=str(folder.resolve()),
                            system=system,
                            documents=number,
                            seed=seed,
                            fold=fold,
                            folds=arguments.folds,
                            untagged=arguments.unlabelled,
                        )
                        for system in systems
                    ]


def run(cell: Cell, seconds: float) -> dict[str, Any] | None:
    """Measure a cell in a process of its own; None, and a word on stderr, if it fails."""
    command = [sys.executable, "-m", "benchmarks.cell", json.dumps(asdict(cell))]
    environment = {**os.environ, **ONE_THREAD}
    name = f"{Path(cell.folder).name}, {cell.documents or 'all'} documents, {cell.system}"
    try:
        done = subprocess.run(
            command, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        print(f"{name}: not done after {seconds:.0f} s", file=sys.stderr, flush=True)
        return None
    if done.returncode:
        print(f"{name}: failed\n{done.stderr[-2000:]}", file=sys.stderr, flush=True)
        return None
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**row, "machine": about()}


def _systems(wanted: str) -> list[str]:
    """Return the systems that are asked for and installed; say which are not."""
    found = []
    for name in wanted.split(","):
        if name not in SYSTEMS:
            raise SystemExit(f"There is no system {name}; there are {', '.join(SYSTEMS)}.")
        if importlib.util.find_spec(PACKAGES[name]) is None:
            print(f"{name} is not installed, so it is left out.", file=sys.stderr)
        else:
            found.append(name)
    return found


def _measure(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    rows = table.read([arguments.out]) if arguments.out and arguments.out.exists() else []
    known = {(Path(row["corpus"]).name, *_asked(row), row["system"]) for row in rows}
    for group in cells(arguments, _systems(arguments.systems)):
        names = [(Path(cell.folder).name, *_asked(asdict(cell)), cell.system) for cell in group]
        if known.issuperset(names):
            continue
        # All systems of a cell are measured again: speeds are compared within one run alone.
        for cell in group:
            row = run(cell, arguments.seconds)
            if row is None:
                continue
            rows.append(row)
            score = table.score([row])
            print(f"{' '.join(map(str, key(row)))} {cell.system} {score:.3f}", file=sys.stderr)
            if arguments.out:
                with arguments.out.open("a", encoding="utf-8") as file:
                    file.write(f"{json.dumps(row, ensure_ascii=False)}\n")
    return rows


def _asked(row: dict[str, Any]) -> tuple[Any, ...]:
    documents = 0 if row["folds"] else row["documents"]
    return documents, row["folds"], row["untagged"], row["seed"], row["fold"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        default=[corpora.SAMPLE],
        help="folders of corpora, or folders that hold such folders",
    )
    parser.add_argument("--documents", default="all", help="to learn from, as in 10,50,all")
    parser.add_argument("--cap", type=int, default=500, help="the most that `all` stands for")
    parser.add_argument("--folds", type=int, default=0, help="cross-validate over all documents")
    parser.add_argument(
        "--unlabelled", action="store_true", help="give the rest of the training part as texts"
    )
    parser.add_argument("--seeds", default="0", help="orders of the training part; 0 is as given")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--seconds", type=float, default=3600, help="the most that a cell may take")
    parser.add_argument("--out", type=Path, help="a file of rows to add to, and to go on from")
    parser.add_argument("--table", type=Path, nargs="+", help="files of rows to show; no measuring")
    arguments = parser.parse_args()
    rows = table.read(arguments.table) if arguments.table else _measure(arguments)
    print(table.markdown(rows))


if __name__ == "__main__":
    main()
