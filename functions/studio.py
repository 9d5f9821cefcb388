"""The studio: its page and the files of it."""

from __future__ import annotations

import azure.functions as func

from functions import pages
from functions.http import Call, Reply, endpoint
from shared.schema.answers import PAGE

blueprint = func.Blueprint()

_FILES = pages.files("studio")


@endpoint(blueprint, "GET", "studio/{file?}", open_to_all=True, answers=(PAGE,))
def studio(call: Call) -> Reply:
    """Serve the page, or one of its files."""
    return pages.serve(_FILES, call.path.get("file"))
