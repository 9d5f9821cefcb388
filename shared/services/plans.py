"""The plan of an import: all that it will change, made before anything is changed.

A dry run shows it, and an import carries it out, so both say and do the same.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shared import clock
from shared.domain.labels import Document, Labels
from shared.domain.projects import EntityType, Project, ProjectSettings
from shared.errors import InvalidBody, InvalidDocument, InvalidLabels, ServiceError
from shared.schema import corpus, labels_file, labels_formats
from shared.schema.corpus import CorpusDocument
from shared.schema.fields import clip
from shared.schema.findings import Findings
from shared.schema.labels_file import LabelsFile
from shared.schema.labels_formats import ImportOptions, Mode
from shared.schema.labels_report import Fate, Report
from shared.services import projects
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores

#: Of a file that is no project's own.
NO_SETTINGS = "A file without metadata can only be imported into a project that is there already."


@dataclass(kw_only=True, slots=True)
class Plan:
    """What an import will do, unless its findings have a fault."""

    options: ImportOptions
    findings: Findings
    #: As it is now; None where the import makes it.
    present: Project | None
    #: None where nothing says what they are, which is a fault.
    settings: ProjectSettings | None
    entities: list[EntityType] = field(default_factory=list)
    #: Documents that the file names.
    documents: int = 0
    #: Texts to write, by name.
    texts: dict[str, str] = field(default_factory=dict)
    labelled: list[tuple[str, Labels]] = field(default_factory=list)
    fates: Counter[Fate] = field(default_factory=Counter)


def settings_of(name: str, file: LabelsFile, present: Project | None) -> ProjectSettings | None:
    """Return the settings that a labels file gives a project; the address names it, not the file.

    None where neither the file has settings nor the project is there.
    """
    if file.metadata is None:
        return present.settings if present else None
    return dataclasses.replace(file.metadata, name=name)


def make(stores: Stores, name: str, body: bytes, options: ImportOptions) -> Plan:
    """Return the plan of an import; nothing is changed, and all that is wrong is in its findings.

    Raises `ProjectNotFound` for a file of another tool, which has no settings to make a project of.
    """
    findings = Findings()
    if options.form.dialect is None:
        project = stores.projects.read(name)
        plan = Plan(options=options, findings=findings, present=project, settings=project.settings)
        _plan_corpus(stores, plan, project, body)
        return plan
    present = stores.projects.find(name)
    try:
        file = labels_file.parse(body, stores.limits)
    except (InvalidBody, InvalidLabels) as error:
        findings.take(error)
        settings = present.settings if present else None
        return Plan(options=options, findings=findings, present=present, settings=settings)
    settings = settings_of(name, file, present)
    if present is not None and options.mode is Mode.ADD:
        settings = present.settings
    plan = Plan(options=options, findings=findings, present=present, settings=settings)
    plan.documents = len(file.documents)
    plan.entities = _entities(stores, plan, file.entities)
    if settings is None:
        findings.fault(NO_SETTINGS, "$.metadata")
        return plan
    if _check_project(stores, name, settings, findings):
        plan.labelled = resolved(stores, settings, file, findings)
        plan.fates[Fate.KEPT] = len(plan.labelled)
    return plan


def resolved(
    stores: Stores, settings: ProjectSettings, file: LabelsFile, findings: Findings
) -> list[tuple[str, Labels]]:
    """Return the labels that a file gives the documents of a container; what does not fit is noted.

    The target of a fault is the document, with the label's JSON path where it is one label's.
    """
    moment = clock.now()
    source = Project(id="", settings=settings, created=moment, modified=moment)
    labelled: list[tuple[str, Labels]] = []
    wanted = {document.location: document for document in file.documents}
    declared = {entity.category for entity in file.entities}
    longest = stores.limits.entity_length
    for location, text in stores.documents.texts(source, wanted):
        if isinstance(text, DocumentText):
            labels, faults = labels_file.resolve(
                wanted[location], text.text, text.digest, declared, longest
            )
            for fault in faults:
                findings.add(fault)
            if labels is not None:
                labelled.append((location, labels))
        else:
            findings.add(text.detail())
    return labelled


def _check_project(
    stores: Stores, name: str, settings: ProjectSettings, findings: Findings
) -> bool:
    """Note why there can be no such project; return whether its container can be read."""
    folded = stores.projects.find_folded(name)
    if folded is not None and folded.name != name:
        message = "A project of this name in other letter case is there already."
        findings.fault(message, "projectName")
    if folded is None and len(stores.projects.all()) >= stores.limits.projects:
        findings.fault(f"There can be at most {stores.limits.projects:,} projects.", "projectName")
    try:
        projects.check_container(stores, settings.container)
    except ServiceError as error:
        if error.status >= 500:
            raise
        findings.take(error)
        return False
    return True


def _entities(stores: Stores, plan: Plan, declared: Iterable[EntityType]) -> list[EntityType]:
    """Return the entity types of the project as it will be."""
    before = stores.projects.entities(plan.present) if plan.present else ()
    known = {entity.category: entity for entity in before}
    wanted = {entity.category: entity for entity in declared}
    if plan.options.form.dialect is None:
        # Files of other tools have names alone: what is known of them stays.
        wanted = {category: known.get(category, one) for category, one in wanted.items()}
    entities = {**known, **wanted} if plan.options.mode is Mode.ADD else wanted
    most = stores.limits.entities_per_project
    if len(entities) > most:
        plan.findings.fault(
            f"A project can have at most {most:,} entity types; it would have {len(entities):,}.",
            "$",
        )
    return list(entities.values())


def _plan_corpus(stores: Stores, plan: Plan, project: Project, body: bytes) -> None:
    findings = plan.findings
    documents = list(labels_formats.read(body, findings, plan.options))
    plan.documents = len(documents)
    rows = {row.name: row for row in stores.documents.tagged_documents(project)}
    most = stores.limits.documents_per_project
    if (count := len(rows.keys() | {one.name for one in documents})) > most:
        message = f"A project can have at most {most:,} documents; it would have {count:,}."
        findings.fault(message, "$")
    found = stores.documents.texts(project, (document.name for document in documents))
    for document, (_, text) in zip(documents, found, strict=True):
        if isinstance(text, InvalidDocument) and not plan.options.overwrite:
            message = f"The container's document {clip(document.name)}: {text.message}"
            findings.fault(message, document.place)
            continue
        present = text.text if isinstance(text, DocumentText) else None
        there = present is not None or isinstance(text, InvalidDocument)
        _plan_document(stores, plan, document, present, there, rows.get(document.name))
    used = {span.category: None for _, labels in plan.labelled for span in labels.spans}
    plan.entities = _entities(stores, plan, [EntityType(category=one) for one in used])


def _plan_document(
    stores: Stores,
    plan: Plan,
    document: CorpusDocument,
    present: str | None,
    there: bool,
    row: Document | None,
) -> None:
    """Plan one document; `there` says that the container has it, readable or not."""
    tagged = corpus.settle(
        document,
        present,
        plan.findings,
        overwrite=plan.options.overwrite,
        limits=stores.limits,
    )
    if tagged is None:
        return
    if tagged.text == present:
        plan.fates[Fate.KEPT] += 1
    else:
        plan.fates[Fate.REPLACED if there else Fate.MADE] += 1
        plan.texts[tagged.name] = tagged.text
    labels = Labels(
        spans=tagged.spans,
        regions=((0, len(tagged.text)),) if tagged.spans else (),
        # What the file has no room for, the document keeps.
        language=tagged.language or (row.language if row else None),
        dataset=tagged.dataset or (row.dataset if row else None),
        text_digest=hashlib.sha256(tagged.text.encode()).hexdigest(),
    )
    plan.labelled.append((tagged.name, labels))


def carry_out(stores: Stores, name: str, plan: Plan) -> Project:
    """Do what a plan says, and return the project. Texts come first and labels last.

    May be repeated after a crash, with a plan made anew. Raises `InvalidLabels` where the plan has
    a fault, before any change.
    """
    plan.findings.refuse()
    settings = plan.settings
    if settings is None:
        raise InvalidLabels
    project, _ = projects.put(stores, name, lambda _: settings)
    stores.documents.put_texts(project, plan.texts.items(), overwrite=plan.options.overwrite)
    stores.projects.put_entities(project, plan.entities)
    if plan.options.mode is Mode.REPLACE:
        stores.documents.put_all_labels(project, plan.labelled)
    else:
        stores.documents.add_labels(project, plan.labelled)
    return project


def report(stores: Stores, plan: Plan) -> Report:
    """Return what a dry run tells of a plan."""
    counts: Counter[str] = Counter()
    for _, labels in plan.labelled:
        counts.update(labels.counts())
    before: Sequence[str] = ()
    rows: set[str] = set()
    if plan.present is not None:
        before = [entity.category for entity in stores.projects.entities(plan.present)]
        rows = {row.name for row in stores.documents.tagged_documents(plan.present) if row.tagged}
    after = [entity.category for entity in plan.entities]
    return Report(
        options=plan.options,
        findings=plan.findings,
        documents=plan.documents,
        labels=counts,
        project=_fate(plan),
        entities_made=[one for one in after if one not in before],
        entities_removed=[one for one in before if one not in after],
        texts=plan.fates,
        labelled=_label_fates(plan, rows),
    )


def _fate(plan: Plan) -> Fate:
    if plan.present is None:
        return Fate.MADE
    return Fate.KEPT if plan.present.settings == plan.settings else Fate.REPLACED


def _label_fates(plan: Plan, rows: set[str]) -> Mapping[Fate, int]:
    named = {name: bool(labels.spans) for name, labels in plan.labelled}
    gone = {name for name in rows if name in named and not named[name]}
    if plan.options.mode is Mode.REPLACE:
        gone |= rows - named.keys()
    return {
        Fate.MADE: sum(tagged and name not in rows for name, tagged in named.items()),
        Fate.REPLACED: sum(tagged and name in rows for name, tagged in named.items()),
        Fate.REMOVED: len(gone),
    }
