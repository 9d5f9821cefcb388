"""Corpora: folders of tagged documents, and the parts of them that a measurement takes.

A folder holds `train.jsonl` and `test.jsonl`, and `dev.jsonl` if it likes; a line is
`{"id", "text", "labels": [{"category", "offset", "length"}]}`, in code points. A folder with a
`labels.json` is a project as the sample is one: the documents of `answers.json` are its test.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from shared.text.offsets import IndexType, OffsetMap

#: What is measured where no folder is given.
SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "loan-agreements"

#: Texts without tags that are given to a system at the most.
_MOST_UNTAGGED = 1000

#: Documents for early stopping at the most: more would cost time and decide the same.
_MOST_DEV = 100

#: As in a line of the files.
Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Tagged documents under a name."""

    name: str
    train: tuple[Document, ...]
    #: For systems that stop early; often empty.
    dev: tuple[Document, ...]
    test: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one measurement takes of a corpus."""

    train: tuple[Document, ...]
    dev: tuple[Document, ...]
    test: tuple[Document, ...]
    #: Texts of the same kind whose tags are not told.
    untagged: tuple[str, ...] = ()


def folders(given: Iterable[Path]) -> list[Path]:
    """Return the folders of corpora among the given ones and in them, in the order of names.

    Raises `ValueError` for a folder that is no corpus and holds none.
    """
    found: list[Path] = []
    for folder in given:
        own = [folder] if _is_corpus(folder) else sorted(filter(_is_corpus, folder.glob("*")))
        if not own:
            raise ValueError(f"{folder} holds neither train.jsonl nor labels.json")
        found += own
    return found


def _is_corpus(folder: Path) -> bool:
    return (folder / "train.jsonl").exists() or (folder / "labels.json").exists()


def load(folder: Path) -> Corpus:
    """Return the corpus that a folder holds."""
    if (folder / "labels.json").exists():
        train, dev = _project(folder, "labels.json"), []
        test = _project(folder, "answers.json")
    else:
        train, dev, test = (_lines(folder / f"{part}.jsonl") for part in ("train", "dev", "test"))
    return Corpus(name=folder.name, train=tuple(train), dev=tuple(dev), test=tuple(test))


def _lines(path: Path) -> list[Document]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def _project(folder: Path, name: str) -> list[Document]:
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


def sizes(corpus: Corpus, wanted: Sequence[str], cap: int) -> list[int]:
    """Return numbers of documents to learn from: `all` is all there are, up to a cap.

    Numbers that the corpus does not have are left out.
    """
    every = min(cap, len(corpus.train))
    return sorted({every if size == "all" else int(size) for size in wanted} & {*range(every + 1)})


def head(corpus: Corpus, documents: int, seed: int) -> Part:
    """Return the first documents of the training part, the rest of which is untagged.

    Seed 0 leaves the order as it is, any other shuffles. The part for early stopping is a quarter
    as large as that for training: who tags few documents has few to spare.
    """
    train = list(corpus.train)
    if seed:
        random.Random(seed).shuffle(train)
    rest = train[documents : documents + _MOST_UNTAGGED]
    return Part(
        train=tuple(train[:documents]),
        dev=corpus.dev[: min(_MOST_DEV, max(3, documents // 4))],
        test=corpus.test,
        untagged=tuple(document["text"] for document in rest),
    )


def fold(corpus: Corpus, number: int, folds: int, seed: int) -> Part:
    """Return a fold (from 0) of all documents of the corpus, shuffled by the seed.

    Each document is in the test of one fold, and in the training part of all the others.
    """
    documents = [*corpus.train, *corpus.dev, *corpus.test]
    random.Random(seed).shuffle(documents)
    test = documents[number::folds]
    train = [document for place, document in enumerate(documents) if place % folds != number]
    return Part(train=tuple(train), dev=(), test=tuple(test))


def of_length(texts: Sequence[str], length: int) -> str:
    """Return a text of so many characters: the given ones after each other, as often as needed."""
    joined = "\n\n".join(text for text in texts if text.strip())
    if not joined:
        return ""
    return (f"{joined}\n\n" * (1 + length // len(joined)))[:length]
