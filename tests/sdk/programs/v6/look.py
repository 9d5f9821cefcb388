"""Looks at all that a project has and at what the service offers, a few things at a time."""

import json
import os
import sys

from azure.ai.textanalytics.authoring import TextAuthoringClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ResourceNotFoundError

given = json.load(sys.stdin)
kind = "CustomEntityRecognition"
client = TextAuthoringClient(
    os.environ["LANGUAGE_ENDPOINT"], AzureKeyCredential(os.environ["LANGUAGE_KEY"])
)
one = client.get_project_client(given["project"])
seen = {}

languages = client.list_supported_languages(project_kind=kind, maxpagesize=10)
seen["languages"] = [language.language_code for language in languages]
versions = client.list_training_config_versions(project_kind=kind)
seen["versions"] = [version.training_config_version for version in versions]
seen["prebuilt"] = [entity.category for entity in client.list_supported_prebuilt_entities()]
seen["others"] = len(list(client.list_assigned_resource_deployments()))

project = one.project.get_project()
seen["project"] = [project.project_kind, project.language, project.multilingual]
seen["dated"] = project.created_on <= project.last_trained_on <= project.last_deployed_on
seen["jobs"] = [job.status for job in one.project.list_training_jobs()]
seen["exported"] = len(list(one.project.list_exported_models()))

label = one.deployment.get_deployment(given["deployment"])
model = next(iter(one.project.list_trained_models(top=1)))
again = one.trained_model.get_trained_model(model.label)
seen["model"] = [model.label, again.model_id == model.model_id == label.model_id]
seen["model_lives"] = model.last_trained_on.date() < model.model_expired_on

summary = one.trained_model.get_model_evaluation_summary(model.label)
seen["summary"] = {
    "split": [
        summary.evaluation_options.kind,
        summary.evaluation_options.training_split_percentage,
    ],
    "entities": sorted(summary.custom_entity_recognition_evaluation.entities),
}


def judged(**options):
    results = one.trained_model.list_model_evaluation_results(
        model.label, string_index_type="Utf16CodeUnit", **options
    )
    return [result.location for result in results]


seen["judged"] = judged()
seen["judged_one_by_one"] = judged(maxpagesize=1)
seen["judged_some"] = judged(top=5, skip=1, maxpagesize=1)

try:
    one.trained_model.get_trained_model("nothing")
except ResourceNotFoundError as error:
    seen["missing"] = error.error.code
print(json.dumps(seen))
