"""Authoring by the official client, on the sample in the form of the hosted service's own."""

from __future__ import annotations

from tests.sdk import original
from tests.sdk.launch import Programs


def test_a_project_is_authored_from_its_making_to_its_end(storage: str, programs: Programs) -> None:
    original.upload(storage, "authored")
    file = original.tags("Authored", "authored")
    labels = original.labels(file)
    assert len(labels) == 240

    said = programs.python("6", "author", project="Authored", container="authored", file=file)

    assert said["created"] == "Authored"
    assert said["imported"] == "authored"
    assert said["trained"] == ["first", "succeeded"]
    assert said["microF1"] > 0.8
    assert said["judged"] == original.DOCUMENTS // 2
    assert said["deployed"] == ["production", "staging"]
    assert len(said["exported"]["assets"]["documents"]) == original.DOCUMENTS
    assert original.labels(said["exported"]) == labels
    assert "Authored" not in said["left"]


def test_a_cancelled_training_ends_the_pollers_of_the_authoring_client(
    programs: Programs, loans: str
) -> None:
    said = programs.python("6", "cancel_training", project=loans)

    assert all(word.startswith("canceled") for word in said["words"]), said
    assert "unwanted" not in said["models"]
