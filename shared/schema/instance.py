"""The instance itself on the wire: who calls it, and what it can reach. All of it is our own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from shared.errors import ErrorDetail
from shared.limits import Limits
from shared.schema.answers import ERRORS
from shared.schema.shapes import Flag, Shape, Text, Whole, must

ME = Shape(
    "Me",
    "Who is calling.",
    (
        must("role", Text(values=("reader", "author", "owner")), "What the caller may do."),
        must("signedInBy", Text(values=("key", "entra")), "How the caller is known."),
    ),
)

STORAGE = Shape(
    "StorageConnection",
    "Whether the service reaches its storage account.",
    (
        must("accountName", Text(), "The name of the account; empty where no setting tells it."),
        must("connected", Flag(), "Whether all of it is reached."),
        must("errors", ERRORS, "What is missing: a role, a key that is accepted, or an answer."),
    ),
)


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


LIMITS = Shape(
    "Limits",
    "The limits of this instance; who owns it can set them.",
    tuple(
        must(_camel_case(field.name), Whole(), f"{field.metadata['about'].capitalize()}.")
        for field in dataclasses.fields(Limits)
    ),
)


def me_json(role: str, way: str) -> dict[str, Any]:
    """Return who is calling."""
    return {"role": role, "signedInBy": way}


def limits_json(limits: Limits) -> dict[str, int]:
    """Return the limits of this instance."""
    return {_camel_case(name): value for name, value in dataclasses.asdict(limits).items()}


def storage_json(account: str, errors: Sequence[ErrorDetail]) -> dict[str, Any]:
    """Return how the storage account is reached."""
    return {
        "accountName": account,
        "connected": not errors,
        "errors": [error.body() for error in errors],
    }
