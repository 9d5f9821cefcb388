"""Exported models: trained models whose files can be taken away, to be used elsewhere."""

from __future__ import annotations

from shared import clock, limits
from shared.domain.models import ExportedModel
from shared.domain.operations import Operation, OperationKind
from shared.errors import NotFound, QuotaExceeded
from shared.services import operations
from shared.storage.stores import Stores


def put(stores: Stores, project_name: str, name: str, model_label: str) -> Operation:
    """Export a model under this name, instead of any that was; return what was done.

    The files of a model never change, so nothing is copied: the name keeps them. Raises
    `ModelNotFound` for an unknown model and `QuotaExceeded` for one exported model too many.
    """
    project = stores.projects.read(project_name)
    model = stores.models.read(project.id, model_label)
    others = {one.name for one in stores.models.exported(project.id)} - {name}
    if len(others) >= limits.EXPORTED_MODELS_PER_PROJECT:
        raise QuotaExceeded(
            f"A project can have at most {limits.EXPORTED_MODELS_PER_PROJECT} exported models.",
            target="exportedModelName",
        )
    stores.models.put_exported(
        project.id,
        ExportedModel(
            name=name,
            model_id=model.id,
            artifact=model.artifact,
            config_version=model.options.config_version,
            trained=model.trained,
            exported=clock.now(),
        ),
    )
    return operations.done(stores, OperationKind.EXPORT_MODEL, project_name, project.id, name)


def read(stores: Stores, project_name: str, name: str) -> ExportedModel:
    """Return an exported model; raise `ProjectNotFound` or `ExportedModelNotFound`."""
    project = stores.projects.read(project_name)
    return stores.models.read_exported(project.id, name)


def delete(stores: Stores, project_name: str, name: str) -> Operation:
    """Take an exported model away; raise `ExportedModelNotFound` where there is none."""
    project = stores.projects.read(project_name)
    stores.models.read_exported(project.id, name)
    stores.models.delete_exported(project.id, name)
    return operations.done(
        stores, OperationKind.DELETE_EXPORTED_MODEL, project_name, project.id, name
    )


def read_operation(stores: Stores, project_name: str, name: str, operation_id: str) -> Operation:
    """Return the export of a model or the deletion of one; raise `OperationNotFound`."""
    kinds = (OperationKind.EXPORT_MODEL, OperationKind.DELETE_EXPORTED_MODEL)
    return operations.read_any(stores, kinds, project_name, operation_id, name)


def file_names(stores: Stores, exported: ExportedModel) -> list[str]:
    """Return the names of the files that an exported model consists of, sorted."""
    return stores.models.file_names(exported.artifact)


def file(stores: Stores, project_name: str, name: str, file_name: str) -> bytes:
    """Return a file of an exported model; raise `NotFound` for any that is not one of its own."""
    exported = read(stores, project_name, name)
    if file_name not in file_names(stores, exported):
        raise NotFound("The exported model has no file of this name.", target="fileName")
    return stores.models.file(exported.artifact, file_name)
