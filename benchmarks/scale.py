"""Training against size: seconds and peak memory from 0.1 to 12.8 million characters.

    python -m benchmarks.scale --out scale.jsonl                     # all sizes
    python -m benchmarks.scale --millions 0.1,0.3 --out scale.jsonl  # some
    python -m benchmarks.scale --plot scale.jsonl                    # draws benchmarks/scale.svg

The text is a corpus (the sample project, if no other is given), repeated with renumbered words: in
each copy some words are written in another cipher, which keeps their length and shape, and some
numbers are others. So the vocabulary grows with the text, though more slowly than it, as that of
real collections does (Heaps' law).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import corpora, plot
from benchmarks.cell import peak_mb
from benchmarks.corpora import Document
from benchmarks.machine import ONE_THREAD, about

#: The sizes in millions of characters. The hosted service tells of 12.8 (about 6 hours).
MILLIONS = (0.1, 0.3, 0.6, 1.2, 2.5, 5, 12.8)

#: The share of words and numbers that are written anew in a copy.
_SHARE = 0.3

#: In the copy with the number n, words are in one of n ** _GROWTH ciphers.
_GROWTH = 0.7

_PLOT = Path(__file__).with_name("scale.svg")
_ROOT = Path(__file__).resolve().parents[1]

_WORD = re.compile(r"[A-Za-z]{3,}|[0-9]+")
_VOWELS = "aeiou"
_CONSONANTS = "bcdfghjklmnpqrstvwxyz"


def grown(documents: Sequence[Document], characters: int) -> Iterator[Document]:
    """Return documents of so many characters together, or up to one document more.

    Each has the labels of the document that it was made from, at the same offsets.
    """
    copy = total = 0
    while total < characters:
        for document in documents:
            if total >= characters:
                return
            text = document["text"]
            if copy:
                text = _rewritten(text, copy, random.Random(f"{copy} {document['id']}"))
            total += len(text)
            yield {**document, "id": f"{copy}-{document['id']}", "text": text}
        copy += 1


def _rewritten(text: str, copy: int, dice: random.Random) -> str:
    ciphers = [_cipher(number) for number in range(int(copy**_GROWTH) + 1)]

    def other(match: re.Match[str]) -> str:
        word = match[0]
        if dice.random() >= _SHARE:
            return word
        if word[0].isdigit():
            return "".join(dice.choice("123456789") for _ in word)
        return word.translate(dice.choice(ciphers))

    return _WORD.sub(other, text)


def _cipher(number: int) -> dict[int, int]:
    """Return a table that puts vowels for vowels and consonants for consonants."""
    dice = random.Random(number)
    table: dict[int, int] = {}
    for letters in (_VOWELS, _CONSONANTS):
        others = "".join(dice.sample(letters, len(letters)))
        table |= str.maketrans(letters + letters.upper(), others + others.upper())
    return table


def measure(folder: Path, millions: float) -> dict[str, Any]:
    """Return the row of one size: what was trained on, in how many seconds and megabytes.

    The memory holds the texts too, and what of the libraries is loaded.
    """
    from benchmarks.engine import factory
    from shared.text.tokens import tokenize

    documents = list(grown(corpora.load(folder).train, round(millions * 1e6)))
    kinds: set[str] = set()
    for document in documents:
        text = document["text"]
        kinds.update(tokenize(text))
    before = peak_mb()
    engine = factory()
    began = time.perf_counter()
    engine.fit(documents)
    return {
        "corpus": folder.name,
        "characters": sum(len(document["text"]) for document in documents),
        "documents": len(documents),
        "distinct_tokens": len(kinds),
        "spans": sum(len(document["labels"]) for document in documents),
        "fit_seconds": time.perf_counter() - began,
        "before_mb": before,
        "fit_mb": peak_mb(),
        "model_kb": engine.model_bytes() / 1000,
    }


def run(folder: Path, millions: float) -> dict[str, Any]:
    """Measure one size in a process of its own, on one thread."""
    command = [sys.executable, "-m", "benchmarks.scale", "--data", str(folder.resolve())]
    done = subprocess.run(
        [*command, "--here", str(millions)],
        cwd=_ROOT,
        env={**os.environ, **ONE_THREAD},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**row, "machine": about()}


def read(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, the smallest size first; of a size measured twice, the later."""
    rows = (json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip())
    by_size = {row["characters"]: row for row in rows}
    return [by_size[size] for size in sorted(by_size)]


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table of sizes."""
    text = [
        "| characters | documents | distinct tokens | train s | per second | peak MB | model kB |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    text += [
        f"| {row['characters']:,} | {row['documents']:,} | {row['distinct_tokens']:,} "
        f"| {row['fit_seconds']:.1f} | {row['characters'] / row['fit_seconds']:,.0f} "
        f"| {row['fit_mb']:,.0f} | {row['model_kb']:,.0f} |"
        for row in rows
    ]
    return "\n".join(text)


def drawing(rows: Sequence[dict[str, Any]]) -> str:
    """Return the plot of time and memory against size, as SVG."""
    sizes = [row["characters"] / 1e6 for row in rows]
    return plot.svg(
        title="Training against size",
        across="millions of characters",
        sizes=sizes,
        curves=(
            plot.Curve(
                name="time", unit="seconds", values=tuple(row["fit_seconds"] for row in rows)
            ),
            plot.Curve(
                name="peak memory", unit="megabytes", values=tuple(row["fit_mb"] for row in rows)
            ),
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=corpora.SAMPLE, help="the corpus to repeat")
    parser.add_argument("--millions", default=",".join(map(str, MILLIONS)))
    parser.add_argument("--out", type=Path, help="a file of rows to add to")
    parser.add_argument("--plot", type=Path, help="a file of rows to draw; no measuring")
    parser.add_argument("--svg", type=Path, default=_PLOT, help="where the plot goes")
    parser.add_argument("--here", type=float, help="measure this size in this process, print it")
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(measure(arguments.data, arguments.here)))
        return
    if arguments.plot:
        rows = read(arguments.plot)
        arguments.svg.write_text(drawing(rows), "utf-8")
        print(markdown(rows))
        return
    for millions in map(float, arguments.millions.split(",")):
        row = run(arguments.data, millions)
        print(markdown([row]).splitlines()[-1], flush=True)
        if arguments.out:
            with arguments.out.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(row)}\n")


if __name__ == "__main__":
    main()
