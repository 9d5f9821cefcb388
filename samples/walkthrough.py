"""The main job, from tagged documents to extracted entities: a program to read and to run.

    python samples/walkthrough.py --endpoint URL --key KEY --storage CONNECTION_STRING

It puts the loan agreements beside it into a container, makes a project of them, imports the tags of
some, trains a model, prints its evaluation, deploys it, and extracts entities from documents that
nobody has tagged, all over plain HTTP. A model that is already deployed is not trained again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azure.core.exceptions import AzureError, ResourceExistsError
from azure.storage.blob import ContainerClient

FOLDER = Path(__file__).resolve().parent / "loan-agreements"
MODEL = "loans"
DEPLOYMENT = "production"
API_VERSION = "2023-04-01"

#: Documents without tags: a table, an e-mail with an emoji, and a short promissory note.
UNSEEN = ("agreement-27.txt", "agreement-40.txt", "agreement-61.txt")

#: A job in one of these states changes no more.
FINAL = {"succeeded", "failed", "cancelled"}

COUNTS = ("truePositive", "falsePositive", "falseNegative")

POLL_SECONDS = 0.2

#: Is shown every state of a job.
Watch = Callable[[Any], None]


class Refused(Exception):
    """The service, or the storage, refused a request or could not be reached; with its message."""


class NotFound(Refused):
    """There is no such thing yet."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service at its endpoint."""

    endpoint: str
    key: str

    def send(self, method: str, path: str, body: object = None) -> tuple[dict[str, str], Any]:
        """Send a request; return the answer's headers (names in lower case) and its JSON."""
        url = path if path.startswith("http") else f"{self.endpoint}/language/{path}"
        if "api-version=" not in url:
            url += f"?api-version={API_VERSION}"
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = urllib.request.Request(  # noqa: S310 - the endpoint that the user named
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Ocp-Apim-Subscription-Key": self.key, "Content-Type": kind},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - see above
                content = answer.read()
                headers = {name.lower(): value for name, value in answer.headers.items()}
        except urllib.error.HTTPError as error:
            refusal = NotFound if error.code == 404 else Refused
            raise refusal(message_of(error.read(), error.code)) from error
        except OSError as error:
            raise Refused(f"{self.endpoint} does not answer ({error}).") from error
        return headers, json.loads(content) if content else None

    def run(self, method: str, path: str, body: object, watch: Watch = lambda job: None) -> Any:
        """Start a job with a request, wait until it has ended, and return it."""
        headers, _ = self.send(method, path, body)
        return self.wait(headers["operation-location"], watch)

    def wait(self, url: str, watch: Watch = lambda job: None) -> Any:
        """Ask for a job until it has ended, showing each state to `watch`, and return it."""
        while True:
            _, job = self.send("GET", url)
            watch(job)
            if job["status"] in FINAL:
                break
            time.sleep(POLL_SECONDS)
        if job["status"] != "succeeded":
            errors = job.get("errors") or [{"message": f"the job has {job['status']}"}]
            raise Refused(" ".join(error["message"] for error in errors))
        return job


def walk(endpoint: str, key: str, storage: str) -> None:
    """Do the whole job and print it. Raises `Refused` with the message of what went wrong."""
    service = Service(endpoint=endpoint.rstrip("/"), key=key)
    labels = json.loads(FOLDER.joinpath("labels.json").read_text("utf-8"))
    project = f"authoring/analyze-text/projects/{labels['metadata']['projectName']}"
    if deployed(service, project):
        print("The model of an earlier run is still deployed.")
    else:
        print("From tagged documents to a model:\n")
        upload(storage, labels["metadata"]["storageInputContainerName"])
        if job := training(service, project):
            watch_training(lambda watch: service.wait(job, watch))
        else:
            import_labels(service, project, labels)
            train(service, project)
        deploy(service, project)
    print_evaluation(service, project)
    extract(service, labels)


def deployed(service: Service, project: str) -> bool:
    """Return whether an earlier run has got as far as the deployment."""
    try:
        service.send("GET", f"{project}/deployments/{DEPLOYMENT}")
    except NotFound:
        return False
    return True


def training(service: Service, project: str) -> str | None:
    """Return the address of a training that an earlier run has left under way, if there is one."""
    try:
        _, page = service.send("GET", f"{project}/train/jobs")
    except NotFound:
        return None
    running = [job["jobId"] for job in page["value"] if job["status"] not in FINAL]
    return f"{project}/train/jobs/{running[0]}" if running else None


def upload(storage: str, container: str) -> None:
    """Put the documents into their container."""
    started = time.monotonic()
    documents = sorted(FOLDER.glob("documents/*.txt"))
    try:
        with ContainerClient.from_connection_string(storage, container) as client:
            try:
                client.create_container()
            except ResourceExistsError:
                pass  # an earlier run has made it
            for path in documents:
                client.upload_blob(path.name, path.read_bytes(), overwrite=True)
    except AzureError as error:
        raise Refused(f"The documents could not be stored: {error.message}") from error
    report("Upload", f"{len(documents)} documents into the container {container}", started)


def import_labels(service: Service, project: str, labels: Any) -> None:
    """Create the project and import the tags of its documents."""
    started = time.monotonic()
    service.send("PATCH", project, labels["metadata"])
    service.run("POST", f"{project}/:import", labels)
    documents, entities = labels["assets"]["documents"], labels["assets"]["entities"]
    title = f"{len(documents)} tagged documents with {len(entities)} types of entity"
    report("Import", title, started)


def train(service: Service, project: str) -> None:
    """Train a model."""
    request = {"modelLabel": MODEL, "trainingConfigVersion": "2022-05-01"}
    watch_training(lambda watch: service.run("POST", f"{project}/:train", request, watch))


def watch_training(run: Callable[[Watch], Any]) -> None:
    """Run a training with a progress bar: one line that changes, or a few lines in a log."""
    started = time.monotonic()
    live, shown = sys.stdout.isatty(), ""

    def watch(job: Any) -> None:
        nonlocal shown
        status = job["result"]["trainingStatus"]
        percent, phase = int(status["percentComplete"]), str(job.get("phase") or job["status"])
        if live:
            bar = "█" * (percent * 30 // 100)
            print(f"\r  {'Train':<9} {bar:░<30} {percent:3} %  {phase:<20}", end="", flush=True)
        elif phase != shown and job["status"] not in FINAL:
            print(f"  {'Train':<9} {percent:3} %  {phase}", flush=True)
        shown = phase

    try:
        run(watch)
    finally:
        if live:
            print("\r\x1b[K", end="")
    report("Train", f"the model {MODEL!r}", started)


def deploy(service: Service, project: str) -> None:
    """Deploy the model under a name that callers use."""
    started = time.monotonic()
    request = {"trainedModelLabel": MODEL}
    service.run("PUT", f"{project}/deployments/{DEPLOYMENT}", request)
    report("Deploy", f"the model {MODEL!r} as {DEPLOYMENT!r}", started)


def print_evaluation(service: Service, project: str) -> None:
    """Print how well the model found the entities of the documents that were kept for the test."""
    _, summary = service.send("GET", f"{project}/models/{MODEL}/evaluation/summary-result")
    scores = summary["customEntityRecognitionEvaluation"]
    print("\nEvaluation, on tagged documents that were kept out of the training:\n")
    print("  Entity                 Precision  Recall     F1   Found  Wrong  Missed")
    for name, entity in sorted(scores["entities"].items()):
        rates = [entity[rate] for rate in ("precision", "recall", "f1")]
        counts = [entity[f"{kind}Count"] for kind in COUNTS]
        print(f"  {name:<22} {rates[0]:9.2f} {rates[1]:7.2f} {rates[2]:6.2f} ", end="")
        print(f"{counts[0]:7} {counts[1]:6} {counts[2]:7}")
    for kind, name in (("micro", "All together"), ("macro", "Mean of the types")):
        rates = [scores[f"{kind}{rate}"] for rate in ("Precision", "Recall", "F1")]
        print(f"  {name:<22} {rates[0]:9.2f} {rates[1]:7.2f} {rates[2]:6.2f}")


def extract(service: Service, labels: Any) -> None:
    """Extract from documents that nobody has tagged, and compare with what is right."""
    # Bytes, not text mode: the line ends of a document count in its offsets.
    texts = {name: (FOLDER / "documents" / name).read_bytes().decode("utf-8") for name in UNSEEN}
    parameters = {"projectName": labels["metadata"]["projectName"], "deploymentName": DEPLOYMENT}
    parameters["stringIndexType"] = "UnicodeCodePoint"  # offsets as Python counts them
    task = {"kind": "CustomEntityRecognition", "taskName": "loans", "parameters": parameters}
    documents = [{"id": name, "language": "en-us", "text": text} for name, text in texts.items()]
    request = {"displayName": "unseen loans", "analysisInput": {"documents": documents}}
    started = time.monotonic()
    job = service.run("POST", "analyze-text/jobs", {**request, "tasks": [task]})
    seconds = time.monotonic() - started
    print(f"\nExtraction from {len(texts)} documents that nobody has tagged ({seconds:.1f} s):")
    for document in job["tasks"]["items"][0]["results"]["documents"]:
        text = texts[document["id"]]
        print_entities(document, text, answers(document["id"], text))


def report(action: str, title: str, started: float) -> None:
    """Print a line for a step that is done."""
    print(f"  {action:<9} {title:<56}{time.monotonic() - started:6.1f} s", flush=True)


def print_entities(document: Any, text: str, expected: set[tuple[str, int, int]]) -> None:
    """Print how much of a document was found, and all of that with its confidence."""
    found = {(each["category"], each["offset"], each["length"]) for each in document["entities"]}
    right, wrong = len(found & expected), len(found - expected)
    print(f"\n  {document['id']}: {right} of {len(expected)} found, {wrong} wrong\n")
    for entity in document["entities"]:
        offset, length = entity["offset"], entity["length"]
        if text[offset : offset + length] != entity["text"]:
            raise Refused(f"The entity at {offset} of {document['id']} is not what stands there.")
        words = " ".join(entity["text"].split())
        print(f"    {entity['category']:<20} {entity['confidenceScore']:5.2f}  {words}")


def answers(name: str, text: str) -> set[tuple[str, int, int]]:
    """Return what is right for a document: category, offset, length, as Python counts them.

    The file counts in UTF-16 units, like every file of tags: an emoji is two of them.
    """
    units = text.encode("utf-16-le")

    def characters(start: int, end: int) -> int:
        return len(units[2 * start : 2 * end].decode("utf-16-le"))

    file = json.loads(FOLDER.joinpath("answers.json").read_text("utf-8"))
    spans = [
        (label["category"], label["offset"], label["offset"] + label["length"])
        for document in file["assets"]["documents"]
        if document["location"] == name
        for region in document["entities"]
        for label in region["labels"]
    ]
    return {
        (category, characters(0, start), characters(start, end)) for category, start, end in spans
    }


def message_of(content: bytes, status: int) -> str:
    """Return the message in the body of an error."""
    try:
        return str(json.loads(content)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"The service answered with status {status}."


def main() -> int:
    """Read the command line, walk, and return the exit code."""
    parser = argparse.ArgumentParser(description="From tagged documents to extracted entities.")
    for name in ("--endpoint", "--key", "--storage"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    try:
        walk(options.endpoint, options.key, options.storage)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
