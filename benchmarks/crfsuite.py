"""The peer: python-crfsuite with strong features, what users of scikit-learn pick today."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import pycrfsuite

from shared.ner.features import shape
from shared.text.tokens import locate, tokenize

#: L1 and L2 of 0.1 and 100 iterations of L-BFGS: the usual advice.
PARAMETERS = {"c1": 0.1, "c2": 0.1, "max_iterations": 100, "feature.possible_transitions": True}


class CrfSuite:
    """Words, shapes, prefixes and suffixes, two neighbours on each side, pairs, line ends."""

    def __init__(self) -> None:
        self._path = ""
        self._tagger = pycrfsuite.Tagger()

    def fit(
        self,
        docs: Sequence[dict[str, Any]],
        dev_docs: Sequence[dict[str, Any]] | None = None,
        unlabelled: Sequence[str] | None = None,
    ) -> None:
        """Learn from tagged documents; it has no use for the two others."""
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params(PARAMETERS)
        for document in docs:
            tokens = locate(document["text"], tokenize(document["text"]))
            tags = _tags(tokens, document["labels"])
            trainer.append(list(_features(document["text"], tokens)), tags)
        handle, self._path = tempfile.mkstemp(".crfsuite")
        os.close(handle)
        trainer.train(self._path)
        self._tagger.open(self._path)

    def model_bytes(self) -> int:
        """Return the size of the model's file."""
        return os.path.getsize(self._path)

    def predict(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        """Return the entities of each text, in code points."""
        return [self._entities(text) for text in texts]

    def _entities(self, text: str) -> list[dict[str, Any]]:
        tokens = locate(text, tokenize(text))
        self._tagger.set(list(_features(text, tokens)))
        tags = self._tagger.tag()
        found: list[dict[str, Any]] = []
        before = "O"
        for number, (tag, (start, end)) in enumerate(zip(tags, tokens, strict=True)):
            chance = self._tagger.marginal(tag, number) if tag != "O" else 0.0
            if tag[0] == "I" and before != "O" and before[2:] == tag[2:]:
                found[-1]["length"] = end - found[-1]["offset"]
                found[-1]["confidence"] = min(found[-1]["confidence"], chance)
            elif tag != "O":
                found.append(
                    {
                        "category": tag[2:],
                        "offset": start,
                        "length": end - start,
                        "confidence": chance,
                    }
                )
            before = tag
        return found


def factory(lang: str | None = None, seed: int = 0) -> CrfSuite:
    """Return a new one; its training knows no language and no chance."""
    del lang, seed
    return CrfSuite()


def _tags(tokens: Sequence[tuple[int, int]], labels: Sequence[dict[str, Any]]) -> list[str]:
    tags = ["O"] * len(tokens)
    for label in labels:
        begin, finish = label["offset"], label["offset"] + label["length"]
        inside = [n for n, (start, end) in enumerate(tokens) if start < finish and end > begin]
        for number in inside:
            tags[number] = f"{'B' if number == inside[0] else 'I'}-{label['category']}"
    return tags


def _features(text: str, tokens: Sequence[tuple[int, int]]) -> Iterator[list[str]]:
    words = [text[start:end] for start, end in tokens]
    lower = [word.lower() for word in words]
    shapes = [shape(word) for word in words]
    for number, word in enumerate(words):
        own = ["bias", f"w={lower[number]}", f"W={word}", f"h={shapes[number]}"]
        for length in range(1, 5):
            own += [f"p={lower[number][:length]}", f"s={lower[number][-length:]}"]
        for distance in (-2, -1, 1, 2):
            other = number + distance
            if 0 <= other < len(words):
                own += [f"{distance}w={lower[other]}", f"{distance}h={shapes[other]}"]
                own.append(f"{distance}s={lower[other][-3:]}")
            else:
                own.append(f"{distance}edge")
        if number:
            own.append(f"-1|0={lower[number - 1]}|{lower[number]}")
        if number + 1 < len(words):
            own.append(f"0|1={lower[number]}|{lower[number + 1]}")
        start = tokens[number - 1][1] if number else 0
        end = tokens[number + 1][0] if number + 1 < len(words) else len(text)
        if "\n" in text[start : tokens[number][0]]:
            own.append("line begins")
        if "\n" in text[tokens[number][1] : end]:
            own.append("line ends")
        yield own
