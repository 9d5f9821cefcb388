"""Labels files: the entity types of a project and the labels of its documents, in every dialect.

- Today's project file: `metadata` and `assets` with `entities` and `documents`; of 2022 on.
- The import body of 2021-11-01-preview: the same with `extractors` in place of entities.
- The tags file of 2021: `extractors` and `documents` alone, without settings of a project.

Spellings may be mixed, but a file that has a part under two names is refused: one of them would be
dropped in silence.

Offsets in files are UTF-16 code units of the whole document. `parse` judges what the file alone
shows; `resolve` judges a document's labels against its text and converts them to code points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from shared.domain.labels import Dataset, Labels
from shared.domain.projects import EntityType, ProjectSettings
from shared.errors import ErrorDetail, InvalidLabels
from shared.limits import DEFAULTS, Limits
from shared.schema.fields import Fields, Problems, clip, read_object
from shared.schema.kinds import same_kind
from shared.schema.labels_shapes import ASSETS, FILE
from shared.text.offsets import IndexType, OffsetError, OffsetMap
from shared.text.spans import Span

#: What files of text classification have.
_CLASSES = frozenset({"class", "classes", "classifiers"})


@dataclass(frozen=True, kw_only=True, slots=True)
class WireLabel:
    """A label as a file has it; offset and length in UTF-16 units of the document."""

    category: str
    offset: int
    length: int
    #: Where in the file it stands: `$.assets.documents[0].entities[0].labels[0]`.
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A stretch that a person has looked at, in UTF-16 units of the document, and its labels."""

    offset: int
    length: int
    labels: tuple[WireLabel, ...]
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledDocument:
    """The labels of one document, not yet seen against its text."""

    #: The blob's name in the project's container.
    location: str
    language: str | None
    dataset: Dataset | None
    regions: tuple[Region, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelsFile:
    """What a labels file says, in whatever dialect."""

    #: None where the file has none, as a tags file of 2021.
    metadata: ProjectSettings | None
    entities: tuple[EntityType, ...]
    documents: tuple[LabelledDocument, ...]


def parse(data: bytes, most: Limits = DEFAULTS) -> LabelsFile:
    """Return what a labels file of any dialect says.

    Raises `InvalidBody` for what is no JSON object, and `InvalidLabels` with every fault of the
    file and its JSON path: wrong types and numbers, names that cannot be, documents that come
    twice, kinds of projects that are not ours.
    """
    problems = Problems()
    root = read_object(data, problems, FILE)
    assets = root.object("assets")
    metadata = root.object("metadata")
    if assets is None and (root.has("documents") or root.has("entities")):
        assets = root
    if assets is None:
        # A file of settings alone is one too; a body of neither is not.
        empty = Fields({}, "$.assets", problems, ASSETS)
        assets = empty if metadata else root.required_object("assets")
    root.text("projectFileVersion")
    root.text("stringIndexType")
    _check_kinds(metadata, assets)
    settings = None if metadata is None else _settings(metadata)
    entities = _entities(assets, most.entities_per_project)
    documents = _documents(assets, most.documents_per_project)
    problems.refuse(InvalidLabels)
    return LabelsFile(metadata=settings, entities=entities, documents=documents)


def _check_kinds(metadata: Fields | None, assets: Fields) -> None:
    kind = metadata.required_text("projectKind") if metadata else ""
    own = assets.text("projectKind")
    if metadata and kind and own and not same_kind(kind, own):
        message = "The project kind in the metadata must match the project kind in the assets."
        metadata.fault(message, "projectKind")
    for name in sorted(_CLASSES.intersection(assets.members())):
        message = "This is a file of text classification; this service extracts entities."
        assets.problems.add(message, f"{assets.path}.{name}")


def _settings(metadata: Fields) -> ProjectSettings:
    settings = metadata.object("settings")
    return ProjectSettings(
        name=metadata.required_text("projectName"),
        container=metadata.required_text("storageInputContainerName"),
        language=metadata.required_text("language"),
        multilingual=metadata.flag("multilingual") or False,
        description=metadata.text("description") or "",
        confidence_threshold=settings.number("confidenceThreshold") if settings else None,
    )


def _check_one_name(fields: Fields) -> None:
    if len(fields.spelled("entities")) > 1:
        message = "Here are entities and extractors, which are names for the same."
        fields.problems.add(message, f"{fields.path}.extractors")


def _entities(assets: Fields, most: int) -> tuple[EntityType, ...]:
    _check_one_name(assets)
    entities: list[EntityType] = []
    seen: set[str] = set()
    for fields in assets.objects("entities"):
        count = len(fields.problems)
        category = fields.required_text("category")
        if not category:
            continue
        if category in seen and len(fields.problems) == count:
            fields.fault(f"The entity type {category} is declared twice.", "category")
        seen.add(category)
        description = fields.text("description") or ""
        entities.append(EntityType(category=category, description=description))
    if len(entities) > most:
        assets.fault(
            f"A project can have at most {most:,} entity types; "
            f"the file declares {len(entities):,}.",
            "entities",
        )
    return tuple(entities)


def _documents(assets: Fields, most: int) -> tuple[LabelledDocument, ...]:
    documents: list[LabelledDocument] = []
    seen: set[str] = set()
    for fields in assets.objects("documents"):
        count = len(fields.problems)
        location = fields.required_text("location")
        if location and location in seen and len(fields.problems) == count:
            fields.fault(f"The document {clip(location)} is in the file twice.", "location")
        seen.add(location)
        if found := sorted(_CLASSES.intersection(fields.members())):
            message = "This document has classes; this service extracts entities."
            fields.problems.add(message, f"{fields.path}.{found[0]}")
        documents.append(
            LabelledDocument(
                location=location,
                language=fields.text("language") or None,
                dataset=_dataset(fields),
                regions=tuple(_regions(fields)),
            )
        )
    if len(documents) > most:
        assets.fault(
            f"A project can have at most {most:,} documents; the file has {len(documents):,}.",
            "documents",
        )
    return tuple(documents)


def _dataset(fields: Fields) -> Dataset | None:
    value = (fields.text("dataset") or "").lower()
    return next((each for each in Dataset if each.value.lower() == value), None)


def _regions(document: Fields) -> Iterator[Region]:
    _check_one_name(document)
    for fields in document.objects("entities"):
        yield Region(
            offset=fields.required_whole("regionOffset"),
            length=fields.required_whole("regionLength"),
            labels=tuple(read_label(label) for label in fields.objects("labels")),
            path=fields.path,
        )


def read_label(fields: Fields) -> WireLabel:
    """Return a label; its faults are noted."""
    return WireLabel(
        category=fields.required_text("category"),
        offset=fields.required_whole("offset"),
        length=fields.required_whole("length"),
        path=fields.path,
    )


def resolve(
    document: LabelledDocument,
    text: str,
    digest: str,
    declared: Collection[str],
    longest: int = DEFAULTS.entity_length,
) -> tuple[Labels | None, list[ErrorDetail]]:
    """Return a document's labels in code points of its text, or None and all that is wrong.

    `declared` are the entity types of the file; `digest` is the SHA-256 of the text's bytes, which
    the labels keep; `longest` is how many characters one may have. Each fault names the document,
    the offset, the length (UTF-16 units, as the file has them) and the reason; its target is the
    document's location and the label's JSON path.
    Regions that overlap are made one, since some tools write one region a label.
    """
    offsets = OffsetMap(text, IndexType.UTF16)
    faults = _Faults(document.location)
    spans: list[Span] = []
    regions: list[tuple[int, int]] = []
    for region in document.regions:
        bounds = _convert(region, "The region", offsets, faults)
        if bounds is not None:
            regions.append(bounds)
        for label in region.labels:
            if label.category not in declared:
                reason = f"is of the entity type {clip(label.category)}, which is not declared"
                faults.add("The label", label, reason)
            span = _convert(label, "The label", offsets, faults)
            if span is None:
                continue
            if (
                label.offset < region.offset
                or label.offset + label.length > region.offset + region.length
            ):
                faults.add("The label", label, "reaches outside its region")
            if fault := span_fault(text, *span, longest):
                faults.add("The label", label, fault)
            spans.append(Span(*span, label.category))
    _check_overlaps(document, faults)
    if faults.details:
        return None, faults.details
    labels = Labels(
        spans=tuple(sorted(spans)),
        regions=_united(regions),
        language=document.language,
        dataset=document.dataset,
        text_digest=digest,
    )
    return labels, []


class _Faults:
    """The faults of one document's labels."""

    def __init__(self, location: str) -> None:
        self._location = location
        self.details: list[ErrorDetail] = []

    def add(self, what: str, found: WireLabel | Region, reason: str) -> None:
        message = (
            f"{what} at offset {found.offset}, length {found.length} of the document "
            f"{clip(self._location)} {reason}."
        )
        target = f"{self._location} {found.path}"
        self.details.append(ErrorDetail(InvalidLabels.code, message, target))


def _convert(
    found: WireLabel | Region, what: str, offsets: OffsetMap, faults: _Faults
) -> tuple[int, int] | None:
    """Return start and end in code points, or None after noting why there are none."""
    if found.offset + found.length > offsets.length:
        reason = f"reaches outside the document, which has {offsets.length} UTF-16 units"
    else:
        try:
            return offsets.from_units(found.offset, found.length)
        except OffsetError:
            reason = "cuts a character in two: it begins or ends inside a surrogate pair"
    faults.add(what, found, reason)
    return None


def span_fault(text: str, start: int, end: int, longest: int) -> str | None:
    """Say why a stretch of a text, in code points, cannot be tagged."""
    if end - start > longest:
        return f"is longer than {longest} characters"
    if text[start:end].isspace():
        return "holds nothing but white space"
    return None


def _check_overlaps(document: LabelledDocument, faults: _Faults) -> None:
    """Note each label that begins before one that began no later has ended."""
    labels = [label for region in document.regions for label in region.labels]
    labels.sort(key=lambda label: (label.offset, label.length))
    farthest: WireLabel | None = None
    for label in labels:
        if farthest is None or label.offset >= farthest.offset + farthest.length:
            farthest = label
            continue
        reason = (
            f"overlaps the label {farthest.category} at offset {farthest.offset}, "
            f"length {farthest.length}"
        )
        faults.add("The label", label, reason)
        if label.offset + label.length > farthest.offset + farthest.length:
            farthest = label


def _united(regions: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return regions sorted, those that overlap made one, empty ones left out."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(region for region in regions if region[0] < region[1]):
        if united and start < united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], end))
        else:
            united.append((start, end))
    return tuple(united)
