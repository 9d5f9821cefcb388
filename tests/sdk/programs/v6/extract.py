"""Asks one or more deployments about documents, and shows the job as it ended."""

import json
import sys

from jobs import begin, connect

given = json.load(sys.stdin)
with connect() as client:
    poller = begin(client, given)
    job = poller.result(60)
    print(json.dumps({"done": poller.done(), "status": poller.status(), "job": job.as_dict()}))
