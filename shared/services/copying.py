"""Copying: a project sent to another instance of this service, part by part.

Deployments stay behind; whoever has the copy deploys what they like of it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Iterator, Sequence

from shared import limits
from shared.domain.copies import CopyTarget
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import ErrorDetail, InvalidRequest, NotFound, ServiceError
from shared.peer import Answer, Peer, Peers, TargetSilent
from shared.schema import copy_stream
from shared.schema.copy_requests import (
    Standing,
    parse_refusal,
    parse_standing,
    part_name,
)
from shared.services import operations, projects
from shared.services.messages import Message, Queue
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores

#: Where an operation keeps what it was told of the target. A blob: no row may hold a token.
_TARGET = "target.json"

#: Seconds between two questions how the target gets on.
_POLL_SECONDS = 1.0


def start(stores: Stores, peers: Peers, name: str, target: CopyTarget) -> tuple[Operation, Message]:
    """Take a copy in; a worker sends it.

    Raises `ProjectNotFound`, and `InvalidArgument` for a target that the settings do not allow.
    """
    project = stores.projects.read(name)
    peers.check(target.origin)
    operation = operations.start(
        stores, OperationKind.COPY, name, project.id, subject=target.project_name
    )
    data = json.dumps(dataclasses.asdict(target)).encode()
    stores.operations.put_file(operation.id, _TARGET, data)
    return operation, Message(Queue.AUTHORING, operation.id)


def run(stores: Stores, operation: Operation, peers: Peers) -> None:
    """Send a project to its target, and wait until it is there.

    May be called again at any time: a later try sends everything anew, under a name of its own,
    unless the target has it all already. What the target refuses fails the operation. Raises
    `TargetSilent` where the target does not answer, until the last try.
    """
    try:
        standing, warnings = _send(stores, operation, peers)
    except TargetSilent as error:
        if operation.tries < limits.TRIES:
            raise
        _end(stores, operation, State.FAILED, [error.detail()])
        return
    except ServiceError as error:
        if error.status < 500:
            _end(stores, operation, State.FAILED, operations.failure(error))
            return
        raise
    if standing is None:
        return
    state = State.SUCCEEDED if standing.state is State.SUCCEEDED else State.FAILED
    _end(stores, operation, state, standing.errors, warnings)


def _end(
    stores: Stores,
    operation: Operation,
    state: State,
    errors: Sequence[ErrorDetail],
    warnings: Sequence[ErrorDetail] = (),
) -> None:
    operations.end(stores, operation, state, errors=errors, warnings=warnings)
    # The token in it is good for nothing any more, but need not lie about.
    stores.operations.put_file(operation.id, _TARGET, b"")


def _send(
    stores: Stores, operation: Operation, peers: Peers
) -> tuple[Standing | None, list[ErrorDetail]]:
    """Return how the copy ended at its target; None where another worker has taken it up."""
    data = stores.operations.file(operation.id, _TARGET)
    if not data:
        raise InvalidRequest("What this copy was told of its target is gone.")
    project = stores.projects.find_by_id(operation.project_id)
    if project is None:
        raise InvalidRequest("The project of this copy is gone.")
    projects.check_container(stores, project.settings.container)
    peer = peers.at(CopyTarget(**json.loads(data)))
    warnings: list[ErrorDetail] = []
    standing = _ask(peer, "POST", "/begin", {"source": operation.id})
    if standing.state is State.NOT_STARTED:
        digests = []
        stream = copy_stream.cut(chunks(stores, project, warnings), limits.COPY_PART_BYTES)
        for number, part in enumerate(stream):
            if operations.superseded(stores, operation):
                return None, []
            _accepted(peer.call("POST", f"/{part_name(operation.tries, number)}", part))
            digests.append(hashlib.sha256(part).hexdigest())
        standing = _ask(peer, "POST", "/end", {"attempt": operation.tries, "parts": digests})
    while not standing.state.final:
        time.sleep(_POLL_SECONDS)
        if operations.superseded(stores, operation):
            return None, []
        standing = _ask(peer, "GET")
    return standing, warnings


def _ask(peer: Peer, method: str, step: str = "", body: object = None) -> Standing:
    data = b"" if body is None else json.dumps(body).encode()
    return parse_standing(_accepted(peer.call(method, step, data)).body)


def _accepted(answer: Answer) -> Answer:
    """Return an answer that is none but good; raise `InvalidRequest` with the target's refusal."""
    if 200 <= answer.status < 300:
        return answer
    refusal = parse_refusal(answer.body)
    if refusal is None:
        raise InvalidRequest(
            f"The instance to copy to answered {answer.status}, which no instance of this "
            "service would; redirects are not followed.",
            target="targetResourceId",
        )
    message = f"The instance to copy to refused: {refusal.message}"
    raise InvalidRequest(details=[dataclasses.replace(refusal, message=message)])


def chunks(
    stores: Stores, project: Project, warnings: list[ErrorDetail], *, bundle: bool = False
) -> Iterator[bytes]:
    """Yield the project as a stream, of a bundle with its deployments and its end.

    Documents that cannot be read are left out, and noted in `warnings`.
    """
    if bundle:
        return copy_stream.sealed(_chunks(stores, project, warnings, bundle=True))
    return _chunks(stores, project, warnings, bundle=False)


def _chunks(
    stores: Stores, project: Project, warnings: list[ErrorDetail], *, bundle: bool
) -> Iterator[bytes]:
    entities = stores.projects.entities(project)
    yield from copy_stream.project_chunks(project.settings, entities, bundle=bundle)
    seen = set()
    for name, text, labels in stores.documents.labelled(project):
        seen.add(name)
        if isinstance(text, DocumentText):
            yield from copy_stream.document_chunks(name, text.text.encode(), labels)
        else:
            warnings.append(ErrorDetail(text.code, text.message, name))
    others = (name for name in stores.documents.names(project) if name not in seen)
    for name, text in stores.documents.texts(project, others):
        if isinstance(text, DocumentText):
            yield from copy_stream.document_chunks(name, text.text.encode(), None)
        elif not isinstance(text, NotFound):  # One that is gone since it was listed is missed not.
            warnings.append(ErrorDetail(text.code, text.message, name))
    digests = set()
    for model in stores.models.all(project.id):
        digests.add(model.artifact.digest)
        yield from copy_stream.model_chunks(
            model,
            stores.models.all_files(model.artifact.prefix),
            stores.models.snapshot(project.id, model.operation_id),
            stores.models.all_files(model.judgement.prefix) if model.judgement else {},
        )
    if bundle:
        yield from _deployments(stores, project, digests)


def _deployments(stores: Stores, project: Project, digests: set[str]) -> Iterator[bytes]:
    """Yield the deployments, each after the files of what it pins, where these were not sent yet.

    A deployment may answer with a model that its label has no more.
    """
    for deployment in stores.models.deployments(project.id):
        artifact = deployment.artifact
        if artifact.digest not in digests:
            digests.add(artifact.digest)
            names = stores.models.file_names(artifact)
            files = {name: stores.models.file(artifact, name) for name in names}
            yield from copy_stream.artifact_chunks(artifact.digest, files)
        yield from copy_stream.deployment_chunks(deployment)
