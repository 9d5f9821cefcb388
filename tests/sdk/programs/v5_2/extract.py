"""Extracts entities as programs of the preview of 2021 did, and shows them."""

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
    actions=[RecognizeCustomEntitiesAction(given["project"], given["deployment"])],
    display_name="Loans",
    show_stats=True,
    polling_interval=1,
)
documents = []
for (result,) in poller.result():
    if result.is_error:
        documents.append({"id": result.id, "error": result.error.code})
    else:
        entities = [[one.text, one.category, one.offset, one.length] for one in result.entities]
        documents.append({"id": result.id, "entities": entities})
print(json.dumps({"status": poller.status(), "documents": documents}))
