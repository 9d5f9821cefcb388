"""The shapes of extraction requests, in each of the dialects."""

from __future__ import annotations

import re

from shared import limits
from shared.errors import InvalidParameterValue
from shared.schema.names import name_text
from shared.schema.shapes import FARTHEST, Field, Flag, List, Number, Shape, Text, must
from shared.text import offsets
from shared.text.offsets import IndexType

#: The one kind of task that this service does.
TASK_KIND = "CustomEntityRecognition"

#: The name of the list of our tasks, in requests and answers of the 2021 previews.
TASKS_2021 = "customEntityRecognitionTasks"

_MODEL_PATTERN = r"^[A-Za-z0-9_.\-]{1,128}$"

#: A language code of a document; the code itself is not judged.
_LANGUAGE = Text(longest=35)
_PROJECT = name_text("project", InvalidParameterValue)
_DEPLOYMENT = name_text("deployment", InvalidParameterValue)
_MODEL = name_text("model", InvalidParameterValue)


def _kind_fault(value: str) -> str | None:
    if value == TASK_KIND:
        return None
    return f"This service does tasks of the kind {TASK_KIND} only."


def _index_type_fault(value: str) -> str | None:
    try:
        offsets.parse(value)
    except ValueError:
        return "stringIndexType must be TextElements_v8, UnicodeCodePoint or Utf16CodeUnit."
    return None


def _model_id_fault(value: str) -> str | None:
    return (
        None if re.fullmatch(_MODEL_PATTERN[1:-1], value) else "modelId is not the id of a model."
    )


#: One that a deployment shows, or `<guid>_Extraction_latest`.
_MODEL_ID = Text(pattern=_MODEL_PATTERN, rule=_model_id_fault, error=InvalidParameterValue)

INPUT = Shape(
    "AnalysisInput",
    "The documents of a request.",
    (
        must(
            "documents",
            List(
                Shape(
                    "InputDocument",
                    "A document.",
                    (
                        must(
                            "id",
                            Text(shortest=1, longest=limits.DOCUMENT_ID_LENGTH),
                            "Its id, which no other document of the request has.",
                            example="1",
                        ),
                        must(
                            "text",
                            Text(),
                            "Its text.",
                            example="Zoë Brandt borrows $ 5,000 from the bank.",
                        ),
                        Field("language", _LANGUAGE, "Its language."),
                    ),
                ),
                least=1,
            ),
            "The documents: at most 25, of 125,000 characters together, unless the service is "
            "set up otherwise.",
        ),
    ),
)

_HEAD = (
    Field("displayName", Text(longest=limits.DESCRIPTION_LENGTH), "A name for the job."),
    must("analysisInput", INPUT, "The documents."),
    Field("defaultLanguage", _LANGUAGE, "The language of documents that name none."),
    # Of runtime 6.x. Ours: as far ahead as any number of the wire reaches.
    Field(
        "cancelAfter",
        Number(least=0, most=FARTHEST),
        "Seconds after which the job is cancelled, if it has not ended by then.",
    ),
)

_TASK_NAME = Field("taskName", Text(longest=limits.DESCRIPTION_LENGTH), "A name for the task.")
#: Units of offsets and lengths.
INDEX_TYPE = Text(
    values=tuple(each.value for each in IndexType),
    rule=_index_type_fault,
    error=InvalidParameterValue,
)
_UNITS = (
    Field(
        "stringIndexType",
        INDEX_TYPE,
        "The units of offsets and lengths in the answer: text elements where it is absent.",
    ),
    Field("loggingOptOut", Flag(), "Of the hosted service; here no text is ever logged."),
)

JOB = Shape(
    "JobRequest",
    "An extraction job.",
    (
        *_HEAD,
        must(
            "tasks",
            List(
                Shape(
                    "TaskRequest",
                    "What is to be done with all documents.",
                    (
                        must(
                            "kind",
                            Text(
                                values=(TASK_KIND,), rule=_kind_fault, error=InvalidParameterValue
                            ),
                            "The kind of the task.",
                        ),
                        _TASK_NAME,
                        must(
                            "parameters",
                            Shape(
                                "TaskParameters",
                                "By which model, and in which units.",
                                (
                                    must(
                                        ("projectName", "project-name"),
                                        _PROJECT,
                                        "The project of the model.",
                                        example="LoanAgreements",
                                    ),
                                    Field(
                                        ("deploymentName", "deployment-name"),
                                        _DEPLOYMENT,
                                        "The deployment of the model; or trainedModelLabel.",
                                        example="production",
                                    ),
                                    Field(
                                        "trainedModelLabel",
                                        _MODEL,
                                        "The trained model itself, deployed or not; our own.",
                                    ),
                                    *_UNITS,
                                ),
                            ),
                            "By which model, and in which units.",
                        ),
                    ),
                ),
                least=1,
            ),
            "The tasks.",
        ),
    ),
)

JOB_2021 = Shape(
    "JobRequest2021",
    "An extraction job of the previews of 2021.",
    (
        *_HEAD,
        must(
            "tasks",
            Shape(
                "TasksRequest2021",
                "Tasks by their kind; other kinds are refused.",
                (
                    must(
                        TASKS_2021,
                        List(
                            Shape(
                                "TaskRequest2021",
                                "What is to be done with all documents.",
                                (
                                    _TASK_NAME,
                                    must(
                                        "parameters",
                                        Shape(
                                            "TaskParameters2021",
                                            "By which model: that of modelId, or of project-name "
                                            "and deployment-name; and in which units.",
                                            (
                                                Field(
                                                    ("modelId", "model-id"),
                                                    _MODEL_ID,
                                                    "The id of a model, as its deployment shows "
                                                    "it.",
                                                ),
                                                Field(
                                                    ("project-name", "projectName"),
                                                    _PROJECT,
                                                    "The project of the model.",
                                                    example="LoanAgreements",
                                                ),
                                                Field(
                                                    ("deployment-name", "deploymentName"),
                                                    _DEPLOYMENT,
                                                    "The deployment of the model.",
                                                    example="production",
                                                ),
                                                *_UNITS,
                                            ),
                                        ),
                                        "By which model, and in which units.",
                                    ),
                                ),
                            ),
                            least=1,
                        ),
                        "The tasks of the one kind that this service does.",
                    ),
                ),
            ),
            "The tasks.",
        ),
    ),
)
