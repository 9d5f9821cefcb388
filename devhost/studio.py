"""The studio's build: its packages, and the files that the app serves.

Only the standard library is imported here: `dev.py` builds before anything is installed but node.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from devhost import azurite, install
from devhost.install import HIDDEN
from devhost.screen import step

SOURCE = azurite.ROOT / "studio"

#: What the app serves; made anew when anything that it is made of has changed.
BUILT = SOURCE / "dist"

_PACKAGES = SOURCE / "node_modules"
_STAMP = "spanwright.stamp"


def build(node: Path) -> None:
    """Make sure that what the app serves is made of the sources as they are. Raises `Trouble`."""
    _install(node)
    stamp, digest = BUILT / _STAMP, _digest()
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return
    partial = BUILT.with_name("dist.partial")
    with step("The studio"):
        # Whoever serves the old files meanwhile has all of them until the new ones are whole.
        vite = [os.fspath(node), os.fspath(_PACKAGES / "vite" / "bin" / "vite.js"), "build"]
        vite += ["--outDir", os.fspath(partial), "--emptyOutDir", "--logLevel", "warn"]
        log = HIDDEN / "logs" / "studio.log"
        install.run(vite, "The studio", log, cwd=SOURCE, env=install.with_node(node))
        (partial / _STAMP).write_text(digest, "utf-8")
        shutil.rmtree(BUILT, ignore_errors=True)
        partial.rename(BUILT)


def checks(node: Path) -> tuple[tuple[str, list[str]], ...]:
    """Return the static checks of the studio: a title, and the command, to be run in `SOURCE`."""
    scripts = {
        "Types (tsc)": ["typescript/bin/tsc", "--noEmit"],
        "Lint and format (biome)": ["@biomejs/biome/bin/biome", "ci", "."],
    }
    tests = [os.fspath(node), "--test", "--test-reporter=dot", "src/**/*.test.ts"]
    commands = tuple(
        (title, [os.fspath(node), os.fspath(_PACKAGES / script), *arguments])
        for title, (script, *arguments) in scripts.items()
    )
    return (*commands, ("Tests of the studio's parts (node)", tests))


def _install(node: Path) -> None:
    """Install what the lock file pins, unless it is there."""
    lock = SOURCE / "package-lock.json"
    stamp, digest = _PACKAGES / _STAMP, install.hash_of([lock])
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return
    with step("Packages of the studio (a minute, once)"):
        log = HIDDEN / "logs" / "npm-studio.log"
        install.clean_install(SOURCE, node, "The packages of the studio", log)
    stamp.write_text(digest, "utf-8")


def _digest() -> str:
    """Return a hash of all that the build is made of."""
    digest = hashlib.sha256()
    files = [path for folder in ("src", "public") for path in (SOURCE / folder).rglob("*")]
    files += [*SOURCE.glob("*.json"), *SOURCE.glob("*.ts"), SOURCE / "index.html"]
    for path in sorted(path for path in files if path.is_file()):
        digest.update(path.relative_to(SOURCE).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
