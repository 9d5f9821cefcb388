"""Kinds of projects: this service has one, and knows the others of the hosted service by name."""

from __future__ import annotations

from shared.schema.shapes import Text

#: As this service writes it.
KIND = "CustomEntityRecognition"

#: Its names through the years, in lower case: today's, that of 2022, that of 2021 ("modelType").
_OURS = frozenset({"customentityrecognition", "customnamedentityrecognition", "extraction"})

#: The hosted service's other kinds, with what each is called in a sentence.
_OTHERS = {
    "customsinglelabelclassification": "text classification",
    "custommultilabelclassification": "text classification",
    "singleclassification": "text classification",
    "multiclassification": "text classification",
    "customabstractivesummarization": "summarization",
    "customhealthcare": "healthcare entities",
    "customtextsentiment": "sentiment analysis",
}


def kind_fault(value: str) -> str | None:
    """Say what is wrong with a project kind, in any letter case; None for ours."""
    if value.lower() in _OURS:
        return None
    other = _OTHERS.get(value.lower())
    if other:
        return f"This service does custom entity extraction only, not {other}: set {KIND}."
    return f"This is no project kind that is known here: set {KIND}."


#: For shapes: as each of the API's times writes it.
KIND_TEXT = Text(values=(KIND, "CustomNamedEntityRecognition", "Extraction"), rule=kind_fault)


def same_kind(one: str, other: str) -> bool:
    """Whether two spellings mean the same kind."""
    return _canonical(one) == _canonical(other)


def _canonical(value: str) -> str:
    return KIND.lower() if value.lower() in _OURS else value.lower()
