"""An app in a test: requests, queues, timers and blobs in this process, without sockets."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from azure.functions.blob import InputStream
from werkzeug.datastructures import Headers

from devhost import host
from devhost.invocation import Died, Faults, Runner
from devhost.messages import MemoryQueues, decode, encode
from devhost.queues import POISON, Fate, Outbox, QueueFunction
from devhost.timers import Timer
from devhost.web import Site

__all__ = ["Died", "MemoryQueues", "Response", "TestHost"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer."""

    status: int
    #: Read without regard to case.
    headers: Headers
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON. Raises ValueError."""
        return json.loads(self.body)


class TestHost:
    """An app with queues in memory.

    Messages are run only by `deliver` and `drain`; a run that a fault ends leaves its message
    hidden, as a dead process does.
    """

    __test__ = False  # pytest takes it for a test otherwise

    def __init__(self, app: Any, root: Path | str = ".") -> None:
        """Load an app, with the host.json of a folder. Raises `AppError`."""
        settings = host.read_settings(Path(root))
        functions = host.load(app, settings)
        #: The errors that functions have raised.
        self.failures: list[Exception] = []
        #: The queues; a test may put their clock forward.
        self.queues = MemoryQueues()
        self._encoding = settings.queues.encoding
        self._faults = Faults(die=_die)
        outbox = Outbox(lambda connection: self.queues, self._encoding)
        self._runner = Runner(outbox.flush, self._faults, self.failures.append)
        self.site = Site(functions, self._runner, prefix=settings.route_prefix)
        self._functions = {each.name: each for each in functions}
        self._targets = [
            QueueFunction(each, self.queues, outbox, settings.queues, self._runner)
            for each in functions
            if each.kind == "queueTrigger"
        ]
        for target in self._targets:
            self.queues.create(target.queue)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes | str | dict[str, Any] | list[Any] = b"",
    ) -> Response:
        """Return the answer to a request.

        `path` may hold escapes and a query of its own; `query` is added to it. A dict or list as
        body is sent as JSON. Raises `Died` when a fault ends the host.
        """
        target = quote(path, safe="/?&=%:;,@!$'()*+-._~[]")
        if query:
            target += ("&" if "?" in target else "?") + urlencode(query)
        sent = {"Host": "localhost", **(headers or {})}
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            sent = {"Content-Type": "application/json", **sent}
        if isinstance(body, str):
            body = body.encode()
        reply = self.site.answer(method.upper(), target, sent, body)
        shown = b"" if method.upper() == "HEAD" else reply.body
        return Response(status=reply.status, headers=Headers(list(reply.headers)), body=shown)

    def send(self, queue: str, text: str) -> None:
        """Put a message on a queue, encoded as host.json says."""
        self.queues.create(queue)
        self.queues.send(queue, encode(text, self._encoding))

    def messages(self, queue: str) -> list[str]:
        """Return the texts of the messages in a queue, hidden ones too, the oldest first."""
        return [decode(each.content, self._encoding) for each in self.queues.peek(queue)]

    def poisoned(self, queue: str) -> list[str]:
        """Return the texts of the messages in a queue's poison queue."""
        return self.messages(queue + POISON)

    def deliver(self, queue: str | None = None) -> Fate | None:
        """Deliver one visible message of a queue, or of any; return what became of it.

        Returns None when no message is visible. Raises `Died` when a fault ends the host.
        """
        for target in self._targets:
            if queue in (None, target.queue):
                for lease in target.receive(1):
                    return target.deliver(lease)
        return None

    def drain(
        self,
        queue: str | None = None,
        *,
        shuffle: random.Random | None = None,
        most: int = 10_000,
    ) -> int:
        """Deliver the messages of a queue, or of all, until none is left; return how many times.

        Messages that functions send on the way are delivered too. When only hidden ones are left
        (given back for later, or left by a death), time is put forward to the first of them. With
        `shuffle` they come in random order. A death is survived: the next delivery is that of a
        new process. What has failed on a poison queue stays there, as in the real host.

        Raises RuntimeError after `most` deliveries.
        """
        self.queues.shuffle = shuffle
        deliveries = 0
        try:
            while deliveries < most:
                try:
                    delivered = self.deliver(queue) is not None
                except Died:
                    delivered = True
                deliveries += delivered
                if not delivered and not self._skip_ahead(queue):
                    return deliveries
            raise RuntimeError(f"the queues are not empty after {most} deliveries")
        finally:
            self.queues.shuffle = None

    def run_timer(self, name: str) -> None:
        """Run a timer function once. Raises what it raises."""
        Timer(self._functions[name], self._runner, seconds=1.0).run()

    def run_blob(self, name: str, path: str, data: bytes) -> None:
        """Run a blob function on an uploaded blob: `path` is container/name. Raises likewise."""
        stream = InputStream(data=data, name=path, uri=f"http://localhost/{path}", length=len(data))
        self._runner.run(self._functions[name], stream)

    def fault(self, switch: str, function: str, times: int | None = 1) -> None:
        """Switch a fault on: `before-flush`, `after-flush`, `twice` or `delay=SECONDS`.

        It strikes so many times, None being always. Raises ValueError for anything else.
        """
        if function not in self._functions:
            raise ValueError(f"there is no function {function}")
        self._faults.add(switch, function, times)

    def _skip_ahead(self, queue: str | None) -> bool:
        """Put time forward to the next hidden message; return whether there is one."""
        times = [
            message.next_visible_on
            for target in self._targets
            if queue in (None, target.queue)
            for message in self.queues.peek(target.queue)
            # What is left on a poison queue never runs again.
            if not target.queue.endswith(POISON)
            or message.dequeue_count < target.options.max_dequeue_count
        ]
        if not times:
            return False
        self.queues.advance(max(0.0, (min(times) - self.queues.now()).total_seconds()))
        return True


def _die(function: str) -> None:
    raise Died(function)
