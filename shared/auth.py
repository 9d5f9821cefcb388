"""Who may call: those who send one of the service's keys."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from shared.errors import Unauthorized

#: The header that the official clients send their key in, in lower case as the host gives it.
KEY_HEADER = "ocp-apim-subscription-key"


def check(headers: Mapping[str, str], key_digests: Sequence[bytes]) -> None:
    """Return when `headers` (names in lower case) carry a key; raise `Unauthorized` otherwise.

    Digests are compared, in constant time and all of them, so that neither a key's letters nor
    which of the keys it was can be read from the time. Without any key set, nobody may call.
    """
    digest = hashlib.sha256(headers.get(KEY_HEADER, "").encode("utf-8", "surrogatepass")).digest()
    matches = [hmac.compare_digest(digest, known) for known in key_digests]
    if not any(matches):
        raise Unauthorized()
