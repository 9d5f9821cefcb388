"""`python -m devhost.local`: storage, the service and the sample project on this machine.

`dev.py up` makes the environment and becomes this program. It runs until Ctrl-C or SIGTERM, and
stops all that it has started.
"""

from __future__ import annotations

import _thread
import argparse
import contextlib
import errno
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from devhost import azurite, lock
from devhost.fleet import Fleet
from devhost.install import HIDDEN, unwritable
from devhost.screen import Trouble, never_fail_on_letters, step

#: Storage that lasts between runs, unless the command line names another folder.
DATA = HIDDEN / "data"

#: Below this much free disk storage would fail while it is written.
NEEDED_BYTES = 100_000_000

#: The container of the sample project; its uploads are taken in unless another is set.
SAMPLE_CONTAINER = "loan-agreements"

_BACKLOG = 128
_WATCH_SECONDS = 0.5


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `up` to a parser."""
    parser.add_argument("--port", type=int, default=7071, help="port to serve on; 0: any free one")
    parser.add_argument("--key", help="the key of the service (default: made at random)")
    parser.add_argument(
        "--no-sample", dest="sample", action="store_false", help="serve without the sample project"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--data",
        type=Path,
        default=DATA,
        metavar="DIR",
        help="folder of the storage, which lasts between runs (default: .spanwright/data)",
    )
    where.add_argument("--memory", action="store_true", help="keep nothing")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="host processes that share the work"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until asked to stop; return 0, or 1 after a sentence that says what went wrong."""
    parser = argparse.ArgumentParser(prog="dev.py up")
    add_options(parser)
    options = parser.parse_args(arguments)
    never_fail_on_letters()
    stop_on_signals()
    fleet: list[Fleet] = []
    try:
        _run(options, fleet)
    except KeyboardInterrupt:
        if fleet and fleet[0].failure:
            print(fleet[0].failure, file=sys.stderr)
            return 1
        print("\nStopped.", flush=True)
    except (Trouble, azurite.AzuriteError) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def stop_on_signals() -> None:
    """Make SIGTERM and a closed terminal the same as Ctrl-C: `KeyboardInterrupt`."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)


def bind(port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine (0: any free one).

    Raises `Trouble`, naming the port, when it is taken or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":  # there it would share the port with whoever has it
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is taken by another program"
        else:
            reason = f"Port {port} cannot be used"
        raise Trouble(
            f"{reason}: choose another with --port, or any free one with --port 0."
        ) from error
    return listener


@contextlib.contextmanager
def data_folder(folder: Path) -> Iterator[Path]:
    """Hold the folder of a lasting storage for the block. Raises `Trouble` when that cannot be."""
    folder = folder.absolute()
    with contextlib.ExitStack() as stack:
        try:
            folder.joinpath("logs").mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(folder).free < NEEDED_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            stack.enter_context(lock.hold(folder / "lock"))
        except lock.LockedError as taken:
            raise Trouble(
                f"{folder} is in use by another run (process {taken.holder}): stop that one, or "
                "choose another folder with --data."
            ) from taken
        except OSError as error:
            raise unwritable(folder, error) from error
        yield folder


@contextlib.contextmanager
def passing_folder() -> Iterator[Path]:
    """Make a folder for the logs of a run that keeps nothing; after trouble it stays, to be read.

    Raises `Trouble` when it cannot be made.
    """
    try:
        HIDDEN.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="memory-", dir=HIDDEN))
        folder.joinpath("logs").mkdir()
    except OSError as error:
        raise unwritable(HIDDEN, error) from error
    try:
        yield folder
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _run(options: argparse.Namespace, fleets: list[Fleet]) -> None:
    """Start everything, do the sample, and serve; whatever ends this stops what was started."""
    if options.workers < 1:
        raise Trouble("--workers must be at least 1.")
    key = options.key or os.environ.get("SPANWRIGHT_KEY") or secrets.token_hex(16)
    if not key.isascii() or not key.isprintable() or key != key.strip():
        raise Trouble("A key travels in an HTTP header: it takes English letters, digits, signs.")
    with contextlib.ExitStack() as stack:
        try:
            listener = stack.enter_context(bind(options.port))
            endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
            folder = stack.enter_context(
                passing_folder() if options.memory else data_folder(options.data)
            )
            with step("Storage (Azurite)"):
                storage = azurite.start(azurite.find(), folder, memory=options.memory)
            stack.callback(storage.stop)
            _use(storage, key)
            fleet = Fleet(options.workers, listener, folder / "logs")
            fleets.append(fleet)
            stack.callback(fleet.stop)
            with step("The service" + f", {options.workers} processes" * (options.workers > 1)):
                fleet.start(_thread.interrupt_main)
            if options.sample:
                _sample(endpoint, key, storage, folder / "logs")
            _introduce(endpoint, key, storage)
            while storage.running:
                time.sleep(_WATCH_SECONDS)
            raise Trouble(f"Storage (Azurite) has ended by itself: see {storage.log}.")
        finally:
            # From here on everything is being stopped, in order: no further signal cuts that short.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)


def _use(storage: azurite.Azurite, key: str) -> None:
    """Set what the service reads from the environment, which its processes get from this one."""
    os.environ["SPANWRIGHT_STORAGE"] = storage.connection_string
    os.environ["SPANWRIGHT_KEY"] = key
    os.environ.setdefault("SPANWRIGHT_UPLOADS_CONTAINER", SAMPLE_CONTAINER)
    # A proxy that this machine uses for the world outside has no business with its own ports.
    for name in ("NO_PROXY", "no_proxy"):
        others = [os.environ[name]] if os.environ.get(name) else []
        os.environ[name] = ",".join([*others, "127.0.0.1", "localhost"])


def _sample(endpoint: str, key: str, storage: azurite.Azurite, logs: Path) -> None:
    from samples import walkthrough

    print()
    try:
        walkthrough.walk(endpoint, key, storage.connection_string)
    except walkthrough.Refused as refused:
        raise Trouble(
            f"The sample project failed: {refused} The service's logs are in {logs}."
        ) from (refused)


def _introduce(endpoint: str, key: str, storage: azurite.Azurite) -> None:
    """Say what is served where: first for people, then for programs."""
    print(f"\nServing until Ctrl-C.\n\n  Endpoint  {endpoint}")
    print(f"  Studio    {endpoint}/studio\n  Key       {key}\n")
    print(f"SPANWRIGHT_STORAGE={storage.connection_string}")
    print(f"SPANWRIGHT_ENDPOINT={endpoint}")
    print(f"SPANWRIGHT_KEY={key}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
