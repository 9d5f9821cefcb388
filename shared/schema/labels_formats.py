"""The formats in which labels come and go, by the names that callers give them."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.labels import Labels
from shared.domain.projects import EntityType, ProjectSettings
from shared.errors import InvalidParameterValue
from shared.schema import (
    comprehend,
    conll,
    doccano,
    label_studio,
    labels_export,
    spacy_lines,
)
from shared.schema.corpus import CorpusDocument, Naming, Reading, TaggedDocument, untold
from shared.schema.findings import Findings
from shared.schema.shapes import Field, Text
from shared.text import offsets
from shared.text.offsets import IndexType


class Format(enum.StrEnum):
    """A format of labels; the value is its name on the wire."""

    #: A labels file of this service and the hosted one; all of their dialects are read as this.
    PROJECT = "project"
    PROJECT_2022 = "project-2022"
    PROJECT_2021 = "project-2021"
    TAGS_2021 = "tags-2021"
    #: Those of other tools.
    CONLL = "conll"
    SPACY = "spacy"
    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    COMPREHEND = "comprehend"

    @property
    def dialect(self) -> labels_export.Format | None:
        """The dialect of labels files that it is; None for a format of another tool."""
        return _DIALECTS.get(self)

    @property
    def counts(self) -> tuple[IndexType, ...]:
        """What its offsets can count; where that is more than one thing, a caller may say which."""
        if self.dialect:
            return (IndexType.UTF16,)
        if self is Format.LABEL_STUDIO:
            return (IndexType.CODE_POINTS, IndexType.UTF16)
        return tuple(IndexType) if self is Format.DOCCANO else (IndexType.CODE_POINTS,)

    @property
    def content_type(self) -> str:
        """The media type of a file of it."""
        if self.dialect or self is Format.LABEL_STUDIO:
            return "application/json"
        if self is Format.COMPREHEND:
            return "text/csv"
        return "text/plain" if self is Format.CONLL else "application/jsonl"


_DIALECTS = {
    Format.PROJECT: labels_export.Format.PROJECT,
    Format.PROJECT_2022: labels_export.Format.PROJECT_2022,
    Format.PROJECT_2021: labels_export.Format.PROJECT_2021,
    Format.TAGS_2021: labels_export.Format.TAGS,
}


class Mode(enum.StrEnum):
    """What an import does with what its file does not name."""

    #: Labels of other documents and other entity types go.
    REPLACE = "replace"
    #: They stay; documents that the file names get its labels in place of theirs.
    ADD = "add"


_FORMAT = Field(
    "format",
    Text(values=tuple(Format)),
    "The format of the file; `project` is any dialect of labels files.",
)
_UNITS = Field(
    "stringIndexType",
    Text(values=tuple(IndexType)),
    "What the offsets count, for formats whose tools have counted in several ways.",
)

#: The parameters of an import and of its dry run, and of an export.
IMPORT = (
    _FORMAT,
    Field(
        "mode",
        Text(values=tuple(Mode)),
        "Whether labels of documents that the file does not name go or stay.",
    ),
    Field(
        "overwrite",
        Text(values=("true", "false")),
        "Whether a document of another text is overwritten by one of the file.",
    ),
    Field("prefix", Text(longest=200), "What documents without names are called."),
    _UNITS,
)
EXPORT = (_FORMAT, _UNITS)

#: The media types of all formats.
MEDIA = tuple(sorted({form.content_type for form in Format}))


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """How a file is imported."""

    form: Format = Format.PROJECT
    mode: Mode = Mode.REPLACE
    #: Whether a document of another text that has the name of one of the file is overwritten.
    overwrite: bool = False
    #: What documents without a name are called, before their number.
    prefix: str = ""
    index_type: IndexType | None = None

    def data(self) -> bytes:
        """Return the options as `import_options_of` reads them."""
        return json.dumps(
            {
                "format": self.form.value,
                "mode": self.mode.value,
                "overwrite": "true" if self.overwrite else "false",
                "prefix": self.prefix,
                "stringindextype": self.index_type.value if self.index_type else "",
            }
        ).encode()


def import_options_of(data: bytes) -> ImportOptions:
    """Return the options that `ImportOptions.data` has written."""
    return import_options(json.loads(data))


def import_options(query: Mapping[str, str]) -> ImportOptions:
    """Return how the query of an import or a check says that a file is to be read.

    Without a format it is a labels file. A labels file replaces all labels of its project, as in
    the hosted service's import; a file of another tool adds to them; unless `mode` says otherwise.
    Raises `InvalidParameterValue`.
    """
    form = _format(query)
    mode = query.get("mode") or (Mode.REPLACE if form.dialect else Mode.ADD)
    if mode not in list(Mode):
        raise InvalidParameterValue("mode must be replace or add.", target="mode")
    overwrite = (query.get("overwrite") or "false").lower()
    if overwrite not in ("true", "false"):
        raise InvalidParameterValue("overwrite must be true or false.", target="overwrite")
    prefix = query.get("prefix") or form.value
    findings = Findings()
    Naming(prefix, findings).name(None, 1, "prefix")
    if findings.faults:
        raise InvalidParameterValue(findings.faults[0].message, target="prefix")
    return ImportOptions(
        form=form,
        mode=Mode(mode),
        overwrite=overwrite == "true",
        prefix=prefix,
        index_type=_index_type(query, form),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportOptions:
    """What an export writes."""

    form: Format = Format.PROJECT
    #: What offsets count, where a caller said so.
    index_type: IndexType | None = None

    def text(self) -> str:
        """Return the options as `export_options_of` reads them."""
        return f"{self.form} {self.index_type}" if self.index_type else self.form.value


def export_options_of(text: str) -> ExportOptions:
    """Return the options that `ExportOptions.text` has written; a project file for none."""
    form, _, index_type = text.partition(" ")
    return ExportOptions(
        form=Format(form) if form else Format.PROJECT,
        index_type=IndexType(index_type) if index_type else None,
    )


def export_options(query: Mapping[str, str]) -> ExportOptions:
    """Return what the query of an export asks for; raise `InvalidParameterValue`."""
    form = _format(query)
    return ExportOptions(form=form, index_type=_index_type(query, form))


def _format(query: Mapping[str, str]) -> Format:
    value = (query.get("format") or Format.PROJECT).lower()
    if value not in list(Format):
        raise InvalidParameterValue(f"format is one of {', '.join(Format)}.", target="format")
    return Format(value)


def _index_type(query: Mapping[str, str], form: Format) -> IndexType | None:
    value = query.get("stringindextype")
    if not value:
        return None
    try:
        index_type = offsets.parse(value)
    except ValueError as error:
        raise InvalidParameterValue(str(error), target="stringIndexType") from error
    if index_type not in form.counts:
        message = f"The stringIndexType of the format {form} is {' or '.join(form.counts)}."
        raise InvalidParameterValue(message, target="stringIndexType")
    return index_type if len(form.counts) > 1 else None


def read(data: bytes, findings: Findings, options: ImportOptions) -> Iterator[CorpusDocument]:
    """Yield the documents of a file of another tool; faults and notices go into `findings`."""
    reading = Reading(prefix=options.prefix, index_type=options.index_type)
    match options.form:
        case Format.CONLL:
            return conll.read(data, findings, reading)
        case Format.SPACY:
            return spacy_lines.read(data, findings, reading)
        case Format.LABEL_STUDIO:
            return label_studio.read(data, findings, reading)
        case Format.DOCCANO:
            return doccano.read(data, findings, reading)
        case Format.COMPREHEND:
            return comprehend.read(data, findings)
    raise ValueError(f"{options.form} is a dialect of labels files.")


def write(
    options: ExportOptions,
    settings: ProjectSettings,
    entities: Sequence[EntityType],
    documents: Iterable[tuple[str, str, Labels]],
    findings: Findings,
) -> Iterator[bytes]:
    """Yield a file of a format in pieces, document by document.

    `documents` are (name, text, labels). What the format has no room for is told as notices, the
    last of them when the last piece has been taken.
    """
    form = options.form
    if form.dialect is not None:
        yield from labels_export.write(settings, entities, documents, form.dialect)
        return
    left = _Left()
    tagged = left.pass_on(documents)
    names = [entity.category for entity in entities]
    match form:
        case Format.CONLL:
            conll.type_notices(names, findings)
            yield from conll.write(tagged, findings)
        case Format.SPACY:
            yield from spacy_lines.write(tagged)
        case Format.LABEL_STUDIO:
            yield from label_studio.write(tagged, options.index_type)
        case Format.DOCCANO:
            yield from doccano.write(tagged, findings, options.index_type)
        case Format.COMPREHEND:
            comprehend.type_notices(names, findings)
            yield from comprehend.write(tagged)
    if form in (Format.CONLL, Format.COMPREHEND):
        untold("the datasets of documents", left.datasets, findings)
        untold("the languages of documents", left.languages, findings)
    if form is Format.COMPREHEND:
        untold("documents without labels", left.untagged, findings)
    untold("the regions of documents", left.regions, findings)
    untold("entity types without labels", len(set(names) - left.used), findings)
    described = sum(bool(entity.description) for entity in entities)
    untold("the descriptions of entity types", described, findings)


class _Left:
    """What the documents of an export have that not every format has room for."""

    def __init__(self) -> None:
        self.datasets = 0
        self.languages = 0
        #: Documents without labels.
        self.untagged = 0
        #: Documents of which not the whole text was looked at.
        self.regions = 0
        #: Entity types that labels have.
        self.used: set[str] = set()

    def pass_on(self, documents: Iterable[tuple[str, str, Labels]]) -> Iterator[TaggedDocument]:
        """Yield the documents, counting what they have."""
        for name, text, labels in documents:
            self.datasets += labels.dataset is not None
            self.languages += labels.language is not None
            self.untagged += not labels.spans
            self.regions += bool(labels.spans) and labels.regions not in ((), ((0, len(text)),))
            self.used.update(span.category for span in labels.spans)
            yield TaggedDocument(
                name=name,
                text=text,
                spans=labels.spans,
                language=labels.language,
                dataset=labels.dataset,
            )
