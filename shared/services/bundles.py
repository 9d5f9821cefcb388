"""Bundles: a whole project as one file, which its owner keeps, moves and puts back.

It is the stream of a copy, with the deployments and with what shows any damage. What comes back is
received as a copy is.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json

from shared import limits
from shared.domain.copies import Bundle, BundlePart
from shared.domain.operations import Operation, OperationKind
from shared.domain.states import State
from shared.errors import ErrorDetail, NotFound, ProjectNotFound
from shared.schema import copy_stream
from shared.services import copying, operations, projects
from shared.services.messages import Message, Queue
from shared.storage.stores import Stores


def start(stores: Stores, name: str) -> tuple[Operation, Message]:
    """Take an export in; raise `ProjectNotFound`."""
    project = stores.projects.read(name)
    operation = operations.start(stores, OperationKind.EXPORT_BUNDLE, name, project.id)
    return operation, Message(Queue.AUTHORING, operation.id)


def run(stores: Stores, operation: Operation) -> None:
    """Write a project as files of the operation; documents that cannot be read are warnings.

    May be called again at any time: each try has files of its own. Holds two parts in memory, and
    the files of one model.
    """
    project = stores.projects.find_by_id(operation.project_id)
    if project is None:
        raise ProjectNotFound(target="projectName")
    projects.check_container(stores, project.settings.container)
    result = f"bundle-{operation.tries}"
    warnings: list[ErrorDetail] = []
    whole = hashlib.sha256()
    parts: list[BundlePart] = []
    chunks = copying.chunks(stores, project, warnings, bundle=True)
    for data in copy_stream.cut(chunks, limits.BUNDLE_PART_BYTES):
        if operations.superseded(stores, operation):
            return
        stores.operations.put_file(operation.id, _part_file(result, len(parts)), data)
        whole.update(data)
        parts.append(BundlePart(size=len(data), digest=hashlib.sha256(data).hexdigest()))
    bundle = Bundle(parts=tuple(parts), digest=whole.hexdigest())
    stores.operations.put_file(
        operation.id, f"{result}.json", json.dumps(dataclasses.asdict(bundle)).encode()
    )
    if stores.projects.find_by_id(project.id) is None:
        # It was deleted meanwhile, and with it all exports that were there by then.
        stores.operations.delete_files(operation.id)
        raise ProjectNotFound(target="projectName")
    operations.end(stores, operation, State.SUCCEEDED, warnings=warnings, result=result)


def read(stores: Stores, project_name: str, operation_id: str) -> tuple[Operation, Bundle]:
    """Return an export and what it has made.

    Raises `OperationNotFound`, and `NotFound` for an export that has not succeeded.
    """
    operation = _succeeded(stores, project_name, operation_id)
    data = stores.operations.file(operation.id, f"{operation.result}.json")
    if data is None:
        raise _no_result()
    values = json.loads(data)
    parts = tuple(BundlePart(**part) for part in values["parts"])
    return operation, Bundle(parts=parts, digest=values["digest"])


def part(stores: Stores, project_name: str, operation_id: str, number: int) -> bytes:
    """Return a part of a bundle; raise what `read` does, and `NotFound` beyond the last part."""
    operation = _succeeded(stores, project_name, operation_id)
    data = stores.operations.file(operation.id, _part_file(operation.result, number))
    if data is None:
        raise NotFound("The bundle has no part of this number.", target="number")
    return data


def _succeeded(stores: Stores, project_name: str, operation_id: str) -> Operation:
    operation = operations.read(stores, OperationKind.EXPORT_BUNDLE, project_name, operation_id)
    if not operation.result:
        raise _no_result()
    return operation


def _no_result() -> NotFound:
    return NotFound("This export has no result: see its status.", target="jobId")


def read_job(stores: Stores, project_name: str, operation_id: str) -> Operation:
    """Return the export of a bundle or the import of one; raise `OperationNotFound`."""
    kinds = (OperationKind.EXPORT_BUNDLE, OperationKind.RECEIVE_COPY)
    return operations.read_any(stores, kinds, project_name, operation_id, "")


def _part_file(result: str, number: int) -> str:
    return f"{result}-{number:05}"
