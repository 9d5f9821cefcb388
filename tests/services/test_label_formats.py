"""Files of other tools become documents and labels; a dry run says what would become of them."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import pytest

from devhost.invocation import Died
from shared.domain.labels import Dataset, Labels
from shared.domain.operations import Operation
from shared.domain.states import State
from shared.errors import InvalidBody, InvalidLabels, ProjectNotFound
from shared.limits import Limits
from shared.schema.labels_formats import ExportOptions, Format, ImportOptions, Mode
from shared.schema.labels_report import report_json
from shared.services import authoring, exporting, labeling
from shared.services.plans import make
from shared.storage.memory import MemoryStorage, memory_storage
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.services import loans

TEXT = "\ufeff😀 Zoe\u0301 Brandt\r\nowes $5.\r\n"
NAME = Span(3, 14, "Name")
SUM = Span(21, 23, "Sum")


def lines(*values: Any) -> bytes:
    return "".join(json.dumps(value) + "\n" for value in values).encode()


def line(name: str | None = "new", text: str = TEXT, *spans: Span) -> dict[str, Any]:
    entities = [[one.start, one.end, one.category] for one in spans or (NAME, SUM)]
    return {"text": text, "entities": entities, **({"name": name} if name else {})}


def spacy(**more: Any) -> ImportOptions:
    return ImportOptions(form=Format.SPACY, mode=Mode.ADD, prefix="spacy", **more)


def run(stores: Stores, body: bytes, options: ImportOptions, name: str = "Notes") -> Operation:
    operation, _, _ = labeling.start_import(stores, name, body, options)
    authoring.run(stores, operation.id)
    ended = stores.operations.find(operation.id)
    assert ended is not None
    return ended


def report(
    stores: Stores, body: bytes, options: ImportOptions, name: str = "Notes"
) -> dict[str, Any]:
    return report_json(labeling.check(stores, name, body, options))


def state_of(stores: Stores) -> dict[str, Any]:
    """Return all that an import can change."""
    projects = stores.projects.all()
    return {
        "projects": projects,
        "entities": [stores.projects.entities(one) for one in projects],
        "texts": {
            item.name: stores.storage.blobs.get("notes", item.name)
            for item in stores.storage.blobs.list("notes")
        },
        "labels": [dict(stores.documents.all_labels(one, empty=True)) for one in projects],
        "operations": list(stores.operations.active()),
    }


@pytest.fixture(autouse=True)
def project(stores: Stores) -> Any:
    return loans.make_project(stores, tagged=3)


def labels(stores: Stores, name: str) -> Labels | None:
    stored = stores.documents.labels(stores.projects.read("Notes"), name)
    return stored.labels if stored else None


def test_texts_become_documents_and_labels_come_with_them(stores: Stores) -> None:
    ended = run(stores, lines(line("new"), line(None, "Ann", Span(0, 3, "Name"))), spacy())

    assert (ended.state, ended.errors) == (State.SUCCEEDED, ())
    project = stores.projects.read("Notes")
    made = stores.documents.text(project, "new.txt")
    assert made.text == TEXT
    assert labels(stores, "new.txt") == Labels(
        spans=(NAME, SUM), regions=((0, len(TEXT)),), text_digest=made.digest
    )
    assert stores.documents.text(project, "spacy-000002.txt").text == "Ann"
    assert [one.category for one in stores.projects.entities(project)] == ["Name", "Sum"]


def test_by_default_other_documents_keep_their_labels(stores: Stores) -> None:
    run(stores, lines(line()), spacy())

    assert labels(stores, "note-00.txt") is not None
    assert labels(stores, "new.txt") is not None


def test_replacing_takes_the_labels_of_all_others(stores: Stores) -> None:
    options = ImportOptions(form=Format.SPACY, mode=Mode.REPLACE, prefix="spacy")

    run(stores, lines(line("new", TEXT, SUM)), options)

    assert labels(stores, "note-00.txt") is None
    project = stores.projects.read("Notes")
    assert [one.category for one in stores.projects.entities(project)] == ["Sum"]


def test_a_document_of_another_text_is_a_conflict_and_nothing_is_changed(stores: Stores) -> None:
    before = state_of(stores)

    ended = run(stores, lines(line("new"), line("note-00")), spacy())

    assert ended.state is State.FAILED
    (error,) = ended.errors
    assert error.target == "line 2 $"
    assert "note-00.txt" in error.message
    assert state_of(stores) == before


def test_it_is_overwritten_if_that_is_asked_for(stores: Stores) -> None:
    ended = run(stores, lines(line("note-00")), spacy(overwrite=True))

    assert ended.state is State.SUCCEEDED
    project = stores.projects.read("Notes")
    assert stores.documents.text(project, "note-00.txt").text == TEXT
    kept = labels(stores, "note-00.txt")
    assert kept is not None
    assert kept.spans == (NAME, SUM)


def test_a_blob_that_is_no_text_is_a_conflict_too(stores: Stores) -> None:
    stores.storage.blobs.put("notes", "new.txt", b"\xff")

    assert run(stores, lines(line()), spacy()).state is State.FAILED
    assert run(stores, lines(line()), spacy(overwrite=True)).state is State.SUCCEEDED


def test_what_the_file_has_no_room_for_a_document_keeps(stores: Stores) -> None:
    project = stores.projects.read("Notes")
    loans.mark_for_test(stores, project, 0)
    name, text, _ = loans.note(0)

    run(stores, lines({"text": text, "entities": [], "name": name}), spacy())

    kept = labels(stores, name)
    assert kept is not None
    assert (kept.spans, kept.dataset) == ((), Dataset.TEST)


def test_what_the_file_alone_shows_is_refused_before_anything_is_kept(stores: Stores) -> None:
    before = state_of(stores)

    with pytest.raises(InvalidLabels) as refused:
        labeling.start_import(stores, "Notes", lines({"text": ""}, {"x": 1}), spacy())

    assert [one.target for one in refused.value.details] == ["line 1 $.text", "line 2 $.text"]
    assert state_of(stores) == before


def test_a_file_of_another_tool_needs_a_project(stores: Stores) -> None:
    with pytest.raises(ProjectNotFound):
        labeling.start_import(stores, "Nobody", lines(line()), spacy())
    with pytest.raises(ProjectNotFound):
        labeling.check(stores, "Nobody", lines(line()), spacy())


@pytest.mark.parametrize("form", list(Format))
def test_a_request_without_a_file_is_refused(stores: Stores, form: Format) -> None:
    with pytest.raises(InvalidBody):
        labeling.check(stores, "Notes", b" \n", ImportOptions(form=form, prefix="x"))


def test_notices_end_up_as_warnings_of_the_import(stores: Stores) -> None:
    ended = run(stores, lines(line("new", TEXT, NAME, Span(3, 6, "Sum"))), spacy())

    assert ended.state is State.SUCCEEDED
    assert [warning.target for warning in ended.warnings] == ["line 1 $.entities[1]"]


def test_limits_of_the_project_are_kept(stores: Stores) -> None:
    few = Stores.on(stores.storage, Limits(entities_per_project=1, documents_per_project=3))

    found = report(few, lines(line()), spacy())

    assert [one["target"] for one in found["problems"]] == ["$", "$"]
    assert run(few, lines(line()), spacy()).state is State.FAILED


# The dry run


def test_a_dry_run_tells_what_would_change_and_changes_nothing(stores: Stores) -> None:
    name, text, spans = loans.note(0)
    body = lines(
        line("new", TEXT, NAME),
        line(name, text, spans[0]),
        line("note-19", loans.note(19)[1], Span(0, 4, "Kind")),
        line("note-18", "other", Span(0, 5, "Kind")),
        {"text": loans.note(1)[1], "entities": [], "name": "note-01"},
    )
    before = state_of(stores)

    added = report(stores, body, spacy(overwrite=True))
    options = ImportOptions(form=Format.SPACY, mode=Mode.REPLACE, prefix="x", overwrite=True)
    replaced = report(stores, body, options)

    assert added == {
        "valid": True,
        "format": "spacy",
        "mode": "add",
        "documentsCount": 5,
        "labelsCount": 4,
        "entities": [
            {"category": "Kind", "labelsCount": 2},
            {"category": "Name", "labelsCount": 2},
        ],
        "changes": {
            "project": "kept",
            "entities": {"made": ["Name", "Kind"], "removed": []},
            "texts": {"made": 1, "replaced": 1, "kept": 3},
            "labelledDocuments": {"made": 3, "replaced": 1, "removed": 1},
        },
        "problems": [],
        "notices": [],
    }
    assert replaced["changes"]["labelledDocuments"] == {"made": 3, "replaced": 1, "removed": 2}
    assert state_of(stores) == before


def test_an_import_does_what_its_dry_run_said(stores: Stores) -> None:
    run(stores, lines(line("one"), line("two")), spacy())
    body = lines(line("two", TEXT, SUM), line("three"))
    options = ImportOptions(form=Format.SPACY, mode=Mode.REPLACE, prefix="x")
    said = report(stores, body, options)["changes"]
    project = stores.projects.read("Notes")
    before = dict(stores.documents.all_labels(project))

    run(stores, body, options)

    after = dict(stores.documents.all_labels(project))
    assert said["labelledDocuments"] == {
        "made": len(after.keys() - before.keys()),
        "replaced": len(after.keys() & before.keys()),
        "removed": len(before.keys() - after.keys()),
    }
    assert said["texts"] == {"made": 1, "replaced": 0, "kept": 1}


def test_every_problem_of_a_labels_file_is_told_with_its_path(stores: Stores) -> None:
    name, _, _ = loans.note(0)
    entity = {"category": "Name", "offset": 0, "length": 4}
    file = {
        "metadata": {
            "projectKind": "CustomEntityRecognition",
            "projectName": "Notes",
            "storageInputContainerName": "notes",
            "language": "de",
        },
        "assets": {
            "entities": [{"category": "Name"}],
            "documents": [
                {
                    "location": name,
                    "entities": [
                        {
                            "regionOffset": 0,
                            "regionLength": 20,
                            "labels": [
                                entity,
                                {**entity, "category": "Rate", "offset": 6},
                                {**entity, "offset": 18},
                            ],
                        }
                    ],
                },
                {"location": "missing.txt"},
            ],
        },
    }
    before = state_of(stores)

    found = report(stores, json.dumps(file).encode(), ImportOptions())

    path = f"{name} $.assets.documents[0].entities[0].labels"
    assert found["valid"] is False
    assert [one["target"] for one in found["problems"]] == [
        f"{path}[1]",
        f"{path}[2]",
        "missing.txt",
    ]
    assert found["changes"]["project"] == "replaced"
    assert state_of(stores) == before


@pytest.mark.parametrize(
    ("body", "targets"),
    [
        (b"{", ["$"]),
        (b"[]", ["$"]),
        (b"\xff", ["$"]),
        (b'{"a": 1}', ["$.assets"]),
        (
            b'{"extractors": [{}], "documents": [{}]}',
            ["$.extractors[0].category", "$.documents[0].location"],
        ),
    ],
)
def test_a_labels_file_that_cannot_be_read_is_a_report_too(
    stores: Stores, body: bytes, targets: list[str]
) -> None:
    found = report(stores, body, ImportOptions())

    assert found["valid"] is False
    assert [one["target"] for one in found["problems"]] == targets


def test_what_a_project_cannot_be_is_told(stores: Stores) -> None:
    def file(container: str) -> bytes:
        metadata = {
            "projectKind": "CustomEntityRecognition",
            "projectName": "x",
            "storageInputContainerName": container,
            "language": "de",
        }
        return json.dumps({"metadata": metadata, "assets": {}}).encode()

    tags = b'{"extractors": [], "documents": []}'
    full = Stores.on(stores.storage, Limits(projects=1))

    assert report(stores, file("notes"), ImportOptions(), "Fresh")["changes"]["project"] == "made"
    for problems, target in (
        (report(stores, file("nowhere"), ImportOptions()), "storageInputContainerName"),
        (report(stores, file("spanwright"), ImportOptions()), "storageInputContainerName"),
        (report(stores, file("notes"), ImportOptions(), "NOTES"), "projectName"),
        (report(full, file("notes"), ImportOptions(), "Fresh"), "projectName"),
        (report(stores, tags, ImportOptions(form=Format.TAGS_2021), "Fresh"), "$.metadata"),
    ):
        assert [one["target"] for one in problems["problems"]] == [target]


# Crashes


class Dying:
    """Blobs that end the process at the n-th write."""

    def __init__(self, storage: MemoryStorage, writes: int) -> None:
        self._blobs = storage.blobs
        self.left = writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    def put(self, *args: Any, **named: Any) -> str:
        if self.left == 0:
            raise Died
        self.left -= 1
        return self._blobs.put(*args, **named)


@pytest.mark.parametrize("writes", range(6))
def test_an_import_that_dies_at_any_write_is_whole_after_the_next_try(writes: int) -> None:
    storage = memory_storage()
    stores = Stores.on(storage)
    loans.make_project(stores, tagged=3)
    body = lines(line("one"), line("two"))
    operation, _, _ = labeling.start_import(stores, "Notes", body, spacy())
    dying = Stores.on(storage)
    object.__setattr__(dying.documents, "_blobs", Dying(storage, writes))

    with pytest.raises(Died) if writes < 4 else nullcontext():
        authoring.run(dying, operation.id)
    authoring.run(stores, operation.id)

    ended = stores.operations.find(operation.id)
    assert ended is not None
    assert ended.state is State.SUCCEEDED
    project = stores.projects.read("Notes")
    assert stores.documents.text(project, "two.txt").text == TEXT
    assert len(dict(stores.documents.all_labels(project))) == 5


# Out and in again


def exported(stores: Stores, form: Format) -> tuple[bytes, Operation]:
    options = ExportOptions(form=form)
    operation, _, small = exporting.start(stores, "Notes", None, options)
    assert small
    authoring.run(stores, operation.id)
    ended = stores.operations.find(operation.id)
    assert ended is not None
    assert ended.state is State.SUCCEEDED
    kind = operation.kind
    data, written = exporting.read_result(stores, "Notes", operation.id, kind)
    assert written is form
    return data, ended


@pytest.mark.parametrize("form", list(Format))
def test_what_is_exported_can_be_imported_into_the_same_project_again(
    stores: Stores, form: Format
) -> None:
    run(stores, lines(line("new")), spacy())
    project = stores.projects.read("Notes")
    before = {name: one.spans for name, one in stores.documents.all_labels(project)}
    data, _ = exported(stores, form)
    stores.documents.put_all_labels(project, [])
    options = ImportOptions(form=form, mode=Mode.REPLACE, prefix="again")

    ended = run(stores, data, options)

    assert ended.errors == ()
    assert {name: one.spans for name, one in stores.documents.all_labels(project)} == before


@pytest.mark.parametrize("form", [Format.SPACY, Format.LABEL_STUDIO, Format.DOCCANO])
def test_what_is_exported_with_its_texts_can_be_imported_into_an_empty_project(
    stores: Stores, form: Format
) -> None:
    data, _ = exported(stores, form)
    fresh = Stores.on(memory_storage())
    other = loans.make_project(fresh, tagged=0, name="Other")
    for item in list(fresh.storage.blobs.list("other")):
        fresh.storage.blobs.delete("other", item.name)
    options = ImportOptions(form=form, mode=Mode.ADD, prefix="x")

    assert run(fresh, data, options, "Other").state is State.SUCCEEDED

    project = stores.projects.read("Notes")
    assert dict(fresh.documents.all_labels(other)) == dict(stores.documents.all_labels(project))


def test_what_a_format_has_no_room_for_is_a_warning_of_the_export(stores: Stores) -> None:
    loans.mark_for_test(stores, stores.projects.read("Notes"), 0)

    _, ended = exported(stores, Format.CONLL)

    assert [one.message for one in ended.warnings] == [
        "The format has no room for the datasets of documents (1)."
    ]


def test_a_plan_is_the_same_however_often_it_is_made(stores: Stores) -> None:
    body = lines(line("one"), line("two"))

    first, second = (make(stores, "Notes", body, spacy()) for _ in range(2))

    assert (first.texts, first.labelled, first.entities) == (
        second.texts,
        second.labelled,
        second.entities,
    )
