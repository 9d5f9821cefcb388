"""Serves the files of pages: to everybody, since they hold nothing of any project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from functions.http import Reply
from shared.errors import NotFound

_ROOT = Path(__file__).resolve().parent.parent

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


def files(folder: str) -> dict[str, Path]:
    """Return the files of a folder of the product by the name that they are asked for.

    No path is ever built from a request.
    """
    return {path.name: path for path in (_ROOT / folder).glob("*") if path.suffix in _TYPES}


def serve(files: Mapping[str, Path], name: str | None) -> Reply:
    """Return a file, or the page itself for no name; raise `NotFound` for what is none of them."""
    path = files.get(name or "index.html")
    if path is None:
        raise NotFound()
    return Reply(body=path.read_bytes(), headers={**_HEADERS, "Content-Type": _TYPES[path.suffix]})
