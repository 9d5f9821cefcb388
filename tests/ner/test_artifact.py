"""The artefact: the same extractor again, or a refusal."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shared.ner import artifact
from shared.ner.artifact import BadArtifact
from shared.ner.estimator import EntityEstimator
from shared.ner.extractor import Extractor
from shared.ner.trainer import Training
from shared.text.spans import Span
from tests.ner.conftest import LETTERS

Files = dict[str, bytes]


def unpack(files: Files) -> Extractor:
    return artifact.unpack(files.__getitem__, artifact.digest(files))


@pytest.fixture
def files(training: Training) -> Files:
    return dict(training.files)


def rewrite(files: Files, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest."""
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    files["manifest.json"] = json.dumps(manifest).encode()


def replace(files: Files, name: str, data: bytes, **described: object) -> None:
    """Replace an array's file, and what the manifest says of it, so that size and digest fit."""
    files[f"{name}.npy"] = data
    digest = hashlib.sha256(data).hexdigest()
    rewrite(
        files,
        lambda manifest: manifest["arrays"][name].update(
            {"size": len(data), "sha256": digest, **described}
        ),
    )


def replace_array(files: Files, name: str, array: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=True)
    replace(files, name, buffer.getvalue(), shape=list(array.shape))


def load(files: Files, name: str) -> np.ndarray:
    return np.load(io.BytesIO(files[f"{name}.npy"]), allow_pickle=False)


def test_the_extractor_comes_back_as_it_was(files: Files, training: Training) -> None:
    again = unpack(files)

    found = again.predict([tagged.text for tagged in LETTERS[22:]])
    for tagged, spans in zip(LETTERS[22:], found, strict=True):
        predicted = training.predictions[tagged.name]
        assert [(s.start, s.end, s.category) for s in spans] == [
            (s.start, s.end, s.category) for s in predicted
        ]
        # Sums in another batch of texts may differ in their last digits.
        assert [s.confidence for s in spans] == pytest.approx([s.confidence for s in predicted])
    assert artifact.pack(again) == files


def test_learned_cuts_come_back_as_they_were() -> None:
    texts = [f"then {name}xq came\ud800" for name in ("Anna", "Boris", "Eve", "Max")]
    spans = [[Span(5, text.index("xq"), "person")] for text in texts]
    estimator = EntityEstimator(iterations=5).fit(texts, spans)

    again = unpack(artifact.pack(estimator.extractor_))

    assert again.knowledge.tokenizer == estimator.extractor_.knowledge.tokenizer
    assert again.predict(texts) == estimator.predict(texts)


def test_an_extractor_without_categories_comes_back() -> None:
    estimator = EntityEstimator().fit(["some text"], [[]])

    assert unpack(artifact.pack(estimator.extractor_)).predict(["some text"]) == [[]]


def test_every_file_is_an_array_that_numpy_can_read(files: Files) -> None:
    names = {name.removesuffix(".npy") for name in files} - {"manifest.json"}

    assert names
    for name in names:
        assert load(files, name).dtype.kind in "iuf"


def test_another_manifest_than_the_pinned_one_is_refused(files: Files) -> None:
    with pytest.raises(BadArtifact, match="manifest"):
        artifact.unpack(files.__getitem__, "0" * 64)


def test_a_flipped_bit_of_any_file_is_refused(files: Files) -> None:
    pinned = artifact.digest(files)
    for name, data in files.items():
        for place in {0, len(data) // 2, len(data) - 1}:
            flipped = bytearray(data)
            flipped[place] ^= 1

            with pytest.raises(BadArtifact):
                artifact.unpack({**files, name: bytes(flipped)}.__getitem__, pinned)


def test_a_swapped_file_is_refused(files: Files) -> None:
    pinned = artifact.digest(files)
    files["1-trait-weights.npy"], files["1-column-weights.npy"] = (
        files["1-column-weights.npy"],
        files["1-trait-weights.npy"],
    )

    with pytest.raises(BadArtifact):
        artifact.unpack(files.__getitem__, pinned)


def test_a_pickle_is_refused_and_never_opened(files: Files) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return (pytest.fail, ("the pickle was opened",))

    replace_array(files, "1-trait-weights", np.array([Bomb()], dtype=object))

    with pytest.raises(BadArtifact):
        unpack(files)


def test_a_huge_header_is_refused(files: Files) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }" + b" " * 10_000_000
    data = b"\x93NUMPY\x02\x00" + len(header).to_bytes(4, "little") + header + bytes(4)
    replace(files, "1-trait-weights", data, shape=[1])

    with pytest.raises(BadArtifact):
        unpack(files)


def test_a_header_of_the_right_size_that_says_another_shape_is_refused(files: Files) -> None:
    data = files["1-transitions.npy"]
    count = len(load(files, "1-transitions"))
    lying = data.replace(f"({count},)".encode(), f"({count - 1},)".encode(), 1)
    assert len(lying) == len(data) and lying != data
    replace(files, "1-transitions", lying)

    with pytest.raises(BadArtifact, match="header"):
        unpack(files)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "spanwright-chain-0"),
        ("categories", "person"),
        ("categories", ["a", "a", "b", "c"]),
        ("categories", ["a"]),
        ("slots", 0),
        ("slots", 6),
        ("slots", True),
        ("readings", 0),
        ("readings", 2),
        ("readings", 3),
        ("readings", "1"),
        ("arrays", {}),
        ("arrays", None),
    ],
)
def test_a_manifest_that_cannot_be_true_is_refused(files: Files, name: str, value: object) -> None:
    rewrite(files, lambda manifest: manifest.update({name: value}))

    with pytest.raises(BadArtifact):
        unpack(files)


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_a_manifest_that_is_none_is_refused(files: Files, manifest: bytes) -> None:
    files["manifest.json"] = manifest

    with pytest.raises(BadArtifact):
        unpack(files)


@pytest.mark.parametrize("shape", [None, 3, [-1], [1.0], [1, 2], ["1"], [10**18]])
def test_a_shape_that_cannot_be_true_is_refused(files: Files, shape: object) -> None:
    rewrite(files, lambda manifest: manifest["arrays"]["1-traits"].update(shape=shape))

    with pytest.raises(BadArtifact):
        unpack(files)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("slots", lambda array: array + 9),
        ("slots", lambda array: array * 0 + 1),
        ("1-transitions", lambda array: array * np.float32("nan")),
        ("1-traits", lambda array: array * 0 + 255),
        ("1-traits", lambda array: array * 0 + 65),
        ("1-trait-bounds", lambda array: array[::-1].copy()),
        ("1-trait-weight-bounds", lambda array: array[:-1]),
        ("1-trait-weight-columns", lambda array: array + 10_000),
        ("1-trait-weight-columns", lambda array: array - 10_000),
        ("1-trait-weights", lambda array: array * np.float32("inf")),
        ("1-column-bounds", lambda array: array[:-1]),
        ("1-column-values", lambda array: array[::-1].copy()),
        ("1-column-weight-columns", lambda array: array - 10_000),
        ("cut-places", lambda array: np.ones(1, np.int64)),
        ("single", lambda array: np.array([4], np.int32)),
        ("constant", lambda array: np.array([0, 9], np.int32)),
        ("longest", lambda array: array[:0]),
        ("groups", lambda array: np.zeros(1, np.int32)),
        ("stated-confidences", lambda array: np.append(array, np.float32(1))),
    ],
)
def test_numbers_that_do_not_fit_together_are_refused(
    files: Files, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    replace_array(files, name, change(load(files, name)))

    with pytest.raises(BadArtifact):
        unpack(files)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("grouped-words", lambda array: array * 0 + 65),
        ("groups", lambda array: array[:-1]),
        ("groups", lambda array: array - 100),
        ("single", lambda array: array + 9),
        ("constant", lambda array: array + 1),
        ("stated-confidences", lambda array: array[::-1].copy()),
        ("right-confidences", lambda array: array[::-1].copy()),
        ("right-confidences", lambda array: array + 1),
        ("right-confidences", lambda array: array[:-1]),
        ("stated-confidences", lambda array: np.append(array[:-1], np.float32("inf"))),
        ("2-transitions", lambda array: array[:-1]),
        ("2-traits", lambda array: array * 0 + 255),
        ("2-column-bounds", lambda array: array[:-1]),
        ("2-column-bounds", lambda array: np.append(array, array[-1])),
        ("2-column-weight-columns", lambda array: array + 10_000),
        ("2-trait-weights", lambda array: array * np.float32("nan")),
    ],
)
def test_the_numbers_of_a_full_model_must_fit_together(
    full: Extractor, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    files = artifact.pack(full)
    replace_array(files, name, change(load(files, name)))

    with pytest.raises(BadArtifact):
        unpack(files)


@pytest.mark.parametrize("readings", [0, 3])
def test_so_many_readings_there_are_not(full: Extractor, readings: int) -> None:
    files = artifact.pack(full)
    own = {name for name in files if name.startswith("2-")}
    # All arrays that so many readings have are there, so that their number alone is wrong.
    files |= {f"3{name[1:]}": files[name] for name in own}

    def change(manifest: dict[str, Any]) -> None:
        arrays = manifest["arrays"]
        arrays |= {f"3{name[1:-4]}": arrays[name[:-4]] for name in own}
        kept = {
            name: described
            for name, described in arrays.items()
            if not name[0].isdigit() or int(name[0]) <= readings
        }
        manifest.update(readings=readings, arrays=kept)

    rewrite(files, change)

    with pytest.raises(BadArtifact, match="readings"):
        unpack(files)


def test_a_full_model_comes_back_as_it_was(full: Extractor) -> None:
    files = artifact.pack(full)

    again = unpack(files)

    texts = [tagged.text for tagged in LETTERS[20:]]
    assert again.predict(texts) == full.predict(texts)
    assert again.knowledge.groups == full.knowledge.groups
    assert again.knowledge.cardinality == full.knowledge.cardinality
    assert artifact.pack(again) == files


def test_what_reading_raises_is_passed_on(files: Files) -> None:
    del files["words.npy"]

    with pytest.raises(KeyError):
        unpack(files)
