"""Uploads on the wire: where they lie, whom they are for, and what is written of them.

All of it is our own.
"""

from __future__ import annotations

import enum
import hashlib
import json
from typing import Any

from shared.domain.jobs import Task
from shared.domain.uploads import Address, Conversion, Kind, Origin, Upload
from shared.errors import DocumentNotUtf8, ErrorDetail, InvalidArgument

#: Where uploads lie that are to be extracted, and where their results are written.
_INBOX = "inbox/"
_RESULTS = "results/"

#: Where is written what could not become a document.
_NOTES = "notes/"

#: Where the originals of documents are kept that come through the API.
_ORIGINALS = "originals/"

#: What one upload can be for: as the folders in the inbox, `project/deployment`.
_FOLDERS = 2


class Place(enum.Enum):
    """What is done with an upload, which is where it lies."""

    #: In the inbox: it is extracted.
    INBOX = "inbox"
    #: At the root of the container, where the documents are.
    ROOT = "root"
    #: In any other folder: nothing.
    ELSEWHERE = "elsewhere"


def place_of(name: str) -> Place:
    """Say what is done with an upload of this name."""
    if name.startswith(_INBOX):
        return Place.INBOX
    return Place.ELSEWHERE if "/" in name else Place.ROOT


def outcome_of(name: str) -> str:
    """Return the name of the blob that says what has become of an upload.

    `inbox/a.txt` has `results/a.txt.json`, and `a.pdf` at the root has `notes/a.pdf.json`.
    """
    return f"{_folder(name)}{name.removeprefix(_INBOX)}.json"


def original_of(name: str) -> str:
    """Return the name of the blob of a file that comes through the API under a name."""
    return f"{_ORIGINALS}{name}"


def spare_outcome_of(name: str) -> str:
    """Return the name that takes its place where no blob can have that one."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{_folder(name)}unnamed-{digest}.json"


def _folder(name: str) -> str:
    return _RESULTS if name.startswith(_INBOX) else _NOTES


def check_named(name: str) -> None:
    """Raise `InvalidArgument` for an upload without a name before its ending."""
    last = name.rpartition("/")[2]
    stem = last.rpartition(".")[0] if "." in last else last
    if not stem.strip():
        raise InvalidArgument(
            "The upload has no name: nothing stands before its ending, or after its last slash.",
            target="name",
        )


def address_of(name: str) -> Address:
    """Return whom an upload in the inbox is for: `inbox/[[project/]deployment/]name`.

    Raises `InvalidArgument` for one in too many folders.
    """
    folders = name.removeprefix(_INBOX).split("/")[:-1]
    if len(folders) > _FOLDERS:
        raise InvalidArgument(
            "An upload lies at inbox/name, inbox/deployment/name or inbox/project/deployment/name.",
            target="name",
        )
    if len(folders) == _FOLDERS:
        return Address(project=folders[0], deployment=folders[1])
    return Address(deployment=folders[0] if folders else None)


def result_json(
    upload: Upload,
    task: Task,
    document: dict[str, Any],
    converted: tuple[str, Conversion] | None = None,
) -> bytes:
    """Return the result of an upload: the document of an extraction job's result, and of which.

    Of one that was turned into text it has that text too, which its offsets are in.
    """
    made: dict[str, Any] = {}
    if converted is not None:
        made = {"converted": _conversion_json(converted[1]), "text": converted[0]}
    return _bytes(
        {
            "upload": _upload_json(upload),
            "projectName": task.project,
            "deploymentName": task.deployment,
            **made,
            "stringIndexType": task.index_type.value,
            **{name: value for name, value in document.items() if name != "id"},
        }
    )


def document_json(upload: Upload, document: str, text: str, conversion: Conversion) -> bytes:
    """Return what is noted of an upload whose text is now the document of this name."""
    return _bytes(
        {
            "upload": _upload_json(upload),
            "documentName": document,
            "textDigest": hashlib.sha256(text.encode()).hexdigest(),
            "converted": _conversion_json(conversion),
        }
    )


def origin_in(note: bytes, digest: str) -> Origin | None:
    """Return the file that a note tells a text of this digest is of; None where it tells none."""
    try:
        told = json.loads(note)
        if told["textDigest"] != digest:
            return None
        said = told["converted"]
        conversion = Conversion(
            kind=Kind(said["kind"]), by=str(said["by"]), pages=said.get("pages")
        )
        return Origin(original=str(told["upload"]["name"]), conversion=conversion)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def origin_json(origin: Origin) -> dict[str, Any]:
    """Return the file whose text a document is."""
    return {"original": origin.original, **_conversion_json(origin.conversion)}


def _conversion_json(conversion: Conversion) -> dict[str, Any]:
    pages = {} if conversion.pages is None else {"pages": conversion.pages}
    return {"kind": conversion.kind.value, "by": conversion.by, **pages}


def error_json(upload: Upload, error: ErrorDetail) -> bytes:
    """Return what is written of an upload of which nothing could be made."""
    return _bytes({"upload": _upload_json(upload), "error": error.body()})


def etag_in(outcome: bytes) -> str | None:
    """Return the ETag of the upload that an outcome is of; None for what is not one of ours."""
    try:
        return str(json.loads(outcome)["upload"]["etag"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def text_of(data: bytes) -> str:
    """Return the text of a `.txt` upload as it is; raise `DocumentNotUtf8` where it is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentNotUtf8(
            f"The upload is not UTF-8: byte {error.start} cannot be read.", target="text"
        ) from error


def _upload_json(upload: Upload) -> dict[str, str]:
    return {"name": upload.name, "etag": upload.etag}


def _bytes(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
