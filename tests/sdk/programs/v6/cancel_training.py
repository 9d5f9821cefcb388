"""Starts a training, cancels it, and waits until both have ended."""

import json
import os
import sys

from azure.ai.textanalytics.authoring import TextAuthoringClient
from azure.ai.textanalytics.authoring.models import TrainingJobDetails
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError

given = json.load(sys.stdin)
client = TextAuthoringClient(
    os.environ["LANGUAGE_ENDPOINT"], AzureKeyCredential(os.environ["LANGUAGE_KEY"])
)
project = client.get_project_client(given["project"]).project
training = project.begin_train(
    TrainingJobDetails(model_label="unwanted", training_config_version="2022-05-01"),
    polling_interval=1,
)
job = next(one.job_id for one in project.list_training_jobs())
cancelling = project.begin_cancel_training_job(job, polling_interval=1)
words = []
for poller in (cancelling, training):
    try:
        poller.result(60)
    except HttpResponseError as error:
        words.append(f"{poller.status()}: {type(error).__name__}")
    else:
        words.append(poller.status())
models = [model.label for model in project.list_trained_models()]
print(json.dumps({"words": words, "models": models}))
