"""What the endpoints of the APIs of 2021 have in common: the codes of their errors."""

from __future__ import annotations

import functools

from functions.http import Call, Endpoint, Reply
from shared.errors import ServiceError
from shared.schema.codes import tell_as_in_2021


def codes_of_2021(answer: Endpoint) -> Endpoint:
    """Let an endpoint tell its errors by the codes of 2021."""

    @functools.wraps(answer)
    def told(call: Call) -> Reply:
        try:
            return answer(call)
        except ServiceError as error:
            tell_as_in_2021(error)
            raise

    return told
