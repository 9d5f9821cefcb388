"""The build of the studio: made when its sources change, whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from devhost import browser, studio
from devhost.screen import Trouble


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A studio whose packages are installed, and which was built of what is there."""
    for name, text in {
        "package-lock.json": "{}",
        "index.html": "<p>",
        "src/main.tsx": "1",
        "public/icon.svg": "<svg/>",
        "dist/index.html": "built",
    }.items():
        tmp_path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        tmp_path.joinpath(name).write_text(text, "utf-8")
    monkeypatch.setattr(studio, "SOURCE", tmp_path)
    monkeypatch.setattr(studio, "BUILT", tmp_path / "dist")
    monkeypatch.setattr(studio, "_PACKAGES", tmp_path / "node_modules")
    (tmp_path / "node_modules").mkdir()
    digest = studio.install.hash_of([tmp_path / "package-lock.json"])
    (tmp_path / "node_modules" / "spanwright.stamp").write_text(digest, "utf-8")
    (tmp_path / "dist" / "spanwright.stamp").write_text(studio._digest(), "utf-8")
    return tmp_path


def test_a_build_of_the_present_sources_is_left_alone(source: Path) -> None:
    studio.build(source / "no-node")

    assert source.joinpath("dist/index.html").read_text("utf-8") == "built"


@pytest.mark.parametrize("changed", ["src/main.tsx", "src/new.ts", "public/icon.svg", "index.html"])
def test_any_change_of_a_source_wants_a_new_build(source: Path, changed: str) -> None:
    source.joinpath(changed).write_text("other", "utf-8")

    # A Python is no node, but it is started: that is what this shows.
    with pytest.raises(Trouble, match="The studio"):
        studio.build(Path(sys.executable))


def test_a_build_that_fails_leaves_the_one_that_is_served(source: Path) -> None:
    source.joinpath("src/main.tsx").write_text("broken", "utf-8")

    with pytest.raises(Trouble):
        studio.build(Path(sys.executable))

    assert source.joinpath("dist/index.html").read_text("utf-8") == "built"


def test_packages_of_another_lock_file_are_installed_anew(source: Path) -> None:
    source.joinpath("package-lock.json").write_text('{"other": 1}', "utf-8")

    with pytest.raises(Trouble, match="The packages of the studio"):
        studio.build(Path(sys.executable))


def test_a_browser_that_is_named_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(browser.SETTING, str(tmp_path / "chrome"))

    assert browser.find() == browser.Browser(tmp_path / "chrome")


def test_no_browser_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(browser.SETTING, raising=False)
    monkeypatch.setattr(browser, "UNPACKED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(browser.MissingBrowserError, match=r"dev\.py test"):
        browser.find()
