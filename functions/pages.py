"""Serves the files of pages: to everybody, since they hold nothing of any project."""

from __future__ import annotations

import functools
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from functions.http import Call, Reply
from shared.errors import NotFound

_ROOT = Path(__file__).resolve().parent.parent

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

#: Scripts and styles are files of ours alone.
POLICY = (
    "default-src 'self'; script-src 'self'; img-src 'self' data:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

#: For a page whose components make their styles as they are shown.
STYLED = f"{POLICY}; style-src 'self' 'unsafe-inline'"

_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a page."""

    path: Path
    #: Whether its name changes with its contents, so that it can be kept for ever.
    hashed: bool


def files(folder: str, *, hashed: str = "") -> dict[str, File]:
    """Return the files below a folder of the product by the path that they are asked for.

    Those below its folder `hashed` have names that change with their contents. No path is ever
    built from a request.
    """
    root = _ROOT / folder
    return {
        name: File(path, hashed != "" and name.startswith(f"{hashed}/"))
        for path in sorted(root.rglob("*"))
        if path.suffix in _TYPES and (name := path.relative_to(root).as_posix())
    }


def serve(
    call: Call, files: Mapping[str, File], name: str | None, *, policy: str = POLICY
) -> Reply:
    """Return a file, or the page itself for no name; raise `NotFound` for what is none of them.

    `policy` says what the page may load and run. The answer is compressed for a caller who takes
    that: what stands before the app may not do so.
    """
    file = files.get(name or "index.html")
    if file is None:
        raise NotFound()
    headers = {
        **_HEADERS,
        "Content-Security-Policy": policy,
        "Content-Type": _TYPES[file.path.suffix],
        "Cache-Control": "public, max-age=31536000, immutable" if file.hashed else "no-cache",
    }
    if call.takes_gzip:
        headers["Content-Encoding"] = "gzip"
    return Reply(body=_contents(file.path, call.takes_gzip), headers=headers)


@functools.cache
def _contents(path: Path, compressed: bool) -> bytes:
    data = path.read_bytes()
    return gzip.compress(data, mtime=0) if compressed else data
