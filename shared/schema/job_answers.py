"""The shapes of extraction jobs as they are answered, in each of the dialects."""

from __future__ import annotations

from shared.schema.answers import ERRORS, FIRST_ERROR, MOMENT, STATE
from shared.schema.job_requests import TASKS_2021
from shared.schema.openapi import ERROR
from shared.schema.shapes import Field, List, Number, Shape, Text, Whole, must

_ENTITY = Shape(
    "Entity",
    "An entity, in the units that were asked for.",
    (
        must("text", Text(), "The document's text from offset on."),
        must("category", Text(), "Its entity type."),
        must("offset", Whole(), "Where it begins."),
        must("length", Whole(), "How long it is."),
        must("confidenceScore", Number(least=0, most=1), "How sure the model is."),
    ),
)

_DOCUMENT = Shape(
    "ResultDocument",
    "A document with its entities.",
    (
        must("id", Text(), "As in the request."),
        must("entities", List(_ENTITY), "Its entities, in the order of the text."),
        must("warnings", ERRORS, "Of the document."),
        Field(
            "statistics",
            Shape(
                "DocumentStatistics",
                "Counts of a document.",
                (
                    must("charactersCount", Whole(), "Text elements."),
                    must("transactionsCount", Whole(), "Thousands of text elements, begun ones."),
                ),
            ),
            "Counts, with showStats.",
        ),
    ),
)

_DOCUMENT_ERROR = Shape(
    "DocumentError",
    "A document that could not be read.",
    (
        must("id", Text(), "As in the request."),
        must("error", ERROR, "Why."),
    ),
)

_STATISTICS = Shape(
    "Statistics",
    "Counts of a task or of a job.",
    (
        must("documentsCount", Whole(), "Documents."),
        must("validDocumentsCount", Whole(), "Documents that could be read."),
        must("erroneousDocumentsCount", Whole(), "Documents that could not."),
        must("transactionsCount", Whole(), "Thousands of text elements, begun ones."),
    ),
)

_RESULTS = Shape(
    "TaskResults",
    "What a task has found.",
    (
        must("documents", List(_DOCUMENT), "Documents with entities."),
        must("errors", List(_DOCUMENT_ERROR), "Documents that could not be read."),
        must("projectName", Text(), "The project of its model."),
        Field("deploymentName", Text(), "The deployment of its model, where one was named."),
        Field("trainedModelLabel", Text(), "Its model, where no deployment was named; our own."),
        Field("statistics", _STATISTICS, "Counts of the task."),
    ),
)

_COUNTS = (
    must("completed", Whole(), "Tasks that have succeeded."),
    must("failed", Whole(), "Tasks that have ended otherwise."),
    must("inProgress", Whole(), "Tasks still to end."),
    must("total", Whole(), "Tasks."),
)

_HEAD = (
    must("jobId", Text(form="uuid"), "Its id."),
    Field("displayName", Text(), "As in the request."),
    must("createdDateTime", MOMENT, "When it was taken in."),
    must("expirationDateTime", MOMENT, "When it is forgotten."),
    must("lastUpdateDateTime", MOMENT, "When it last changed."),
    must("status", STATE, "Where it stands."),
    must("errors", ERRORS, "Errors; those of a task point at it."),
    FIRST_ERROR,
    Field("statistics", _STATISTICS, "Counts, with showStats, once it has ended."),
)

_CHANGED = must("lastUpdateDateTime", MOMENT, "When it last changed.")
_STATUS = must("status", STATE, "Where it stands.")
_FOUND = Field("results", _RESULTS, "What it has found.")

JOB = Shape(
    "Job",
    "An extraction job.",
    (
        *_HEAD,
        must("lastUpdatedDateTime", MOMENT, "The same under its other name."),
        must(
            "tasks",
            Shape(
                "Tasks",
                "The tasks of a job.",
                (
                    *_COUNTS,
                    must(
                        "items",
                        List(
                            Shape(
                                "Task",
                                "A task that has ended.",
                                (
                                    must(
                                        "kind",
                                        Text(values=("CustomEntityRecognitionLROResults",)),
                                        "What it is.",
                                    ),
                                    Field("taskName", Text(), "As in the request."),
                                    _CHANGED,
                                    _STATUS,
                                    _FOUND,
                                ),
                            )
                        ),
                        "Those that have ended.",
                    ),
                ),
            ),
            "Its tasks.",
        ),
        Field("nextLink", Text(form="uri"), "The address of the next page, if there is one."),
    ),
)

_NEXT_LINK = Field("@nextLink", Text(form="uri"), "The next page, if there is one.")

JOB_V32 = Shape(
    "JobV32",
    "An extraction job, as v3.2-preview.2 tells it.",
    (
        *_HEAD,
        must(
            "tasks",
            Shape(
                "TasksV32",
                "The tasks of a job.",
                (
                    *_COUNTS,
                    Field(
                        TASKS_2021,
                        List(
                            Shape(
                                "TaskV32",
                                "A task that has ended.",
                                (
                                    _CHANGED,
                                    _STATUS,
                                    must("state", STATE, "The same under its other name."),
                                    must("taskName", Text(), "As in the request, or its number."),
                                    _FOUND,
                                ),
                            )
                        ),
                        "Those that have ended.",
                    ),
                ),
            ),
            "Its tasks.",
        ),
        _NEXT_LINK,
    ),
)

JOB_CT1 = Shape(
    "JobCt1",
    "An extraction job, as v3.1-preview.ct.1 tells it.",
    (
        *_HEAD,
        must(
            "tasks",
            Shape(
                "TasksCt1",
                "The tasks of a job.",
                (
                    *_COUNTS,
                    must(
                        "details",
                        Shape(
                            "TasksDetails",
                            "The job once more.",
                            (must("name", Text(), "The job's name."), _CHANGED, _STATUS),
                        ),
                        "The job once more.",
                    ),
                    must(
                        "tasks",
                        Shape(
                            "TaskListCt1",
                            "Tasks by their kind.",
                            (
                                Field(
                                    TASKS_2021,
                                    List(
                                        Shape(
                                            "TaskCt1",
                                            "A task that has ended.",
                                            (
                                                _CHANGED,
                                                _STATUS,
                                                must("name", Text(), "Its name, or its number."),
                                                _FOUND,
                                            ),
                                        )
                                    ),
                                    "Those that have ended.",
                                ),
                            ),
                        ),
                        "Those that have ended.",
                    ),
                ),
            ),
            "Its tasks.",
        ),
        _NEXT_LINK,
    ),
)
