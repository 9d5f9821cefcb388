"""The studio's files: its page at every address, each file as it was built, and nothing else."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from devhost.testing import TestHost
from tests.functions.conftest import ROOT

BUILT = ROOT / "studio" / "dist"


def files() -> list[Path]:
    return sorted(BUILT.joinpath("files").iterdir())


@pytest.mark.parametrize(
    "path", ["", "/projects", "/projects/a.b/tag", "/projects/P/tag/agreement%20%231.txt"]
)
def test_the_page_answers_at_every_address(host: TestHost, path: str) -> None:
    response = host.request("GET", f"/studio{path}")

    assert response.status == 200
    assert response.body == BUILT.joinpath("index.html").read_bytes()
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"


def test_its_files_are_served_as_they_were_built_and_kept_for_ever(host: TestHost) -> None:
    assert len(files()) > 5
    for path in files():
        response = host.request("GET", f"/studio/files/{path.name}")

        assert response.body == path.read_bytes()
        assert "immutable" in response.headers["Cache-Control"]


def test_a_file_is_compressed_for_those_who_take_it(host: TestHost) -> None:
    (script,) = BUILT.joinpath("files").glob("index-*.js")

    response = host.request(
        "GET", f"/studio/files/{script.name}", headers={"Accept-Encoding": "br, gzip"}
    )

    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(response.body) == script.read_bytes()
    assert len(response.body) < len(script.read_bytes()) / 2


@pytest.mark.parametrize("page", ["/studio", "/docs"])
def test_a_page_runs_no_script_that_is_not_its_own(host: TestHost, page: str) -> None:
    response = host.request("GET", page)

    policy = dict(
        directive.strip().split(" ", 1)
        for directive in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["script-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert not re.search(rb"<script(?![^>]*\ssrc=)", response.body)


@pytest.mark.parametrize("file", ["x.js", "../index.html", "%2e%2e/%2e%2e/host.json", "index.js/x"])
def test_there_is_no_other_file(host: TestHost, file: str) -> None:
    response = host.request("GET", f"/studio/files/{file}")

    assert response.status == 404 or response.body == BUILT.joinpath("index.html").read_bytes()
    assert b"extensionBundle" not in response.body


def test_nothing_of_a_page_is_named_after_what_a_caller_asks(host: TestHost) -> None:
    for path in ("/studio/../host.json", "/studio/%2e%2e/host.json", "/docs/../host.json"):
        assert b"extensionBundle" not in host.request("GET", path).body
