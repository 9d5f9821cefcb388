"""What is deployed: all that the app runs by, and nothing else."""

from __future__ import annotations

import ast
import contextlib
import re
import sys
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from benchmarks import package
from devhost.invocation import registered
from function_app import app
from shared.settings import UPLOADS
from tests.infra.deployment import ROOT

#: The packages that this interpreter has.
SITE = Path(sysconfig.get_path("purelib"))

DEPLOYED = sorted(path.as_posix() for path in package.files())


def required() -> set[str]:
    """Return the names of the packages that `requirements.txt` brings, with what they bring."""
    waiting = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    found: set[str] = set()
    while waiting:
        name = re.match(r"[\w.-]*", waiting.pop()).group().lower()
        if name in found or name.startswith("-"):
            continue
        with contextlib.suppress(metadata.PackageNotFoundError, ValueError):
            needs = metadata.requires(name) or []
            waiting += [one for one in needs if "extra ==" not in one]
            found.add(name)
    return found


def imported() -> Iterator[tuple[str, str]]:
    """Yield each foreign package that a deployed module imports anywhere, with the module."""
    for path in DEPLOYED:
        if path.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((alias.name, path) for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield f"{node.module}", path


def test_there_is_what_the_app_runs_by_and_nothing_else() -> None:
    assert {path.split("/")[0] for path in DEPLOYED} == {
        "LICENSE",
        "constraints.txt",
        "function_app.py",
        "functions",
        "host.json",
        "requirements.txt",
        "shared",
        "studio",
    }
    assert {path.split("/")[1] for path in DEPLOYED if path.startswith("studio/")} <= {
        "dist",
        "docs",
    }


@pytest.mark.parametrize(
    ("path", "deployed"),
    [
        ("studio/dist/index.html", True),
        ("studio/docs/index.html", True),
        ("shared/tests/data.json", True),
        ("studio/src/main.tsx", False),
        ("studio/node_modules/react/index.js", False),
        ("shared/__pycache__/clock.cpython-313.pyc", False),
        ("tests/conftest.py", False),
        ("local.settings.json", False),
        (".env", False),
        (".venv/pyvenv.cfg", False),
        (".azure/production/.env", False),
        (".git/HEAD", False),
        (".spanwright/data/blobs", False),
        (".funcignore", False),
    ],
)
def test_a_file_is_deployed_by_its_place(path: str, deployed: bool, tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("", "utf-8")
    (tmp_path / ".funcignore").write_bytes((ROOT / ".funcignore").read_bytes())

    assert (Path(path) in set(package.files(tmp_path))) is deployed


def test_every_package_that_is_imported_is_required() -> None:
    brought = required()
    of_modules = metadata.packages_distributions()

    for name, path in imported():
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or (ROOT / top).exists() or top == "function_app":
            continue
        assert {one.lower() for one in of_modules.get(top, ())} & brought, f"{path} imports {name}"


def test_the_app_starts_from_its_package_alone(tmp_path: Path) -> None:
    package.build(tmp_path)

    started = package.start(tmp_path, site=SITE)

    names = [str(one.get_function_name()) for one in registered(app)]
    assert list(started.names) == sorted(names)
    ours = [file for file in started.files if file.is_relative_to(ROOT)]
    assert [file for file in ours if not file.is_relative_to(SITE)] == []
    assert sum(file.is_relative_to(tmp_path) for file in started.files) > 50


def test_the_hook_tells_uploads_to_the_function_that_hears_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package.build(tmp_path)
    without = package.start(tmp_path, site=SITE)
    monkeypatch.setenv(UPLOADS, "papers")

    started = package.start(tmp_path, site=SITE)

    (heard,) = set(started.names) - set(without.names)
    hook = (ROOT / "infra" / "hooks" / "uploads.sh").read_text("utf-8")
    assert f"functionName=Host.Functions.{heard}&" in hook
    alerts = (ROOT / "infra" / "app" / "alerts.bicep").read_text("utf-8")
    assert f'name == "{heard}" and success == false' in alerts
