"""What callers send to the authoring API: projects, trainings, evaluations, deployments."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from shared import limits
from shared.domain.models import EvaluationKind, TrainingOptions
from shared.domain.projects import ProjectSettings
from shared.schema.fields import Fields, Problems, read_object
from shared.schema.kinds import KIND, KIND_TEXT
from shared.schema.names import CONTAINER_TEXT, LANGUAGE_TEXT, check_name, name_text
from shared.schema.shapes import Anything, Field, Flag, List, Number, Shape, Text, Whole

#: The training configuration where a caller names none, or "latest".
CONFIG_VERSION = "2022-05-01"

_CONFIG = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?\Z", re.ASCII)


_DESCRIPTION = Text(longest=limits.DESCRIPTION_LENGTH)


def _config_fault(value: str) -> str | None:
    if value.lower() in ("", "latest") or _CONFIG.match(value):
        return None
    return f'A trainingConfigVersion is a date such as {CONFIG_VERSION}, or "latest".'


def _evaluation_fault(value: str) -> str | None:
    if value.lower() in (one.value for one in EvaluationKind):
        return None
    return "The kind of an evaluation is percentage or manual."


SETTINGS = Shape(
    "ProjectSettings",
    "Settings of a project.",
    (
        Field(
            "confidenceThreshold",
            Number(least=0, most=1),
            "Entities of a lower confidence are left out of answers.",
            nullable=True,
        ),
    ),
)

PROJECT = Shape(
    "ProjectChange",
    "A merge patch (RFC 7396) of a project. A new project needs projectName, projectKind, "
    "storageInputContainerName and language; null takes away what may be absent.",
    (
        Field("projectName", Text(), "The name in the address.", example="LoanAgreements"),
        Field("projectKind", KIND_TEXT, "The kind of the project.", example=KIND),
        Field(
            "storageInputContainerName",
            CONTAINER_TEXT,
            "The blob container with the documents.",
            example="loan-agreements",
        ),
        Field("language", LANGUAGE_TEXT, "The language of most documents.", example="en-us"),
        Field("multilingual", Flag(), "Whether documents are in several languages.", nullable=True),
        Field("description", _DESCRIPTION, "What the project is about.", nullable=True),
        Field("settings", SETTINGS, "Settings of the project.", nullable=True),
    ),
)

_PERCENT = Whole(least=1, most=99)

_SPLIT = (
    Field(
        "kind",
        Text(values=tuple(one.value for one in EvaluationKind), rule=_evaluation_fault),
        "At random by percentage, or by hand: as the documents' dataset says.",
    ),
    Field("trainingSplitPercentage", _PERCENT, "Percent of documents for training."),
    Field("testingSplitPercentage", _PERCENT, "The rest, to 100 together."),
)

_EVALUATION_OPTIONS = Shape(
    "EvaluationOptions", "How documents are dealt out to training and testing.", _SPLIT
)

TRAINING = Shape(
    "Training",
    "What a training is to do.",
    (
        Field(
            "modelLabel",
            name_text("model"),
            "The name of the model to be trained; one that is there is replaced.",
            required=True,
            example="model1",
        ),
        Field(
            "trainingConfigVersion",
            Text(pattern=r"^(|[Ll]atest|\d{4}-\d{2}-\d{2}(-preview)?)$", rule=_config_fault),
            "The version of the training configuration; the latest where there is none.",
            example="latest",
        ),
        Field(
            "evaluationOptions",
            _EVALUATION_OPTIONS,
            "How documents are dealt out; by percentage where it is absent.",
        ),
        Field(
            "dataGenerationSettings",
            Shape(
                "DataGenerationSettings",
                "Of the hosted service; this one generates no documents.",
                (Field("enableDataGeneration", Flag(), "False."),),
            ),
            "Of the hosted service; this one generates no documents.",
        ),
        Field("runValidation", Anything(), "Of the 2021 previews; ignored."),
    ),
)

EVALUATION = Shape(
    "Evaluation",
    "How the tagged documents are dealt out to judge a model by those for testing; as for its "
    "training where nothing is said.",
    (
        *_SPLIT,
        Field("evaluationOptions", _EVALUATION_OPTIONS, "The same, as a training has it."),
    ),
)

DEPLOYMENT = Shape(
    "Deployment",
    "Which model is to answer under a name.",
    (
        Field(
            "trainedModelLabel",
            name_text("model"),
            "The name of the trained model.",
            required=True,
            example="model1",
        ),
        Field(
            "assignedResourceIds",
            List(Text(), most=0),
            "Empty: this service runs in one place.",
        ),
    ),
)


SWAP = Shape(
    "DeploymentSwap",
    "Which two deployments are to change models.",
    tuple(
        Field(name, name_text("deployment"), "The name of a deployment.", required=True)
        for name in ("firstDeploymentName", "secondDeploymentName")
    ),
)

EXPORTED_MODEL = Shape(
    "ModelExport",
    "Which model is to be exported.",
    (
        Field(
            "trainedModelLabel",
            name_text("model"),
            "The name of the trained model.",
            required=True,
            example="model1",
        ),
    ),
)


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
    root = read_object(body, problems, PROJECT)
    named = root.text("projectName")
    if named is not None and named != name:
        root.fault("projectName differs from the name in the address.", "projectName")
    root.text("projectKind")
    container = root.text("storageInputContainerName")
    language = root.text("language")
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
        confidence_threshold=(settings.number("confidenceThreshold") if settings else None),
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
    root = read_object(body, problems, TRAINING)
    label = root.required_text("modelLabel")
    version = root.text("trainingConfigVersion") or "latest"
    if version.lower() == "latest":
        version = CONFIG_VERSION
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


def parse_evaluation(body: bytes, trained: TrainingOptions) -> TrainingOptions:
    """Return how an `:evaluate` request deals the documents out; raise `InvalidArgument`.

    What it leaves open is as `trained`, the options of the model's training, has it.
    """
    problems = Problems()
    root = read_object(body, problems, EVALUATION)
    fields = root.object("evaluationOptions") or root
    options = trained
    if fields.text("kind") or any(
        fields.has(name) for name in ("trainingSplitPercentage", "testingSplitPercentage")
    ):
        by_percentage = replace(trained, evaluation=EvaluationKind.PERCENTAGE)
        options = _evaluation(fields, by_percentage)
    problems.refuse()
    return options


def _evaluation(fields: Fields, options: TrainingOptions) -> TrainingOptions:
    kind = EvaluationKind.PERCENTAGE
    named = (fields.text("kind") or "").lower()
    kind = next((one for one in EvaluationKind if one.value == named), kind)
    count = len(fields.problems)
    train = fields.whole("trainingSplitPercentage")
    test = fields.whole("testingSplitPercentage")
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
    root = read_object(body, problems, DEPLOYMENT)
    label = root.required_text("trainedModelLabel")
    if root.items("assignedResourceIds"):
        root.fault(
            "This service runs in one place: a deployment cannot be assigned to resources. "
            "Leave assignedResourceIds out.",
            "assignedResourceIds",
        )
    problems.refuse()
    return label


def parse_swap(body: bytes) -> tuple[str, str]:
    """Return the names of two deployments to swap; raise `InvalidArgument`."""
    problems = Problems()
    root = read_object(body, problems, SWAP)
    first = root.required_text("firstDeploymentName")
    second = root.required_text("secondDeploymentName")
    problems.refuse()
    return first, second


def parse_exported_model(body: bytes) -> str:
    """Return the label of the model to export; raise `InvalidArgument`."""
    problems = Problems()
    label = read_object(body, problems, EXPORTED_MODEL).required_text("trainedModelLabel")
    problems.refuse()
    return label


def _false_for_null(root: Fields, field: str) -> bool | None:
    value = root.flag(field)
    return False if value is None and root.has(field) else value


def _empty_for_null(root: Fields, field: str) -> str | None:
    value = root.text(field)
    return "" if value is None and root.has(field) else value
