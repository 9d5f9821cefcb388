"""A whole container as one job: by several processes, of which two die on the way."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient

from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, Host, running

pytestmark = [pytest.mark.azurite, pytest.mark.slow, pytest.mark.usefixtures("trained")]

#: Instead of the ten minutes and two minutes of the real platform, so that the test ends.
QUICK = ("--visibility", "4", "--timer-seconds", "1")
IMPATIENT = {"SPANWRIGHT_STUCK_AFTER_SECONDS": "8"}

#: More than one section of the listing, and more than 40 pieces.
DOCUMENTS = 1_050
PREFIX = "many/"

#: MiB that a host process may take at its peak. It takes some 130; what is asserted is that it does
#: not grow with the container.
MEMORY = 512


def test_a_container_survives_the_death_of_two_of_four_processes(
    storage: str, tmp_path: Path
) -> None:
    names = fill(storage)
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(running(storage, tmp_path / f"{n}.log", *QUICK, **IMPATIENT))
            for n in range(4)
        ]
        first, second, *others = hosts
        survivor = Client(others[0].endpoint, KEY)
        body = {"deploymentName": "production", "prefix": PREFIX}
        path = f"{PROJECTS}/{sample.PROJECT}/extractions?{VERSION}"
        started = survivor.send("POST", path, body)
        assert started.status == 202, started.body
        job = started.headers["operation-location"]

        def told() -> Any:
            return survivor.send("GET", job).json

        memory: list[float] = []
        for doomed, done in ((first, 75), (second, 200)):
            deadline = time.monotonic() + 120
            while (present := told())["documentsDone"] < done:
                assert time.monotonic() < deadline, present
                time.sleep(0.05)
            assert present["status"] == "running"
            memory.append(peak(doomed))
            doomed.kill()

        ended = survivor.wait(started, 300)
        memory += [peak(host) for host in others]
        print("peak MiB of the processes:", *(round(one) for one in memory))

        assert ended["status"] == "succeeded", ended
        assert ended["documentsTotal"] == DOCUMENTS
        assert (ended["documentsDone"], ended["documentsFailed"]) == (DOCUMENTS - 2, 2)
        lines = results(survivor, ended["resultUrl"])
    assert [line["name"] for line in lines] == names
    assert [line["name"] for line in lines if "error" in line] == names[-2:]
    # The same text gives the same entities, whichever process read it and however often.
    found = Counter(
        (number % len(texts()), json.dumps(line["entities"]))
        for number, line in enumerate(lines[:-2])
    )
    assert len(found) == len(texts())
    assert all("[]" != entities for _, entities in found)
    assert max(memory) < MEMORY


def texts() -> list[str]:
    return [sample.text(name) for name in sorted(sample.answers())]


def fill(storage: str) -> list[str]:
    """Put documents under the prefix, the last two unreadable; return their names, in order."""
    bodies = [text.encode() for text in texts()]
    names = [f"{PREFIX}{number:05}.txt" for number in range(DOCUMENTS)]
    with BlobServiceClient.from_connection_string(storage) as service:
        container = service.get_container_client(sample.CONTAINER)
        for number, name in enumerate(names[:-2]):
            container.upload_blob(name, bodies[number % len(bodies)])
        container.upload_blob(names[-2], b"")
        container.upload_blob(names[-1], b"caf\xe9")
    return names


def results(client: Client, address: str | None) -> list[dict[str, Any]]:
    """The results of a job, over all of its pages."""
    lines: list[dict[str, Any]] = []
    while address is not None:
        page = client.send("GET", address)
        assert page.status == 200, page.body
        lines += [json.loads(line) for line in page.body.splitlines()]
        link = re.fullmatch(r'<(.+)>; rel="next"', page.headers.get("link", ""))
        address = link and link[1]
    return lines


def peak(host: Host) -> float:
    """The most memory that a process has had resident, in MiB."""
    status = Path(f"/proc/{host.process.pid}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024
