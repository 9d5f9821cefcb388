"""The documents of an extraction job's result, in the units that the caller asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.domain.jobs import InputDocument
from shared.errors import ErrorDetail
from shared.text.offsets import IndexType, OffsetMap, elements, measure
from shared.text.spans import Span

#: Characters (text elements) that make one transaction in statistics. Hosted: 1,000.
TRANSACTION = 1_000


def entities_json(
    text: str, spans: Sequence[Span], index_type: IndexType, offsets: OffsetMap | None = None
) -> list[dict[str, Any]]:
    """Return spans (code points) in wire form, with offset and length in `index_type` units.

    A span that begins or ends inside a unit, such as a text element, is widened to whole ones, so
    that `text` is always the document's slice at offset and length. Scores are rounded to four
    decimals. `offsets` is the map of this text and type, where the caller has it already.
    """
    offsets = offsets or OffsetMap(text, index_type)
    entities: list[dict[str, Any]] = []
    for span in spans:
        start, end = offsets.widen(span.start, span.end)
        offset, length = offsets.to_units(start, end)
        entities.append(
            {
                "text": text[start:end],
                "category": span.category,
                "offset": offset,
                "length": length,
                # A span without a confidence was tagged by a person.
                "confidenceScore": 1.0 if span.confidence is None else round(span.confidence, 4),
            }
        )
    return entities


def document_json(
    document_id: str, text: str, spans: Sequence[Span], index_type: IndexType
) -> dict[str, Any]:
    """Return a document of a result: id, entities, warnings, statistics (in text elements).

    The statistics are always there; rendering a job leaves them out where they were not asked for.
    """
    offsets = OffsetMap(text, index_type)
    characters = (
        offsets.length
        if index_type is IndexType.TEXT_ELEMENTS
        else measure(text, IndexType.TEXT_ELEMENTS)
    )
    return {
        "id": document_id,
        "entities": entities_json(text, spans, index_type, offsets),
        "warnings": [],
        "statistics": {
            "charactersCount": characters,
            "transactionsCount": max(1, -(-characters // TRANSACTION)),
        },
    }


def document_error(document: InputDocument, longest: int) -> ErrorDetail | None:
    """Return why a document of a job cannot be read, or None.

    It must have text, of at most `longest` text elements, whatever units the caller counts in. A
    document that has not does not spoil the others of its job.
    """
    if not document.text:
        return _invalid("Document text is empty.")
    # A text never has more text elements than code points, so most need no counting.
    if len(document.text) > longest and elements(document.text, at_most=longest) > longest:
        return _invalid(f"The document has more than {longest:,} characters (text elements).")
    return None


def _invalid(reason: str) -> ErrorDetail:
    return ErrorDetail(
        code="InvalidArgument",
        message="Invalid document in request.",
        inner_code="InvalidDocument",
        inner_message=reason,
    )
