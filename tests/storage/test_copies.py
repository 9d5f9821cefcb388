from __future__ import annotations

import dataclasses
import hashlib
import uuid
from datetime import UTC, datetime

import pytest

from shared.domain.copies import CopyGrant
from shared.storage.ports import Changed, Storage
from shared.storage.projects import CONTAINER
from shared.storage.stores import Stores

NOW = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def stores(storage: Storage) -> Stores:
    return Stores.on(storage)


def new_grant() -> CopyGrant:
    identity = uuid.uuid4().hex
    return CopyGrant(
        digest=hashlib.sha256(identity.encode()).hexdigest(),
        project_name="P",
        project_id=identity,
        container="mine",
        overwrite=True,
        created=NOW,
        expires=NOW,
    )


def test_a_grant_is_read_as_it_was_kept(stores: Stores) -> None:
    kept = stores.copies.insert(new_grant())
    changed = dataclasses.replace(
        kept, source="s", operation_id="o", attempt=2, replaced_id="r", overwrite=False
    )

    assert stores.copies.find(kept.digest) == kept
    assert stores.copies.replace(changed) == changed
    assert stores.copies.find(kept.digest) == changed
    assert changed in list(stores.copies.all())


def test_of_two_changes_of_a_grant_one_is_refused(stores: Stores) -> None:
    kept = stores.copies.insert(new_grant())
    stores.copies.replace(dataclasses.replace(kept, source="one"))

    with pytest.raises(Changed):
        stores.copies.replace(dataclasses.replace(kept, source="two"))


def test_tries_do_not_mix_and_a_part_may_come_again(stores: Stores) -> None:
    grant = dataclasses.replace(stores.copies.insert(new_grant()), attempt=2)
    stores.copies.put_part(grant, 1, 0, b"of the first try")
    for _ in range(2):
        stores.copies.put_part(grant, 2, 0, b"of the second")
    stores.copies.put_digests(grant, 1, ["a"])
    stores.copies.put_digests(grant, 2, ["b", "c"])

    assert stores.copies.part(grant, 2, 0) == b"of the second"
    assert stores.copies.part(grant, 2, 1) is None
    assert stores.copies.digests(grant) == ["b", "c"]


def test_what_will_be_written_is_said_once(stores: Stores) -> None:
    grant = stores.copies.insert(new_grant())

    assert stores.copies.written(grant) == []
    assert stores.copies.put_written(grant, ["a.txt"]) == ["a.txt"]
    assert stores.copies.put_written(grant, []) == ["a.txt"]
    assert stores.copies.written(grant) == ["a.txt"]


def test_a_grant_goes_with_all_that_came_under_it_and_leaves_the_others(stores: Stores) -> None:
    grant, other = stores.copies.insert(new_grant()), stores.copies.insert(new_grant())
    for one in (grant, other):
        stores.copies.put_part(one, 1, 0, b"part")

    stores.copies.delete(grant)

    assert stores.copies.find(grant.digest) is None
    assert stores.copies.part(grant, 1, 0) is None
    assert stores.copies.part(other, 1, 0) == b"part"
    assert not list(stores.storage.blobs.names(CONTAINER, prefix=f"copies/{grant.project_id}/"))
