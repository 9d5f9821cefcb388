"""Documents of a project, one by one, with their texts and labels: an extension of our own."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, listing
from shared import limits
from shared.auth import Role
from shared.schema import answers, document_labels, occurrences, parameters, query, suggestions
from shared.schema import documents as told
from shared.schema.openapi import Answer
from shared.services import documents, originals
from shared.services import occurrences as searching
from shared.services import suggestions as suggesting

blueprint = func.Blueprint()

_DOCUMENTS = f"{PROJECT}/documents"
_DOCUMENT = f"{_DOCUMENTS}/{{document}}"
_FILES = (
    "text/plain",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/html",
)
_MADE = Answer(status=201, about="A new document.", body=told.LISTED)


@endpoint(
    blueprint,
    "GET",
    _DOCUMENTS,
    query=(*parameters.LISTING, parameters.BRIEF),
    answers=(answers.listed(told.LISTED),),
)
def documents_list(call: Call) -> Reply:
    """List the documents of a project by name, with the counts of their labels."""
    brief = query.brief(call.query)
    most = query.LARGEST_BRIEF_PAGE if brief else query.LARGEST_PAGE
    page = query.list_page(call.query, most=most)
    found = documents.listed(call.stores, call.path["project"], page, brief=brief)
    return listing(call, found, told.listed_json, page)


@endpoint(
    blueprint,
    "GET",
    f"{_DOCUMENTS}/:faults",
    query=parameters.LISTING,
    answers=(answers.listed(told.FAULTY),),
)
def documents_faults(call: Call) -> Reply:
    """List what is wrong with documents; pages count the documents that are looked at."""
    page = query.list_page(call.query, limits.DOCUMENTS_READ)
    faulty, looked_at = documents.faults(call.stores, call.path["project"], page)
    reply = listing(call, looked_at, told.listed_json, page)
    reply.body["value"] = [told.faulty_json(one) for one in faulty]
    return reply


@endpoint(
    blueprint,
    "POST",
    f"{_DOCUMENTS}/:find",
    role=Role.READER,
    query=(*parameters.VERSION, parameters.OCCURRENCES),
    request=occurrences.SEARCH,
    answers=(answers.shown(occurrences.FOUND),),
)
def documents_find(call: Call) -> Reply:
    """Look for a text in all documents, and tell where it occurs and what is tagged there."""
    query.api_version(call.query)
    most = query.occurrences(call.query)
    search = occurrences.parse(call.body)
    found, truncated = searching.find(call.stores, call.path["project"], search, most)
    return Reply(body=occurrences.found_json(found, truncated=truncated))


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
    found = originals.opened(call.stores, call.path["project"], call.path["document"])
    return Reply(body=told.opened_json(found))


@endpoint(
    blueprint,
    "PUT",
    _DOCUMENT,
    query=(*parameters.VERSION, parameters.OVERWRITE),
    media=_FILES,
    answers=(answers.shown(told.LISTED), _MADE),
)
def document_put(call: Call) -> Reply:
    """Write a document: the body is its text in UTF-8, which is kept as it is.

    Of a PDF, DOCX or HTML file, by the ending of the name, the text is made, and `.txt` added.
    """
    query.api_version(call.query)
    overwrite = query.overwrite(call.query)
    name, document = call.path["project"], call.path["document"]
    written, new = originals.write(call.stores, name, document, call.body, overwrite=overwrite)
    return Reply(status=201 if new else 200, body=told.listed_json(written))


@endpoint(
    blueprint,
    "DELETE",
    _DOCUMENT,
    role=Role.OWNER,
    query=parameters.VERSION,
    answers=(answers.DELETED,),
)
def document_delete(call: Call) -> Reply:
    """Delete a document from the project's container, with its labels."""
    query.api_version(call.query)
    originals.delete(call.stores, call.path["project"], call.path["document"])
    return Reply(status=204)


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


@endpoint(
    blueprint,
    "GET",
    f"{_DOCUMENT}/suggestions",
    query=(*parameters.VERSION, parameters.MODEL_TO_ASK),
    answers=(answers.shown(suggestions.SUGGESTIONS),),
)
def document_suggestions(call: Call) -> Reply:
    """Show what a trained model would tag in a document."""
    query.api_version(call.query)
    label = query.model_to_ask(call.query)
    name, document = call.path["project"], call.path["document"]
    extractors = call.service.extractors
    model, text, spans = suggesting.suggest(call.stores, extractors, name, document, label)
    return Reply(body=suggestions.suggestions_json(model.id, text.text, text.digest, spans))
