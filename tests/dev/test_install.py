"""Environments and downloads: made once, repaired when broken, and a sentence when that fails."""

from __future__ import annotations

import base64
import hashlib
import os
import sys
import zipfile
from pathlib import Path

import pytest

from devhost import azurite, browser, install, sdks, studio
from devhost.screen import Trouble

PROBE = "import tinypackage"


def make_wheel(folder: Path, version: str) -> Path:
    """Write a wheel with one module, so that pip has something to install without a network."""
    info = f"tinypackage-{version}.dist-info"
    files = {
        "tinypackage.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tinypackage\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{name},sha256={sha256(text)},{len(text)}\n" for name, text in files.items()]
    files[f"{info}/RECORD"] = "".join([*record, f"{info}/RECORD,,\n"])
    wheel = folder / f"tinypackage-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return wheel


def sha256(text: str) -> str:
    """Return a digest as a wheel's RECORD writes it."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def require(folder: Path, version: str) -> Path:
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{make_wheel(folder, version)}\n", "utf-8")
    return requirements


def set_up(folder: Path, requirements: Path) -> Path:
    return install.environment(
        folder / "environment",
        install.base_python(),
        [requirements],
        folder / "pip.log",
        probe=PROBE,
        title="Packages",
    )


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.mark.slow
def test_an_environment_is_made_once_and_again_when_its_pins_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = set_up(tmp_path, require(tmp_path, "1.0"))
    first = capsys.readouterr().out
    set_up(tmp_path, require(tmp_path, "1.0"))
    second = capsys.readouterr().out
    set_up(tmp_path, require(tmp_path, "2.0"))
    third = capsys.readouterr().out

    assert python == install.python_of(tmp_path / "environment")
    assert "Packages" in first
    assert second == ""
    assert "Packages" in third
    assert list((tmp_path / "environment").glob("**/tinypackage-2.0.dist-info"))


@pytest.mark.slow
def test_a_broken_environment_is_built_anew_and_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requirements = require(tmp_path, "1.0")
    set_up(tmp_path, requirements)
    environment = tmp_path / "environment"

    def spoil() -> None:
        module = next(environment.glob("**/tinypackage.py"))
        module.write_text("VERSION = '1.0 \n", "utf-8")
        os.utime(module, (0, 0))  # Else a compiled file of the same second would be taken for it.

    for damage, words in (
        (lambda: next(environment.glob("**/tinypackage.py")).unlink(), "missing or cut short"),
        (spoil, "cannot be imported"),
        (lambda: install.python_of(environment).unlink(), "Python does not start"),
        (lambda: (environment / install.STAMP).unlink(), "left unfinished"),
    ):
        capsys.readouterr()
        damage()
        set_up(tmp_path, requirements)

        told = capsys.readouterr().out
        assert words in told
        assert "building it anew" in told


def test_packages_that_cannot_be_had_are_named_and_leave_no_stamp(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("a-package-that-is-nowhere==1\n", "utf-8")

    with pytest.raises(Trouble) as trouble:
        set_up(tmp_path, requirements)

    assert "could not be installed" in str(trouble.value)
    assert "pip.log" in str(trouble.value)
    assert not (tmp_path / "environment" / install.STAMP).exists()


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        (
            "Retrying after connection broken by 'NewConnectionError': /simple/numpy/\n"
            "ERROR: Could not find a version that satisfies the requirement numpy==2 (none)",
            "What, first of all numpy==2, could not be downloaded: check the network and its proxy",
        ),
        ("npm error code ENOTFOUND", "What could not be downloaded: check the network"),
        ("OSError: [Errno 28] No space left on device", "What did not fit on the disk"),
        ("npm error code EACCES", "What could not be written: check owner and permissions"),
        ("Segmentation fault", "What could not be installed: see the end of"),
    ],
)
def test_an_install_that_fails_says_what_to_do(tmp_path: Path, printed: str, told: str) -> None:
    script = f"import sys; print({printed!r}); sys.exit(1)"

    with pytest.raises(Trouble) as trouble:
        install.run([sys.executable, "-c", script], "What", tmp_path / "log")

    assert str(trouble.value).startswith(told)
    assert "\n" not in str(trouble.value)


def test_a_program_that_is_missing_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="What cannot be installed: No such file or directory"):
        install.run([os.fspath(tmp_path / "nowhere")], "What", tmp_path / "log")


def test_a_file_in_the_way_of_the_folder_is_told_in_a_sentence(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")

    with pytest.raises(Trouble, match="cannot be written"):
        install.check_room(tmp_path / "file" / "folder")


def test_the_pins_of_included_files_count(tmp_path: Path) -> None:
    main, included = tmp_path / "requirements.txt", tmp_path / "constraints.txt"
    main.write_text("-c constraints.txt\none==1\n", "utf-8")
    included.write_text("two==1\n", "utf-8")
    before = install.hash_of([main])

    included.write_text("two==2\n", "utf-8")

    assert install.hash_of([main]) != before


@pytest.mark.skipif(
    os.name == "nt" or sys.version_info[:2] == (3, 13),
    reason="the launchers here are shell scripts, and a running 3.13 needs no search",
)
def test_a_launcher_that_only_says_there_is_no_python_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher = tmp_path / "shims" / "python3.13"
    launcher.parent.mkdir()
    launcher.write_text("#!/bin/sh\necho 'python3.13: command not found' >&2\nexit 127\n")
    launcher.chmod(0o755)
    real = tmp_path / "pyenv" / "versions" / "3.13.9" / "bin" / "python"
    real.parent.mkdir(parents=True)
    real.write_text(f"#!/bin/sh\nprintf 'True\\n{real}\\n'\n")
    real.chmod(0o755)
    monkeypatch.setenv("PATH", os.fspath(launcher.parent), prepend=os.pathsep)
    monkeypatch.setenv("PYENV_ROOT", os.fspath(tmp_path / "pyenv"))

    assert install.find_python313() == os.fspath(real)


@pytest.mark.parametrize("source", [azurite.SOURCE, sdks.JAVASCRIPT_SOURCE, browser.SOURCE])
def test_node_packages_that_are_installed_are_left_alone(tmp_path: Path, source: Path) -> None:
    tmp_path.joinpath("packages").mkdir()
    stamp = tmp_path / "packages" / "installed"
    stamp.write_text(install.hash_of([source / "package-lock.json"]), "utf-8")

    install.node_packages(
        tmp_path / "packages",
        source,
        tmp_path / "no-node",
        tmp_path / "npm.log",
        what="They",
        title="Packages",
    )

    assert not tmp_path.joinpath("npm.log").exists()


def test_node_packages_whose_install_was_cut_short_are_installed_again(tmp_path: Path) -> None:
    cut_short = tmp_path / "packages.partial" / "node_modules"
    cut_short.mkdir(parents=True)

    # A Python is no node, but it is started: that, and a clean beginning, is what this shows.
    with pytest.raises(Trouble, match="They could not be installed"):
        install.node_packages(
            tmp_path / "packages",
            azurite.SOURCE,
            Path(sys.executable),
            tmp_path / "npm.log",
            what="They",
            title="Packages",
        )

    assert "npm-cli.js" in tmp_path.joinpath("npm.log").read_text("utf-8")
    assert not cut_short.exists()
    assert not tmp_path.joinpath("packages").exists()


@pytest.mark.parametrize(
    "source", [azurite.SOURCE, sdks.JAVASCRIPT_SOURCE, browser.SOURCE, studio.SOURCE]
)
def test_a_lock_file_of_node_packages_names_no_server(source: Path) -> None:
    content = source.joinpath("package-lock.json").read_text("utf-8")

    assert '"integrity"' in content
    assert '"resolved"' not in content
