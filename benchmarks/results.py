"""Writes the results: the tables of files of rows, with the machine, the date and the commands.

    python -m benchmarks.results --rows rows.jsonl --scale scale.jsonl

writes benchmarks/RESULTS.md, and benchmarks/scale.svg beside it. Files of rows come from
`benchmarks.engine --out`, several may be given; that of sizes from `benchmarks.scale --out`.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import scale, table
from benchmarks.cell import SYSTEMS

_RESULTS = Path(__file__).with_name("RESULTS.md")


def page(
    rows: Sequence[dict[str, Any]], sizes: Sequence[dict[str, Any]], command: str, drawing: str
) -> str:
    """Return the page; a part without rows is left out. `drawing` is the name of the plot."""
    parts = [
        "# Results of the benchmarks",
        "This page is written by a command; what is measured, and how to read it, is told in "
        "[README.md](README.md).",
        f"```\n{command}\n```",
    ]
    if rows:
        parts += ["## Quality, speed, size and calibration", _measured(rows)]
        parts += [f"```\n{line}\n```" for line in _commands(rows)]
        parts.append(
            "The last lines are means over the cells in which every system was measured "
            "(of speed relative to crfsuite, the geometric mean)."
        )
        parts.append(table.markdown(rows))
        if any(row["system"] != "spanwright" for row in rows):
            parts += ["### Micro F1 above the peers", table.differences(rows)]
    if sizes:
        parts += ["## Training against size", _measured(sizes), f"![Training]({drawing})"]
        parts += ["```\npython -m benchmarks.scale --out scale.jsonl\n```", scale.markdown(sizes)]
    return "\n\n".join([*parts, ""])


def _measured(rows: Iterable[dict[str, Any]]) -> str:
    """Return a sentence for each machine, with the days on which it measured."""
    days: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for row in rows:
        machine = tuple((name, value) for name, value in row["machine"].items() if name != "date")
        days.setdefault(machine, set()).add(row["machine"]["date"])
    sentences = []
    for machine, dates in days.items():
        about = dict(machine)
        system = about.pop("system")
        versions = ", ".join(f"{name} {version}" for name, version in about.items())
        when = " to ".join(sorted({min(dates), max(dates)}))
        sentences.append(f"Measured on {when}: {system}; {versions}; one thread.")
    return "\n\n".join(sentences)


def _commands(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Return the commands that make such rows, one for each way of taking parts of corpora."""
    ways: dict[tuple[int, bool], dict[str, set[Any]]] = {}
    for row in rows:
        names = ("corpus", "documents", "seed", "system")
        way = ways.setdefault((row["folds"], row["untagged"]), {name: set() for name in names})
        for name in names:
            way[name].add(row[name])
    commands = []
    for (folds, untagged), way in ways.items():
        command = ["python", "-m", "benchmarks.engine", "--data", *sorted(way["corpus"])]
        if folds:
            command += ["--folds", str(folds)]
        else:
            command += ["--documents", ",".join(map(str, sorted(way["documents"])))]
        command += ["--unlabelled"] if untagged else []
        command += ["--seeds", ",".join(map(str, sorted(way["seed"])))]
        systems = [name for name in SYSTEMS if name in way["system"]]
        command += ["--systems", ",".join(systems), "--out", "rows.jsonl"]
        commands.append(shlex.join(command))
    return commands


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=Path, nargs="*", default=[])
    parser.add_argument("--scale", type=Path)
    parser.add_argument("--out", type=Path, default=_RESULTS)
    arguments = parser.parse_args()
    rows = table.read(arguments.rows)
    sizes = scale.read(arguments.scale) if arguments.scale else []
    drawing = arguments.out.with_name("scale.svg")
    if sizes:
        drawing.write_text(scale.drawing(sizes), "utf-8")
    files = [Path(word).name if "/" in word else word for word in sys.argv[1:]]
    command = shlex.join(["python", "-m", "benchmarks.results", *files])
    arguments.out.write_text(page(rows, sizes, command, drawing.name), "utf-8")


if __name__ == "__main__":
    main()
