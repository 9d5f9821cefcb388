"""What the programs of this folder have in common: a client, and a job with a task a deployment."""

import os

from azure.ai.textanalytics import TextAnalysisClient
from azure.ai.textanalytics.models import (
    CustomEntitiesActionContent,
    CustomEntitiesLROTask,
    MultiLanguageInput,
    MultiLanguageTextInput,
)
from azure.core.credentials import AzureKeyCredential


def connect():
    return TextAnalysisClient(
        os.environ["LANGUAGE_ENDPOINT"], AzureKeyCredential(os.environ["LANGUAGE_KEY"])
    )


def begin(client, given):
    documents = [
        MultiLanguageInput(id=str(number), text=text, language="en")
        for number, text in enumerate(given["documents"])
    ]
    tasks = [
        CustomEntitiesLROTask(
            name=deployment,
            parameters=CustomEntitiesActionContent(
                project_name=given["project"],
                deployment_name=deployment,
                string_index_type="UnicodeCodePoint",
            ),
        )
        for deployment in given["deployments"]
    ]
    return client.begin_analyze_text_job(
        text_input=MultiLanguageTextInput(multi_language_inputs=documents),
        actions=tasks,
        display_name="Loans",
        polling_interval=1,
    )
