"""Label Studio's JSON: a list of tasks, as it exports and imports them.

    [{"id": 7, "data": {"text": "Bo Li owes $5"}, "annotations": [{"result": [{
        "from_name": "label", "to_name": "text", "type": "labels",
        "value": {"start": 0, "end": 5, "text": "Bo Li", "labels": ["Name"]}}]}]}]

Since release 1.4 (Label Studio issue 1008) offsets are code points; older ones wrote UTF-16 units.
Where that makes a difference, `value.text` shows which of the two a task counts in. A line end of
CR LF counts as two. A task without annotations is a document without labels.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared.schema.corpus import (
    CorpusDocument,
    Mark,
    Naming,
    Reading,
    TaggedDocument,
    counts_differ,
    facts_json,
    own_facts,
    own_name,
)
from shared.schema.fields import Fields, clip
from shared.schema.findings import Findings
from shared.schema.json_lines import objects
from shared.schema.shapes import FARTHEST
from shared.text.offsets import IndexType, OffsetError, OffsetMap

#: The names of the tags in the labelling set-up that a file of ours is for.
_FROM, _TO = "label", "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Result:
    """A labelled stretch of a task, with its labels as marks."""

    #: What the tool says that the stretch reads; None where it does not say.
    text: str | None
    marks: tuple[Mark, ...]

    def says(self, stretch: str) -> bool:
        """Whether it may be this stretch. The tool shows white space as one space, if at all."""
        return self.text is None or self.text.split() == stretch.split()


def read(data: bytes, findings: Findings, reading: Reading) -> Iterator[CorpusDocument]:
    """Yield the documents of a file, one a task."""
    naming = Naming(reading.prefix, findings)
    for number, task in enumerate(objects(data, findings), start=1):
        inner = task.required_object("data")
        meta = task.value("meta")
        outer = Fields(meta, f"{task.path}.meta", findings.problems) if _is_object(meta) else None
        text = _text(inner, findings)
        results = list(_results(task, findings))
        language, dataset = own_facts(inner, outer)
        yield CorpusDocument(
            name=naming.name(own_name(inner, outer), number, task.path),
            place=task.path,
            text=text,
            marks=tuple(mark for result in results for mark in result.marks),
            index_type=_index_type(text, results, reading.index_type, task.path, findings),
            language=language,
            dataset=dataset,
        )


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _text(data: Fields, findings: Findings) -> str:
    """Return a task's text: `text`, or its one string, as a set-up may name it otherwise."""
    if data.value("text") is None:
        strings = [name for name, value in data.members().items() if isinstance(value, str)]
        if len(strings) == 1:
            findings.notice(f"The text is taken from {clip(strings[0])}.", data.path)
            return data.required_text(strings[0])
    return data.required_text("text")


def _results(task: Fields, findings: Findings) -> Iterator[_Result]:
    if task.items("predictions"):
        message = "The predictions of a model are not read: annotations alone are."
        findings.notice(message, task.target("predictions"))
    given = list(task.objects("annotations", "completions"))
    annotations = [one for one in given if not one.flag("was_cancelled")]
    if len(annotations) < len(given):
        message = "An annotation that was cancelled is not read."
        findings.notice(message, task.target("annotations", "completions"))
    if len(annotations) > 1:
        chosen = next((one for one in annotations if one.flag("ground_truth")), annotations[0])
        findings.notice(
            f"The task has {len(annotations)} annotations; that at {chosen.path} is read.",
            task.target("annotations", "completions"),
        )
        annotations = [chosen]
    for annotation in annotations:
        for result in annotation.objects("result"):
            yield from _result(result, findings)


def _result(result: Fields, findings: Findings) -> Iterator[_Result]:
    kind = result.text("type")
    if kind not in (None, "labels"):
        findings.notice(f"A result of the type {clip(kind)} is not read.", result.path)
        return
    before = findings.count
    value = result.required_object("value")
    start = value.required_whole("start", least=0, most=FARTHEST)
    end = value.required_whole("end", least=0, most=FARTHEST)
    categories = value.items("labels")
    told = value.text("text")
    if findings.count > before:
        return
    if not categories:
        findings.notice("A stretch without a label is not read.", value.path)
    marks: list[Mark] = []
    for number, category in enumerate(categories):
        place = f"{value.target('labels')}[{number}]"
        if not isinstance(category, str):
            findings.fault("A label must be a string.", place)
            continue
        marks.append(Mark(start=start, end=end, category=category, place=place))
    yield _Result(text=told, marks=tuple(marks))


def _index_type(
    text: str, results: Sequence[_Result], given: IndexType | None, place: str, findings: Findings
) -> IndexType:
    """Return what the offsets of a task count; tell of labels that do not read what they say.

    That is what a caller has said, or code points, unless the texts of the labels show UTF-16.
    """
    marked = [result for result in results if result.marks]
    read = _places(text, marked, given or IndexType.CODE_POINTS)
    index_type = given or IndexType.CODE_POINTS
    if given is None and counts_differ(text):
        otherwise = _places(text, marked, IndexType.UTF16)
        fitting, others = (_fitting(text, marked, places) for places in (read, otherwise))
        if others > fitting:
            index_type, read = IndexType.UTF16, otherwise
            message = "The offsets are UTF-16 units, as the texts of the labels show."
            findings.notice(message, place)
        elif others == fitting and read != otherwise:
            findings.notice(
                "The offsets are taken as code points, as Label Studio counts since release 1.4; "
                "say stringIndexType if this file is older.",
                place,
            )
    for result, found in zip(marked, read, strict=True):
        if found is not None and not result.says(text[found]):
            message = "The text at this place is not the text that the label says it is."
            findings.notice(message, result.marks[0].place)
    return index_type


def _places(text: str, results: Sequence[_Result], index_type: IndexType) -> list[slice | None]:
    """Return which code points each result marks; None where they are no stretch of the text."""
    offsets = OffsetMap(text, index_type)
    places: list[slice | None] = []
    for result in results:
        mark = result.marks[0]
        try:
            places.append(slice(*offsets.from_units(mark.start, mark.end - mark.start)))
        except OffsetError:
            places.append(None)
    return places


def _fitting(
    text: str, results: Sequence[_Result], places: Sequence[slice | None]
) -> tuple[int, int]:
    """Return how many results read what they say, but for white space, and how many exactly."""
    found = [
        (result, text[place])
        for result, place in zip(results, places, strict=True)
        if result.text is not None and place is not None
    ]
    loosely = sum(result.says(stretch) for result, stretch in found)
    return loosely, sum(stretch == result.text for result, stretch in found)


def write(
    documents: Iterable[TaggedDocument], index_type: IndexType | None = None
) -> Iterator[bytes]:
    """Yield a list of tasks, one a document, in the form that Label Studio imports.

    Offsets are code points unless an older release is to read them.
    """
    yield b"["
    for number, document in enumerate(documents):
        offsets = OffsetMap(document.text, index_type or IndexType.CODE_POINTS)
        results: list[dict[str, object]] = []
        for place, span in enumerate(document.spans):
            offset, length = offsets.to_units(span.start, span.end)
            results.append(
                {
                    "id": f"label-{place + 1}",
                    "from_name": _FROM,
                    "to_name": _TO,
                    "type": "labels",
                    "value": {
                        "start": offset,
                        "end": offset + length,
                        "text": document.text[span.start : span.end],
                        "labels": [span.category],
                    },
                }
            )
        task = {
            "data": {"text": document.text, **facts_json(document)},
            "annotations": [{"result": results}],
        }
        comma = ",\n" if number else "\n"
        yield (comma + json.dumps(task, ensure_ascii=False)).encode()
    yield b"\n]\n"
