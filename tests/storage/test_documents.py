from __future__ import annotations

import dataclasses
import hashlib
import uuid

import pytest

from shared import clock, limits
from shared.domain.labels import Dataset, Labels
from shared.domain.projects import Project
from shared.errors import ChangedMeanwhile, Conflict, InvalidDocument, NotFound
from shared.storage.ports import Storage
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.services.fakes import Mortal
from tests.storage.test_projects import new_project


@pytest.fixture
def stores(storage: Storage) -> Stores:
    return Stores.on(storage)


@pytest.fixture
def project(stores: Stores) -> Project:
    made = new_project()
    container = f"documents-{uuid.uuid4().hex}"
    stores.storage.blobs.create_container(container)
    settings = dataclasses.replace(made.settings, container=container)
    return stores.projects.insert(dataclasses.replace(made, settings=settings))


def upload(stores: Stores, project: Project, name: str, data: bytes) -> None:
    stores.storage.blobs.put(project.settings.container, name, data)


LABELS = Labels(
    spans=(Span(0, 3, "Name"), Span(5, 8, "Stadt")),
    regions=((0, 8),),
    language="de",
    dataset=Dataset.TEST,
    text_digest="00",
)


def test_every_txt_at_the_root_of_the_container_is_a_document(
    stores: Stores, project: Project
) -> None:
    for name in ("b.txt", "a b ü#.txt", "notes.md", "inbox/c.txt", ".txt"):
        upload(stores, project, name, b"text")

    assert list(stores.documents.names(project)) == [".txt", "a b ü#.txt", "b.txt"]


def test_documents_are_listed_with_their_sizes_and_moments(
    stores: Stores, project: Project
) -> None:
    for name in ("b.txt", "a.txt", "a.txt.txt", "notes.md", "inbox/c.txt"):
        upload(stores, project, name, name.encode())

    listed = list(stores.documents.listed(project))

    assert [(one.name, one.size) for one in listed] == [
        ("a.txt", 5),
        ("a.txt.txt", 9),
        ("b.txt", 5),
    ]
    assert all(abs((clock.now() - one.modified).total_seconds()) < 3600 for one in listed)
    assert stores.documents.find(project, "a.txt") == listed[0]
    assert stores.documents.find(project, "a") is None
    assert stores.documents.find(project, "inbox/c.txt") is None


def test_the_documents_of_a_container_that_is_gone_are_not_found(
    stores: Stores, project: Project
) -> None:
    settings = dataclasses.replace(project.settings, container=f"gone-{uuid.uuid4().hex}")

    with pytest.raises(NotFound):
        list(stores.documents.listed(dataclasses.replace(project, settings=settings)))


@pytest.mark.parametrize("count", [0, 1, 100, 101])
def test_the_facts_of_documents_are_those_of_their_labels(
    stores: Stores, project: Project, count: int
) -> None:
    upload(stores, project, "0.txt", b"text")
    for name in ("0.txt", "other.txt"):
        stores.documents.put_labels(project, name, LABELS)

    facts = stores.documents.facts(project, [f"{number}.txt" for number in range(count)])

    assert set(facts) == ({"0.txt"} if count else set())
    if count:
        assert facts["0.txt"].counts == {"Name": 1, "Stadt": 1}
        assert stores.documents.find(project, "0.txt").facts == facts["0.txt"]  # type: ignore[union-attr]


def test_text_is_never_changed(stores: Stores, project: Project) -> None:
    text = "\ufeffZoe\u0301\r\n\tA \x00 😀\r"
    upload(stores, project, "a.txt", text.encode())

    read = stores.documents.text(project, "a.txt")

    assert read.text == text
    assert read.digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "name", ["missing.txt", "a.md", "inbox/a.txt", "../a.txt", "a\x00.txt", ""]
)
def test_what_is_no_document_is_not_found(stores: Stores, project: Project, name: str) -> None:
    upload(stores, project, "inbox/a.txt", b"text")
    upload(stores, project, "a.md", b"text")

    with pytest.raises(NotFound):
        stores.documents.text(project, name)


def test_a_document_that_is_not_utf_8_is_refused_with_the_place(
    stores: Stores, project: Project
) -> None:
    upload(stores, project, "a.txt", b"caf\xe9")

    with pytest.raises(InvalidDocument, match="byte 3"):
        stores.documents.text(project, "a.txt")


def test_the_longest_document_is_read_and_a_longer_one_refused(
    stores: Stores, project: Project
) -> None:
    upload(stores, project, "fits.txt", ("😀" * limits.PROJECT_DOCUMENT_LENGTH).encode())
    upload(stores, project, "long.txt", b"x" * (limits.PROJECT_DOCUMENT_LENGTH + 1))
    upload(stores, project, "huge.txt", b"x" * (4 * limits.PROJECT_DOCUMENT_LENGTH + 1))

    read = stores.documents.text(project, "fits.txt")

    assert len(read.text) == limits.PROJECT_DOCUMENT_LENGTH
    for name in ("long.txt", "huge.txt"):
        with pytest.raises(InvalidDocument, match="128,000"):
            stores.documents.text(project, name)


def test_texts_come_in_order_with_the_errors_among_them(stores: Stores, project: Project) -> None:
    names = [f"{number:03}.txt" for number in range(40)]
    for name in names[1:]:
        upload(stores, project, name, name.encode())

    read = list(stores.documents.texts(project, names))

    assert [name for name, _ in read] == names
    assert isinstance(read[0][1], NotFound)
    assert [getattr(text, "text", None) for _, text in read[1:]] == names[1:]


def test_labels_are_read_as_they_were_kept(stores: Stores, project: Project) -> None:
    etag = stores.documents.put_labels(project, "a.txt", LABELS)

    stored = stores.documents.labels(project, "a.txt")

    assert stored is not None
    assert stored.labels == LABELS
    assert stored.etag == etag
    assert stores.documents.labels(project, "b.txt") is None
    (document,) = stores.documents.tagged_documents(project)
    assert document.counts == {"Name": 1, "Stadt": 1}
    assert document.dataset is Dataset.TEST


def test_the_later_of_two_writers_of_labels_is_told_and_nothing_is_lost(
    stores: Stores, project: Project
) -> None:
    etag = stores.documents.put_labels(project, "a.txt", LABELS, etag="")
    mine = dataclasses.replace(LABELS, spans=(Span(0, 3, "Mine"),))
    stores.documents.put_labels(project, "a.txt", mine, etag=etag)

    for stale in (etag, ""):
        with pytest.raises(ChangedMeanwhile):
            stores.documents.put_labels(project, "a.txt", LABELS, etag=stale)

    stored = stores.documents.labels(project, "a.txt")
    assert stored is not None
    assert stored.labels == mine


def test_setting_all_labels_takes_them_from_all_other_documents(
    stores: Stores, project: Project
) -> None:
    stores.documents.put_labels(project, "old.txt", LABELS)

    number = stores.documents.put_all_labels(project, [(f"{n}.txt", LABELS) for n in range(30)])

    assert number == 30
    assert stores.documents.labels(project, "old.txt") is None
    assert len(dict(stores.documents.all_labels(project))) == 30
    assert stores.documents.tagged(project, at_most=100) == 30
    assert stores.documents.tagged(project, at_most=10) == 10


def test_a_document_without_labels_is_not_tagged(stores: Stores, project: Project) -> None:
    stores.documents.put_labels(project, "a.txt", dataclasses.replace(LABELS, spans=()))

    assert stores.documents.tagged(project, at_most=10) == 0
    assert dict(stores.documents.all_labels(project)) == {}


def test_forgetting_leaves_the_documents_to_their_owner(stores: Stores, project: Project) -> None:
    upload(stores, project, "a.txt", b"text")
    stores.documents.put_labels(project, "a.txt", LABELS)

    stores.documents.forget(project.id)

    assert stores.documents.labels(project, "a.txt") is None
    assert list(stores.documents.tagged_documents(project)) == []
    assert stores.documents.text(project, "a.txt").text == "text"


def test_labelled_documents_come_by_name_with_their_texts_or_why_not(
    stores: Stores, project: Project
) -> None:
    upload(stores, project, "b.txt", b"text of b")
    upload(stores, project, "a.txt", b"\xff")
    upload(stores, project, "untagged.txt", b"text")
    empty = dataclasses.replace(LABELS, spans=())
    for name, labels in (("c.txt", LABELS), ("b.txt", empty), ("a.txt", LABELS)):
        stores.documents.put_labels(project, name, labels)

    found = list(stores.documents.labelled(project))

    assert [(name, labels) for name, _, labels in found] == [
        ("a.txt", LABELS),
        ("b.txt", empty),
        ("c.txt", LABELS),
    ]
    (_, not_read, _), (_, read, _), (_, gone, _) = found
    assert isinstance(not_read, InvalidDocument)
    assert getattr(read, "text", None) == "text of b"
    assert isinstance(gone, NotFound)


def test_empty_labels_are_among_all_only_if_they_are_asked_for(
    stores: Stores, project: Project
) -> None:
    empty = dataclasses.replace(LABELS, spans=())
    stores.documents.put_labels(project, "a.txt", LABELS)
    stores.documents.put_labels(project, "b.txt", empty)

    assert dict(stores.documents.all_labels(project)) == {"a.txt": LABELS}
    assert dict(stores.documents.all_labels(project, empty=True)) == {
        "a.txt": LABELS,
        "b.txt": empty,
    }


def test_texts_are_written_as_they_are(stores: Stores, project: Project) -> None:
    texts = {f"{number} #ü.txt": f"\ufeffZoe\u0301\r\n😀 {number}" for number in range(20)}

    number = stores.documents.put_texts(project, texts.items())

    assert number == 20
    for name, text in texts.items():
        assert stores.documents.text(project, name).text == text


def test_a_text_may_be_written_again_but_over_no_other(stores: Stores, project: Project) -> None:
    upload(stores, project, "a.txt", b"theirs")

    stores.documents.put_texts(project, [("a.txt", "theirs")])
    with pytest.raises(Conflict) as refused:
        stores.documents.put_texts(project, [("a.txt", "ours")])

    assert refused.value.target == "a.txt"
    assert stores.documents.text(project, "a.txt").text == "theirs"


def test_a_text_is_overwritten_where_that_is_asked_for(stores: Stores, project: Project) -> None:
    upload(stores, project, "a.txt", b"theirs")

    stores.documents.put_texts(project, [("a.txt", "ours")], overwrite=True)

    assert stores.documents.text(project, "a.txt").text == "ours"


def test_adding_labels_leaves_all_other_documents_theirs(stores: Stores, project: Project) -> None:
    stores.documents.put_labels(project, "old.txt", LABELS)
    stores.documents.put_labels(project, "a.txt", LABELS)
    mine = dataclasses.replace(LABELS, spans=(Span(0, 3, "Mine"),))

    stores.documents.add_labels(project, [("a.txt", mine), ("b.txt", mine)])

    labels = dict(stores.documents.all_labels(project))
    assert labels == {"old.txt": LABELS, "a.txt": mine, "b.txt": mine}


def test_counts_are_those_of_the_labels_that_stay_whoever_writes_its_row_last(
    stores: Stores, project: Project
) -> None:
    other = dataclasses.replace(LABELS, spans=(Span(1, 2, "Later"),))
    mortal = Mortal(stores.storage)
    slow = Stores.on(mortal)
    etag = stores.documents.put_labels(project, "a.txt", LABELS, etag="")
    # A rival writes labels and counts between the slow one's labels and its counts.
    mortal.interrupt_at(
        1,
        lambda: stores.documents.put_labels(
            project,
            "a.txt",
            other,
            etag=stores.documents.labels(project, "a.txt").etag,  # type: ignore[union-attr]
        ),
    )

    slow.documents.put_labels(project, "a.txt", LABELS, etag=etag)

    stored = stores.documents.labels(project, "a.txt")
    assert stored is not None
    assert stored.labels == other
    assert stores.documents.facts(project, ["a.txt"])["a.txt"].counts == {"Later": 1}


def test_counts_go_with_labels_that_are_removed_while_they_are_counted(
    stores: Stores, project: Project
) -> None:
    upload(stores, project, "a.txt", b"text")
    mortal = Mortal(stores.storage)
    mortal.interrupt_at(1, lambda: stores.documents.put_all_labels(project, []))
    stores.documents.put_labels(project, "a.txt", LABELS)
    etag = stores.documents.labels(project, "a.txt").etag  # type: ignore[union-attr]

    Stores.on(mortal).documents.put_labels(project, "a.txt", LABELS, etag=etag)

    assert stores.documents.labels(project, "a.txt") is None
    assert stores.documents.facts(project, ["a.txt"]) == {}
