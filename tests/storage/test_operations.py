from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared import ids
from shared.domain.models import EvaluationKind, TrainingOptions
from shared.domain.operations import Operation, OperationKind
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.storage.ports import Changed, Storage
from shared.storage.stores import Stores

NOW = datetime(2026, 11, 24, 9, 30, 0, 5, tzinfo=UTC)


@pytest.fixture
def stores(storage: Storage) -> Stores:
    return Stores.on(storage)


def operation(created: datetime = NOW, **changes: object) -> Operation:
    values = {
        "id": ids.time_ordered(created),
        "kind": OperationKind.TRAIN,
        "project_name": "P",
        "project_id": uuid.uuid4().hex,
        "created": created,
        "updated": created,
        "expires": created + timedelta(days=7),
        **changes,
    }
    return Operation(**values)  # type: ignore[arg-type]


def test_an_operation_is_read_as_it_was_kept(stores: Stores) -> None:
    kept = stores.operations.insert(
        operation(
            training=TrainingOptions(
                label="M", config_version="2022-05-01", evaluation=EvaluationKind.MANUAL
            ),
            started=NOW,
            errors=(ErrorDetail("A", "b", "c", "D", "e"),),
            warnings=(ErrorDetail("W", "x"),),
            subject="production",
            other="staging",
            source="0191",
            result="export-1.json",
        )
    )

    assert stores.operations.find(kept.id) == kept
    assert stores.operations.find(ids.time_ordered(NOW)) is None


def test_a_stale_write_is_refused(stores: Stores) -> None:
    kept = stores.operations.insert(operation())
    stores.operations.replace(dataclasses.replace(kept, percent=10))

    with pytest.raises(Changed):
        stores.operations.replace(dataclasses.replace(kept, percent=20))


def test_a_list_of_errors_longer_than_a_row_is_kept_whole(stores: Stores) -> None:
    many = tuple(ErrorDetail("InvalidArgument", "x" * 200, f"{n}.txt") for n in range(2000))

    kept = stores.operations.insert(operation(errors=many, warnings=many[::-1], state=State.FAILED))

    found = stores.operations.find(kept.id)
    assert found is not None
    assert (found.errors, found.warnings) == (many, many[::-1])


def test_operations_are_found_by_project_the_newest_first(stores: Stores) -> None:
    project_id = uuid.uuid4().hex
    made = [
        stores.operations.insert(
            operation(created=NOW + timedelta(seconds=n), project_id=project_id)
        )
        for n in range(3)
    ]
    stores.operations.insert(operation(project_id=project_id, kind=OperationKind.DEPLOY))

    assert stores.operations.of_project(project_id, OperationKind.TRAIN) == made[::-1]


def test_only_open_operations_are_active(stores: Stores) -> None:
    kept = stores.operations.insert(operation())
    ended = stores.operations.insert(operation(state=State.FAILED))

    active = {one.id for one in stores.operations.active()}

    assert kept.id in active
    assert ended.id not in active


def test_a_file_that_is_made_part_by_part_is_kept_whole(stores: Stores) -> None:
    kept = stores.operations.insert(operation())

    stores.operations.put_parts(kept.id, "export-1.json", iter([b"{", b"}"]))

    assert stores.operations.file(kept.id, "export-1.json") == b"{}"
    stores.operations.delete_files(kept.id)
    assert stores.operations.file(kept.id, "export-1.json") is None
    assert stores.operations.find(kept.id) == kept


def test_old_operations_are_found_and_removed_with_their_files(stores: Stores) -> None:
    old = stores.operations.insert(operation(created=NOW - timedelta(days=4000)))
    new = stores.operations.insert(operation())
    stores.operations.put_file(old.id, "labels.json", b"{}")

    found = {one.id for one in stores.operations.older_than(NOW - timedelta(days=3000))}
    stores.operations.delete(old.id)

    assert old.id in found
    assert new.id not in found
    assert stores.operations.find(old.id) is None
    assert stores.operations.file(old.id, "labels.json") is None
