"""The word by which the wire tells a state: each API version has its own.

Inside there is one set of words (`State`), those that the hosted service documents. Not every
client of the hosted service knows them all, and one asks for ever after a word that it does not
know. So each version has words at which all of its clients end.
"""

from __future__ import annotations

from shared.domain.states import State

#: The 2021 previews of extraction jobs, as their addresses name them.
CT1 = "v3.1-preview.ct.1"
V32 = "v3.2-preview.2"

#: The last date of a version whose clients have pollers of their own, which end at `cancelled`
#: (2023-04-15-preview). Those of later versions are generated on azure-core's, which ends at
#: succeeded, canceled and failed alone (`_FINISHED` of `polling/base_polling.py`).
_LAST_WITH_CANCELLED = "2023-04-15"

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
    if state is State.PARTIALLY_COMPLETED:
        # Documented as `partiallyCompleted`, sent as `partiallySucceeded`
        # (https://github.com/Azure/azure-sdk-for-js/issues/23900). The JavaScript client 1.1.0 ends
        # at neither: it puts the latter right in a copy of the answer that its poller never reads.
        return State.SUCCEEDED.value
    if state is State.CANCELLED and api_version[:10] > _LAST_WITH_CANCELLED:
        return "canceled"
    return state.value
