"""`python -m devhost`: run the function app of this folder."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue

from devhost import host
from devhost.invocation import AppError, Faults
from devhost.queues import VISIBILITY

logger = logging.getLogger("devhost")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT. Returns 0, or 2 when the app cannot be loaded."""
    options = _parse(arguments)
    _log()
    # Not an Event: a signal that comes while this thread takes its lock, to wait, would find the
    # lock taken, and wait for itself.
    stop: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: stop.put(received))
    root = Path(options.root).resolve()
    os.chdir(root)
    faults = Faults()
    try:
        for fault in options.fault:
            _switch(faults, fault)
        settings = host.read_settings(root)
        functions = host.load(host.import_app(options.app, root), settings)
        running = host.Host(
            functions,
            settings,
            faults=faults,
            visibility=options.visibility,
            timer_seconds=options.timer_seconds,
            receipts=options.receipts,
        )
    except (AppError, ValueError) as error:
        print(f"The app cannot be run: {error}", file=sys.stderr)
        return 2
    where = "without-http"
    if options.http:
        where = f"http://127.0.0.1:{running.serve(port=options.port, fd=options.fd)}"
    running.start()
    print(f"ready {where}", flush=True)
    stop.get()
    logger.info("stopping")
    ended = running.stop()
    logger.info("stopped" if ended else "stopped with functions still running")
    logging.shutdown()
    sys.stdout.flush()
    # Functions that go on must not keep the process: their messages are given back.
    os._exit(0)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m devhost", description="Run an Azure Functions app in Python locally."
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--port", type=int, default=7071, help="port of this machine; 0: any")
    where.add_argument("--fd", type=int, help="number of an inherited socket that listens")
    parser.add_argument(
        "--no-http", dest="http", action="store_false", help="only queues, timers and blobs"
    )
    parser.add_argument("--app", default="function_app:app", help="module:variable of the app")
    parser.add_argument("--root", default=".", help="folder of the app and its host.json")
    parser.add_argument(
        "--visibility",
        type=float,
        default=VISIBILITY,
        metavar="SECONDS",
        help="how long a message is hidden while its function runs (renewed at half time)",
    )
    parser.add_argument(
        "--timer-seconds", type=float, metavar="SECONDS", help="instead of every schedule"
    )
    parser.add_argument(
        "--no-receipts",
        dest="receipts",
        action="store_false",
        help="hand over every blob that is found, even if another process has done so",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME=FUNCTION",
        help="before-flush, after-flush or twice, or delay=FUNCTION:SECONDS; may be repeated",
    )
    return parser.parse_args(arguments)


def _switch(faults: Faults, text: str) -> None:
    name, _, rest = text.partition("=")
    function, _, seconds = rest.partition(":")
    faults.add(f"{name}={seconds}" if seconds else name, function)


def _log() -> None:
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    # The SDKs log every request with its address, and a warning for every try while storage is
    # away; the host says once that it is.
    for name in ("azure", "urllib3"):
        logging.getLogger(name).setLevel(logging.ERROR)


if __name__ == "__main__":
    raise SystemExit(main())
