"""Labels in the formats of other tools, in and out, and dry runs: an extension of our own."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.replies import PROJECT, at_once, standing_of
from shared.domain.operations import OperationKind
from shared.schema import answers, labels_formats, labels_report, labels_shapes, parameters, query
from shared.schema import authoring_answers as told
from shared.schema import label_changes as changes
from shared.schema.names import check_name
from shared.schema.openapi import Answer
from shared.services import exporting, label_changes, labeling
from shared.services.messages import Queue

blueprint = func.Blueprint()

_LABELS = f"{PROJECT}/labels"

_IN = (*parameters.VERSION, *labels_formats.IMPORT)
_OUT = (*parameters.VERSION, *labels_formats.EXPORT, parameters.MODEL_LABEL)
_FILE = Answer(about="The file.", media=labels_formats.MEDIA)


@endpoint(
    blueprint,
    "POST",
    f"{_LABELS}/:check",
    query=_IN,
    request=labels_shapes.FILE,
    media=labels_formats.MEDIA,
    answers=(answers.shown(labels_report.REPORT),),
)
def labels_check(call: Call) -> Reply:
    """Say what an import of a file would do, and all that is wrong with it; change nothing."""
    query.api_version(call.query)
    check_name(call.path["project"], "project", "projectName")
    options = labels_formats.import_options(call.query)
    report = labeling.check(call.stores, call.path["project"], call.body, options)
    return Reply(body=labels_report.report_json(report))


@endpoint(
    blueprint,
    "POST",
    f"{_LABELS}/:import",
    queue=Queue.AUTHORING,
    query=_IN,
    request=labels_shapes.FILE,
    media=labels_formats.MEDIA,
    answers=(answers.ACCEPTED,),
)
def labels_import(call: Call) -> Reply:
    """Import a file of any format, with the texts that it brings; if it is small, now."""
    query.api_version(call.query)
    check_name(call.path["project"], "project", "projectName")
    options = labels_formats.import_options(call.query)
    started = labeling.start_import(call.stores, call.path["project"], call.body, options)
    return at_once(call, *started)


@endpoint(
    blueprint,
    "POST",
    f"{_LABELS}/:export",
    queue=Queue.AUTHORING,
    query=_OUT,
    answers=(answers.ACCEPTED,),
)
def labels_export_start(call: Call) -> Reply:
    """Write the labels of a project, or of a model's snapshot, in any format."""
    query.api_version(call.query)
    options = labels_formats.export_options(call.query)
    label = query.model_label(call.query)
    return at_once(call, *exporting.start(call.stores, call.path["project"], label, options))


@endpoint(
    blueprint,
    "GET",
    f"{_LABELS}/export/jobs/{{job}}",
    query=parameters.VERSION,
    answers=(answers.job(told.EXPORT_JOB),),
)
def labels_export_get(call: Call) -> Reply:
    """Say how an export stands, and where its result is read."""
    return standing_of(call, OperationKind.EXPORT_LABELS)


@endpoint(
    blueprint,
    "GET",
    f"{_LABELS}/export/jobs/{{job}}/result",
    query=parameters.VERSION,
    answers=(_FILE,),
)
def labels_export_result(call: Call) -> Reply:
    """Give the file that an export has made."""
    query.api_version(call.query)
    name, job = call.path["project"], call.path["job"]
    data, form = exporting.read_result(call.stores, name, job, OperationKind.EXPORT_LABELS)
    return Reply(body=data, headers={"Content-Type": form.content_type})


@endpoint(
    blueprint,
    "POST",
    f"{_LABELS}/:change",
    query=parameters.VERSION,
    request=changes.CHANGES,
    answers=(answers.shown(changes.CHANGED),),
)
def labels_change(call: Call) -> Reply:
    """Add and remove labels in many documents; to do it again changes nothing."""
    query.api_version(call.query)
    asked = changes.parse(call.body)
    changed = label_changes.change(call.stores, call.path["project"], asked)
    return Reply(body=changes.changed_json(changed))
