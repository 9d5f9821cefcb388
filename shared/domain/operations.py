"""Operations: the long-running jobs of authoring (import, export, train, deploy, delete)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.models import TrainingOptions
from shared.domain.states import State
from shared.errors import ErrorDetail


class OperationKind(enum.StrEnum):
    """What an operation does."""

    IMPORT = "import"
    EXPORT = "export"
    EXPORT_LABELS = "export-labels"
    TRAIN = "train"
    EVALUATE = "evaluate"
    LOAD_SNAPSHOT = "load-snapshot"
    RENAME_ENTITY = "rename-entity"
    DELETE_ENTITY = "delete-entity"
    DEPLOY = "deploy"
    DELETE_DEPLOYMENT = "delete-deployment"
    SWAP = "swap"
    EXPORT_MODEL = "export-model"
    DELETE_EXPORTED_MODEL = "delete-exported-model"
    COPY = "copy"
    RECEIVE_COPY = "receive-copy"
    EXPORT_BUNDLE = "export-bundle"
    DELETE_PROJECT = "delete-project"

    @property
    def needs_engine(self) -> bool:
        """Whether the engine does it, so that it waits on the queue of trainings."""
        return self in (OperationKind.TRAIN, OperationKind.EVALUATE)


#: What makes files of a project, which its caller fetches and which go with the project.
EXPORTS = (OperationKind.EXPORT, OperationKind.EXPORT_LABELS, OperationKind.EXPORT_BUNDLE)


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
    #: What it is about: the name of a deployment, of a model, of an exported model, or of an
    #: entity type.
    subject: str = ""
    #: The second deployment of a swap, or the new name of an entity type.
    other: str = ""
    #: The training whose model or snapshot it is about, as the label was understood at its start.
    source: str = ""
    #: The format of exported labels, and what their offsets count if a caller said: `doccano
    #: UnicodeCodePoint`.
    form: str = ""
    #: The file that it has made: that of an export that has succeeded.
    result: str = ""
    #: Set for a training, and for an evaluation, which asks for a split as a training does.
    training: TrainingOptions | None = None
    errors: tuple[ErrorDetail, ...] = ()
    warnings: tuple[ErrorDetail, ...] = ()
    etag: str = field(default="", compare=False)
