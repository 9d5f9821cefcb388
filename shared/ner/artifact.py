"""The artefact: a trained extractor as files that hold data and nothing that runs.

`manifest.json` names the categories and, for each array, its type, shape, size and SHA-256; whoever
keeps the artefact keeps the SHA-256 of the manifest. Each array is a `.npy` file of plain numbers,
strings being UTF-8 bytes beside the places at which they begin. Files are judged before anything is
built from them: the manifest by its digest, an array by its size and digest, then by its header,
which must be byte for byte the one that its type and shape in the manifest make. So no header is
ever parsed, and nothing is unpickled. At last the numbers themselves are judged: every index must
lead to something.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.ner import features, opinions
from shared.ner.calibration import Calibration
from shared.ner.cardinality import Cardinality
from shared.ner.chain import States, Transitions
from shared.ner.encoding import Tokenizer
from shared.ner.extractor import Extractor
from shared.ner.knowledge import Groups, Knowledge, Reading, SparseRows

MANIFEST = "manifest.json"

#: What this code writes and reads. A change to features, to the chain or to the files is a new one.
FORMAT = "spanwright-chain-2"

#: Every array of an artefact and its type: little-endian numbers, or bytes of UTF-8.
_SHARED = {
    "slots": "<i8",
    "words": "|u1",
    "word-bounds": "<i8",
    "endings": "|u1",
    "ending-bounds": "<i8",
    "beginnings": "|u1",
    "beginning-bounds": "<i8",
    "cut-tokens": "|u1",
    "cut-token-bounds": "<i8",
    "cut-places": "<i8",
    "grouped-words": "|u1",
    "grouped-word-bounds": "<i8",
    "groups": "<i4",
    "single": "<i4",
    "constant": "<i4",
    "longest": "<i4",
    "stated-confidences": "<f4",
    "right-confidences": "<f4",
}

#: The arrays of each reading; in the artefact their names begin with the reading's number.
_OWN = {
    "transitions": "<f4",
    "traits": "|u1",
    "trait-bounds": "<i8",
    "trait-weight-bounds": "<i8",
    "trait-weight-columns": "<i4",
    "trait-weights": "<f4",
    "column-bounds": "<i8",
    "column-values": "<i8",
    "column-weight-bounds": "<i8",
    "column-weight-columns": "<i4",
    "column-weights": "<f4",
}


def _types(readings: int) -> dict[str, str]:
    """Return the arrays of an artefact of so many readings, with their types."""
    own = {f"{number}-{name}": _OWN[name] for number in range(1, readings + 1) for name in _OWN}
    return _SHARED | own


Array = NDArray[Any]


class BadArtifact(ValueError):
    """The files are not those that a training wrote; the message says what is wrong."""


def pack(extractor: Extractor) -> dict[str, bytes]:
    """Return the files of an extractor by name; the same extractor makes the same bytes."""
    knowledge = extractor.knowledge
    arrays = _shared_arrays(knowledge)
    for number, reading in enumerate(knowledge.readings, 1):
        arrays |= {f"{number}-{name}": array for name, array in _own_arrays(reading).items()}
    files = {}
    described = {}
    for name, type_name in _types(len(knowledge.readings)).items():
        array = np.ascontiguousarray(arrays[name].astype(type_name))
        data = _header(type_name, array.shape) + array.tobytes()
        files[f"{name}.npy"] = data
        described[name] = {
            "dtype": type_name,
            "shape": list(array.shape),
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    manifest = {
        "format": FORMAT,
        "categories": list(knowledge.categories),
        "slots": knowledge.states.slots,
        "readings": len(knowledge.readings),
        "arrays": described,
    }
    files[MANIFEST] = json.dumps(manifest, sort_keys=True, indent=1).encode("ascii")
    return files


def _shared_arrays(knowledge: Knowledge) -> dict[str, Array]:
    tokenizer, calibration = knowledge.tokenizer, knowledge.calibration
    cut = sorted(tokenizer.places)
    nothing = np.zeros(0, np.float32)
    arrays: dict[str, Array] = {
        "slots": knowledge.states.slot_of,
        "cut-places": np.array([tokenizer.places[token] for token in cut], np.int64),
        "groups": np.array([*itertools.chain(*knowledge.groups.values())], np.int64),
        "single": np.array(sorted(knowledge.cardinality.single), np.int64),
        "constant": np.array(sorted(knowledge.cardinality.constant), np.int64),
        "longest": np.array([knowledge.cardinality.longest], np.int64),
        "stated-confidences": nothing if calibration is None else calibration.stated,
        "right-confidences": nothing if calibration is None else calibration.right,
    }
    for name, bounds, strings in (
        ("words", "word-bounds", knowledge.vocabulary),
        ("endings", "ending-bounds", sorted(tokenizer.endings)),
        ("beginnings", "beginning-bounds", sorted(tokenizer.beginnings)),
        ("cut-tokens", "cut-token-bounds", cut),
        ("grouped-words", "grouped-word-bounds", list(knowledge.groups)),
    ):
        arrays[name], arrays[bounds] = _written(strings)
    return arrays


def _own_arrays(reading: Reading) -> dict[str, Array]:
    arrays: dict[str, Array] = {
        "transitions": reading.transitions.flat(),
        "trait-weight-bounds": reading.trait_weights.bounds,
        "trait-weight-columns": reading.trait_weights.columns,
        "trait-weights": reading.trait_weights.values,
        "column-bounds": np.cumsum([0, *(len(values) for values in reading.column_values)]),
        "column-values": np.concatenate([np.zeros(0, np.int64), *reading.column_values]),
        "column-weight-bounds": reading.column_weights.bounds,
        "column-weight-columns": reading.column_weights.columns,
        "column-weights": reading.column_weights.values,
    }
    arrays["traits"], arrays["trait-bounds"] = _written(reading.traits)
    return arrays


def digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of the manifest, which vouches for all other files."""
    return hashlib.sha256(files[MANIFEST]).hexdigest()


def unpack(read: Callable[[str], bytes], manifest_sha256: str) -> Extractor:
    """Return the extractor of an artefact whose files `read` returns by name.

    Raises `BadArtifact` where the manifest has another SHA-256, where a file is not what the
    manifest says, and where the numbers do not fit together. What `read` raises is passed on.
    """
    manifest = read(MANIFEST)
    if hashlib.sha256(manifest).hexdigest() != manifest_sha256:
        raise BadArtifact("the manifest is not the one that was pinned")
    categories, slots, readings, described = _judged_manifest(manifest)
    types = _types(readings)
    arrays = {
        name: _array(name, type_name, described[name], read(f"{name}.npy"))
        for name, type_name in types.items()
    }
    return Extractor(_knowledge(categories, slots, readings, arrays))


def _require(holds: bool | np.bool_, reason: str) -> None:
    if not holds:
        raise BadArtifact(reason)


def _judged_manifest(
    data: bytes,
) -> tuple[tuple[str, ...], int, int, dict[str, dict[str, Any]]]:
    """Return the categories, the slots, the readings and the described arrays."""
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadArtifact("the manifest is not JSON") from error
    _require(isinstance(manifest, dict), "the manifest is not an object")
    _require(manifest.get("format") == FORMAT, f"its format is not {FORMAT}")
    categories, slots = manifest.get("categories"), manifest.get("slots")
    _require(
        isinstance(categories, list) and all(isinstance(name, str) for name in categories),
        "the categories are not a list of names",
    )
    _require(len(set(categories)) == len(categories), "a category is named twice")
    _require(type(slots) is int and 1 <= slots <= len(categories) + 1, "the slots are impossible")
    readings, arrays = manifest.get("readings"), manifest.get("arrays")
    _require(type(readings) is int and 1 <= readings <= 2, "the readings are impossible")
    _require(
        isinstance(arrays, dict) and arrays.keys() == _types(readings).keys(),
        "an array is not named",
    )
    return tuple(categories), slots, readings, arrays


def _array(name: str, type_name: str, described: Any, data: bytes) -> Array:
    """Return an array, after its file was found to be what the manifest says."""
    _require(isinstance(described, dict), f"the array {name} is not described")
    shape = described.get("shape")
    _require(
        isinstance(shape, list) and len(shape) == 1 and type(shape[0]) is int and shape[0] >= 0,
        f"the array {name} is not a row of numbers",
    )
    _require(described.get("dtype") == type_name, f"the array {name} has the wrong type")
    header = _header(type_name, tuple(shape))
    size = len(header) + math.prod(shape) * np.dtype(type_name).itemsize
    _require(described.get("size") == size == len(data), f"the file of {name} has the wrong size")
    _require(
        hashlib.sha256(data).hexdigest() == described.get("sha256"),
        f"the file of {name} is not the one that the manifest names",
    )
    _require(data.startswith(header), f"the header of {name} is not the manifest's")
    return np.frombuffer(data, type_name, offset=len(header))


def _header(type_name: str, shape: tuple[int, ...]) -> bytes:
    """Return how a `.npy` file of this type and shape begins (version 1.0 of the format)."""
    buffer = io.BytesIO()
    described = {"descr": type_name, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, described)
    return buffer.getvalue()


def _written(strings: Sequence[str]) -> tuple[Array, Array]:
    """Return strings as their bytes, one after the other, and the places where each begins."""
    encoded = [string.encode("utf-8", "surrogatepass") for string in strings]
    bounds = np.cumsum([0, *map(len, encoded)])
    return np.frombuffer(b"".join(encoded), np.uint8), bounds


def _strings(name: str, data: Array, bounds: Array) -> tuple[str, ...]:
    _judge_bounds(name, bounds, len(data))
    whole = data.tobytes()
    places = bounds.tolist()
    try:
        found = tuple(
            whole[start:end].decode("utf-8", "surrogatepass")
            for start, end in itertools.pairwise(places)
        )
    except UnicodeDecodeError as error:
        raise BadArtifact(f"the {name} are not UTF-8") from error
    _require(len(set(found)) == len(found), f"one of the {name} is there twice")
    return found


def _judge_bounds(name: str, bounds: Array, last: int) -> None:
    _require(
        len(bounds) > 0
        and bounds[0] == 0
        and bounds[-1] == last
        and bool(np.all(bounds[1:] >= bounds[:-1])),
        f"the bounds of {name} do not fit",
    )


def _sparse(name: str, arrays: Mapping[str, Array], rows: int, width: int) -> SparseRows:
    bounds = arrays[f"{name}-weight-bounds"]
    columns = arrays[f"{name}-weight-columns"]
    values = arrays[f"{name}-weights"]
    _judge_bounds(f"{name} weights", bounds, len(values))
    _require(len(bounds) == rows + 1, f"the {name} weights are of other rows")
    _require(
        len(columns) == len(values) and bool(np.all((columns >= 0) & (columns < width))),
        f"the {name} weights lie outside their rows",
    )
    _require(np.isfinite(values).all(), f"the {name} weights are not all numbers")
    return SparseRows(bounds.astype(np.int64), columns.astype(np.int32), values.astype(np.float32))


def _knowledge(
    categories: tuple[str, ...], slots: int, readings: int, arrays: Mapping[str, Array]
) -> Knowledge:
    """Return what the arrays say, after they were found to fit together."""
    count = len(categories)
    slot_of = arrays["slots"].astype(np.int64)
    _require(
        len(slot_of) == count and bool(np.all((slot_of >= 0) & (slot_of < slots))),
        "the slots are not those of the categories",
    )
    own_slots = slot_of[slot_of > 0]
    _require(
        len(own_slots) == slots - 1 == len(np.unique(own_slots)),
        "a slot is of no category, or of two",
    )
    cut = _strings("cut tokens", arrays["cut-tokens"], arrays["cut-token-bounds"])
    places = arrays["cut-places"].tolist()
    _require(
        len(places) == len(cut)
        and all(0 <= place < len(token) for token, place in zip(cut, places, strict=True)),
        "a cut lies outside its token",
    )
    return Knowledge(
        categories=categories,
        states=States(slot_of, slots),
        tokenizer=Tokenizer(
            endings=frozenset(_strings("endings", arrays["endings"], arrays["ending-bounds"])),
            beginnings=frozenset(
                _strings("beginnings", arrays["beginnings"], arrays["beginning-bounds"])
            ),
            places=dict(zip(cut, places, strict=True)),
        ),
        vocabulary=_strings("words", arrays["words"], arrays["word-bounds"]),
        groups=_groups(arrays),
        readings=tuple(
            _reading(
                {name: arrays[f"{number}-{name}"] for name in _OWN},
                count,
                slots,
                features.COLUMNS + (opinions.COLUMNS if number > 1 else 0),
            )
            for number in range(1, readings + 1)
        ),
        cardinality=_cardinality(arrays, count),
        calibration=_calibration(arrays["stated-confidences"], arrays["right-confidences"]),
    )


def _groups(arrays: Mapping[str, Array]) -> Groups:
    words = _strings("grouped words", arrays["grouped-words"], arrays["grouped-word-bounds"])
    numbers = arrays["groups"]
    if not words:
        _require(not len(numbers), "there are groups of no word")
        return {}
    _require(
        len(numbers) % len(words) == 0 and len(numbers) > 0 and bool(np.all(numbers >= 0)),
        "the groups are not those of the words",
    )
    rows = numbers.reshape(len(words), -1).tolist()
    return {word: tuple(row) for word, row in zip(words, rows, strict=True)}


def _reading(arrays: Mapping[str, Array], count: int, slots: int, columns: int) -> Reading:
    labels = 1 + 2 * count
    flat = arrays["transitions"].astype(np.float32)
    _require(
        len(flat) == Transitions.size(count, slots) and bool(np.isfinite(flat).all()),
        "the transitions are not those of the categories",
    )
    traits = _strings("traits", arrays["traits"], arrays["trait-bounds"])
    bounds, values = arrays["column-bounds"], arrays["column-values"].astype(np.int64)
    _judge_bounds("columns", bounds, len(values))
    _require(len(bounds) == columns + 1, "the columns are not those of this code")
    column_values = tuple(np.split(values, bounds[1:-1]))
    _require(
        all(bool(np.all(own[1:] > own[:-1])) for own in column_values),
        "the values of a column are not ascending",
    )
    return Reading(
        transitions=Transitions.of(flat, count, slots),
        traits=traits,
        trait_weights=_sparse("trait", arrays, len(traits), len(features.REACH) * labels),
        column_values=column_values,
        column_weights=_sparse("column", arrays, len(values), labels),
    )


def _cardinality(arrays: Mapping[str, Array], count: int) -> Cardinality:
    single, constant = arrays["single"].tolist(), arrays["constant"].tolist()
    _require(
        all(0 <= number < count for number in single) and set(constant) <= set(single),
        "the cardinality is of other categories",
    )
    _require(arrays["longest"].shape == (1,), "the cardinality has not one longest document")
    return Cardinality(frozenset(single), frozenset(constant), int(arrays["longest"][0]))


def _calibration(stated: Array, right: Array) -> Calibration | None:
    _require(len(stated) == len(right), "the calibration has other knots")
    if not len(stated):
        return None
    _require(
        bool(np.all((right >= 0) & (right <= 1)) and np.isfinite(stated).all()),
        "the calibration is not of probabilities",
    )
    _require(
        bool(np.all(stated[1:] > stated[:-1]) and np.all(right[1:] >= right[:-1])),
        "the calibration falls",
    )
    return Calibration(stated.astype(np.float32), right.astype(np.float32))
