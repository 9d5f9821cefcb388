"""The main job by a managed identity: over TLS, with tokens alone, and no key that anybody has.

Azurite looks at a token's form, its issuer, its audience and its time. It does not look at its
signature, its tenant, or the roles of its holder: those only Azure itself can show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.storage.blob import BlobServiceClient

from devhost import azurite, blobs
from shared import settings
from shared.errors import ServiceUnavailable
from shared.storage.calls import Patience
from shared.storage.clients import open_storage
from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, Host, running
from tests.identity import AUDIENCE, CLIENT_ID, Account, Endpoint, Owner, Tokens, account
from tests.lacking import without

pytestmark = [pytest.mark.azurite, pytest.mark.slow]

STORAGE = f"{PROJECTS}/global/storage?{VERSION}"


@dataclass(frozen=True)
class App:
    """A host process that has an identity, and what gives it its tokens."""

    host: Host
    endpoint: Endpoint
    client: Client


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    try:
        program = azurite.find()
    except azurite.AzuriteError as missing:
        without(missing)
    with account(program, tmp_path_factory.mktemp("account")) as started:
        yield started


@pytest.fixture(scope="module")
def app(own: Account, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    yield from _app(own, tmp_path_factory.mktemp("app") / "host.log", Tokens.GOOD)


@pytest.fixture
def refused(own: Account, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[App]:
    """An app whose tokens are such as the test's parameter says."""
    yield from _app(own, tmp_path / "host.log", request.param)


def _app(own: Account, log: Path, tokens: Tokens) -> Iterator[App]:
    with Endpoint(tokens=tokens).running() as endpoint:
        environment = {**own.environment, **endpoint.environment}
        assert not [value for value in environment.values() if "key" in value.lower()]
        with running("", log, **environment) as host:
            yield App(host, endpoint, Client(host.endpoint, KEY))


@pytest.fixture(scope="module")
def loans(own: Account, app: App) -> str:
    """The sample project, imported, trained and deployed by tokens alone."""
    with own.blobs() as service:
        sample.fill(service)
    sample.deploy(app.client)
    return sample.PROJECT


def test_the_main_job_is_done_by_tokens_alone(app: App, loans: str) -> None:
    answers = sample.answers()
    names = sorted(answers)[:25]
    documents = [{"id": name, "text": sample.text(name)} for name in names]
    # More than is run inside of a request: this goes over the queue, which the host works by
    # the same identity.
    documents[0]["text"] += "\n" + "nothing to be found here. " * 1_000

    job = app.client.wait(
        app.client.submit(loans, "production", documents, stringIndexType="Utf16CodeUnit")
    )

    (item,) = job["tasks"]["items"]
    assert (job["status"], item["results"]["errors"]) == ("succeeded", [])
    found = {
        (document["id"], entity["category"], entity["offset"], entity["length"])
        for document in item["results"]["documents"]
        for entity in document["entities"]
    }
    wanted = {(name, *answer) for name in names for answer in answers[name]}
    assert 2 * len(found & wanted) / (len(found) + len(wanted)) >= 0.9
    assert app.client.send("GET", STORAGE).json["connected"] is True
    log = app.host.log.read_text("utf-8")
    assert "analyze_worker" in log
    assert "eyJ" not in log, "A token is in the log."


def test_the_identity_is_asked_for_storage_alone_and_tokens_are_kept(app: App, loans: str) -> None:
    before = len(app.endpoint.asked)

    long = [{"id": "1", "text": "Date: May 2, 2021\n" * 1_500}]
    job = app.client.wait(app.client.submit(loans, "production", long))

    assert job["status"] == "succeeded"
    assert set(app.endpoint.asked) == {(AUDIENCE, CLIENT_ID)}
    assert len(app.endpoint.asked) == before


def test_a_project_is_deleted_with_all_of_its_blobs(own: Account, app: App, loans: str) -> None:
    # Many blobs go by one request that holds a request for each, all with the same token.
    def kept() -> set[str]:
        with own.blobs() as service:
            names = {blob.name for blob in service.get_container_client("spanwright").list_blobs()}
        return {name for name in names if name.startswith("projects/")}

    others = kept()
    imported = app.client.wait(app.client.start_import(f"Second{loans}", sample.labels()))
    assert imported["status"] == "succeeded"
    assert len(kept() - others) >= 40

    deleted = app.client.wait(app.client.send("DELETE", f"{PROJECTS}/Second{loans}?{VERSION}"))

    assert deleted["status"] == "succeeded"
    assert kept() == others


def test_the_local_host_looks_for_blobs_by_the_identity_too(
    own: Account, loans: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loans
    with Endpoint().running() as endpoint:
        for name, value in {**own.environment, **endpoint.environment}.items():
            monkeypatch.setenv(name, value)

        with blobs.connect("AzureWebJobsStorage") as service:
            names = [container.name for container in service.list_containers()]

    assert {"spanwright", sample.CONTAINER} <= set(names)
    assert endpoint.asked == [(AUDIENCE, CLIENT_ID)]


def test_the_account_takes_no_key(own: Account) -> None:
    with (
        BlobServiceClient.from_connection_string(
            own.azurite.connection_string,
            connection_verify=str(own.authority),
            use_env_settings=False,
            retry_total=0,
        ) as service,
        pytest.raises(ClientAuthenticationError),
    ):
        list(service.list_containers())


def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    own: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    read = settings.read(own.environment).storage

    def container_is_made() -> bool:
        patience = Patience(tries=1)
        storage = open_storage(read, credential=Owner(), patience=patience)
        try:
            return storage.blobs.create_container("certified")
        finally:
            storage.close()

    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with pytest.raises(ServiceUnavailable):
        container_is_made()

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(own.authority))
    assert container_is_made()


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (Tokens.OF_ANOTHER_AUDIENCE, "it is for another audience or tenant, or has expired"),
        (Tokens.EXPIRED, "it is for another audience or tenant, or has expired"),
        (Tokens.NONE, "There is no token"),
    ],
    indirect=["refused"],
    ids=lambda value: value.value if isinstance(value, Tokens) else "",
)
def test_a_token_that_is_refused_is_told_and_a_good_one_is_taken_up(
    refused: App, words: str
) -> None:
    listing = f"{PROJECTS}?{VERSION}"

    answer = refused.client.send("GET", listing)
    told = refused.client.send("GET", STORAGE).json
    ready = refused.client.send("GET", "/health/ready")

    assert answer.status == 503
    assert answer.json["error"]["code"] == "ServiceUnavailable"
    assert "denies it access" in answer.json["error"]["message"]
    assert told["connected"] is False
    assert [one["target"] for one in told["errors"]] == ["blob", "table", "queue"]
    assert all(words in one["message"] for one in told["errors"])

    assert ready.status == 503
    assert [one["target"] for one in ready.json["error"]["details"]] == ["blob", "table", "queue"]
    assert words.encode() not in ready.body

    refused.endpoint.tokens = Tokens.GOOD

    assert refused.client.send("GET", listing).status == 200
    assert refused.client.send("GET", STORAGE).json["connected"] is True
