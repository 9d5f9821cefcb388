"""Documents: listed, looked over for faults, opened."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import islice

from shared.domain.documents import Fault, FaultyDocument, ListedDocument, OpenDocument
from shared.domain.projects import Project
from shared.errors import DocumentNotUtf8, InvalidDocument, NotFound
from shared.schema.query import Page
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores

_EMPTY = "The document holds nothing but white space."
_CHANGED = "The document's text is no longer the one that was tagged."


def listed(stores: Stores, name: str, page: Page) -> list[ListedDocument]:
    """Return the documents of a project by name, up to one after the page; those in it with facts.

    Neither texts nor labels are read.
    """
    project = stores.projects.read(name)
    documents = _begin(stores, project, page)
    facts = stores.documents.facts(project, [one.name for one in page.cut(documents)])
    return [dataclasses.replace(document, facts=facts.get(document.name)) for document in documents]


def faults(
    stores: Stores, name: str, page: Page
) -> tuple[Sequence[FaultyDocument], Sequence[ListedDocument]]:
    """Return what is wrong with the documents of a page, and the documents as `listed` does.

    Reads the texts of the page, and the labels of those that have any.
    """
    project = stores.projects.read(name)
    documents = _begin(stores, project, page)
    names = [one.name for one in page.cut(documents)]
    facts = stores.documents.facts(project, names)
    found: list[FaultyDocument] = []
    for document, text in stores.documents.texts(project, names):
        fault = _fault(stores, project, document, text, tagged=document in facts)
        if fault is not None:
            found.append(fault)
    return found, documents


def opened(stores: Stores, name: str, document: str) -> OpenDocument:
    """Return a document with its text and labels.

    Raises `NotFound` where there is none, and `InvalidDocument` where it cannot be read.
    """
    return read(stores, stores.projects.read(name), document)


def read(stores: Stores, project: Project, document: str) -> OpenDocument:
    """Return a document as `opened` does."""
    text = stores.documents.text(project, document)
    stored = stores.documents.labels(project, document)
    return OpenDocument(
        name=document,
        text=text.text,
        digest=text.digest,
        labels=stored.labels if stored else None,
        etag=stored.etag if stored else "",
    )


def _begin(stores: Stores, project: Project, page: Page) -> list[ListedDocument]:
    """Return the documents up to one after the page, which says that there is another page."""
    end = None if page.end is None else page.end + 1
    return list(islice(stores.documents.listed(project), end))


def _fault(
    stores: Stores,
    project: Project,
    document: str,
    text: DocumentText | NotFound | InvalidDocument,
    *,
    tagged: bool,
) -> FaultyDocument | None:
    if isinstance(text, NotFound):
        return None  # It was deleted since it was listed.
    if isinstance(text, InvalidDocument):
        fault = Fault.NOT_UTF8 if isinstance(text, DocumentNotUtf8) else Fault.TOO_LONG
        return FaultyDocument(name=document, fault=fault, message=text.message)
    if not text.text.strip():
        return FaultyDocument(name=document, fault=Fault.EMPTY, message=_EMPTY)
    stored = stores.documents.labels(project, document) if tagged else None
    if stored is not None and stored.labels.are_for_another(text.digest):
        return FaultyDocument(name=document, fault=Fault.CHANGED, message=_CHANGED)
    return None
