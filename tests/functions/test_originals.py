"""Files of other kinds through the API: turned into documents, their originals kept beside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from shared import limits
from shared.domain.projects import Project
from shared.services import originals
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.conversion import files
from tests.functions.test_documents import follow, get, project, send
from tests.functions.test_door import assert_error
from tests.services import loans
from tests.services.fakes import Died, Mortal

__all__ = ["project"]

LETTER = files.pdf("Bo Li owes $5", "to the bank")


def write(host: TestHost, name: str, data: bytes, query: str = "") -> Response:
    return send(host, "PUT", f"documents/{name}", data, query=query)


def blob(stores: Stores, name: str) -> bytes | None:
    found = stores.storage.blobs.get("notes", name)
    return None if found is None else found.data


def test_a_file_becomes_a_document_and_is_kept_beside_it(
    host: TestHost, stores: Stores, project: Project
) -> None:
    response = write(host, "letter.pdf", LETTER)

    assert response.status == 201
    written = response.json()
    assert written["documentName"] == "letter.pdf.txt"
    by = written["converted"].pop("by")
    assert by.startswith("pypdf")
    assert written["converted"] == {"original": "originals/letter.pdf", "kind": "pdf", "pages": 2}
    assert blob(stores, "originals/letter.pdf") == LETTER
    opened = get(host, "documents/letter.pdf.txt").json()
    assert opened["text"] == "Bo Li owes $5\n\nto the bank"
    assert opened["converted"] == {**written["converted"], "by": by}
    (listed,) = (
        one for one in follow(host, get(host, "documents")) if "letter" in one["documentName"]
    )
    assert "converted" not in listed


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.DOCX", files.docx(files.paragraph("Bo Li owes $5")), "docx"),
        ("a.html", b"<p>Bo Li owes $5", "html"),
        ("a.htm", b"<p>Bo Li owes $5", "html"),
    ],
)
def test_files_of_every_kind_are_taken(
    host: TestHost, project: Project, name: str, data: bytes, kind: str
) -> None:
    assert write(host, name, data).json()["converted"]["kind"] == kind
    assert get(host, f"documents/{name}.txt").json()["text"] == "Bo Li owes $5"


def test_a_file_that_has_no_text_is_refused_and_leaves_nothing(
    host: TestHost, stores: Stores, project: Project
) -> None:
    before = list(stores.storage.blobs.names("notes"))

    for name, data in (("a.pdf", files.pdf("")), ("a.docx", b"PK"), ("a.html", b"")):
        error = assert_error(write(host, name, data), 400, "InvalidArgument")
        assert error["innererror"]["code"] == "InvalidDocument"
        assert error["target"] == "file"
    assert_error(write(host, "a.pdf", bytes(limits.UPLOAD_BYTES + 1)), 400, "InvalidArgument")
    assert_error(write(host, "x" * 197 + ".pdf", LETTER), 400, "InvalidArgument")
    assert_error(write(host, "a%5Cb.pdf", LETTER), 400, "InvalidArgument")

    assert list(stores.storage.blobs.names("notes")) == before


def test_a_document_is_overwritten_only_where_that_is_asked_for(
    host: TestHost, stores: Stores, project: Project
) -> None:
    write(host, "a.html", b"<p>one")
    assert write(host, "a.html", b"<p>one").status == 200

    assert_error(write(host, "a.html", b"<p>two"), 409, "Conflict")
    assert blob(stores, "originals/a.html") == b"<p>one"

    assert write(host, "a.html", b"<p>two", "&overwrite=true").status == 200
    assert blob(stores, "originals/a.html") == b"<p>two"
    assert get(host, "documents/a.html.txt").json()["text"] == "two"


def test_a_text_that_has_taken_the_place_is_not_told_to_be_of_the_file(
    host: TestHost, project: Project
) -> None:
    write(host, "a.html", b"<p>one")

    write(host, "a.html.txt", b"another", "&overwrite=true")

    assert "converted" not in get(host, "documents/a.html.txt").json()


@pytest.mark.parametrize(
    "note", [b"", b"[]", b'{"textDigest": 1}', b"[" * 100_000], ids=["none", "list", "odd", "deep"]
)
def test_a_note_that_somebody_else_wrote_tells_nothing(
    host: TestHost, stores: Stores, project: Project, note: bytes
) -> None:
    write(host, "a.html", b"<p>one")
    stores.storage.blobs.put("notes", "notes/a.html.json", note)

    assert "converted" not in get(host, "documents/a.html.txt").json()


def test_the_original_goes_with_its_document(
    host: TestHost, stores: Stores, project: Project
) -> None:
    before = list(stores.storage.blobs.names("notes"))
    write(host, "a.html", b"<p>one")

    assert send(host, "DELETE", "documents/a.html.txt").status == 204

    assert list(stores.storage.blobs.names("notes")) == before


def test_a_file_that_its_user_put_at_the_root_stays_with_its_note(
    host: TestHost, stores: Stores, project: Project
) -> None:
    for name in ("a.html", "a.html.txt", "notes/a.html.json", "originals/other/a.html"):
        stores.storage.blobs.put("notes", name, b"{}")

    assert send(host, "DELETE", "documents/a.html.txt").status == 204
    assert send(host, "DELETE", "documents/other%2Fa.html.txt").status == 404

    for name in ("a.html", "notes/a.html.json", "originals/other/a.html"):
        assert blob(stores, name) == b"{}"


@pytest.mark.parametrize("at", range(3))
def test_a_crash_on_the_way_is_mended_by_the_same_call_again(at: int) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    loans.make_project(stores)
    mortal.die_at(at)
    with pytest.raises(Died):
        originals.write(stores, "Notes", "a.html", b"<p>one", overwrite=False)

    originals.write(stores, "Notes", "a.html", b"<p>one", overwrite=False)

    opened = originals.opened(stores, "Notes", "a.html.txt")
    assert opened.text == "one"
    assert opened.origin is not None
    assert opened.origin.original == "originals/a.html"
    note: Any = json.loads(blob(stores, "notes/a.html.json") or b"")
    assert note["upload"]["name"] == "originals/a.html"
