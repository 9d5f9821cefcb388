"""A project on its way to another instance: one stream of bytes, cut into parts for the road.

The stream is a row of records: first the project, then its documents, then its trained models. A
record is a line of JSON and the bytes that the line announces. Whoever reads it trusts nothing of
it: names, numbers, offsets and lengths are judged here, by the same rules as what other callers
send; files of models are judged by those who know them.

A bundle is such a stream that is kept as a file. The project's record says so; the deployments come
after the models, with the files of what they pin, and the last record has the SHA-256 of all before
it, by which damage is found.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from shared import limits
from shared.domain.labels import Dataset, Labels
from shared.domain.models import Deployment, EvaluationKind, TrainedModel, TrainingOptions
from shared.domain.projects import EntityType, ProjectSettings
from shared.errors import InvalidBody
from shared.schema.byte_stream import ByteStream
from shared.schema.copy_records import (
    ArtifactRecord,
    DeploymentRecord,
    DocumentRecord,
    JudgementRecord,
    ModelRecord,
    ProjectRecord,
    Record,
)
from shared.schema.digests import is_digest
from shared.schema.fields import Fields, Problems, parse_json
from shared.schema.names import entity_fault, language_fault, location_fault, name_fault
from shared.schema.shapes import FARTHEST
from shared.text.spans import Span

#: Of the form of the stream: an instance refuses one that it does not know.
FORMAT = 1

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
#: The service has made no model before, and a table takes no moment before 1601; ten years after
#: the last there are still dates.
_YEARS = range(2000, 3000)

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,99}\Z")


def project_chunks(
    settings: ProjectSettings, entities: Iterable[EntityType], *, bundle: bool = False
) -> Iterator[bytes]:
    """Yield the record of a project; what begins as a bundle must go through `sealed`."""
    yield _line(
        {
            "kind": "project",
            "format": FORMAT,
            **({"bundle": True} if bundle else {}),
            "language": settings.language,
            "multilingual": settings.multilingual,
            "description": settings.description,
            "confidenceThreshold": settings.confidence_threshold,
            "entities": [dataclasses.asdict(entity) for entity in entities],
        }
    )


def document_chunks(name: str, data: bytes, labels: Labels | None) -> Iterator[bytes]:
    """Yield the record of a document."""
    header: dict[str, Any] = {"kind": "document", "name": name, "size": len(data)}
    if labels is not None:
        header["labels"] = {
            "spans": [[span.start, span.end, span.category] for span in labels.spans],
            "regions": labels.regions,
            "language": labels.language,
            "dataset": labels.dataset,
            "digest": labels.text_digest,
        }
    yield _line(header)
    yield data


def model_chunks(
    model: TrainedModel,
    files: Mapping[str, bytes],
    snapshot: bytes | None,
    judgement_files: Mapping[str, bytes],
) -> Iterator[bytes]:
    """Yield the record of a trained model."""
    header: dict[str, Any] = {
        "kind": "model",
        "options": _options_json(model.options),
        "operation": model.operation_id,
        "digest": model.artifact.digest,
        "trained": model.trained.isoformat(),
        "seconds": model.duration_seconds,
        "train": model.train_documents,
        "validation": model.validation_documents,
        "test": model.test_documents,
        "f1": model.f1,
        "files": _sizes(files),
        "snapshot": None if snapshot is None else len(snapshot),
    }
    if model.judgement is not None:
        header["judgement"] = {
            "operation": model.judgement.operation_id,
            "options": _options_json(model.judgement.options),
            "files": _sizes(judgement_files),
        }
    yield _line(header)
    yield from files.values()
    yield snapshot or b""
    if model.judgement is not None:
        yield from judgement_files.values()


def artifact_chunks(digest: str, files: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield the record of a model that has no label any more."""
    yield _line({"kind": "artifact", "digest": digest, "files": _sizes(files)})
    yield from files.values()


def deployment_chunks(deployment: Deployment) -> Iterator[bytes]:
    """Yield the record of a deployment."""
    yield _line(
        {
            "kind": "deployment",
            "name": deployment.name,
            "model": deployment.model_label,
            "config": deployment.config_version,
            "trained": deployment.trained.isoformat(),
            "deployed": deployment.deployed.isoformat(),
            "digest": deployment.artifact.digest,
        }
    )


def sealed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the stream of a bundle with its end, by which any damage is found."""
    whole = hashlib.sha256()
    for chunk in chunks:
        whole.update(chunk)
        yield chunk
    yield _line({"kind": "end", "digest": whole.hexdigest()})


def cut(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the stream of these chunks in parts of `size` bytes, the last of what is left."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)


def records(parts: Iterable[bytes], *, document_length: int) -> Iterator[Record]:
    """Yield the records of a stream, of documents of at most so many characters.

    Raises `InvalidBody`, saying which record it is in, for what is no stream of this form.
    """
    stream = ByteStream(parts)
    number = 0
    bundle = ended = False
    while (line := stream.line()) is not None:
        number += 1
        header = _header(line, number)
        kind = header.required_text("kind")
        if (kind == "project") != (number == 1):
            header.fault("The project comes first, and once.", "kind")
        if ended:
            header.fault("Nothing comes after the end.", "kind")
        if kind == "end" and bundle:
            _check_end(header, stream)
            ended = True
            continue
        record = _record(kind, header, stream, document_length, bundle=bundle)
        header.problems.refuse(InvalidBody)
        if isinstance(record, ProjectRecord):
            bundle = record.bundle
        yield record
    if not number:
        raise InvalidBody("There is nothing in it.", target="$")
    if bundle and not ended:
        raise InvalidBody("The bundle is cut off: its end is missing.", target="$")


def _header(line: bytes, number: int) -> Fields:
    place = f"$[{number}]"
    try:
        return Fields(parse_json(line), place, Problems())
    except InvalidBody as error:
        raise InvalidBody(
            "A record does not begin with a line of JSON: this is no copy and no bundle of a "
            "project, or it is damaged.",
            target=place,
        ) from error


def _check_end(header: Fields, stream: ByteStream) -> None:
    digest = header.required_text("digest")
    header.problems.refuse(InvalidBody)
    if digest != stream.digest:
        raise InvalidBody(
            "The bundle is damaged: it is not what was exported, as its SHA-256 shows.", target="$"
        )


def _record(
    kind: str, header: Fields, stream: ByteStream, document_length: int, *, bundle: bool
) -> Record:
    if kind == "project":
        return _project(header)
    if kind == "document":
        return _document(header, stream, document_length)
    if kind == "model":
        return _model(header, stream)
    if kind == "artifact" and bundle:
        return _artifact(header, stream)
    if kind == "deployment" and bundle:
        return _deployment(header)
    header.fault("There is no record of this kind.", "kind")
    header.problems.refuse(InvalidBody)
    raise AssertionError("A fault refuses.")


def _project(header: Fields) -> ProjectRecord:
    if header.required_whole("format") != FORMAT:
        header.fault(
            f"It was made in another form than {FORMAT}, the one that is known here.",
            "format",
        )
    entities = []
    for entity in header.objects("entities"):
        category = entity.required_text("category")
        if category and (fault := entity_fault(category)):
            entity.fault(fault, "category")
        description = entity.text("description", longest=limits.DESCRIPTION_LENGTH)
        entities.append(EntityType(category=category, description=description or ""))
    if len({entity.category for entity in entities}) < len(entities):
        header.fault("An entity type is named twice.", "entities")
    settings = ProjectSettings(
        name="",
        container="",
        language=_judged(header, "language", language_fault),
        multilingual=header.flag("multilingual") or False,
        description=header.text("description", longest=limits.DESCRIPTION_LENGTH) or "",
        confidence_threshold=header.number("confidenceThreshold", least=0, most=1),
    )
    return ProjectRecord(
        settings=settings, entities=tuple(entities), bundle=header.flag("bundle") or False
    )


def _document(header: Fields, stream: ByteStream, longest: int) -> DocumentRecord:
    name = _judged(header, "name", _document_fault)
    size = header.required_whole("size", most=4 * longest)
    labels = header.object("labels")
    header.problems.refuse(InvalidBody)
    data = stream.take(size)
    try:
        length = len(data.decode("utf-8"))
    except UnicodeDecodeError:
        length = 0
        header.fault("The document is not UTF-8.", "name")
    if length > longest:
        header.fault(f"The document is longer than {longest:,} characters.", "name")
    digest = hashlib.sha256(data).hexdigest()
    found = None if labels is None else _labels(labels, digest, length)
    return DocumentRecord(name=name, data=data, labels=found)


def _document_fault(name: str) -> str | None:
    if "/" in name or "\\" in name or not name.endswith(".txt"):
        return "A document's name ends with .txt and has no slash."
    return location_fault(name)


def _labels(fields: Fields, text_digest: str, length: int) -> Labels:
    digest = _judged(fields, "digest", _digest_fault)
    # Labels of a text that has changed since stay with it, as they do at the source: they say so
    # by their digest, and their offsets are those of the text that was.
    end = length if digest == text_digest else FARTHEST
    spans = [Span(*one) for one in _stretches(fields, "spans", end, (int, int, str))]
    if any(span.start < before.end for before, span in pairwise(spans)):
        fields.fault("The spans are not in order, or overlap.", "spans")
    for fault in {entity_fault(span.category) for span in spans} - {None}:
        fields.fault(fault or "", "spans")
    dataset = fields.text("dataset")
    if dataset is not None and dataset not in set(Dataset):
        fields.fault("A dataset is Train or Test.", "dataset")
        dataset = None
    language = fields.text("language")
    if language is not None and (fault := language_fault(language)):
        fields.fault(fault, "language")
    return Labels(
        spans=tuple(spans),
        regions=tuple((a, b) for a, b in _stretches(fields, "regions", end, (int, int))),
        language=language,
        dataset=Dataset(dataset) if dataset else None,
        text_digest=digest,
    )


def _stretches(
    fields: Fields, name: str, end: int, kinds: tuple[type, ...]
) -> list[tuple[Any, ...]]:
    """Return the stretches of a list, none where one of them is not inside of the text."""
    found = fields.items(name)
    for one in found:
        if not (
            isinstance(one, list)
            and [type(value) for value in one] == list(kinds)
            and 0 <= one[0] <= one[1] <= end
        ):
            fields.fault(f"One of the {name} is not inside of the text.", name)
            return []
    return [tuple(one) for one in found]


def _model(header: Fields, stream: ByteStream) -> ModelRecord:
    options = _options(header.required_object("options"))
    operation = _judged(header, "operation", _id_fault)
    digest = _judged(header, "digest", _digest_fault)
    sizes = _file_sizes(header)
    snapshot_size = header.whole("snapshot", most=limits.COPY_FILE_BYTES)
    judged = header.object("judgement")
    judgement = None
    if judged is not None:
        judgement = (
            _judged(judged, "operation", _id_fault),
            _options(judged.required_object("options")),
            _file_sizes(judged),
        )
    counts = [header.required_whole(name) for name in ("seconds", "train", "validation", "test")]
    f1 = header.number("f1", least=0, most=1)
    trained = _moment(header, "trained")
    header.problems.refuse(InvalidBody)
    return ModelRecord(
        options=options,
        operation_id=operation,
        digest=digest,
        trained=trained,
        duration_seconds=counts[0],
        train_documents=counts[1],
        validation_documents=counts[2],
        test_documents=counts[3],
        f1=f1 or 0.0,
        files={name: stream.take(size) for name, size in sizes.items()},
        snapshot=None if snapshot_size is None else stream.take(snapshot_size),
        judgement=judgement
        and JudgementRecord(
            operation_id=judgement[0],
            options=judgement[1],
            files={name: stream.take(size) for name, size in judgement[2].items()},
        ),
    )


def _artifact(header: Fields, stream: ByteStream) -> ArtifactRecord:
    digest = _judged(header, "digest", _digest_fault)
    sizes = _file_sizes(header)
    header.problems.refuse(InvalidBody)
    return ArtifactRecord(
        digest=digest, files={name: stream.take(size) for name, size in sizes.items()}
    )


def _deployment(header: Fields) -> DeploymentRecord:
    return DeploymentRecord(
        name=_judged(header, "name", lambda value: name_fault(value, "deployment")),
        model_label=_judged(header, "model", lambda value: name_fault(value, "model")),
        config_version=header.required_text("config", longest=limits.DESCRIPTION_LENGTH),
        trained=_moment(header, "trained"),
        deployed=_moment(header, "deployed"),
        digest=_judged(header, "digest", _digest_fault),
    )


def _options(fields: Fields) -> TrainingOptions:
    kind = fields.required_text("evaluation")
    if kind not in set(EvaluationKind):
        fields.fault("The kind of an evaluation is percentage or manual.", "evaluation")
        kind = EvaluationKind.MANUAL
    return TrainingOptions(
        label=_judged(fields, "label", lambda value: name_fault(value, "model")),
        config_version=fields.required_text("config", longest=limits.DESCRIPTION_LENGTH),
        evaluation=EvaluationKind(kind),
        train_percent=fields.required_whole("train", most=100),
        test_percent=fields.required_whole("test", most=100),
    )


def _options_json(options: TrainingOptions) -> dict[str, Any]:
    return {
        "label": options.label,
        "config": options.config_version,
        "evaluation": options.evaluation,
        "train": options.train_percent,
        "test": options.test_percent,
    }


def _sizes(files: Mapping[str, bytes]) -> dict[str, int]:
    return {name: len(data) for name, data in files.items()}


def _file_sizes(header: Fields) -> dict[str, int]:
    files = header.required_object("files")
    for name in files.members():
        if not _FILE.match(name):
            header.fault("A file of a model has a name that none has.", "files")
            return {}
    return {
        name: files.required_whole(name, most=limits.COPY_FILE_BYTES) for name in files.members()
    }


def _moment(header: Fields, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(header.required_text(name))
        if moment.utcoffset() is not None and moment.year in _YEARS:
            return moment
    except ValueError:
        pass
    header.fault(f"{name} is not a moment with a time zone.", name)
    return datetime.min


def _judged(fields: Fields, name: str, rule: Callable[[str], str | None]) -> str:
    """Return a string that is there, with a fault where the rule finds one."""
    value = fields.required_text(name)
    if value and (fault := rule(value)):
        fields.fault(fault, name)
    return value


def _digest_fault(value: str) -> str | None:
    return None if is_digest(value) else "A digest is 64 hex digits."


def _id_fault(value: str) -> str | None:
    return None if _ID.match(value) else "An id is a UUID in lower case."


def _line(value: Mapping[str, Any]) -> bytes:
    # ASCII, so that no character of a name can end a line.
    return json.dumps(value).encode("ascii") + b"\n"
