"""Serves the studio's files: to everybody, since they hold nothing of any project."""

from __future__ import annotations

from pathlib import Path

import azure.functions as func

from functions.http import Call, Reply, endpoint
from shared.errors import NotFound

blueprint = func.Blueprint()

_FOLDER = Path(__file__).resolve().parent.parent / "studio"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; object-src 'none'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

#: The files there are, by the name they are asked for: no path is ever built from a request.
_FILES = {path.name: path for path in _FOLDER.glob("*") if path.suffix in _TYPES}


@endpoint(blueprint, "GET", "studio/{file?}", open_to_all=True)
def studio(call: Call) -> Reply:
    """Serve the page, or one of its files."""
    path = _FILES.get(call.path.get("file") or "index.html")
    if path is None:
        raise NotFound()
    return Reply(body=path.read_bytes(), headers={**_HEADERS, "Content-Type": _TYPES[path.suffix]})
