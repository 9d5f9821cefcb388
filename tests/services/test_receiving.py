"""A copy at its target: whatever dies and whatever is sent, all of it is there, or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from shared import limits
from shared.domain.copies import CopyGrant
from shared.domain.models import TrainingOptions
from shared.domain.operations import Operation
from shared.domain.states import State
from shared.errors import Conflict, QuotaExceeded, Unauthorized
from shared.schema.copy_requests import Authorization
from shared.schema.copy_stream import cut
from shared.services import authoring, copying, maintenance, operations, receiving, training
from shared.storage.memory import memory_storage
from shared.storage.stores import Stores
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal

NOTHING = Authorization(container="", overwrite=False)


@pytest.fixture(scope="module")
def stream() -> list[bytes]:
    """The parts of a small project with a model."""
    stores = Stores.on(memory_storage())
    project = loans.make_project(stores, tagged=12)
    options = TrainingOptions(label="M", config_version="2022-05-01")
    _, message = training.start(stores, "Notes", options)
    training.run(stores, message.id, stuck_after_seconds=120)
    return list(cut(copying.chunks(stores, project, []), 20_000))


def deliver(
    stores: Stores, parts: list[bytes], wish: Authorization = NOTHING, name: str = "Copy"
) -> tuple[str, Operation]:
    """Bring parts to the target; return the token and the operation that is to receive them."""
    _, token = receiving.authorize(stores, name, wish)
    receiving.claim(stores, name, token, "source")
    for number, part in enumerate(parts):
        receiving.put_part(stores, name, token, attempt=1, number=number, data=part)
    digests = [hashlib.sha256(part).hexdigest() for part in parts]
    _, (message,) = receiving.end(stores, name, token, 1, digests)
    operation = stores.operations.find(message.id)
    assert operation is not None
    return token, operation


def ended(stores: Stores, operation: Operation) -> Operation:
    authoring.run(stores, operation.id)
    found = stores.operations.find(operation.id)
    assert found is not None
    return found


def blobs(stores: Stores) -> dict[str, list[str]]:
    """What is in the storage but for operations, which are kept for a week."""
    names = stores.storage.blobs
    return {
        container: [n for n in names.names(container) if not n.startswith("operations/")]
        for container in names.containers()
        if any(not n.startswith("operations/") for n in names.names(container))
    }


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("replaces", [True, False])
def test_a_target_that_dies_at_any_write_ends_with_the_whole_project(
    stream: list[bytes], before: bool, replaces: bool
) -> None:
    wish = Authorization(container="", overwrite=replaces)

    def target() -> tuple[Mortal, Stores, Operation]:
        mortal = Mortal(memory_storage())
        stores = Stores.on(mortal)
        if replaces:
            loans.make_project(stores, name="Copy")
        return mortal, stores, deliver(stores, stream, wish)[1]

    def sizes(stores: Stores) -> list[int]:
        return sorted(len(names) for names in blobs(stores).values())

    _, whole, operation = target()
    assert ended(whole, operation).state is State.SUCCEEDED
    write = 0
    while True:
        mortal, stores, operation = target()
        mortal.die_at(write, before=before)
        try:
            authoring.run(stores, operation.id)
        except Died:
            mortal.die_at(None)
            project = stores.projects.find_by_id(operation.project_id)
            if project is not None:  # Seen: then it is whole.
                assert len(list(stores.documents.names(project))) == 20
                assert len(list(stores.documents.all_labels(project))) == 12
                assert [model.label for model in stores.models.all(project.id)] == ["M"]
            elif replaces:  # Then it is the old one.
                assert len(list(stores.documents.all_labels(stores.projects.read("Copy")))) == 20
        else:
            break
        assert ended(stores, operation).state is State.SUCCEEDED, write
        assert sizes(stores) == sizes(whole), write
        write += 1 if write < 6 or write > 90 else 7  # In the middle they are alike.

    assert write > 60


def test_a_second_delivery_of_the_message_changes_nothing(stream: list[bytes]) -> None:
    stores = Stores.on(memory_storage())
    _, operation = deliver(stores, stream)
    ended(stores, operation)
    before = stores.projects.read("Copy")

    assert ended(stores, operation).state is State.SUCCEEDED

    assert stores.projects.read("Copy") == before


def line(**values: Any) -> bytes:
    return json.dumps(values).encode() + b"\n"


PROJECT = line(kind="project", format=1, language="en", entities=[])


def document(name: Any = "a.txt", data: bytes = b"text", **values: Any) -> bytes:
    return line(kind="document", name=name, size=len(data), **values) + data


def labels(data: bytes, **values: Any) -> dict[str, Any]:
    return {"spans": [], "regions": [], "digest": hashlib.sha256(data).hexdigest(), **values}


OPTIONS = {"label": "M", "config": "1", "evaluation": "percentage", "train": 80, "test": 20}
MODEL = {
    "kind": "model",
    "options": OPTIONS,
    "operation": "0191d4c2-0000-7000-8000-000000000000",
    "digest": hashlib.sha256(b"{}").hexdigest(),
    "trained": "2026-01-01T00:00:00+00:00",
    "seconds": 1,
    "train": 1,
    "validation": 1,
    "test": 1,
    "f1": 0.5,
    "files": {"manifest.json": 2},
}

HOSTILE: list[Callable[[], bytes]] = [
    lambda: b"",
    lambda: b"\n",
    lambda: b"x",
    lambda: b"{}\n",
    lambda: b"[]\n",
    lambda: b"[" * 100_000 + b"\n",
    lambda: b"\xff\n",
    lambda: PROJECT[:-1],
    lambda: PROJECT + PROJECT,
    lambda: document(),
    lambda: line(kind="project", format=2, language="en"),
    lambda: line(kind="project", format=1),
    lambda: line(kind="project", format=1, language="/"),
    lambda: line(kind="project", format=1, language="en", entities=[{"category": "a:b"}]),
    lambda: line(kind="project", format=1, language="en", entities=[{"category": "A"}] * 2),
    lambda: line(kind="project", format=1, language="en", confidenceThreshold=2),
    lambda: PROJECT + line(kind="other"),
    lambda: PROJECT + document("../a.txt"),
    lambda: PROJECT + document("a/b.txt"),
    lambda: PROJECT + document("a\\b.txt"),
    lambda: PROJECT + document("a.pdf"),
    lambda: PROJECT + document("a\x00.txt"),
    lambda: PROJECT + document("\ufffe.txt"),
    lambda: PROJECT + document("\ud800.txt"),
    lambda: PROJECT + document("a" * 2_000 + ".txt"),
    lambda: PROJECT + document(""),
    lambda: PROJECT + document(1),
    lambda: PROJECT + document() + document(),
    lambda: PROJECT + document(data=b"\xff"),
    lambda: PROJECT + document(data=b"a" * (limits.PROJECT_DOCUMENT_LENGTH + 1)),
    lambda: PROJECT + line(kind="document", name="a.txt", size=10**12),
    lambda: PROJECT + line(kind="document", name="a.txt", size=-1),
    lambda: PROJECT + line(kind="document", name="a.txt", size=5) + b"four",
    lambda: PROJECT + document(labels={}),
    lambda: PROJECT + document(labels=labels(b"text", digest="x")),
    lambda: PROJECT + document(labels=labels(b"text", spans=[[0, 5, "A"]])),
    lambda: PROJECT + document(labels=labels(b"text", spans=[[-1, 2, "A"]])),
    lambda: PROJECT + document(labels=labels(b"text", spans=[[2, 1, "A"]])),
    lambda: PROJECT + document(labels=labels(b"text", spans=[[0, 1]])),
    lambda: PROJECT + document(labels=labels(b"text", spans=[[0, True, "A"]])),
    lambda: PROJECT + document(labels=labels(b"text", spans=[[0, 1, "a:b"]])),
    lambda: PROJECT + document(labels=labels(b"text", spans=[[0, 2, "A"], [1, 3, "A"]])),
    lambda: PROJECT + document(labels=labels(b"text", regions=[[0, 5]])),
    lambda: PROJECT + document(labels=labels(b"text", dataset="Other")),
    lambda: PROJECT + document(labels=labels(b"text", language="/")),
    lambda: PROJECT + line(**MODEL) + b"{}",
    lambda: PROJECT + line(**{**MODEL, "files": {"../x": 1}}) + b"x",
    lambda: PROJECT + line(**{**MODEL, "files": {"a/b": 1}}) + b"x",
    lambda: PROJECT + line(**{**MODEL, "files": {"a": 10**12}}) + b"x",
    lambda: PROJECT + line(**{**MODEL, "files": None}),
    lambda: PROJECT + line(**{**MODEL, "operation": "../../x"}) + b"{}",
    lambda: PROJECT + line(**{**MODEL, "trained": "0001-01-01T00:00:00+00:00"}) + b"{}",
    lambda: PROJECT + line(**{**MODEL, "trained": "2026-01-01"}) + b"{}",
    lambda: PROJECT + line(**{**MODEL, "f1": 2}) + b"{}",
    lambda: PROJECT + line(**{**MODEL, "options": {**OPTIONS, "label": "a/b"}}) + b"{}",
    lambda: PROJECT + line(**{**MODEL, "options": {**OPTIONS, "evaluation": "x"}}) + b"{}",
    lambda: PROJECT + line(**{**MODEL, "judgement": {}}) + b"{}",
]


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_copy_fails_and_leaves_nothing(bad: Callable[[], bytes]) -> None:
    stores = Stores.on(memory_storage())
    _, operation = deliver(stores, [bad()])

    found = ended(stores, operation)

    assert found.state is State.FAILED
    assert found.errors[0].code in ("InvalidRequest", "InvalidArgument")
    assert stores.projects.all() == []
    assert blobs(stores) == {}


def test_a_good_small_copy_is_taken() -> None:
    """So that what is bad in the others is what they show."""
    stores = Stores.on(memory_storage())
    good = PROJECT + document(labels=labels(b"text", spans=[[0, 1, "A"], [1, 4, "B"]]))

    _, operation = deliver(stores, [good[:30], good[30:]])

    assert ended(stores, operation).state is State.SUCCEEDED


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_model_that_was_changed_on_the_way_is_refused(stream: list[bytes], place: float) -> None:
    stores = Stores.on(memory_storage())
    whole = bytearray(b"".join(stream))
    models = whole.index(b'{"kind": "model"')
    manifest = whole.index(b"\n", models) + 1
    changed = manifest + int((len(whole) - manifest) * 0.5 * place)
    whole[changed] ^= 0x55
    _, operation = deliver(stores, [bytes(whole)])

    found = ended(stores, operation)

    assert found.state is State.FAILED
    assert blobs(stores) == {}


def test_a_part_that_is_missing_or_another_one_fails_the_copy(stream: list[bytes]) -> None:
    other = stream[0].replace(b'"language": "en"', b'"language": "de"')
    assert other != stream[0]
    for sent in (stream[:-1], [other, *stream[1:]]):
        stores = Stores.on(memory_storage())
        _, token = receiving.authorize(stores, "Copy", NOTHING)
        receiving.claim(stores, "Copy", token, "source")
        for number, part in enumerate(sent):
            receiving.put_part(stores, "Copy", token, attempt=1, number=number, data=part)
        digests = [hashlib.sha256(part).hexdigest() for part in stream]
        _, (message,) = receiving.end(stores, "Copy", token, 1, digests)

        authoring.run(stores, message.id)

        found = stores.operations.find(message.id)
        assert found is not None and found.state is State.FAILED
        assert blobs(stores) == {}


def test_nothing_can_be_added_after_the_end(stream: list[bytes]) -> None:
    stores = Stores.on(memory_storage())
    token, operation = deliver(stores, stream)

    with pytest.raises(Conflict):
        receiving.put_part(stores, "Copy", token, attempt=1, number=0, data=b"x")
    with pytest.raises(Conflict):
        receiving.claim(stores, "Copy", token, "another source")
    again, messages = receiving.end(stores, "Copy", token, 1, ["0" * 64])

    assert (again.state, messages) == (State.RUNNING, [])
    assert ended(stores, operation).state is State.SUCCEEDED


def test_a_part_is_not_taken_before_the_claim() -> None:
    stores = Stores.on(memory_storage())
    _, token = receiving.authorize(stores, "Copy", NOTHING)

    with pytest.raises(Conflict):
        receiving.put_part(stores, "Copy", token, attempt=1, number=0, data=b"x")
    with pytest.raises(Conflict):
        receiving.end(stores, "Copy", token, 1, ["0" * 64])


@pytest.mark.parametrize("hours", [23, 24])
def test_a_token_is_good_for_a_day(time: Clock, hours: int) -> None:
    stores = Stores.on(memory_storage())
    _, token = receiving.authorize(stores, "Copy", NOTHING)
    time.pass_by(hours=hours)

    if hours < limits.COPY_HOURS:
        receiving.claim(stores, "Copy", token, "source")
    else:
        with pytest.raises(Unauthorized):
            receiving.claim(stores, "Copy", token, "source")


def test_what_never_came_to_an_end_is_removed_once_the_token_has_expired(
    time: Clock, stream: list[bytes]
) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    stores.storage.blobs.create_container("mine")
    stores.storage.blobs.put("mine", "note-01.txt", loans.note(1)[1].encode())
    wish = Authorization(container="mine", overwrite=False)
    _, operation = deliver(stores, stream, wish)
    mortal.die_at(25)
    with pytest.raises(Died):
        authoring.run(stores, operation.id)
    mortal.die_at(None)
    assert len(blobs(stores)["mine"]) > 1
    stores.storage.blobs.put("mine", "note-02.txt", b"Mine, meanwhile.")
    operations.end(stores, operation, State.FAILED, errors=[operations.GIVEN_UP])

    maintenance.purge(stores)
    assert len(blobs(stores)["mine"]) > 2
    time.pass_by(hours=25)
    maintenance.purge(stores)

    assert blobs(stores) == {"mine": ["note-01.txt", "note-02.txt"]}
    assert list(stores.copies.all()) == []


def test_a_copy_that_succeeded_is_not_purged_with_its_token(
    time: Clock, stream: list[bytes]
) -> None:
    stores = Stores.on(memory_storage())
    ended(stores, deliver(stores, stream)[1])
    before = blobs(stores)
    time.pass_by(hours=25)

    maintenance.purge(stores)

    assert blobs(stores) == before
    assert list(stores.copies.all()) == []


def test_limits_of_the_target_hold_for_copies(stream: list[bytes]) -> None:
    stores = Stores.on(memory_storage(), limits.Limits(documents_per_project=19))
    _, operation = deliver(stores, stream)

    assert ended(stores, operation).errors[0].code == QuotaExceeded.code
    full = Stores.on(memory_storage(), limits.Limits(projects=1))
    loans.make_project(full)
    with pytest.raises(QuotaExceeded):
        receiving.authorize(full, "Copy", NOTHING)


def test_names_that_differ_in_letter_case_alone_are_refused() -> None:
    stores = Stores.on(memory_storage())
    loans.make_project(stores, name="Copy")

    with pytest.raises(Conflict):
        receiving.authorize(stores, "cOPY", Authorization(container="", overwrite=True))


def test_a_grant_shows_no_token() -> None:
    stores = Stores.on(memory_storage())

    grant, token = receiving.authorize(stores, "Copy", NOTHING)

    assert isinstance(grant, CopyGrant)
    assert token not in repr(grant)
    assert len(token) >= 43  # 256 bits
