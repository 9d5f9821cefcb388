"""What happens to a test where the machine lacks what it needs."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def without(missing: object) -> NoReturn:
    """End the test, as this is missing: skipped on a machine at home, failed in CI."""
    if os.environ.get("CI"):
        pytest.fail(str(missing))
    pytest.skip(str(missing))


def need(*programs: str) -> None:
    """End the test where one of these programs is missing."""
    for program in programs:
        if shutil.which(program) is None:
            without(f"There is no {program}.")
