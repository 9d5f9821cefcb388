"""Who calls, and what they may: by one of the service's keys, or signed in through Entra ID.

A signed-in caller is known by the header that App Service Authentication ("EasyAuth") puts on a
request once it has checked the caller's token. Without EasyAuth in front, anybody can write that
header, so it counts only where the settings say that it is there.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.errors import Forbidden, Unauthorized
from shared.origins import origin_of
from shared.settings import Settings

#: The header that the official clients send their key in, in lower case as the host gives it.
KEY_HEADER = "ocp-apim-subscription-key"

#: The header in which EasyAuth passes on who signed in.
PRINCIPAL_HEADER = "x-ms-client-principal"

#: The header in which another instance, which copies a project to this one, shows its token.
COPY_HEADER = "x-spanwright-copy-token"

#: Words of `Sec-Fetch-Site` for a page of our own, and for what a user does without any page.
_OWN_SITES = frozenset({"same-origin", "none"})

#: What EasyAuth calls Entra ID in a principal's `auth_typ`.
_PROVIDER = "aad"

#: Claim types that hold an app role, and the caller's own id: short, and as EasyAuth spells them.
_ROLE_CLAIMS = frozenset({"roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"})
_ID_CLAIMS = ("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier")


class Role(enum.IntEnum):
    """What a caller may do; each may also do what those before it may."""

    #: Looks at everything, and runs extraction jobs.
    READER = 1
    #: Also changes projects, labels, models and deployments.
    AUTHOR = 2
    #: Also takes projects and deployments away, and copies projects.
    OWNER = 3


#: App roles that are understood, in lower case: our own names, and the hosted service's.
_ROLES = {
    "reader": Role.READER,
    "author": Role.AUTHOR,
    "owner": Role.OWNER,
    "cognitive services language reader": Role.READER,
    "cognitive services language writer": Role.AUTHOR,
    "cognitive services language owner": Role.OWNER,
}


class Way(enum.StrEnum):
    """How a caller became known; the value is the wire's word."""

    KEY = "key"
    ENTRA = "entra"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Somebody who is known."""

    #: SHA-256 of what the caller is known by, to tell callers apart; never logged or shown.
    id: bytes = field(repr=False)
    role: Role
    way: Way = field(default=Way.KEY, repr=False)


def identify(headers: Mapping[str, str], settings: Settings) -> Caller:
    """Return who sends `headers` (names in lower case).

    A key that is sent decides alone, even where a principal is there too. Raises `Unauthorized`
    for nobody known, and `Forbidden` for a signed-in caller without any role here.
    """
    if KEY_HEADER not in headers and settings.entra and PRINCIPAL_HEADER in headers:
        return _signed_in(headers[PRINCIPAL_HEADER])
    return _by_key(headers.get(KEY_HEADER, ""), settings)


def demand(caller: Caller, role: Role) -> None:
    """Raise `Forbidden` where the caller's role is smaller than this one."""
    if caller.role < role:
        raise Forbidden(
            f"This needs the role {role.name.lower()}, and yours is {caller.role.name.lower()}."
        )


def check_page(caller: Caller, headers: Mapping[str, str], own: str) -> None:
    """Raise `Forbidden` where a page of elsewhere makes a signed-in caller's browser change things.

    Who signs in is known by a cookie, which browsers send along whatever page asks; a key, no other
    page can send. Browsers say where a request comes from: in `Sec-Fetch-Site`, and older ones in
    `Origin` (https://www.w3.org/TR/fetch-metadata). What has neither comes from no page. `headers`
    have names in lower case; `own` is the address of this service.
    """
    if caller.way is not Way.ENTRA:
        return
    site = headers.get("sec-fetch-site", "").strip().lower()
    origin = headers.get("origin", "").strip()
    foreign = site not in _OWN_SITES if site else origin != "" and _differ(origin, own)
    if foreign:
        raise Forbidden("This request comes from a page of another site; open this service's own.")


def _differ(origin: str, own: str) -> bool:
    known = origin_of(origin)
    return known is None or known != origin_of(own)


def _by_key(key: str, settings: Settings) -> Caller:
    """Return the caller of this key.

    Digests are compared, in constant time and all of them, so that neither a key's letters nor
    which of the keys it was can be read from the time. Without any key set, nobody may call.
    """
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    matches = [
        role
        for role, known in (
            (Role.OWNER, settings.key_digests),
            (Role.AUTHOR, settings.author_key_digests),
            (Role.READER, settings.reader_key_digests),
        )
        if _among(digest, known)
    ]
    if not matches:
        raise Unauthorized()
    return Caller(id=digest, role=matches[0])


def _among(digest: bytes, known: Sequence[bytes]) -> bool:
    return any([hmac.compare_digest(digest, one) for one in known])


def _signed_in(header: str) -> Caller:
    claims = _claims(header)
    ids = [value for name in _ID_CLAIMS for kind, value in claims if kind == name and value]
    if not ids:
        raise Unauthorized("Access denied: the signed-in principal has no object id.")
    roles = [
        _ROLES[value.lower()]
        for kind, value in claims
        if kind in _ROLE_CLAIMS and value.lower() in _ROLES
    ]
    if not roles:
        raise Forbidden(
            "You are signed in, but have none of the app roles reader, author and owner."
        )
    identity = hashlib.sha256(f"entra {ids[0]}".encode("utf-8", "surrogatepass")).digest()
    return Caller(id=identity, role=max(roles), way=Way.ENTRA)


def _claims(header: str) -> list[tuple[str, str]]:
    """Return the type and value of each claim.

    Raises `Unauthorized` for what is no principal, or one of another provider than Entra ID, whose
    claims anybody may have chosen.
    """
    try:
        principal: Any = json.loads(base64.b64decode(header, validate=True))
    except (ValueError, RecursionError):
        principal = None
    claims = principal.get("claims") if isinstance(principal, dict) else None
    if not isinstance(claims, list):
        raise Unauthorized("Access denied: the signed-in principal cannot be read.")
    if principal.get("auth_typ") != _PROVIDER:
        raise Unauthorized("Access denied: the principal did not sign in through Entra ID.")
    return [
        (claim["typ"], claim["val"])
        for claim in claims
        if isinstance(claim, dict)
        and isinstance(claim.get("typ"), str)
        and isinstance(claim.get("val"), str)
    ]
