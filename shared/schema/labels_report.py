"""The report of a dry run: what an import of a file would do, and all that is to be said of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.schema.findings import Findings
from shared.schema.labels_formats import Format, ImportOptions, Mode
from shared.schema.openapi import ERROR
from shared.schema.shapes import Flag, List, Shape, Text, Whole, must


class Fate(enum.StrEnum):
    """What becomes of a thing."""

    MADE = "made"
    REPLACED = "replaced"
    KEPT = "kept"
    REMOVED = "removed"


_TEXTS = (Fate.MADE, Fate.REPLACED, Fate.KEPT)
_LABELLED = (Fate.MADE, Fate.REPLACED, Fate.REMOVED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What an import would do. Where its file has faults, it would do nothing at all."""

    options: ImportOptions
    findings: Findings
    #: Documents that the file names.
    documents: int
    #: Labels that fit, by entity type.
    labels: Mapping[str, int]
    #: Made, or kept with its settings changed or as they are.
    project: Fate
    #: Entity types that the project has not yet, and those that it would no longer have.
    entities_made: Sequence[str]
    entities_removed: Sequence[str]
    #: Documents by what becomes of their texts: made, replaced, kept.
    texts: Mapping[Fate, int]
    #: Documents by what becomes of their labels: made, replaced, removed.
    labelled: Mapping[Fate, int]


def _table(name: str, fates: Sequence[Fate]) -> Shape:
    fields = tuple(must(fate.value, Whole(), f"Documents that are {fate.value}.") for fate in fates)
    return Shape(f"LabelsReport{name}", "Counts of documents.", fields)


_PLACED = List(ERROR)
_NAMES = Shape(
    "LabelsReportEntityNames",
    "Names of entity types.",
    (
        must("made", List(Text()), "Those that the project has not yet."),
        must("removed", List(Text()), "Those that it would no longer have."),
    ),
)

REPORT = Shape(
    "LabelsReport",
    "What an import of a file would do. With problems it would do nothing at all.",
    (
        must("valid", Flag(), "Whether there are no problems."),
        must("format", Text(values=tuple(Format)), "The format that the file was read as."),
        must("mode", Text(values=tuple(Mode)), "What becomes of what the file does not name."),
        must("documentsCount", Whole(), "Documents that the file names."),
        must("labelsCount", Whole(), "Labels that fit."),
        must(
            "entities",
            List(
                Shape(
                    "LabelsReportEntity",
                    "An entity type with labels.",
                    (
                        must("category", Text(), "Its name."),
                        must("labelsCount", Whole(), "Its labels."),
                    ),
                )
            ),
            "The entity types of these labels.",
        ),
        must(
            "changes",
            Shape(
                "LabelsReportChanges",
                "What would change.",
                (
                    must("project", Text(values=("made", "replaced", "kept")), "Its settings."),
                    must("entities", _NAMES, "Entity types of the project."),
                    must("texts", _table("Texts", _TEXTS), "Documents, by their texts."),
                    must(
                        "labelledDocuments",
                        _table("Labelled", _LABELLED),
                        "Documents, by their labels.",
                    ),
                ),
            ),
            "What would change.",
        ),
        must("problems", _PLACED, "Why the file is refused, each with its place."),
        must("notices", _PLACED, "What is taken otherwise than the file has it, or left out."),
    ),
)


def report_json(report: Report) -> dict[str, Any]:
    """Return a report as callers read it."""
    faults, notices = report.findings.faults, report.findings.notices
    return {
        "valid": not faults,
        "format": report.options.form.value,
        "mode": report.options.mode.value,
        "documentsCount": report.documents,
        "labelsCount": sum(report.labels.values()),
        "entities": [
            {"category": category, "labelsCount": count}
            for category, count in sorted(report.labels.items())
        ],
        "changes": {
            "project": report.project.value,
            "entities": {
                "made": list(report.entities_made),
                "removed": list(report.entities_removed),
            },
            "texts": _counts(report.texts, _TEXTS),
            "labelledDocuments": _counts(report.labelled, _LABELLED),
        },
        "problems": [detail.body() for detail in faults],
        "notices": [detail.body() for detail in notices],
    }


def _counts(counts: Mapping[Fate, int], fates: Sequence[Fate]) -> dict[str, int]:
    return {fate.value: counts.get(fate, 0) for fate in fates}
