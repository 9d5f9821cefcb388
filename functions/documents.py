"""Documents of a project, one by one, with their texts and labels: an extension of our own."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, listing
from shared.schema import answers, document_labels, parameters, query
from shared.schema import documents as told
from shared.services import documents

blueprint = func.Blueprint()

_DOCUMENTS = f"{PROJECT}/documents"
_DOCUMENT = f"{_DOCUMENTS}/{{document}}"


@endpoint(
    blueprint,
    "GET",
    _DOCUMENTS,
    query=parameters.LISTING,
    answers=(answers.listed(told.LISTED),),
)
def documents_list(call: Call) -> Reply:
    """List the documents of a project by name, with the counts of their labels."""
    page = query.list_page(call.query)
    found = documents.listed(call.stores, call.path["project"], page)
    return listing(call, found, told.listed_json)


@endpoint(
    blueprint,
    "GET",
    _DOCUMENT,
    query=parameters.VERSION,
    answers=(answers.shown(told.OPENED),),
)
def document_get(call: Call) -> Reply:
    """Show a document with its text and its labels."""
    query.api_version(call.query)
    found = documents.opened(call.stores, call.path["project"], call.path["document"])
    return Reply(body=told.opened_json(found))


@endpoint(
    blueprint,
    "PUT",
    f"{_DOCUMENT}/labels",
    query=parameters.VERSION,
    request=document_labels.CHANGE,
    answers=(answers.shown(told.LABELLED),),
)
def document_labels_put(call: Call) -> Reply:
    """Set the labels of a document, its language and its set, over the version that was read."""
    query.api_version(call.query)
    change = document_labels.parse(call.body)
    tagged = documents.tag(call.stores, call.path["project"], call.path["document"], change)
    return Reply(body=told.labelled_json(tagged))
