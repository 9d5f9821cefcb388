"""Receiving: a project that another instance copies to this one, or that comes as a bundle.

An owner here authorizes it and passes the token on. What arrives is kept apart, under the id that
the project will have; once everything is there and was found good, the project is made, and its
row, by which it is seen, is written last.
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from shared import clock, ids, limits
from shared.domain.copies import CopyGrant
from shared.domain.models import Artifact, Deployment, Judgement, TrainedModel
from shared.domain.operations import Operation, OperationKind
from shared.domain.projects import Project
from shared.domain.states import State
from shared.errors import (
    Conflict,
    ErrorDetail,
    InvalidBody,
    InvalidDocumentBatch,
    InvalidRequest,
    QuotaExceeded,
    ServiceError,
    Unauthorized,
)
from shared.schema import copy_stream, evaluation, report
from shared.schema.copy_records import (
    ArtifactRecord,
    DeploymentRecord,
    DocumentRecord,
    ModelRecord,
    ProjectRecord,
    Record,
)
from shared.schema.copy_requests import Authorization, Standing
from shared.schema.fields import FAULTS_LISTED, parse_json
from shared.services import models, operations, projects, snapshot
from shared.services.messages import Message, Queue
from shared.storage import rules
from shared.storage.models import artifact_prefix
from shared.storage.ports import Changed
from shared.storage.stores import Stores

#: What a container is called that the service makes for the documents of a copy.
_OWN_CONTAINER = "project-{id}"

#: Who sends a bundle that comes in one piece, in place of the id of a source's job.
_AT_ONCE = "bundle"


def authorize(stores: Stores, name: str, wish: Authorization) -> tuple[CopyGrant, str]:
    """Let one project be copied to this name, and return the token for it, which is told once.

    Raises `Conflict` where a project of this name is there and may not be overwritten,
    `QuotaExceeded` beyond the limit of projects, and `InvalidArgument` where the container is not
    there.
    """
    _check_place(stores, name, overwrite=wish.overwrite)
    if wish.container:
        projects.check_container(stores, wish.container)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    grant = CopyGrant(
        digest=_digest(token),
        project_name=name,
        project_id=ids.random_hex(),
        container=wish.container,
        overwrite=wish.overwrite,
        created=now,
        expires=now + timedelta(hours=limits.COPY_HOURS),
    )
    return stores.copies.insert(grant), token


def _check_place(stores: Stores, name: str, *, overwrite: bool) -> Project | None:
    """Return the project whose place a copy takes, or None; raise where it can take none."""
    present = stores.projects.find_folded(name)
    if present is None:
        most = stores.limits.projects
        if len(stores.projects.all()) >= most:
            raise QuotaExceeded(f"There can be at most {most:,} projects.")
    elif present.name != name:
        raise Conflict(
            "A project of this name in other letter case is there already.", target="projectName"
        )
    elif not overwrite:
        raise Conflict(
            "A project of this name is there already; set allowOverwrite to replace it.",
            target="projectName",
        )
    return present


def check(stores: Stores, name: str, token: str) -> None:
    """Raise `Unauthorized` for a token that is none, has expired or is for another project."""
    _grant(stores, name, token)


def claim(stores: Stores, name: str, token: str, source: str) -> Standing:
    """Begin to receive from the copy job `source`, the only one that the token is good for then.

    Raises `Unauthorized` as `check` does, and `Conflict` for a token that another job has used.
    """
    for _ in range(10):
        grant = _grant(stores, name, token)
        if grant.source:
            break
        try:
            grant = stores.copies.replace(dataclasses.replace(grant, source=source))
            break
        except Changed:
            continue  # Another request came between; read again.
    if grant.source != source:
        raise Conflict("This token has been used; authorize the copy again.")
    return _standing(stores, grant)


def put_part(
    stores: Stores, name: str, token: str, *, attempt: int, number: int, data: bytes
) -> None:
    """Keep a part of what a try of the source sends; it may come again.

    Raises `Unauthorized` as `check` does, `Conflict` before the claim and after the end, and
    `InvalidRequest` for one that no source sends.
    """
    grant = _grant(stores, name, token)
    if not grant.source or grant.operation_id:
        raise Conflict("No part of this copy can be taken now.")
    if number >= limits.COPY_PARTS:
        raise InvalidRequest("The part is one too many.")
    stores.copies.put_part(grant, attempt, number, data)


def end(
    stores: Stores, name: str, token: str, attempt: int, digests: list[str]
) -> tuple[Standing, list[Message]]:
    """Take what a try of the source has sent for the whole; a worker makes the project of it."""
    grant = _grant(stores, name, token)
    if not grant.source:
        raise Conflict("No part of this copy has been taken.")
    if grant.operation_id:
        return _standing(stores, grant), []
    stores.copies.put_digests(grant, attempt, digests)
    operation = operations.start(
        stores,
        OperationKind.RECEIVE_COPY,
        grant.project_name,
        grant.project_id,
        subject=grant.digest,
    )
    try:
        stores.copies.replace(
            dataclasses.replace(grant, operation_id=operation.id, attempt=attempt)
        )
    except Changed:
        # The same request, sent twice: the other one's operation counts.
        stores.operations.delete(operation.id)
        return _standing(stores, _grant(stores, name, token)), []
    return Standing(state=operation.state), [Message(Queue.AUTHORING, operation.id)]


def take(stores: Stores, name: str, wish: Authorization, data: bytes) -> tuple[Operation, Message]:
    """Take a bundle in that came in one piece; a worker makes the project of it.

    Raises `InvalidBody` for what does not begin as one, and what `authorize` raises.
    """
    first = next(copy_stream.records([data], document_length=0))
    if not isinstance(first, ProjectRecord) or not first.bundle:
        raise InvalidBody("This is no bundle of a project.", target="$")
    _, token = authorize(stores, name, wish)
    claim(stores, name, token, _AT_ONCE)
    put_part(stores, name, token, attempt=1, number=0, data=data)
    _, (message,) = end(stores, name, token, 1, [hashlib.sha256(data).hexdigest()])
    return operations.read(stores, OperationKind.RECEIVE_COPY, name, message.id), message


def standing(stores: Stores, name: str, token: str) -> Standing:
    """Say how the copy of this token stands; raise `Unauthorized` as `check` does."""
    return _standing(stores, _grant(stores, name, token))


def _grant(stores: Stores, name: str, token: str) -> CopyGrant:
    grant = stores.copies.find(_digest(token))
    if grant is None or grant.project_name != name or grant.expires <= clock.now():
        raise Unauthorized(
            "Access denied: the copy token is unknown, is for another project, or has expired."
        )
    return grant


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _standing(stores: Stores, grant: CopyGrant) -> Standing:
    if not grant.operation_id:
        return Standing(state=State.NOT_STARTED)
    operation = stores.operations.find(grant.operation_id)
    if operation is None:
        raise Unauthorized("Access denied: the copy has ended.")
    # To its source, what waits for a worker is under way: there is nothing left to send.
    state = operation.state if operation.state.final else State.RUNNING
    return Standing(state=state, errors=operation.errors)


def run(stores: Stores, operation: Operation) -> None:
    """Make the project of what has arrived, or raise what is wrong with it and leave nothing.

    May be called again at any time. Raises `InvalidBody` for data that is not a project's,
    `Conflict` and `QuotaExceeded` where it has no place here.
    """
    grant = stores.copies.find(operation.subject)
    if grant is None or grant.operation_id != operation.id:
        raise InvalidRequest("The token of this copy has expired.")
    if stores.projects.find_by_id(grant.project_id) is None:
        try:
            _judge(stores, grant)
            grant = _place(stores, grant)
        except ServiceError as error:
            # An answer may have been lost of the write that made the project.
            if stores.projects.find_by_id(grant.project_id) is None:
                if error.status < 500:
                    _undo(stores, grant)
                raise
    if grant.replaced_id:
        projects.forget(stores, grant.replaced_id)
    stores.copies.drop_parts(grant)
    operations.end(stores, operation, State.SUCCEEDED)


def _records(stores: Stores, grant: CopyGrant) -> Iterator[Record]:
    yield from copy_stream.records(
        _parts(stores, grant), document_length=stores.limits.project_document_length
    )


def _parts(stores: Stores, grant: CopyGrant) -> Iterator[bytes]:
    for number, digest in enumerate(stores.copies.digests(grant) or ()):
        data = stores.copies.part(grant, grant.attempt, number)
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            raise InvalidBody("A part of the copy is not here as it was sent.", target="$")
        yield data


def _judge(stores: Stores, grant: CopyGrant) -> None:
    """Raise what is wrong with a copy, before anything is made of it.

    `InvalidBody`, `QuotaExceeded`, or `InvalidDocumentBatch` with every document of another text
    that the container has.
    """
    _check_place(stores, grant.project_name, overwrite=grant.overwrite)
    present: set[str] = set()
    if grant.container:
        projects.check_container(stores, grant.container)
        present.update(stores.storage.blobs.names(grant.container, root_only=True, suffix=".txt"))
    documents: set[str] = set()
    labels: set[str] = set()
    artifacts: set[str] = set()
    deployments: set[str] = set()
    taken: list[ErrorDetail] = []
    for record in _records(stores, grant):
        match record:
            case ProjectRecord():
                _check_count(record.entities, stores.limits.entities_per_project, "entity types")
            case DocumentRecord():
                if record.name in documents or not rules.is_blob_name(record.name) or artifacts:
                    raise InvalidBody("A document comes twice, or where none can be.", target="$")
                documents.add(record.name)
                _check_count(documents, stores.limits.documents_per_project, "documents")
                if record.name in present and not _same(stores, grant, record):
                    taken.append(
                        ErrorDetail(
                            Conflict.code,
                            "The container has another document of this name.",
                            record.name,
                        )
                    )
            case ModelRecord():
                if record.options.label in labels:
                    raise InvalidBody("A model comes twice.", target="$")
                labels.add(record.options.label)
                _check_count(labels, stores.limits.models_per_project, "trained models")
                with _judging(f"of the model {record.options.label}"):
                    _judge_files(record.files, record.digest)
                    _judge_reports(record)
                artifacts.add(record.digest)
            case ArtifactRecord():
                if record.digest in artifacts:
                    raise InvalidBody("The files of a model come twice.", target="$")
                artifacts.add(record.digest)
                most = stores.limits.models_per_project + stores.limits.deployments_per_project
                _check_count(artifacts, most, "models")
                with _judging("of a deployed model"):
                    _judge_files(record.files, record.digest)
            case DeploymentRecord():
                if record.name in deployments or record.digest not in artifacts:
                    raise InvalidBody("A deployment comes twice, or without a model.", target="$")
                deployments.add(record.name)
                _check_count(deployments, stores.limits.deployments_per_project, "deployments")
    if taken:
        raise InvalidDocumentBatch(details=taken[:FAULTS_LISTED])
    stores.copies.put_written(grant, sorted(documents - present))


def _check_count(items: set[str] | tuple[object, ...], most: int, what: str) -> None:
    if len(items) > most:
        raise QuotaExceeded(f"A project can have at most {most:,} {what}.")


def _same(stores: Stores, grant: CopyGrant, record: DocumentRecord) -> bool:
    blob = stores.storage.blobs.get(grant.container, record.name)
    return blob is None or blob.data == record.data


@contextmanager
def _judging(which: str) -> Iterator[None]:
    """Raise `InvalidBody` for whatever the reading of a model's files stumbles over."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise InvalidBody(f"The files {which} cannot be used here.", target="$") from error


def _judge_files(files: Mapping[str, bytes], digest: str) -> None:
    # Imported here: numpy costs a second that other triggers do not pay.
    from shared.ner.artifact import unpack

    unpack(files.__getitem__, digest)


def _judge_reports(record: ModelRecord) -> None:
    """Render all that callers will ask for: what can be rendered now can be then."""
    sets = [(record.files, record.options)]
    if record.judgement is not None:
        sets.append((record.judgement.files, record.judgement.options))
    for files, options in sets:
        evaluation.summary_json(parse_json(files[models.EVALUATION]), options)
        predictions = parse_json(files[models.PREDICTIONS])
        for dataset in ("Test", "Validation"):
            for regions in evaluation.by_document(predictions, dataset):
                evaluation.document_json(regions, "")
    if models.REPORT in record.files:
        report.report_json(parse_json(record.files[models.REPORT]))
    if record.snapshot is not None:
        snapshot.parse(record.snapshot)


def _place(stores: Stores, grant: CopyGrant) -> CopyGrant:
    """Write a judged copy, its project's row last; return the grant as it is then.

    Raises `Conflict` and `ChangedMeanwhile` where its place was taken meanwhile.
    """
    container = grant.container or _OWN_CONTAINER.format(id=grant.project_id)
    if not grant.container:
        stores.storage.blobs.create_container(container)
    now = clock.now()
    arriving = _records(stores, grant)
    first = next(arriving)
    if not isinstance(first, ProjectRecord):
        raise InvalidBody("The copy does not begin with a project.", target="$")
    settings = dataclasses.replace(first.settings, name=grant.project_name, container=container)
    project = Project(id=grant.project_id, settings=settings, created=now, modified=now)
    stores.projects.put_entities(project, first.entities)
    trained: list[datetime] = []
    deployed: list[datetime] = []
    artifacts: dict[str, Artifact] = {}

    def documents() -> Iterator[DocumentRecord]:
        for record in arriving:
            if isinstance(record, DocumentRecord):
                yield record
            elif isinstance(record, ModelRecord):
                trained.append(record.trained)
                artifacts[record.digest] = _put_model(stores, project, record)
            elif isinstance(record, ArtifactRecord):
                artifacts[record.digest] = _put_artifact(stores, project, record)
            elif isinstance(record, DeploymentRecord):
                deployed.append(record.deployed)
                _put_deployment(stores, project, record, artifacts[record.digest])

    stores.documents.add(project, ((one.name, one.data, one.labels) for one in documents()))
    project = dataclasses.replace(
        project,
        last_trained=max(trained, default=None),
        last_deployed=max(deployed, default=None),
    )
    present = _check_place(stores, grant.project_name, overwrite=grant.overwrite)
    if present is None:
        stores.projects.insert(project)
        return grant
    # Written before the row changes hands, so that a crash in between loses no remains.
    grant = stores.copies.replace(dataclasses.replace(grant, replaced_id=present.id))
    stores.projects.replace(dataclasses.replace(project, etag=present.etag))
    return grant


def _put_model(stores: Stores, project: Project, record: ModelRecord) -> Artifact:
    prefix = artifact_prefix(project.id, record.operation_id, 0)
    stores.models.put_files(prefix, record.files)
    if record.snapshot is not None:
        stores.models.put_snapshot(project.id, record.operation_id, record.snapshot)
    judgement = None
    if record.judgement is not None:
        judged = artifact_prefix(project.id, record.judgement.operation_id, 0)
        stores.models.put_files(judged, record.judgement.files)
        judgement = Judgement(
            operation_id=record.judgement.operation_id,
            prefix=judged,
            options=record.judgement.options,
        )
    artifact = Artifact(prefix=prefix, digest=record.digest)
    stores.models.put(
        project.id,
        TrainedModel(
            options=record.options,
            id=_model_id(record.options.label, record.trained, project),
            artifact=artifact,
            operation_id=record.operation_id,
            trained=record.trained,
            duration_seconds=record.duration_seconds,
            train_documents=record.train_documents,
            validation_documents=record.validation_documents,
            test_documents=record.test_documents,
            f1=record.f1,
            judgement=judgement,
        ),
    )
    return artifact


def _model_id(label: str, trained: datetime, project: Project) -> str:
    return f"{label}-{trained:%Y%m%dT%H%M%S}-{project.id}"


def _put_artifact(stores: Stores, project: Project, record: ArtifactRecord) -> Artifact:
    # No training of this name can be: those have the ids of operations.
    prefix = artifact_prefix(project.id, record.digest, 0)
    stores.models.put_files(prefix, record.files)
    return Artifact(prefix=prefix, digest=record.digest)


def _put_deployment(
    stores: Stores, project: Project, record: DeploymentRecord, artifact: Artifact
) -> None:
    stores.models.put_deployment(
        project.id,
        Deployment(
            name=record.name,
            model_label=record.model_label,
            model_id=_model_id(record.model_label, record.trained, project),
            artifact=artifact,
            config_version=record.config_version,
            trained=record.trained,
            deployed=record.deployed,
        ),
    )


def _undo(stores: Stores, grant: CopyGrant) -> None:
    """Remove all that was written of a copy whose project was not made."""
    container = grant.container or _OWN_CONTAINER.format(id=grant.project_id)
    if written := set(stores.copies.written(grant)):
        for record in _records(stores, grant):
            if isinstance(record, DocumentRecord) and record.name in written:
                blob = stores.storage.blobs.get(container, record.name)
                # Another text of this name, that its user wrote meanwhile, stays.
                if blob is not None and blob.data == record.data:
                    with suppress(Changed):
                        stores.storage.blobs.delete(container, record.name, etag=blob.etag)
    projects.forget(stores, grant.project_id)
    stores.copies.drop_parts(grant)


def purge(stores: Stores) -> int:
    """Remove expired grants, with what arrived under them and came to nothing; count them."""
    before = clock.now() - timedelta(seconds=limits.PURGE_DELAY_SECONDS)
    removed = 0
    for grant in stores.copies.all():
        operation = stores.operations.find(grant.operation_id) if grant.operation_id else None
        if grant.expires > before or (operation is not None and not operation.state.final):
            continue
        if stores.projects.find_by_id(grant.project_id) is None:
            _undo(stores, grant)
        stores.copies.delete(grant)
        removed += 1
    return removed
