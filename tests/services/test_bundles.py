"""A bundle: all of a project out and in again, and nothing of one that was damaged."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from shared import limits
from shared.domain.models import Artifact, Judgement, TrainingOptions
from shared.domain.operations import Operation
from shared.domain.projects import EntityType
from shared.domain.states import State
from shared.errors import Conflict, InvalidBody, NotFound, OperationNotFound, ProjectNotFound
from shared.schema.copy_requests import Authorization
from shared.services import authoring, bundles, deployments, maintenance, projects, receiving
from shared.services import training as trainings
from shared.services.extractors import Extractors
from shared.storage.memory import MemoryStorage, memory_storage
from shared.storage.models import artifact_prefix
from shared.storage.stores import Stores
from tests.services import loans
from tests.services.conftest import Clock
from tests.services.fakes import Died, Mortal
from tests.services.test_receiving import (
    MODEL,
    NOTHING,
    OPTIONS,
    blobs,
    deliver,
    document,
    ended,
    line,
)

#: In the place of what is another one after a bundle: where a model's files are.
ELSEWHERE = Artifact(prefix="", digest="")


@pytest.fixture(scope="module")
def world() -> MemoryStorage:
    """A project with all that one can have.

    Two deployments answer with the model that the label M had first, one with the present one; of a
    document the text has changed since it was tagged; the present model was evaluated anew.
    """
    storage = memory_storage()
    stores = Stores.on(storage)
    project = loans.make_project(stores, tagged=12)
    entities = [EntityType(category="Name", description="Who owes."), EntityType(category="Sum")]
    stores.projects.put_entities(project, entities)
    stores.storage.blobs.put("notes", "ünï \U0001f600 code.txt", "\ufeffa\r\ne\u0301".encode())
    options = TrainingOptions(label="M", config_version="2022-05-01")
    for number, names in enumerate((("old", "older"), ("production",))):
        _, message = trainings.start(stores, "Notes", options)
        trainings.run(stores, message.id, stuck_after_seconds=120)
        for name in names:
            deployments.put(stores, "Notes", name, "M")
        if not number:
            name, text, spans = loans.note(13)
            stores.documents.put_labels(project, name, loans.labels(text, spans))
    model = stores.models.read(project.id, "M")
    judged = artifact_prefix(project.id, "0191d4c2-0000-7000-8000-000000000000", 1)
    files = stores.models.all_files(model.artifact.prefix)
    reports = {name: files[name] for name in ("evaluation.json", "predictions.json")}
    stores.models.put_files(judged, reports)
    judgement = Judgement(
        operation_id="0191d4c2-0000-7000-8000-000000000000", prefix=judged, options=options
    )
    stores.models.replace(project.id, dataclasses.replace(model, judgement=judgement))
    stores.storage.blobs.put("notes", "note-00.txt", b"Another text.")
    return storage


@pytest.fixture
def source(world: MemoryStorage) -> Stores:
    return Stores.on(again(world))


def again(world: MemoryStorage) -> MemoryStorage:
    storage = memory_storage()
    for name in world.tables():
        storage.table(name)._partitions = copy.deepcopy(world.table(name)._partitions)
    storage.blobs._containers = copy.deepcopy(world.blobs._containers)
    return storage


def exported(stores: Stores, name: str = "Notes") -> tuple[Operation, bytes]:
    """Export a project, and return the operation and the bundle."""
    operation, message = bundles.start(stores, name)
    authoring.run(stores, message.id)
    operation, bundle = bundles.read(stores, name, operation.id)
    data = b"".join(
        bundles.part(stores, name, operation.id, number) for number in range(len(bundle.parts))
    )
    return operation, data


@pytest.fixture(scope="module")
def bundle(world: MemoryStorage) -> bytes:
    return exported(Stores.on(again(world)))[1]


def taken(stores: Stores, data: bytes, wish: Authorization = NOTHING) -> Operation:
    operation, _ = receiving.take(stores, "Back", wish, data)
    return ended(stores, operation)


def contents(stores: Stores, name: str) -> Any:
    """All that must not change, without ids, places and dates of the project."""
    project = stores.projects.read(name)
    blobs = stores.storage.blobs
    models = {
        model.label: (
            dataclasses.replace(model, id="", artifact=ELSEWHERE, judgement=None, etag=""),
            model.artifact.digest,
            stores.models.all_files(model.artifact.prefix),
            stores.models.snapshot(project.id, model.operation_id),
            model.judgement and (model.judgement.operation_id, model.judgement.options),
            model.judgement and stores.models.all_files(model.judgement.prefix),
        )
        for model in stores.models.all(project.id)
    }
    deployed = {
        one.name: (
            dataclasses.replace(one, model_id="", artifact=ELSEWHERE, etag=""),
            one.model_id.rpartition("-")[0],
            one.artifact.digest,
            [stores.models.file(one.artifact, n) for n in stores.models.file_names(one.artifact)],
        )
        for one in stores.models.deployments(project.id)
    }

    def data(name: str) -> bytes:
        blob = blobs.get(project.settings.container, name)
        assert blob is not None
        return blob.data

    return (
        dataclasses.replace(project.settings, name="", container=""),
        stores.projects.entities(project),
        {one: data(one) for one in stores.documents.names(project)},
        dict(stores.documents.all_labels(project, empty=True)),
        models,
        deployed,
    )


def test_a_bundle_is_the_whole_project(source: Stores, bundle: bytes) -> None:
    target = Stores.on(memory_storage())

    found = taken(target, bundle)

    assert (found.state, found.errors) == (State.SUCCEEDED, ())
    assert contents(target, "Back") == contents(source, "Notes")
    made = target.projects.read("Back")
    deployed = {one.name: one for one in target.models.deployments(made.id)}
    assert set(deployed) == {"old", "older", "production"}
    present = target.models.read(made.id, "M")
    assert deployed["production"].artifact == present.artifact
    assert deployed["old"].artifact.digest != present.artifact.digest
    # The files of a model that two deployments pin are there once.
    assert deployed["old"].artifact == deployed["older"].artifact
    assert bundle.count(b'{"kind": "artifact"') == 1
    assert made.last_deployed == max(one.deployed for one in deployed.values())
    assert made.last_trained == present.trained
    assert not [name for names in blobs(target).values() for name in names if "copies/" in name]


def test_each_deployment_finds_what_it_found(source: Stores, bundle: bytes) -> None:
    target = Stores.on(memory_storage())
    taken(target, bundle)
    texts = [loans.note(number)[1] for number in range(20)]

    def found(stores: Stores, project: str, name: str) -> Any:
        deployment = stores.models.read_deployment(stores.projects.read(project).id, name)
        return Extractors(10**9).get(stores.models, deployment.artifact).predict(texts)

    for name in ("old", "production"):
        assert found(target, "Back", name) == found(source, "Notes", name)
        assert any(found(target, "Back", name))


def test_what_a_deployment_alone_pins_is_kept_by_the_purge(bundle: bytes, time: Clock) -> None:
    target = Stores.on(memory_storage())
    taken(target, bundle)
    before = contents(target, "Back")
    time.pass_by(hours=limits.ORPHANED_MODEL_HOURS + 100)

    maintenance.purge(target)

    assert contents(target, "Back") == before


def test_a_bundle_of_what_came_as_a_bundle_is_the_same(bundle: bytes) -> None:
    target = Stores.on(memory_storage())
    taken(target, bundle)

    assert exported(target, "Back")[1] == bundle


def test_the_parts_are_bounded_and_told_with_their_digests(
    source: Stores, bundle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BUNDLE_PART_BYTES", 10_000)

    operation, data = exported(source)

    _, told = bundles.read(source, "Notes", operation.id)
    assert data == bundle
    assert told.digest == hashlib.sha256(bundle).hexdigest()
    assert len(told.parts) == -(-len(bundle) // 10_000)
    for number, part in enumerate(told.parts):
        kept = bundles.part(source, "Notes", operation.id, number)
        assert (part.size, part.digest) == (len(kept), hashlib.sha256(kept).hexdigest())
        assert part.size <= 10_000
    with pytest.raises(NotFound):
        bundles.part(source, "Notes", operation.id, len(told.parts))


def test_a_document_that_cannot_be_read_is_left_out_and_told(source: Stores) -> None:
    source.storage.blobs.put("notes", "note-19.txt", b"\xff")

    operation, data = exported(source)

    assert [warning.target for warning in operation.warnings] == ["note-19.txt"]
    target = Stores.on(memory_storage())
    assert taken(target, data).state is State.SUCCEEDED
    assert "note-19.txt" not in list(target.documents.names(target.projects.read("Back")))


@pytest.mark.parametrize("before", [True, False])
def test_an_export_that_dies_at_any_write_ends_whole(
    world: MemoryStorage, bundle: bytes, before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BUNDLE_PART_BYTES", 20_000)
    write = 0
    while True:
        mortal = Mortal(again(world))
        stores = Stores.on(mortal)
        operation, message = bundles.start(stores, "Notes")
        mortal.die_at(write, before=before)
        try:
            authoring.run(stores, message.id)
        except Died:
            mortal.die_at(None)
            authoring.run(stores, message.id)
        else:
            break
        operation, told = bundles.read(stores, "Notes", operation.id)
        assert operation.state is State.SUCCEEDED
        parts = range(len(told.parts))
        whole = b"".join(bundles.part(stores, "Notes", operation.id, one) for one in parts)
        assert whole == bundle, write
        write += 1

    assert write >= 4


def test_a_slow_worker_changes_nothing_of_what_the_next_one_made(
    world: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BUNDLE_PART_BYTES", 20_000)
    mortal = Mortal(again(world))
    stores = Stores.on(mortal)
    operation, message = bundles.start(stores, "Notes")

    def overtake() -> None:
        stores.storage.blobs.put("notes", "note-05.txt", b"Changed between the tries.")
        authoring.run(stores, message.id)

    # Just before its first part is written.
    mortal.interrupt_at(1, overtake)
    authoring.run(stores, message.id)

    _, told = bundles.read(stores, "Notes", operation.id)
    parts = range(len(told.parts))
    assert len(parts) > 1
    whole = b"".join(bundles.part(stores, "Notes", operation.id, one) for one in parts)
    assert hashlib.sha256(whole).hexdigest() == told.digest
    assert b"Changed between the tries." in whole
    # It wrote what it had in hand, and saw then that it was too late.
    written = [name for name in stores.storage.blobs.names("spanwright") if "bundle-1" in name]
    assert len(written) == 1


def test_an_export_goes_with_its_project(source: Stores) -> None:
    operation, _ = exported(source)
    _, deletion = projects.delete(source, "Notes")
    authoring.run(source, deletion.id)

    with pytest.raises(NotFound):
        bundles.read(source, "Notes", operation.id)
    assert not [name for name in source.storage.blobs.names("spanwright") if "bundle-" in name]


def test_an_export_expires(source: Stores, time: Clock) -> None:
    operation, _ = exported(source)
    time.pass_by(days=limits.OPERATION_DAYS + 1)

    with pytest.raises(OperationNotFound):
        bundles.part(source, "Notes", operation.id, 0)
    maintenance.purge(source)
    assert not [name for name in source.storage.blobs.names("spanwright") if "bundle-" in name]


def test_a_project_that_goes_meanwhile_leaves_no_bundle(world: MemoryStorage) -> None:
    mortal = Mortal(again(world))
    stores = Stores.on(mortal)
    operation, message = bundles.start(stores, "Notes")

    def delete() -> None:
        _, deletion = projects.delete(stores, "Notes")
        authoring.run(stores, deletion.id)

    mortal.interrupt_at(1, delete)

    authoring.run(stores, message.id)

    found = stores.operations.find(operation.id)
    assert found is not None and found.state is State.FAILED
    assert found.errors[0].code == ProjectNotFound.code
    assert not [name for name in stores.storage.blobs.names("spanwright") if "bundle-" in name]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("replaces", [True, False])
def test_a_target_that_dies_at_any_write_ends_with_the_whole_project(
    source: Stores, bundle: bytes, before: bool, replaces: bool
) -> None:
    whole = contents(source, "Notes")
    wish = Authorization(container="", overwrite=replaces)
    write = 0
    while True:
        mortal = Mortal(memory_storage())
        stores = Stores.on(mortal)
        if replaces:
            loans.make_project(stores, name="Back")
        operation, _ = receiving.take(stores, "Back", wish, bundle)
        mortal.die_at(write, before=before)
        try:
            authoring.run(stores, operation.id)
        except Died:
            mortal.die_at(None)
            if stores.projects.find_by_id(operation.project_id) is not None:
                assert contents(stores, "Back") == whole  # Seen: then it is whole.
        else:
            break
        assert ended(stores, operation).state is State.SUCCEEDED, write
        assert contents(stores, "Back") == whole, write
        write += 1 if write < 4 or write > 110 else 7  # In the middle they are alike.

    assert write > 60


@pytest.mark.parametrize("write", range(6))
def test_a_request_that_dies_leaves_nothing_for_long(
    bundle: bytes, write: int, time: Clock
) -> None:
    mortal = Mortal(memory_storage())
    stores = Stores.on(mortal)
    mortal.die_at(write)
    try:
        receiving.take(stores, "Back", NOTHING, bundle)
    except Died:
        pass
    mortal.die_at(None)
    for operation in list(stores.operations.active()):
        authoring.run(stores, operation.id)
    there = [project.name for project in stores.projects.all()]

    time.pass_by(hours=25)
    maintenance.purge(stores)

    assert list(stores.copies.all()) == []
    left = blobs(stores)
    assert (left == {}) == (there == [])
    assert not [name for names in left.values() for name in names if name.startswith("copies/")]


def test_a_second_delivery_changes_nothing(bundle: bytes) -> None:
    stores = Stores.on(memory_storage())
    operation = taken(stores, bundle)
    before = contents(stores, "Back")

    assert ended(stores, operation).state is State.SUCCEEDED

    assert contents(stores, "Back") == before


@pytest.mark.parametrize("place", [number / 40 for number in range(40)])
def test_a_byte_that_changed_is_found(bundle: bytes, place: float) -> None:
    stores = Stores.on(memory_storage())
    changed = bytearray(bundle)
    changed[int(len(bundle) * place)] ^= 1

    try:
        found = taken(stores, bytes(changed))
    except InvalidBody as error:
        assert error.target
    else:
        assert found.state is State.FAILED
        assert found.errors[0].code and found.errors[0].target
    assert stores.projects.all() == []
    assert blobs(stores) == {}


def test_a_text_that_changed_is_told_as_damage(bundle: bytes) -> None:
    stores = Stores.on(memory_storage())
    other = bundle.replace(b"Another text.", b"Another test.")
    assert other != bundle

    found = taken(stores, other)

    assert found.errors[0].message.startswith("The bundle is damaged")


def test_a_bundle_that_was_cut_off_is_refused_wherever_that_was(bundle: bytes) -> None:
    last = bundle.rindex(b'{"kind": "end"')
    deployment = bundle.rindex(b'{"kind": "deployment"')
    for end in (len(bundle) - 1, last + 5, last, last - 1, deployment, len(bundle) // 2):
        stores = Stores.on(memory_storage())

        found = taken(stores, bundle[:end])

        assert found.state is State.FAILED
        assert "cut off" in found.errors[0].message
        assert blobs(stores) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"PK\x03\x04\n",
        b"{}\n",
        line(kind="project", format=2, bundle=True, language="en"),
        line(kind="project", format=1, bundle=False, language="en"),
        line(kind="project", format=1, bundle="yes", language="en"),
        line(kind="project", format=1, language="en"),
    ],
    ids=range(8),
)
def test_what_does_not_begin_as_a_bundle_is_refused_at_once(data: bytes) -> None:
    stores = Stores.on(memory_storage())

    with pytest.raises(InvalidBody) as refused:
        receiving.take(stores, "Back", NOTHING, data)

    details = refused.value.details or [refused.value.detail()]
    assert details[0].target
    assert list(stores.copies.all()) == []
    assert blobs(stores) == {}


PROJECT = line(kind="project", format=1, bundle=True, language="en", entities=[])
DEPLOYMENT = {
    "kind": "deployment",
    "name": "production",
    "model": "M",
    "config": "1",
    "trained": "2026-01-01T00:00:00+00:00",
    "deployed": "2026-01-01T00:00:00+00:00",
    "digest": hashlib.sha256(b"{}").hexdigest(),
}
ARTIFACT = {
    "kind": "artifact",
    "digest": hashlib.sha256(b"{}").hexdigest(),
    "files": {"manifest.json": 2},
}


def sealed(data: bytes) -> bytes:
    return data + line(kind="end", digest=hashlib.sha256(data).hexdigest())


def pinned(bundle: bytes) -> bytes:
    """The record of the model that deployments alone pin, and what is before and after it."""
    return bundle[bundle.index(b'{"kind": "artifact"') : bundle.index(b'{"kind": "deployment"')]


def deploying(**change: Any) -> Callable[[bytes], bytes]:
    """What makes a bundle whose deployment is not as it should be."""
    return lambda bundle: sealed(PROJECT + pinned(bundle) + deployment(bundle, **change))


HOSTILE: list[Callable[[bytes], bytes]] = [
    lambda bundle: PROJECT,
    lambda bundle: PROJECT + line(kind="end", digest="0" * 64),
    lambda bundle: PROJECT + line(kind="end"),
    lambda bundle: PROJECT + line(kind="end", digest=7),
    lambda bundle: sealed(PROJECT) + b"\n",
    lambda bundle: sealed(PROJECT) + b"x",
    lambda bundle: sealed(PROJECT) + document(),
    lambda bundle: sealed(sealed(PROJECT)),
    lambda bundle: sealed(PROJECT + PROJECT),
    lambda bundle: sealed(PROJECT + line(kind="other")),
    lambda bundle: sealed(PROJECT + line(**DEPLOYMENT)),
    lambda bundle: sealed(PROJECT + line(**ARTIFACT) + b"{}"),
    lambda bundle: sealed(PROJECT + line(**{**ARTIFACT, "files": {"../x": 1}}) + b"x"),
    lambda bundle: sealed(PROJECT + line(**{**ARTIFACT, "files": {"a": 10**12}}) + b"x"),
    lambda bundle: sealed(PROJECT + line(**{**ARTIFACT, "files": {}})),
    lambda bundle: sealed(PROJECT + line(**{**ARTIFACT, "digest": "../x"}) + b"{}"),
    lambda bundle: sealed(PROJECT + pinned(bundle) + pinned(bundle)),
    lambda bundle: sealed(PROJECT + pinned(bundle) + document()),
    lambda bundle: sealed(PROJECT + pinned(bundle) + line(**DEPLOYMENT)),
    *(
        deploying(**change)
        for change in (
            {"name": "a/b"},
            {"name": ""},
            {"model": "../x"},
            {"config": 7},
            {"config": "x" * 1_001},
            {"trained": "x"},
            {"deployed": "9999-12-31T00:00:00+00:00"},
            {"deployed": "2026-01-01"},
            {"digest": "x"},
            {"digest": None},
        )
    ),
    lambda bundle: sealed(PROJECT + pinned(bundle) + deployment(bundle) * 2),
    lambda bundle: sealed(
        PROJECT
        + pinned(bundle)
        + b"".join(deployment(bundle, name=f"d{number}") for number in range(11))
    ),
    lambda bundle: sealed(
        PROJECT + line(**{**MODEL, "options": {**OPTIONS, "label": "x"}}) + b"{}"
    ),
]


def deployment(bundle: bytes, **change: Any) -> bytes:
    """A deployment of the model that deployments alone pin."""
    digest = json.loads(pinned(bundle).partition(b"\n")[0])["digest"]
    return line(**{**DEPLOYMENT, "digest": digest, **change})


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_bundle_fails_and_leaves_nothing(
    bundle: bytes, bad: Callable[[bytes], bytes]
) -> None:
    stores = Stores.on(memory_storage())

    found = taken(stores, bad(bundle))

    assert found.state is State.FAILED
    assert found.errors[0].code in ("InvalidRequest", "InvalidArgument", "QuotaExceeded")
    assert stores.projects.all() == []
    assert blobs(stores) == {}


def test_a_good_small_bundle_is_taken(bundle: bytes) -> None:
    """So that what is bad in the others is what they show."""
    stores = Stores.on(memory_storage())
    good = sealed(PROJECT + document() + pinned(bundle) + deployment(bundle))

    assert taken(stores, good).state is State.SUCCEEDED


def test_a_copy_brings_no_deployments(bundle: bytes) -> None:
    """What is no bundle has no deployments: its end would not be asked for either."""
    stores = Stores.on(memory_storage())
    first = bundle.index(b"\n") + 1
    other = bundle[:first].replace(b'"bundle": true, ', b"") + bundle[first:]
    _, operation = deliver(stores, [other], name="Back")

    assert ended(stores, operation).state is State.FAILED
    assert blobs(stores) == {}


def test_a_bundle_comes_in_parts_of_any_size(source: Stores, bundle: bytes) -> None:
    stores = Stores.on(memory_storage())
    parts = [bundle[:1], bundle[1:7_000], bundle[7_000:]]
    _, operation = deliver(stores, parts, name="Back")

    ended(stores, operation)

    assert contents(stores, "Back") == contents(source, "Notes")


def test_a_name_that_is_there_is_refused_unless_it_may_be_replaced(
    source: Stores, bundle: bytes
) -> None:
    stores = Stores.on(memory_storage())
    loans.make_project(stores, name="Back")
    with pytest.raises(Conflict) as refused:
        receiving.take(stores, "Back", NOTHING, bundle)
    assert refused.value.target == "projectName"

    found = taken(stores, bundle, Authorization(container="", overwrite=True))

    assert found.state is State.SUCCEEDED
    assert contents(stores, "Back") == contents(source, "Notes")


def test_a_project_is_put_back_beside_its_own_documents(source: Stores, bundle: bytes) -> None:
    """Documents are never deleted with their project: what is the same is taken as it is."""
    before = contents(source, "Notes")
    _, message = projects.delete(source, "Notes")
    authoring.run(source, message.id)
    source.storage.blobs.delete("notes", "note-03.txt")

    found = taken(source, bundle, Authorization(container="notes", overwrite=False))

    assert found.state is State.SUCCEEDED
    assert contents(source, "Back") == before


def test_limits_of_the_target_hold(bundle: bytes) -> None:
    for limit in ({"deployments_per_project": 2}, {"documents_per_project": 20}):
        stores = Stores.on(memory_storage(), limits.Limits(**limit))

        found = taken(stores, bundle)

        assert found.errors[0].code == "QuotaExceeded"
        assert blobs(stores) == {}
