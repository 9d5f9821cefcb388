"""Extracts entities from documents and shows them."""

import json
import os
import sys

from azure.ai.textanalytics import TextAnalyticsClient
from azure.core.credentials import AzureKeyCredential

given = json.load(sys.stdin)
credential = AzureKeyCredential(os.environ["LANGUAGE_KEY"])
with TextAnalyticsClient(os.environ["LANGUAGE_ENDPOINT"], credential) as client:
    poller = client.begin_recognize_custom_entities(
        given["documents"],
        project_name=given["project"],
        deployment_name=given["deployment"],
        display_name="Loans",
        show_stats=True,
        polling_interval=1,
    )
    documents = []
    for result in poller.result():
        if result.is_error:
            documents.append({"id": result.id, "error": result.error.code})
        else:
            entities = [[one.text, one.category, one.offset, one.length] for one in result.entities]
            documents.append({"id": result.id, "entities": entities})
    print(json.dumps({"status": poller.status(), "documents": documents}))
