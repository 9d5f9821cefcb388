"""A whole container as one job: its rate by 1, 2 and 4 host processes, and when processes die.

    python -m benchmarks.container                         10,000 documents of 2 kB
    python -m benchmarks.container --documents 1000        fewer
    python -m benchmarks.container --fleets 4-2            four processes, of which two are killed
    python -m benchmarks.container --documents 100000 --fleets 2-1       as many as one job takes
    python -m benchmarks.container --out container.json    keeps the rows
    python -m benchmarks.container --table container.json  the table of rows that are there

Storage is Azurite, in memory, on this machine, and so are the host processes: what is measured is
how work is shared out and what it costs, not what Azure's storage can do. Each run is one job over
the same documents. Processes are killed (SIGKILL) on the way: two of four when a quarter and when
half is done. Every run's result is read to its end and held against the names that were put there,
and against the bytes of the first run's. It needs Linux, whose kernel tells memory and time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azure.storage.blob import BlobServiceClient, ContainerClient

from benchmarks.machine import ONE_THREAD, about
from devhost import azurite
from samples import walkthrough
from shared.storage.side_by_side import side_by_side

_KEY = "of a benchmark"
_PROJECT = "authoring/analyze-text/projects/LoanAgreements"
_CONTAINER = "loan-agreements"
_PREFIX = "many/"
_CHARACTERS = 2_000

#: Processes at the start, and how many of them are killed.
_FLEETS = ("1-0", "2-0", "4-0", "4-2")

#: Instead of ten minutes and two, so that work of a dead process is put back before all else ends.
_QUICK = ("--visibility", "20", "--timer-seconds", "2")
_STUCK_AFTER = "10"

#: Between two looks at a job, which cost storage too.
_LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class _Host:
    process: subprocess.Popen[str]
    service: walkthrough.Service

    def peak_mib(self) -> float:
        """Return the most memory that the process has had resident."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def kill(self) -> None:
        """End the process as a lost machine would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def _cpu_seconds(pid: int) -> float:
    """Return the time of processors that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _host(storage: str, log: Path) -> Iterator[_Host]:
    """Run a host process for a while."""
    environment = {
        **os.environ,
        **ONE_THREAD,
        "SPANWRIGHT_STORAGE": storage,
        "SPANWRIGHT_KEY": _KEY,
        "SPANWRIGHT_STUCK_AFTER_SECONDS": _STUCK_AFTER,
    }
    environment.pop("SPANWRIGHT_ENDPOINT", None)
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "devhost", "--port", "0", *_QUICK],
            cwd=azurite.ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("ready "):
            raise SystemExit(f"A host does not start: see {log}.")
        yield _Host(process, walkthrough.Service(endpoint=line.split()[1], key=_KEY))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        if process.stdout is not None:
            process.stdout.close()


def _fill(storage: str, documents: int) -> list[str]:
    """Put documents of 2,000 characters under the prefix; return their names, in order."""
    texts = [
        path.read_text("utf-8")
        for path in sorted(walkthrough.FOLDER.glob("documents/*.txt"))
        if path.read_text("utf-8").isascii()
    ]
    names = [f"{_PREFIX}{number:06}.txt" for number in range(documents)]
    with BlobServiceClient.from_connection_string(storage) as service:
        container: ContainerClient = service.get_container_client(_CONTAINER)

        def put(number: int) -> None:
            some = (texts[(number * 7 + turn) % len(texts)] for turn in range(5))
            text = f"{number}\n" + "\n".join(some)
            container.upload_blob(names[number], text[:_CHARACTERS].encode(), overwrite=True)

        for _ in side_by_side(put, range(documents)):
            pass
    return names


def _lines(service: walkthrough.Service, address: str) -> Iterator[bytes]:
    """Yield the lines of a job's result, over all of its pages."""
    following: str | None = address
    while following is not None:
        request = urllib.request.Request(  # noqa: S310 - of our own host
            following, headers={"Ocp-Apim-Subscription-Key": _KEY}
        )
        with urllib.request.urlopen(request, timeout=60) as page:  # noqa: S310 - see above
            yield from page.read().splitlines()
            link = re.fullmatch(r'<(.+)>; rel="next"', page.headers.get("Link") or "")
        following = link and link[1]


def measure(
    storage: azurite.Azurite, folder: Path, names: Sequence[str], processes: int, killed: int
) -> dict[str, Any]:
    """Return the row of one fleet."""
    with ExitStack() as stack:
        log = folder / f"hosts-{processes}-{killed}.log"
        hosts = [
            stack.enter_context(_host(storage.connection_string, log)) for _ in range(processes)
        ]
        survivor, doomed = hosts[-1], hosts[:killed]
        # So that no host reads the model for the first time while it is measured.
        _run(survivor.service, {"deploymentName": "production", "prefix": names[0][:-7]})
        cpu = {host.process.pid: _cpu_seconds(host.process.pid) for host in hosts}
        storage_cpu = _cpu_seconds(storage.process.pid)

        began = time.perf_counter()
        headers, _ = survivor.service.send(
            "POST", f"{_PROJECT}/extractions", {"deploymentName": "production", "prefix": _PREFIX}
        )
        answered = time.perf_counter() - began
        location = headers["operation-location"]
        peaks: list[float] = []
        while True:
            time.sleep(_LOOK_SECONDS)
            try:
                _, job = survivor.service.send("GET", location)
            except walkthrough.Refused as refused:
                # Azurite looks through all blobs for each: with many it is long in answering.
                print(f"# {refused}", file=sys.stderr)
                continue
            if job["status"] in walkthrough.FINAL:
                break
            if doomed and job["documentsDone"] >= len(names) * (len(peaks) + 1) / (2 * killed):
                victim = doomed.pop(0)
                peaks.append(victim.peak_mib())
                cpu[victim.process.pid] -= _cpu_seconds(victim.process.pid)
                victim.kill()
        seconds = time.perf_counter() - began
        assert job["status"] == "succeeded", job
        assert len(peaks) == killed, "It ended before a process was killed: take more documents."
        peaks += [host.peak_mib() for host in hosts[killed:]]
        for host in hosts[killed:]:
            cpu[host.process.pid] -= _cpu_seconds(host.process.pid)
        storage_cpu = _cpu_seconds(storage.process.pid) - storage_cpu
        digest, found, errors, size = hashlib.sha256(), [], 0, 0
        for line in _lines(survivor.service, job["resultUrl"]):
            digest.update(line + b"\n")
            size += len(line) + 1
            value = json.loads(line)
            found.append(value["name"])
            errors += "error" in value
        after = survivor.peak_mib()
    return {
        "machine": about(),
        "processes": processes,
        "killed": killed,
        "documents": len(names),
        "seconds": seconds,
        "submission_ms": 1000 * answered,
        "complete": found == names and errors == 0,
        "digest": digest.hexdigest(),
        "result_bytes": size,
        "peaks_mib": [round(peak) for peak in peaks],
        "download_peak_mib": round(after),
        "hosts_cpu_seconds": -sum(cpu.values()),
        "storage_cpu_seconds": storage_cpu,
    }


def _run(service: walkthrough.Service, body: dict[str, str]) -> None:
    service.run("POST", f"{_PROJECT}/extractions", body)


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table of rows, in Markdown."""
    lines = [
        "| processes | killed | seconds | documents/s | complete, once, in order | same bytes "
        "| peak of each process, MiB | after the download | CPU s of hosts | CPU s of storage |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = [
            row["processes"],
            row["killed"],
            f"{row['seconds']:.0f}",
            f"{row['documents'] / row['seconds']:.0f}",
            "yes" if row["complete"] else "NO",
            "yes" if row["digest"] == rows[0]["digest"] else "NO",
            ", ".join(str(peak) for peak in row["peaks_mib"]),
            row["download_peak_mib"],
            f"{row['hosts_cpu_seconds']:.0f}",
            f"{row['storage_cpu_seconds']:.0f}",
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--fleets", nargs="+", default=_FLEETS, help="processes and killed ones")
    parser.add_argument("--out", type=Path, help="a file for the rows, as JSON")
    parser.add_argument("--table", type=Path, help="only print the table of these rows")
    arguments = parser.parse_args()
    if arguments.table:
        print(markdown(json.loads(arguments.table.read_text("utf-8"))))
        return
    rows: list[dict[str, Any]] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        storage = stack.enter_context(azurite.start(azurite.find(), folder, memory=True))
        walkthrough.upload(storage.connection_string, _CONTAINER)
        with _host(storage.connection_string, folder / "training.log") as host:
            labels = json.loads(walkthrough.FOLDER.joinpath("labels.json").read_text("utf-8"))
            walkthrough.import_labels(host.service, _PROJECT, labels)
            walkthrough.train(host.service, _PROJECT)
            walkthrough.deploy(host.service, _PROJECT)
        names = _fill(storage.connection_string, arguments.documents)
        for fleet in arguments.fleets:
            processes, killed = map(int, fleet.split("-"))
            row = measure(storage, folder, names, processes, killed)
            print(json.dumps(row), flush=True)
            rows.append(row)
            if arguments.out:
                arguments.out.write_text(json.dumps(rows, indent=1), "utf-8")
    print(markdown(rows))


if __name__ == "__main__":
    main()
