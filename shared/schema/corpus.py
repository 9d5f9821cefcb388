"""A corpus: documents with their texts and labels, as the files of other tools have them.

Each of those formats has a module that reads and writes it; what they have in common is here. A
reader yields documents with the labels where the file has them; `settle` then judges one document
against the text that it will have, and makes code points of whatever the file counts in.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from shared.domain.labels import Dataset
from shared.limits import DEFAULTS, Limits
from shared.schema.fields import Fields, clip
from shared.schema.findings import Findings
from shared.schema.names import entity_fault, language_fault, location_fault
from shared.text.offsets import IndexType, OffsetError, OffsetMap
from shared.text.spans import Span

#: Where a document's own name is looked for, in files of JSON.
NAMES = ("name", "filename", "file_name", "location")

#: Of a name, what no document at the root of a container can have.
_NOT_IN_NAMES = re.compile("[/\\\\\ufffe\uffff]")

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A label as a file has it."""

    start: int
    #: The end is not part of it.
    end: int
    category: str
    #: Where in the file it stands.
    place: str
    #: Where the file counts from the beginning of a line: that line of its document, from 0.
    line: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CorpusDocument:
    """A document of a file."""

    name: str
    #: Where in the file it stands.
    place: str
    #: None where the file has no texts: then it must be in the project's container.
    text: str | None
    marks: tuple[Mark, ...]
    #: What the marks count.
    index_type: IndexType = IndexType.CODE_POINTS
    #: Whether the white space of `text` is that of the document; a file of tokens does not know.
    spaced: bool = True
    language: str | None = None
    dataset: Dataset | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TaggedDocument:
    """A document with labels that fit its text; what is read in the end, and what is written."""

    name: str
    text: str
    #: In code points; sorted, never overlapping.
    spans: tuple[Span, ...]
    language: str | None = None
    dataset: Dataset | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a file is to be read where it does not say so itself."""

    #: What documents without a name of their own are called, before their number.
    prefix: str
    #: What the offsets count; None: what the tool is known to count.
    index_type: IndexType | None = None


class Naming:
    """The names of a file's documents: their own, or numbers; none twice."""

    def __init__(self, prefix: str, findings: Findings) -> None:
        self._prefix = prefix
        self._findings = findings
        self._taken: set[str] = set()

    def name(self, own: str | None, number: int, place: str) -> str:
        """Return the name of a document; what is wrong with its own is a fault at its place."""
        name = own if own else f"{self._prefix}-{number:06}.txt"
        if not name.endswith(".txt"):
            name += ".txt"
        fault = name_fault(name)
        if fault:
            self._findings.fault(fault, place)
        elif name in self._taken:
            self._findings.fault(f"The document {clip(name)} is in the file twice.", place)
        self._taken.add(name)
        return name


def name_fault(name: str) -> str | None:
    """Say why no document of a project can have this name."""
    fault = location_fault(name)
    if fault is None and (_NOT_IN_NAMES.search(name) or not name.endswith(".txt")):
        fault = "A document's name ends with .txt and has no slash: it is at the container's root."
    return fault


def own_name(*places: Fields | None) -> str | None:
    """Return the name that a document of a JSON file has, in the first object that has one."""
    for fields in places:
        if fields is not None and (name := fields.text(*NAMES)):
            return name
    return None


def own_facts(*places: Fields | None) -> tuple[str | None, Dataset | None]:
    """Return a document's language and dataset, where its file has what we write there.

    Other tools have other things under these names, so what does not fit is not a fault.
    """
    language: str | None = None
    dataset: Dataset | None = None
    for fields in places:
        if fields is None:
            continue
        value = fields.value("language")
        if language is None and isinstance(value, str) and language_fault(value) is None:
            language = value
        value = fields.value("dataset")
        for one in Dataset:
            if dataset is None and isinstance(value, str) and value.lower() == one.value.lower():
                dataset = one
    return language, dataset


def facts_json(document: TaggedDocument) -> dict[str, str]:
    """Return name, language and dataset as the formats of JSON keep them."""
    facts = {"name": document.name}
    if document.language is not None:
        facts["language"] = document.language
    if document.dataset is not None:
        facts["dataset"] = document.dataset.value
    return facts


def counts_differ(text: str) -> bool:
    """Whether a text has as many UTF-16 units as code points."""
    return _ASTRAL.search(text) is not None


def settle(
    document: CorpusDocument,
    present: str | None,
    findings: Findings,
    *,
    overwrite: bool = False,
    limits: Limits = DEFAULTS,
) -> TaggedDocument | None:
    """Return a document with labels that fit, or None after noting every fault.

    `present` is the text that the project's container has under its name. A document of another
    text is a fault unless it may be overwritten. Of labels that overlap the longest stay; the
    others are left out, each with a notice.
    """
    before = findings.count
    marks: Sequence[Mark] = document.marks
    text = document.text
    if text is None:
        text = present
        if text is None:
            message = f"The project's container has no document {clip(document.name)}."
            findings.fault(message, document.place)
            return None
    elif not document.spaced and present is not None and _squeezed(text) == _squeezed(present):
        marks = _moved(marks, text, present)
        text = present
    elif present is not None and text != present and not overwrite:
        message = f"The container has a document {clip(document.name)} of another text."
        findings.fault(message, document.place)
    if not text:
        # Of a text that the file itself should have, its reader has told already.
        if document.text is None:
            findings.fault(f"The document {clip(document.name)} is empty.", document.place)
        return None
    if len(text) > limits.project_document_length:
        findings.fault(
            f"The document {clip(document.name)} is longer than "
            f"{limits.project_document_length:,} characters.",
            document.place,
        )
    placed = _placed(marks, text, document, findings, limits.entity_length)
    if findings.count > before:
        return None
    return TaggedDocument(
        name=document.name,
        text=text,
        spans=_without_overlaps(placed, document, findings),
        language=document.language,
        dataset=document.dataset,
    )


def _placed(
    marks: Sequence[Mark], text: str, document: CorpusDocument, findings: Findings, longest: int
) -> list[tuple[Span, Mark]]:
    """Return the marks as spans of the text, in code points; those that do not fit are faults."""
    placed: list[tuple[Span, Mark]] = []
    offsets = OffsetMap(text, document.index_type)
    lines = _lines(text) if any(mark.line is not None for mark in marks) else []
    for mark in marks:
        if fault := entity_fault(mark.category):
            findings.fault(fault, mark.place)
            continue
        if mark.line is not None:
            if mark.line >= len(lines):
                message = f"{clip(document.name)} has {len(lines):,} lines."
                findings.fault(message, mark.place)
                continue
            shift, length = lines[mark.line]
            bounds = (mark.start + shift, mark.end + shift)
            outside = mark.end > length
        else:
            outside = mark.end > offsets.length
            bounds = (mark.start, mark.end)
        what = _told(mark, document)
        if mark.start < 0 or mark.start >= mark.end or outside:
            findings.fault(f"{what} is no stretch of the text.", mark.place)
            continue
        try:
            start, end = offsets.from_units(bounds[0], bounds[1] - bounds[0])
        except OffsetError as error:
            findings.fault(f"{what} is no stretch of the text: {error}.", mark.place)
            continue
        if end - start > longest:
            findings.fault(f"{what} is longer than {longest} characters.", mark.place)
        elif text[start:end].isspace():
            findings.fault(f"{what} holds nothing but white space.", mark.place)
        else:
            placed.append((Span(start, end, mark.category), mark))
    return placed


def _told(mark: Mark, document: CorpusDocument) -> str:
    return f"The label {clip(mark.category)} at {mark.start} to {mark.end} of {clip(document.name)}"


def _without_overlaps(
    placed: Sequence[tuple[Span, Mark]], document: CorpusDocument, findings: Findings
) -> tuple[Span, ...]:
    kept: list[Span] = []
    left_out: list[tuple[Mark, str]] = []
    for span, mark in sorted(placed, key=lambda one: (-one[0].length, one[0].start)):
        place = bisect_right(kept, span.start, key=attrgetter("start"))
        near = kept[max(place - 1, 0) : place + 1]
        rival = next((one for one in near if one.start < span.end and span.start < one.end), None)
        if rival is None:
            kept.insert(place, span)
        elif rival == span:
            left_out.append((mark, "is in the file twice; it is taken once"))
        else:
            left_out.append((mark, f"overlaps a label {clip(rival.category)} and is left out"))
    for mark, reason in sorted(left_out, key=lambda one: one[0].start):
        findings.notice(f"{_told(mark, document)} {reason}.", mark.place)
    return tuple(kept)


def _lines(text: str) -> list[tuple[int, int]]:
    """Return begin and length of each line; its LF or CR LF is not part of it."""
    lines: list[tuple[int, int]] = []
    begin = 0
    for line in text.split("\n"):
        lines.append((begin, len(line.removesuffix("\r"))))
        begin += len(line) + 1
    if len(lines) > 1 and not text.rpartition("\n")[2]:
        lines.pop()
    return lines


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _solid(text: str) -> list[int]:
    """Return where the characters of a text that are no white space stand."""
    return [place for place, character in enumerate(text) if not character.isspace()]


def _moved(marks: Sequence[Mark], text: str, present: str) -> list[Mark]:
    """Return the marks of a text on one that differs from it in white space alone."""
    old, new = _solid(text), _solid(present)
    moved: list[Mark] = []
    for mark in marks:
        first, behind = bisect_left(old, mark.start), bisect_left(old, mark.end)
        start, end = new[first], new[behind - 1] + 1
        moved.append(Mark(start=start, end=end, category=mark.category, place=mark.place))
    return moved


def untold(what: str, count: int, findings: Findings) -> None:
    """Note that a format has no room for so many of something."""
    if count:
        findings.notice(f"The format has no room for {what} ({count:,}).", "$")
