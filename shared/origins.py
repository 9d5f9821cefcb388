"""Origins: the scheme, host and port of a web address, in one spelling (RFC 6454)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}

#: A name, an IPv4 address, or an IPv6 address as `urlsplit` gives it, without its brackets.
_HOST = re.compile(r"[a-z0-9]([a-z0-9.\-]*[a-z0-9])?\Z|[0-9a-f:.]*:[0-9a-f:.]*\Z")


def origin_of(address: str) -> str | None:
    """Return the origin that an address consists of, or None where it is more, or none at all.

    A slash at its end is no more. Nothing is fetched and no name is looked up.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or not _HOST.match(host) or "@" in parts.netloc:
        return None
    if parts.path not in ("", "/") or "?" in address or "#" in address or not address.isascii():
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (
        "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    )
