"""What answers have in common: their moments, states, errors, headers, pages."""

from __future__ import annotations

from shared.domain.states import State
from shared.schema.openapi import ERROR, Answer
from shared.schema.shapes import Field, List, Shape, Text, Whole, must

#: A moment in UTC, and a day.
MOMENT = Text(form="date-time")
DAY = Text(form="date")

#: Words for states: those of `State`, and the one that later API versions have instead.
STATE = Text(values=(*(state.value for state in State), "canceled"))

ERRORS = List(ERROR)

OPERATION_LOCATION = must(
    "operation-location", Text(form="uri"), "The address at which the job is read."
)
LOCATION = must("location", Text(form="uri"), "The address at which the job is read.")
RETRY_AFTER = must("Retry-After", Whole(), "Seconds after which asking again makes sense.")

ACCEPTED = Answer(
    status=202,
    about="Accepted: the job is read at its operation-location.",
    headers=(OPERATION_LOCATION,),
)
DELETED = Answer(status=204, about="Deleted.")
PAGE = Answer(
    about="A page, or a file of it.",
    media=("text/html", "text/javascript", "text/css", "image/svg+xml"),
)

#: The error of a job that failed or was cancelled, where the pollers of official clients look.
FIRST_ERROR = Field(
    "error",
    Shape(
        "JobError",
        "The first error of a job that failed or was cancelled.",
        (
            must("code", Text(), "A code for programs."),
            must("message", Text(), "A sentence for people."),
            Field("target", Text(), "What the error is about."),
            Field("details", ERRORS, "The job's other errors."),
        ),
    ),
    "The first error of a job that failed or was cancelled.",
)


def shown(body: Shape) -> Answer:
    """Return the answer that shows something."""
    return Answer(about=body.about, body=body)


def job(body: Shape) -> Answer:
    """Return the answer that shows a job, and says when to ask again."""
    return Answer(about=body.about, body=body, headers=(RETRY_AFTER,))


def listed(item: Shape) -> Answer:
    """Return the answer that lists things, page by page."""
    page = Shape(
        f"{item.name}Page",
        "One page of a list.",
        (
            must("value", List(item), "The items of this page."),
            Field("nextLink", Text(form="uri"), "The address of the next page, if there is one."),
        ),
    )
    return Answer(about=page.about, body=page)
