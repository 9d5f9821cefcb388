"""What names may be: of projects, models, deployments, entity types, containers, languages.

Each rule returns a sentence that says what is wrong, or None; the kinds of text are for shapes.
"""

from __future__ import annotations

import re
import unicodedata

from shared import limits
from shared.errors import InvalidArgument, ServiceError
from shared.schema.shapes import Text

#: Names of blob containers ("Naming and referencing containers, blobs, and metadata", Azure
#: Storage): 3 to 63 of lower case letters, digits and single hyphens.
_CONTAINER = re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(-[a-z0-9]+)*\Z")

#: The shape of a language tag (RFC 5646), as "en-us"; 35 characters hold every one (4.4.1).
_LANGUAGE = re.compile(r"(?=.{2,35}\Z)[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")

#: Characters of a blob's name (the same page).
LOCATION_LENGTH = 1024

#: A project cannot be called like the part of the API's own paths that stands in its place.
_TAKEN = "global"


def name_fault(value: str, what: str) -> str | None:
    """Say what is wrong with the name of a `what`: a project, a model or a deployment."""
    if not limits.NAME.match(value):
        return (
            f"The name of a {what} has 1 to 50 characters, each a letter A to Z, a digit, "
            "or one of _ . and -"
        )
    if not value.strip("."):
        return f"The name of a {what} cannot consist of dots: no URL could hold it."
    if what == "project" and value.lower() == _TAKEN:
        return f"A project cannot be named {_TAKEN}: the API's own paths have that word."
    return None


def name_text(what: str, error: type[ServiceError] = InvalidArgument) -> Text:
    """Return the kind of text that the name of a `what` is."""
    return Text(
        shortest=1,
        longest=50,
        pattern=r"^\.*[A-Za-z0-9_\-][A-Za-z0-9_.\-]*$",
        rule=lambda value: name_fault(value, what),
        error=error,
    )


def check_name(value: str, what: str, target: str) -> None:
    """Raise `InvalidArgument` unless a project, model or deployment may have this name."""
    fault = name_fault(value, what)
    if fault:
        raise InvalidArgument(fault, target=target)


def entity_fault(value: str) -> str | None:
    """Say what is wrong with the name of an entity type."""
    if not 1 <= len(value) <= limits.ENTITY_NAME_LENGTH or not value.strip():
        return f"The name of an entity type has 1 to {limits.ENTITY_NAME_LENGTH} characters."
    if limits.ENTITY_NAME_FORBIDDEN.intersection(value) or _has_control(value):
        signs = " ".join(sorted(limits.ENTITY_NAME_FORBIDDEN))
        return (
            f"The name of an entity type cannot have any of the signs {signs} "
            "or control characters."
        )
    return None


def container_fault(value: str) -> str | None:
    """Say what is wrong with the name of a blob container."""
    if _CONTAINER.match(value):
        return None
    return (
        "The name of a container has 3 to 63 characters: lower case letters, digits, "
        "and single hyphens between them."
    )


def language_fault(value: str) -> str | None:
    """Say what is wrong with a language code."""
    return None if _LANGUAGE.match(value) else 'A language is a code such as "en-us".'


CONTAINER_TEXT = Text(
    shortest=3, longest=63, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", rule=container_fault
)
LANGUAGE_TEXT = Text(
    shortest=2, longest=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", rule=language_fault
)


def location_fault(value: str) -> str | None:
    """Say what is wrong with the name of a document's blob; whether it is there is another matter.

    Control characters are in no name that a storage account lists by its usual tools, and its
    service refuses some of them.
    """
    if not value or len(value) > LOCATION_LENGTH or _has_control(value):
        return f"The location of a document has 1 to {LOCATION_LENGTH:,} printable characters."
    return None


def _has_control(value: str) -> bool:
    return any(unicodedata.category(character) == "Cc" for character in value)
