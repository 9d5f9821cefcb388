"""What azd runs beside the deployment, with stand-ins for the programs that it calls."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.infra.deployment import ROOT
from tests.lacking import need

HOOKS = ROOT / "infra" / "hooks"
SHELL = shutil.which("sh")


@pytest.fixture(scope="module", autouse=True)
def shell() -> None:
    """What runs the hooks."""
    need("sh")


#: What azd gives a hook: the outputs of main.bicep.
OUTPUTS = {
    "AZURE_RESOURCE_GROUP": "rg-one",
    "AZURE_FUNCTION_APP_NAME": "func-one",
    "AZURE_EVENTS_TOPIC_NAME": "evgt-one",
    "AZURE_DOCUMENTS_CONTAINER": "papers",
    "SPANWRIGHT_ENDPOINT": "https://func-one.example",
}

BLOBS = "/blobServices/default/containers/papers/blobs/"

#: Writes its arguments down as a line of JSON, and prints the line that is next in `<name>.says`.
STAND_IN = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__)
calls = here.with_suffix(".calls")
with calls.open("a", encoding="utf-8") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
said = here.with_suffix(".says")
lines = said.read_text("utf-8").splitlines() if said.exists() else []
number = len(calls.read_text("utf-8").splitlines())
print(lines[number - 1] if number <= len(lines) else "")
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Programs:
    """A folder of stand-ins, which is all that a hook finds."""

    folder: Path

    def add(self, name: str, *says: str) -> None:
        """Put a program there, and what each of its calls says."""
        path = self.folder / name
        path.write_text(STAND_IN.format(python=sys.executable), "utf-8")
        path.chmod(0o755)
        path.with_suffix(".says").write_text("\n".join(says), "utf-8")

    def calls(self, name: str) -> list[list[str]]:
        """Return the arguments of each call of a program."""
        path = (self.folder / name).with_suffix(".calls")
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def run(self, hook: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a hook where azd does, in the checkout."""
        return subprocess.run(
            [str(SHELL), os.fspath(HOOKS / hook)],
            cwd=ROOT,
            env={"PATH": os.fspath(self.folder), **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(folder=tmp_path)


def test_uploads_are_told_to_the_function_by_its_key(programs: Programs) -> None:
    programs.add("az", "the-key")

    ran = programs.run("uploads.sh", **OUTPUTS)

    assert ran.returncode == 0, ran.stderr
    keys, create = programs.calls("az")
    assert keys[:3] == ["functionapp", "keys", "list"]
    assert create[:4] == ["eventgrid", "system-topic", "event-subscription", "create"]
    options = dict(zip(create[4::2], create[5::2], strict=False))
    assert options["--resource-group"] == "rg-one"
    assert options["--system-topic-name"] == "evgt-one"
    assert options["--endpoint"] == (
        "https://func-one.example/runtime/webhooks/blobs"
        "?functionName=Host.Functions.upload_arrived&code=the-key"
    )
    assert options["--included-event-types"] == "Microsoft.Storage.BlobCreated"
    assert options["--subject-begins-with"] == BLOBS
    begin = create.index("--advanced-filter")
    assert create[begin + 1 : begin + 6] == [
        "Subject",
        "StringNotBeginsWith",
        f"{BLOBS}results/",
        f"{BLOBS}notes/",
        f"{BLOBS}originals/",
    ]
    assert "the-key" not in ran.stdout + ran.stderr


def test_the_key_is_waited_for(programs: Programs) -> None:
    programs.add("az", "", "", "the-key")
    programs.add("sleep")

    ran = programs.run("uploads.sh", **OUTPUTS)

    assert ran.returncode == 0, ran.stderr
    assert len(programs.calls("sleep")) == 2
    assert programs.calls("az")[-1][0] == "eventgrid"


def test_a_key_that_never_comes_ends_the_hook_with_what_to_look_at(programs: Programs) -> None:
    programs.add("az")
    programs.add("sleep")

    ran = programs.run("uploads.sh", **OUTPUTS)

    assert ran.returncode == 1
    assert "upload_arrived" in ran.stderr
    assert len(programs.calls("az")) == 30


def test_without_uploads_nothing_is_asked(programs: Programs) -> None:
    programs.add("az")

    ran = programs.run("uploads.sh", **{**OUTPUTS, "AZURE_EVENTS_TOPIC_NAME": ""})

    assert ran.returncode == 0
    assert programs.calls("az") == []


def test_a_missing_azure_cli_is_told(programs: Programs) -> None:
    ran = programs.run("uploads.sh", **OUTPUTS)

    assert ran.returncode == 1
    assert "Azure CLI" in ran.stderr


def test_the_studio_is_built_from_what_its_lock_file_pins(programs: Programs) -> None:
    programs.add("npm")

    ran = programs.run("studio.sh")

    assert ran.returncode == 0, ran.stderr
    first, second = programs.calls("npm")
    assert first[:2] == ["ci", "--ignore-scripts"]
    assert second[:2] == ["run", "build"]


@pytest.mark.parametrize("hook", ["studio", "uploads"])
def test_windows_is_asked_the_same(hook: str) -> None:
    # There is no PowerShell here: what both hand over is compared as text.
    texts = [(HOOKS / f"{hook}.{kind}").read_text("utf-8") for kind in ("sh", "ps1")]

    options = [re.findall(r"(?<!\w)--[a-z-]+|Microsoft\.\w+\.\w+|\w+/\"", text) for text in texts]

    assert options[0] == options[1] != []
