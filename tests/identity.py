"""A managed identity as App Service gives it, and a storage that takes its tokens over TLS.

The product's own credential asks the endpoint: nothing of it is replaced.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from azure.core.credentials import AccessToken
from azure.storage.blob import BlobServiceClient
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from devhost import azurite
from devhost.azurite import Azurite, Certificate

#: What tokens for storage are for, and who issues them.
AUDIENCE = "https://storage.azure.com"
ISSUER = "https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/"

CLIENT_ID = "00000000-0000-0000-0000-00000000c11e"


class Tokens(Enum):
    """What the endpoint hands out."""

    GOOD = "good"
    #: For another service than storage.
    OF_ANOTHER_AUDIENCE = "of another audience"
    #: Over in truth, though the endpoint says that they are not.
    EXPIRED = "expired"
    #: None: the identity is not assigned.
    NONE = "none"


def token(*, audience: str = AUDIENCE, lasts: float = 3600) -> str:
    """Return a token in the form of Entra ID's, which is good for some seconds from now."""
    now = int(time.time())
    claims = {
        "aud": audience,
        "iss": ISSUER,
        "iat": now - 7200,
        "nbf": now - 7200,
        "exp": now + int(lasts),
    }
    parts = ({"typ": "JWT", "alg": "RS256"}, claims)
    head, body = (_base64(json.dumps(part).encode()) for part in parts)
    return f"{head}.{body}.{_base64(b'signed by nobody')}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Owner:
    """The credential of who owns the storage account, and puts documents there."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken(token(), int(time.time()) + 3600)


@dataclass
class Endpoint:
    """The identity endpoint of App Service, as its processes reach it:
    https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
    """

    #: What it must be asked with; the processes of the app alone know it.
    header: str = field(default_factory=lambda: secrets.token_hex(16))
    tokens: Tokens = Tokens.GOOD
    address: str = ""
    #: The resource and the client id of each request that was let in.
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What the platform adds to the environment of the app."""
        return {"IDENTITY_ENDPOINT": self.address, "IDENTITY_HEADER": self.header}

    def answer(self, resource: str, client_id: str) -> tuple[int, dict[str, str]]:
        """Return the status and the body for a request for a token."""
        self.asked.append((resource, client_id))
        if self.tokens is Tokens.NONE or client_id != CLIENT_ID:
            return 400, {"statusCode": "400", "message": "No User Assigned Identity found."}
        audience = resource
        if self.tokens is Tokens.OF_ANOTHER_AUDIENCE:
            audience = "https://management.azure.com"
        lasts = -60.0 if self.tokens is Tokens.EXPIRED else 3600.0
        # Those that are not good have a time so short that nobody keeps them.
        told = 3600 if self.tokens is Tokens.GOOD else 60
        return 200, {
            "access_token": token(audience=audience, lasts=lasts),
            "expires_on": str(int(time.time()) + told),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": client_id,
        }

    @contextmanager
    def running(self) -> Iterator[Endpoint]:
        """Answer for a while."""
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                if self.headers.get("X-IDENTITY-HEADER") != endpoint.header:
                    status, body = 401, {"statusCode": "401", "message": "Unauthorized"}
                else:
                    status, body = endpoint.answer(
                        query["resource"][0], query.get("client_id", [""])[0]
                    )
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Be quiet."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            self.address = f"http://127.0.0.1:{server.server_address[1]}/msi/token"
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


@dataclass(frozen=True)
class Account:
    """A storage account that is reached over TLS, and whose key nobody knows but Azurite."""

    azurite: Azurite
    #: The certificate of who signed the one that Azurite shows.
    authority: Path

    @property
    def environment(self) -> dict[str, str]:
        """The settings of an app that reaches it by a managed identity, as they are on Azure."""
        settings = {
            f"{connection}__{name}": value
            for connection in ("SPANWRIGHT_STORAGE", "AzureWebJobsStorage")
            for name, value in {
                **{f"{kind}ServiceUri": uri for kind, uri in self.azurite.addresses.items()},
                "credential": "managedidentity",
                "clientId": CLIENT_ID,
            }.items()
        }
        return {
            **settings,
            "REQUESTS_CA_BUNDLE": str(self.authority),
            "NO_PROXY": "127.0.0.1",
        }

    def blobs(self) -> BlobServiceClient:
        """Return a client of its blobs, for its owner."""
        return BlobServiceClient(
            self.azurite.addresses["blob"],
            credential=Owner(),
            connection_verify=str(self.authority),
            use_env_settings=False,
        )


@contextmanager
def account(program: azurite.Program, folder: Path) -> Iterator[Account]:
    """Run a storage account for a while."""
    authority, certificate = certify(folder)
    key = base64.b64encode(secrets.token_bytes(64)).decode()
    with azurite.start(
        program, folder / "storage", memory=True, certificate=certificate, account_key=key
    ) as running:
        yield Account(running, authority)


def certify(folder: Path) -> tuple[Path, Certificate]:
    """Make an authority and a certificate of it for this machine; return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    own, theirs = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _named("Authority of tests")
    root_id = x509.SubjectKeyIdentifier.from_public_key(own.public_key())
    authority = (
        _certificate(root, root, own)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(root_id, critical=False)
        .sign(own, hashes.SHA256())
    )
    shown = (
        _certificate(_named("127.0.0.1"), root, theirs)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id), critical=False
        )
        .sign(own, hashes.SHA256())
    )
    paths = [folder / name for name in ("authority.pem", "certificate.pem", "key.pem")]
    contents = [
        authority.public_bytes(serialization.Encoding.PEM),
        shown.public_bytes(serialization.Encoding.PEM),
        theirs.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    ]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths[0], Certificate(certificate=paths[1], key=paths[2])


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
