"""What callers send to the authoring API of 2021: a project, and the model to train or publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared import limits
from shared.domain.models import TrainingOptions
from shared.domain.projects import ProjectSettings
from shared.errors import InvalidParameterValue
from shared.schema.authoring_requests import CONFIG_VERSION
from shared.schema.fields import Problems, read_object
from shared.schema.kinds import kind_fault
from shared.schema.names import CONTAINER_TEXT, LANGUAGE_TEXT, location_fault, name_text
from shared.schema.shapes import Field, Flag, List, Shape, Text, must


def _tags_file_fault(value: str) -> str | None:
    if "://" in value:
        return "labelsLocation is the name of a file in the project's container, not its URL."
    if value and location_fault(_in_container(value)):
        return "labelsLocation is not the name of a file in the project's container."
    return None


def _in_container(location: str) -> str:
    """Return a file's name; the API speaks of an absolute path, so a slash may be before it."""
    return location.removeprefix("/")


PROJECT = Shape(
    "PreviewNewProject",
    "A project that is to be made, with the labels of a tags file if it names one.",
    (
        must("name", name_text("project"), "Its name.", example="LoanAgreements"),
        must(
            "modelType",
            Text(values=("Extraction",), rule=kind_fault),
            "The kind of the project.",
            example="Extraction",
        ),
        must(
            "storageInputContainerName",
            CONTAINER_TEXT,
            "The blob container with the documents.",
            example="loan-agreements",
        ),
        must("culture", LANGUAGE_TEXT, "The language of most documents.", example="en-US"),
        Field("multiLingual", Flag(), "Whether documents are in several languages."),
        Field("description", Text(longest=limits.DESCRIPTION_LENGTH), "What it is about."),
        Field(
            "labelsLocation",
            Text(rule=_tags_file_fault),
            "The name of a tags file in the container.",
            example="tags.json",
        ),
    ),
)

MODEL = Shape(
    "PreviewModelTasks",
    "Which model is to be trained, or to be published.",
    (
        must(
            "tasks",
            List(
                Shape(
                    "PreviewModelTask",
                    "A model.",
                    (must("trainingModelName", name_text("model"), "Its name.", example="model1"),),
                ),
                least=1,
                most=1,
            ),
            "One task: a project trains one model at a time, and has one published.",
        ),
    ),
)

#: The parameter of the query by which an evaluation or a validation is asked for.
MODEL_NAME = must("trainingModelName", name_text("model"), "A trained model.", example="model1")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewProject:
    """What a request to make a project asks for."""

    settings: ProjectSettings
    #: The tags file's name in the project's container; None: the project begins without labels.
    tags_file: str | None


def parse_project(body: bytes) -> NewProject:
    """Return the project that is to be made; raise `InvalidArgument` listing every fault."""
    problems = Problems()
    root = read_object(body, problems, PROJECT)
    root.required_text("modelType")
    settings = ProjectSettings(
        name=root.required_text("name"),
        container=root.required_text("storageInputContainerName"),
        language=root.required_text("culture"),
        multilingual=root.flag("multiLingual") or False,
        description=root.text("description") or "",
    )
    location = root.text("labelsLocation")
    problems.refuse()
    return NewProject(settings=settings, tags_file=_in_container(location) if location else None)


def parse_training(body: bytes) -> TrainingOptions:
    """Return the training that a request asks for: 80, 10 and 10 per cent in the three sets."""
    return TrainingOptions(label=parse_model(body), config_version=CONFIG_VERSION)


def parse_model(body: bytes) -> str:
    """Return the model that the one task of a request to train or to publish names.

    Raises `InvalidArgument`, also for several tasks.
    """
    problems = Problems()
    root = read_object(body, problems, MODEL)
    tasks = list(root.objects("tasks"))
    if len(tasks) != 1 and not len(problems):
        root.fault(f"tasks must have one task, not {len(tasks):,}.", "tasks")
    names = [task.required_text("trainingModelName") for task in tasks]
    problems.refuse()
    return names[0]


def model_of(query: Mapping[str, str]) -> str:
    """Return the model that the query of an address names; names of parameters in lower case.

    Raises `InvalidParameterValue` where it names none.
    """
    name = query.get(MODEL_NAME.name.lower(), "")
    if not name:
        raise InvalidParameterValue(
            "The query parameter trainingModelName is required.", target=MODEL_NAME.name
        )
    return name
