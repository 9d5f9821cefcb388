"""Labels in and out through the API: the hosted sample, other tools' files, and dry runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devhost.testing import Response, TestHost
from shared import limits
from shared.schema.labels_formats import Format
from shared.storage.stores import Stores
from tests.functions import hosted_sample
from tests.functions.conftest import KEY, READER_KEY

HEADERS = {"Ocp-Apim-Subscription-Key": KEY}
PROJECT = "/language/authoring/analyze-text/projects/LoanAgreement"
VERSION = "api-version=2023-04-01"


@pytest.fixture(autouse=True)
def container(stores: Stores) -> None:
    stores.storage.blobs.create_container("example-data")
    for name, text in hosted_sample.TEXTS.items():
        stores.storage.blobs.put("example-data", name, text.encode())


def post(host: TestHost, path: str, body: bytes = b"", key: str = KEY) -> Response:
    mark = "&" if "?" in path else "?"
    headers = {"Ocp-Apim-Subscription-Key": key}
    return host.request("POST", f"{PROJECT}/{path}{mark}{VERSION}", headers=headers, body=body)


def ended(host: TestHost, response: Response) -> dict[str, Any]:
    """Return the job that was accepted, once it has ended."""
    assert response.status == 202, response.body
    host.drain()
    location = response.headers["operation-location"].removeprefix("http://localhost")
    job: dict[str, Any] = host.request("GET", location, headers=HEADERS).json()
    assert job["status"] in ("succeeded", "failed")
    return job


def exported(host: TestHost, path: str) -> bytes:
    job = ended(host, post(host, path))
    assert job["status"] == "succeeded"
    location = job["resultUrl"].removeprefix("http://localhost")
    response = host.request("GET", location, headers=HEADERS)
    assert response.status == 200
    return response.body


def labels_of(file: dict[str, Any]) -> set[tuple[str, str, int, int]]:
    """Return document, type, offset and length of each label of a project file."""
    return {
        (document["location"], label["category"], label["offset"], label["length"])
        for document in file["assets"]["documents"]
        for region in document["entities"]
        for label in region["labels"]
    }


def test_the_hosted_sample_in_its_own_form_comes_in_and_goes_out_with_the_same_labels(
    host: TestHost,
) -> None:
    job = ended(host, post(host, ":import", hosted_sample.data()))

    assert (job["status"], job["warnings"]) == ("succeeded", [])
    file = json.loads(exported(host, ":export?stringIndexType=Utf16CodeUnit"))
    assert len(file["assets"]["documents"]) == 20
    assert len(labels_of(file)) == 240
    assert labels_of(file) == labels_of(hosted_sample.labels())
    texts = hosted_sample.TEXTS
    assert sum(text.count("\r\n") for text in texts.values()) == 20 * 8


@pytest.mark.parametrize("form", list(Format))
def test_the_sample_goes_through_every_format_and_back(host: TestHost, form: Format) -> None:
    ended(host, post(host, ":import", hosted_sample.data()))
    data = exported(host, f"labels/:export?format={form.value}")
    emptied = {**hosted_sample.labels(), "assets": {}}
    ended(host, post(host, ":import", json.dumps(emptied).encode()))
    path = f"labels/:import?format={form.value}"

    job = ended(host, post(host, path, data))

    assert (job["status"], job["errors"]) == ("succeeded", [])
    file = json.loads(exported(host, "labels/:export"))
    assert labels_of(file) == labels_of(hosted_sample.labels())


def test_texts_come_with_a_file_into_another_project(host: TestHost, stores: Stores) -> None:
    ended(host, post(host, ":import", hosted_sample.data()))
    data = exported(host, "labels/:export?format=label-studio")
    for name in hosted_sample.TEXTS:
        stores.storage.blobs.delete("example-data", name)

    job = ended(host, post(host, "labels/:import?format=label-studio", data))

    assert job["status"] == "succeeded"
    for name, text in hosted_sample.TEXTS.items():
        blob = stores.storage.blobs.get("example-data", name)
        assert blob is not None
        assert blob.data == text.encode()


@pytest.mark.parametrize("large", ["documents", "bytes"])
def test_a_large_file_is_imported_by_a_worker(
    host: TestHost, large: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(host, post(host, ":import", hosted_sample.data()))
    data = exported(host, "labels/:export?format=spacy")
    if large == "documents":
        monkeypatch.setattr(limits, "IMPORT_AT_ONCE", 19)
    else:
        data += b" " * (4 * 2**20)

    response = post(host, "labels/:import?format=spacy", data)

    assert len(host.messages("authoring")) == 1
    assert ended(host, response)["status"] == "succeeded"


def test_a_dry_run_of_a_new_project_says_what_would_be_made_and_makes_nothing(
    host: TestHost, stores: Stores
) -> None:
    response = post(host, "labels/:check", hosted_sample.data())

    assert response.status == 200
    report = response.json()
    assert report["valid"] is True
    assert (report["documentsCount"], report["labelsCount"]) == (20, 240)
    assert {one["labelsCount"] for one in report["entities"]} == {20}
    assert report["changes"]["project"] == "made"
    assert report["changes"]["labelledDocuments"] == {"made": 20, "replaced": 0, "removed": 0}
    assert report["changes"]["texts"] == {"made": 0, "replaced": 0, "kept": 20}
    assert len(report["changes"]["entities"]["made"]) == 12
    assert stores.projects.all() == []
    assert list(stores.operations.active()) == []


def test_a_dry_run_tells_every_problem_and_answers_200(host: TestHost) -> None:
    file = hosted_sample.labels()
    documents = file["assets"]["documents"]
    documents[0]["entities"][0]["labels"][0]["offset"] += 5000
    documents[1]["entities"][0]["labels"][3]["category"] = "Nothing"
    documents[2]["location"] = "99.txt"

    response = post(host, "labels/:check", json.dumps(file).encode())

    assert response.status == 200
    report = response.json()
    assert report["valid"] is False
    assert [one["target"] for one in report["problems"]] == [
        "01.txt $.assets.documents[0].entities[0].labels[0]",
        "02.txt $.assets.documents[1].entities[0].labels[3]",
        "99.txt",
    ]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("labels/:check", b"", 400),
        ("labels/:check?format=brat", b"{}", 400),
        ("labels/:check?mode=merge", b"{}", 400),
        ("labels/:check?format=spacy&stringIndexType=Utf16CodeUnit", b"{}", 400),
        ("labels/:check", b"{", 200),
        ("labels/:check", b"\xff", 200),
        ("labels/:check?format=conll", b"Bo O", 404),
        ("labels/:import?format=conll", b"Bo O", 404),
        ("labels/:import", b"{", 400),
        ("labels/:import?format=brat", b"{}", 400),
        ("labels/:export", b"", 404),
        ("labels/:export?format=x", b"", 400),
    ],
)
def test_what_cannot_be_done_is_refused_in_the_one_shape(
    host: TestHost, path: str, body: bytes, status: int
) -> None:
    response = post(host, path, body)

    assert response.status == status
    if status != 200:
        assert response.json()["error"]["message"].endswith(".")
    else:
        assert response.json()["valid"] is False


def test_an_import_that_does_not_fit_fails_with_the_lines(host: TestHost, stores: Stores) -> None:
    ended(host, post(host, ":import", hosted_sample.data()))
    body = b'{"text": "Other", "entities": [], "name": "01.txt"}\n'

    job = ended(host, post(host, "labels/:import?format=spacy", body))

    assert job["status"] == "failed"
    assert [one["target"] for one in job["errors"]] == ["line 1 $"]
    job = ended(host, post(host, "labels/:import?format=spacy&overwrite=true", body))
    assert job["status"] == "succeeded"


def test_exports_of_the_two_apis_have_addresses_of_their_own(host: TestHost) -> None:
    ended(host, post(host, ":import", hosted_sample.data()))
    location = post(host, "labels/:export?format=conll").headers["operation-location"]
    job = location.partition("?")[0].rpartition("/")[2]

    for path in (
        f"export/jobs/{job}",
        f"export/jobs/{job}/result",
        f"labels/export/jobs/{'0' * 8}",
    ):
        response = host.request("GET", f"{PROJECT}/{path}?{VERSION}", headers=HEADERS)
        assert response.status == 404


def test_a_reader_may_neither_check_nor_import(host: TestHost) -> None:
    for path in ("labels/:check", "labels/:import", "labels/:export"):
        assert post(host, path, b"{}", READER_KEY).status == 403


#: Files that try to do harm; none may give a 500 or change anything.
HOSTILE = [
    b"\x00" * 1000,
    b"\xff\xfe{\x00}\x00",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"{}\n" * 10_000,
    b"[{}]",
    b"null\n",
    b'"text"\n',
    b'{"text": "' + b"x" * 130_000 + b'"}\n',
    b'{"text": "a", "name": "../../etc/passwd"}\n',
    b'{"text": "a", "name": "a\\u0000.txt"}\n',
    b'{"text": "a\\ud83d"}\n',
    b'{"text": "a", "entities": [[0, 1e400, "A"]]}\n',
    b'{"text": "a", "entities": [[0, 99999999999999999999999999, "A"]]}\n',
    b'{"text": "a", "label": {"__proto__": 1}}\n',
    b'[{"data": {"text": "a"}, "annotations": {"result": 7}}]',
    b'[{"data": {"text": "a"}, "annotations": [{"result": [{"value": {"labels": "A"}}]}]}]',
    b'[{"data": [], "predictions": 7, "meta": 7}]',
    b"File,Begin Offset,End Offset,Type\n" + b'"' * 100_001,
    b"File,Begin Offset,End Offset,Type\n=cmd|' /C calc'!A0,0,1,X\n",
    b"File,Line,Begin Offset,End Offset,Type\n01.txt,99999999999,0,1,X\n",
    b"-DOCSTART- %2e%2e%2fa.txt O\n\nx B-A\n",
    b"-DOCSTART- %ff%00.txt O\n\nx B-A\n",
    b"x B-" + b"A" * 10_000 + b"\n",
    "x\u2028y B-A\n".encode(),
    b"\r\r\r\n\t\t\n",
]


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_file_gives_no_500_and_changes_nothing(
    host: TestHost, stores: Stores, form: Format, number: int
) -> None:
    ended(host, post(host, ":import", hosted_sample.data()))
    project = stores.projects.read("LoanAgreement")
    before = dict(stores.documents.all_labels(project)), list(stores.documents.names(project))

    checked = post(host, f"labels/:check?format={form.value}", HOSTILE[number])
    valid = checked.status == 200 and checked.json()["valid"]
    imported = post(host, f"labels/:import?format={form.value}", HOSTILE[number])

    assert checked.status in (200, 400)
    assert imported.status in (202, 400)
    assert host.failures == []
    if imported.status == 202:
        assert (ended(host, imported)["status"] == "succeeded") == valid
    if not valid:
        after = dict(stores.documents.all_labels(project)), list(stores.documents.names(project))
        assert after == before
