"""The documentation cannot go stale: what it must tell is looked up in it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from shared import settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])
SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.parametrize("name", settings.SETTINGS)
def test_every_setting_is_explained(name: str) -> None:
    assert f"`{name}`" in SETTINGS


def test_every_event_of_the_log_is_explained_and_no_other() -> None:
    logged = {
        ast.literal_eval(call.args[0])
        for folder in ("shared", "functions")
        for path in ROOT.joinpath(folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func)
        in {f"telemetry.{name}" for name in ("event", "warning", "fault")}
    }
    table = OPERATIONS.partition("| event |")[2].partition("\n\n")[0]
    first = "".join(line.split("|")[1] for line in table.splitlines()[2:])

    assert set(re.findall(r"`([a-z-]+)`", first)) - {"cold-start"} == logged
    assert 'event("cold-start"' in ROOT.joinpath("shared", "telemetry.py").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_setting_that_is_not_there(page: Path) -> None:
    named = set(re.findall(r"`(SPANWRIGHT_\w*[A-Za-z0-9])`", page.read_text("utf-8")))

    assert named <= set(settings.SETTINGS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))

    for target in targets:
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if heading:
            assert heading in headings(there), target


def headings(page: Path) -> set[str]:
    """Return the headings of a page, as links name them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_sample_of_local_settings_can_be_read_and_has_the_defaults() -> None:
    values = json.loads((ROOT / "local.settings.sample.json").read_text("utf-8"))["Values"]

    own = {name for name in values if name.startswith("SPANWRIGHT_")}
    assert own <= set(settings.SETTINGS)
    read = settings.read(values)
    plain = settings.Settings(storage=read.storage, key_digests=read.key_digests)
    assert read == plain


@pytest.mark.parametrize(
    "file",
    sorted([*ROOT.glob("requirements*.txt"), *ROOT.glob("tests/sdk/requirements*.txt")]),
    ids=lambda path: str(path.name),
)
def test_every_dependency_is_pinned_and_explained(file: Path) -> None:
    for line in file.read_text("utf-8").splitlines():
        if not line or line.startswith(("#", "-")):
            continue
        package, pinned, _ = line.partition("==")
        assert pinned, line
        assert package in CONTRIBUTING


def test_no_lock_file_names_where_a_package_came_from() -> None:
    locks = [path for path in ROOT.rglob("package-lock.json") if "node_modules" not in path.parts]
    ours = [path for path in locks if ".spanwright" not in path.parts]
    assert len(ours) >= 4
    for lock in ours:
        assert "resolved" not in lock.read_text("utf-8")


@pytest.mark.parametrize(
    "folder",
    [
        "shared",
        "functions",
        "devhost",
        "infra",
        "studio",
        "samples",
        "docs",
        "benchmarks",
        "tests",
    ],
)
def test_every_room_is_on_the_map(folder: str) -> None:
    assert f"{folder}/" in CONTRIBUTING
