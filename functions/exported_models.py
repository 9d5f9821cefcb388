"""Exported models: trained models whose files can be taken away."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, accepted, listing, standing
from shared.schema import answers, parameters, query
from shared.schema import authoring_answers as told
from shared.schema import authoring_bodies as bodies
from shared.schema import authoring_requests as requests
from shared.schema.names import check_name
from shared.schema.openapi import Answer
from shared.services import exported_models

blueprint = func.Blueprint()

_FILE = Answer(
    about="A file: the manifest of the model, or an array of numbers.",
    media=("application/json", "application/octet-stream"),
)
_EXPORTED = f"{PROJECT}/exported-models/{{exported}}"


@endpoint(
    blueprint,
    "GET",
    f"{PROJECT}/exported-models",
    query=parameters.LISTING,
    answers=(answers.listed(told.EXPORTED_MODEL),),
)
def exported_models_list(call: Call) -> Reply:
    """List the exported models of a project."""
    project = call.stores.projects.read(call.path["project"])
    return listing(call, call.stores.models.exported(project.id), bodies.exported_json)


@endpoint(
    blueprint,
    "PUT",
    _EXPORTED,
    query=parameters.VERSION,
    request=requests.EXPORTED_MODEL,
    answers=(answers.ACCEPTED,),
)
def exported_model_put(call: Call) -> Reply:
    """Export a model under a name, instead of any that was."""
    query.api_version(call.query)
    project, name = call.path["project"], call.path["exported"]
    check_name(name, "model", "exportedModelName")
    label = requests.parse_exported_model(call.body)
    return accepted(call, exported_models.put(call.stores, project, name, label))


@endpoint(
    blueprint,
    "GET",
    _EXPORTED,
    query=parameters.VERSION,
    answers=(answers.shown(told.EXPORTED_MODEL),),
)
def exported_model_get(call: Call) -> Reply:
    """Show an exported model."""
    query.api_version(call.query)
    found = exported_models.read(call.stores, call.path["project"], call.path["exported"])
    return Reply(body=bodies.exported_json(found))


@endpoint(
    blueprint,
    "DELETE",
    _EXPORTED,
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def exported_model_delete(call: Call) -> Reply:
    """Take an exported model away; the trained model stays."""
    query.api_version(call.query)
    project, name = call.path["project"], call.path["exported"]
    return accepted(call, exported_models.delete(call.stores, project, name))


@endpoint(
    blueprint,
    "GET",
    f"{_EXPORTED}/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.JOB),),
)
def exported_model_job_get(call: Call) -> Reply:
    """Say how the export of a model or the deletion of one stands."""
    project, name = call.path["project"], call.path["exported"]
    found = exported_models.read_operation(call.stores, project, name, call.path["job"])
    return standing(call, found)


@endpoint(
    blueprint,
    "GET",
    f"{_EXPORTED}/manifest",
    query=parameters.VERSION,
    answers=(answers.shown(told.MANIFEST),),
)
def exported_model_manifest(call: Call) -> Reply:
    """List the files of an exported model and where each is read."""
    version = query.api_version(call.query)
    project, name = call.path["project"], call.path["exported"]
    exported = exported_models.read(call.stores, project, name)
    files = exported_models.file_names(call.stores, exported)
    return Reply(
        body=bodies.manifest_json(
            project, exported, files, endpoint=call.endpoint, api_version=version
        )
    )


@endpoint(
    blueprint,
    "GET",
    f"{_EXPORTED}/files/{{file}}",
    query=parameters.VERSION,
    answers=(_FILE,),
)
def exported_model_file_get(call: Call) -> Reply:
    """Give a file of an exported model: the manifest's addresses lead here."""
    query.api_version(call.query)
    project, name, file = call.path["project"], call.path["exported"], call.path["file"]
    data = exported_models.file(call.stores, project, name, file)
    kind = "application/json" if file.endswith(".json") else "application/octet-stream"
    return Reply(body=data, headers={"Content-Type": kind})
