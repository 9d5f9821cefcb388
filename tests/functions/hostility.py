"""What hostile requests are made of: names, queries, headers, keys, bodies, and values in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.functions.conftest import KEY

#: Escaped as a path has them. None can be the name of anything.
NAMES = [
    "%2e%2e%2fNotes",
    "..%2f..%2fNotes",
    "Notes%2F..",
    "Notes%5C..",
    "Notes%00",
    "%00",
    "Notes%0d%0aSet-Cookie:a=b",
    "Notes%0A",
    "%20Notes",
    "Notes%20",
    "Notes%3Fx=1",
    "Notes%23x",
    "Notes;x=1",
    "...",
    "%25",
    "%2525",
    "%ff%fe",
    "%c0%ae%c0%ae",
    "%ed%a0%80",
    "%f0%9f%98%80",
    "%e2%80%aeNotes",
    "%ef%bb%bfNotes",
    "N%cc%81otes",
    "N" * 51,
    "N" * 9_000,
    "%7Bproject%7D",
    "$%7Bjndi:ldap:%2F%2Fh%2F%7D",
    "'%20or%20'1'='1",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "a|b",
    "a%22b",
    "*",
    "%",
    "%zz",
    "Notes,Notes",
    "Notes:cancel",
    "(Notes)",
    "%D9%A3",
]

VERSIONS = [
    "",
    "2023",
    "latest",
    "2021-10-31",
    "2023-02-30",
    "2023-04-01-beta",
    "2023-04-01\x00",
    "2023-04-01\n",
    "2023-04-01,2023-04-01",
    "٢٠٢٣-٠٤-٠١",
    "9" * 5_000,
    "0000-00-00",
    "-1",
    "../2023-04-01",
    "%2e",
    "2023-04-01-preview-preview",
]

QUERIES = [
    "top=-1",
    "top=1e9",
    "top=" + "9" * 400,
    "skip=NaN",
    "skip=%00",
    "$top=0&$skip=-1",
    "maxpagesize=0",
    "showStats=maybe",
    "showStats=%F0%9F%98%80",
    "stringIndexType=Utf8",
    "stringIndexType=" + "x" * 3_000,
    "dataset=../x",
    "trainedModelLabel=%00&trainingModelName=%2F",
    "format=exe&assetKind=%ff",
    "projectKind=CustomEverything",
    "&&==&=&%=%",
    "api-version=2023-04-01&api-version=",
    "a=" + "b&a=" * 500,
    "x[]=1&x[__proto__]=2",
]

HEADERS: list[dict[str, str]] = [
    {},
    {},
    {"Content-Type": "text/plain"},
    {"Content-Type": "application/xml; charset=utf-7"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "application/json; charset=\x7f"},
    {"Content-Type": "x" * 5_000},
    {"Content-Encoding": "gzip"},
    {"Content-Length": "-1"},
    {"Accept": "application/xml;q=x", "Accept-Language": "*;q=-1"},
    {"X-HTTP-Method-Override": "DELETE", "X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    {"X-Original-URL": "/health/live", "X-Rewrite-URL": "/health/live"},
    {"Host": "["},
    {"Host": ""},
    {"Host": "[::1"},
    {"Host": "a b\x00/../@evil.example:99999"},
    {"If-Match": "*", "If-None-Match": '"' * 99, "Range": "bytes=0-,-1"},
    {"X-MS-CLIENT-PRINCIPAL": "e30=", "X-MS-CLIENT-PRINCIPAL-ID": "owner"},
    {"X-MS-CLIENT-PRINCIPAL": "ÿ" * 300},
    {"Cookie": "a=b; " * 400, "format": "../x"},
    {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
    {"Expect": "100-continue", "Transfer-Encoding": "chunked", "Connection": "upgrade"},
]

KEYS: list[dict[str, str]] = [
    {},
    {"Ocp-Apim-Subscription-Key": ""},
    {"Ocp-Apim-Subscription-Key": "x"},
    {"Ocp-Apim-Subscription-Key": KEY + "\x00"},
    {"Ocp-Apim-Subscription-Key": f"{KEY}, {KEY}"},
    {"Ocp-Apim-Subscription-Key": "x" * 9_000},
    {"Ocp-Apim-Subscription-Key": "ключ"},
    {"Authorization": f"Bearer {KEY}"},
    {"Authorization": "Basic Og=="},
    {"Authorization": ""},
]

#: No request body is any of these.
BODIES = [
    b"",
    b" ",
    b"null",
    b"true",
    b"7",
    b'"x"',
    b"[]",
    b"[{}]",
    b"x",
    b"{",
    b'{"a":',
    b"{'a': 1}",
    b'{"a": 1}{"b": 2}',
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": 1e999}',
    b'{"a": ' + b"9" * 6_000 + b"}",
    b'{"a": "\\ud800"}',
    b'{"\\udfff": 1}',
    b'{"a": "\xff"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\x00"}',
    b"\x00" * 100,
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"a":' * 65 + b"1" + b"}" * 65,
    b"--x\r\nContent-Disposition: form-data\r\n\r\n{}\r\n--x--",
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
    b"a=b&c=d",
    b"\x1f\x8b\x08\x00",
]

#: None of these is a required text, and none a required object or list.
NO_TEXT: list[Any] = [None, "", 7, -1.5, True, [], ["x"], {}, {"a": {}}, "\ud800", 10**400]
NO_NAME: list[Any] = [*NO_TEXT, "x" * 100_000, "../x", "\x00", "a/b", "😀", " "]
NO_OBJECT: list[Any] = [None, "x", 7, True, 1e308, "\ud800", [[]], [None]]
NO_LIST: list[Any] = [None, "x", 7, True, {}, {"a": []}, [], "\ud800"]
NO_ITEMS: list[Any] = [[7], ["x"], [[]], [True], [1e308, {}]]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Sound:
    """A body that a route takes, and what of it can be replaced by what, to be refused."""

    method: str
    #: The end of the routes that take it.
    ending: str
    body: dict[str, Any]
    wrong: dict[Path, list[Any]] = field(default_factory=dict)


DOCUMENTS: dict[str, Any] = {"documents": [{"id": "1", "text": "call IBM"}]}
WRONG_DOCUMENTS: dict[Path, list[Any]] = {
    ("analysisInput",): NO_OBJECT,
    ("analysisInput", "documents"): [*NO_LIST, *NO_ITEMS],
    ("analysisInput", "documents", 0, "id"): NO_TEXT,
    ("analysisInput", "documents", 0, "text"): [None, 7, True, [], {}, "\ud800"],
}
TASK = {"projectName": "Notes", "deploymentName": "production"}
OLDER_TASK = {"project-name": "Notes", "deployment-name": "production"}
OLDER = "customEntityRecognitionTasks"

SOUND = [
    Sound(
        "POST",
        "analyze-text/jobs",
        {
            "analysisInput": DOCUMENTS,
            "tasks": [{"kind": "CustomEntityRecognition", "parameters": TASK}],
        },
        {
            **WRONG_DOCUMENTS,
            ("tasks",): [*NO_LIST, *NO_ITEMS],
            ("tasks", 0, "kind"): [*NO_TEXT, "EntityRecognition", "customentityrecognition"],
            ("tasks", 0, "parameters"): NO_OBJECT,
            ("tasks", 0, "parameters", "projectName"): NO_NAME,
            ("tasks", 0, "parameters", "deploymentName"): NO_NAME,
            ("tasks", 0, "parameters", "stringIndexType"): ["Utf8", 7, [], {}, True],
        },
    ),
    Sound(
        "POST",
        "/analyze",
        {"analysisInput": DOCUMENTS, "tasks": {OLDER: [{"parameters": OLDER_TASK}]}},
        {
            **WRONG_DOCUMENTS,
            ("tasks",): NO_OBJECT,
            ("tasks", OLDER): [*NO_LIST, *NO_ITEMS],
            ("tasks", OLDER, 0, "parameters", "project-name"): NO_NAME,
            ("tasks", OLDER, 0, "parameters", "modelId"): ["x", 7, "../x", "x" * 999, [], {}],
        },
    ),
    Sound(
        "PATCH",
        "projects/{project}",
        {
            "projectName": "Notes",
            "projectKind": "CustomEntityRecognition",
            "storageInputContainerName": "notes",
            "language": "en",
        },
        {
            ("projectName",): ["Other", 7, [], {}, True, "../x", "\x00"],
            ("projectKind",): ["CustomHealthcare", 7, [], {}, True],
            ("storageInputContainerName",): [7, [], {}, "..", "$root", "spanwright", "a" * 64],
            ("language",): [7, [], {}, "../x", "x" * 99, "\x00"],
        },
    ),
    Sound(
        "POST",
        "v1.0-preview.2/projects",
        {
            "name": "Notes",
            "modelType": "Extraction",
            "culture": "en-US",
            "storageInputContainerName": "notes",
            "labelsLocation": "labels.json",
        },
        {
            ("name",): NO_NAME,
            ("modelType",): [*NO_TEXT, "SingleClassification", "Everything"],
            ("storageInputContainerName",): [*NO_TEXT, "..", "$root", "spanwright"],
        },
    ),
    Sound(
        "POST",
        "/:import",
        {
            "projectFileVersion": "2022-05-01",
            "stringIndexType": "Utf16CodeUnit",
            "metadata": {
                "projectKind": "CustomEntityRecognition",
                "projectName": "Notes",
                "storageInputContainerName": "notes",
                "language": "en",
            },
            "assets": {
                "projectKind": "CustomEntityRecognition",
                "entities": [{"category": "Name"}],
                "documents": [{"location": "note-00.txt", "language": "en", "entities": []}],
            },
        },
        {
            ("stringIndexType",): ["UnicodeCodePoint", 7, [], {}],
            ("metadata", "projectKind"): ["CustomHealthcare", 7, [], {}, True],
            ("metadata", "projectName"): NO_NAME,
            ("metadata", "storageInputContainerName"): [*NO_TEXT, "..", "a" * 64, "\x00"],
            ("metadata", "language"): [*NO_TEXT, "../x"],
            ("assets",): NO_OBJECT[1:],  # Without assets it is a project without tags.
            ("assets", "entities"): ["x", 7, True, {}, *NO_ITEMS],
            ("assets", "entities", 0, "category"): [*NO_TEXT, "a:b", "x" * 51, "\x00"],
            ("assets", "documents"): ["x", 7, True, {}, *NO_ITEMS],
            ("assets", "documents", 0, "location"): [*NO_TEXT, "\x00", "x" * 1_025],
            ("assets", "documents", 0, "entities"): ["x", 7, True, {}, *NO_ITEMS],
        },
    ),
    Sound(
        "POST",
        "/:train",
        {"modelLabel": "M2", "trainingConfigVersion": "2022-05-01"},
        {("modelLabel",): NO_NAME},
    ),
    Sound(
        "POST",
        "v1.0-preview.2/projects/{project}/train",
        {"tasks": [{"trainingModelName": "M2"}]},
        {("tasks",): [*NO_LIST, *NO_ITEMS], ("tasks", 0, "trainingModelName"): NO_NAME},
    ),
    Sound(
        "POST",
        "/publish",
        {"tasks": [{"trainingModelName": "M"}]},
        {("tasks",): [*NO_LIST, *NO_ITEMS], ("tasks", 0, "trainingModelName"): NO_NAME},
    ),
    Sound(
        "PUT",
        "deployments/{deployment}",
        {"trainedModelLabel": "M"},
        {("trainedModelLabel",): [*NO_NAME, "No-such-model"]},
    ),
    Sound(
        "PUT",
        "exported-models/{exported}",
        {"trainedModelLabel": "M"},
        {("trainedModelLabel",): [*NO_NAME, "No-such-model"]},
    ),
    Sound(
        "POST",
        "/:swap",
        {"firstDeploymentName": "production", "secondDeploymentName": "staging"},
        {("firstDeploymentName",): NO_NAME, ("secondDeploymentName",): NO_NAME},
    ),
    Sound(
        "PUT",
        "entities/{category}",
        {"description": "Who owes."},
        {("description",): [7, True, [], {}, "x" * 1_001, "\ud800"]},
    ),
    Sound(
        "POST",
        "documents/:find",
        {"text": "Bo"},
        {
            ("text",): [*NO_TEXT, "x" * 501],
            ("matchCase",): ["true", 7, [], {}],
            ("wholeWords",): ["true", 7, [], {}],
            ("category",): [7, True, [], {}, "\ud800"],
        },
    ),
    Sound(
        "POST",
        "labels/:change",
        {
            "changes": [
                {
                    "documentName": "note-00.txt",
                    "textDigest": "0" * 64,
                    "add": [{"category": "Name", "offset": 0, "length": 1}],
                }
            ]
        },
        {
            ("changes",): [*NO_LIST, *NO_ITEMS],
            ("changes", 0, "documentName"): NO_TEXT,
            ("changes", 0, "textDigest"): NO_TEXT,
            ("changes", 0, "add"): ["x", 7, True, {}, *NO_ITEMS],
            ("changes", 0, "add", 0, "category"): NO_TEXT,
            ("changes", 0, "add", 0, "offset"): [None, -1, 1.5, "1", True, 10**400],
            ("changes", 0, "add", 0, "length"): [None, 0, -1, 1.5, "1", True, 10**400],
        },
    ),
    Sound("POST", "/:rename", {"category": "Other"}, {("category",): [*NO_TEXT, "a/b", "x" * 51]}),
    Sound(
        "PUT",
        "documents/{document}/labels",
        {
            "etag": "",
            "textDigest": "0" * 64,
            "labels": [{"category": "Name", "offset": 0, "length": 1}],
        },
        {
            ("textDigest",): NO_NAME,
            ("etag",): ["*", '"*"', "\x00", 7, True, [], {}, "\ud800"],
            ("language",): ["x" * 99, 7, True, [], {}, "../x"],
            ("dataset",): ["Validation", 7, True, [], {}],
            ("labels",): ["x", 7, True, {}, *NO_ITEMS],
            ("labels", 0, "category"): NO_NAME,
            ("labels", 0, "offset"): [None, -1, 1.5, "1", True, 10**400],
            ("labels", 0, "length"): [None, 0, -1, 1.5, "1", True, 10**400],
        },
    ),
]


def sound_for(method: str, template: str) -> Sound | None:
    """Return a body that a route takes, or None for a route that reads none."""
    return next(
        (one for one in SOUND if one.method == method and template.endswith(one.ending)), None
    )
