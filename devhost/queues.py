"""Functions on queues: delivering one message, and listening for them as the host does.

The rules are those of the storage queue extension (QueueProcessor and QueueListener of
azure-sdk-for-net) with its settings in host.json:
https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#host-json
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from azure.functions.queue import QueueMessage

from devhost.invocation import Function, Runner, Sent, Switch, failure, resolve
from devhost.messages import (
    Message,
    MessageGone,
    QueueMissing,
    Queues,
    QueuesUnavailable,
    decode,
    encode,
)

logger = logging.getLogger("devhost")

#: What the host appends to a queue's name for the messages that cannot be worked off.
POISON = "-poison"

#: The host hides a message for so long (seconds) while its function runs, and renews that.
VISIBILITY = 600.0

#: The first pause between two looks at an empty queue (seconds); it doubles with each.
SHORTEST_PAUSE = 0.1

#: The longest pause between two tries to reach storage that does not answer (seconds).
LONGEST_OUTAGE_PAUSE = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueOptions:
    """`extensions.queues` of host.json."""

    #: Messages fetched at once, at most 32.
    batch_size: int = 16
    #: The next batch is fetched when no more than this many messages of the function are running.
    new_batch_threshold: int = 8
    #: Deliveries of a message before it is poison.
    max_dequeue_count: int = 5
    #: Seconds for which the message of a failed run stays hidden.
    visibility_timeout: float = 0.0
    #: The longest pause between two looks at an empty queue (seconds).
    max_polling_interval: float = 60.0
    #: "base64" or "none".
    encoding: str = "base64"


class Fate(Enum):
    """What has become of a delivered message."""

    #: The function has succeeded; the message is deleted.
    DONE = "done"
    #: The message will be delivered again.
    AGAIN = "again"
    #: Moved to the poison queue.
    POISON = "poison"
    #: On a poison queue there is no further queue: the host leaves it, and never runs it again.
    LEFT = "left"
    #: The function has ended, and somebody else has the message, or storage is away.
    LOST = "lost"


class Outbox:
    """Sends the messages of output bindings."""

    def __init__(self, queues_of: Callable[[str], Queues], encoding: str) -> None:
        """`queues_of` gives the queues of a connection by its name."""
        self._queues_of = queues_of
        self._encoding = encoding
        self._listeners: list[Callable[[str], None]] = []

    def on_send(self, listener: Callable[[str], None]) -> None:
        """Have a function called with the queue's name after each message that is sent."""
        self._listeners.append(listener)

    def flush(self, messages: Iterable[Sent]) -> None:
        """Send messages, making the queues that are missing. Raises `QueuesUnavailable`."""
        for message in messages:
            queues = self._queues_of(message.connection)
            self.put(queues, message.queue, encode(message.text, self._encoding))

    def put(self, queues: Queues, queue: str, content: str) -> None:
        """Send one message that is encoded already. Raises `QueuesUnavailable`."""
        try:
            queues.send(queue, content)
        except QueueMissing:
            queues.create(queue)
            queues.send(queue, content)
        for listener in self._listeners:
            listener(queue)


class Lease:
    """A received message while its function runs: hidden from others, and renewed."""

    def __init__(self, queues: Queues, queue: str, message: Message, visibility: float) -> None:
        self._queues = queues
        self._queue = queue
        self._visibility = visibility
        # Renewing makes a new receipt, which the end must use: the two must not cross.
        self._lock = threading.Lock()
        self._ended = False
        self._due = time.monotonic() + visibility / 2
        self.message = message

    def renew_when_due(self) -> None:
        """Hide the message anew when half of its time is over.

        Raises `MessageGone` or `QueuesUnavailable`.
        """
        with self._lock:
            if self._ended or time.monotonic() < self._due:
                return
            self.message = self._queues.update(self._queue, self.message, self._visibility)
            self._due = time.monotonic() + self._visibility / 2

    def delete(self) -> None:
        """Delete the message. Raises `MessageGone` or `QueuesUnavailable`."""
        with self._lock:
            self._ended = True
            self._queues.delete(self._queue, self.message)

    def give_back(self, seconds: float) -> None:
        """Let the message be delivered again after some seconds. Raises like `delete`."""
        with self._lock:
            self._ended = True
            self._queues.update(self._queue, self.message, seconds)


class QueueFunction:
    """A function with a queue trigger: takes messages and decides what becomes of them."""

    def __init__(
        self,
        function: Function,
        queues: Queues,
        outbox: Outbox,
        options: QueueOptions,
        runner: Runner,
        visibility: float = VISIBILITY,
    ) -> None:
        self.function = function
        self.queue = resolve(str(function.trigger["queueName"]))
        self.queues = queues
        self.options = options
        self._outbox = outbox
        self._runner = runner
        self._visibility = visibility

    @property
    def visibility(self) -> float:
        """Seconds for which a message is hidden while its function runs."""
        return self._visibility

    def receive(self, count: int) -> list[Lease]:
        """Return up to `count` messages, hidden from others. Makes the queue when it is missing.

        Raises `QueuesUnavailable`.
        """
        try:
            messages = self.queues.receive(self.queue, count, self._visibility)
        except QueueMissing:
            self.queues.create(self.queue)
            return []
        return [Lease(self.queues, self.queue, each, self._visibility) for each in messages]

    def deliver(self, lease: Lease) -> Fate:
        """Run the function on a message, send its outputs, and delete, release or move it."""
        message = lease.message
        name, most = self.function.name, self.options.max_dequeue_count
        if message.dequeue_count > most:
            return self._settle(lease, lambda: self._poison(lease), "delivered too often")
        try:
            body = decode(message.content, self.options.encoding)
        except ValueError:
            return self._settle(lease, lambda: self._poison(lease), "cannot be decoded")
        try:
            label = f"message={message.id} delivery={message.dequeue_count}"
            self._runner.run(self.function, _value(message, body), label=lambda _: label)
        except Exception:
            if message.dequeue_count >= most:
                return self._settle(lease, lambda: self._poison(lease), "failed too often")
            return self._settle(
                lease, lambda: self._again(lease, self.options.visibility_timeout), "failed"
            )
        if message.dequeue_count == 1 and self._runner.faults.strikes(Switch.TWICE, name):
            return self._settle(lease, lambda: self._again(lease, 0), "shall come twice")
        return self._settle(lease, lambda: self._done(lease), "succeeded")

    def _settle(self, lease: Lease, action: Callable[[], Fate], why: str) -> Fate:
        try:
            fate = action()
        except (MessageGone, QueueMissing, QueuesUnavailable) as error:
            # It comes again, or is with somebody else already: at least once, as promised.
            why += f"; {type(error).__name__} {error}"
            fate = Fate.LOST
        # The runner has written a line already; this one is for what isn't the usual course.
        logger.log(
            logging.DEBUG if fate is Fate.DONE else logging.WARNING,
            "%s message=%s delivery=%d %s -> %s",
            self.function.name,
            lease.message.id,
            lease.message.dequeue_count,
            why,
            fate.value,
        )
        return fate

    def _done(self, lease: Lease) -> Fate:
        lease.delete()
        return Fate.DONE

    def _again(self, lease: Lease, seconds: float) -> Fate:
        lease.give_back(seconds)
        return Fate.AGAIN

    def _poison(self, lease: Lease) -> Fate:
        if self.queue.endswith(POISON):
            return Fate.LEFT
        self._outbox.put(self.queues, self.queue + POISON, lease.message.content)
        lease.delete()
        return Fate.POISON


def _value(message: Message, body: str) -> QueueMessage:
    make: Callable[..., QueueMessage] = QueueMessage  # its constructor has no types
    return make(
        id=message.id,
        body=body,
        dequeue_count=message.dequeue_count,
        expiration_time=message.expires_on,
        insertion_time=message.inserted_on,
        time_next_visible=message.next_visible_on,
        pop_receipt=message.pop_receipt,
    )


class Outage:
    """Says once that storage is away, and once that it is back, for all listeners together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._without: set[str] = set()

    def begin(self, function: str, reason: object) -> None:
        """Storage does not answer the listener of a function."""
        with self._lock:
            if not self._without:
                logger.warning("storage cannot be reached (%s); trying on", reason)
            self._without.add(function)

    def end(self, function: str) -> None:
        """Storage has answered the listener of a function."""
        with self._lock:
            if function in self._without:
                self._without.discard(function)
                if not self._without:
                    logger.warning("storage is back")


class Listener:
    """Fetches the messages of one function and runs them side by side."""

    def __init__(self, target: QueueFunction, outage: Outage) -> None:
        self._target = target
        self._name = target.function.name
        self._outage = outage
        self._running: dict[Lease, threading.Thread] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=run, name=f"{self._name}-{run.__name__}", daemon=True)
            for run in (self._listen, self._renew)
        ]

    def start(self) -> None:
        """Begin to listen."""
        for thread in self._threads:
            thread.start()

    def wake(self, queue: str) -> None:
        """Look at once, if that is our queue: something was sent to it."""
        if queue == self._target.queue:
            self._wake.set()

    def ask_to_stop(self) -> None:
        """Take no more messages; running functions go on."""
        self._stopping.set()
        self._wake.set()

    def finish(self, deadline: float) -> bool:
        """Wait for the running functions until a monotonic time; return whether all have ended.

        The messages of those that have not are given back, so that others take them at once.
        """
        while (left := deadline - time.monotonic()) > 0 and self._count() > 0:
            self._wake.wait(min(left, 0.05))
            self._wake.clear()
        with self._lock:
            leases = list(self._running)
        for lease in leases:
            self._give_back(lease)
        return not leases

    def _count(self) -> int:
        with self._lock:
            return len(self._running)

    def _listen(self) -> None:
        options = self._target.options
        pause = SHORTEST_PAUSE
        while not self._stopping.is_set():
            self._wake.clear()
            if self._count() > options.new_batch_threshold:
                self._wake.wait(1.0)
                continue
            try:
                leases = self._target.receive(options.batch_size)
            except Exception as error:  # a listener that ends would never be missed
                known = isinstance(error, QueuesUnavailable)
                self._outage.begin(self._name, error if known else failure(error))
                pause = min(pause * 2, LONGEST_OUTAGE_PAUSE)
                self._stopping.wait(pause)
                continue
            self._outage.end(self._name)
            for lease in leases:
                self._begin(lease)
            if leases or self._wake.wait(pause):
                pause = SHORTEST_PAUSE
            else:
                pause = min(pause * 2, options.max_polling_interval)

    def _begin(self, lease: Lease) -> None:
        if self._stopping.is_set():
            self._give_back(lease)
            return
        thread = threading.Thread(target=self._work, args=(lease,), name=self._name, daemon=True)
        with self._lock:
            self._running[lease] = thread
        thread.start()

    def _work(self, lease: Lease) -> None:
        try:
            self._target.deliver(lease)
        finally:
            with self._lock:
                del self._running[lease]
            self._wake.set()

    def _renew(self) -> None:
        pause = min(self._target.visibility / 8, 5.0)
        while not self._stopping.is_set() or self._count() > 0:
            time.sleep(pause)
            with self._lock:
                leases = list(self._running)
            for lease in leases:
                try:
                    lease.renew_when_due()
                except (MessageGone, QueueMissing):
                    message = lease.message.id
                    logger.warning("%s message=%s is with somebody else", self._name, message)
                except QueuesUnavailable as error:
                    self._outage.begin(self._name, error)

    def _give_back(self, lease: Lease) -> None:
        try:
            lease.give_back(0)
        except (MessageGone, QueueMissing, QueuesUnavailable):
            return  # it appears again by itself when its time is over
