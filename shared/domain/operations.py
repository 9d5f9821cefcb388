"""Operations: the long-running jobs of authoring (import, train, deploy, delete)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.models import TrainingOptions
from shared.domain.states import State
from shared.errors import ErrorDetail


class OperationKind(enum.StrEnum):
    """What an operation does; the value is part of its address."""

    IMPORT = "import"
    TRAIN = "train"
    DEPLOY = "deploy"
    DELETE_DEPLOYMENT = "delete-deployment"
    DELETE_PROJECT = "delete-project"


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One long-running job of authoring."""

    #: A time-ordered UUID in its usual form.
    id: str
    kind: OperationKind
    project_name: str
    #: Empty while an import has yet to make its project.
    project_id: str = ""
    state: State = State.NOT_STARTED
    created: datetime
    #: The last sign of life: a change of state, or a heartbeat of running work.
    updated: datetime
    expires: datetime
    #: How often it was taken up.
    tries: int = 0
    #: A word for what is being done now.
    phase: str = ""
    percent: int = 0
    started: datetime | None = None
    ended: datetime | None = None
    #: What it is about: a deployment's name.
    subject: str = ""
    #: Set for a training alone.
    training: TrainingOptions | None = None
    errors: tuple[ErrorDetail, ...] = ()
    warnings: tuple[ErrorDetail, ...] = ()
    etag: str = field(default="", compare=False)
