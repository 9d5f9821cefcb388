"""Labels files as this service writes them: the project file of today, and the tags file of 2021.

A file is written document by document, so that a project of any size takes the memory of one.
What is written, `labels_file` reads to the same labels; the tags file has no room for the set that
a document is in, for descriptions of entity types and for settings, and leaves them out.
"""

from __future__ import annotations

import enum
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from shared.domain.labels import Labels
from shared.domain.projects import EntityType, ProjectSettings
from shared.schema.kinds import KIND
from shared.text.offsets import IndexType, OffsetMap
from shared.text.spans import Span

#: The version of the project file that is written.
FILE_VERSION = "2022-05-01"


class Format(enum.Enum):
    """A dialect that is written: its names for the parts of a file."""

    PROJECT = ("entities", "category", "category")
    TAGS = ("extractors", "name", "extractorName")

    @property
    def entities(self) -> str:
        """The name of the list of entity types, and of a document's list of regions."""
        return self.value[0]

    @property
    def declared(self) -> str:
        """The name of an entity type's name."""
        return self.value[1]

    @property
    def category(self) -> str:
        """The name of a label's entity type."""
        return self.value[2]


def write(
    settings: ProjectSettings,
    entities: Sequence[EntityType],
    documents: Iterable[tuple[str, str, Labels]],
    form: Format = Format.PROJECT,
) -> Iterator[bytes]:
    """Yield a labels file in pieces of UTF-8: the head, a piece a document, the end.

    `documents` are (name, text, labels); offsets are written in UTF-16 units.
    """
    head = tags_head(entities) if form is Format.TAGS else project_head(settings, entities)
    opening = json.dumps(head, ensure_ascii=False)
    # The list of documents is the last member of the innermost open object, still to be written.
    depth = 1 if form is Format.TAGS else 2
    yield f'{opening[:-depth]}, "documents": ['.encode()
    for number, (name, text, labels) in enumerate(documents):
        comma = ",\n" if number else "\n"
        document = document_json(name, text, labels, form)
        yield (comma + json.dumps(document, ensure_ascii=False)).encode()
    yield ("\n]" + "}" * depth + "\n").encode()


def project_head(settings: ProjectSettings, entities: Sequence[EntityType]) -> dict[str, Any]:
    """Return a project file without its documents; `assets` is last."""
    threshold = settings.confidence_threshold
    return {
        "projectFileVersion": FILE_VERSION,
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {
            "projectKind": KIND,
            "storageInputContainerName": settings.container,
            "projectName": settings.name,
            "multilingual": settings.multilingual,
            "description": settings.description,
            "language": settings.language,
            "settings": {} if threshold is None else {"confidenceThreshold": threshold},
        },
        "assets": {
            "projectKind": KIND,
            "entities": [_entity(entity) for entity in entities],
        },
    }


def tags_head(entities: Sequence[EntityType]) -> dict[str, Any]:
    """Return a tags file of 2021 without its documents."""
    return {"extractors": [{"name": entity.category} for entity in entities]}


def document_json(
    name: str, text: str, labels: Labels, form: Format = Format.PROJECT
) -> dict[str, Any]:
    """Return the labels of one document as a file has them, in UTF-16 units.

    Labels that stand in no region, such as those of a document without regions, are put into one
    that is the whole document.
    """
    offsets = OffsetMap(text, IndexType.UTF16)
    regions = _dealt_out(labels.spans, labels.regions)
    if regions is None:
        regions = [((0, len(text)), list(labels.spans))]
    document: dict[str, Any] = {"location": name}
    if labels.language is not None:
        document["language"] = labels.language
    if form is Format.PROJECT and labels.dataset is not None:
        document["dataset"] = labels.dataset.value
    document[form.entities] = [_region(offsets, region, spans, form) for region, spans in regions]
    return document


def _entity(entity: EntityType) -> dict[str, Any]:
    described = {"description": entity.description} if entity.description else {}
    return {"category": entity.category, **described}


def _region(
    offsets: OffsetMap, region: tuple[int, int], spans: Sequence[Span], form: Format
) -> dict[str, Any]:
    offset, length = offsets.to_units(*region)
    labels: list[dict[str, Any]] = []
    for span in spans:
        start, size = offsets.to_units(span.start, span.end)
        labels.append({form.category: span.category, "offset": start, "length": size})
    return {"regionOffset": offset, "regionLength": length, "labels": labels}


def _dealt_out(
    spans: Sequence[Span], regions: Sequence[tuple[int, int]]
) -> list[tuple[tuple[int, int], list[Span]]] | None:
    """Return the regions, which never overlap, each with its spans; None if one has no region."""
    ordered = sorted(regions)
    dealt: list[tuple[tuple[int, int], list[Span]]] = [(region, []) for region in ordered]
    for span in spans:
        place = bisect_right(ordered, span.start, key=itemgetter(0)) - 1
        if place < 0 or span.end > ordered[place][1]:
            return None
        dealt[place][1].append(span)
    return dealt
