"""What callers say in the query of an address: API version, paging, statistics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from shared import limits
from shared.errors import InvalidArgument, InvalidParameterValue
from shared.schema import parameters
from shared.schema.shapes import FARTHEST, Field, Text, Whole

_WHOLE = re.compile(r"\d{1,10}\Z", re.ASCII)

#: Items of one answer: the usual number, and the most that a caller can ask for; of items that are
#: told in brief, too. Ours.
PAGE_SIZE = 100
LARGEST_PAGE = 1_000
LARGEST_BRIEF_PAGE = 20_000

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

    @property
    def end(self) -> int | None:
        """Where this page ends, however long the list is; None: with the list."""
        wanted = [one for one in (self.top, self.size) if one is not None]
        return self.skip + min(wanted) if wanted else None

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
        return max(self.skip, total if self.end is None else min(total, self.end))


def api_version(query: Mapping[str, str]) -> str:
    """Return the API version of a request.

    Any date since 2021-11-01 will do, with or without `-preview`: later versions of the hosted
    service have added to these addresses and taken nothing away. Raises `InvalidArgument`.
    """
    value = _text(query, parameters.API_VERSION)
    if value is None:
        raise InvalidArgument(
            "The query parameter api-version is required, such as api-version=2023-04-01.",
            target="api-version",
        )
    return value


def list_page(query: Mapping[str, str], size: int = PAGE_SIZE, most: int = LARGEST_PAGE) -> Page:
    """Return the page of a list that `top`, `skip` and `maxpagesize` ask for.

    `size` is the number of items of one answer where `maxpagesize` is not there. A `maxpagesize`
    above `most` is taken as that: an answer may always be shorter. Raises `InvalidParameterValue`.
    """
    return Page(
        skip=_whole(query, parameters.SKIP) or 0,
        top=_whole(query, parameters.TOP),
        size=min(_whole(query, parameters.PAGE_SIZE) or size, most),
    )


def job_page(query: Mapping[str, str]) -> Page:
    """Return the page of a job's documents that `top` and `skip` ask for, each with `$` or not.

    Here `top` is the number in one answer. Without it all documents come at once, so that a
    program which knows no next links misses none. Raises `InvalidParameterValue`.
    """
    return Page(
        skip=_whole(query, parameters.JOB_SKIP) or 0,
        size=_whole(query, parameters.JOB_TOP),
    )


def show_statistics(query: Mapping[str, str]) -> bool:
    """Return whether `showStats` asks for statistics; raise `InvalidParameterValue`."""
    return _flag(query, parameters.SHOW_STATISTICS)


def model_to_ask(query: Mapping[str, str]) -> str:
    """Return the model that `trainedModelLabel` names; raise `InvalidParameterValue` for none."""
    label = _text(query, parameters.MODEL_TO_ASK)
    if label is None:
        raise InvalidParameterValue("trainedModelLabel is required.", target="trainedModelLabel")
    return label


def occurrences(query: Mapping[str, str]) -> int:
    """Return how many occurrences `top` asks for; raise `InvalidParameterValue`."""
    return _whole(query, parameters.OCCURRENCES) or limits.OCCURRENCES


def first(query: Mapping[str, str]) -> int:
    """Return where `from` asks to go on; raise `InvalidParameterValue`."""
    return _whole(query, parameters.FROM) or 0


def overwrite(query: Mapping[str, str]) -> bool:
    """Return whether `overwrite` allows to replace; raise `InvalidParameterValue`."""
    return _flag(query, parameters.OVERWRITE)


def allow_overwrite(query: Mapping[str, str]) -> bool:
    """Return whether `allowOverwrite` allows to replace; raise `InvalidParameterValue`."""
    return _flag(query, parameters.ALLOW_OVERWRITE)


def container(query: Mapping[str, str]) -> str:
    """Return the container that is named, or ""; raise `InvalidParameterValue`."""
    return _text(query, parameters.CONTAINER) or ""


def brief(query: Mapping[str, str]) -> bool:
    """Return whether `brief` asks for less; raise `InvalidParameterValue`."""
    return _flag(query, parameters.BRIEF)


def dataset(query: Mapping[str, str]) -> str:
    """Return which set of documents `dataset` asks for: `Test`, unless it says `Validation`.

    Raises `InvalidParameterValue`.
    """
    return (_text(query, parameters.DATASET) or "Test").capitalize()


def check_utf16(query: Mapping[str, str]) -> None:
    """Raise `InvalidParameterValue` for a `stringIndexType` that authoring does not know."""
    _text(query, parameters.UTF16)


def check_kind(query: Mapping[str, str], parameter: Field) -> None:
    """Raise `InvalidParameterValue` for a kind of project that is not ours."""
    _text(query, parameter)


def model_label(query: Mapping[str, str]) -> str | None:
    """Return the model that `trainedModelLabel` names, or None."""
    return _get(query, "trainedModelLabel") or None


def next_link(url: str, following: Page, query: Mapping[str, str]) -> str:
    """Return the address of the page that follows: the absolute `url` with its query anew.

    Of the request's own `query` only what names the form of the answer is kept.
    """
    values = {
        name: kept
        for name in ("api-version", "projectKind", "stringIndexType", "dataset")
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


def _text(query: Mapping[str, str], parameter: Field) -> str | None:
    """Return a parameter that is a text, or None; raise what its rule finds."""
    value = _get(query, parameter.name)
    kind = parameter.kind
    if value and isinstance(kind, Text) and kind.rule and (fault := kind.rule(value)):
        raise kind.error(fault, target=parameter.name)
    return value or None


def _flag(query: Mapping[str, str], parameter: Field) -> bool:
    """Return whether a parameter says `true`."""
    return (_text(query, parameter) or "").lower() == "true"


def _whole(query: Mapping[str, str], parameter: Field) -> int | None:
    """Return a parameter that is a whole number, or None."""
    value = _get(query, parameter.name)
    kind = parameter.kind
    if not value or not isinstance(kind, Whole):
        return None
    if not _WHOLE.match(value) or not kind.least <= int(value) <= kind.most:
        bounds = f"from {kind.least} on" if kind.most == FARTHEST else f"up to {kind.most:,}"
        raise InvalidParameterValue(
            f"{parameter.name} must be a whole number {bounds}.", target=parameter.name
        )
    return int(value)
