"""What is deployed: the package that `azd` makes, its size, and how long its first import takes.

    python -m benchmarks.package                  with its requirements, which pip downloads
    python -m benchmarks.package --rounds 20

The package is built in a temporary folder by the rules of `.funcignore`, and the requirements are
installed into it as the build on Azure does. Each round is a fresh interpreter that sees nothing
but its own library and the package, and writes no bytecode. The bytecode of the requirements is
there, since pip makes it; that of the app is not, and then it is.
"""

from __future__ import annotations

import argparse
import compileall
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pathspec

from benchmarks.machine import about

ROOT = Path(__file__).resolve().parents[1]
IGNORED = ".funcignore"

#: Where the Functions host looks for the requirements of a package.
SITE = ".python_packages/lib/site-packages"

#: Imports the app from the folders that it is given and tells how it was, as JSON.
_IMPORT = """
import json, sys, time
sys.path[:0] = sys.argv[1:]
began = time.perf_counter()
import function_app
seconds = time.perf_counter() - began
files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
except ImportError:
    peak = 0
names = sorted(one.get_function_name() for one in function_app.app.get_functions())
print(json.dumps(
    {"seconds": seconds, "peak": peak, "files": [file for file in files if file], "names": names}
))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """One first import of the app, in an interpreter of its own."""

    seconds: float
    #: The most memory that the process had, as the system counts it.
    peak: int
    #: The files of all modules that were loaded.
    files: tuple[Path, ...]
    #: The functions of the app.
    names: tuple[str, ...]


def files(root: Path = ROOT) -> Iterator[Path]:
    """Yield what is deployed of a checkout, by paths relative to it."""
    rules = (root / IGNORED).read_text("utf-8").splitlines()
    ignored = pathspec.GitIgnoreSpec.from_lines([*rules, f"/{IGNORED}"])
    for folder, folders, names in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = [one for one in folders if not ignored.match_file(f"{here / one}/")]
        yield from (here / name for name in names if not ignored.match_file(here / name))


def build(folder: Path, root: Path = ROOT) -> None:
    """Put what is deployed of a checkout into a folder."""
    for path in files(root):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / path)


def install(folder: Path) -> None:
    """Install the requirements of a package into it."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-warn-conflicts", "--target", SITE, "--requirement", "requirements.txt"]
    subprocess.run(command, cwd=folder, check=True)


def start(folder: Path, *, site: Path | None = None) -> Start:
    """Import the app of a package in a fresh interpreter, which sees nothing beside.

    Its requirements are those in the package, or in `site`. Raises `CalledProcessError` where the
    app cannot be imported.
    """
    packages = site or folder / SITE
    # Without `site`, this interpreter's own packages are not there; alone, nor is the checkout.
    command = [sys.executable, "-I", "-S", "-B", "-c", _IMPORT, os.fspath(folder)]
    told = subprocess.run(
        [*command, os.fspath(packages)], cwd=folder, check=True, capture_output=True, text=True
    )
    found = json.loads(told.stdout)
    return Start(
        seconds=found["seconds"],
        peak=found["peak"],
        files=tuple(Path(file) for file in found["files"]),
        names=tuple(found["names"]),
    )


def _zipped(folder: Path, paths: list[Path]) -> int:
    """Return the bytes that files take in one archive, as they are sent."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in paths:
            zipped.write(folder / path, path)
    return len(archive.getvalue())


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _outside(folder: Path, loaded: Start) -> list[Path]:
    """Return the modules that came neither from the package nor with Python itself."""
    ours = (folder.resolve(), Path(os.__file__).resolve().parent)
    return [file for file in loaded.files if not any(file.is_relative_to(one) for one in ours)]


def _seconds(starts: Sequence[Start]) -> str:
    seconds = [one.seconds for one in starts]
    return (
        f"median {statistics.median(seconds):.2f} s of {len(seconds)}"
        f" ({min(seconds):.2f} to {max(seconds):.2f} s)"
    )


def main() -> None:
    """Build the package, measure it, and print what was found."""
    options = argparse.ArgumentParser(description="Measures the package that is deployed.")
    options.add_argument("--rounds", type=int, default=9, help="first imports to measure")
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        build(folder)
        paths = sorted(files())
        rooms: Counter[str] = Counter()
        for path in paths:
            room = "/".join(path.parts[:2]) if path.parts[0] == "studio" else path.parts[0]
            rooms[room] += (folder / path).stat().st_size
        if not (folder / "studio" / "dist").is_dir():
            print("The studio is not built, and so is missing: run `python3 dev.py up` first.")
        print(f"{len(paths)} files, {rooms.total() / 1000:,.0f} kB", end="")
        print(f" ({_zipped(folder, paths) / 1000:,.0f} kB as they are sent):")
        for room, size in rooms.most_common():
            print(f"  {room:18} {size / 1000:8,.1f} kB")
        install(folder)
        print(f"with its requirements {_bytes(folder) / 1e6:,.0f} MB")
        bare = [start(folder) for _ in range(rounds)]
        if outside := _outside(folder, bare[0]):
            raise SystemExit(f"Not of the package: {outside}")
        for own in ("functions", "shared"):
            compileall.compile_dir(folder / own, quiet=1)
        compiled = [start(folder) for _ in range(rounds)]
    print(
        f"first import of the app with its {len(bare[0].names)} functions, from the package alone:"
        f" {len(bare[0].files)} modules, {bare[0].peak / 1024:,.0f} MB"
    )
    print(f"  without bytecode of the app  {_seconds(bare)}")
    print(f"  with it                      {_seconds(compiled)}")
    print(", ".join(f"{name} {value}" for name, value in about().items() if "not" not in value))


if __name__ == "__main__":
    main()
