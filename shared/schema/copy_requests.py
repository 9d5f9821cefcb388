"""Copies of projects: what callers ask for, and what two instances tell each other on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared import limits
from shared.domain.copies import CopyGrant, CopyTarget
from shared.domain.states import State
from shared.errors import ErrorDetail, OperationNotFound, ServiceError
from shared.origins import origin_of
from shared.schema.answers import ERRORS, STATE
from shared.schema.digests import DIGEST_TEXT, is_digest
from shared.schema.fields import Fields, Problems, parse_json, read_object
from shared.schema.kinds import KIND, KIND_TEXT
from shared.schema.names import CONTAINER_TEXT, check_name, name_text
from shared.schema.shapes import Field, Flag, List, Shape, Text, Whole, must
from shared.schema.timestamps import timestamp

#: What stands for a region: the hosted service's are not here.
REGION = "self-hosted"

#: Longest token that is taken: ours have 43 characters.
_TOKEN_LENGTH = 200

#: Which part of which try of the source: `2-00017`.
_PART = re.compile(r"([1-9][0-9]?)-([0-9]{5})\Z")

_CODE = re.compile(r"[A-Za-z0-9]{1,60}\Z")


def _token_fault(value: str) -> str | None:
    if 1 <= len(value) <= _TOKEN_LENGTH and value.isascii() and value.isprintable():
        return None if " " not in value else "An accessToken has no spaces."
    return f"An accessToken has 1 to {_TOKEN_LENGTH} printable ASCII characters."


def _address_fault(value: str) -> str | None:
    if origin_of(value) is not None:
        return None
    return (
        "Here a targetResourceId is the address of an instance of this service, such as "
        "https://host, as its :authorize-copy gave it."
    )


AUTHORIZATION = Shape(
    "CopyAuthorization",
    "What may be copied to the name in the address.",
    (
        must("projectKind", KIND_TEXT, "The kind of the project.", example=KIND),
        Field(
            "storageInputContainerName",
            CONTAINER_TEXT,
            "The blob container for the documents; a new one is made where there is no name.",
        ),
        Field("allowOverwrite", Flag(), "Whether a project of this name may be replaced."),
    ),
)

DETAILS = Shape(
    "CopyDetails",
    "Where a project may be copied to, and the token for it: what :authorize-copy answers, :copy "
    "takes as it is.",
    (
        must("projectKind", KIND_TEXT, "The kind of the project.", example=KIND),
        must("targetProjectName", name_text("project"), "The name that the copy will have."),
        must(
            "accessToken",
            Text(shortest=1, longest=_TOKEN_LENGTH, pattern=r"^[!-~]+$", rule=_token_fault),
            "Opens the way for one copy.",
        ),
        must("expiresAt", Text(form="date-time"), "When the token ends to be good."),
        must(
            "targetResourceId",
            Text(rule=_address_fault),
            "The address of the other instance of this service.",
            example="https://host.example",
        ),
        Field("targetResourceRegion", Text(), "Of the hosted service; there are no regions here."),
    ),
)

CLAIM = Shape(
    "CopyClaim",
    "Who begins to send.",
    (must("source", Text(longest=_TOKEN_LENGTH), "The id of the source's copy job."),),
)

END = Shape(
    "CopyEnd",
    "What makes the whole.",
    (
        must("attempt", Whole(least=1, most=99), "The try of the source that sent it all."),
        must(
            "parts",
            List(DIGEST_TEXT, least=1, most=limits.COPY_PARTS),
            "The SHA-256 of each part, in order.",
        ),
    ),
)

STANDING = Shape(
    "CopyStanding",
    "How a copy stands at its target.",
    (must("status", STATE, "Its state."), must("errors", ERRORS, "What went wrong.")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Authorization:
    """What the target is asked to take in."""

    container: str
    overwrite: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a copy stands at its target."""

    state: State
    errors: tuple[ErrorDetail, ...] = ()


def parse_authorization(body: bytes, name: str) -> Authorization:
    """Return what an `:authorize-copy` request asks for.

    Raises `InvalidArgument` listing every fault.
    """
    check_name(name, "project", "projectName")
    problems = Problems()
    root = read_object(body, problems, AUTHORIZATION)
    root.required_text("projectKind")
    container = root.text("storageInputContainerName")
    overwrite = root.flag("allowOverwrite")
    problems.refuse()
    return Authorization(container=container or "", overwrite=overwrite or False)


def details_json(grant: CopyGrant, token: str, endpoint: str) -> dict[str, Any]:
    """Return what whoever copies must tell the source; the only place where the token is told."""
    return {
        "projectKind": KIND,
        "targetProjectName": grant.project_name,
        "accessToken": token,
        "expiresAt": timestamp(grant.expires),
        "targetResourceId": endpoint,
        "targetResourceRegion": REGION,
    }


def parse_target(body: bytes, now: datetime) -> CopyTarget:
    """Return where a `:copy` request wants a project to go; whether it may is not looked at.

    Raises `InvalidArgument` listing every fault.
    """
    problems = Problems()
    root = read_object(body, problems, DETAILS)
    root.required_text("projectKind")
    name = root.required_text("targetProjectName")
    token = root.required_text("accessToken")
    expires = root.required_text("expiresAt")
    if expires and (fault := _expiry_fault(expires, now)):
        root.fault(fault, "expiresAt")
    origin = origin_of(root.required_text("targetResourceId"))
    problems.refuse()
    return CopyTarget(origin=origin or "", project_name=name, token=token)


def _expiry_fault(value: str, now: datetime) -> str | None:
    try:
        moment = datetime.fromisoformat(value)
        if moment.utcoffset() is None:
            return "expiresAt is a moment with a time zone."
        return "The token has expired; authorize the copy again." if moment <= now else None
    except (ValueError, OverflowError):
        return "expiresAt is a moment such as 2026-11-24T09:30:00Z."


def parse_claim(body: bytes) -> str:
    """Return the id of the source's copy job that begins to send."""
    problems = Problems()
    source = read_object(body, problems, CLAIM).required_text("source")
    problems.refuse()
    return source


def parse_part(name: str) -> tuple[int, int]:
    """Return which try's which part is meant; raise `OperationNotFound` where it is none."""
    found = _PART.match(name)
    if found is None:
        raise OperationNotFound("There is no part of this name.", target="part")
    return int(found[1]), int(found[2])


def part_name(attempt: int, number: int) -> str:
    """Return the name of a part of a try."""
    return f"{attempt}-{number:05}"


def parse_end(body: bytes) -> tuple[int, list[str]]:
    """Return which try has sent everything, and the SHA-256 of each of its parts, in order."""
    problems = Problems()
    root = read_object(body, problems, END)
    attempt = root.required_whole("attempt")
    digests = root.items("parts")
    if not 1 <= len(digests) <= limits.COPY_PARTS:
        root.fault(f"A copy has 1 to {limits.COPY_PARTS:,} parts.", "parts")
    elif not all(map(is_digest, digests)):
        root.fault("The digest of a part is 64 hex digits.", "parts")
    problems.refuse()
    return attempt, digests


def standing_json(standing: Standing) -> dict[str, Any]:
    """Return how a copy stands, as its source reads it."""
    errors: Sequence[dict[str, Any]] = [error.body() for error in standing.errors]
    return {"status": standing.state.value, "errors": errors}


def parse_standing(body: bytes) -> Standing:
    """Return how a copy stands from the target's answer; raise `InvalidArgument` for no answer."""
    problems = Problems()
    root = read_object(body, problems)
    status = root.required_text("status")
    if status not in set(State):
        root.fault("The target answers with no known status.", "status")
    errors = tuple(_error(one) for one in root.objects("errors"))
    problems.refuse()
    return Standing(state=State(status), errors=errors)


def parse_refusal(body: bytes) -> ErrorDetail | None:
    """Return the error that the target answered with; None where its answer is no error of ours."""
    try:
        root = Fields(parse_json(body), "$", Problems())
        error = root.object("error")
        return None if error is None else _error(error)
    except ServiceError:
        return None


def _error(fields: Fields) -> ErrorDetail:
    """Return an error of the other side: a code, and a sentence of bounded length."""
    code = fields.text("code") or ""
    target = fields.text("target", longest=limits.DESCRIPTION_LENGTH)
    message = fields.text("message") or ""
    return ErrorDetail(
        code if _CODE.match(code) else "InvalidRequest",
        message[: limits.DESCRIPTION_LENGTH],
        target,
    )
