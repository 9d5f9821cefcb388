"""The way to another instance: what goes over the wire, and where it cannot be led."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from shared import peer, telemetry
from shared.domain.copies import CopyTarget
from shared.errors import InvalidArgument
from shared.origins import origin_of
from shared.peer import NOWHERE, Answer, Peers, TargetSilent

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Server:
    """A real server on this machine, which answers as a test says."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append((self.command, self.path, headers, body))
                status, sent, data = outer.answers.pop(0)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **sent}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = handle_any

            def log_message(self, *_: object) -> None:
                return

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(peer, "PAUSES", (0.0, 0.0, 0.0))
    running = Server()
    yield running
    running.close()


def to(origin: str) -> CopyTarget:
    return CopyTarget(origin=origin, project_name="Copy", token="secret")


def test_a_request_has_the_token_and_the_body(server: Server) -> None:
    server.answers = [(200, {}, b'{"status": "running"}')]

    answer = Peers((server.origin,)).at(to(server.origin)).call("POST", "/1-00000", b"part")

    assert answer == Answer(200, b'{"status": "running"}')
    ((method, path, headers, body),) = server.requests
    assert (method, body) == ("POST", b"part")
    assert path == "/language/authoring/analyze-text/projects/Copy/copy/parts/1-00000"
    assert headers["x-spanwright-copy-token"] == "secret"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: Server, status: int) -> None:
    server.answers = [(status, {"Location": f"{server.origin}/elsewhere"}, b"")]

    answer = Peers((server.origin,)).at(to(server.origin)).call("POST", "/begin")

    assert answer.status == status
    assert len(server.requests) == 1


def test_the_other_side_goes_on_with_the_trace(server: Server) -> None:
    server.answers = [(200, {}, b"")] * 2

    with telemetry.within(trace=TRACE):
        Peers([server.origin]).send(server.origin, "GET", "/", "token", b"")
    Peers([server.origin]).send(server.origin, "GET", "/", "token", b"")

    within, without = (headers for _, _, headers, _ in server.requests)
    assert telemetry.trace_of(within["traceparent"]) == TRACE
    assert "traceparent" not in without


def test_neither_a_proxy_nor_credentials_of_the_machine_are_used(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password word")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    server.answers = [(200, {}, b"")]

    Peers((server.origin,)).at(to(server.origin)).call("GET")

    assert "authorization" not in server.requests[0][2]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(server: Server, status: int) -> None:
    server.answers = [(status, {}, b""), (status, {}, b""), (200, {}, b"yes")]

    assert Peers((server.origin,)).at(to(server.origin)).call("GET").body == b"yes"


@pytest.mark.parametrize("status", [200, 202, 204, 302, 400, 401, 404, 409])
def test_what_is_final_is_not_tried_again(server: Server, status: int) -> None:
    server.answers = [(status, {}, b"")]

    assert Peers((server.origin,)).at(to(server.origin)).call("GET").status == status


def test_a_target_that_goes_on_failing_or_is_not_there_is_silent(server: Server) -> None:
    server.answers = [(503, {}, b"")] * 4
    peers = Peers((server.origin, "http://127.0.0.1:9"))

    with pytest.raises(TargetSilent):
        peers.at(to(server.origin)).call("GET")
    with pytest.raises(TargetSilent) as refused:
        peers.at(to("http://127.0.0.1:9")).call("GET")

    assert "127.0.0.1" not in refused.value.message


def test_an_answer_that_is_cut_off_is_none(server: Server) -> None:
    server.answers = [(200, {"Content-Length": "100"}, b"x")] * 4

    with pytest.raises(TargetSilent):
        Peers((server.origin,)).at(to(server.origin)).call("GET")


def test_an_answer_is_read_no_further_than_it_can_be_honest(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "_ANSWER_BYTES", 10)
    server.answers = [(200, {}, b"x" * 100_000)]

    assert len(Peers((server.origin,)).at(to(server.origin)).call("GET").body) == 10


def test_only_what_is_allowed_is_reached() -> None:
    for peers in (NOWHERE, Peers(("https://other.example",))):
        with pytest.raises(InvalidArgument):
            peers.at(to("https://target.example"))


def test_a_target_shows_no_token() -> None:
    assert "secret" not in repr(to("https://target.example"))


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://host.example", "https://host.example"),
        ("https://host.example/", "https://host.example"),
        ("HTTPS://Host.Example:443", "https://host.example"),
        ("http://host.example:80/", "http://host.example"),
        ("http://127.0.0.1:7071", "http://127.0.0.1:7071"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://host.example:444", "https://host.example:444"),
        ("http://localhost:443", "http://localhost:443"),
    ],
)
def test_an_origin_has_one_spelling(address: str, origin: str) -> None:
    assert origin_of(address) == origin
    assert origin_of(origin) == origin


@pytest.mark.parametrize(
    "address",
    [
        "",
        "host.example",
        "//host.example",
        "https:host.example",
        "https:///x",
        "ftp://host.example",
        "file:///x",
        "https://host.example/x",
        "https://host.example//",
        "https://host.example?",
        "https://host.example/#",
        "https://me@host.example",
        "https://@host.example",
        "https://host.example:0x50",
        "https://host.example:70000",
        "https://host example",
        "https://host.example\\x",
        "https://host.example\r\nX: y",
        "https://h\u00f6st.example",
        "https://-",
        "https://.",
        "https://[::1",
        "https://[x]",
        "https://%68ost.example",
    ],
)
def test_what_is_more_than_an_origin_or_none_is_refused(address: str) -> None:
    assert origin_of(address) is None
