"""Runs programs that are written with the official clients, each where its client is installed."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devhost import azurite, sdks

FOLDER = Path(__file__).resolve().parent / "programs"

#: Far more than any program needs: one that is stopped by it has polled for ever.
SECONDS = 90


@dataclass(frozen=True, kw_only=True)
class Programs:
    """The programs, against one service."""

    endpoint: str
    key: str
    #: Where JavaScript programs are put beside the client that they import.
    folder: Path

    def python(self, release: str, name: str, *arguments: str) -> Any:
        """Run a program where a release of azure-ai-textanalytics is; return what it prints."""
        command = [os.fspath(sdks.python(release)), "-I", os.fspath(FOLDER / name)]
        return self._run([*command, *arguments])

    def javascript(self, name: str, *arguments: str) -> Any:
        """Run a program in a project that has the JavaScript client; return what it prints."""
        program = self.folder / name
        program.write_bytes(FOLDER.joinpath(name).read_bytes())
        modules = self.folder / "node_modules"
        if not modules.exists():
            modules.symlink_to(sdks.node_modules(), target_is_directory=True)
        return self._run([os.fspath(azurite.find().node), os.fspath(program), *arguments])

    def _run(self, command: list[str]) -> Any:
        done = subprocess.run(
            command,
            env={**os.environ, "SPANWRIGHT_ENDPOINT": self.endpoint, "SPANWRIGHT_KEY": self.key},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout)
