"""What the two commands need on this machine: virtual environments and Azurite, both pinned.

Only the standard library is imported: this runs before anything is installed. Every install
ends with a stamp, the hash of the files that pin it, so that the next run has nothing to do; one
that was cut short has no stamp and is made again.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devhost import azurite
from devhost.screen import Trouble, step

#: Everything that we put into the checkout, beside the environments; git ignores it.
HIDDEN = azurite.ROOT / ".spanwright"

#: In the root of an environment, beside pyvenv.cfg.
STAMP = "spanwright.stamp"

#: Free space that a first set-up takes, with room for the downloads.
NEEDED_BYTES = 1_500_000_000

#: Modules with compiled parts, and the one that everything imports: an environment that imports
#: them fits this machine.
PROBE = "import azure.functions, cryptography, numpy, regex"
ORACLE_PROBE = "import azure_functions_runtime"

_NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError"
    r"|SSLError|Failed to establish|Max retries|ConnectionResetError|Connection broken"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET|SELF_SIGNED|UNABLE_TO_"
)
_NO_DISK = re.compile(r"No space left on device|ENOSPC|Errno 28\b|not enough space", re.IGNORECASE)
_NOT_WRITABLE = re.compile(r"Permission denied|Read-only file system|EACCES|EROFS|EPERM")


def environment(
    folder: Path, python: str, requirements: Sequence[Path], log: Path, *, probe: str, title: str
) -> Path:
    """Return the Python of the virtual environment `folder`, made or repaired where needed.

    It holds what `requirements` (and what they include) pin, and `python` makes it. One whose
    interpreter does not start, whose files are incomplete, or that cannot run the statement
    `probe` is built anew, once, and said to be. The output of pip goes to `log`. Raises `Trouble`.
    """
    stamp, digest = folder / STAMP, hash_of(requirements)
    if stamp.is_file():
        fault = _fault(folder, probe)
        if fault is None and stamp.read_text("utf-8") == digest:
            return python_of(folder)
        if fault is not None:
            print(f"  The environment {folder.name} is broken ({fault}): building it anew.")
            _remove(folder)
    elif folder.exists():
        print(f"  The environment {folder.name} was left unfinished: building it anew.")
        _remove(folder)
    with step(title):
        if not folder.exists():
            _create(folder, python, log)
        stamp.unlink(missing_ok=True)
        command = [os.fspath(python_of(folder)), "-m", "pip", "--disable-pip-version-check"]
        command += ["--no-input", "install", "--progress-bar", "off", "--retries", "2"]
        # Wheels only: nothing is compiled here, and no package's set-up script runs.
        command += ["--only-binary", ":all:"]
        for file in requirements:
            command += ["-r", os.fspath(file)]
        run(command, "The Python packages", log)
    if fault := _fault(folder, probe):
        raise Trouble(f"The Python packages do not work on this machine ({fault}): see {log}.")
    stamp.write_text(digest, "utf-8")
    return python_of(folder)


def node_packages(
    folder: Path, source: Path, node: Path, log: Path, *, what: str, title: str
) -> None:
    """Install what the lock file of `source` pins into `folder`, unless it is there.

    `node` is the node binary, whose npm is used. npm works in a folder beside `folder`, which takes
    its name when it is complete. The output of npm goes to `log`; `what` is how a sentence about
    a failure begins. Raises `Trouble`.
    """
    lock = source / "package-lock.json"
    stamp, digest = folder / "installed", hash_of([lock])
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return
    partial = folder.with_name(f"{folder.name}.partial")
    with step(title):
        _remove(partial)
        partial.mkdir(parents=True)
        for file in (lock, source / "package.json"):
            shutil.copy(file, partial)
        clean_install(partial, node, what, log)
        (partial / "installed").write_text(digest, "utf-8")
        _remove(folder)
        partial.rename(folder)


def clean_install(folder: Path, node: Path, what: str, log: Path) -> None:
    """Install what the lock file in `folder` pins, there; as `node_packages` says."""
    command = [os.fspath(node), os.fspath(_npm(node)), "ci", "--ignore-scripts"]
    command += ["--no-audit", "--no-fund", "--fetch-retries", "2"]
    command += ["--fetch-retry-mintimeout", "2000", "--fetch-retry-maxtimeout", "8000"]
    run(command, what, log, cwd=folder, env=with_node(node))


def with_node(node: Path) -> dict[str, str]:
    """Return this process's environment, in which programs find this node before any other."""
    path = os.pathsep.join((os.fspath(node.parent), os.environ.get("PATH", os.defpath)))
    return {**os.environ, "PATH": path}


def python_of(folder: Path) -> Path:
    """Return where the interpreter of the virtual environment `folder` is."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_python313() -> str | None:
    """Return a Python 3.13 of this machine that really runs, or None.

    The usual places are tried; a launcher on the PATH that only says that there is none (pyenv
    has such) does not count.
    """
    if sys.version_info[:2] == (3, 13):
        return base_python()
    home = Path.home()
    pyenv = [Path(root) for root in (os.environ.get("PYENV_ROOT"), home / ".pyenv") if root]
    places = [*(root.glob("versions/3.13*/bin/python") for root in pyenv)]
    places += [Path("/usr/local/bin").glob("python3.13"), Path("/opt").glob("*/bin/python3.13")]
    places += [(home / ".local/share/uv/python").glob("*3.13*/bin/python3.13")]
    candidates: list[list[str]] = []
    if found := shutil.which("python3.13"):
        candidates.append([found])
    if launcher := shutil.which("py"):
        candidates.append([launcher, "-3.13"])
    candidates += [[os.fspath(path)] for paths in places for path in sorted(paths)]
    for candidate in candidates:
        if python := _answer(candidate):
            return python
    return None


def check_room(folder: Path) -> None:
    """Raise `Trouble` when `folder` cannot be written, or its disk has no room for a set-up."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / "trial"
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise unwritable(folder, error) from error
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES and not (folder / "azurite").exists():
        raise Trouble(
            f"The set-up needs {NEEDED_BYTES / 1e9:.1f} GB of disk and {folder} has "
            f"{free / 1e9:.1f} GB left: make room and run this again."
        )


def unwritable(folder: Path, error: OSError) -> Trouble:
    """Return what to tell when writing into `folder` failed with `error`."""
    if error.errno == errno.ENOSPC:
        return Trouble(f"The disk of {folder} is full: make room and run this again.")
    reason = error.strerror or "unknown reason"
    return Trouble(f"{folder} cannot be written ({reason}): check its owner and permissions.")


def hash_of(files: Sequence[Path]) -> str:
    """Return a hash of the files and of those that they include (`-r`, `-c`), in order."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(hashlib.sha256(content).digest())
        if file.suffix == ".txt":
            included = re.findall(r"(?m)^-[rc]\s+(\S+)", content.decode("utf-8"))
            digest.update(hash_of([file.parent / name for name in included]).encode())
    return digest.hexdigest()


def _fault(folder: Path, probe: str) -> str | None:
    """Return what is wrong with an environment, in a few words, or None."""
    python = python_of(folder)
    if not _succeeds([os.fspath(python), "-c", "pass"]):
        return "its Python does not start"
    for record in sorted(_site(folder).glob("*.dist-info/RECORD")):
        with record.open(encoding="utf-8", newline="") as file:
            for name, _, size in csv.reader(file):
                if size and not _has_size(record.parent.parent / name, int(size)):
                    return f"{Path(name).name} of {record.parent.name} is missing or cut short"
    if not _succeeds([os.fspath(python), "-c", probe]):
        return "its packages cannot be imported"
    return None


def _site(folder: Path) -> Path:
    """Return where the packages of an environment are (or, while it has none, the folder)."""
    pattern = "Lib/site-packages" if os.name == "nt" else "lib/python3*/site-packages"
    return next(iter(folder.glob(pattern)), folder)


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _create(folder: Path, python: str, log: Path) -> None:
    if python == base_python() and importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Trouble(
            "This Python cannot make virtual environments: install that part (on Debian and "
            f"Ubuntu: sudo apt install python{version}-venv) and run this again."
        )
    run([python, "-m", "venv", os.fspath(folder)], "The virtual environment", log)


def run(
    command: Sequence[str],
    what: str,
    log: Path,
    *,
    cwd: Path = azurite.ROOT,
    env: dict[str, str] | None = None,
) -> None:
    """Run a step of the set-up with its output in `log`; raise `Trouble` when it fails."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            done = subprocess.run(  # noqa: S603 - our own list of arguments, no shell
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
    except OSError as error:
        raise Trouble(f"{what} cannot be installed: {error.strerror} ({command[0]}).") from error
    if done.returncode:
        raise Trouble(_explain(what, log))


def _explain(what: str, log: Path) -> str:
    """Return the sentence for an install that failed, from what it printed."""
    printed = log.read_text("utf-8", errors="replace")
    if _NO_DISK.search(printed):
        return f"{what} did not fit on the disk: make room and run this again."
    if _NO_NETWORK.search(printed):
        wanted = re.search(r"satisfies the requirement (\S+)", printed)
        detail = f", first of all {wanted[1]}," if wanted else ""
        return (
            f"{what}{detail} could not be downloaded: check the network and its proxy settings, "
            f"and run this again (details in {log})."
        )
    if _NOT_WRITABLE.search(printed):
        return f"{what} could not be written: check owner and permissions (details in {log})."
    return f"{what} could not be installed: see the end of {log}."


def _remove(folder: Path) -> None:
    """Remove a folder of ours with all that is in it, if it exists."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise Trouble(
            f"{folder} cannot be removed ({error.strerror}): is something of it running?"
        ) from error


def _npm(node: Path) -> Path:
    """Return the script of the npm that came with this node."""
    home = node.parent if os.name == "nt" else node.parent.parent / "lib"
    return home / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _answer(command: Sequence[str]) -> str | None:
    """Return the path of the interpreter that `command` starts if it is a Python 3.13."""
    question = "import sys; print(sys.version_info[:2] == (3, 13), sys.executable, sep='\\n')"
    try:
        done = subprocess.run(  # noqa: S603 - a Python that was found, and our question
            [*command, "-c", question], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.splitlines()
    return lines[1] if done.returncode == 0 and lines[:1] == ["True"] else None


def _succeeds(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - the environment's own Python
            command, capture_output=True, timeout=120, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def base_python() -> str:
    """Return this interpreter, or the one that its virtual environment was made with."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)
