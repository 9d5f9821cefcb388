"""Entity types of a project, one by one: an extension of our own."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, at_once, standing
from shared.schema import answers, parameters, query
from shared.schema import authoring_answers as told
from shared.schema import entity_types as shapes
from shared.schema.openapi import Answer
from shared.services import entity_types, operations
from shared.services.messages import Queue

blueprint = func.Blueprint()

_ENTITIES = f"{PROJECT}/entities"
_ENTITY = f"{_ENTITIES}/{{category}}"
_MADE = Answer(status=201, about="A new entity type.", body=shapes.ENTITY_TYPE)


@endpoint(
    blueprint,
    "GET",
    _ENTITIES,
    query=parameters.VERSION,
    answers=(answers.shown(shapes.ENTITY_TYPES),),
)
def entities_list(call: Call) -> Reply:
    """List the entity types of a project, in its order."""
    query.api_version(call.query)
    found = entity_types.listed(call.stores, call.path["project"])
    return Reply(body=shapes.entity_types_json(found))


@endpoint(
    blueprint,
    "GET",
    f"{_ENTITIES}/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.JOB),),
)
def entities_job_get(call: Call) -> Reply:
    """Say how the renaming or the deletion of an entity type stands."""
    name, job = call.path["project"], call.path["job"]
    return standing(call, operations.read_any(call.stores, entity_types.KINDS, name, job, ""))


@endpoint(
    blueprint,
    "PUT",
    _ENTITY,
    query=parameters.VERSION,
    request=shapes.CHANGE,
    answers=(answers.shown(shapes.ENTITY_TYPE), _MADE),
)
def entity_put(call: Call) -> Reply:
    """Make an entity type, at the end of the list, or change its description."""
    query.api_version(call.query)
    category = call.path["category"]
    shapes.check_category(category)
    description = shapes.parse_change(call.body)
    entity, new = entity_types.put(call.stores, call.path["project"], category, description)
    return Reply(status=201 if new else 200, body=shapes.entity_type_json(entity))


@endpoint(
    blueprint,
    "POST",
    f"{_ENTITY}/:rename",
    queue=Queue.AUTHORING,
    query=parameters.VERSION,
    request=shapes.RENAMING,
    answers=(answers.ACCEPTED,),
)
def entity_rename(call: Call) -> Reply:
    """Rename an entity type; its labels in all documents follow."""
    query.api_version(call.query)
    new = shapes.parse_renaming(call.body)
    name, category = call.path["project"], call.path["category"]
    return at_once(call, *entity_types.rename(call.stores, name, category, new))


@endpoint(
    blueprint,
    "DELETE",
    _ENTITY,
    queue=Queue.AUTHORING,
    query=parameters.VERSION,
    answers=(answers.ACCEPTED,),
)
def entity_delete(call: Call) -> Reply:
    """Delete an entity type with all of its labels."""
    query.api_version(call.query)
    name, category = call.path["project"], call.path["category"]
    return at_once(call, *entity_types.delete(call.stores, name, category))
