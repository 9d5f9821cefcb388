"""The word by which the wire tells a state: each API version has its own.

Inside there is one set of words (`State`). The hosted service documents `cancelled` and
`partiallyCompleted`, but clients which are generated on azure-core's own poller (those of runtime
6.x and of authoring) end at `succeeded`, `canceled` and `failed` alone, and would ask for ever
after any other. They speak versions later than `_LAST_OF_DOCUMENTED_WORDS`; the clients of that
and of earlier versions have pollers of their own, which end at the documented words.
"""

from __future__ import annotations

from shared.domain.states import State

#: The 2021 previews of extraction jobs, as their addresses name them.
CT1 = "v3.1-preview.ct.1"
V32 = "v3.2-preview.2"

#: The last date of a version whose clients know the documented words (2023-04-15-preview).
_LAST_OF_DOCUMENTED_WORDS = "2023-04-15"

#: azure-core (`polling/base_polling.py`): `_FINISHED` is succeeded, canceled, failed.
_GENERATED = {
    State.CANCELLED: "canceled",
    State.PARTIALLY_COMPLETED: State.SUCCEEDED.value,
}

#: Programs of the first preview wait for "succeeded" or "failed".
_FIRST_PREVIEW = {
    State.CANCELLED: State.FAILED.value,
    State.PARTIALLY_COMPLETED: State.SUCCEEDED.value,
}


def status_word(state: State, api_version: str) -> str:
    """Return the word for a state in answers of an API version.

    `api_version` is a date, with or without `-preview`, or one of the 2021 previews. A job that is
    told as `succeeded` though some of its tasks failed says in its errors which, as does one that
    is told as `failed` because it was cancelled.
    """
    if api_version == V32:
        # The client of this version, 5.2.0b2, ends at succeeded, cancelled, failed and
        # partiallyCompleted (its `_lro.py`).
        return state.value
    if api_version == CT1:
        return _FIRST_PREVIEW.get(state, state.value)
    if api_version[:10] <= _LAST_OF_DOCUMENTED_WORDS:
        return state.value
    return _GENERATED.get(state, state.value)
