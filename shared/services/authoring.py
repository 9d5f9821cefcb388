"""The operations of authoring's two queues: which service runs which kind."""

from __future__ import annotations

from collections.abc import Callable

from shared.domain.operations import Operation, OperationKind
from shared.domain.states import State
from shared.errors import ServiceError
from shared.peer import NOWHERE, Peers
from shared.services import (
    bundles,
    copying,
    deployments,
    entity_types,
    evaluating,
    exporting,
    labeling,
    operations,
    projects,
    receiving,
    restoring,
    training,
)
from shared.services.extractors import Extractors
from shared.services.heartbeat import Heartbeat
from shared.storage.stores import Stores

#: What runs on the queue `authoring`. Each ends its operation, or raises what it fails with.
_WORK: dict[OperationKind, Callable[[Stores, Operation], None]] = {
    OperationKind.IMPORT: labeling.run_import,
    OperationKind.EXPORT: exporting.run,
    OperationKind.EXPORT_LABELS: exporting.run,
    OperationKind.LOAD_SNAPSHOT: restoring.run,
    OperationKind.RENAME_ENTITY: entity_types.run_rename,
    OperationKind.DELETE_ENTITY: entity_types.run_deletion,
    OperationKind.SWAP: deployments.run_swap,
    OperationKind.EXPORT_BUNDLE: bundles.run,
    OperationKind.RECEIVE_COPY: receiving.run,
    OperationKind.DELETE_PROJECT: projects.run_deletion,
}


def run(stores: Stores, operation_id: str, peers: Peers = NOWHERE) -> None:
    """Run an operation to its end; a copy may go to `peers`.

    May be called again at any time: every step can be repeated. What a caller could mend fails the
    operation; anything else is raised, for another try.
    """
    operation = operations.take_up(stores, operation_id)
    if operation is None:
        return
    if operation.state is State.CANCELLING:
        operations.end(stores, operation, State.CANCELLED)
        return
    work = _WORK.get(operation.kind)
    if work is None and operation.kind is not OperationKind.COPY:
        return
    try:
        with Heartbeat(stores, operation):
            if work is None:
                copying.run(stores, operation, peers)
            else:
                work(stores, operation)
    except ServiceError as error:
        if error.status >= 500:
            raise
        operations.end(stores, operation, State.FAILED, errors=operations.failure(error))


def run_on_engine(
    stores: Stores,
    extractors: Extractors,
    operation_id: str,
    *,
    stuck_after_seconds: int,
    jobs: int = 1,
) -> None:
    """Run a training or an evaluation to its end; `jobs` processes share the work of a training.

    May be called again at any time, as `training.run` and `evaluating.run` say.
    """
    operation = stores.operations.find(operation_id)
    if operation is not None and operation.kind is OperationKind.EVALUATE:
        evaluating.run(stores, extractors, operation_id, stuck_after_seconds=stuck_after_seconds)
    else:
        training.run(stores, operation_id, stuck_after_seconds=stuck_after_seconds, jobs=jobs)
