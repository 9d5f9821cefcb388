"""Authoring as it was between the API of 2021 and today's: `language/analyze-text/projects`.

Two versions were of that time, 2021-11-01-preview and 2022-03-01-preview. Its resources and jobs
are today's, and so are its later versions, which some published pages still send here. So requests
of its own versions are respelled as today's, and today's answers get its names beside those that
they have; programs pass over names that they do not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.schema import authoring_bodies
from shared.schema.fields import parse_json
from shared.schema.labels_export import Format

#: The path of all projects.
PROJECTS = "/language/analyze-text/projects"

#: From this date on the versions of the API have today's spelling.
_TODAYS = "2022-05-01"

#: The last date of versions that spelled as the API of 2021 did.
_LIKE_2021 = "2021-11-01"

_KIND_2021 = "Extraction"
_KIND_2022 = "customNamedEntityRecognition"

_COUNTS = ("truePositive", "trueNegative", "falsePositive", "falseNegative")

#: Gives an answer, an object or the bytes of a file, the names of an API version.
Respelling = Callable[[Any, str], Any]


def spelled_otherwise(api_version: str) -> bool:
    """Whether this version has names of its own."""
    return api_version[:10] < _TODAYS


def address(url: str) -> str:
    """Return the address here of what today's API has at `url`."""
    return url.replace(authoring_bodies.PROJECTS, PROJECTS, 1)


def training_request(body: bytes) -> bytes:
    """Return a request to train in today's spelling.

    `type` was the name of an evaluation's kind, `set` that of a split by hand, and percentages
    were strings. Raises `InvalidBody` for what is no JSON.
    """
    root = parse_json(body)
    options = root.get("evaluationOptions") if isinstance(root, dict) else None
    if not isinstance(options, dict):
        return body
    kind = options.get("kind", options.get("type"))
    spelled = {
        name: int(value)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 3
        else value
        for name, value in options.items()
    }
    if kind is not None:
        manual = isinstance(kind, str) and kind.lower() == "set"
        spelled["kind"] = "manual" if manual else kind
    return json.dumps({**root, "evaluationOptions": spelled}).encode()


def project_json(body: dict[str, Any], api_version: str) -> dict[str, Any]:
    """Respell a project."""
    body = {**body, "projectKind": _KIND_2022}
    if api_version[:10] <= _LIKE_2021:
        body["name"] = body["projectName"]
        body["modelType"] = _KIND_2021
        body["multiLingual"] = body["multilingual"]
    return body


def projects_json(body: dict[str, Any], api_version: str) -> dict[str, Any]:
    """Respell a list of projects."""
    return {**body, "value": [project_json(project, api_version) for project in body["value"]]}


def training_json(body: dict[str, Any], api_version: str) -> dict[str, Any]:
    """Respell a training."""
    result = body["result"]
    return {
        **body,
        "result": {
            **result,
            "trainedModelLabel": result["modelLabel"],
            "trainStatus": _with_time(result["trainingStatus"], body),
            "evaluationStatus": _with_time(result["evaluationStatus"], body),
        },
    }


def trainings_json(body: dict[str, Any], api_version: str) -> dict[str, Any]:
    """Respell a list of trainings, which was called `jobs`."""
    jobs = [training_json(job, api_version) for job in body["value"]]
    return {**body, "value": jobs, "jobs": jobs}


def _with_time(step: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step of a training with the time that it has taken until now: `00:01:30`."""
    elapsed = timedelta()
    if "startDateTime" in step:
        until = step.get("endDateTime", job["lastUpdatedDateTime"])
        elapsed = datetime.fromisoformat(until) - datetime.fromisoformat(step["startDateTime"])
    seconds = max(0, int(elapsed.total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return {**step, "elapsedTime": f"{hours:02}:{minutes:02}:{seconds % 60:02}"}


def evaluation_json(body: dict[str, Any], api_version: str) -> dict[str, Any]:
    """Respell the summary of an evaluation."""
    evaluation = body["customEntityRecognitionEvaluation"]
    entities = {
        category: {**scores, **{f"{name}sCount": scores[f"{name}Count"] for name in _COUNTS}}
        for category, scores in evaluation["entities"].items()
    }
    spelled = {**evaluation, "entities": entities}
    return {**body, "projectKind": _KIND_2022, f"{_KIND_2022}Evaluation": spelled}


def results_json(body: dict[str, Any], api_version: str) -> dict[str, Any]:
    """Respell a list of what was tagged and predicted, document by document."""
    return {
        **body,
        "value": [
            {
                **document,
                "projectKind": _KIND_2022,
                f"{_KIND_2022}Result": document["customEntityRecognitionResult"],
            }
            for document in body["value"]
        ],
    }


def project_file(data: bytes, api_version: str) -> bytes:
    """Respell an exported project file.

    Its lists of entity types and regions have one name each, as files with two are refused when
    they are imported: `extractors` in 2021, as in the tags file.
    """
    file = json.loads(data)
    file["api-version"] = api_version
    file["metadata"] = project_json(file["metadata"], api_version)
    file["assets"]["projectKind"] = _KIND_2022
    if api_version[:10] <= _LIKE_2021:
        file["assets"] = _assets_of_2021(file["assets"])
    return json.dumps(file, ensure_ascii=False).encode()


def _assets_of_2021(assets: Mapping[str, Any]) -> dict[str, Any]:
    today, then = Format.PROJECT, Format.TAGS
    kept = {key: value for key, value in assets.items() if key != today.entities}
    return {
        **kept,
        then.entities: [{then.declared: one[today.declared]} for one in assets[today.entities]],
        "documents": [
            {
                **{key: value for key, value in document.items() if key != today.entities},
                then.entities: [
                    {
                        **region,
                        "labels": [
                            {
                                then.category: label[today.category],
                                "offset": label["offset"],
                                "length": label["length"],
                            }
                            for label in region["labels"]
                        ],
                    }
                    for region in document[today.entities]
                ],
            }
            for document in assets["documents"]
        ],
    }
