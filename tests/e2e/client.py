"""A plain HTTP client of the service, as a user without an SDK would write it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

PROJECTS = "/language/authoring/analyze-text/projects"
VERSION = "api-version=2023-04-01"
FINAL = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Answer:
    status: int
    #: Names in lower case.
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    endpoint: str
    key: str

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Answer:
        """Send a request; `address` is a path with its query, or absolute."""
        url = address if address.startswith("http") else self.endpoint + address
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)
        request.add_header("Ocp-Apim-Subscription-Key", self.key)
        request.add_header("Content-Type", "application/json")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return _answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            return _answer(error.code, error.headers, error.read())

    def wait(self, started: Answer, seconds: float = 120) -> Any:
        """Return the body of the long-running operation once it has ended."""
        assert started.status == 202, started.body
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            answer = self.send("GET", started.headers["operation-location"])
            assert answer.status == 200, answer.body
            if answer.json["status"] in FINAL:
                return answer.json
            time.sleep(0.1)
        raise AssertionError(f"Not ended after {seconds} s: {answer.json}")

    def create(self, project: str, container: str, **settings: Any) -> Answer:
        body = {
            "projectName": project,
            "projectKind": "CustomEntityRecognition",
            "storageInputContainerName": container,
            "language": "en-us",
            **settings,
        }
        return self.send(
            "PATCH",
            f"{PROJECTS}/{project}?{VERSION}",
            body,
            Content_Type="application/merge-patch+json",
        )

    def start_import(self, project: str, file: Any) -> Answer:
        return self.send("POST", f"{PROJECTS}/{project}/:import?{VERSION}", file)

    def start_training(self, project: str, label: str, **options: Any) -> Answer:
        body = {"modelLabel": label, "trainingConfigVersion": "2022-05-01", **options}
        return self.send("POST", f"{PROJECTS}/{project}/:train?{VERSION}", body)

    def start_deployment(self, project: str, name: str, label: str) -> Answer:
        path = f"{PROJECTS}/{project}/deployments/{name}?{VERSION}"
        return self.send("PUT", path, {"trainedModelLabel": label})

    def submit(
        self, project: str, deployment: str, documents: list[dict[str, str]], **parameters: str
    ) -> Answer:
        body = self.body(project, deployment, documents, **parameters)
        return self.send("POST", f"/language/analyze-text/jobs?{VERSION}", body)

    def body(
        self, project: str, deployment: str, documents: list[dict[str, str]], **parameters: str
    ) -> dict[str, Any]:
        """Return what a job is submitted with."""
        return {
            "analysisInput": {"documents": documents},
            "tasks": [
                {
                    "kind": "CustomEntityRecognition",
                    "parameters": {
                        "projectName": project,
                        "deploymentName": deployment,
                        **parameters,
                    },
                }
            ],
        }


def _answer(status: int, headers: Any, body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)
