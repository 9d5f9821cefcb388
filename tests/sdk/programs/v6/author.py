"""Does all that a project needs with the authoring client, and shows what each step came to."""

import json
import os
import sys
import urllib.request

from azure.ai.textanalytics.authoring import TextAuthoringClient, models
from azure.core.credentials import AzureKeyCredential

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

file = models.ExportedProject(given["file"])
one.project.begin_import(file, **wait).result()
seen["imported"] = one.project.get_project().storage_input_container_name

trained = one.project.begin_train(
    models.TrainingJobDetails(
        model_label="first",
        training_config_version="2022-05-01",
        evaluation_options=models.EvaluationDetails(
            kind="percentage", training_split_percentage=80, testing_split_percentage=20
        ),
    ),
    **wait,
).result()
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

one.trained_model.begin_load_snapshot("first", **wait).result()
for deployment in ("staging", "production"):
    one.deployment.begin_deploy_project(
        deployment, models.CreateDeploymentDetails(trained_model_label="first"), **wait
    ).result()
one.project.begin_swap_deployments(
    models.SwapDeploymentsDetails(
        first_deployment_name="staging", second_deployment_name="production"
    ),
    **wait,
).result()
seen["deployed"] = sorted(found.deployment_name for found in one.project.list_deployments())

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
one.trained_model.delete_trained_model("first")
client.begin_delete_project(name, **wait).result()
seen["left"] = [project.project_name for project in client.list_projects()]
print(json.dumps(seen))
