"""Models whose mistakes are chosen by a test, kept in storage as a training keeps them.

What a test shows must not depend on what a training happens to learn. The evaluation, the report
and the predictions are made by the engine itself, of what the test says was tagged and predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from azure.storage.blob import BlobServiceClient

from shared import clock
from shared.domain.models import Artifact, TrainedModel, TrainingOptions
from shared.ner.estimator import EntityEstimator
from shared.ner.evaluation import EvaluatedText, evaluate
from shared.ner.report import make
from shared.ner.split import Split
from shared.services import models
from shared.services.snapshot import Snapshot, TaggedDocument
from shared.settings import StorageSettings
from shared.storage.clients import open_storage
from shared.storage.models import artifact_prefix
from shared.storage.stores import Stores
from shared.text.spans import Span
from tests.e2e.client import PROJECTS, VERSION, Client

#: Words of a text, which stand in it once, and their entity type.
Words = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A document with what is tagged in it, and what a model is to have predicted."""

    name: str
    text: str
    tagged: Sequence[Words]
    predicted: Sequence[Words]
    #: `train`, `validation` or `test`.
    part: str = "test"

    def spans(self, words: Sequence[Words]) -> tuple[Span, ...]:
        """Return where these words are, in order."""
        found = []
        for one, category in words:
            assert self.text.count(one) == 1, one
            start = self.text.index(one)
            found.append(Span(start, start + len(one), category))
        return tuple(sorted(found))


def project(
    storage: str, client: Client, name: str, documents: Sequence[Judged], model: str = "told"
) -> str:
    """Make a project of these documents, with a model that was judged by them; return its name."""
    container = name.lower()
    with BlobServiceClient.from_connection_string(storage) as service:
        blobs = service.create_container(container)
        for document in documents:
            blobs.upload_blob(document.name, document.text.encode())
    assert client.create(name, container).status in (200, 201)
    for category in sorted({category for one in documents for _, category in one.tagged}):
        path = f"{PROJECTS}/{name}/entities/{category}?{VERSION}"
        assert client.send("PUT", path, {}).status in (200, 201)
    keep(storage, name, model, documents)
    return name


def keep(storage: str, name: str, label: str, documents: Sequence[Judged]) -> None:
    """Keep a model that was judged by these documents in a project that is there."""
    with closing(open_storage(StorageSettings(connection_string=storage))) as opened:
        stores = Stores.on(opened)
        project = stores.projects.read(name)
        model = _model(label, project.id, documents)
        _keep_reports(stores, model.artifact.prefix, documents)
        stores.models.put(project.id, model)


def fill(storage: str, name: str, label: str, count: int) -> None:
    """Put copies of a model beside it until the project has `count` models."""
    with closing(open_storage(StorageSettings(connection_string=storage))) as opened:
        stores = Stores.on(opened)
        project = stores.projects.read(name)
        model = stores.models.read(project.id, label)
        for number in range(len(stores.models.all(project.id)), count):
            copy = TrainingOptions(label=f"copy-{number}", config_version="2022-05-01")
            stores.models.put(
                project.id,
                TrainedModel(
                    options=copy,
                    id=f"{copy.label}-{model.id}",
                    artifact=model.artifact,
                    operation_id=model.operation_id,
                    trained=model.trained,
                    duration_seconds=model.duration_seconds,
                    train_documents=model.train_documents,
                    validation_documents=model.validation_documents,
                    test_documents=model.test_documents,
                    f1=model.f1,
                ),
            )


def _model(label: str, project_id: str, documents: Sequence[Judged]) -> TrainedModel:
    prefix = artifact_prefix(project_id, f"told-{label}", 1)
    sizes = {part: sum(one.part == part for one in documents) for part in _PARTS}
    return TrainedModel(
        options=TrainingOptions(label=label, config_version="2022-05-01"),
        id=f"{label}-{project_id}",
        artifact=Artifact(prefix=prefix, digest="0" * 64),
        operation_id=f"told-{label}",
        trained=clock.now(),
        duration_seconds=7,
        train_documents=sizes["train"],
        validation_documents=sizes["validation"],
        test_documents=sizes["test"],
        f1=evaluate(_texts(documents, "test")).micro.f1,
    )


_PARTS = ("train", "validation", "test")


def _keep_reports(stores: Stores, prefix: str, documents: Sequence[Judged]) -> None:
    snapshot = Snapshot(
        documents={
            one.name: TaggedDocument(
                name=one.name,
                text=one.text,
                spans=one.spans(one.tagged),
                regions=(),
                language=None,
                dataset=None,
            )
            for one in documents
        }
    )
    parts = Split(
        **{part: tuple(one.name for one in documents if one.part == part) for part in _PARTS}
    )
    test = _texts(documents, "test")
    categories = sorted({category for one in documents for _, category in one.tagged})
    extractor = EntityEstimator(categories=categories).fit([""], [[]]).extractor_
    report = make(test, extractor, documents=len(parts.train), characters=1_000, seconds=7)
    predicted = {f"{one.name}\n0": one.spans(one.predicted) for one in documents}
    stores.models.put_report(prefix, models.EVALUATION, evaluate(test).to_json())
    stores.models.put_report(prefix, models.PREDICTIONS, snapshot.predictions(parts, predicted))
    stores.models.put_report(
        prefix,
        models.REPORT,
        {**snapshot.report(report), "datasets": snapshot.datasets(parts)},
    )


def _texts(documents: Sequence[Judged], part: str) -> list[EvaluatedText]:
    return [
        EvaluatedText(
            name=f"{one.name}\n0",
            text=one.text,
            expected=one.spans(one.tagged),
            predicted=one.spans(one.predicted),
        )
        for one in documents
        if one.part == part
    ]
