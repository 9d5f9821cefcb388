"""The studio: its page and the files of it."""

from __future__ import annotations

import functools

import azure.functions as func

from functions import pages
from functions.http import Call, Reply, endpoint
from shared.errors import NotFound
from shared.schema.answers import PAGE

blueprint = func.Blueprint()

_FOLDER = "studio/dist"


@endpoint(blueprint, "GET", "studio/{*path}", open_to_all=True, answers=(PAGE,))
def studio(call: Call) -> Reply:
    """Serve the page, or one of its files.

    The page answers for every address that is no file's: it knows itself what to show there.
    """
    files = _files()
    if not files:
        raise NotFound("The studio is not built: run `python3 dev.py up`, or build studio/.")
    path = call.path.get("path", "")
    name = path if path in files or path.startswith("files/") else None
    return pages.serve(call, files, name, policy=pages.STYLED)


@functools.cache
def _files() -> dict[str, pages.File]:
    return pages.files(_FOLDER, hashed="files")
