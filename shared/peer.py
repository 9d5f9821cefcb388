"""Another instance of this service, to which a project is copied: the one HTTP client of our own.

An address is only ever one that the settings allow, and redirects are not followed: the other
side cannot send this service anywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import requests

from shared import auth, telemetry
from shared.domain.copies import CopyTarget
from shared.errors import InvalidArgument, ServiceUnavailable

#: Seconds for a connection, and between two bytes of an answer.
TIMEOUT = (10.0, 120.0)

#: Seconds of rest before each further try of a request that may succeed later.
PAUSES = (0.5, 1.0, 2.0)

#: Answers that may be another one later: busy, or down.
_PASSING = frozenset({408, 429, 500, 502, 503, 504})

#: Bytes of an answer that are read. An honest one has a few hundred.
_ANSWER_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other instance answered."""

    status: int
    body: bytes


#: Sends one request (method, path, token, body) to an origin.
Send = Callable[[str, str, str, str, bytes], Answer]


class TargetSilent(ServiceUnavailable):
    """The instance to copy to does not answer now."""


class Peer:
    """One other instance, and the leave to copy one project there."""

    def __init__(self, target: CopyTarget, send: Send) -> None:
        self._target = target
        self._send = send
        self._path = f"/language/authoring/analyze-text/projects/{target.project_name}/copy/parts"

    def call(self, method: str, step: str = "", body: bytes = b"") -> Answer:
        """Return the answer to a request of the copy's own routes.

        One that may succeed later is tried again. Raises `TargetSilent` where none does.
        """
        for pause in (*PAUSES, None):
            try:
                answer = self._send(
                    self._target.origin, method, self._path + step, self._target.token, body
                )
                if answer.status not in _PASSING:
                    return answer
            except requests.RequestException:
                pass  # Without its words: they show addresses, and may show headers.
            if pause is not None:
                time.sleep(pause)
        raise TargetSilent()


class Peers:
    """The instances that the settings allow to copy to."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = tuple(allowed)

    def check(self, origin: str) -> None:
        """Raise `InvalidArgument` where nothing may be copied to this origin."""
        if origin not in self._allowed:
            raise InvalidArgument(
                "This service may not copy to that address: it is none of those that the setting "
                "SPANWRIGHT_COPY_TARGETS allows.",
                target="$.targetResourceId",
            )

    def at(self, target: CopyTarget) -> Peer:
        """Return the instance at a target; raise `InvalidArgument` where that is not allowed."""
        self.check(target.origin)
        return Peer(target, self.send)

    def send(self, origin: str, method: str, path: str, token: str, body: bytes) -> Answer:
        """Send one request and return its answer, whatever its status."""
        headers = {auth.COPY_HEADER: token, "Content-Type": "application/octet-stream"}
        if traceparent := telemetry.traceparent():
            headers["traceparent"] = traceparent
        with requests.Session() as session:
            # No credentials of a .netrc file, and no proxy that this service was not told of.
            session.trust_env = False
            with session.request(
                method,
                origin + path,
                data=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as response:
                answer = b""
                for piece in response.iter_content(2**16):
                    answer += piece
                    if len(answer) >= _ANSWER_BYTES:
                        break
                return Answer(response.status_code, answer[:_ANSWER_BYTES])


#: Where nothing may be copied to.
NOWHERE = Peers(())
