"""The official clients that the tests run, as users of the hosted service have them installed.

Their pins rule each other out, so each has an environment of its own; only the newest released one
for Python is a package of the development environment itself. Only the standard library is
imported here: `dev.py` makes the environments before anything is installed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from devhost import azurite, install
from devhost.install import HIDDEN

#: Holds what pins them: `requirements-<release>.txt`, and the lock file of the JavaScript client.
SOURCE = azurite.ROOT / "tests" / "sdk"
JAVASCRIPT_SOURCE = SOURCE / "javascript"

#: Where it is installed: a folder that has node_modules.
JAVASCRIPT = HIDDEN / "sdk-javascript"

#: The environments of Python clients, by the release of azure-ai-textanalytics that they hold.
PYTHON = {release: HIDDEN / f"sdk-{release}" for release in ("5.2", "6")}


class MissingClientError(Exception):
    """A client is not installed; the message says what to do."""


def set_up(node: Path) -> None:
    """Install every client that is not there yet; `node` runs npm. Raises `Trouble`."""
    logs = HIDDEN / "logs"
    for release, folder in PYTHON.items():
        install.environment(
            folder,
            install.base_python(),
            [SOURCE / f"requirements-{release}.txt"],
            logs / f"pip-sdk-{release}.log",
            probe="import azure.ai.textanalytics",
            title=f"The official Python client {release}",
        )
    install.node_packages(
        JAVASCRIPT,
        JAVASCRIPT_SOURCE,
        node,
        logs / "npm-sdk.log",
        what="The JavaScript client",
        title="The official JavaScript client",
    )


def python(release: str) -> Path:
    """Return the interpreter whose packages hold this release: 5.4, 5.2 or 6.

    Raises `MissingClientError` where it is not installed.
    """
    if release == "5.4":
        return Path(sys.executable)
    return _present(install.python_of(PYTHON[release]))


def node_modules() -> Path:
    """Return the folder of the JavaScript client. Raises `MissingClientError`."""
    return _present(JAVASCRIPT / "node_modules")


def _present(path: Path) -> Path:
    # Not `resolve`: a virtual environment's interpreter is a link, and is itself by its place.
    if not path.exists():
        raise MissingClientError(
            f"An official client is not installed ({os.fspath(path)} is missing): run "
            "`python3 dev.py test`."
        )
    return path
