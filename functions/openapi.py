"""The API itself: its description (OpenAPI 3.1), and a page to read and to try it."""

from __future__ import annotations

import functools
import json
import sys

import azure.functions as func

from functions import pages
from functions.http import ROUTES, Call, Reply, endpoint
from shared.schema import openapi, parameters
from shared.schema.answers import PAGE
from shared.schema.openapi import Answer

blueprint = func.Blueprint()

_FILES = pages.files("studio/docs")


@endpoint(
    blueprint,
    "GET",
    "openapi.json",
    open_to_all=True,
    answers=(Answer(about="An OpenAPI 3.1 document.", media=("application/json",)),),
)
def openapi_document(call: Call) -> Reply:
    """Describe every route."""
    return Reply(body=_document(), headers={"Cache-Control": "no-cache"})


@endpoint(blueprint, "GET", "docs/{file?}", open_to_all=True, answers=(PAGE,))
def openapi_page(call: Call) -> Reply:
    """Serve the page that shows the API, or one of its files."""
    return pages.serve(call, _FILES, call.path.get("file"))


@functools.cache
def _document() -> bytes:
    """Return the description of all routes that there are by now: the first call is a request."""
    groups = {route.group: _group(route.group) for route in ROUTES}
    document = openapi.document(ROUTES, groups=groups, parameters=parameters.PATH)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _group(module: str) -> tuple[str, str]:
    """Return the title of a module's routes and a sentence about them, from its docstring.

    That is of the form "Title: what there is.", as the first line of this file.
    """
    line = (sys.modules[module].__doc__ or module).splitlines()[0]
    title, _, about = line.rstrip(".").partition(": ")
    return title, f"{about[:1].upper()}{about[1:]}." if about else ""
