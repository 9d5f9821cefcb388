"""Uploads: extracted once in effect, whatever is announced, and refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared import limits
from shared.domain.models import Artifact, Deployment
from shared.domain.projects import Project, ProjectSettings
from shared.errors import ServiceUnavailable
from shared.ids import key_of
from shared.limits import Limits
from shared.schema.query import Page
from shared.services import documents, uploads
from shared.services.extractors import DamagedModel
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.conversion import files
from tests.services.conftest import Clock
from tests.services.fakes import CapitalsEverywhere, Died, Mortal

CONTAINER = "letters"


@pytest.fixture
def extractors() -> CapitalsEverywhere:
    return CapitalsEverywhere()


def make_project(stores: Stores, time: Clock, name: str = "Letters", *names: str) -> Project:
    """Make a project in the container, with deployments."""
    settings = ProjectSettings(name=name, container=CONTAINER, language="en")
    now = time.now()
    project = Project(id=key_of(name), settings=settings, created=now, modified=now)
    stores.storage.blobs.create_container(CONTAINER)
    for deployment in names:
        stores.models.put_deployment(
            project.id,
            Deployment(
                name=deployment,
                model_label="M",
                model_id=f"M-{deployment}",
                artifact=Artifact(prefix=f"models/p/{deployment}/", digest=deployment),
                config_version="2022-05-01",
                trained=now,
                deployed=now,
            ),
        )
    return stores.projects.insert(project)


@pytest.fixture
def project(stores: Stores, time: Clock) -> Project:
    """A project with one deployment."""
    return make_project(stores, time, "Letters", "production")


def put(stores: Stores, name: str, data: bytes | str) -> str:
    data = data.encode() if isinstance(data, str) else data
    return stores.storage.blobs.put(CONTAINER, name, data)


def outcome(stores: Stores, name: str) -> Any:
    """What is written of an upload, or None."""
    blob = stores.storage.blobs.get(CONTAINER, name)
    return None if blob is None else json.loads(blob.data)


def version(stores: Stores, name: str) -> str | None:
    blob = stores.storage.blobs.get(CONTAINER, name)
    return None if blob is None else blob.etag


def names(stores: Stores) -> list[str]:
    return list(stores.storage.blobs.names(CONTAINER))


# What becomes of an upload


def test_a_text_in_the_inbox_is_extracted(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    etag = put(stores, "inbox/a.txt", "From 👩‍👩‍👧 BERN")

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert outcome(stores, "results/a.txt.json") == {
        "upload": {"name": "inbox/a.txt", "etag": etag},
        "projectName": "Letters",
        "deploymentName": "production",
        "stringIndexType": "TextElements_v8",
        "entities": [
            {
                "text": "BERN",
                "category": "Capitals",
                "offset": 7,
                "length": 4,
                "confidenceScore": 1.0,
            }
        ],
        "warnings": [],
        "statistics": {"charactersCount": 11, "transactionsCount": 1},
    }
    assert names(stores) == ["inbox/a.txt", "results/a.txt.json"]


def test_a_text_at_the_root_is_a_document_at_once(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "a.txt", "From BERN")
    uploads.arrive(stores, extractors, CONTAINER, "a.txt")

    listed = documents.listed(stores, project.name, Page(skip=0, top=None, size=10))

    assert [one.name for one in listed] == ["a.txt"]
    assert names(stores) == ["a.txt"]


@pytest.mark.parametrize(
    "name",
    ["labels.json", "a.TXT", "other/a.txt", "a.doc", "results/a.txt", "notes/a.pdf", "In/a.txt"],
)
def test_nothing_is_done_for_any_other_file(
    stores: Stores, extractors: CapitalsEverywhere, project: Project, name: str
) -> None:
    put(stores, name, b"\xff")

    uploads.arrive(stores, extractors, CONTAINER, name)

    assert names(stores) == [name]


def test_entities_below_the_threshold_of_the_project_are_left_out(
    stores: Stores, extractors: CapitalsEverywhere, time: Clock
) -> None:
    made = make_project(stores, time, "Letters", "production")
    settings = ProjectSettings(
        name="Letters", container=CONTAINER, language="en", confidence_threshold=0.6
    )
    stores.projects.replace(
        Project(
            id=made.id, settings=settings, created=time.now(), modified=time.now(), etag=made.etag
        )
    )
    put(stores, "inbox/a.txt", "AB BERN")

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert [one["text"] for one in outcome(stores, "results/a.txt.json")["entities"]] == ["BERN"]


# Once in effect


def test_an_upload_announced_twice_is_extracted_once(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "inbox/a.txt", "BERN")
    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")
    first = version(stores, "results/a.txt.json")
    extractors.error = AssertionError("It must not be extracted again.")

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert version(stores, "results/a.txt.json") == first


def test_of_two_processes_at_the_same_moment_one_writes(
    time: Clock, extractors: CapitalsEverywhere
) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    make_project(stores, time, "Letters", "production")
    put(stores, "inbox/a.txt", "BERN")
    seen: list[str | None] = []

    def other() -> None:
        uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")
        seen.append(version(stores, "results/a.txt.json"))

    mortal.interrupt_at(0, other)
    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert seen == [version(stores, "results/a.txt.json")] != [None]


def test_a_new_version_of_an_upload_is_extracted_anew(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "inbox/a.txt", "BERN")
    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")
    etag = put(stores, "inbox/a.txt", "ROM")

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    result = outcome(stores, "results/a.txt.json")
    assert result["upload"]["etag"] == etag
    assert [one["text"] for one in result["entities"]] == ["ROM"]


@pytest.mark.parametrize("before", [True, False], ids=["first", "again"])
def test_an_older_version_never_overwrites_what_was_made_of_a_newer_one(
    time: Clock, extractors: CapitalsEverywhere, before: bool
) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    make_project(stores, time, "Letters", "production")
    if not before:
        put(stores, "inbox/a.txt", "WIEN")
        uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")
    put(stores, "inbox/a.txt", "BERN")

    def other() -> None:
        put(stores, "inbox/a.txt", "ROM")
        uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    mortal.interrupt_at(0, other)
    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert [one["text"] for one in outcome(stores, "results/a.txt.json")["entities"]] == ["ROM"]
    assert outcome(stores, "results/a.txt.json")["upload"]["etag"] == version(stores, "inbox/a.txt")


def test_an_upload_that_is_gone_leaves_nothing(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")
    uploads.arrive(stores, extractors, CONTAINER, "a.txt")
    uploads.arrive(stores, extractors, "no-such-container", "inbox/a.txt")

    assert names(stores) == []


def test_an_upload_deleted_before_its_result_is_written_still_has_one(
    time: Clock, extractors: CapitalsEverywhere
) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    make_project(stores, time, "Letters", "production")
    etag = put(stores, "inbox/a.txt", "BERN")
    mortal.interrupt_at(0, lambda: stores.storage.blobs.delete(CONTAINER, "inbox/a.txt"))

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")
    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert outcome(stores, "results/a.txt.json")["upload"]["etag"] == etag


@pytest.mark.parametrize("before", [True, False])
def test_a_crash_at_the_write_is_mended_by_the_next_announcement(
    time: Clock, extractors: CapitalsEverywhere, before: bool
) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    make_project(stores, time, "Letters", "production")
    put(stores, "inbox/a.txt", "BERN")
    mortal.die_at(0, before=before)
    with pytest.raises(Died):
        uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert [one["text"] for one in outcome(stores, "results/a.txt.json")["entities"]] == ["BERN"]


def test_what_somebody_else_wrote_in_the_place_of_a_result_is_overwritten(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "inbox/a.txt", "BERN")
    for strange in (b"\xff", b"[" * 100_000, b"[]", b'{"upload": 1}', b'{"upload": {}}'):
        put(stores, "results/a.txt.json", strange)

        uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

        assert outcome(stores, "results/a.txt.json")["projectName"] == "Letters"


# What is wrong is told, and not tried again


def error_of(stores: Stores, name: str) -> tuple[str, str | None, str | None]:
    """The code, the inner code and the target of what is written of an upload."""
    written = outcome(stores, name)
    assert set(written) == {"upload", "error"}
    error = written["error"]
    assert error["message"]
    return error["code"], error.get("innererror", {}).get("code"), error.get("target")


@pytest.mark.parametrize(
    ("data", "target"),
    [
        (b"", "text"),
        (b"caf\xe9", "text"),
        (b"a" * 125_001, "text"),
        (b"a" * (limits.UPLOAD_BYTES + 1), "text"),
    ],
    ids=["empty", "not UTF-8", "too long", "too large"],
)
def test_a_text_that_cannot_be_read_gets_an_error_once(
    stores: Stores,
    extractors: CapitalsEverywhere,
    project: Project,
    data: bytes,
    target: str,
) -> None:
    put(stores, "inbox/a.txt", data)

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert error_of(stores, "results/a.txt.json") == (
        "InvalidArgument",
        "InvalidDocument",
        target,
    )
    first = version(stores, "results/a.txt.json")
    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")
    assert version(stores, "results/a.txt.json") == first


def test_one_that_is_replaced_while_its_size_is_looked_at_is_not_taken_for_too_large(
    stores: Stores,
    extractors: CapitalsEverywhere,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(stores, "inbox/a.txt", bytes(limits.UPLOAD_BYTES + 1))
    look = stores.storage.blobs.list

    def replaced(*values: Any, **named: Any) -> Any:
        put(stores, "inbox/a.txt", "BERN")
        return look(*values, **named)

    monkeypatch.setattr(stores.storage.blobs, "list", replaced)

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert [one["text"] for one in outcome(stores, "results/a.txt.json")["entities"]] == ["BERN"]


def test_the_longest_text_is_extracted(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "inbox/a.txt", "é" * 125_000)

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    counted = outcome(stores, "results/a.txt.json")["statistics"]["charactersCount"]
    assert counted == 125_000


@pytest.mark.parametrize("name", ["inbox/", "inbox/.txt", "inbox/production/", "inbox/ .txt"])
def test_an_upload_without_a_name_gets_an_error(
    stores: Stores, extractors: CapitalsEverywhere, project: Project, name: str
) -> None:
    put(stores, name, "BERN")

    uploads.arrive(stores, extractors, CONTAINER, name)

    result = f"results/{name.removeprefix('inbox/')}.json"
    assert error_of(stores, result) == ("InvalidArgument", None, "name")


@pytest.mark.parametrize(
    "name", ["inbox/a\x01.txt", "inbox/../a.txt", "inbox/a\\b.txt", f"inbox/{'a' * 1_015}.txt"]
)
def test_an_upload_whose_name_storage_cannot_hold_gets_an_error(
    stores: Stores, extractors: CapitalsEverywhere, project: Project, name: str
) -> None:
    for _ in range(2):
        uploads.arrive(stores, extractors, CONTAINER, name)

    (only,) = names(stores)
    assert only.startswith("results/unnamed-")
    assert outcome(stores, only)["upload"]["name"] == name
    assert error_of(stores, only)[2] == "name"


def test_the_longest_name_is_extracted_though_its_result_needs_another(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    name = f"inbox/{'a' * 1_014}.txt"
    put(stores, name, "BERN")

    uploads.arrive(stores, extractors, CONTAINER, name)

    (result,) = (one for one in names(stores) if one != name)
    assert result.startswith("results/unnamed-")
    assert len(outcome(stores, result)["entities"]) == 1


def test_another_kind_of_file_in_the_inbox_gets_an_error(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "inbox/a.png", "BERN")

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.png")

    assert error_of(stores, "results/a.png.json")[2] == "name"


def test_a_document_that_cannot_be_used_has_a_note_until_it_can(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "a.txt", b"caf\xe9")
    uploads.arrive(stores, extractors, CONTAINER, "a.txt")
    assert error_of(stores, "notes/a.txt.json")[1] == "InvalidDocument"

    put(stores, "a.txt", "café")
    uploads.arrive(stores, extractors, CONTAINER, "a.txt")

    assert names(stores) == ["a.txt"]


def test_a_small_limit_holds_for_uploads_too(time: Clock, extractors: CapitalsEverywhere) -> None:
    few = Limits(job_document_length=3, project_document_length=4)
    stores = Stores.on(memory_storage(), few)
    make_project(stores, time, "Letters", "production")
    for name, length in (("inbox/a.txt", 4), ("inbox/b.txt", 3), ("a.txt", 5), ("b.txt", 4)):
        put(stores, name, "A" * length)
        uploads.arrive(stores, extractors, CONTAINER, name)

    assert error_of(stores, "results/a.txt.json")[2] == "text"
    assert "error" not in outcome(stores, "results/b.txt.json")
    assert error_of(stores, "notes/a.txt.json")
    assert outcome(stores, "notes/b.txt.json") is None


def test_a_damaged_model_is_told_and_storage_that_is_away_is_raised(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "inbox/a.txt", "BERN")
    extractors.error = ServiceUnavailable()
    with pytest.raises(ServiceUnavailable):
        uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")
    assert outcome(stores, "results/a.txt.json") is None

    extractors.error = DamagedModel()
    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.txt")

    assert error_of(stores, "results/a.txt.json")[0] == "InternalServerError"


# Files of other kinds


def test_a_pdf_in_the_inbox_is_extracted_from_its_text(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    etag = put(stores, "inbox/a.pdf", files.pdf("From BERN", "to ROM"))

    uploads.arrive(stores, extractors, CONTAINER, "inbox/a.pdf")

    result = outcome(stores, "results/a.pdf.json")
    by = result["converted"].pop("by")
    assert by.startswith("pypdf ")
    assert result["converted"] == {"kind": "pdf", "pages": 2}
    assert result["upload"] == {"name": "inbox/a.pdf", "etag": etag}
    assert result["text"] == "From BERN\n\nto ROM"
    for entity in result["entities"]:
        end = entity["offset"] + entity["length"]
        assert result["text"][entity["offset"] : end] == entity["text"]
    assert [entity["text"] for entity in result["entities"]] == ["BERN", "ROM"]
    assert names(stores) == ["inbox/a.pdf", "results/a.pdf.json"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", files.pdf("From BERN")),
        ("a.docx", files.docx(files.paragraph("From BERN"))),
        ("a.HTML", b"<p>From BERN<script>no</script>"),
    ],
)
def test_a_file_of_another_kind_at_the_root_becomes_a_document_beside_it(
    stores: Stores, extractors: CapitalsEverywhere, project: Project, name: str, data: bytes
) -> None:
    etag = put(stores, name, data)

    uploads.arrive(stores, extractors, CONTAINER, name)
    first = version(stores, f"notes/{name}.json")
    uploads.arrive(stores, extractors, CONTAINER, name)

    assert stores.documents.text(project, f"{name}.txt").text == "From BERN"
    blob = stores.storage.blobs.get(CONTAINER, name)
    assert blob is not None and (blob.data, blob.etag) == (data, etag)
    note = outcome(stores, f"notes/{name}.json")
    assert note["upload"] == {"name": name, "etag": etag}
    assert note["documentName"] == f"{name}.txt"
    assert note["converted"]["kind"] == name.rpartition(".")[2].lower()
    assert version(stores, f"notes/{name}.json") == first


def test_a_document_that_is_there_is_never_overwritten(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    put(stores, "a.html.txt", "somebody's own")
    put(stores, "a.html", "<p>From BERN")

    uploads.arrive(stores, extractors, CONTAINER, "a.html")

    assert stores.documents.text(project, "a.html.txt").text == "somebody's own"
    assert error_of(stores, "notes/a.html.json") == ("Conflict", None, "a.html.txt")


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("write", [0, 1])
def test_a_crash_while_a_document_is_made_is_mended_by_the_next_announcement(
    time: Clock, extractors: CapitalsEverywhere, write: int, before: bool
) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    project = make_project(stores, time, "Letters")
    put(stores, "a.html", "<p>From BERN")
    mortal.die_at(write, before=before)
    with pytest.raises(Died):
        uploads.arrive(stores, extractors, CONTAINER, "a.html")

    uploads.arrive(stores, extractors, CONTAINER, "a.html")

    assert stores.documents.text(project, "a.html.txt").text == "From BERN"
    assert outcome(stores, "notes/a.html.json")["documentName"] == "a.html.txt"


@pytest.mark.parametrize("at", [0, 1])
def test_a_file_that_is_replaced_while_its_document_is_made_has_a_note_of_its_last_version(
    time: Clock, extractors: CapitalsEverywhere, at: int
) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    project = make_project(stores, time, "Letters")
    put(stores, "a.html", "<p>one")

    def other() -> None:
        put(stores, "a.html", "<p>two")
        uploads.arrive(stores, extractors, CONTAINER, "a.html")

    mortal.interrupt_at(at, other)
    uploads.arrive(stores, extractors, CONTAINER, "a.html")

    note = outcome(stores, "notes/a.html.json")
    document = stores.documents.text(project, "a.html.txt")
    assert note["upload"]["etag"] == version(stores, "a.html")
    # The text of which the document was made first stays, and the note says what it is not.
    if at == 0:
        assert (document.text, note["textDigest"]) == ("two", document.digest)
    else:
        assert (document.text, note["error"]["code"]) == ("one", "Conflict")


def test_no_document_is_made_where_no_project_has_the_container(
    stores: Stores, extractors: CapitalsEverywhere
) -> None:
    stores.storage.blobs.create_container(CONTAINER)
    put(stores, "a.html", "<p>From BERN")

    uploads.arrive(stores, extractors, CONTAINER, "a.html")

    assert names(stores) == ["a.html"]


def test_no_more_documents_are_made_than_a_project_may_have(
    time: Clock, extractors: CapitalsEverywhere
) -> None:
    stores = Stores.on(memory_storage(), Limits(documents_per_project=1))
    make_project(stores, time, "Letters")
    for name in ("a.html", "b.html"):
        put(stores, name, "<p>From BERN")
        uploads.arrive(stores, extractors, CONTAINER, name)

    assert error_of(stores, "notes/b.html.json")[0] == "QuotaExceeded"
    assert "b.html.txt" not in names(stores)


@pytest.mark.parametrize("name", ["inbox/a.pdf", "a.pdf"])
def test_a_file_that_has_no_text_gets_an_error_once(
    stores: Stores, extractors: CapitalsEverywhere, project: Project, name: str
) -> None:
    put(stores, name, files.pdf(""))
    folder = "results" if "/" in name else "notes"

    uploads.arrive(stores, extractors, CONTAINER, name)
    first = version(stores, f"{folder}/a.pdf.json")
    uploads.arrive(stores, extractors, CONTAINER, name)

    assert error_of(stores, f"{folder}/a.pdf.json") == (
        "InvalidArgument",
        "InvalidDocument",
        "file",
    )
    assert version(stores, f"{folder}/a.pdf.json") == first
    assert len(names(stores)) == 2


# Whom an upload is for


@pytest.mark.parametrize(
    ("name", "deployment"),
    [
        ("inbox/production/a.txt", ("Letters", "production")),
        ("inbox/staging/a.txt", ("Letters", "staging")),
        ("inbox/Notes/production/a.txt", ("Notes", "production")),
        ("inbox/Letters/staging/a.txt", ("Letters", "staging")),
    ],
)
def test_folders_of_the_inbox_name_the_deployment(
    stores: Stores,
    extractors: CapitalsEverywhere,
    time: Clock,
    name: str,
    deployment: tuple[str, str],
) -> None:
    make_project(stores, time, "Letters", "production", "staging")
    if "Notes" in name:
        make_project(stores, time, "Notes", "production")
    put(stores, name, "BERN")

    uploads.arrive(stores, extractors, CONTAINER, name)

    result = outcome(stores, f"results/{name.removeprefix('inbox/')}.json")
    assert (result["projectName"], result["deploymentName"]) == deployment


@pytest.mark.parametrize(
    ("name", "code", "target"),
    [
        ("inbox/a.txt", "InvalidArgument", "deploymentName"),
        ("inbox/production/a.txt", "InvalidArgument", "deploymentName"),
        ("inbox/other/a.txt", "NotFound", "deploymentName"),
        ("inbox/Letters/other/a.txt", "NotFound", "deploymentName"),
        ("inbox/Other/production/a.txt", "ProjectNotFound", "projectName"),
        ("inbox/x/Letters/production/a.txt", "InvalidArgument", "name"),
    ],
)
def test_an_upload_for_no_deployment_or_several_gets_an_error(
    stores: Stores,
    extractors: CapitalsEverywhere,
    time: Clock,
    name: str,
    code: str,
    target: str,
) -> None:
    make_project(stores, time, "Letters", "production", "staging")
    make_project(stores, time, "Notes", "production")
    put(stores, name, "BERN")

    uploads.arrive(stores, extractors, CONTAINER, name)

    found = error_of(stores, f"results/{name.removeprefix('inbox/')}.json")
    assert (found[0], found[2]) == (code, target)


def test_a_project_of_another_container_is_never_asked(
    stores: Stores, extractors: CapitalsEverywhere, project: Project
) -> None:
    stores.storage.blobs.create_container("elsewhere")
    stores.storage.blobs.put("elsewhere", "inbox/Letters/production/a.txt", b"BERN")

    uploads.arrive(stores, extractors, "elsewhere", "inbox/Letters/production/a.txt")

    blob = stores.storage.blobs.get("elsewhere", "results/Letters/production/a.txt.json")
    assert blob is not None
    assert json.loads(blob.data)["error"]["code"] == "ProjectNotFound"


def test_no_text_and_no_name_of_an_upload_is_logged(
    stores: Stores,
    extractors: CapitalsEverywhere,
    project: Project,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    for name, text in (("inbox/canary-1.txt", "CANARY"), ("inbox/canary-2.txt", "")):
        put(stores, name, text)
        uploads.arrive(stores, extractors, CONTAINER, name)

    assert "canary" not in caplog.text.lower()
    assert "upload-done" in caplog.text
    assert "upload-refused" in caplog.text
