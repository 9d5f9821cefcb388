from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from shared import auth
from shared.errors import Unauthorized

KEYS = [hashlib.sha256(key.encode()).digest() for key in ("first", "zweiter Schlüssel")]


@pytest.mark.parametrize("key", ["first", "zweiter Schlüssel"])
def test_either_key_opens(key: str) -> None:
    auth.check({auth.KEY_HEADER: key}, KEYS)


@pytest.mark.parametrize("key", ["", "First", "first ", "firs", "x" * 10_000, "\udcff"])
def test_another_key_does_not_open(key: str) -> None:
    with pytest.raises(Unauthorized):
        auth.check({auth.KEY_HEADER: key}, KEYS)


def test_no_key_does_not_open() -> None:
    with pytest.raises(Unauthorized):
        auth.check({}, KEYS)


def test_without_keys_set_nobody_may_call() -> None:
    with pytest.raises(Unauthorized):
        auth.check({auth.KEY_HEADER: ""}, [])


def test_keys_are_compared_in_constant_time_and_all_of_them() -> None:
    source = Path(auth.__file__).read_text("utf-8")

    assert "compare_digest" in source
    # A generator inside `any` would stop at the first match.
    assert "any(hmac" not in source
