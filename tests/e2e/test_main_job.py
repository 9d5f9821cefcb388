"""The main job on the sample project, over HTTP, through the real parts."""

from __future__ import annotations

import dataclasses
import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, Host, running

pytestmark = [pytest.mark.azurite, pytest.mark.slow]


def test_the_model_is_good_on_its_test_set(client: Client, loans: str) -> None:
    summary = client.send(
        "GET", f"{PROJECTS}/{loans}/models/first/evaluation/summary-result?{VERSION}"
    ).json

    evaluation = summary["customEntityRecognitionEvaluation"]
    assert evaluation["microF1"] >= 0.95
    assert len(evaluation["entities"]) == 12
    assert evaluation["confusionMatrix"]["BorrowerName"]["BorrowerName"]["normalizedValue"] > 50


def test_documents_that_the_model_has_never_seen_are_read_right(client: Client, loans: str) -> None:
    answers = sample.answers()
    documents = [{"id": name, "text": sample.text(name)} for name in sorted(answers)]

    found: set[tuple[str, str, int, int]] = set()
    for start in range(0, len(documents), 25):
        job = client.wait(
            client.submit(
                loans, "production", documents[start : start + 25], stringIndexType="Utf16CodeUnit"
            )
        )
        assert job["status"] == "succeeded"
        (item,) = job["tasks"]["items"]
        assert item["results"]["errors"] == []
        found |= {
            (document["id"], entity["category"], entity["offset"], entity["length"])
            for document in item["results"]["documents"]
            for entity in document["entities"]
        }

    wanted = {(name, *answer) for name, expected in answers.items() for answer in expected}
    right = len(found & wanted)
    assert 2 * right / (len(found) + len(wanted)) >= 0.9


def test_predictions_of_test_and_validation_documents_are_kept(client: Client, loans: str) -> None:
    path = f"{PROJECTS}/{loans}/models/first/evaluation/result?{VERSION}"

    test = client.send("GET", path + "&stringIndexType=Utf16CodeUnit").json["value"]
    validation = client.send("GET", path + "&dataset=Validation").json["value"]

    assert (len(test), len(validation)) == (4, 4)
    for document in [*test, *validation]:
        units = sample.text(document["location"]).encode("utf-16-le")
        (region,) = document["customEntityRecognitionResult"]["entities"]
        assert region["regionLength"] * 2 == len(units)
        assert region["expectedEntities"]
        for entity in region["predictedEntities"]:
            start = 2 * entity["offset"]
            assert units[start : start + 2 * entity["length"]].decode("utf-16-le").strip()


def test_a_short_document_is_finished_by_the_first_look(client: Client, loans: str) -> None:
    submitted = client.submit(loans, "production", [{"id": "1", "text": "Date: May 2, 2021"}])

    first = client.send("GET", submitted.headers["operation-location"])

    assert first.json["status"] == "succeeded"
    assert first.headers["retry-after"] == "1"


def test_a_job_is_followed_from_a_process_that_is_stopped_to_the_one_that_ends_it(
    storage: str, host: Host, client: Client, loans: str, tmp_path: Path
) -> None:
    trace = uuid.uuid4().hex
    body = client.body(loans, "production", [{"id": "1", "text": "Date: May 2, 2021"}])
    body["tasks"] *= 8
    # It takes the job in and never comes to work on it, as one that is replaced by a new version.
    begun = ("--fault", "delay=analyze_worker:600")
    with running(storage, tmp_path / "first.log", *begun) as first:
        submitted = Client(first.endpoint, KEY).send(
            "POST",
            f"/language/analyze-text/jobs?{VERSION}",
            body,
            traceparent=f"00-{trace}-b7ad6b7169203331-01",
        )

    location = submitted.headers["operation-location"].replace(first.endpoint, host.endpoint)
    job = client.wait(dataclasses.replace(submitted, headers={"operation-location": location}))

    assert (job["status"], len(job["tasks"]["items"])) == ("succeeded", 8)
    took, ended = events(first, trace), events(host, trace)
    for _ in range(100):
        if any(one["event"] == "job-ended" for one in ended):
            break
        time.sleep(0.1)  # The row tells of the end a moment before the log does.
        ended = events(host, trace)
    assert {"job-accepted", "request"} <= {one["event"] for one in took}
    assert {one["job"] for one in took if "job" in one} == {job["jobId"]}
    assert {one["piece"] for one in ended if one["event"] == "piece-done"} == set(range(8))
    assert [one["job"] for one in ended if one["event"] == "job-ended"] == [job["jobId"]]


def events(host: Host, trace: str) -> list[dict[str, Any]]:
    """Return what a process has logged of a trace by now."""
    lines = [line for line in host.log.read_text("utf-8").splitlines() if line.endswith("}")]
    found = [json.loads(line[line.index("{") :]) for line in lines if " spanwright {" in line]
    return [one for one in found if one.get("trace") == trace]


def test_training_over_a_model_leaves_the_deployed_one_as_it_is(client: Client, loans: str) -> None:
    deployment = f"{PROJECTS}/{loans}/deployments/production?{VERSION}"
    before = client.send("GET", deployment).json
    model = client.send("GET", f"{PROJECTS}/{loans}/models/first?{VERSION}").json

    assert client.wait(client.start_training(loans, "first"))["status"] == "succeeded"

    again = client.send("GET", f"{PROJECTS}/{loans}/models/first?{VERSION}").json
    assert again["modelId"] != model["modelId"]
    assert client.send("GET", deployment).json == before
    job = client.wait(client.submit(loans, "production", [{"id": "1", "text": "x"}]))
    assert job["status"] == "succeeded"


def test_a_training_can_be_cancelled(client: Client, loans: str) -> None:
    started = client.start_training(loans, "never")
    job = started.headers["operation-location"].partition("?")[0]

    cancelled = client.send("POST", f"{job}/:cancel?{VERSION}", {})

    assert cancelled.headers["operation-location"] == started.headers["operation-location"]
    assert client.wait(cancelled)["status"] == "cancelled"
    missing = client.send("GET", f"{PROJECTS}/{loans}/models/never?{VERSION}")
    assert missing.status == 404
    # The project is free again.
    assert client.wait(client.start_training(loans, "next"))["status"] == "succeeded"


def test_a_deleted_project_leaves_its_documents_to_their_owner(
    client: Client, storage: str
) -> None:
    from azure.storage.blob import BlobServiceClient

    sample.upload(storage, "mine")
    assert client.create("Mine", "mine").status == 201
    file = sample.labels()
    file["metadata"]["storageInputContainerName"] = "mine"
    assert client.wait(client.start_import("Mine", file))["status"] == "succeeded"

    deleted = client.send("DELETE", f"{PROJECTS}/Mine?{VERSION}")

    assert client.send("GET", f"{PROJECTS}/Mine?{VERSION}").status == 404
    assert client.wait(deleted)["status"] == "succeeded"
    with BlobServiceClient.from_connection_string(storage) as service:
        kept = list(service.get_container_client("mine").list_blob_names())
        left = list(
            service.get_container_client("spanwright").list_blob_names(name_starts_with="projects/")
        )
    assert len(kept) == 66
    assert all("labels" not in name or "LoanAgreements" not in name for name in left)


def test_the_tags_file_of_2021_makes_the_same_project(client: Client, loans: str) -> None:
    tags = (sample.FOLDER / "tags.json").read_bytes()

    imported = client.wait(client.start_import(loans, tags))

    assert imported["status"] == "succeeded"
