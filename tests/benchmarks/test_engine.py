"""The benchmark's runs: the engine's adapter, a cell in its own process, growing corpora."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpora, engine, scale, scores
from benchmarks.cell import Cell, measure

NAMES = ("Ann Lee", "Bob Stone", "Eve Young", "Max Gray", "Ida Falk", "Lu Wei")


def _documents(count: int, seed: int) -> list[dict[str, Any]]:
    dice = random.Random(seed)
    documents = []
    for number in range(count):
        name = dice.choice(NAMES)
        text = f"Letter {number}\nDear {name}, pay 20.\nYours truly\n"
        label = {"category": "name", "offset": text.index(name), "length": len(name)}
        documents.append({"id": str(number), "text": text, "labels": [label]})
    return documents


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("letters")
    for part, count in (("train", 12), ("test", 6)):
        lines = map(json.dumps, _documents(count, count))
        (made / f"{part}.jsonl").write_text("\n".join(lines), "utf-8")
    return made


def test_the_adapter_learns_and_predicts_in_the_form_of_the_files() -> None:
    adapter = engine.factory(lang="en", seed=1)
    test = _documents(6, 9)

    adapter.fit(_documents(12, 8), dev_docs=[], unlabelled=["Dear Ann"])
    predicted = adapter.predict([one["text"] for one in test])

    assert scores.micro_f1(scores.counts(test, predicted)) == 1
    assert all(0 < entity["confidence"] <= 1 for entities in predicted for entity in entities)
    assert adapter.model_bytes() > 0


def test_the_adapter_predicts_nothing_before_it_has_learned() -> None:
    with pytest.raises(RuntimeError, match="fit comes first"):
        engine.factory().predict(["Dear Ann"])


def test_a_cell_tells_all_that_the_table_shows(folder: Path) -> None:
    row = measure(Cell(folder=str(folder), system="spanwright", documents=8, seed=0))

    assert row["documents"] == 8
    assert row["counts"] == {"name": [6, 6, 6]}
    assert sum(count for _, count, _, _ in row["bins"]) == 6
    for name in ("fit_seconds", "characters_per_second", "document_ms", "model_kb"):
        assert row[name] > 0
    # A process that only predicts needs less than this one, which has trained.
    assert 10 < row["predict_mb"] < row["fit_mb"]


@pytest.mark.slow
def test_the_command_measures_keeps_rows_and_goes_on_from_them(
    folder: Path, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    command = [sys.executable, "-m", "benchmarks.engine", "--data", str(folder)]
    command += ["--systems", "spanwright", "--documents", "4,all", "--out", str(rows)]

    runs = [
        subprocess.run(
            command, cwd=corpora.SAMPLE.parents[1], capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]

    assert len(rows.read_text("utf-8").splitlines()) == 2
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stdout.count("| spanwright |") == 2


def test_a_grown_corpus_has_the_size_asked_for_and_more_words() -> None:
    documents = corpora.load(corpora.SAMPLE).train

    grown = {size: list(scale.grown(documents, size)) for size in (50_000, 200_000, 800_000)}

    for size, made in grown.items():
        longest = max(len(one["text"]) for one in documents)
        assert size <= sum(len(one["text"]) for one in made) < size + longest
    words = [len({word for one in made for word in one["text"].split()}) for made in grown.values()]
    # More words at each step, but fewer than four times as many.
    assert 2 < words[1] / words[0] < 4
    assert 2 < words[2] / words[1] < 4


def test_a_grown_document_has_words_of_the_same_shape_at_the_same_places() -> None:
    document = _documents(1, 3)[0]

    made = list(scale.grown([document], 60 * len(document["text"])))

    assert {len(one["text"]) for one in made} == {len(document["text"])}
    assert {tuple(map(str.isupper, one["text"])) for one in made} == {
        tuple(map(str.isupper, document["text"]))
    }
    assert all(one["labels"] == document["labels"] for one in made)
    assert len({one["text"] for one in made}) > 50
    assert made == list(scale.grown([document], 60 * len(document["text"])))
