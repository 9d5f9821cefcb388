"""The commands of `dev.py`: set up what is missing, then run the service or the checks."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from devhost import azurite, browser, install, local, lock, sdks, studio
from devhost.install import HIDDEN
from devhost.screen import TITLE_WIDTH, Trouble, last_lines, never_fail_on_letters

ROOT = azurite.ROOT

#: How long to wait for another set-up in the same checkout.
SETUP_SECONDS = 600.0

#: Static checks, before any test: a name, and the module with its arguments.
CHECKS = (
    ("Lint (ruff)", ("ruff", "check", ".")),
    ("Format (ruff)", ("ruff", "format", "--check", ".")),
    ("Types (mypy)", ("mypy",)),
)

#: How tests are run side by side: two at a time on any machine, since many start processes of their
#: own. A file stays together, so that what its tests share is made once.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")

#: What `check` leaves out, to be done in a minute.
FAST = "not slow and not azurite"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    options, rest = _parse(arguments)
    never_fail_on_letters()
    local.stop_on_signals()
    try:
        if options.command == "up":
            return _up(options)
        return _check(rest) if options.command == "check" else _test(rest)
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        return 0 if options.command == "up" else 130
    except (Trouble, azurite.AzuriteError) as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _parse(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="dev.py", description="Spanwright on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    local.add_options(commands.add_parser("up", help="run the service, with the sample project"))
    for name, text in (
        ("test", "lint, types and every test; further arguments go to pytest"),
        ("check", "lint, types and the fast tests, in under a minute; as above"),
    ):
        commands.add_parser(name, help=text, add_help=False)
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command == "up":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options, rest


def _up(options: argparse.Namespace) -> int:
    local.bind(options.port).close()  # a taken port is told before a minute of set-up
    python = set_up()
    command = [os.fspath(python), "-m", "devhost.local", f"--port={options.port}"]
    command += [f"--workers={options.workers}"]
    command += ["--memory"] if options.memory else [f"--data={options.data.absolute()}"]
    command += [] if options.sample else ["--no-sample"]
    # The key goes through the environment, where other users of the machine cannot read it.
    return _become(command, {"SPANWRIGHT_KEY": options.key} if options.key else {})


def _test(pytest_arguments: Sequence[str]) -> int:
    python = set_up()
    oracle = _set_up_oracle()
    _set_up_for_tests()
    if code := _static_checks(python):
        return code
    command = [os.fspath(python), "-m", "pytest", *SIDE_BY_SIDE, *pytest_arguments]
    return _become(command, {"SPANWRIGHT_PYTHON313": os.fspath(oracle)} if oracle else {})


def _check(pytest_arguments: Sequence[str]) -> int:
    python = set_up()
    if code := _static_checks(python):
        return code
    command = [os.fspath(python), "-m", "pytest", *SIDE_BY_SIDE, "-q", "-m", FAST]
    return _become([*command, *pytest_arguments], {})


def set_up() -> Path:
    """Make sure of the environment, of Azurite and of the studio; return the environment's Python.

    Two set-ups in one checkout take turns. Raises `Trouble`.
    """
    install.check_room(HIDDEN)
    logs = HIDDEN / "logs"
    try:
        with lock.hold(HIDDEN / "setup.lock", wait_seconds=SETUP_SECONDS):
            python = install.environment(
                ROOT / ".venv",
                install.base_python(),
                [ROOT / "requirements-dev.txt"],
                logs / "pip.log",
                probe=install.PROBE,
                title="Python packages (a minute or two, once)",
            )
            node = azurite.find_node(ROOT / ".venv")
            if "SPANWRIGHT_AZURITE" not in os.environ:
                install.node_packages(
                    azurite.INSTALLED,
                    azurite.SOURCE,
                    node,
                    logs / "npm.log",
                    what="Azurite",
                    title="Azurite, the local storage",
                )
            studio.build(node)
    except lock.LockedError as taken:
        raise _waited(taken) from taken
    return python


def _set_up_for_tests() -> None:
    """Make sure of the official clients and the browser that the tests run. Raises `Trouble`."""
    node = azurite.find_node(ROOT / ".venv")
    try:
        with lock.hold(HIDDEN / "setup.lock", wait_seconds=SETUP_SECONDS):
            sdks.set_up(node)
            browser.set_up(node)
    except lock.LockedError as taken:
        raise _waited(taken) from taken


def _waited(taken: lock.LockedError) -> Trouble:
    return Trouble(
        f"Another set-up of this checkout does not end (process {taken.holder}): stop it and "
        "run this again."
    )


def _set_up_oracle() -> Path | None:
    """Make the environment of the official worker's test; return its Python, or None for none."""
    python = install.find_python313()
    if python is None:
        print("  There is no Python 3.13 here: the test against the official worker needs one.")
        return None
    return install.environment(
        ROOT / ".venv313",
        python,
        [ROOT / "requirements.txt", ROOT / "requirements-oracle.txt"],
        HIDDEN / "logs" / "pip313.log",
        probe=install.ORACLE_PROBE,
        title="The official worker of Azure Functions, on Python 3.13",
    )


def _static_checks(python: Path) -> int:
    """Run the static checks; return 0, or the exit code of the first that finds something."""
    checks = [
        (title, [os.fspath(python), "-m", module, *arguments], ROOT)
        for title, (module, *arguments) in CHECKS
    ]
    node = azurite.find_node(ROOT / ".venv")
    checks += [(title, command, studio.SOURCE) for title, command in studio.checks(node)]
    for title, command, folder in checks:
        started = time.monotonic()
        print(f"  {title:<{TITLE_WIDTH}}", end="", flush=True)
        done = subprocess.run(  # noqa: S603 - our own list of arguments, no shell
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        print(f"{time.monotonic() - started:6.1f} s", flush=True)
        if done.returncode:
            print(last_lines(done.stdout, 200))
            print(f"{title} found what to mend; the tests were not run.", file=sys.stderr)
            return done.returncode
    return 0


def _become(command: list[str], extra: Mapping[str, str]) -> int:
    """Run a command of the environment in place of this process, so that it gets our signals."""
    sys.stdout.flush()
    os.chdir(ROOT)
    if os.name != "nt":
        os.execve(command[0], command, {**os.environ, **extra})  # noqa: S606 - no shell is wanted
    with subprocess.Popen(command, env={**os.environ, **extra}) as process:  # noqa: S603 - ours
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the command got it too, and comes to its own end
