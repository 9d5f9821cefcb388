"""Suggestions on the wire: what a model would tag in a document. All of it is our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.schema.shapes import List, Number, Shape, Text, Whole, must
from shared.text.offsets import IndexType, OffsetMap
from shared.text.spans import Span

SUGGESTIONS = Shape(
    "DocumentSuggestions",
    "What a model predicts for a document's present text.",
    (
        must("modelId", Text(), "The id of the model, which changes with every training."),
        must("textDigest", Text(), "SHA-256 of the bytes of the text, in hex."),
        must(
            "entities",
            List(
                Shape(
                    "SuggestedEntity",
                    "An entity that a model predicts.",
                    (
                        must("category", Text(), "Its entity type."),
                        must("offset", Whole(), "Where it begins, in UTF-16 units of the text."),
                        must("length", Whole(), "How long it is, in UTF-16 units."),
                        must("confidenceScore", Number(least=0, most=1), "How sure the model is."),
                    ),
                )
            ),
            "The entities, by place.",
        ),
    ),
)


def suggestions_json(
    model_id: str, text: str, digest: str, spans: Sequence[Span]
) -> dict[str, Any]:
    """Return what a model predicts for a text: spans in code points, with their confidences."""
    offsets = OffsetMap(text, IndexType.UTF16)
    entities: list[dict[str, Any]] = []
    for span in spans:
        offset, length = offsets.to_units(span.start, span.end)
        entities.append(
            {
                "category": span.category,
                "offset": offset,
                "length": length,
                "confidenceScore": round(span.confidence or 0.0, 4),
            }
        )
    return {"modelId": model_id, "textDigest": digest, "entities": entities}
