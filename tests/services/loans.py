"""A tiny project of made-up notes, quick to train."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime

from shared.domain.labels import Dataset, Labels
from shared.domain.models import Artifact, TrainedModel, TrainingOptions
from shared.domain.projects import EntityType, Project, ProjectSettings
from shared.ids import key_of
from shared.services import models
from shared.services.snapshot import open_snapshot
from shared.storage.models import artifact_prefix
from shared.storage.stores import Stores
from shared.text.spans import Span

NAMES = ("Bo Li", "Zoë Brandt", "Ann Ruiz", "Tom Ek", "Ida Moe", "Max Orr")
SUMS = ("$5", "$20", "$300", "$4,000")


def note(number: int) -> tuple[str, str, tuple[Span, ...]]:
    """The name, the text and the labels of a note."""
    name, amount = NAMES[number % len(NAMES)], SUMS[number % len(SUMS)]
    text = f"Note {number}\r\n😀 {name} owes {amount} to the bank."
    start, owed = text.index(name), text.index(amount)
    spans = (Span(start, start + len(name), "Name"), Span(owed, owed + len(amount), "Sum"))
    return f"note-{number:02}.txt", text, spans


def make_project(stores: Stores, tagged: int = 20, name: str = "Notes") -> Project:
    """Make a project whose container has 20 notes, so many of them tagged."""
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    settings = ProjectSettings(name=name, container=name.lower(), language="en")
    stores.storage.blobs.create_container(settings.container)
    project = stores.projects.insert(
        Project(id=key_of(name), settings=settings, created=now, modified=now)
    )
    for number in range(20):
        location, text, spans = note(number)
        stores.storage.blobs.put(settings.container, location, text.encode())
        if number < tagged:
            stores.documents.put_labels(project, location, labels(text, spans))
    return project


def labels(text: str, spans: tuple[Span, ...], dataset: Dataset | None = None) -> Labels:
    """Labels of the whole of a text."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Labels(spans=spans, regions=((0, len(text)),), dataset=dataset, text_digest=digest)


def mark_for_test(stores: Stores, project: Project, number: int) -> None:
    """Put a note into the test set."""
    location, text, spans = note(number)
    marked = dataclasses.replace(labels(text, spans), dataset=Dataset.TEST)
    stores.documents.put_labels(project, location, marked)


#: The entity types of a project of notes, as an import declares them.
ENTITIES = (EntityType(category="Name", description="Who owes."), EntityType(category="Sum"))

#: An evaluation in which nothing was found.
_SCORES = {"precision": 0.0, "recall": 0.0, "f1": 0.0}
_NOTHING = {"entities": {}, "confusion": {}, "micro": _SCORES, "macro": _SCORES}


def put_model(
    stores: Stores, project: Project, label: str = "M", training: str = "op"
) -> TrainedModel:
    """Make a model as a training leaves it, with its snapshot, but without any training."""
    snapshot = open_snapshot(stores, project, training)
    options = TrainingOptions(label=label, config_version="2022-05-01")
    parts = snapshot.split(options, seed=0)
    prefix = artifact_prefix(project.id, training, 1)
    stores.models.put_files(prefix, {"a.npy": b"numbers", "manifest.json": b"{}"})
    stores.models.put_report(prefix, models.EVALUATION, _NOTHING)
    texts = snapshot.texts([*parts.test, *parts.validation])
    found = {text.name: () for text in texts}
    stores.models.put_report(prefix, models.PREDICTIONS, snapshot.predictions(parts, found))
    model = TrainedModel(
        options=options,
        id=f"{label}-{training}-{project.id}",
        artifact=Artifact(prefix=prefix, digest=training),
        operation_id=training,
        trained=project.created,
        duration_seconds=1,
        train_documents=len(parts.train),
        validation_documents=len(parts.validation),
        test_documents=len(parts.test),
        f1=0.0,
    )
    stores.models.put(project.id, model)
    return stores.models.read(project.id, label)
