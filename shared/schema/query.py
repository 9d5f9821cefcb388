"""What callers say in the query of an address: API version, paging, statistics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from shared.errors import InvalidArgument, InvalidParameterValue
from shared.schema.fields import FARTHEST

#: The first version of the API that had these addresses.
_EARLIEST = "2021-11-01"

_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(-preview)?\Z", re.ASCII)
_WHOLE = re.compile(r"\d{1,10}\Z", re.ASCII)

#: Items of one answer: the usual number, and the most that a caller can ask for. Ours.
PAGE_SIZE = 100
LARGEST_PAGE = 1_000

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Which part of a list a caller wants."""

    #: Items to pass over.
    skip: int = 0
    #: Items wanted in all, over all pages; None: every one.
    top: int | None = None
    #: Items of one answer; None: as many as there are.
    size: int | None = None

    def cut(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return the items of this page."""
        return items[self.skip : self._end(len(items))]

    def following(self, total: int) -> Page | None:
        """Return the page after this one in a list of `total` items, or None if there is none."""
        end = self._end(total)
        rest = None if self.top is None else self.top - (end - self.skip)
        if end >= total or rest == 0:
            return None
        return Page(skip=end, top=rest, size=self.size)

    def _end(self, total: int) -> int:
        wanted = [one for one in (self.top, self.size) if one is not None]
        return max(self.skip, min([total, *(self.skip + one for one in wanted)]))


def api_version(query: Mapping[str, str]) -> str:
    """Return the API version of a request.

    Any date since 2021-11-01 will do, with or without `-preview`: later versions of the hosted
    service have added to these addresses and taken nothing away. Raises `InvalidArgument`.
    """
    value = _get(query, "api-version")
    if not value:
        raise InvalidArgument(
            "The query parameter api-version is required, such as api-version=2023-04-01.",
            target="api-version",
        )
    match = _VERSION.match(value)
    if not match or not _is_date(match[1]) or match[1] < _EARLIEST:
        raise InvalidArgument(
            f"The query parameter api-version must be a date from {_EARLIEST} on, such as "
            "2023-04-01 or 2025-05-15-preview.",
            target="api-version",
        )
    return value


def list_page(query: Mapping[str, str]) -> Page:
    """Return the page of a list that `top`, `skip` and `maxpagesize` ask for.

    `maxpagesize` above `LARGEST_PAGE` is taken as that: an answer may always be shorter. Raises
    `InvalidParameterValue`.
    """
    size = _whole(query, "maxpagesize", least=1)
    return Page(
        skip=_whole(query, "skip", least=0) or 0,
        top=_whole(query, "top", least=0),
        size=min(size or PAGE_SIZE, LARGEST_PAGE),
    )


def job_page(query: Mapping[str, str]) -> Page:
    """Return the page of a job's documents that `top` and `skip` ask for, each with `$` or not.

    Here `top` is the number in one answer. Without it all documents come at once, so that a
    program which knows no next links misses none. Raises `InvalidParameterValue`.
    """
    return Page(
        skip=_whole(query, "skip", least=0) or 0,
        size=_whole(query, "top", least=1),
    )


def show_statistics(query: Mapping[str, str]) -> bool:
    """Return whether `showStats` asks for statistics; raise `InvalidParameterValue`."""
    value = _get(query, "showStats")
    if value is None or value.lower() not in ("true", "false"):
        if value:
            raise InvalidParameterValue("showStats must be true or false.", target="showStats")
        return False
    return value.lower() == "true"


def dataset(query: Mapping[str, str]) -> str:
    """Return which set of documents `dataset` asks for: `Test`, unless it says `Validation`.

    Raises `InvalidParameterValue`.
    """
    value = _get(query, "dataset") or "Test"
    if value.capitalize() not in ("Test", "Validation"):
        raise InvalidParameterValue("dataset must be Test or Validation.", target="dataset")
    return value.capitalize()


def check_utf16(query: Mapping[str, str]) -> None:
    """Raise `InvalidParameterValue` for a `stringIndexType` that authoring does not know."""
    value = _get(query, "stringIndexType")
    if value and value.lower() != "utf16codeunit":
        raise InvalidParameterValue(
            "Authoring knows one stringIndexType: Utf16CodeUnit.", target="stringIndexType"
        )


def next_link(url: str, following: Page, query: Mapping[str, str]) -> str:
    """Return the address of the page that follows: the absolute `url` with its query anew.

    Of the request's own `query` only what names the form of the answer is kept.
    """
    values = {
        name: kept
        for name in ("api-version", "stringIndexType", "dataset")
        if (kept := _get(query, name)) is not None
    }
    values["skip"] = str(following.skip)
    if following.top is not None:
        values["top"] = str(following.top)
    if following.size is not None:
        values["maxpagesize"] = str(following.size)
    return f"{url}?{urlencode(values)}"


def _get(query: Mapping[str, str], name: str) -> str | None:
    """Return a parameter whatever the letter case of its name: the host may lower it."""
    wanted = name.lower()
    for key, value in query.items():
        if key.lower().removeprefix("$") == wanted:
            return value
    return None


def _whole(query: Mapping[str, str], name: str, *, least: int) -> int | None:
    value = _get(query, name)
    if not value:
        return None
    if not _WHOLE.match(value) or not least <= int(value) <= FARTHEST:
        raise InvalidParameterValue(f"{name} must be a whole number from {least} on.", target=name)
    return int(value)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
