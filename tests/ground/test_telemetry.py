from __future__ import annotations

import json
import logging

import pytest

from shared import telemetry


def test_a_fault_is_logged_by_type_and_place_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "the text of a document"

    try:
        raise ValueError(secret)
    except ValueError as error:
        telemetry.fault("work-failed", error, job="7")

    line = json.loads(caplog.records[-1].getMessage())
    assert line["event"] == "work-failed"
    assert line["error"] == "ValueError"
    assert line["job"] == "7"
    assert "test_telemetry.py" in line["where"]
    assert secret not in caplog.text


def test_events_are_one_line_of_json(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="spanwright"):
        telemetry.event("purged", removed=3, name="a\nb")

    message = caplog.records[-1].getMessage()
    assert "\n" not in message
    assert json.loads(message) == {"event": "purged", "removed": 3, "name": "a\nb"}
