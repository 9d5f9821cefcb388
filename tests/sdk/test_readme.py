"""The programs in the README run as they are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from devhost import azurite, sdks
from tests.sdk.launch import Programs

README = Path(__file__).resolve().parents[2] / "README.md"

SECTION = (
    README.read_text("utf-8")
    .partition("## Move from the hosted service\n")[2]
    .partition("\n## ")[0]
)
EXAMPLES = dict(
    zip(
        ("5.4", "6", "javascript"),
        re.findall(r"```(?:python|javascript)\n(.*?)```", SECTION, re.DOTALL),
        strict=True,
    )
)

_SECONDS = 120


@pytest.mark.parametrize(
    ("release", "shown"),
    [
        ("5.4", "BorrowerName Zoë Brandt"),
        ("6", r"[01]\.\d"),
        ("javascript", "BorrowerName Zoë Brandt"),
    ],
)
def test_an_example_shows_what_it_is_to_show(
    release: str, shown: str, programs: Programs, loans: str, tmp_path: Path
) -> None:
    assert f'"{loans}"' in EXAMPLES[release]
    if release == "javascript":
        # A module finds packages beside itself alone.
        (tmp_path / "node_modules").symlink_to(sdks.node_modules(), target_is_directory=True)
        interpreter, program = azurite.find_node(Path(sys.prefix)), tmp_path / "extract.mjs"
    else:
        interpreter, program = sdks.python(release), tmp_path / "example.py"
    program.write_text(EXAMPLES[release], "utf-8")

    done = subprocess.run(
        [os.fspath(interpreter), os.fspath(program)],
        env={
            **os.environ,
            "SPANWRIGHT_ENDPOINT": programs.endpoint,
            "SPANWRIGHT_KEY": programs.key,
            "PYTHONPATH": "",
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_SECONDS,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(shown, done.stdout), done.stdout
