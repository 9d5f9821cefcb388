"""Operations: how they start, move and end, whatever they do."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shared import clock, ids, limits, telemetry
from shared.domain.operations import Operation, OperationKind
from shared.domain.states import State, move
from shared.errors import ErrorDetail, OperationNotFound, ServiceError
from shared.storage.ports import Changed
from shared.storage.stores import Stores

#: What a caller reads when work was given up: each try of it ended without a word.
GIVEN_UP = ErrorDetail(
    "InternalServerError",
    "The work was tried several times and did not come to an end. Its data is unchanged; "
    "start it again, and look into the service's log if that fails too.",
)

#: The phase of an operation that no worker is at.
WAITING = "waiting"


def start(
    stores: Stores, kind: OperationKind, project_name: str, project_id: str, **fields: Any
) -> Operation:
    """Keep a new operation and return it."""
    now = clock.now()
    operation = stores.operations.insert(
        Operation(
            id=ids.time_ordered(now),
            kind=kind,
            project_name=project_name,
            project_id=project_id,
            created=now,
            updated=now,
            expires=now + timedelta(days=stores.limits.operation_days),
            **fields,
        )
    )
    telemetry.event(
        "operation-accepted", operation=operation.id, kind=kind.value, project=project_id
    )
    return operation


def read(
    stores: Stores, kind: OperationKind, project_name: str, operation_id: str, subject: str = ""
) -> Operation:
    """Return an operation of this kind, project and subject.

    Raises `OperationNotFound` where there is none or it has expired: an id of another project is
    as unknown as one that never was.
    """
    operation = stores.operations.find(operation_id.lower()) if ids.is_id(operation_id) else None
    if (
        operation is None
        or (operation.kind, operation.project_name) != (kind, project_name)
        or (subject and operation.subject != subject)
        or operation.expires <= clock.now()
    ):
        raise OperationNotFound(target="jobId")
    return operation


def read_any(
    stores: Stores,
    kinds: Sequence[OperationKind],
    project_name: str,
    operation_id: str,
    subject: str,
) -> Operation:
    """Return an operation of one of these kinds, as `read` does: for kinds that share addresses."""
    found = stores.operations.find(operation_id.lower()) if ids.is_id(operation_id) else None
    kind = found.kind if found is not None and found.kind in kinds else kinds[0]
    return read(stores, kind, project_name, operation_id, subject)


def done(
    stores: Stores, kind: OperationKind, project_name: str, project_id: str, subject: str
) -> Operation:
    """Keep the record of a change that took one step and is made already; return it."""
    now = clock.now()
    return start(
        stores,
        kind,
        project_name,
        project_id,
        subject=subject,
        state=State.SUCCEEDED,
        percent=100,
        started=now,
        ended=now,
    )


def is_under_way(stores: Stores, operation_id: str, stuck_after_seconds: int) -> bool:
    """Whether another worker is seen to run an operation: it gave a sign of life of late."""
    present = stores.operations.find(operation_id)
    return (
        present is not None
        and present.state is State.RUNNING
        and present.phase != WAITING
        and silent_for(present, clock.now()) < stuck_after_seconds
    )


def take_up(stores: Stores, operation_id: str) -> Operation | None:
    """Return an operation as running, one try further, or None where there is nothing to do.

    Nothing to do: it is gone, it has ended, or another worker took it up at this moment. An
    operation that was tried too often fails here.
    """
    operation = stores.operations.find(operation_id)
    if operation is None or operation.state.final:
        return None
    if operation.tries >= limits.TRIES:
        end(stores, operation, State.FAILED, errors=[GIVEN_UP])
        return None
    now = clock.now()
    state = operation.state
    if state is not State.CANCELLING:
        state = move(state, State.RUNNING)
    try:
        return stores.operations.replace(
            dataclasses.replace(
                operation,
                state=state,
                tries=operation.tries + 1,
                phase="starting",
                started=operation.started or now,
                updated=now,
            )
        )
    except Changed:
        return None


def end(
    stores: Stores,
    operation: Operation,
    state: State,
    *,
    errors: Sequence[ErrorDetail] = (),
    warnings: Sequence[ErrorDetail] = (),
    **changes: Any,
) -> Operation:
    """Move an operation to an end state, over whatever heartbeat came between; return it.

    An operation that has ended already stays as it ended.
    """
    present: Operation | None = operation
    for _ in range(10):
        if present is None or present.state.final:
            break
        now = clock.now()
        ended = dataclasses.replace(
            present,
            state=move(present.state, state),
            percent=100 if state is State.SUCCEEDED else present.percent,
            phase="",
            updated=now,
            ended=now,
            errors=tuple(errors),
            warnings=tuple(warnings),
            **changes,
        )
        try:
            kept = stores.operations.replace(ended)
        except Changed:
            present = stores.operations.find(operation.id)
            continue
        telemetry.event(
            "operation-ended",
            operation=kept.id,
            kind=kept.kind.value,
            project=kept.project_id,
            state=state.value,
            code=errors[0].code if errors else None,
            tries=kept.tries,
            ms=round((now - kept.created).total_seconds() * 1000),
        )
        return kept
    return present or operation


def superseded(stores: Stores, operation: Operation) -> bool:
    """Whether an operation has ended, is gone, or is at a later try than this one."""
    present = stores.operations.find(operation.id)
    return present is None or present.state.final or present.tries != operation.tries


def let_go(stores: Stores, operation_id: str) -> None:
    """Say that no worker is at an operation now, so that its next try need not wait."""
    operation = stores.operations.find(operation_id)
    if operation is not None and not operation.state.final:
        try:
            stores.operations.replace(dataclasses.replace(operation, phase=WAITING))
        except Changed:
            return  # Somebody is at it, or it has ended.


def failure(error: ServiceError) -> list[ErrorDetail]:
    """Return an error as what an operation keeps: its details, or itself where it has none."""
    return list(error.details) or [error.detail()]


def give_up(stores: Stores, operation_id: str) -> Operation | None:
    """Fail an operation whose message ended on the poison queue; return it if it was open."""
    operation = stores.operations.find(operation_id)
    if operation is None or operation.state.final:
        return None
    return end(stores, operation, State.FAILED, errors=[GIVEN_UP])


def silent_for(operation: Operation, now: datetime) -> float:
    """Return the seconds since the operation's last sign of life."""
    return (now - operation.updated).total_seconds()
