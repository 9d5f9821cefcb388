"""The table: rows of measured cells, folds and seeds brought together, as markdown.

A group is what is compared: the same documents of the same corpus. Within it, the folds of a seed
count as one test, and the seeds are averaged. Speed is told as a ratio to crfsuite's on the same
cell; its mean over corpora is the geometric one.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks import scores
from benchmarks.cell import SYSTEMS, key

Row: TypeAlias = dict[str, Any]

#: The system whose speed is 1.
REFERENCE = "crfsuite"

_HEAD = (
    "corpus",
    "documents",
    "system",
    "micro F1",
    "macro F1",
    "train s",
    "1,000 chars/s",
    "× crfsuite",
    "one document ms",
    "model kB",
    "training MB",
    "prediction MB",
    "ECE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One system on one group; the figures that a system does not have are None."""

    corpus: str
    documents: str
    system: str
    micro: float
    macro: float
    fit_seconds: float
    characters_per_second: float
    ratio: float | None
    document_ms: float
    model_kb: float
    fit_mb: float
    predict_mb: float | None
    calibration: float | None


def read(files: Iterable[Path]) -> list[Row]:
    """Return the rows of files of JSON lines; of a cell measured twice, the later."""
    found: dict[Any, Row] = {}
    for file in files:
        for text in file.read_text("utf-8").splitlines():
            if text.strip():
                row = json.loads(text)
                found[(*key(row), row["system"])] = row
    return list(found.values())


def score(
    rows: Sequence[Row], f1: Callable[[dict[str, list[int]]], float] = scores.micro_f1
) -> float:
    """Return the F1 of one system's rows of a group: folds added up, seeds averaged."""
    by_seed: dict[int, list[Row]] = {}
    for row in rows:
        by_seed.setdefault(row["seed"], []).append(row)
    return statistics.mean(
        f1(scores.added(row["counts"] for row in own)) for own in by_seed.values()
    )


def lines(rows: Iterable[Row]) -> list[Line]:
    """Return the lines of the table: groups as they come, systems in their fixed order."""
    parts: dict[tuple[Any, ...], dict[str, list[Row]]] = {}
    speeds: dict[tuple[Any, ...], float] = {}
    for row in rows:
        # Folds of one corpus may differ by a document.
        documents = 0 if row["folds"] else row["documents"]
        group = (row["corpus"], documents, row["folds"], row["untagged"])
        parts.setdefault(group, {}).setdefault(row["system"], []).append(row)
        if row["system"] == REFERENCE:
            speeds[key(row)] = row["characters_per_second"]
    return [
        _line(system, parts[group][system], speeds)
        for group in parts
        for system in SYSTEMS
        if system in parts[group]
    ]


def _line(system: str, rows: Sequence[Row], speeds: dict[tuple[Any, ...], float]) -> Line:
    def mean(name: str) -> float:
        return statistics.mean(float(row[name]) for row in rows)

    first = rows[0]
    documents = str(first["documents"])
    if first["folds"]:
        documents = f"{round(mean('documents'))}, {first['folds']} folds"
    if first["untagged"]:
        documents += f" + {round(statistics.mean(row['untagged_texts'] for row in rows))}"
    ratios = [row["characters_per_second"] / speeds[key(row)] for row in rows if key(row) in speeds]
    tables = [row["bins"] for row in rows if row["bins"] is not None]
    peaks = [row["predict_mb"] for row in rows if row["predict_mb"] is not None]
    return Line(
        corpus=first["corpus"],
        documents=documents,
        system=system,
        micro=score(rows),
        macro=score(rows, scores.macro_f1),
        fit_seconds=mean("fit_seconds"),
        characters_per_second=mean("characters_per_second"),
        ratio=statistics.geometric_mean(ratios) if ratios else None,
        document_ms=mean("document_ms"),
        model_kb=mean("model_kb"),
        fit_mb=max(row["fit_mb"] for row in rows),
        predict_mb=max(peaks) if peaks else None,
        calibration=scores.calibration_error(tables) if tables else None,
    )


def groups(found: Iterable[Line]) -> list[dict[str, Line]]:
    """Return the lines of each group, by system."""
    together: dict[tuple[str, str], dict[str, Line]] = {}
    for line in found:
        together.setdefault((line.corpus, line.documents), {})[line.system] = line
    return list(together.values())


def complete(found: Sequence[Line]) -> list[dict[str, Line]]:
    """Return the groups in which every system of the table was measured."""
    systems = {line.system for line in found}
    return [group for group in groups(found) if group.keys() == systems]


def markdown(rows: Iterable[Row]) -> str:
    """Return the table, with the means over the groups where all systems were measured."""
    found = lines(rows)
    shown = [_cells(line) for line in found]
    together = complete(found)
    if len(together) > 1:
        for system in SYSTEMS:
            own = [group[system] for group in together if system in group]
            if own:
                shown.append([f"**{cell}**" for cell in _cells(_mean(system, own))])
    head = ["| " + " | ".join(_HEAD) + " |", "|---|---|---|" + "---:|" * (len(_HEAD) - 3)]
    return "\n".join([*head, *("| " + " | ".join(cells) + " |" for cells in shown)])


def differences(rows: Iterable[Row]) -> str:
    """Return what our engine's micro F1 is above each peer's: mean, least, and where that is.

    Over the groups in which both were measured.
    """
    together = groups(lines(rows))
    text = [
        "| peer | cells | mean difference | least difference | where |",
        "|---|---|---:|---:|---|",
    ]
    for peer in (name for name in SYSTEMS if name != "spanwright"):
        both = [group for group in together if peer in group and "spanwright" in group]
        if not both:
            continue
        above = [group["spanwright"].micro - group[peer].micro for group in both]
        least = above.index(min(above))
        where = f"{both[least][peer].corpus}, {both[least][peer].documents}"
        text.append(
            f"| {peer} | {len(both)} | {statistics.mean(above):+.3f} | {above[least]:+.3f} "
            f"| {where} |"
        )
    return "\n".join(text)


def _mean(system: str, own: Sequence[Line]) -> Line:
    def over(name: str) -> float | None:
        values: list[float | None] = [getattr(line, name) for line in own]
        known = [value for value in values if value is not None]
        if not known:
            return None
        if name == "ratio":
            return math.exp(statistics.mean(map(math.log, known)))
        return statistics.mean(known)

    names = [name for name in Line.__dataclass_fields__ if name not in _WORDS]
    values: dict[str, Any] = {name: over(name) for name in names}
    return Line(corpus="mean", documents=f"{len(own)} cells", system=system, **values)


#: The fields of a line that are no figures.
_WORDS = ("corpus", "documents", "system")


def _cells(line: Line) -> list[str]:
    def number(value: float | None, form: str) -> str:
        return "–" if value is None else format(value, form)

    return [
        line.corpus,
        line.documents,
        line.system,
        f"{line.micro:.3f}",
        f"{line.macro:.3f}",
        f"{line.fit_seconds:.1f}",
        f"{line.characters_per_second / 1000:,.0f}",
        number(line.ratio, ".2f"),
        f"{line.document_ms:.1f}",
        f"{line.model_kb:,.0f}",
        f"{line.fit_mb:,.0f}",
        number(line.predict_mb, ",.0f"),
        number(line.calibration, ".3f"),
    ]
