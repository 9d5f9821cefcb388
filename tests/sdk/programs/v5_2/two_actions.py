"""Asks two deployments about the same documents, and shows what each says of them."""

import json
import os
import sys

from azure.ai.textanalytics import RecognizeCustomEntitiesAction, TextAnalyticsClient
from azure.core.credentials import AzureKeyCredential

given = json.load(sys.stdin)
client = TextAnalyticsClient(
    os.environ["LANGUAGE_ENDPOINT"], AzureKeyCredential(os.environ["LANGUAGE_KEY"])
)
poller = client.begin_analyze_actions(
    given["documents"],
    actions=[
        RecognizeCustomEntitiesAction(given["project"], deployment)
        for deployment in given["deployments"]
    ],
    polling_interval=1,
)
answers = [
    [result.error.code if result.is_error else len(result.entities) for result in document]
    for document in poller.result()
]
print(json.dumps({"status": poller.status(), "answers": answers}))
