"""Runs programs as their users do: in an environment of their own, told where the service is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devhost import azurite, sdks

PROGRAMS = Path(__file__).parent / "programs"

#: Seconds after which a program is taken to wait for ever.
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of this folder, with the address and the key of a service."""

    endpoint: str
    key: str

    def python(self, release: str, program: str, **given: Any) -> Any:
        """Run a Python program with a release of the client; return what it printed, as JSON."""
        path = PROGRAMS / f"v{release.replace('.', '_')}" / f"{program}.py"
        return self._run([sdks.python(release), path], given)

    def javascript(self, program: str, **given: Any) -> Any:
        """Run a JavaScript program; return what it printed, as JSON."""
        node = azurite.find_node(Path(sys.prefix))
        path = PROGRAMS / "javascript" / f"{program}.cjs"
        return self._run([node, path], given, NODE_PATH=os.fspath(sdks.node_modules()))

    def _run(self, command: list[Path], given: dict[str, Any], **environment: str) -> Any:
        done = subprocess.run(
            [os.fspath(part) for part in command],
            input=json.dumps(given),
            env={
                **os.environ,
                "LANGUAGE_ENDPOINT": self.endpoint,
                "LANGUAGE_KEY": self.key,
                "PYTHONPATH": "",
                **environment,
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)
