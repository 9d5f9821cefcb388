"""Bundles: what callers ask for, and what they read of one that was made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from shared.domain.copies import Bundle
from shared.errors import NotFound
from shared.schema import parameters, query
from shared.schema.authoring_bodies import project_address
from shared.schema.copy_requests import Authorization
from shared.schema.digests import DIGEST_TEXT
from shared.schema.names import check_name
from shared.schema.shapes import List, Shape, Text, Whole, must

#: What a bundle is on the wire.
MEDIA = ("application/octet-stream",)

#: The parameters of an import.
IMPORT = (*parameters.VERSION, parameters.CONTAINER, parameters.ALLOW_OVERWRITE)

_NUMBER = re.compile(r"[0-9]{1,5}\Z")

BUNDLE = Shape(
    "ProjectBundle",
    "A project that was exported: one file, in parts that are put together in order.",
    (
        must("size", Whole(), "Bytes of the whole."),
        must("sha256", DIGEST_TEXT, "The SHA-256 of the whole."),
        must(
            "parts",
            List(
                Shape(
                    "ProjectBundlePart",
                    "A part of a bundle.",
                    (
                        must("number", Whole(), "Its place among the parts, from 0 on."),
                        must("size", Whole(), "Its bytes."),
                        must("sha256", DIGEST_TEXT, "Its SHA-256."),
                        must("url", Text(form="uri"), "Where it is read, with an owner's key."),
                    ),
                )
            ),
            "Its parts, in order.",
        ),
    ),
)


def parse_import(values: Mapping[str, str], name: str) -> Authorization:
    """Return what an import is asked to make of a bundle; raise `InvalidArgument`."""
    check_name(name, "project", "projectName")
    return Authorization(container=query.container(values), overwrite=query.allow_overwrite(values))


def parse_number(name: str) -> int:
    """Return which part is meant; raise `NotFound` where it is none."""
    if not _NUMBER.match(name):
        raise NotFound("The bundle has no part of this number.", target="number")
    return int(name)


def bundle_json(
    bundle: Bundle, project: str, job: str, *, endpoint: str, api_version: str
) -> dict[str, Any]:
    """Return a bundle, each part with the address where it is read."""
    folder = f"{project_address(endpoint, project)}/bundles/jobs/{job}/parts"
    version = urlencode({"api-version": api_version})
    return {
        "size": sum(part.size for part in bundle.parts),
        "sha256": bundle.digest,
        "parts": [
            {
                "number": number,
                "size": part.size,
                "sha256": part.digest,
                "url": f"{folder}/{number}?{version}",
            }
            for number, part in enumerate(bundle.parts)
        ],
    }
