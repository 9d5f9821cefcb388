"""Projects: made and listed, with their labels in and out, and what all can be made with."""

from __future__ import annotations

from typing import Any

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import (
    GLOBAL,
    PROJECT,
    PROJECTS,
    accepted,
    at_once,
    listing,
    standing,
    standing_of,
)
from shared import clock
from shared.auth import Role
from shared.domain.operations import OperationKind
from shared.schema import answers, labels_shapes, parameters, query
from shared.schema import authoring_answers as told
from shared.schema import authoring_bodies as bodies
from shared.schema import authoring_requests as requests
from shared.schema.languages import LANGUAGES
from shared.schema.names import check_name
from shared.schema.openapi import Answer
from shared.services import exporting, labeling, projects
from shared.services.messages import Queue

blueprint = func.Blueprint()

_EXPORT = (
    *parameters.VERSION,
    parameters.UTF16,
    parameters.ASSET_KIND,
    parameters.MODEL_LABEL,
)
_MADE = Answer(status=201, about="A new project.", body=told.PROJECT)


@endpoint(
    blueprint,
    "GET",
    PROJECTS,
    query=parameters.LISTING,
    answers=(answers.listed(told.PROJECT),),
)
def projects_list(call: Call) -> Reply:
    """List the projects."""
    return listing(call, call.stores.projects.all(), bodies.project_json)


@endpoint(
    blueprint,
    "PATCH",
    PROJECT,
    query=parameters.VERSION,
    request=requests.PROJECT,
    answers=(
        answers.shown(told.PROJECT),
        _MADE,
    ),
)
def project_put(call: Call) -> Reply:
    """Make a project or change it."""
    query.api_version(call.query)
    changes = requests.parse_project(call.body, call.path["project"])
    project, new = projects.put(call.stores, call.path["project"], changes.apply)
    return Reply(status=201 if new else 200, body=bodies.project_json(project))


@endpoint(
    blueprint,
    "GET",
    PROJECT,
    query=parameters.VERSION,
    answers=(answers.shown(told.PROJECT),),
)
def project_get(call: Call) -> Reply:
    """Show a project."""
    query.api_version(call.query)
    return Reply(body=bodies.project_json(call.stores.projects.read(call.path["project"])))


@endpoint(
    blueprint,
    "DELETE",
    PROJECT,
    role=Role.OWNER,
    queue=Queue.AUTHORING,
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def project_delete(call: Call) -> Reply:
    """Delete a project."""
    query.api_version(call.query)
    operation, message = projects.delete(call.stores, call.path["project"])
    return accepted(call, operation, message)


@endpoint(
    blueprint,
    "GET",
    f"{GLOBAL}/deletion-jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.JOB),),
)
def project_deletion_get(call: Call) -> Reply:
    """Say how the deletion of a project stands."""
    return standing(call, projects.read_deletion(call.stores, call.path["job"]))


# What projects can be made with


@endpoint(
    blueprint,
    "GET",
    f"{GLOBAL}/languages",
    query=(*parameters.LISTING, parameters.PROJECT_KIND),
    answers=(answers.listed(told.LANGUAGE),),
)
def languages_list(call: Call) -> Reply:
    """List the languages to choose from."""
    query.check_kind(call.query, parameters.PROJECT_KIND)
    return listing(call, list(LANGUAGES.items()), bodies.language_json)


@endpoint(
    blueprint,
    "GET",
    f"{GLOBAL}/training-config-versions",
    query=(*parameters.LISTING, parameters.PROJECT_KIND),
    answers=(answers.listed(told.CONFIG_VERSION),),
)
def training_configurations_list(call: Call) -> Reply:
    """List the versions of the training configuration: there is one."""
    query.check_kind(call.query, parameters.PROJECT_KIND)
    now = clock.now()

    def render(version: str) -> dict[str, Any]:
        return bodies.config_version_json(version, now)

    return listing(call, [requests.CONFIG_VERSION], render)


@endpoint(
    blueprint,
    "GET",
    f"{GLOBAL}/prebuilt-entities",
    query=parameters.LISTING,
    answers=(answers.listed(told.PREBUILT_ENTITY),),
)
def prebuilt_entities_list(call: Call) -> Reply:
    """List the entity types that are known without a label: none, all are learned from labels."""
    nothing: list[dict[str, Any]] = []
    return listing(call, nothing, dict)


# Labels in and out


@endpoint(
    blueprint,
    "POST",
    f"{PROJECT}/:import",
    queue=Queue.AUTHORING,
    query=parameters.VERSION,
    request=labels_shapes.FILE,
    answers=(answers.ACCEPTED,),
)
def import_start(call: Call) -> Reply:
    """Take a labels file in and, if it is small, import it now."""
    query.api_version(call.query)
    check_name(call.path["project"], "project", "projectName")
    started = labeling.start_import(call.stores, call.path["project"], call.body)
    return at_once(call, *started)


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/import/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.JOB),),
)
def import_get(call: Call) -> Reply:
    """Say how an import stands."""
    return standing_of(call, OperationKind.IMPORT)


@endpoint(
    blueprint,
    "POST",
    f"{PROJECT}/:export",
    queue=Queue.AUTHORING,
    query=_EXPORT,
    answers=(answers.ACCEPTED,),
)
def export_start(call: Call) -> Reply:
    """Write the labels of a project, or of a model's snapshot, as a project file."""
    query.api_version(call.query)
    query.check_utf16(call.query)
    query.check_kind(call.query, parameters.ASSET_KIND)
    label = query.model_label(call.query)
    return at_once(call, *exporting.start(call.stores, call.path["project"], label))


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/export/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.EXPORT_JOB),),
)
def export_get(call: Call) -> Reply:
    """Say how an export stands, and where its result is read."""
    return standing_of(call, OperationKind.EXPORT)


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/export/jobs/{{job}}/result",
    query=parameters.VERSION,
    answers=(answers.shown(labels_shapes.FILE),),
)
def export_result(call: Call) -> Reply:
    """Give the project file that an export has made."""
    query.api_version(call.query)
    data, _ = exporting.read_result(
        call.stores, call.path["project"], call.path["job"], OperationKind.EXPORT
    )
    return Reply(body=data)
