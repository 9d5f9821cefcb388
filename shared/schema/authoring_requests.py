"""What callers send to the authoring API: a project's settings, a training, a deployment."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from shared import limits
from shared.domain.models import EvaluationKind, TrainingOptions
from shared.domain.projects import ProjectSettings
from shared.schema.fields import Fields, Problems, read_object
from shared.schema.kinds import kind_fault
from shared.schema.names import check_name, container_fault, language_fault, name_fault

#: The training configuration where a caller names none, or "latest".
CONFIG_VERSION = "2022-05-01"

_CONFIG = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?\Z", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectChanges:
    """What a `PATCH` of a project changes; None where it leaves a setting as it is."""

    name: str
    container: str | None = None
    language: str | None = None
    multilingual: bool | None = None
    description: str | None = None
    #: Whether the threshold changes, as None is one of its values.
    sets_threshold: bool = False
    confidence_threshold: float | None = None
    #: What a new project needs and the request does not have.
    missing: tuple[str, ...] = ()

    def apply(self, present: ProjectSettings | None) -> ProjectSettings:
        """Return the settings that these changes make of the present ones, or of none.

        Raises `InvalidArgument`, listing all that is missing, for a new project without what is
        required.
        """
        if present is None:
            problems = Problems()
            for name in self.missing:
                problems.add(f"{name} is required for a new project.", f"$.{name}")
            problems.refuse()
            present = ProjectSettings(name=self.name, container="", language="")
        threshold = (
            self.confidence_threshold if self.sets_threshold else present.confidence_threshold
        )
        return replace(
            present,
            container=present.container if self.container is None else self.container,
            language=present.language if self.language is None else self.language,
            multilingual=present.multilingual if self.multilingual is None else self.multilingual,
            description=present.description if self.description is None else self.description,
            confidence_threshold=threshold,
        )


def parse_project(body: bytes, name: str) -> ProjectChanges:
    """Return what a merge-patch (RFC 7396) of the project `name`, of its address, changes.

    Null takes away what may be absent. Raises `InvalidArgument` listing every fault.
    """
    check_name(name, "project", "projectName")
    problems = Problems()
    root = read_object(body, problems)
    named = root.text("projectName")
    if named is not None and named != name:
        root.fault("projectName differs from the name in the address.", "projectName")
    kind = root.text("projectKind")
    container = root.text("storageInputContainerName")
    language = root.text("language")
    for fault, field in (
        (None if kind is None else kind_fault(kind), "projectKind"),
        (None if container is None else container_fault(container), "storageInputContainerName"),
        (None if language is None else language_fault(language), "language"),
    ):
        if fault:
            root.fault(fault, field)
    required = ("projectName", "projectKind", "storageInputContainerName", "language")
    for field in required:
        if root.has(field) and root.value(field) is None:
            root.fault(f"{field} cannot be taken away.", field)
    settings = root.object("settings")
    changes = ProjectChanges(
        name=name,
        container=container,
        language=language,
        multilingual=_false_for_null(root, "multilingual"),
        description=_empty_for_null(root, "description"),
        sets_threshold=(settings.has("confidenceThreshold") if settings else root.has("settings")),
        confidence_threshold=(
            settings.number("confidenceThreshold", least=0, most=1) if settings else None
        ),
        missing=tuple(field for field in required if not root.has(field)),
    )
    problems.refuse()
    return changes


def parse_training(body: bytes) -> TrainingOptions:
    """Return what a `:train` request asks for; raise `InvalidArgument` listing every fault.

    Without evaluation options, or with a percentage that names no numbers, the documents are
    dealt out as `TrainingOptions` says.
    """
    problems = Problems()
    root = read_object(body, problems)
    label = _name(root, "model", "modelLabel")
    version = root.text("trainingConfigVersion") or CONFIG_VERSION
    if version.lower() == "latest":
        version = CONFIG_VERSION
    elif not _CONFIG.match(version):
        root.fault(
            f'A trainingConfigVersion is a date such as {CONFIG_VERSION}, or "latest".',
            "trainingConfigVersion",
        )
    generation = root.object("dataGenerationSettings")
    if generation and generation.flag("enableDataGeneration"):
        generation.fault(
            "This service trains on your documents only; it generates none.",
            "enableDataGeneration",
        )
    options = TrainingOptions(label=label, config_version=version)
    evaluation = root.object("evaluationOptions")
    if evaluation is not None:
        options = _evaluation(evaluation, options)
    problems.refuse()
    return options


def _evaluation(fields: Fields, options: TrainingOptions) -> TrainingOptions:
    kind = EvaluationKind.PERCENTAGE
    named = fields.text("kind")
    if named is not None:
        if named.lower() in (one.value for one in EvaluationKind):
            kind = EvaluationKind(named.lower())
        else:
            fields.fault("The kind of an evaluation is percentage or manual.", "kind")
    count = len(fields.problems)
    train = fields.whole("trainingSplitPercentage", least=1, most=99)
    test = fields.whole("testingSplitPercentage", least=1, most=99)
    if kind is EvaluationKind.MANUAL or len(fields.problems) > count:
        return replace(options, evaluation=kind)
    if train is None and test is None:
        return options
    train = 100 - (test or 0) if train is None else train
    test = 100 - train if test is None else test
    if train + test != 100:
        fields.fault(
            "trainingSplitPercentage and testingSplitPercentage must make 100 together.",
            "trainingSplitPercentage",
        )
    return replace(options, train_percent=train, test_percent=test)


def parse_deployment(body: bytes) -> str:
    """Return the label of the model that a deployment is to have.

    Raises `InvalidArgument`, also for resources to assign: there is one of this service.
    """
    problems = Problems()
    root = read_object(body, problems)
    label = _name(root, "model", "trainedModelLabel")
    if root.items("assignedResourceIds"):
        root.fault(
            "This service runs in one place: a deployment cannot be assigned to resources. "
            "Leave assignedResourceIds out.",
            "assignedResourceIds",
        )
    problems.refuse()
    return label


def _name(root: Fields, what: str, field: str) -> str:
    value = root.required_text(field)
    fault = name_fault(value, what) if value else None
    if fault:
        root.fault(fault, field)
    return value


def _false_for_null(root: Fields, field: str) -> bool | None:
    value = root.flag(field)
    return False if value is None and root.has(field) else value


def _empty_for_null(root: Fields, field: str) -> str | None:
    value = root.text(field, longest=limits.DESCRIPTION_LENGTH)
    return "" if value is None and root.has(field) else value
