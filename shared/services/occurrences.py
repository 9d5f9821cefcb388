"""Occurrences: a text is looked for in all documents of a project."""

from __future__ import annotations

from shared.domain.labels import Labels
from shared.domain.occurrences import FoundDocument, Occurrence, Search
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores
from shared.text.search import occurrences


def find(stores: Stores, name: str, search: Search, most: int) -> tuple[list[FoundDocument], bool]:
    """Return the documents in which a text occurs, by name, and whether there is more of it.

    No more than `most` occurrences, all documents together. Documents that cannot be read are
    passed over: `documents.faults` tells of them. Reads texts side by side, and no more of them
    once there is enough.
    """
    project = stores.projects.read(name)
    rows = {row.name: row for row in stores.documents.tagged_documents(project)}
    names = stores.documents.names(project)
    if search.category is not None:
        names = (one for one in names if one in rows and search.category in rows[one].counts)
    found: list[FoundDocument] = []
    count = 0
    for document, text in stores.documents.texts(project, names):
        if not isinstance(text, DocumentText):
            continue
        places = list(
            occurrences(
                text.text,
                search.text,
                match_case=search.match_case,
                whole_words=search.whole_words,
            )
        )
        if not places:
            continue
        stored = stores.documents.labels(project, document) if document in rows else None
        labels = stored.labels if stored and stored.labels.text_digest == text.digest else None
        here = [
            Occurrence(start=start, end=end, categories=_categories(labels, start, end))
            for start, end in places
        ]
        if search.category is not None:
            here = [one for one in here if search.category in one.categories]
        if here and count == most:
            return found, True
        kept = here[: most - count]
        if kept:
            found.append(
                FoundDocument(name=document, text=text.text, digest=text.digest, occurrences=kept)
            )
        count += len(kept)
        if len(kept) < len(here):
            return found, True
    return found, False


def _categories(labels: Labels | None, start: int, end: int) -> tuple[str, ...]:
    """Return the types of the labels that overlap a place, each once."""
    spans = labels.spans if labels else ()
    here = [span.category for span in spans if span.start < end and start < span.end]
    return tuple(dict.fromkeys(here))
