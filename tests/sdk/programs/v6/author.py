"""Does all that a project needs with the authoring client, and shows what each step came to."""

import json
import os
import sys
import urllib.request

from azure.ai.textanalytics.authoring import TextAuthoringClient, models
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError

given = json.load(sys.stdin)
name, seen = given["project"], {}
client = TextAuthoringClient(
    os.environ["LANGUAGE_ENDPOINT"], AzureKeyCredential(os.environ["LANGUAGE_KEY"])
)
wait = {"polling_interval": 1}

made = client.create_project(
    name,
    models.CreateProjectOptions(
        project_kind="CustomEntityRecognition",
        storage_input_container_name=given["container"],
        language="en",
        project_name=name,
    ),
)
seen["created"] = made.project_name
one = client.get_project_client(name)


def train(label):
    options = models.EvaluationDetails(
        kind="percentage", training_split_percentage=80, testing_split_percentage=20
    )
    return one.project.begin_train(
        models.TrainingJobDetails(
            model_label=label,
            training_config_version="2022-05-01",
            evaluation_options=options,
        ),
        **wait,
    ).result()


def deployed():
    return {found.deployment_name: found.model_id for found in one.project.list_deployments()}


one.project.begin_import(models.ExportedProject(given["file"]), **wait).result()
seen["imported"] = one.project.get_project().storage_input_container_name
try:
    one.project.begin_import(models.ExportedProject(given["broken"]), **wait).result()
except HttpResponseError as error:
    seen["refused"] = str(error)

trained = train("first")
seen["trained"] = [trained.model_label, trained.training_status.status]

half = models.EvaluationDetails(
    kind="percentage", training_split_percentage=50, testing_split_percentage=50
)
one.trained_model.begin_evaluate_model("first", half, **wait).result()
summary = one.trained_model.get_model_evaluation_summary("first")
seen["microF1"] = summary.custom_entity_recognition_evaluation.micro_f1
seen["judged"] = len(
    list(
        one.trained_model.list_model_evaluation_results("first", string_index_type="Utf16CodeUnit")
    )
)

one.project.begin_import(models.ExportedProject(given["fewer"]), **wait).result()
train("second")
for deployment, label in (("production", "first"), ("staging", "second")):
    one.deployment.begin_deploy_project(
        deployment, models.CreateDeploymentDetails(trained_model_label=label), **wait
    ).result()
seen["deployed"] = deployed()
one.project.begin_swap_deployments(
    models.SwapDeploymentsDetails(
        first_deployment_name="staging", second_deployment_name="production"
    ),
    **wait,
).result()
seen["swapped"] = deployed()

one.exported_model.begin_create_or_update_exported_model(
    "mine", models.ExportedModelDetails(trained_model_label="first"), **wait
).result()
manifest = one.exported_model.get_exported_model_manifest("mine")
seen["files"] = [file.name for file in manifest.model_files]
one.exported_model.begin_delete_exported_model("mine", **wait).result()

# Back to what the first model was trained on.
one.trained_model.begin_load_snapshot("first", **wait).result()
exporting = one.project.begin_export(
    string_index_type="Utf16CodeUnit", asset_kind="CustomEntityRecognition", **wait
)
location = exporting.polling_method()._initial_response.http_response.headers["operation-location"]
exporting.result()
job = location.partition("/jobs/")[2].partition("?")[0]
result = urllib.request.Request(
    one.project._get_export_status(job).result_url,
    headers={"Ocp-Apim-Subscription-Key": os.environ["LANGUAGE_KEY"]},
)
with urllib.request.urlopen(result) as answer:
    seen["exported"] = json.load(answer)

for deployment in ("staging", "production"):
    one.deployment.begin_delete_deployment(deployment, **wait).result()
for label in ("first", "second"):
    one.trained_model.delete_trained_model(label)
client.begin_delete_project(name, **wait).result()
seen["left"] = [project.project_name for project in client.list_projects()]
print(json.dumps(seen))
