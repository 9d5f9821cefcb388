"""A snapshot: the documents of a project as one training or evaluation sees them, frozen.

However often the training is tried, it sees the same texts and labels, so it makes the same model.
The snapshot of a training is kept as long as its model: labels can be exported from it, and put
back into the project.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared import limits
from shared.domain.labels import Dataset, Labels
from shared.domain.models import EvaluationKind, TrainingOptions
from shared.domain.projects import EntityType, Project
from shared.errors import ErrorDetail, InvalidRequest
from shared.ner.split import Split, split_by_dataset, split_by_percentage
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores
from shared.text.offsets import IndexType, OffsetMap
from shared.text.spans import Span

if TYPE_CHECKING:
    from shared.ner.report import Report
    from shared.ner.trainer import TaggedText


@dataclass(frozen=True, kw_only=True, slots=True)
class TaggedDocument:
    """A document with its labels, as it was when the training began."""

    name: str
    text: str
    #: In code points of the whole text.
    spans: tuple[Span, ...]
    #: The stretches (start, end) that a person has looked at; empty: the whole text.
    regions: tuple[tuple[int, int], ...]
    language: str | None
    dataset: Dataset | None

    def labels(self) -> Labels:
        """Return the labels as they were; their digest is that of the text as it was."""
        return Labels(
            spans=self.spans,
            regions=self.regions,
            language=self.language,
            dataset=self.dataset,
            # The blob's bytes: what was read is UTF-8, in which each text is written in one way.
            text_digest=hashlib.sha256(self.text.encode()).hexdigest(),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """The documents that a training learns from."""

    #: By name.
    documents: Mapping[str, TaggedDocument]
    #: The project's entity types; empty in a snapshot from before they were kept.
    entities: tuple[EntityType, ...] = ()
    #: The labels of documents in which nothing was tagged, by name.
    empty: Mapping[str, Labels] = field(default_factory=dict)
    #: Texts of documents that nobody has tagged.
    untagged: tuple[str, ...] = ()
    #: Of documents that were left out, and why.
    warnings: tuple[ErrorDetail, ...] = field(default=())

    @property
    def categories(self) -> tuple[str, ...]:
        """The entity types that are tagged somewhere, sorted."""
        tagged = {span.category for one in self.documents.values() for span in one.spans}
        return tuple(sorted(tagged))

    def test_names(self, options: TrainingOptions, *, seed: int) -> tuple[str, ...]:
        """Return the documents that an evaluation of a trained model judges by, sorted.

        Those that a training with these options would keep for its test, but a manual choice need
        leave nothing to train on. Raises `InvalidRequest` where there is none.
        """
        if options.evaluation is EvaluationKind.MANUAL:
            names = tuple(sorted(self._marked()))
        else:
            names = self.split(options, seed=seed).test
        if not names:
            raise InvalidRequest(
                f"An evaluation needs documents to test with: of {len(self.documents):,} tagged "
                "documents that could be used, these options leave none.",
                target="evaluationOptions",
                details=self.warnings,
            )
        return names

    def _marked(self) -> set[str]:
        """Return the documents that somebody has put into the test set."""
        return {name for name, one in self.documents.items() if one.dataset is Dataset.TEST}

    def split(self, options: TrainingOptions, *, seed: int) -> Split:
        """Deal the documents out to train, validation and test.

        Raises `InvalidRequest` where a manual split leaves nothing to train on or to test with.
        """
        if options.evaluation is EvaluationKind.PERCENTAGE:
            train_percent = options.train_percent
            if train_percent + options.test_percent == 100:
                # Two sets were asked for. Validation is a part of training then: one in nine, as
                # 10 is of 80 and 10.
                train_percent -= max(1, train_percent // 9)
            return split_by_percentage(
                self.documents,
                seed=seed,
                train_percent=train_percent,
                test_percent=options.test_percent,
            )
        marked = self._marked()
        others = self.documents.keys() - marked
        if not marked or len(others) < 2:
            raise InvalidRequest(
                "A manual split needs documents in both sets: "
                f"{len(others)} tagged documents are for training, {len(marked)} for testing.",
                target="evaluationOptions",
            )
        return split_by_dataset(others, marked, seed=seed)

    def texts(self, names: Sequence[str]) -> list[TaggedText]:
        """Return what the engine reads of these documents: each region is a text of its own."""
        from shared.ner.trainer import TaggedText

        return [
            TaggedText(
                name=_text_name(name, start),
                text=document.text[start:end],
                spans=tuple(
                    Span(span.start - start, span.end - start, span.category)
                    for span in document.spans
                    if start <= span.start and span.end <= end
                ),
            )
            for name in names
            for document in [self.documents[name]]
            for start, end in _regions(document)
        ]

    def predictions(
        self, parts: Split, predicted: Mapping[str, Sequence[Span]]
    ) -> list[dict[str, Any]]:
        """Return tagged beside predicted for test and validation, in UTF-16 units of the document.

        One object a region, in the order of names, as the API's evaluation result has them.
        """
        return [
            self._prediction(self.documents[name], dataset, start, end, predicted)
            for dataset, names in (("Test", parts.test), ("Validation", parts.validation))
            for name in sorted(names)
            for start, end in _regions(self.documents[name])
        ]

    def datasets(self, parts: Split) -> dict[str, Any]:
        """Return how labels are dealt out, in its stored form.

        `{set: {"documents": count, "entities": {category: {"labels", "documents"}}}}`: a category's
        documents are those with a label of it. Labels outside of regions are not learned from and
        not counted.
        """
        return {
            name: self._dataset(names)
            for name, names in (
                ("train", parts.train),
                ("validation", parts.validation),
                ("test", parts.test),
            )
        }

    def _dataset(self, names: Sequence[str]) -> dict[str, Any]:
        labels: Counter[str] = Counter()
        documents: Counter[str] = Counter()
        for name in names:
            tagged = [span.category for text in self.texts([name]) for span in text.spans]
            labels.update(tagged)
            documents.update(set(tagged))
        return {
            "documents": len(names),
            "entities": {
                category: {"labels": labels[category], "documents": documents[category]}
                for category in sorted(labels)
            },
        }

    def report(self, report: Report) -> dict[str, Any]:
        """Return a training's report in its stored form.

        Its mistakes are by document then, and in UTF-16 units of the document.
        """
        offsets: dict[str, OffsetMap] = {}

        def moved(span: Span | None, name: str, shift: int) -> Span | None:
            if span is None:
                return None
            if name not in offsets:
                offsets[name] = OffsetMap(self.documents[name].text, IndexType.UTF16)
            offset, length = offsets[name].to_units(span.start + shift, span.end + shift)
            return Span(offset, offset + length, span.category, span.confidence)

        mistakes = []
        for mistake in report.mistakes:
            name, start = _place_of(mistake.document)
            mistakes.append(
                dataclasses.replace(
                    mistake,
                    document=name,
                    expected=moved(mistake.expected, name, start),
                    predicted=moved(mistake.predicted, name, start),
                )
            )
        return dataclasses.replace(report, mistakes=tuple(mistakes)).to_json()

    def _prediction(
        self,
        document: TaggedDocument,
        dataset: str,
        start: int,
        end: int,
        predicted: Mapping[str, Sequence[Span]],
    ) -> dict[str, Any]:
        offsets = OffsetMap(document.text, IndexType.UTF16)

        def wire(span: Span, shift: int) -> dict[str, Any]:
            offset, length = offsets.to_units(span.start + shift, span.end + shift)
            value = {"category": span.category, "offset": offset, "length": length}
            if span.confidence is not None:
                value["confidenceScore"] = round(span.confidence, 4)
            return value

        region_offset, region_length = offsets.to_units(start, end)
        inside = [span for span in document.spans if start <= span.start and span.end <= end]
        return {
            "location": document.name,
            "language": document.language,
            "digest": hashlib.sha256(document.text.encode()).hexdigest(),
            "dataset": dataset,
            "regionOffset": region_offset,
            "regionLength": region_length,
            "expectedEntities": [wire(span, 0) for span in inside],
            "predictedEntities": [
                wire(span, start) for span in predicted[_text_name(document.name, start)]
            ],
        }


def open_snapshot(stores: Stores, project: Project, operation_id: str) -> Snapshot:
    """Return the snapshot of a training, taking it now if it was not taken before.

    A document that is gone, cannot be read, or whose text has changed since it was tagged is left
    out with a warning. Raises `InvalidRequest` where too few documents are left.
    """
    snapshot = _open(stores, project, operation_id, untagged=True)
    least = stores.limits.tagged_documents_to_train
    if len(snapshot.documents) < least:
        message = (
            f"A training needs at least {least:,} tagged documents; "
            f"{len(snapshot.documents)} could be used."
        )
        # A job that failed tells the details alone: the rule, then the documents that broke it.
        rule = ErrorDetail("InvalidRequest", message, "projectName")
        raise InvalidRequest(message, target="projectName", details=(rule, *snapshot.warnings))
    return snapshot


def open_tagged(stores: Stores, project: Project, operation_id: str) -> Snapshot:
    """Return the snapshot of an evaluation, taking it now if it was not taken before.

    It is as that of a training, without the untagged documents and however few there are.
    """
    return _open(stores, project, operation_id, untagged=False)


def read_snapshot(stores: Stores, project_id: str, operation_id: str) -> Snapshot | None:
    """Return the snapshot that an operation took, or None."""
    data = stores.models.snapshot(project_id, operation_id)
    return None if data is None else parse(data)


def _open(stores: Stores, project: Project, operation_id: str, *, untagged: bool) -> Snapshot:
    data = stores.models.snapshot(project.id, operation_id)
    if data is None:
        taken = b"".join(_lines(stores, project, untagged=untagged))
        data = stores.models.put_snapshot(project.id, operation_id, taken)
    return parse(data)


def parse(data: bytes) -> Snapshot:
    """Return the snapshot that is kept as `data`."""
    documents: dict[str, TaggedDocument] = {}
    entities: list[EntityType] = []
    empty: dict[str, Labels] = {}
    untagged: list[str] = []
    warnings: list[ErrorDetail] = []
    for line in data.splitlines():
        value = json.loads(line)
        if "warning" in value:
            warnings.append(ErrorDetail(**value["warning"]))
        elif "untagged" in value:
            untagged.append(value["untagged"])
        elif "entities" in value:
            entities += [EntityType(**entity) for entity in value["entities"]]
        elif "digest" in value:
            empty[value["name"]] = Labels(text_digest=value["digest"], **_about(value))
        else:
            documents[value["name"]] = TaggedDocument(
                name=value["name"],
                text=value["text"],
                spans=tuple(Span(start, end, category) for start, end, category in value["spans"]),
                **_about(value),
            )
    return Snapshot(
        documents=documents,
        entities=tuple(entities),
        empty=empty,
        untagged=tuple(untagged),
        warnings=tuple(warnings),
    )


def _lines(stores: Stores, project: Project, *, untagged: bool) -> Iterator[bytes]:
    """Yield the entity types, the tagged documents, those where nothing is tagged, and untagged.

    As JSON lines; documents of each sort by name, and of the untagged as many as are read.
    """
    entities = stores.projects.entities(project)
    yield _line({"entities": [dataclasses.asdict(entity) for entity in entities]})
    every = dict(stores.documents.all_labels(project, empty=True))
    labels = {name: one for name, one in every.items() if one.spans}
    for name, text in stores.documents.texts(project, sorted(labels)):
        if not isinstance(text, DocumentText):
            yield _line({"warning": {"code": text.code, "message": text.message, "target": name}})
        elif text.digest != labels[name].text_digest:
            message = "The document changed after it was tagged, so it was left out. Tag it anew."
            yield _line({"warning": {"code": "Warning", "message": message, "target": name}})
        else:
            spans = [[span.start, span.end, span.category] for span in labels[name].spans]
            yield _line({"name": name, "text": text.text, "spans": spans, **_told(labels[name])})
    for name in sorted(every.keys() - labels.keys()):
        yield _line({"name": name, "digest": every[name].text_digest, **_told(every[name])})
    if untagged:
        yield from _untagged_lines(stores, project, labels)


def _untagged_lines(
    stores: Stores, project: Project, labels: Mapping[str, Labels]
) -> Iterator[bytes]:
    others = sorted(name for name in stores.documents.names(project) if name not in labels)
    size = 0
    for _, text in stores.documents.texts(project, others[: limits.UNTAGGED_DOCUMENTS_TO_READ]):
        # One that cannot be read is missed by nobody: it is not tagged.
        if isinstance(text, DocumentText):
            size += len(text.text)
            if size > limits.UNTAGGED_CHARACTERS_TO_READ:
                return
            yield _line({"untagged": text.text})


def _line(value: dict[str, Any]) -> bytes:
    # ASCII, so that no character of a text can end a line.
    return json.dumps(value).encode("ascii") + b"\n"


def _told(labels: Labels) -> dict[str, Any]:
    """Return what a line tells of a document beside its text and spans."""
    return {
        "regions": labels.regions,
        "language": labels.language,
        "dataset": labels.dataset,
    }


def _about(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `_told` wrote."""
    return {
        "regions": tuple((start, end) for start, end in value["regions"]),
        "language": value["language"],
        "dataset": Dataset(value["dataset"]) if value["dataset"] else None,
    }


def _regions(document: TaggedDocument) -> tuple[tuple[int, int], ...]:
    return document.regions or ((0, len(document.text)),)


def _text_name(name: str, start: int) -> str:
    """Return the name of one region's text: names of documents hold no line end."""
    return f"{name}\n{start}"


def _place_of(text_name: str) -> tuple[str, int]:
    """Return the document and the start of the region that `_text_name` made a name of."""
    name, _, start = text_name.rpartition("\n")
    return name, int(start)
