"""Queue messages: ids only, never document text.

A message may have more fields than are known here, and lack those that are new: messages of an
older or a newer version of this service are read while it is upgraded.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field

from shared import telemetry


class Queue(enum.StrEnum):
    """The queues, by the names that storage and the triggers know them by."""

    TRAINING = "training"
    AUTHORING = "authoring"
    JOBS = "jobs"
    HARVESTS = "harvests"


@dataclass(frozen=True, slots=True)
class Message:
    """What a worker is to take up: an operation, or a step of a job."""

    queue: Queue
    #: Of an operation or a job.
    id: str
    #: Of a job's pieces: the one meant.
    piece: int = 0
    #: What its work belongs to, as the logs say it; "" where that is not known.
    trace: str = field(default="", compare=False)
    #: Of a harvest: whether its container is to be listed.
    listing: bool = False
    #: Of a harvest's sections: the one meant; None where a piece is.
    section: int | None = None

    def text(self, trace: str = "") -> str:
        """Return the message as it goes on its queue, as a part of a trace."""
        body: dict[str, str | int] = {"id": self.id}
        if trace:
            body["trace"] = trace
        if self.listing:
            body["listing"] = True
        elif self.section is not None:
            body["section"] = self.section
        elif self.queue in (Queue.JOBS, Queue.HARVESTS):
            body["piece"] = self.piece
        return json.dumps(body)


class BadMessage(ValueError):
    """A message on a queue is not one of ours."""


def parse(queue: Queue, text: str) -> Message:
    """Return the message that `text` holds; raise `BadMessage` where it holds none."""
    try:
        body = json.loads(text)
        trace = body.get("trace", "")
        message = Message(
            queue,
            body["id"],
            piece=body.get("piece", 0),
            trace=trace if telemetry.is_trace(trace) else "",
            listing=body.get("listing", False) is True,
            section=body.get("section"),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadMessage(f"Not a message of the queue {queue}.") from error
    if (
        not isinstance(message.id, str)
        or type(message.piece) is not int
        or type(message.section) not in (int, type(None))
    ):
        raise BadMessage(f"Not a message of the queue {queue}.")
    return message
