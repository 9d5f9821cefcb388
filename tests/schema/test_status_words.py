"""The words for states: each client stops asking at a word that it knows, and at no other."""

from __future__ import annotations

import pytest

from shared.domain.states import State
from shared.schema.words import CT1, V32, status_word

#: Where the pollers of the clients stop that speak each version, as their code has it.
FIRST_PREVIEW = {"succeeded", "failed"}
#: azure-ai-textanalytics 5.2.0b2, `_lro.py`.
SECOND_PREVIEW = {"succeeded", "cancelled", "failed", "partiallycompleted"}
#: azure-ai-textanalytics 5.2.0 to 5.4.0, `_lro.py`.
PYTHON = {*SECOND_PREVIEW, "partiallysucceeded"}
#: `@azure/core-lro` 2, `http/operation.js`, the poller of `@azure/ai-language-text` 1.1.0.
JAVASCRIPT = {"succeeded", "canceled", "cancelled", "failed"}
OWN_POLLERS = PYTHON & JAVASCRIPT
#: azure-core, `polling/base_polling.py`, on which 6.x and the client of authoring are generated.
GENERATED = {"succeeded", "canceled", "failed"}

STOPS = {
    CT1: FIRST_PREVIEW,
    V32: SECOND_PREVIEW,
    "2021-11-01-preview": OWN_POLLERS,
    "2022-05-01": OWN_POLLERS,
    "2022-10-01-preview": OWN_POLLERS,
    "2023-04-01": OWN_POLLERS,
    "2023-04-15-preview": OWN_POLLERS,
    "2023-04-16": GENERATED,
    "2023-11-15-preview": GENERATED,
    "2024-11-15-preview": GENERATED,
    "2025-05-15-preview": GENERATED,
    "2026-05-15-preview": GENERATED,
}


@pytest.mark.parametrize("version", STOPS)
@pytest.mark.parametrize("state", State)
def test_a_client_stops_at_each_end_and_at_nothing_else(version: str, state: State) -> None:
    stops = status_word(state, version).lower() in STOPS[version]

    assert stops == state.final


@pytest.mark.parametrize("state", State)
def test_the_second_preview_has_the_documented_words(state: State) -> None:
    assert status_word(state, V32) == state.value


@pytest.mark.parametrize("version", STOPS)
def test_no_failure_is_told_as_success_but_a_partial_one(version: str) -> None:
    told = {state for state in State if status_word(state, version) == "succeeded"}

    assert told <= {State.SUCCEEDED, State.PARTIALLY_COMPLETED}
