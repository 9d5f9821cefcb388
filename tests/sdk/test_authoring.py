"""Authoring by the official client, on the sample in the form of the hosted service's own."""

from __future__ import annotations

import copy

from tests.e2e import sample
from tests.sdk import original
from tests.sdk.launch import Programs


def test_a_project_is_authored_from_its_making_to_its_end(storage: str, programs: Programs) -> None:
    original.upload(storage, "authored")
    file = original.tags("Authored", "authored")
    labels = original.labels(file)
    assert len(labels) == 240
    fewer, broken = copy.deepcopy(file), copy.deepcopy(file)
    del fewer["assets"]["documents"][12:]
    for number in (0, 1):
        broken["assets"]["documents"][number]["location"] = f"nowhere-{number}.txt"

    said = programs.python(
        "6",
        "author",
        project="Authored",
        container="authored",
        file=file,
        fewer=fewer,
        broken=broken,
    )

    assert said["created"] == "Authored"
    assert said["imported"] == "authored"
    # Every fault of the file is told.
    assert "nowhere-0.txt" in said["refused"]
    assert "nowhere-1.txt" in said["refused"]
    assert said["trained"] == ["first", "succeeded"]
    assert said["microF1"] > 0.8
    assert said["judged"] == original.DOCUMENTS // 2
    first, second = (said["deployed"][name] for name in ("production", "staging"))
    assert first != second
    assert said["swapped"] == {"production": second, "staging": first}
    assert "manifest.json" in said["files"]
    assert len(said["exported"]["assets"]["documents"]) == original.DOCUMENTS
    assert original.labels(said["exported"]) == labels
    assert "Authored" not in said["left"]


def test_a_cancelled_training_ends_the_pollers_of_the_authoring_client(
    programs: Programs, loans: str
) -> None:
    said = programs.python("6", "cancel_training", project=loans)

    assert all(word.startswith("canceled") for word in said["words"]), said
    assert "unwanted" not in said["models"]


def test_the_sample_has_the_form_of_the_hosted_services_own() -> None:
    files, tags = original.documents(), original.tags("Loans", "loans")

    assert len(files) == 20
    assert all(content.count(b"\n") == content.count(b"\r\n") > 5 for content in files.values())
    assert not any("dataset" in document for document in tags["assets"]["documents"])
    known = {document["location"]: document for document in sample.labels()["assets"]["documents"]}
    tagged = {name: set() for name in files}
    for name, category, offset, length in original.labels(tags):
        text = files[name].decode("utf-8")
        tagged[name].add((category, in_units(text, offset, length).replace("\r\n", "\n")))
    for name, said in tagged.items():
        assert said == {
            (label["category"], in_units(sample.text(name), label["offset"], label["length"]))
            for region in known[name]["entities"]
            for label in region["labels"]
        }


def in_units(text: str, offset: int, length: int) -> str:
    """The slice of a text that is so many UTF-16 units."""
    units = text.encode("utf-16-le")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le")
