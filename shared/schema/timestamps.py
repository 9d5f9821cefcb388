"""Moments and days as the wire has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: Days after which the wire says that a model or a deployment expires: ten years, as it must say
#: something. Here neither ever does.
_FAR_OFF = timedelta(days=3652)


def timestamp(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, in whole seconds, as `2024-05-01T12:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def far_off(moment: datetime) -> str:
    """Return the day ten years after a moment: the expiry of what does not expire."""
    return f"{moment.astimezone(UTC) + _FAR_OFF:%Y-%m-%d}"
