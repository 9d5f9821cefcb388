"""doccano's JSON lines of sequence labelling, which it imports and exports.

    {"text": "Bo Li owes $5", "label": [[0, 5, "Name"], [11, 13, "Sum"]]}
    {"id": 7, "text": "Bo Li owes $5", "Comments": [], "relations": [],
     "entities": [{"id": 1, "label": "Name", "start_offset": 0, "end_offset": 5}]}

A project with relations exports the second form. The editor runs in a browser and counts UTF-16
units, or text elements where the project was set to count grapheme clusters as one character
(doccano issue 2290); the file does not say which. Other members of a line are kept by doccano as
what it calls metadata: name, language and dataset of a document stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
from shared.schema.json_lines import line, objects
from shared.schema.spacy_lines import triple
from shared.text.offsets import IndexType, OffsetMap

#: The names of the list of labels, by doccano's releases and its setting "column label".
_LABELS = ("label", "labels", "entities")

#: What a line may also have that labels of entities have no room for.
_MORE = ("relations", "cats", "Comments", "comments")


def read(data: bytes, findings: Findings, reading: Reading) -> Iterator[CorpusDocument]:
    """Yield the documents of a file."""
    naming = Naming(reading.prefix, findings)
    for number, fields in enumerate(objects(data, findings), start=1):
        meta = fields.value("meta", "metadata")
        inner = Fields(meta, fields.path, findings.problems) if isinstance(meta, dict) else None
        text = fields.required_text("text", "data")
        marks = tuple(_marks(fields, findings))
        if reading.index_type is None and marks and counts_differ(text):
            findings.notice(
                "The offsets are taken as UTF-16 units, as doccano counts; say stringIndexType "
                "if its project counts grapheme clusters (TextElements_v8) or code points.",
                fields.path,
            )
        language, dataset = own_facts(fields, inner)
        for name in _MORE:
            if fields.value(name):
                findings.notice(f"{name} are not read: labels alone are.", fields.target(name))
        yield CorpusDocument(
            name=naming.name(own_name(fields, inner), number, fields.path),
            place=fields.path,
            text=text,
            marks=marks,
            index_type=reading.index_type or IndexType.UTF16,
            language=language,
            dataset=dataset,
        )


def _marks(fields: Fields, findings: Findings) -> Iterator[Mark]:
    if sum(fields.value(name) is not None for name in _LABELS) > 1:
        fields.fault("Here are labels under more than one name.", *_LABELS)
    path = fields.target(*_LABELS)
    for number, value in enumerate(fields.items(*_LABELS)):
        mark = triple(value, f"{path}[{number}]", findings)
        if mark is not None:
            yield mark


def write(
    documents: Iterable[TaggedDocument],
    findings: Findings,
    index_type: IndexType | None = None,
) -> Iterator[bytes]:
    """Yield a line a document, in the form that doccano imports; in UTF-16 units, as it counts.

    Where it is to count text elements, a label that cuts one is widened, and told.
    """
    for document in documents:
        offsets = OffsetMap(document.text, index_type or IndexType.UTF16)
        labels: list[list[int | str]] = []
        for span in document.spans:
            offset, length = offsets.to_units(span.start, span.end)
            labels.append([offset, offset + length, span.category])
            if (wide := offsets.widen(span.start, span.end)) != (span.start, span.end):
                label = f"{clip(span.category)} at {span.start} to {span.end}"
                message = f"The label {label} becomes {wide[0]} to {wide[1]}, whole text elements."
                findings.notice(message, document.name)
        yield line({"text": document.text, "label": labels, **facts_json(document)})
