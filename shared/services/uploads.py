"""Uploads: a file has come into a container; it is extracted, or becomes a document.

The same upload may be announced any number of times, by several processes at once, out of order,
and after it has been replaced or deleted. So an announcement is nothing but a reason to look: the
outcome that is there is read, then the upload as it is now. An outcome names the version that it is
of, so what is done already is seen, and it is written over nothing but the outcome that was read
before, so of two processes one is told, and looks again. An older version can therefore never
overwrite what was made of a newer one.
"""

from __future__ import annotations

from shared import limits, telemetry
from shared.conversion.converter import convert
from shared.domain.jobs import InputDocument, Task
from shared.domain.models import Deployment
from shared.domain.projects import Project
from shared.domain.uploads import Address, Kind, Upload
from shared.errors import (
    DeploymentNotFound,
    DocumentTooLong,
    InvalidArgument,
    InvalidDocument,
    ProjectNotFound,
    ServiceError,
    ServiceUnavailable,
)
from shared.schema.documents import check_text
from shared.schema.entities import document_error
from shared.schema.uploads import (
    Place,
    address_of,
    check_named,
    document_json,
    error_json,
    etag_in,
    outcome_of,
    place_of,
    result_json,
    spare_outcome_of,
    text_of,
)
from shared.services import documents, extraction
from shared.services.extractors import Extractors
from shared.storage import rules
from shared.storage.ports import AlreadyExists, Blob, Changed, NoSuchContainer, TooLarge
from shared.storage.stores import Stores
from shared.text.offsets import IndexType

#: How often an outcome is made anew because a rival has written one, or the upload was replaced.
_TRIES = 20

_FILES = "Uploads are files of the kinds .txt, .pdf, .docx, .html and .htm."


def arrive(stores: Stores, extractors: Extractors, container: str, name: str) -> None:
    """Do what there is to be done for an upload, unless it is done already.

    May be called again at any time. What is wrong with the upload is written into its outcome; what
    is raised can pass, so calling again makes sense.
    """
    place = place_of(name)
    if place is Place.ELSEWHERE:
        return
    if place is Place.ROOT and Kind.of(name) is None and not name.endswith(".txt"):
        return
    outcome = outcome_of(name)
    if not rules.is_blob_name(outcome):
        outcome = spare_outcome_of(name)
    for _ in range(_TRIES):
        written = stores.storage.blobs.get(container, outcome)
        upload = _read(stores, container, name)
        if upload is None or (written is not None and etag_in(written.data) == upload.etag):
            return
        made = _outcome(stores, extractors, container, upload, place)
        if _write(stores, container, outcome, written, made):
            if made is not None:
                telemetry.event("upload-done", place=place.value)
            return
    raise ServiceUnavailable("The upload, or what is written of it, changes again and again.")


def _read(stores: Stores, container: str, name: str) -> Upload | None:
    """Return an upload as it is now, or None where it is gone."""
    if not rules.is_blob_name(name):
        return Upload(name=name)
    blobs = stores.storage.blobs
    try:
        blob = blobs.get(container, name, limit=limits.UPLOAD_BYTES)
    except TooLarge:
        # By name, so that it comes before the others that begin with its name.
        item = next(iter(blobs.list(container, prefix=name, wanted=1)), None)
        if item is None or item.name != name:
            return None
        if item.size <= limits.UPLOAD_BYTES:
            return _read(stores, container, name)  # It was replaced between the two looks.
        return Upload(name=name, etag=item.etag)
    return None if blob is None else Upload(name=name, etag=blob.etag, data=blob.data)


def _write(
    stores: Stores, container: str, name: str, written: Blob | None, made: bytes | None
) -> bool:
    """Write an outcome over the one that was read, or, if it is None, remove that one.

    Returns whether it is the present one now.
    """
    blobs = stores.storage.blobs
    try:
        if made is not None:
            blobs.put(
                container,
                name,
                made,
                etag=written.etag if written else None,
                new=written is None,
                content_type="application/json",
            )
        elif written is not None:
            blobs.delete(container, name, etag=written.etag)
    except (AlreadyExists, Changed):
        return False
    except NoSuchContainer:
        return True  # Its uploads are gone with it.
    return True


def _outcome(
    stores: Stores, extractors: Extractors, container: str, upload: Upload, place: Place
) -> bytes | None:
    """Return what is to be written of an upload, which may be nothing."""
    kind = Kind.of(upload.name)
    try:
        if place is Place.INBOX:
            return _result(stores, extractors, container, upload, kind)
        if kind is not None:
            return _document(stores, container, upload, kind)
        check_text(_data(upload), stores.limits.project_document_length)
        return None  # It is a document as it is.
    except ServiceUnavailable:
        raise
    except ServiceError as error:
        telemetry.warning("upload-refused", code=error.code)
        return error_json(upload, error.detail())


def _result(
    stores: Stores, extractors: Extractors, container: str, upload: Upload, kind: Kind | None
) -> bytes:
    """Return what is found in an upload; raise why nothing can be found in it."""
    data = _data(upload)
    if kind is None and not upload.name.lower().endswith(".txt"):
        raise InvalidDocument(_FILES, target="name")
    project, deployment = _target(stores, container, address_of(upload.name))
    longest = stores.limits.job_document_length
    # A text element has more than one code point, but hardly ever more than these.
    converted = None if kind is None else convert(kind, data, longest * 4)
    text = text_of(data) if converted is None else converted[0]
    document = InputDocument(id=upload.name, text=text)
    fault = document_error(document, longest)
    if fault is not None:
        raise InvalidDocument(fault.inner_message, target="text")
    task = Task(
        name=None,
        project=project.name,
        deployment=deployment.name,
        index_type=IndexType.TEXT_ELEMENTS,
        artifact=deployment.artifact,
        confidence_threshold=project.settings.confidence_threshold,
    )
    found = extraction.extract(stores, extractors, task, [document])
    return result_json(upload, task, found.documents[0], converted)


def _document(stores: Stores, container: str, upload: Upload, kind: Kind) -> bytes | None:
    """Make a document of the text of an upload at the root, and return what was done.

    None: no project has the container. Raises why there can be no document; one that is there stays
    as it is.
    """
    data = _data(upload)
    projects = _projects(stores, container)
    if not projects:
        return None
    text, conversion = convert(kind, data, stores.limits.project_document_length)
    name = f"{upload.name}.txt"
    # The container is what projects have documents by: any of those that share it will do.
    documents.write(stores, projects[0].name, name, text.encode(), overwrite=False)
    return document_json(upload, name, text, conversion)


def _data(upload: Upload) -> bytes:
    check_named(upload.name)
    if not upload.etag:
        raise InvalidArgument("Under this name nothing can be read from storage.", target="name")
    if upload.data is None:
        raise DocumentTooLong(
            f"The upload has more than {limits.UPLOAD_BYTES:,} bytes.", target="text"
        )
    return upload.data


def _target(stores: Stores, container: str, address: Address) -> tuple[Project, Deployment]:
    """Return the deployment that an address names, of the projects that have this container.

    Raises `ProjectNotFound` and `DeploymentNotFound` where it names none, and `InvalidArgument`
    where it could be several.
    """
    projects = _projects(stores, container)
    if address.project is not None:
        projects = [one for one in projects if one.name == address.project]
    if not projects:
        raise ProjectNotFound("No such project has this container.", target="projectName")
    found = [
        (project, deployment)
        for project in projects
        for deployment in stores.models.deployments(project.id)
        if address.deployment in (None, deployment.name)
    ]
    if not found:
        raise DeploymentNotFound("There is no such deployment.", target="deploymentName")
    if len(found) > 1:
        raise InvalidArgument(
            "It is not clear which deployment the upload is for: put it at "
            "inbox/deployment/name, or at inbox/project/deployment/name.",
            target="deploymentName",
        )
    return found[0]


def _projects(stores: Stores, container: str) -> list[Project]:
    return [one for one in stores.projects.all() if one.settings.container == container]
