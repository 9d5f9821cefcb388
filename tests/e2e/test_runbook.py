"""The commands of the runbook, run as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.queue import QueueClient

from devhost.messages import encode
from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, ROOT, Host, running
from tests.lacking import need

pytestmark = [pytest.mark.azurite, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    """What the page's commands are run by."""
    need("bash", "curl")


PAGE = (ROOT / "docs" / "runbook.md").read_text("utf-8")

BASH = shutil.which("bash")

#: The key that takes the place of the present one.
NEXT = "the next key"


def blocks(heading: str = "") -> list[str]:
    """Return the commands of a part of the page; "": of what stands before all parts."""
    parts = dict(part.partition("\n")[::2] for part in PAGE.split("\n## ")[1:])
    text = parts[heading] if heading else PAGE.partition("\n## ")[0]
    found = re.findall(r"^( *)```bash\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [re.sub(f"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


@pytest.fixture(scope="module")
def host(storage: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    log = tmp_path_factory.mktemp("host") / "host.log"
    settings = {"SPANWRIGHT_KEY_2": NEXT, "SPANWRIGHT_LIMIT_DOCUMENTS_PER_JOB": "100"}
    with running(storage, log, **settings) as host:
        yield host


@pytest.fixture(scope="module")
def loans(storage: str, client: Client) -> str:
    """The sample project, imported."""
    sample.upload(storage)
    imported = client.wait(client.start_import(sample.PROJECT, sample.labels()))
    assert imported["status"] == "succeeded"
    return sample.PROJECT


def run(heading: str, host: Host, storage: str, folder: Path, steps: slice = slice(None)) -> str:
    """Run the commands of a part, or some of its blocks, and return what they print."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "NO_PROXY": "127.0.0.1",
        "SPANWRIGHT_ENDPOINT": host.endpoint,
        "SPANWRIGHT_KEY": KEY,
        "SPANWRIGHT_KEY_2": NEXT,
        "SPANWRIGHT_STORAGE": storage,
    }
    commands = "\n".join([*blocks(), *blocks(heading)[steps]])
    assert len(blocks(heading)[steps]) >= 1
    done = subprocess.run(
        [BASH or "bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


def test_every_block_of_the_page_is_run() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)

    run_here = sum(len(blocks(heading)) for heading in ["", *headings])

    assert run_here == len(re.findall(r"^ *```bash$", PAGE, re.MULTILINE))
    assert headings == [
        "Is it well?",
        "Rotate a key",
        "Keep and restore a whole project",  # By the tests of copies, between two services.
        "Restore a project",
        "Raise a limit",
        "Read the poison queue",
        "Upgrade with jobs in flight",
    ]


@pytest.mark.parametrize("heading", ["Is it well?", "Upgrade with jobs in flight"])
def test_a_well_service_says_so(heading: str, host: Host, storage: str, tmp_path: Path) -> None:
    printed = run(heading, host, storage, tmp_path)

    assert '{"status":"ready"}' in printed
    assert '"connected":true' in printed


def test_both_keys_open_while_one_takes_the_place_of_the_other(
    host: Host, storage: str, tmp_path: Path
) -> None:
    assert '"role":"owner"' in run("Rotate a key", host, storage, tmp_path)
    for key, status in ((KEY, 200), (NEXT, 200), ("another", 401)):
        assert Client(host.endpoint, key).send("GET", f"{PROJECTS}?{VERSION}").status == status


def test_a_project_is_restored(
    host: Host, client: Client, storage: str, loans: str, tmp_path: Path
) -> None:
    run("Restore a project", host, storage, tmp_path)

    first, second = (
        client.send("GET", f"{PROJECTS}/{name}/documents?{VERSION}&top=1000").json["value"]
        for name in (loans, "Restored")
    )
    assert sum(each["tagged"] for each in first) == 40
    assert first == second
    exported = json.loads((tmp_path / "LoanAgreements.json").read_text("utf-8"))
    assert len(exported["assets"]["documents"]) == 40


def test_a_limit_that_was_raised_is_shown(host: Host, storage: str, tmp_path: Path) -> None:
    assert '"documentsPerJob":100' in run("Raise a limit", host, storage, tmp_path)


def test_a_message_of_a_poison_queue_is_read(host: Host, storage: str, tmp_path: Path) -> None:
    # Of a queue that no function of the app takes messages from.
    with QueueClient.from_connection_string(storage, "other-poison") as queue:
        queue.create_queue()
        queue.send_message(encode('{"id": "an id", "piece": 3}', "base64"))

    printed = run("Read the poison queue", host, storage, tmp_path)

    assert re.search(r'^other-poison \d{4}-.*\{"id": "an id", "piece": 3\}$', printed, re.MULTILINE)
