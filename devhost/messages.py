"""Queues of messages: one small interface, on Azure Storage and in memory."""

from __future__ import annotations

import base64
import binascii
import itertools
import random
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.storage.queue import QueueClient, QueueServiceClient

#: How long storage keeps a message that nobody deletes, unless the sender says otherwise.
TIME_TO_LIVE = timedelta(days=7)

#: The largest message (bytes), encoded:
#: https://learn.microsoft.com/azure/storage/queues/scalability-targets
LARGEST = 64 * 2**10


class QueuesUnavailable(Exception):
    """Storage cannot be reached, is busy, or refuses us; the message is the reason in a word."""


class MessageGone(Exception):
    """The message was deleted, or somebody else received it since."""


class QueueMissing(Exception):
    """There is no such queue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message as received."""

    id: str
    #: As stored, that is still encoded.
    content: str
    #: How often it has been received, this time included.
    dequeue_count: int
    inserted_on: datetime
    expires_on: datetime
    next_visible_on: datetime
    #: Proof of having received it last; each receive and each update makes a new one.
    pop_receipt: str


class Queues(Protocol):
    """The queues of one storage account.

    Every method raises `QueuesUnavailable` when storage cannot be reached, and all but `create`
    raise `QueueMissing` when there is no such queue.
    """

    def create(self, queue: str) -> None:
        """Make a queue; nothing happens if it is there already."""

    def send(self, queue: str, content: str) -> None:
        """Append a message, visible at once."""

    def receive(self, queue: str, count: int, visibility: float) -> list[Message]:
        """Return up to `count` (at most 32) visible messages and hide them for some seconds."""

    def update(self, queue: str, message: Message, visibility: float) -> Message:
        """Hide a received message for so many seconds from now (0: show it); return it anew.

        Raises `MessageGone`.
        """

    def delete(self, queue: str, message: Message) -> None:
        """Delete a received message. Raises `MessageGone`."""


def encode(text: str, encoding: str) -> str:
    """Return what is stored for a text: host.json's messageEncoding is "base64" or "none"."""
    return text if encoding == "none" else base64.b64encode(text.encode()).decode("ascii")


def decode(content: str, encoding: str) -> str:
    """Return the text of a stored message. Raises ValueError when it is not encoded so."""
    if encoding == "none":
        return content
    try:
        return base64.b64decode(content, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("the message is not UTF-8 in base64") from None


class MemoryQueues:
    """Queues in memory, for tests, on a clock that a test may put forward."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, dict[str, Message]] = {}
        self._receipts = itertools.count(1)
        self._ahead = timedelta(0)
        #: When set, `receive` takes visible messages in random order instead of the oldest first.
        self.shuffle: random.Random | None = None

    def now(self) -> datetime:
        """Return the time by which messages appear and expire."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Put the clock of these queues forward."""
        self._ahead += timedelta(seconds=seconds)

    def create(self, queue: str) -> None:
        with self._lock:
            self._queues.setdefault(queue, {})

    def send(self, queue: str, content: str) -> None:
        if len(content.encode()) > LARGEST:
            raise QueuesUnavailable("RequestBodyTooLarge")
        now = self.now()
        message = Message(
            id=str(uuid.uuid4()),
            content=content,
            dequeue_count=0,
            inserted_on=now,
            expires_on=now + TIME_TO_LIVE,
            next_visible_on=now,
            pop_receipt="",
        )
        with self._lock:
            self._messages(queue)[message.id] = message

    def receive(self, queue: str, count: int, visibility: float) -> list[Message]:
        now = self.now()
        with self._lock:
            messages = self._messages(queue)
            visible = [m for m in messages.values() if m.next_visible_on <= now < m.expires_on]
            if self.shuffle is not None:
                self.shuffle.shuffle(visible)
            received = [
                replace(
                    message,
                    dequeue_count=message.dequeue_count + 1,
                    next_visible_on=now + timedelta(seconds=visibility),
                    pop_receipt=str(next(self._receipts)),
                )
                for message in visible[:count]
            ]
            messages.update({message.id: message for message in received})
        return received

    def update(self, queue: str, message: Message, visibility: float) -> Message:
        updated = replace(
            message,
            next_visible_on=self.now() + timedelta(seconds=visibility),
            pop_receipt=str(next(self._receipts)),
        )
        with self._lock:
            messages = self._messages(queue)
            _check(messages, message)
            messages[message.id] = updated
        return updated

    def delete(self, queue: str, message: Message) -> None:
        with self._lock:
            messages = self._messages(queue)
            _check(messages, message)
            del messages[message.id]

    def names(self) -> list[str]:
        """Return the names of the queues, sorted."""
        with self._lock:
            return sorted(self._queues)

    def peek(self, queue: str) -> list[Message]:
        """Return the messages of a queue, hidden ones too, the oldest first; receive none."""
        now = self.now()
        with self._lock:
            return [each for each in self._queues.get(queue, {}).values() if now < each.expires_on]

    def _messages(self, queue: str) -> dict[str, Message]:
        if queue not in self._queues:
            raise QueueMissing(queue)
        return self._queues[queue]


class AzureQueues:
    """The queues of a storage account, or of Azurite."""

    def __init__(self, service: QueueServiceClient) -> None:
        self._service = service
        self._clients: dict[str, QueueClient] = {}

    def create(self, queue: str) -> None:
        from azure.core.exceptions import ResourceExistsError

        try:
            self._call(queue, lambda client: client.create_queue())
        except ResourceExistsError:
            return

    def send(self, queue: str, content: str) -> None:
        self._call(queue, lambda client: client.send_message(content))

    def receive(self, queue: str, count: int, visibility: float) -> list[Message]:
        # One page: going on to the next would be a second request, just to find it empty.
        found = self._call(
            queue,
            lambda client: list(
                next(
                    client.receive_messages(
                        messages_per_page=count,
                        visibility_timeout=int(visibility),
                        retry_total=0,  # who looks for messages looks again anyway
                    ).by_page(),
                    (),
                )
            ),
        )
        return [
            Message(
                id=each.id,
                content=each.content,
                dequeue_count=each.dequeue_count,
                inserted_on=each.inserted_on,
                expires_on=each.expires_on,
                next_visible_on=each.next_visible_on,
                pop_receipt=each.pop_receipt,
            )
            for each in found
        ]

    def update(self, queue: str, message: Message, visibility: float) -> Message:
        changed = self._call(
            queue,
            lambda client: client.update_message(
                message.id, message.pop_receipt, visibility_timeout=int(visibility)
            ),
        )
        return replace(
            message, next_visible_on=changed.next_visible_on, pop_receipt=changed.pop_receipt
        )

    def delete(self, queue: str, message: Message) -> None:
        self._call(queue, lambda client: client.delete_message(message.id, message.pop_receipt))

    def _call(self, queue: str, action: Callable[[QueueClient], Any]) -> Any:
        """Do one thing to a queue, with storage's errors told apart."""
        from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError

        client = self._clients.get(queue)
        if client is None:
            client = self._clients[queue] = self._service.get_queue_client(queue)
        try:
            return action(client)
        except ResourceExistsError:
            raise
        except HttpResponseError as error:
            given = getattr(error, "error_code", None) or error.status_code
            code = str(getattr(given, "value", given))
            if code == "QueueNotFound":
                raise QueueMissing(queue) from None
            if code in ("MessageNotFound", "PopReceiptMismatch"):
                raise MessageGone(code) from None
            raise QueuesUnavailable(code) from None
        except AzureError as error:
            raise QueuesUnavailable(type(error).__name__) from None


def connect(connection: str, environment: Mapping[str, str]) -> AzureQueues:
    """Return the queues that a binding's `connection` names, as the host's settings name them.

    The setting itself is a connection string; else `<connection>__queueServiceUri` is an address,
    reached with the identity of the process (`<connection>__clientId` names a user-assigned one).
    Raises ValueError when neither is set.
    """
    from azure.storage.queue import QueueServiceClient

    # The SDK's own defaults (15 s and more between tries) are for batch jobs, not for a host.
    options: dict[str, Any] = {
        "initial_backoff": 0.8,
        "increment_base": 2,
        "random_jitter_range": 0.4,
        "retry_total": 3,
        "connection_timeout": 5,
        "read_timeout": 20,
    }
    if text := environment.get(connection):
        return AzureQueues(QueueServiceClient.from_connection_string(text, **options))
    if uri := environment.get(f"{connection}__queueServiceUri"):
        credential = identity(connection, environment)
        return AzureQueues(QueueServiceClient(uri, credential=credential, **options))
    raise ValueError(f"{connection} is not set, nor is {connection}__queueServiceUri")


def identity(connection: str, environment: Mapping[str, str]) -> TokenCredential:
    """Return the identity that the settings of a `connection` name, by the host's rules:
    https://learn.microsoft.com/azure/azure-functions/functions-reference#connections
    """
    from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

    client_id = environment.get(f"{connection}__clientId") or None
    if environment.get(f"{connection}__credential", "").lower() == "managedidentity":
        return ManagedIdentityCredential(client_id=client_id)
    return DefaultAzureCredential(managed_identity_client_id=client_id)


def _check(messages: dict[str, Message], message: Message) -> None:
    held = messages.get(message.id)
    if held is None or held.pop_receipt != message.pop_receipt:
        raise MessageGone(message.id)
