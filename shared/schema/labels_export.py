"""Labels files as this service writes them, in every dialect that it reads.

- The project file of today, and that of 2022 with the names which it had then.
- The import body of 2021-11-01-preview, and the tags file of 2021, which is its assets alone.

A file is written document by document, so that a project of any size takes the memory of one.
What is written, `labels_file` reads to the same labels. The dialects of 2021 have no room for the
set that a document is in and for descriptions of entity types, and leave them out; the tags file
has none for settings either.
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

#: The version of the import body of 2021.
BODY_VERSION = "2021-11-01-preview"

#: What the kind of project was called in 2022, and in 2021.
_KIND_2022 = "customNamedEntityRecognition"
_KIND_2021 = "Extraction"


class Format(enum.Enum):
    """A dialect that is written."""

    #: Today's.
    PROJECT = "project"
    #: Of 2022: `project-file-version`, and the kind of project by its name of then.
    PROJECT_2022 = "project-2022"
    #: The import body of 2021-11-01-preview.
    PROJECT_2021 = "project-2021"
    #: The tags file of 2021, which `labelsLocation` names.
    TAGS = "tags-2021"

    @property
    def old(self) -> bool:
        """Whether it is of 2021: extractors, and no room for sets and descriptions."""
        return self in (Format.PROJECT_2021, Format.TAGS)

    @property
    def entities(self) -> str:
        """The name of the list of entity types, and of a document's list of regions."""
        return "extractors" if self.old else "entities"

    @property
    def declared(self) -> str:
        """The name of an entity type's name."""
        return "name" if self.old else "category"

    @property
    def category(self) -> str:
        """The name of a label's entity type."""
        return "extractorName" if self.old else "category"


def write(
    settings: ProjectSettings,
    entities: Sequence[EntityType],
    documents: Iterable[tuple[str, str, Labels]],
    form: Format = Format.PROJECT,
) -> Iterator[bytes]:
    """Yield a labels file in pieces of UTF-8: the head, a piece a document, the end.

    `documents` are (name, text, labels); offsets are written in UTF-16 units.
    """
    head = _head(settings, entities, form)
    opening = json.dumps(head, ensure_ascii=False)
    # The list of documents is the last member of the innermost open object, still to be written.
    depth = 1 if form is Format.TAGS else 2
    yield f'{opening[:-depth]}, "documents": ['.encode()
    for number, (name, text, labels) in enumerate(documents):
        comma = ",\n" if number else "\n"
        document = document_json(name, text, labels, form)
        yield (comma + json.dumps(document, ensure_ascii=False)).encode()
    yield ("\n]" + "}" * depth + "\n").encode()


def _head(
    settings: ProjectSettings, entities: Sequence[EntityType], form: Format
) -> dict[str, Any]:
    match form:
        case Format.TAGS:
            return tags_head(entities)
        case Format.PROJECT_2021:
            return body_head(settings, entities)
        case Format.PROJECT_2022:
            head = project_head(settings, entities, _KIND_2022)
            return {"project-file-version": head.pop("projectFileVersion"), **head}
    return project_head(settings, entities)


def project_head(
    settings: ProjectSettings, entities: Sequence[EntityType], kind: str = KIND
) -> dict[str, Any]:
    """Return a project file without its documents; `assets` is last."""
    return {
        "projectFileVersion": FILE_VERSION,
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {
            "projectKind": kind,
            "storageInputContainerName": settings.container,
            "projectName": settings.name,
            "multilingual": settings.multilingual,
            "description": settings.description,
            "language": settings.language,
            "settings": _settings(settings),
        },
        "assets": {
            "projectKind": kind,
            "entities": [_entity(entity) for entity in entities],
        },
    }


def body_head(settings: ProjectSettings, entities: Sequence[EntityType]) -> dict[str, Any]:
    """Return an import body of 2021-11-01-preview without its documents; `assets` is last."""
    return {
        "api-version": BODY_VERSION,
        "metadata": {
            "name": settings.name,
            "multiLingual": settings.multilingual,
            "description": settings.description,
            "modelType": _KIND_2021,
            "language": settings.language,
            "storageInputContainerName": settings.container,
            "settings": _settings(settings),
        },
        "assets": tags_head(entities),
    }


def tags_head(entities: Sequence[EntityType]) -> dict[str, Any]:
    """Return a tags file of 2021 without its documents."""
    return {"extractors": [{"name": entity.category} for entity in entities]}


def _settings(settings: ProjectSettings) -> dict[str, Any]:
    threshold = settings.confidence_threshold
    return {} if threshold is None else {"confidenceThreshold": threshold}


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
    if not form.old and labels.dataset is not None:
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
