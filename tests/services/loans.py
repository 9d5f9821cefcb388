"""A tiny project of made-up notes, quick to train."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime

from shared.domain.labels import Dataset, Labels
from shared.domain.projects import Project, ProjectSettings
from shared.ids import key_of
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
