"""Creation: a new project together with the labels of a tags file, or nothing at all."""

from __future__ import annotations

from shared import limits
from shared.domain.projects import Project, ProjectSettings
from shared.errors import Conflict, InvalidArgument, InvalidBody
from shared.schema import labels_file
from shared.schema.labels_file import LabelsFile
from shared.services import labeling, projects
from shared.storage.ports import TooLarge
from shared.storage.stores import Stores

_TARGET = "$.labelsLocation"


def create(stores: Stores, settings: ProjectSettings, tags_file: str | None) -> Project:
    """Make a new project, with the labels of a file in its container where one is named.

    Raises `Conflict` where there is a project of this name, in whatever letter case,
    `InvalidArgument` where the container or the file is not there or cannot be read,
    `InvalidLabels` with every label that does not fit its document, and `QuotaExceeded` for one
    project too many. The project itself is written last, so none is seen without its labels.
    """
    if stores.projects.find_folded(settings.name) is not None:
        raise Conflict("There is a project of this name already.", target="$.name")
    project = projects.new(stores, settings)
    if tags_file is None:
        return stores.projects.insert(project)
    file = _read(stores, settings.container, tags_file)
    labelled = labeling.judged(stores, settings, file)
    try:
        stores.projects.put_entities(project, file.entities)
        stores.documents.put_all_labels(project, labelled)
        return stores.projects.insert(project)
    except Exception:
        made = stores.projects.find_by_id(project.id)
        if made is not None:
            return made  # Only the answer to the last write was lost; the project is whole.
        stores.documents.forget(project.id)
        raise


def _read(stores: Stores, container: str, name: str) -> LabelsFile:
    try:
        blob = stores.storage.blobs.get(container, name, limit=limits.BODY_BYTES)
    except TooLarge as error:
        raise InvalidArgument(
            f"The file has more than {limits.BODY_BYTES:,} bytes.", target=_TARGET
        ) from error
    if blob is None:
        raise InvalidArgument("The project's container has no file of this name.", target=_TARGET)
    try:
        return labels_file.parse(blob.data, stores.limits)
    except InvalidBody as error:
        raise InvalidArgument(
            "The file is not a JSON object in UTF-8.", target=_TARGET, details=[error.detail()]
        ) from error
