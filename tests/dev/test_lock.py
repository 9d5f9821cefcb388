"""The lock on a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devhost import lock
from devhost.azurite import ROOT

HOLDER = """
import sys, pathlib
from devhost import lock
with lock.hold(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def start_holder(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, os.fspath(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_that_another_process_holds_is_refused_with_its_number(tmp_path: Path) -> None:
    with start_holder(tmp_path / "lock") as holder:
        with pytest.raises(lock.LockedError) as refused, lock.hold(tmp_path / "lock"):
            pass
        holder.kill()

    assert refused.value.holder == str(holder.pid)


def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    with start_holder(tmp_path / "lock") as holder:
        holder.kill()

    with lock.hold(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_waiting_for_a_lock_gets_it_when_the_holder_ends(tmp_path: Path) -> None:
    with start_holder(tmp_path / "lock") as holder:
        assert holder.stdin is not None
        holder.stdin.close()

        with lock.hold(tmp_path / "lock", wait_seconds=30):
            assert (tmp_path / "lock").read_text() == str(os.getpid())
