"""The report of a training: how it is kept, and read again."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.models import TrainingOptions
from shared.errors import ModelNotFound, NotFound
from shared.ner.estimator import EntityEstimator
from shared.ner.evaluation import EvaluatedText
from shared.ner.report import Report, make
from shared.ner.split import Split
from shared.services import models, training
from shared.services.snapshot import Snapshot, TaggedDocument
from shared.storage.models import CONTAINER
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.services import loans

TEXT = "😀 Ann 😀 owes Bo.\n😀 Eve owes Max."


def document(name: str, regions: tuple[tuple[int, int], ...] = ()) -> TaggedDocument:
    spans = tuple(Span(TEXT.index(who), TEXT.index(who) + 3, "Name") for who in ("Ann", "Max"))
    return TaggedDocument(
        name=name, text=TEXT, spans=spans, regions=regions, language=None, dataset=None
    )


def stored(documents: list[TaggedDocument]) -> list[dict[str, Any]]:
    """Return the mistakes of a report as they are stored, where "owes" was found in each region."""
    snapshot = Snapshot(documents={one.name: one for one in documents})
    judged = []
    for one in snapshot.texts([one.name for one in documents]):
        place = one.text.index("owes")
        predicted = [Span(place, place + 4, "Name", 0.5)]
        judged.append(
            EvaluatedText(name=one.name, text=one.text, expected=one.spans, predicted=predicted)
        )
    extractor = EntityEstimator(categories=["Name"]).fit([""], [[]]).extractor_
    report = make(judged, extractor, documents=2, characters=9, seconds=1)
    value = snapshot.report(report)
    assert Report.from_json(value).mistake_counts == report.mistake_counts
    found: list[dict[str, Any]] = value["mistakes"]
    return found


def cut(mistake: dict[str, Any]) -> tuple[str, str, str]:
    """Return the document, the kind and what UTF-16 offsets slice out of the text."""
    span = mistake["expected"] or mistake["predicted"]
    units = TEXT.encode("utf-16-le")[2 * span["start"] : 2 * span["end"]]
    return mistake["document"], mistake["kind"], units.decode("utf-16-le")


def test_mistakes_are_kept_by_document_in_its_utf16_units() -> None:
    found = stored([document("b.txt"), document("a.txt")])

    own = [("missed", "Ann"), ("spurious", "owes"), ("missed", "Max")]
    assert [cut(one) for one in found] == [
        (name, *one) for name in ("b.txt", "a.txt") for one in own
    ]


def test_mistakes_of_regions_are_told_where_they_are_in_the_document() -> None:
    line = TEXT.index("\n") + 1

    found = stored([document("a\nb.txt", regions=((0, line), (line, len(TEXT))))])

    assert [cut(one) for one in found] == [
        ("a\nb.txt", "missed", "Ann"),
        ("a\nb.txt", "spurious", "owes"),
        ("a\nb.txt", "spurious", "owes"),
        ("a\nb.txt", "missed", "Max"),
    ]
    assert found[2]["predicted"]["start"] > found[1]["predicted"]["start"]
    assert found[1]["predicted"]["confidence"] == 0.5


def test_labels_are_counted_by_set_and_only_inside_of_regions() -> None:
    line = TEXT.index("\n") + 1
    both = [document("a.txt"), document("b.txt", regions=((0, line),))]
    snapshot = Snapshot(documents={one.name: one for one in both})

    found = snapshot.datasets(Split(train=("a.txt", "b.txt"), validation=(), test=("b.txt",)))

    assert found == {
        "train": {"documents": 2, "entities": {"Name": {"labels": 3, "documents": 2}}},
        "validation": {"documents": 0, "entities": {}},
        "test": {"documents": 1, "entities": {"Name": {"labels": 1, "documents": 1}}},
    }


def trained(stores: Stores) -> None:
    loans.make_project(stores)
    options = TrainingOptions(label="M", config_version="2022-05-01")
    _, message = training.start(stores, "Notes", options)
    training.run(stores, message.id, stuck_after_seconds=120)


def test_a_training_keeps_its_report_beside_the_model(stores: Stores) -> None:
    trained(stores)

    _, model = models.read(stores, "Notes", "M")
    stored = models.report(stores, model)
    report = Report.from_json(stored)

    assert stored["datasets"]["train"]["documents"] == model.train_documents
    assert set(stored["datasets"]["train"]["entities"]) == {"Name", "Sum"}
    assert report.documents == model.train_documents
    assert report.reliability.tagged == 4
    assert set(report.strongest) == {"Name", "Sum"}


def test_a_model_from_before_reports_were_kept_says_so(stores: Stores) -> None:
    trained(stores)
    _, model = models.read(stores, "Notes", "M")
    stores.storage.blobs.delete(CONTAINER, model.artifact.prefix + models.REPORT)

    with pytest.raises(NotFound, match="trained before reports were kept") as raised:
        models.report(stores, model)

    assert raised.value.target == "trainedModelLabel"
    assert not isinstance(raised.value, ModelNotFound)
