"""The operations of the queue `authoring`: which service runs which kind."""

from __future__ import annotations

from shared.domain.operations import OperationKind
from shared.domain.states import State
from shared.services import labeling, operations, projects
from shared.storage.stores import Stores


def run(stores: Stores, operation_id: str) -> None:
    """Run an operation to its end. May be called again at any time: every step can be repeated."""
    operation = operations.take_up(stores, operation_id)
    if operation is None:
        return
    if operation.state is State.CANCELLING:
        operations.end(stores, operation, State.CANCELLED)
    elif operation.kind is OperationKind.IMPORT:
        labeling.run_import(stores, operation)
    elif operation.kind is OperationKind.DELETE_PROJECT:
        projects.run_deletion(stores, operation)
