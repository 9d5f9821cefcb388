"""Submits a job, thinks better of it, and waits until both the job and its cancel have ended."""

import json
import sys

from azure.core.exceptions import HttpResponseError
from jobs import begin, connect

given = json.load(sys.stdin)
with connect() as client:
    poller = begin(client, given)
    state = poller.polling_method()._initial_response.http_response
    job = state.headers["operation-location"].partition("/jobs/")[2].partition("?")[0]
    cancelling = client.begin_cancel_job(job, polling_interval=1)
    words = []
    for waited in (cancelling, poller):
        try:
            waited.result(60)
        except HttpResponseError as error:
            words.append(f"{waited.status()}: {type(error).__name__}")
        else:
            words.append(waited.status())
    print(json.dumps({"done": [cancelling.done(), poller.done()], "words": words}))
