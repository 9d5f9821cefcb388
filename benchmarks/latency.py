"""How long one short document takes: from the POST to a finished result, over HTTP, on Azurite.

    python3 dev.py up            # in another terminal; copy its last three lines
    python -m benchmarks.latency --endpoint $SPANWRIGHT_ENDPOINT --key $SPANWRIGHT_KEY

Each round is one POST and as many GETs as it takes until the job has ended, over one kept-alive
connection, as the official clients do it. The service is warm: its first rounds are not counted.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import time
from pathlib import Path
from urllib.parse import urlsplit

DOCUMENTS = Path(__file__).resolve().parents[1] / "samples" / "loan-agreements" / "documents"
ENDED = ("succeeded", "failed", "cancelled")


def measure(endpoint: str, key: str, project: str, deployment: str, rounds: int) -> None:
    """Run the rounds and print the table."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
    headers = {"Ocp-Apim-Subscription-Key": key, "Content-Type": "application/json"}
    texts = [path.read_bytes().decode() for path in sorted(DOCUMENTS.glob("*.txt"))]
    posts, wholes, requests = [], [], []
    for number in range(rounds + 10):
        body = {
            "analysisInput": {"documents": [{"id": "1", "text": texts[number % len(texts)]}]},
            "tasks": [
                {
                    "kind": "CustomEntityRecognition",
                    "parameters": {"projectName": project, "deploymentName": deployment},
                }
            ],
        }
        began = time.perf_counter()
        connection.request(
            "POST", "/language/analyze-text/jobs?api-version=2023-04-01", json.dumps(body), headers
        )
        response = connection.getresponse()
        answer = response.read()
        if response.status != 202:
            raise SystemExit(f"The service refused the document: {answer.decode()}")
        posted = time.perf_counter()
        location = urlsplit(response.headers["operation-location"])
        gets, status = 0, ""
        while status not in ENDED:
            gets += 1
            connection.request("GET", f"{location.path}?{location.query}", headers=headers)
            status = json.loads(connection.getresponse().read())["status"]
        ended = time.perf_counter()
        if status != "succeeded":
            raise SystemExit(f"A job has {status}.")
        if number >= 10:
            posts.append(1000 * (posted - began))
            wholes.append(1000 * (ended - began))
            requests.append(1 + gets)
    print(f"{rounds} documents of {statistics.mean(map(len, texts)):.0f} characters in the mean")
    print(f"{'milliseconds':<24}{'median':>8}{'p95':>8}{'worst':>8}")
    for name, values in (("POST", posts), ("POST to finished result", wholes)):
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"{name:<24}{statistics.median(values):>8.1f}{p95:>8.1f}{max(values):>8.1f}")
    print(f"requests for one result: {min(requests)} to {max(requests)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--project", default="LoanAgreements")
    parser.add_argument("--deployment", default="production")
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    measure(
        arguments.endpoint,
        arguments.key,
        arguments.project,
        arguments.deployment,
        arguments.rounds,
    )


if __name__ == "__main__":
    main()
