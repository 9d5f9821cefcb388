"""Ids of other projects, of other kinds of jobs, and such as never were: nothing is there."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from devhost.testing import TestHost
from shared.domain.models import TrainingOptions
from shared.domain.operations import OperationKind
from shared.domain.states import State
from shared.services import operations
from shared.storage.stores import Stores
from tests.functions.conftest import KEY
from tests.functions.test_door import VERSION, method_of, path_of
from tests.house.test_functions import HTTP, name, trigger
from tests.services import loans

HEADERS = {"Ocp-Apim-Subscription-Key": KEY}
WITH_JOB = [one for one in HTTP if "{job}" in trigger(one)["route"]]
OF_A_PROJECT = [one for one in WITH_JOB if "{project}" in trigger(one)["route"]]
#: An export that has made nothing has no result, nothing is assigned to resources, and what is
#: published in the API of 2021 has a name of its own.
NEVER = {
    "bundle_export_part",
    "preview_publishing_get",
    "resources_assign_get",
    "resources_unassign_get",
    "deployment_resources_delete_get",
}
NO_ID = "0191d4c2-0000-7000-8000-000000000000"


@pytest.fixture
def jobs(stores: Stores) -> dict[OperationKind, str]:
    """The id of a job of every kind, of the project `P`, about what is called `P`."""
    for project in ("Mine", "Other"):
        loans.make_project(stores, name=project)
    mine = stores.projects.read("Mine")
    options = TrainingOptions(label="P", config_version="2022-05-01")
    return {
        kind: operations.start(
            stores,
            kind,
            "Mine",
            mine.id,
            subject="P",
            state=State.SUCCEEDED,
            training=options if kind.needs_engine else None,
        ).id
        for kind in OperationKind
    }


def send(host: TestHost, function: Any, job: str, project: str) -> int:
    path = path_of(function).replace(NO_ID, job).replace("/projects/P/", f"/projects/{project}/")
    response = host.request(method_of(function), path + VERSION, headers=HEADERS)
    if response.status >= 400:
        assert response.status == 404
        assert response.json()["error"]["message"].endswith(".")
    return response.status


@pytest.mark.parametrize("function", OF_A_PROJECT, ids=name)
def test_a_job_is_there_for_its_own_project_and_kind_alone(
    host: TestHost, jobs: dict[OperationKind, str], function: Any
) -> None:
    found = {kind for kind, job in jobs.items() if send(host, function, job, "Mine") < 300}

    elsewhere = {kind for kind, job in jobs.items() if send(host, function, job, "Other") < 300}

    assert elsewhere == set()
    # What is made and taken away under a name has jobs of two kinds.
    never = (
        name(function) in NEVER
        or name(function).endswith("export_result")
        # Not operations: `test_extractions` has theirs.
        or name(function).startswith("extraction_")
    )
    assert len(found) in ((0,) if never else (1, 2))


@pytest.mark.parametrize("function", WITH_JOB, ids=name)
@pytest.mark.parametrize("job", [NO_ID, NO_ID.upper(), "1", "x" * 64, "final", "%E2%82%AC", "a b"])
def test_a_job_that_never_was_is_not_found(
    host: TestHost, jobs: dict[OperationKind, str], function: Any, job: str
) -> None:
    assert send(host, function, job, "Mine") == 404


@pytest.mark.parametrize("function", [one for one in WITH_JOB if one not in OF_A_PROJECT], ids=name)
def test_a_job_of_authoring_is_no_job_of_extraction(
    host: TestHost, jobs: dict[OperationKind, str], function: Any
) -> None:
    found = {kind for kind, job in jobs.items() if send(host, function, job, "Mine") < 300}

    deletions = {OperationKind.DELETE_PROJECT} if "deletion" in path_of(function) else set()
    assert found == deletions


@pytest.mark.parametrize("function", OF_A_PROJECT, ids=name)
def test_an_expired_job_is_not_found(
    host: TestHost, stores: Stores, jobs: dict[OperationKind, str], function: Any
) -> None:
    for job in jobs.values():
        operation = stores.operations.find(job)
        assert operation is not None
        expired = dataclasses.replace(operation, expires=operation.created)
        stores.operations.replace(expired)

    assert {send(host, function, job, "Mine") for job in jobs.values()} == {404}
