"""JSON lines as programs around spaCy take them: a text and its labels, ready for a `DocBin`.

    {"text": "Bo Li owes $5", "entities": [[0, 5, "Name"], [11, 13, "Sum"]]}

Offsets are code points, as Python's. Prodigy writes the labels as objects under `spans`, and says
under `answer` what its user thought of the line. `meta` is free for whoever writes the file: name,
language and dataset of a document stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from shared.schema.corpus import (
    CorpusDocument,
    Mark,
    Naming,
    Reading,
    TaggedDocument,
    facts_json,
    own_facts,
    own_name,
)
from shared.schema.fields import Fields
from shared.schema.findings import Findings
from shared.schema.json_lines import line, objects
from shared.schema.shapes import FARTHEST

#: What a line may also have that labels of entities have no room for.
_MORE = ("cats", "relations", "deps", "heads", "tags")


def read(data: bytes, findings: Findings, reading: Reading) -> Iterator[CorpusDocument]:
    """Yield the documents of a file."""
    naming = Naming(reading.prefix, findings)
    for number, fields in enumerate(objects(data, findings), start=1):
        meta = fields.object("meta")
        text = fields.required_text("text")
        language, dataset = own_facts(meta, fields)
        for name in _MORE:
            if fields.value(name):
                findings.notice(f"{name} are not read: labels alone are.", fields.target(name))
        yield CorpusDocument(
            name=naming.name(own_name(meta, fields), number, fields.path),
            place=fields.path,
            text=text,
            marks=tuple(_marks(fields, findings)),
            language=language,
            dataset=dataset,
        )


def _marks(fields: Fields, findings: Findings) -> Iterator[Mark]:
    answer = fields.text("answer")
    if answer not in (None, "accept"):
        findings.notice("The answer is not accept: its labels are not read.", f"{fields.path}")
        return
    if fields.value("entities") is not None and fields.value("spans") is not None:
        fields.fault("Here are entities and spans, which are names for the same.", "spans")
    path = fields.target("entities", "spans")
    for number, value in enumerate(fields.items("entities", "spans")):
        mark = triple(value, f"{path}[{number}]", findings)
        if mark is not None:
            yield mark


def triple(value: Any, place: str, findings: Findings) -> Mark | None:
    """Return a label, `[start, end, name]` or an object of these; None after noting its fault."""
    if isinstance(value, dict):
        before = findings.count
        fields = Fields(value, place, findings.problems)
        mark = Mark(
            start=fields.required_whole("start", "start_offset", least=0, most=FARTHEST),
            end=fields.required_whole("end", "end_offset", least=0, most=FARTHEST),
            category=fields.required_text("label"),
            place=place,
        )
        return mark if findings.count == before else None
    if (
        not isinstance(value, list)
        or len(value) < 3
        or any(type(one) is not int or not 0 <= one <= FARTHEST for one in value[:2])
        or not isinstance(value[2], str)
    ):
        findings.fault("A label is [start, end, name].", place)
        return None
    if len(value) > 3:
        findings.notice("More than start, end and name is not read.", place)
    return Mark(start=value[0], end=value[1], category=value[2], place=place)


def write(documents: Iterable[TaggedDocument]) -> Iterator[bytes]:
    """Yield a line a document."""
    for document in documents:
        entities = [[span.start, span.end, span.category] for span in document.spans]
        meta = facts_json(document)
        yield line({"text": document.text, "entities": entities, "meta": meta})
