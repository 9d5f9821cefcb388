"""The engine beside its peer: quality, speed and size, in one run.

    python -m benchmarks.engine                      # the sample project
    python -m benchmarks.engine --data FOLDER ...    # folders of train.jsonl and test.jsonl

A line of JSONL is `{"id", "text", "labels": [{"category", "offset", "length"}]}`, in code points.
The peer is python-crfsuite with strong features; it is measured where it is installed. The table's
figures hold for one machine and one moment: read them side by side, not alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.ner import artifact
from shared.ner.estimator import EntityEstimator
from shared.ner.extractor import Extractor
from shared.text.offsets import IndexType, OffsetMap
from shared.text.spans import Span

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "loan-agreements"

Document = dict[str, Any]


class Engine:
    """The engine, as harnesses for entity extraction call such things."""

    def __init__(self) -> None:
        self.extractor: Extractor | None = None

    def fit(
        self,
        docs: Sequence[Document],
        dev_docs: Sequence[Document] | None = None,
        unlabelled: Sequence[str] | None = None,
    ) -> None:
        """Learn from tagged documents; the other two are not used yet."""
        texts = [document["text"] for document in docs]
        estimator = EntityEstimator().fit(texts, [_spans(document) for document in docs])
        self.extractor = estimator.extractor_

    def predict(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        """Return the entities of each text, in code points."""
        if self.extractor is None:
            raise RuntimeError("fit comes first")
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
        if self.extractor is None:
            raise RuntimeError("fit comes first")
        return sum(map(len, artifact.pack(self.extractor).values()))


def factory() -> Engine:
    """Return a new engine."""
    return Engine()


def _spans(document: Document) -> list[Span]:
    return sorted(
        Span(label["offset"], label["offset"] + label["length"], label["category"])
        for label in document["labels"]
    )


def load(folder: Path) -> tuple[list[Document], list[Document]]:
    """Return the documents for training and for testing that a folder holds."""
    if not (folder / "labels.json").exists():
        return _lines(folder / "train.jsonl"), _lines(folder / "test.jsonl")
    return _labelled(folder, "labels.json"), _labelled(folder, "answers.json")


def _lines(path: Path) -> list[Document]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def _labelled(folder: Path, name: str) -> list[Document]:
    """Return the documents of a labels file, whose offsets are UTF-16 units."""
    value = json.loads((folder / name).read_text("utf-8"))
    documents = []
    for entry in value.get("assets", value)["documents"]:
        text = (folder / "documents" / entry["location"]).read_bytes().decode()
        offsets = OffsetMap(text, IndexType.UTF16)
        labels = []
        for label in (label for region in entry["entities"] for label in region["labels"]):
            start, end = offsets.from_units(label["offset"], label["length"])
            labels.append({"category": label["category"], "offset": start, "length": end - start})
        documents.append({"id": entry["location"], "text": text, "labels": labels})
    return documents


def f1(documents: Sequence[Document], predicted: Sequence[Sequence[dict[str, Any]]]) -> float:
    """Return the micro F1 of exact matches."""
    right = found = wanted = 0
    for document, entities in zip(documents, predicted, strict=True):
        gold = {(one["category"], one["offset"], one["length"]) for one in document["labels"]}
        own = {(one["category"], one["offset"], one["length"]) for one in entities}
        right += len(gold & own)
        found += len(own)
        wanted += len(gold)
    return 2 * right / (found + wanted) if found + wanted else 0.0


def measure(system: Any, train: Sequence[Document], test: Sequence[Document]) -> list[str]:
    """Return the cells of one row of the table."""
    began = time.perf_counter()
    system.fit(train)
    fitted = time.perf_counter() - began
    texts = [document["text"] for document in test]
    predicted = system.predict(texts)
    seconds = min(_seconds(system, texts) for _ in range(3))
    one = statistics.median(_seconds(system, [text]) for text in texts[:30])
    return [
        f"{f1(test, predicted):.3f}",
        f"{fitted:.1f}",
        f"{sum(map(len, texts)) / seconds / 1000:,.0f}",
        f"{1000 * one:.1f}",
        f"{system.model_bytes() / 1000:,.0f}",
    ]


def _seconds(system: Any, texts: Sequence[str]) -> float:
    began = time.perf_counter()
    system.predict(texts)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description="The engine beside its peer.")
    parser.add_argument("--data", type=Path, nargs="*", default=[SAMPLE])
    parser.add_argument("--documents", type=int, help="train on so many documents at most")
    arguments = parser.parse_args()
    systems: dict[str, Any] = {"spanwright": factory}
    try:
        from benchmarks.crfsuite import CrfSuite

        systems["crfsuite"] = CrfSuite
    except ImportError:
        print("python-crfsuite is not installed, so the engine is measured alone.\n")
    print("| corpus | documents | system | F1 | train s | 1,000 chars/s | one doc ms | model kB |")
    print("|---|---|---|---|---|---|---|---|")
    for folder in arguments.data:
        train, test = load(folder)
        train = train[: arguments.documents]
        for name, make in systems.items():
            cells = measure(make(), train, test)
            print(f"| {folder.name} | {len(train)} | {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
