"""Files of other kinds that come through the API: their text is a document, they are kept beside.

The original is written after the document, and the note of what was done last: a crash in between
leaves a document without them, and the same call again puts that right.
"""

from __future__ import annotations

import dataclasses
from contextlib import suppress

from shared import limits
from shared.conversion.converter import convert
from shared.domain.documents import ListedDocument, OpenDocument
from shared.domain.projects import Project
from shared.domain.uploads import Kind, Origin, Upload
from shared.errors import DocumentTooLong, InvalidArgument
from shared.schema.documents import document_fault
from shared.schema.uploads import document_json, origin_in, original_of, outcome_of
from shared.services import documents
from shared.storage.ports import Changed
from shared.storage.stores import Stores

_ENDING = ".txt"


def write(
    stores: Stores, name: str, document: str, data: bytes, *, overwrite: bool
) -> tuple[ListedDocument, bool]:
    """Write a document, or, for a file of another kind, the document of its text.

    Otherwise as `documents.write`. Raises `InvalidDocument` too for a file that cannot be turned
    into text; its document is called as the file is, with the ending of a text behind.
    """
    kind = Kind.of(document)
    if kind is None:
        return documents.write(stores, name, document, data, overwrite=overwrite)
    project = stores.projects.read(name)
    if fault := document_fault(document + _ENDING):
        raise InvalidArgument(fault, target="documentName")
    if len(data) > limits.UPLOAD_BYTES:
        raise DocumentTooLong(f"The file has more than {limits.UPLOAD_BYTES:,} bytes.", target="$")
    text, conversion = convert(kind, data, stores.limits.project_document_length)
    written, new = documents.write(
        stores, name, document + _ENDING, text.encode(), overwrite=overwrite
    )
    original = original_of(document)
    container, blobs = project.settings.container, stores.storage.blobs
    upload = Upload(name=original, etag=blobs.put(container, original, data))
    note = document_json(upload, written.name, text, conversion)
    blobs.put(container, outcome_of(document), note, content_type="application/json")
    origin = Origin(original=original, conversion=conversion)
    return dataclasses.replace(written, origin=origin), new


def opened(stores: Stores, name: str, document: str) -> OpenDocument:
    """Return a document as `documents.opened` does, with the file whose text it is, if any."""
    found = documents.opened(stores, name, document)
    of = document.removesuffix(_ENDING)
    if Kind.of(of) is None:
        return found
    project = stores.projects.read(name)
    return dataclasses.replace(found, origin=_origin(stores, project, of, found.digest))


def delete(stores: Stores, name: str, document: str) -> None:
    """Delete a document as `documents.delete` does, with the original that is kept of it here.

    One that its user has put at the root of the container stays.
    """
    project = stores.projects.read(name)
    container, blobs = project.settings.container, stores.storage.blobs
    of = document.removesuffix(_ENDING)
    is_made = "/" not in of and Kind.of(of) is not None
    if is_made and blobs.delete(container, original_of(of)):
        note = blobs.get(container, outcome_of(of))
        if note is not None:
            with suppress(Changed):
                blobs.delete(container, outcome_of(of), etag=note.etag)
    documents.delete(stores, name, document)


def _origin(stores: Stores, project: Project, of: str, digest: str) -> Origin | None:
    note = stores.storage.blobs.get(project.settings.container, outcome_of(of))
    return None if note is None else origin_in(note.data, digest)
