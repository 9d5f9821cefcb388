"""HTTP: what a function is given, what a client gets, and the server between them."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from devhost.testing import TestHost
from devhost.web import Server
from tests.devhost import apps

LIMIT = 200_000


def echo(req: func.HttpRequest) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route": dict(req.route_params),
        "body": req.get_body().decode("latin-1"),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@pytest.fixture
def host(tmp_path: Path) -> TestHost:
    return TestHost(apps.with_route(echo), apps.folder(tmp_path))


@pytest.fixture
def port(host: TestHost) -> Iterator[int]:
    """A server for `echo` with a small limit of bodies."""
    host.site.body_limit = LIMIT
    server = Server(host.site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.port
    server.stop(time.monotonic() + 5)
    thread.join()


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("a=1&b=", {"a": "1"}),
        ("api-version=2022-05-01", {"api-version": "2022-05-01"}),
        ("stringIndexType=Utf16CodeUnit", {"stringIndexType": "Utf16CodeUnit"}),
        ("a=1&A=2&a=", {"a": "1,2"}),
        ("q=%C3%A4+b%26", {"q": "ä b&"}),
        ("%24top=1&$skip=2", {"$top": "1", "$skip": "2"}),
        ("a", {}),
        ("", {}),
    ],
)
def test_the_query_is_handed_over_as_by_the_host(
    host: TestHost, query: str, params: dict[str, str]
) -> None:
    seen = host.request("GET", f"/x?{query}").json()

    assert seen["params"] == params


def test_a_function_sees_the_request(host: TestHost) -> None:
    seen = host.request(
        "put", "/x/a%2Fb c", headers={"X-Thing": "1"}, query={"k": "v w"}, body=b"\xff\x00"
    ).json()

    assert seen == {
        "method": "PUT",
        "url": "http://localhost/x/a%2Fb%20c?k=v+w",
        "headers": {"host": "localhost", "x-thing": "1"},
        "params": {"k": "v w"},
        "route": {"id": "a%2Fb c"},
        "body": "\xff\x00",
    }


def test_a_body_given_as_an_object_is_json(host: TestHost) -> None:
    seen = host.request("POST", "/x", body={"a": ["ä"]}).json()

    assert json.loads(seen["body"]) == {"a": ["ä"]}
    assert seen["headers"]["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/", "/y", "/x/a/b", "//x"])
def test_what_no_route_takes_is_not_found(host: TestHost, path: str) -> None:
    assert host.request("GET", path).status == 404


def test_a_method_that_no_function_takes_is_not_found(tmp_path: Path) -> None:
    host = TestHost(apps.with_route(echo, methods=["GET"]), apps.folder(tmp_path))

    assert host.request("POST", "/x").status == 404
    assert host.request("HEAD", "/x").status == 404


@pytest.mark.parametrize("name", ["a.example:80", "[::1]:80", "127.0.0.1", ""])
def test_a_function_sees_the_host_that_was_asked(host: TestHost, name: str) -> None:
    answer = host.request("GET", "/x", headers={"Host": name}).json()

    assert answer["url"] == f"http://{name or 'localhost'}/x"


@pytest.mark.parametrize("name", ["[", "[::1", "a b", "a/b", "a@b", "a\x00", "ü", "a:port"])
def test_a_host_that_none_can_have_is_a_bad_request(host: TestHost, name: str) -> None:
    assert host.request("GET", "/x", headers={"Host": name}).status == 400


def test_a_nul_in_the_path_is_a_bad_request(host: TestHost) -> None:
    assert host.request("GET", "/x/%00").status == 400


@pytest.mark.parametrize("answer", [None, 7, {"a": 1}])
def test_what_is_no_answer_is_an_error_of_the_server(tmp_path: Path, answer: Any) -> None:
    host = TestHost(apps.with_route(lambda req: answer), apps.folder(tmp_path))

    assert host.request("GET", "/x").status == 500


def test_an_error_in_a_function_is_500_without_a_body(tmp_path: Path) -> None:
    def fail(req: func.HttpRequest) -> func.HttpResponse:
        raise ValueError("secret")

    host = TestHost(apps.with_route(fail), apps.folder(tmp_path))

    response = host.request("GET", "/x")

    assert (response.status, response.body) == (500, b"")
    assert [type(each) for each in host.failures] == [ValueError]


def test_an_error_is_logged_without_its_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(req: func.HttpRequest) -> func.HttpResponse:
        raise ValueError("canary of the function")

    host = TestHost(apps.with_route(fail), apps.folder(tmp_path))

    with caplog.at_level("DEBUG"):
        host.request("POST", "/x?k=canary", headers={"X": "canary"}, body="canary of the body")

    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_a_text_is_an_answer_and_cookies_stay_apart(tmp_path: Path) -> None:
    app = apps.new()

    @app.route(route="text")
    def text(req: func.HttpRequest) -> str:
        return "ä"

    @app.route(route="cookies")
    def cookies(req: func.HttpRequest) -> func.HttpResponse:
        response = func.HttpResponse(status_code=204)
        response.headers.add("Set-Cookie", "a=1; Path=/; HttpOnly")
        response.headers.add("Set-Cookie", "b=2")
        return response

    host = TestHost(app, apps.folder(tmp_path))

    assert host.request("GET", "/text").body == "ä".encode()
    sent = host.request("GET", "/cookies").headers.getlist("Set-Cookie")
    assert sent == ["a=1; HttpOnly; Path=/", "b=2"]


def test_a_body_over_the_limit_is_refused(host: TestHost) -> None:
    host.site.body_limit = LIMIT

    assert host.request("POST", "/x", body=b"a" * LIMIT).status == 200
    assert host.request("POST", "/x", body=b"a" * (LIMIT + 1)).status == 413


def test_one_connection_carries_many_requests(port: int) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    client.connect()
    first = client.sock

    for number in range(50):
        client.request("POST", f"/x/{number}", body=b"b" * number * 100)
        seen = json.loads(client.getresponse().read())
        assert seen["route"] == {"id": str(number)}
        assert len(seen["body"]) == number * 100

    assert client.sock is first
    client.close()


@pytest.mark.parametrize("size", [LIMIT + 1, 50 * LIMIT])
def test_a_body_that_is_too_long_gets_an_answer_and_no_reset(port: int, size: int) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    client.request("POST", "/x", body=b"a" * size)
    response = client.getresponse()

    assert response.status == 413
    assert response.getheader("Connection") == "close"
    client.close()


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"c" * 1000


@pytest.mark.parametrize(("count", "status"), [(0, 200), (3, 200), (200, 200), (201, 413)])
def test_a_body_in_chunks_is_read_up_to_the_limit(port: int, count: int, status: int) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    client.request("POST", "/x", body=chunks(count), encode_chunked=True)
    response = client.getresponse()

    assert response.status == status
    if status == 200:
        assert len(json.loads(response.read())["body"]) == count * 1000
    client.close()


def exchange(port: int, raw: bytes) -> bytes:
    """Send bytes and return all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(raw)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", b"400"),
        (
            b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            b"400",
        ),
        (
            b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"400",
        ),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", b"400"),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", b"400"),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", b"413"),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: " + b"9" * 99 + b"\r\n\r\n", b"413"),
        (b"GET /x/\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"BREW /x HTTP/1.1\r\nHost: h\r\n\r\n", b"501"),
        (b"GET /x HTTP/1.0\r\n\r\n", b"200"),
    ],
)
def test_a_broken_request_is_refused_and_breaks_nothing(
    port: int, raw: bytes, status: bytes
) -> None:
    assert exchange(port, raw).split(b" ", 2)[1] == status
    assert exchange(port, b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n").startswith(b"HTTP/1.1 200 OK")


def test_a_request_that_breaks_off_runs_no_function(port: int, host: TestHost) -> None:
    answer = exchange(port, b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")

    assert answer == b""


def test_the_answer_to_head_has_a_length_and_no_body(port: int) -> None:
    answer = exchange(port, b"HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")

    assert b"Content-Length: " in head
    assert b"Content-Length: 0" not in head
    assert body == b""


def test_a_client_that_asks_first_is_told_to_go_on_or_not(port: int) -> None:
    head = b"POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"

    taken = exchange(port, head % 3 + b"abc")
    refused = exchange(port, head % (LIMIT + 1))

    assert taken.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert refused.startswith(b"HTTP/1.1 413 ")
