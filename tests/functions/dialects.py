"""The dialects of extraction jobs: how each says the same things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from tests.functions.conftest import KEY

HEADERS = {"Ocp-Apim-Subscription-Key": KEY}


@dataclass(frozen=True)
class Dialect:
    """One way to say the same things."""

    path: str
    query: str
    #: The names of a project, a deployment, and of the list of tasks, in a request.
    names: tuple[str, str]
    list: str | None
    #: Where the answer has its tasks.
    found: tuple[str, ...]
    cancel: tuple[str, str]
    cancelled: str
    partial: str
    next_link: str

    def code(self, code: str) -> str:
        """The code that stands in this dialect for one of today's."""
        older = {
            "Conflict": "InvalidRequest",
            "ProjectNotFound": "NotFound",
            "OperationNotFound": "NotFound",
        }
        return older.get(code, code) if self.list else code

    def request(self, documents: Sequence[Any], *tasks: dict[str, Any], **others: Any) -> Any:
        sound = {self.names[0]: "Loans", self.names[1]: "production"}
        given = [{"parameters": {**sound, **task}} for task in tasks or ({},)]
        if self.list is None:
            given = [{"kind": "CustomEntityRecognition", **task} for task in given]
        return {
            "analysisInput": {"documents": documents},
            "tasks": given if self.list is None else {self.list: given},
            **others,
        }

    def submit(self, host: TestHost, body: Any) -> Response:
        jobs = self.path if self.list is None else self.path.removesuffix("/jobs")
        return host.request("POST", jobs + self.query, headers=HEADERS, body=body)

    def read(self, host: TestHost, submitted: Response, query: str = "") -> Any:
        assert submitted.status == 202, submitted.body
        location = submitted.headers["operation-location"]
        address = location + (("&" if "?" in location else "?") + query if query else "")
        response = get(host, address)
        assert response.status == 200, response.body
        return response.json()

    def items(self, job: Any) -> list[Any]:
        value = job["tasks"]
        for name in self.found:
            value = value.get(name, {})
        return list(value)

    def end(self, host: TestHost, submitted: Response) -> Response:
        method, ending = self.cancel
        job_id = submitted.headers["operation-location"].rpartition("/")[2].partition("?")[0]
        address = f"{self.path}/{job_id}{ending}{self.query}"
        return host.request(method, address, headers=HEADERS)


def since_2022(version: str, cancelled: str, partial: str) -> Dialect:
    return Dialect(
        path="/language/analyze-text/jobs",
        query=f"?api-version={version}",
        names=("projectName", "deploymentName"),
        list=None,
        found=("items",),
        cancel=("POST", ":cancel"),
        cancelled=cancelled,
        partial=partial,
        next_link="nextLink",
    )


def preview(version: str, found: tuple[str, ...], cancelled: str, partial: str) -> Dialect:
    return Dialect(
        path=f"/text/analytics/{version}/analyze/jobs",
        query="",
        names=("project-name", "deployment-name"),
        list="customEntityRecognitionTasks",
        found=(*found, "customEntityRecognitionTasks"),
        cancel=("DELETE", ""),
        cancelled=cancelled,
        partial=partial,
        next_link="@nextLink",
    )


DIALECTS = {
    "2022-05-01": since_2022("2022-05-01", "cancelled", "succeeded"),
    "2023-04-01": since_2022("2023-04-01", "cancelled", "succeeded"),
    "2026-05-15-preview": since_2022("2026-05-15-preview", "canceled", "succeeded"),
    "ct.1": preview("v3.1-preview.ct.1", ("tasks",), "failed", "succeeded"),
    "v3.2": preview("v3.2-preview.2", (), "cancelled", "partiallyCompleted"),
}
each_dialect = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


def get(host: TestHost, address: str) -> Response:
    """The answer at an absolute address of the host."""
    return host.request("GET", address.removeprefix("http://localhost"), headers=HEADERS)
