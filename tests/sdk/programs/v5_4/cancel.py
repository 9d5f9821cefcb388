"""Submits a job, thinks better of it, and waits until it has ended."""

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
        polling_interval=1,
    )
    poller.cancel()
    poller.wait(60)
    print(json.dumps({"done": poller.done(), "status": poller.status()}))
