"""Whatever a client sends, it is taken or refused as its own fault; nothing else is ever raised."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import ServiceError
from shared.limits import Limits
from shared.schema import analyze, analyze_preview, labels_file
from shared.schema.authoring_requests import parse_deployment, parse_project, parse_training
from shared.schema.query import api_version, job_page, list_page, show_statistics

BOUNDS = Limits(documents_per_job=5, characters_per_job=50)

READERS: dict[str, Callable[[bytes], Any]] = {
    "labels": labels_file.parse,
    "project": lambda body: parse_project(body, "Loans").apply(None),
    "training": parse_training,
    "deployment": parse_deployment,
    "job": lambda body: analyze.parse_job(body, BOUNDS),
    "preview": lambda body: analyze_preview.parse_job(body, BOUNDS),
}

#: For each reader, a body that it takes.
SOUND: dict[str, Any] = {
    "labels": {
        "projectFileVersion": "2022-05-01",
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {
            "projectKind": "CustomEntityRecognition",
            "storageInputContainerName": "loans",
            "projectName": "Loans",
            "multilingual": False,
            "description": "",
            "language": "en",
            "settings": {"confidenceThreshold": 0},
        },
        "assets": {
            "projectKind": "CustomEntityRecognition",
            "entities": [{"category": "Date", "description": ""}],
            "documents": [
                {
                    "location": "a.txt",
                    "language": "en",
                    "dataset": "Train",
                    "entities": [
                        {
                            "regionOffset": 0,
                            "regionLength": 9,
                            "labels": [{"category": "Date", "offset": 0, "length": 1}],
                        }
                    ],
                }
            ],
        },
    },
    "project": {
        "projectName": "Loans",
        "projectKind": "CustomEntityRecognition",
        "storageInputContainerName": "loans",
        "language": "en",
        "multilingual": False,
        "description": "",
        "settings": {"confidenceThreshold": 0},
    },
    "training": {
        "modelLabel": "m",
        "trainingConfigVersion": "latest",
        "evaluationOptions": {
            "kind": "percentage",
            "trainingSplitPercentage": 80,
            "testingSplitPercentage": 20,
        },
        "dataGenerationSettings": {"enableDataGeneration": False},
    },
    "deployment": {"trainedModelLabel": "m", "assignedResourceIds": []},
    "job": {
        "displayName": "n",
        "analysisInput": {"documents": [{"id": "1", "text": "x", "language": "en"}]},
        "tasks": [
            {
                "kind": "CustomEntityRecognition",
                "taskName": "0",
                "parameters": {
                    "projectName": "p",
                    "deploymentName": "d",
                    "stringIndexType": "UnicodeCodePoint",
                },
            }
        ],
    },
    "preview": {
        "displayName": "n",
        "analysisInput": {"documents": [{"id": "1", "text": "x", "language": "en"}]},
        "tasks": {
            "customEntityRecognitionTasks": [
                {"taskName": "0", "parameters": {"modelId": "m", "stringIndexType": None}}
            ]
        },
    },
}

#: Values that have broken readers of JSON before.
NASTY: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    10**400,
    2**63,
    "",
    " ",
    "\x00",
    "../../etc/passwd",
    "\ufeff",
    "\u202e",
    "x" * 5_000,
    "\ud800",
    "__proto__",
    "Utf16CodeUnit",
    [],
    {},
    [[]],
    [None],
    ["x"],
    [{}],
    {"": ""},
    {"id": {"id": {}}},
    [1, "a", None, {}],
]

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | st.sampled_from(NASTY),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=10,
)


def read(name: str, body: bytes) -> ServiceError | None:
    """Give a body to a reader; return its refusal, which must itself be able to be sent."""
    try:
        READERS[name](body)
    except ServiceError as error:
        assert error.status == 400
        json.dumps(error.body(), ensure_ascii=False).encode()
        return error
    return None


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside a value."""
    found = [path] if path else []
    members = value.items() if isinstance(value, dict) else ()
    members = enumerate(value) if isinstance(value, list) else members
    for key, child in members:
        found += places(child, (*path, key))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return changed


@pytest.mark.parametrize("name", list(READERS))
def test_a_sound_body_is_taken(name: str) -> None:
    assert read(name, json.dumps(SOUND[name]).encode()) is None


@pytest.mark.parametrize("name", list(READERS))
def test_a_nasty_value_anywhere_is_taken_or_refused(name: str) -> None:
    for path in places(SOUND[name]):
        for nasty in NASTY:
            read(name, json.dumps(replaced(SOUND[name], path, nasty)).encode())


@pytest.mark.parametrize("name", list(READERS))
def test_a_body_with_any_part_missing_is_taken_or_refused(name: str) -> None:
    for path in places(SOUND[name]):
        body = copy.deepcopy(SOUND[name])
        inner = body
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
        read(name, json.dumps(body).encode())


@pytest.mark.parametrize("name", list(READERS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_json_anywhere_is_taken_or_refused(name: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(SOUND[name])))

    read(name, json.dumps(replaced(SOUND[name], path, data.draw(VALUES))).encode())


@pytest.mark.parametrize("name", list(READERS))
@settings(max_examples=40, deadline=None)
@given(body=st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_random_bodies_are_taken_or_refused(name: str, body: bytes) -> None:
    read(name, body)


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(["api-version", "top", "skip", "$top", "maxpagesize", "showStats"]),
    value=st.text(max_size=12) | st.integers().map(str),
)
def test_random_queries_are_taken_or_refused(name: str, value: str) -> None:
    for reader in (api_version, list_page, job_page, show_statistics):
        try:
            reader({name: value})
        except ServiceError as error:
            assert error.status == 400


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_labels_on_any_text_are_resolved_or_told(data: st.DataObject) -> None:
    words = st.sampled_from(["a", " ", "e\u0301", "\U0001f600", "\r\n", "\ufeff"])
    text = "".join(data.draw(st.lists(words, max_size=8)))
    labels = [
        {
            "category": "Date",
            "offset": data.draw(st.integers(0, 14)),
            "length": data.draw(st.integers(1, 14)),
        }
        for _ in range(data.draw(st.integers(0, 4)))
    ]
    region = {
        "regionOffset": data.draw(st.integers(0, 3)),
        "regionLength": data.draw(st.integers(0, 14)),
        "labels": labels,
    }
    body = replaced(SOUND["labels"], ("assets", "documents", 0, "entities"), [region])
    (document,) = labels_file.parse(json.dumps(body).encode()).documents

    resolved, faults = labels_file.resolve(document, text, "digest", {"Date"})

    assert (resolved is None) == bool(faults)
    if resolved is not None:
        units = text.encode("utf-16-le")
        for span, label in zip(
            resolved.spans, sorted(labels, key=lambda label: label["offset"]), strict=True
        ):
            first = 2 * label["offset"]
            sliced = units[first : first + 2 * label["length"]].decode("utf-16-le")
            assert text[span.start : span.end] == sliced
