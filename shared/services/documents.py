"""Documents: listed, looked over for faults, opened, tagged, written, deleted."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import islice

from shared.domain.documents import Fault, FaultyDocument, ListedDocument, OpenDocument
from shared.domain.labels import Labels
from shared.domain.projects import Project
from shared.errors import (
    ChangedMeanwhile,
    Conflict,
    DocumentNotUtf8,
    InvalidDocument,
    NotFound,
    QuotaExceeded,
)
from shared.schema.document_labels import LabelsChange, settle
from shared.schema.documents import check_document
from shared.schema.query import Page
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores

_EMPTY = "The document holds nothing but white space."
_RIVAL = "Somebody else has changed the labels of this document; open it again."
_CHANGED = "The document's text is no longer the one that was tagged."


def listed(stores: Stores, name: str, page: Page, *, brief: bool = False) -> list[ListedDocument]:
    """Return the documents of a project by name, up to one after the page; those in it with facts.

    Neither texts nor labels are read, and of blobs no more than the names if it is to be brief.
    """
    project = stores.projects.read(name)
    documents = _begin(stores, project, page, brief=brief)
    facts = stores.documents.facts(project, [one.name for one in page.cut(documents)])
    return [dataclasses.replace(document, facts=facts.get(document.name)) for document in documents]


def faults(
    stores: Stores, name: str, page: Page
) -> tuple[Sequence[FaultyDocument], Sequence[ListedDocument]]:
    """Return what is wrong with the documents of a page, and the documents as `listed` does.

    Reads the texts of the page, and the labels of those that have any.
    """
    project = stores.projects.read(name)
    documents = _begin(stores, project, page, brief=True)
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


def write(
    stores: Stores, name: str, document: str, data: bytes, *, overwrite: bool
) -> tuple[ListedDocument, bool]:
    """Write a document as it is; return it as lists show it, and whether it is new.

    Labels of a document that is overwritten stay, for the text that it had. Raises what
    `check_document` raises, `Conflict` where another is there that may not be overwritten, and
    `QuotaExceeded` beyond the limit of documents.
    """
    project = stores.projects.read(name)
    check_document(document, data, stores.limits.project_document_length)
    most = stores.limits.documents_per_project
    there = stores.documents.find(project, document) is not None
    if not there and not stores.documents.has_room(project, most):
        raise QuotaExceeded(f"A project can have at most {most:,} documents.")
    new = stores.documents.put_text(project, document, data, overwrite=overwrite)
    written = stores.documents.find(project, document)
    if written is None:
        raise NotFound("The document was deleted at the same moment.", target=document)
    return written, new


def delete(stores: Stores, name: str, document: str) -> None:
    """Delete a document with its labels; raise `NotFound` where there is neither."""
    if not stores.documents.delete(stores.projects.read(name), document):
        raise NotFound("The project's container has no such document.", target=document)


def tag(stores: Stores, name: str, document: str, change: LabelsChange) -> OpenDocument:
    """Give a document the labels that a caller wants, and return it as it is then.

    Raises `NotFound` or `InvalidDocument` as `opened` does, `Conflict` where the text is another
    than the caller has seen, `ChangedMeanwhile` where the labels are, and `InvalidLabels` with
    every label that does not fit.
    """
    project = stores.projects.read(name)
    present = read(stores, project, document)
    if change.digest != present.digest:
        raise Conflict(
            "The document's text is another than the one that was tagged; open it again.",
            target="textDigest",
        )
    if change.etag != present.etag:
        raise ChangedMeanwhile(_RIVAL, target="etag")
    declared = {entity.category for entity in stores.projects.entities(project)}
    languages = [project.settings.language, present.labels.language if present.labels else None]
    labels = settle(change, present, declared, languages, stores.limits)
    return put(stores, project, present, labels)


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


def put(stores: Stores, project: Project, present: OpenDocument, labels: Labels) -> OpenDocument:
    """Write labels over those of a document as it was read, and return it as it is then.

    Raises `ChangedMeanwhile` where somebody else has written labels since, or where an entity type
    has gone which the labels have: work that takes its labels away may have passed already.
    """
    etag = _put(stores, project, present, labels)
    declared = {entity.category for entity in stores.projects.entities(project)}
    if not declared.issuperset(labels.counts()):
        before = present.labels or Labels(text_digest=present.digest)
        stores.documents.put_labels(project, present.name, before, etag=etag)
        raise ChangedMeanwhile("An entity type was renamed or deleted at the same moment.")
    return dataclasses.replace(present, labels=labels, etag=etag)


def _put(stores: Stores, project: Project, present: OpenDocument, labels: Labels) -> str:
    try:
        return stores.documents.put_labels(project, present.name, labels, etag=present.etag)
    except ChangedMeanwhile as error:
        stored = stores.documents.labels(project, present.name)
        if stored is None or stored.labels != labels:
            raise ChangedMeanwhile(_RIVAL, target="etag") from error
    # They are there: storage was slow to say that it had written them. Their counts may not be.
    return stores.documents.put_labels(project, present.name, labels, etag=stored.etag)


def _begin(stores: Stores, project: Project, page: Page, *, brief: bool) -> list[ListedDocument]:
    """Return the documents up to one after the page, which says that there is another page."""
    end = None if page.end is None else page.end + 1
    if brief:
        return [ListedDocument(name=one) for one in islice(stores.documents.names(project), end)]
    return list(islice(stores.documents.listed(project, end), end))


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
