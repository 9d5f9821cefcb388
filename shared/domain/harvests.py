"""Harvests: the documents of a whole container, extracted as one job.

The listing of the container is cut into *sections* of up to 1,000 names, and a section into
*pieces* of up to 25. A harvest that was cancelled or has failed can be resumed: each time it begins
a new *round*, in which what has succeeded stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.jobs import Task
from shared.domain.states import State
from shared.errors import ErrorDetail
from shared.text.offsets import IndexType


@dataclass(frozen=True, kw_only=True, slots=True)
class HarvestRequest:
    """What a caller asks for: which documents of the project's container, and by which model."""

    display_name: str | None = None
    #: What the names of the documents begin with.
    prefix: str = ""
    deployment: str = ""
    #: The label of the trained model, where no deployment is named.
    trained_model: str = ""
    index_type: IndexType = IndexType.UTF16


@dataclass(frozen=True, kw_only=True, slots=True)
class Harvest:
    """A harvest as it is kept, without its sections and pieces."""

    #: A time-ordered UUID in its usual form.
    id: str
    project_id: str
    container: str
    prefix: str = ""
    display_name: str | None = None
    #: With the model that was pinned at submission.
    task: Task
    state: State = State.NOT_STARTED
    created: datetime
    updated: datetime
    expires: datetime
    round: int = 1
    #: Of the listing, in this round.
    tries: int = 0
    #: When work on this round began, and how many documents had come to an end before.
    started: datetime | None = None
    before: int = 0
    errors: tuple[ErrorDetail, ...] = ()
    etag: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A page of the listing: its names are in a blob, this is how far it is."""

    harvest_id: str
    index: int
    documents: int
    #: Whether the listing ends with it.
    last: bool
    updated: datetime
    #: The last in which its pieces were handed out; 0: none yet.
    round: int = 0
    #: Whether all of its pieces have come to an end in that round.
    ended: bool = False
    #: Documents whose result is an error, and those among them whose piece has failed.
    failed: int = 0
    lost: int = 0
    #: That of a piece which has failed.
    error: ErrorDetail | None = None
    etag: str = field(default="", compare=False)

    def settled(self, round: int) -> bool:
        """Whether nothing of it is left to be done in a round of its harvest."""
        return self.ended and (self.lost == 0 or self.round == round)


@dataclass(frozen=True, kw_only=True, slots=True)
class HarvestPiece:
    """Up to 25 documents: the unit of work, of trial and of failure."""

    harvest_id: str
    #: Place among all pieces of the harvest; each section has room for as many.
    index: int
    documents: int
    state: State = State.NOT_STARTED
    updated: datetime
    #: In which it was handed out, and how often it was tried in that.
    round: int
    tries: int = 0
    #: Whether a worker is at it, unless that has died.
    held: bool = False
    #: The name of its part of the result, whose try no other try writes over; empty: none yet.
    part: str = ""
    #: Of the part: its bytes, and its documents whose result is an error.
    size: int = 0
    failed: int = 0
    error: ErrorDetail | None = None
    etag: str = field(default="", compare=False)

    def settled(self, round: int) -> bool:
        """Whether nothing of it is left to be done in a round: a failure counts in its own."""
        return self.state is State.SUCCEEDED or (self.state.final and self.round == round)

    def part_for(self, state: State) -> str:
        """Return the name of the part by which its present try ends in a state.

        No other try writes it, nor does who gives this one up while its worker is still at it.
        """
        return f"{self.index:07d}-{self.round}-{self.tries}-{state.value}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a harvest is: a little behind where many sections are under way at a time."""

    #: None until the whole container is listed.
    total: int | None
    #: Documents whose result has entities, or none; and those whose result is an error.
    done: int
    failed: int
    #: Of this round, over all processes; None until there is a first one.
    documents_per_second: float | None = None
    #: None unless it runs and both the total and the rate are known.
    seconds_left: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultPage:
    """Some of a harvest's results, in the order of the documents' names."""

    #: Lines of JSON, one a document.
    lines: Sequence[bytes]
    #: The piece that the next page begins with; None: there is no more.
    following: int | None
