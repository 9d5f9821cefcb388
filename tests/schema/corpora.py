"""Documents of every sort of text with labels, and how a file of another tool is read in tests."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from shared.domain.labels import Dataset
from shared.schema import corpus, labels_formats
from shared.schema.corpus import CorpusDocument, TaggedDocument
from shared.schema.findings import Findings
from shared.schema.labels_formats import Format, ImportOptions
from shared.text.offsets import IndexType
from shared.text.spans import Span

CATEGORIES = ["Name", "Lender's name", "LOAN_SUM", "日付"]

#: Pieces that are counted differently as code points, UTF-16 units and text elements.
PIECES = [
    "a",
    "Zoe\u0301",
    "\U0001f600",
    "👩‍👩‍👧",
    "🇮🇹",
    "\r\n",
    "\n",
    " ",
    "\t",
    "\u2028",
    "\x85",
    "\ufeff",
    "日本",
    "क्षि",
    '"',
    "#",
    ",",
    "$4,000.50",
    "-DOCSTART-",
]


@st.composite
def tagged_documents(draw: st.DrawFn, name: str = "a b #é.txt") -> TaggedDocument:
    """A document with labels that never overlap and hold more than white space."""
    text = "x" + "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14))) + "x"
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=8)))
    spans = [
        Span(start, end, draw(st.sampled_from(CATEGORIES)))
        for start, end in pairwise(cuts)
        if text[start:end].strip() and draw(st.booleans())
    ]
    return TaggedDocument(
        name=name,
        text=text,
        spans=tuple(spans),
        language=draw(st.sampled_from([None, "en-us"])),
        dataset=draw(st.sampled_from([None, *Dataset])),
    )


def read(
    data: bytes | str, form: Format, index_type: IndexType | None = None
) -> tuple[list[CorpusDocument], Findings]:
    """Return the documents of a file, and what reading it found."""
    findings = Findings()
    options = ImportOptions(form=form, prefix="new", index_type=index_type)
    data = data.encode() if isinstance(data, str) else data
    return list(labels_formats.read(data, findings, options)), findings


def settled(
    data: bytes | str,
    form: Format,
    index_type: IndexType | None = None,
    **present: str,
) -> tuple[list[TaggedDocument], Findings]:
    """Return the documents with labels that fit; `present` are texts of the container."""
    documents, findings = read(data, form, index_type)
    tagged = [
        corpus.settle(document, present.get(document.name.removesuffix(".txt")), findings)
        for document in documents
    ]
    return [one for one in tagged if one is not None], findings


def faults(data: bytes | str, form: Format, **present: str) -> list[tuple[str | None, str]]:
    """Return place and message of each fault."""
    _, findings = settled(data, form, **present)
    return [(fault.target, fault.message) for fault in findings.faults]


def notices(data: bytes | str, form: Format, **present: str) -> list[tuple[str | None, str]]:
    """Return place and message of each notice."""
    _, findings = settled(data, form, **present)
    return [(notice.target, notice.message) for notice in findings.notices]
