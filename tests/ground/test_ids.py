from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import ids

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_ids_are_uuids_of_version_7() -> None:
    made = uuid.UUID(ids.time_ordered(NOW))

    assert made.version == 7
    assert made.variant == uuid.RFC_4122


@given(st.integers(1, 10**9))
def test_ids_sort_by_time(milliseconds: int) -> None:
    later = NOW + timedelta(milliseconds=milliseconds)

    assert ids.time_ordered(NOW) < ids.time_ordered(later)
    assert ids.first_of(later) <= ids.time_ordered(later)
    assert ids.time_ordered(NOW) < ids.first_of(later)


def test_ids_of_one_moment_differ() -> None:
    assert len({ids.time_ordered(NOW) for _ in range(1000)}) == 1000


#: Of version 4, which no id of ours has.
RANDOM = "75a1d007-39b8-454e-abca-f21ed77233fa"


@pytest.mark.parametrize("text", ["", "x", "..", "1" * 32, f"{{{RANDOM}}}", "a/b", f"{RANDOM}0"])
def test_what_is_no_id_is_seen(text: str) -> None:
    assert not ids.is_id(text)


def test_ids_are_known_in_any_letter_case() -> None:
    assert ids.is_id(ids.time_ordered(NOW).upper())


@given(st.lists(st.text()), st.lists(st.text()))
def test_different_names_have_different_keys(one: list[str], other: list[str]) -> None:
    assert (ids.key_of(*one) == ids.key_of(*other)) == (one == other)


@given(st.text())
def test_keys_hold_only_hex_digits(name: str) -> None:
    assert set(ids.key_of(name)) <= set("0123456789abcdef")
