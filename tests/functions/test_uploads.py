"""The blob trigger of uploads: there where its container is set, and an announcement of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from azure.functions.blob import InputStream

from functions import uploads, wiring
from shared import telemetry
from shared.domain.models import Deployment
from shared.errors import ServiceUnavailable
from shared.settings import CONNECTION
from shared.storage.stores import Stores
from tests.functions.conftest import ROOT, SETTINGS
from tests.services import loans
from tests.services.fakes import CapitalsEverywhere

BLOB_TRIGGERS = """
import json, function_app
found = [one.get_trigger().get_dict_repr() for one in function_app.app.get_functions()]
print(json.dumps([one for one in found if one["type"] == "blobTrigger"], default=str))
"""


def blob_triggers(container: str | None) -> subprocess.CompletedProcess[str]:
    """Load the app in a process of its own, with this setting."""
    others = {name: value for name, value in os.environ.items() if "SPANWRIGHT" not in name}
    set_ = {} if container is None else {"SPANWRIGHT_UPLOADS_CONTAINER": container}
    return subprocess.run(
        [sys.executable, "-c", BLOB_TRIGGERS],
        cwd=ROOT,
        env={**others, **set_},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("container", [None, ""])
def test_without_its_container_the_app_starts_and_has_no_blob_trigger(
    container: str | None,
) -> None:
    loaded = blob_triggers(container)

    assert json.loads(loaded.stdout) == []


def test_the_container_is_watched_by_event_grid_over_the_one_connection() -> None:
    (trigger,) = json.loads(blob_triggers("letters").stdout)

    assert trigger["path"] == "%SPANWRIGHT_UPLOADS_CONTAINER%/{name}"
    assert trigger["connection"] == CONNECTION
    assert trigger["source"] in ("EventGrid", "BlobSource.EVENT_GRID")


def test_a_setting_that_names_no_container_is_refused_by_name() -> None:
    loaded = blob_triggers("No Container")

    assert loaded.returncode != 0
    assert "SPANWRIGHT_UPLOADS_CONTAINER" in loaded.stderr


def deploy(stores: Stores) -> None:
    """Make a project with a deployment, in the container `notes`."""
    project = loans.make_project(stores)
    model = loans.put_model(stores, project)
    stores.models.put_deployment(
        project.id,
        Deployment(
            name="production",
            model_label=model.label,
            model_id=model.id,
            artifact=model.artifact,
            config_version="2022-05-01",
            trained=model.trained,
            deployed=model.trained,
        ),
    )


def arrive(path: str) -> None:
    make: Any = InputStream
    uploads.upload_arrived(make(data=b"as announced", name=path, uri="", length=12))


def test_an_announcement_is_a_reason_to_read_what_is_there_now(stores: Stores) -> None:
    deploy(stores)
    stores.storage.blobs.put("notes", "inbox/a b.txt", b"from BERN")
    wiring.use(wiring.Service(SETTINGS, stores, CapitalsEverywhere()))
    try:
        arrive("notes/inbox/a b.txt")
    finally:
        wiring.use(None)

    blob = stores.storage.blobs.get("notes", "results/a b.txt.json")
    assert blob is not None
    assert [one["text"] for one in json.loads(blob.data)["entities"]] == ["BERN"]


def test_what_can_pass_is_raised_and_told_without_a_name(
    stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    deploy(stores)
    stores.storage.blobs.put("notes", "inbox/canary.txt", b"from BERN")
    extractors = CapitalsEverywhere()
    extractors.error = ServiceUnavailable()
    wiring.use(wiring.Service(SETTINGS, stores, extractors))
    try:
        with pytest.raises(ServiceUnavailable):
            arrive("notes/inbox/canary.txt")
    finally:
        wiring.use(None)

    assert "upload-failed" in caplog.text
    assert "canary" not in caplog.text
    told = [json.loads(one.message) for one in caplog.records if one.name == "spanwright"]
    assert all(telemetry.is_trace(one["trace"]) for one in told)
