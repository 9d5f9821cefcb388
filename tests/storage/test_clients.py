"""How storage is reached, and what becomes of its faults."""

from __future__ import annotations

import base64
import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from shared.errors import ServiceUnavailable, StorageDenied
from shared.settings import SettingError, StorageSettings
from shared.storage.calls import Patience
from shared.storage.clients import AzureStorage, identity, open_storage
from shared.storage.ports import Changed, Put, Refused, Row

KEY = base64.b64encode(b"a key for tests").decode()

#: Every kind of call, and how a storage is asked for it.
CALLS: dict[str, Callable[[AzureStorage], object]] = {
    "get": lambda storage: storage.table("jobs").get("a", "b"),
    "insert": lambda storage: storage.table("jobs").insert(Row("a", "b", {})),
    "replace": lambda storage: storage.table("jobs").replace(Row("a", "b", {}), etag='W/"1"'),
    "put": lambda storage: storage.table("jobs").put(Row("a", "b", {})),
    "delete": lambda storage: storage.table("jobs").delete("a", "b"),
    "query": lambda storage: list(storage.table("jobs").query("a")),
    "scan": lambda storage: list(storage.table("jobs").scan()),
    "transact": lambda storage: storage.table("jobs").transact([Put(Row("a", "b", {}))]),
    "blob get": lambda storage: storage.blobs.get("box", "name"),
    "blob put": lambda storage: storage.blobs.put("box", "name", b"data"),
    "blob delete": lambda storage: storage.blobs.delete("box", "name"),
    "blob list": lambda storage: list(storage.blobs.list("box")),
    "blob root": lambda storage: list(storage.blobs.list("box", root_only=True)),
    "blob names": lambda storage: list(storage.blobs.names("box")),
    "delete prefix": lambda storage: storage.blobs.delete_prefix("box", "name"),
    "container exists": lambda storage: storage.blobs.container_exists("box"),
    "create container": lambda storage: storage.blobs.create_container("box"),
    "containers": lambda storage: storage.blobs.containers(),
}


class Pauses:
    """Takes the place of sleeping, and keeps what was slept."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


class Server:
    """A server that gives the answers that it was told, the last one for ever."""

    def __init__(self, *answers: tuple[int, dict[str, str], bytes] | None) -> None:
        #: Status, headers and body; None breaks the connection.
        self.answers = answers
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        """Yield the address."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                number = len(fake.requests)
                fake.requests.append((self.command, self.path, dict(self.headers)))
                answer = fake.answers[min(number, len(fake.answers) - 1)]
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def settings_for(address: str, key: str = KEY) -> StorageSettings:
    return StorageSettings(
        connection_string=f"DefaultEndpointsProtocol=http;AccountName=acct;AccountKey={key};"
        f"BlobEndpoint={address}/acct;TableEndpoint={address}/acct;"
    )


@contextmanager
def opened(address: str, pauses: Pauses | None = None, **options: Any) -> Iterator[AzureStorage]:
    patience = Patience(sleep=pauses or Pauses(), **options)
    storage = open_storage(settings_for(address), patience=patience)
    try:
        yield storage
    finally:
        storage.close()


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


BUSY = (503, {"x-ms-error-code": "ServerBusy"}, b"")
THROTTLED = (429, {"x-ms-error-code": "TooManyRequests"}, b"")
ILL = (500, {"x-ms-error-code": "InternalError"}, b"")
ROW = (
    200,
    {"Content-Type": "application/json;odata=minimalmetadata"},
    b'{"odata.etag": "W/\\"1\\"", "PartitionKey": "a", "RowKey": "b", "x": true}',
)
BLOB = (
    206,
    {
        "Content-Type": "application/octet-stream",
        "Content-Range": "bytes 0-3/4",
        "ETag": '"0x1"',
        "Last-Modified": "Mon, 06 May 2024 12:00:00 GMT",
        "x-ms-blob-type": "BlockBlob",
    },
    b"data",
)
WRITTEN = (204, {"ETag": 'W/"2"'}, b"")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_storage_that_is_not_there_is_unavailable(
    call: Callable[[AzureStorage], object], caplog: pytest.LogCaptureFixture
) -> None:
    pauses = Pauses()

    with (
        opened(f"http://127.0.0.1:{closed_port()}", pauses) as storage,
        pytest.raises(ServiceUnavailable) as caught,
    ):
        call(storage)

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert len(pauses.taken) == 3
    assert "does not answer" in caplog.text
    assert KEY not in caplog.text


def test_the_pauses_of_a_dead_storage_and_its_timeouts_end_within_20_seconds() -> None:
    pauses = Pauses()
    patience = Patience()

    with opened(f"http://127.0.0.1:{closed_port()}", pauses) as storage:
        for _ in range(20):
            with pytest.raises(ServiceUnavailable):
                storage.table("jobs").get("a", "b")

    rounds = [pauses.taken[start : start + 3] for start in range(0, 60, 3)]
    for round_ in rounds:
        assert sum(round_) + patience.tries * patience.connect_seconds < 20
        for pause, expected in zip(round_, (0.8, 1.6, 3.2), strict=True):
            assert 0.8 * expected <= pause <= 1.2 * expected
    assert len({round_[0] for round_ in rounds}) > 1


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("answer", [BUSY, THROTTLED, ILL], ids=["busy", "throttled", "ill"])
def test_a_busy_storage_is_asked_four_times(
    answer: tuple[int, dict[str, str], bytes], call: Callable[[AzureStorage], object]
) -> None:
    server = Server(answer)
    pauses = Pauses()

    with (
        server.running() as address,
        opened(address, pauses) as storage,
        pytest.raises(ServiceUnavailable),
    ):
        call(storage)

    assert len(server.requests) == 4
    assert len(pauses.taken) == 3


@pytest.mark.parametrize("failures", [1, 2, 3])
@pytest.mark.parametrize("answer", [BUSY, THROTTLED, ILL], ids=["busy", "throttled", "ill"])
@pytest.mark.parametrize(
    ("name", "success", "expected"),
    [
        ("get", ROW, Row("a", "b", {"x": True}, 'W/"1"')),
        ("insert", WRITTEN, 'W/"2"'),
        ("put", WRITTEN, 'W/"2"'),
        ("delete", (204, {}, b""), True),
    ],
)
def test_a_call_succeeds_once_storage_is_well(
    name: str,
    success: tuple[int, dict[str, str], bytes],
    expected: object,
    answer: tuple[int, dict[str, str], bytes],
    failures: int,
) -> None:
    server = Server(*[answer] * failures, success)

    with server.running() as address, opened(address) as storage:
        result = CALLS[name](storage)

    assert result == expected
    assert len(server.requests) == failures + 1


def test_a_double_that_is_written_as_a_whole_number_comes_back_as_a_double() -> None:
    server = Server((*ROW[:2], ROW[2].replace(b"true", b"1")))

    with server.running() as address, opened(address) as storage:
        row = storage.table("jobs").get("a", "b")

    assert row is not None
    assert type(row.values["x"]) is float


def test_a_blob_that_cannot_be_deleted_with_its_neighbours_is_not_passed_over() -> None:
    listing = (
        b'<EnumerationResults ContainerName="box"><Blobs><Blob><Name>a/1</Name></Blob></Blobs>'
        b"<NextMarker/></EnumerationResults>"
    )
    parts = (
        b"--part\r\nContent-Type: application/http\r\nContent-ID: 0\r\n\r\n"
        b"HTTP/1.1 503 Busy\r\nx-ms-error-code: ServerBusy\r\n\r\n\r\n--part--\r\n"
    )
    server = Server(
        (200, {"Content-Type": "application/xml"}, listing),
        (202, {"Content-Type": "multipart/mixed; boundary=part"}, parts),
    )

    with (
        server.running() as address,
        opened(address) as storage,
        pytest.raises(ServiceUnavailable),
    ):
        storage.blobs.delete_prefix("box", "a/")

    assert [method for method, _, _ in server.requests] == ["GET"] + ["POST"] * 4


def test_a_small_blob_is_read_with_one_request() -> None:
    server = Server(BLOB)

    with server.running() as address, opened(address) as storage:
        blob = storage.blobs.get("box", "name", limit=4)

    assert blob is not None
    assert (blob.data, blob.etag) == (b"data", '"0x1"')
    assert len(server.requests) == 1


def test_a_blob_that_is_not_there_takes_one_request() -> None:
    server = Server((404, {"x-ms-error-code": "BlobNotFound"}, b""))

    with server.running() as address, opened(address) as storage:
        blob = storage.blobs.get("box", "name")

    assert blob is None
    assert len(server.requests) == 1


def test_a_table_is_not_made_before_storage_says_that_it_is_missing() -> None:
    missing = (404, {"x-ms-error-code": "TableNotFound"}, b"")
    server = Server(missing, WRITTEN)

    with server.running() as address, opened(address) as storage:
        storage.table("jobs").put(Row("a", "b", {}))
        storage.table("jobs").put(Row("a", "c", {}))

    assert [method for method, _, _ in server.requests] == ["PUT", "POST", "PUT", "PUT"]
    assert server.requests[1][1].endswith("/Tables")


def test_a_broken_connection_is_made_anew_without_a_pause() -> None:
    server = Server(None, ROW)
    pauses = Pauses()

    with server.running() as address, opened(address, pauses) as storage:
        row = storage.table("jobs").get("a", "b")

    assert row is not None
    assert pauses.taken == [0.0]


def test_storage_may_ask_for_a_longer_pause() -> None:
    server = Server((503, {"Retry-After": "5"}, b""), ROW)
    pauses = Pauses()

    with server.running() as address, opened(address, pauses) as storage:
        row = storage.table("jobs").get("a", "b")

    assert row is not None
    assert pauses.taken == [5.0]


def test_no_pause_is_begun_that_would_take_a_call_over_20_seconds() -> None:
    server = Server((503, {"Retry-After": "15"}, b""))
    pauses = Pauses()

    with (
        server.running() as address,
        opened(address, pauses) as storage,
        pytest.raises(ServiceUnavailable),
    ):
        storage.blobs.get("box", "name")

    assert len(server.requests) == 1
    assert pauses.taken == []


def test_a_storage_that_takes_a_request_and_says_nothing_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            opened(address, read_seconds=0.05) as storage,
            pytest.raises(ServiceUnavailable),
        ):
            storage.table("jobs").get("a", "b")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize(
    ("status", "code"), [(403, "AuthenticationFailed"), (401, "NoAuthenticationInformation")]
)
def test_denied_access_is_unavailable_and_the_log_says_what_to_check(
    call: Callable[[AzureStorage], object],
    status: int,
    code: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = Server((status, {"x-ms-error-code": code}, b""))

    with (
        server.running() as address,
        opened(address) as storage,
        pytest.raises(StorageDenied),
    ):
        call(storage)

    assert len(server.requests) == 1
    assert "SPANWRIGHT_STORAGE" in caplog.text
    assert KEY not in caplog.text


def test_an_answer_that_nobody_expects_is_a_fault_with_its_code() -> None:
    body = b'{"odata.error": {"code": "InvalidInput", "message": {"value": "secret"}}}'
    server = Server((400, {"Content-Type": "application/json"}, body))

    with (
        server.running() as address,
        opened(address) as storage,
        pytest.raises(Refused) as caught,
    ):
        storage.table("jobs").get("a", "b")

    assert str(caught.value) == "Storage answered 400 InvalidInput."
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_large_blob_that_changes_while_it_is_read_is_not_mixed() -> None:
    size = 9 * 2**20
    first = (
        206,
        {**BLOB[1], "Content-Range": f"bytes 0-{8 * 2**20 - 1}/{size}"},
        b"x" * 8 * 2**20,
    )
    server = Server(first, (412, {"x-ms-error-code": "ConditionNotMet"}, b""))

    with (
        server.running() as address,
        opened(address) as storage,
        pytest.raises(ServiceUnavailable),
    ):
        storage.blobs.get("box", "name")

    assert server.requests[1][2]["If-Match"] == '"0x1"'


def test_the_sdk_logs_no_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = Server((404, {"x-ms-error-code": "BlobNotFound"}, b""))

    with server.running() as address, opened(address) as storage:
        storage.blobs.get("box", "a-name-to-keep")
        storage.table("jobs").get("a-key-to-keep", "b")

    assert "to-keep" not in caplog.text


@pytest.mark.azurite
def test_a_wrong_key_is_unavailable(azurite: str, caplog: pytest.LogCaptureFixture) -> None:
    parts = dict(part.split("=", 1) for part in azurite.strip(";").split(";"))
    parts["AccountKey"] = KEY
    wrong = ";".join(f"{name}={value}" for name, value in parts.items())
    storage = open_storage(StorageSettings(connection_string=wrong))

    for call in CALLS.values():
        caplog.clear()
        with pytest.raises(ServiceUnavailable):
            call(storage)
        assert "SPANWRIGHT_STORAGE" in caplog.text

    assert KEY not in caplog.text
    storage.close()


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "AccountName=acct", "AccountName=acct;AccountKey", "AccountKey=c2VjcmV0"],
)
def test_a_string_that_is_no_connection_string_is_refused_by_its_settings_name(text: str) -> None:
    with pytest.raises(SettingError, match="SPANWRIGHT_STORAGE") as caught:
        open_storage(StorageSettings(connection_string=text))

    assert "c2VjcmV0" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_key_that_is_not_base64_is_unavailable() -> None:
    storage = open_storage(settings_for("http://127.0.0.1:1", key="not base64!"))

    for call in CALLS.values():
        with pytest.raises(ServiceUnavailable):
            call(storage)

    storage.close()


def test_the_short_name_of_azurite_is_understood() -> None:
    storage = open_storage(StorageSettings(connection_string="UseDevelopmentStorage=true"))

    storage.close()


class Identity:
    """A credential that notes the scopes it was asked for, and has no token."""

    def __init__(self) -> None:
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.scopes += scopes
        raise ClientAuthenticationError("no identity here")


def test_an_identity_is_asked_for_storage_tokens_at_each_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    identity = Identity()
    address = "https://127.0.0.1:1"
    settings = StorageSettings(blob_uri=address, table_uri=address, queue_uri=address)
    storage = open_storage(settings, credential=identity)

    for call in CALLS.values():
        caplog.clear()
        with pytest.raises(ServiceUnavailable):
            call(storage)
        assert "identity" in caplog.text

    assert set(identity.scopes) == {"https://storage.azure.com/.default"}
    storage.close()


@pytest.mark.parametrize("client_id", [None, "00000000-0000-0000-0000-000000000001"])
def test_without_a_connection_string_an_identity_is_used(client_id: str | None) -> None:
    settings = StorageSettings(
        blob_uri="https://acct.blob.core.windows.net",
        table_uri="https://acct.table.core.windows.net",
        queue_uri="https://acct.queue.core.windows.net",
        client_id=client_id,
    )

    storage = open_storage(settings)

    storage.close()


def test_an_identity_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_HEADER", "a secret of the platform")
    address = "https://127.0.0.1:1"
    settings = StorageSettings(blob_uri=address, table_uri=address, queue_uri=address, managed=True)
    pauses = Pauses()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        storage = open_storage(settings, patience=Patience(read_seconds=0.05, sleep=pauses))

        with pytest.raises(ServiceUnavailable):
            storage.table("jobs").get("a", "b")

    assert len(pauses.taken) == 3
    storage.close()


def test_an_identity_that_falters_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told = json.dumps({"access_token": "a token for tests", "expires_on": str(2**40)}).encode()
    server = Server(ILL, (200, {"Content-Type": "application/json"}, told))
    settings = StorageSettings(blob_uri="https://127.0.0.1:1", managed=True)
    with server.running() as address:
        monkeypatch.setenv("IDENTITY_HEADER", "a secret of the platform")
        monkeypatch.setenv("IDENTITY_ENDPOINT", address)

        token = identity(settings, Patience()).get_token("https://storage.azure.com/.default")

    assert token.token == "a token for tests"
    assert len(server.requests) == 2


def test_proxies_are_read_from_the_environment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(ROW)
    with server.running() as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with opened("http://storage.example") as storage:
            monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

            row = storage.table("jobs").get("a", "b")

    assert row is not None
    assert server.requests[0][1].startswith("http://storage.example/acct/jobs(")


def test_a_storage_gives_the_same_table_for_the_same_name() -> None:
    with opened("http://127.0.0.1:1") as storage:
        assert storage.table("jobs") is storage.table("jobs")


def test_a_connection_string_does_not_load_the_identity_package() -> None:
    code = (
        "import sys; from shared.settings import StorageSettings; "
        "from shared.storage.clients import open_storage; "
        "open_storage(StorageSettings(connection_string='UseDevelopmentStorage=true')); "
        "sys.exit('azure.identity' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0


@pytest.mark.azurite
@pytest.mark.slow
def test_a_call_after_idle_connections_were_closed_succeeds(azurite: str) -> None:
    pauses = Pauses()
    storage = open_storage(
        StorageSettings(connection_string=azurite), patience=Patience(sleep=pauses)
    )
    table = storage.table("jobs")
    etag = table.put(Row("a", "b", {}))
    # Node closes connections that were idle for 5 seconds.
    time.sleep(5.2)

    changed = table.replace(Row("a", "b", {}), etag=etag)

    assert changed != etag
    with pytest.raises(Changed):
        table.replace(Row("a", "b", {}), etag=etag)
    assert all(pause == 0.0 for pause in pauses.taken)
    storage.close()
