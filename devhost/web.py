"""HTTP functions: from a request to an answer, and the server that carries both.

The server is the standard library's: werkzeug's closes the connection after every answer, and a
client of this API sends many requests.
"""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from azure.functions.http import HttpRequest, HttpResponseConverter

from devhost import routing
from devhost.invocation import Function, Runner

logger = logging.getLogger("devhost")

#: The largest body (bytes) that the real host takes; FUNCTIONS_REQUEST_BODY_SIZE_LIMIT there.
BODY_LIMIT = 100 * 2**20

#: Seconds after which a connection without a request is closed, as Kestrel does.
IDLE_SECONDS = 130

#: How long (seconds) and how far (bytes) a refused body is still read, so that its sender gets to
#: see the answer instead of a reset connection.
LINGER_SECONDS = 2.0
LINGER_BYTES = 256 * 2**20

#: What Kestrel takes as the header `Host`: a name or an address, with a port or not; or nothing.
_HOST = re.compile(r"([A-Za-z0-9._~%!$&'()*+,;=-]+|\[[0-9A-Fa-f:.]+\])?(:[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Site:
    """All HTTP functions of an app behind one address."""

    def __init__(
        self,
        functions: Iterable[Function],
        runner: Runner,
        *,
        prefix: str = "api",
        body_limit: int = BODY_LIMIT,
    ) -> None:
        """Raises `RouteError` for a route that the host would not take."""
        web = {each.name: each for each in functions if each.kind == "httpTrigger"}
        self.routes = routing.in_order(route_of(each, prefix) for each in web.values())
        self.body_limit = body_limit
        self._functions = web
        self._runner = runner

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Return the answer to a request.

        `target` is the path with the query, still escaped; `headers` has each name once.
        """
        if len(body) > self.body_limit:
            return _refusal(method, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not target.isascii():
            return _refusal(method, HTTPStatus.BAD_REQUEST)
        try:
            parts = urlsplit("http://host" + target if target.startswith("/") else target)
            path = routing.decode(parts.path or "/")
        except ValueError:
            return _refusal(method, HTTPStatus.BAD_REQUEST)
        found = routing.find(self.routes, method, path)
        if found is None:
            return _refusal(method, HTTPStatus.NOT_FOUND)
        route, parameters = found
        function = self._functions[route.function]
        lower = {key.lower(): value for key, value in headers.items()}
        if not _HOST.fullmatch(lower.get("host", "")):
            return _refusal(method, HTTPStatus.BAD_REQUEST)
        query = f"?{parts.query}" if parts.query else ""
        request = HttpRequest(
            method=method,
            url=f"http://{lower.get('host') or 'localhost'}{parts.path}{query}",
            headers=lower,
            params=_query(parts.query),
            route_params=parameters,
            body_type="bytes",
            body=body,
        )
        try:
            reply: Reply = self._runner.run(
                function,
                request,
                _reply,
                lambda reply: f"{method} {reply.status if reply else 500}",
            )
        except Exception:  # the runner has logged it
            return Reply(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        return reply


def route_of(function: Function, prefix: str = "") -> routing.Route:
    """Return the route of an HTTP function: its own, or else its name. Raises `RouteError`."""
    template = function.trigger.get("route") or function.name
    return routing.parse(function.name, template, function.trigger.get("methods") or (), prefix)


class Server(ThreadingHTTPServer):
    """Serves a site: HTTP/1.1, connections kept alive, a thread for each."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: Site, *, port: int = 0, fd: int | None = None) -> None:
        """Listen on a port of this machine (0: any free one), or take a socket that listens."""
        self.site = site
        self.stopping = False
        self._busy = 0
        self._idle = threading.Condition()
        super().__init__(("127.0.0.1", port), _Exchange, bind_and_activate=False)
        if fd is None:
            self.server_bind()
            self.server_activate()
        else:
            self.socket.close()
            self.socket = socket.socket(fileno=fd)
            self.server_address = self.socket.getsockname()
        # Another process that shares the socket may be faster between our poll and our accept.
        self.socket.setblocking(False)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)  # the inherited way looks the name up: slow
        self.server_address = self.socket.getsockname()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = self.socket.accept()
        connection.setblocking(True)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A broken connection is the client's business; it needs no traceback."""

    def stop(self, deadline: float) -> bool:
        """Take no more connections; return whether all running requests end by a monotonic time."""
        self.stopping = True
        self.shutdown()
        self.socket.close()
        with self._idle:
            return self._idle.wait_for(
                lambda: self._busy == 0, max(0.0, deadline - time.monotonic())
            )

    def count(self, change: int) -> None:
        """A request begins (1) or ends (-1)."""
        with self._idle:
            self._busy += change
            self._idle.notify_all()


class _Refused(Exception):
    """The request cannot be read; the status says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class _Exchange(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    # The head and the body are two packets: without this the second waits for the client's
    # acknowledgement of the first, up to 40 ms.
    disable_nagle_algorithm = True
    rbufsize = 2**16

    def do_GET(self) -> None:
        self.server.count(1)
        try:
            self._serve()
        finally:
            self.server.count(-1)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = do_GET

    def handle_expect_100(self) -> bool:
        """Ask for the body only when it is not too long."""
        try:
            self._length()
        except _Refused:
            return True  # `_serve` refuses it
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.close_connection = True
        self._send(Reply(status=code))

    def log_message(self, format: str, *args: Any) -> None:
        """The site writes the log."""

    def _serve(self) -> None:
        try:
            body = self._body()
        except _Refused as refused:
            self.close_connection = True
            self._send(_refusal(self.command, refused.status))
            self._linger()
            return
        headers = {
            name: ",".join(self.headers.get_all(name, ())) for name in set(self.headers.keys())
        }
        self._send(self.server.site.answer(self.command, self.path, headers, body))

    def _length(self) -> int | None:
        """Return the announced length, or None for a chunked body. Raises `_Refused`."""
        lengths = set(self.headers.get_all("Content-Length", ()))
        coding = self.headers.get("Transfer-Encoding")
        if coding is not None:
            if lengths or coding.strip().lower() != "chunked":
                raise _Refused(HTTPStatus.BAD_REQUEST)
            return None
        text = lengths.pop() if lengths else "0"
        if lengths or not (text.isascii() and text.isdigit()):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        if len(text) > 18 or int(text) > self.server.site.body_limit:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return int(text)

    def _body(self) -> bytes:
        length = self._length()
        return self._chunks() if length is None else self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionAbortedError
        return body

    def _chunks(self) -> bytes:
        """Read a chunked body, and no more of it than is allowed."""
        body = bytearray()
        while True:
            size_text = self.rfile.readline(1024).split(b";")[0].strip()
            try:
                size = int(size_text, 16)
            except ValueError:
                raise _Refused(HTTPStatus.BAD_REQUEST) from None
            if size < 0:
                raise _Refused(HTTPStatus.BAD_REQUEST)
            if len(body) + size > self.server.site.body_limit:
                raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if size == 0:
                break
            body += self._exactly(size)
            self._exactly(2)
        while self.rfile.readline(2**16).strip():
            pass  # trailers
        return bytes(body)

    def _send(self, reply: Reply) -> None:
        bare = reply.status < 200 or reply.status in (204, 304)
        lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        if not bare:
            lines.append(f"Content-Length: {len(reply.body)}")
        lines += [f"Date: {self.date_time_string()}", "Server: spanwright-devhost"]
        if self.server.stopping:
            self.close_connection = True
        if self.close_connection:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        body = b"" if bare or self.command == "HEAD" else reply.body
        self.wfile.write(head + body if len(body) < 2**16 else head)
        if len(body) >= 2**16:
            self.wfile.write(body)

    def _linger(self) -> None:
        """Read on for a moment: closing with unread data would reset the connection."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(LINGER_SECONDS)
        end = time.monotonic() + LINGER_SECONDS
        read = 0
        while time.monotonic() < end and read < LINGER_BYTES:
            data = self.rfile.read1(2**20)
            if not data:
                return
            read += len(data)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _refusal(method: str, status: HTTPStatus) -> Reply:
    logger.info("no function: %s %d", method, status)
    return Reply(status=status)


def _query(text: str) -> dict[str, str]:
    """Return the query as the host gives it to Python.

    Empty values are dropped; repeated keys are one, ignoring case, in their first spelling, with
    the values joined by commas (ToRpcHttp in GrpcMessageConversionExtensions of the host).
    """
    spelling: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    for key, value in parse_qsl(text):
        key = spelling.setdefault(key.lower(), key)
        values.setdefault(key, []).append(value)
    return {key: ",".join(each) for key, each in values.items()}


def _reply(value: Any) -> Reply:
    """Return the answer in what a function has returned, as the library encodes it.

    Raises TypeError when it is neither an HttpResponse nor a str.
    """
    try:
        datum = HttpResponseConverter.encode(value, expected_type=None)
    except NotImplementedError:
        raise TypeError("an HTTP function must return an HttpResponse or a str") from None
    if datum.type == "string":
        headers = (("Content-Type", "text/plain; charset=utf-8"),)
        return Reply(status=HTTPStatus.OK, headers=headers, body=datum.value.encode())
    parts = datum.value
    pairs = [
        (name, each.value)
        for name, each in parts["headers"].items()
        if name.lower() not in ("content-length", "transfer-encoding", "connection", "date")
    ]
    for cookies in parts["cookies"] or ():
        pairs += [("Set-Cookie", morsel.OutputString()) for morsel in cookies.values()]
    return Reply(
        status=int(parts["status_code"].value),
        headers=tuple(pairs),
        body=parts["body"].value,
    )
