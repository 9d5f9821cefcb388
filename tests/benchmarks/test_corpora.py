"""Corpora: reading folders, and taking parts of them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpora
from benchmarks.corpora import Corpus


def _documents(part: str, count: int) -> tuple[dict[str, Any], ...]:
    labels = [{"category": "name", "offset": 2, "length": 3}]
    return tuple(
        {"id": f"{part} {number}", "text": f"😀 Ann\u2028{number}", "labels": labels}
        for number in range(count)
    )


def _corpus(train: int = 9, dev: int = 4, test: int = 5) -> Corpus:
    return Corpus(
        name="letters",
        train=_documents("train", train),
        dev=_documents("dev", dev),
        test=_documents("test", test),
    )


def _written(folder: Path, parts: dict[str, tuple[dict[str, Any], ...]]) -> Path:
    folder.mkdir()
    for name, documents in parts.items():
        lines = [json.dumps(document, ensure_ascii=False) for document in documents]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_folder_of_json_lines_is_read_with_its_parts(tmp_path: Path) -> None:
    corpus = _corpus()
    parts = {"train": corpus.train, "dev": corpus.dev, "test": corpus.test}

    read = corpora.load(_written(tmp_path / "letters", parts))

    assert read == corpus


def test_a_folder_needs_no_part_for_early_stopping(tmp_path: Path) -> None:
    corpus = _corpus(dev=0)

    read = corpora.load(
        _written(tmp_path / "letters", {"train": corpus.train, "test": corpus.test})
    )

    assert read == corpus


def test_the_labels_of_the_sample_project_are_read_in_code_points() -> None:
    corpus = corpora.load(corpora.SAMPLE)

    assert (len(corpus.train), len(corpus.test)) == (40, 26)
    astral = 0
    for document in (*corpus.train, *corpus.test):
        text = document["text"]
        astral += any(ord(sign) > 0xFFFF for sign in text)
        for label in document["labels"]:
            end = label["offset"] + label["length"]
            name = text[label["offset"] : end]
            assert name == name.strip() != ""
            # Names are whole words: read as UTF-16 units, those behind an emoji would not be.
            assert not (text[label["offset"] - 1 : label["offset"]] + name[0]).isalpha() or (
                label["offset"] == 0
            )
            assert not (name[-1] + text[end : end + 1]).isalpha() or end == len(text)
    assert astral


def test_folders_of_corpora_are_found_in_a_folder(tmp_path: Path) -> None:
    corpus = _corpus()
    for name in ("b", "a"):
        _written(tmp_path / name, {"train": corpus.train, "test": corpus.test})
    (tmp_path / "notes").mkdir()

    found = corpora.folders([tmp_path, tmp_path / "b"])

    assert found == [tmp_path / "a", tmp_path / "b", tmp_path / "b"]


def test_a_folder_without_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"train\.jsonl"):
        corpora.folders([tmp_path])


@pytest.mark.parametrize(
    ("wanted", "cap", "expected"),
    [
        (["all"], 500, [9]),
        (["3", "all"], 500, [3, 9]),
        (["all"], 7, [7]),
        (["9", "all"], 500, [9]),
        (["10", "4"], 500, [4]),
        (["8"], 7, []),
    ],
)
def test_sizes_are_those_that_the_corpus_has(
    wanted: list[str], cap: int, expected: list[int]
) -> None:
    assert corpora.sizes(_corpus(), wanted, cap) == expected


@pytest.mark.parametrize("folds", [2, 5])
def test_folds_are_a_partition_of_all_documents(folds: int) -> None:
    corpus = _corpus()
    everything = {one["id"] for one in (*corpus.train, *corpus.dev, *corpus.test)}

    parts = [corpora.fold(corpus, number, folds, seed=0) for number in range(folds)]

    tested = Counter(one["id"] for part in parts for one in part.test)
    assert tested == Counter(everything)
    for part in parts:
        learned = {one["id"] for one in part.train}
        assert learned == everything - {one["id"] for one in part.test}


def test_sizes_of_folds_differ_by_one_at_most() -> None:
    tests = {len(corpora.fold(_corpus(), number, 5, seed=1).test) for number in range(5)}

    assert tests == {3, 4}


def test_the_head_of_a_corpus_and_its_untagged_rest_are_apart() -> None:
    corpus = _corpus()

    part = corpora.head(corpus, 4, seed=0)

    assert part.train == corpus.train[:4]
    assert part.untagged == tuple(one["text"] for one in corpus.train[4:])
    assert part.test == corpus.test


def test_another_seed_takes_other_documents_and_the_same_seed_the_same() -> None:
    corpus = _corpus(train=30)

    first, again, other = (corpora.head(corpus, 10, seed) for seed in (1, 1, 2))

    assert first == again
    assert first.train != other.train
    assert first.test == other.test


def test_a_text_of_a_length_is_made_of_the_texts_in_turn() -> None:
    assert corpora.of_length(["abc", " ", "d"], 12) == "abc\n\nd\n\nabc\n"
    assert corpora.of_length(["abcdef"], 4) == "abcd"
    assert corpora.of_length([""], 4) == ""
