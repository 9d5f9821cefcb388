"""Document text, keys and tokens are in blobs and answers alone."""

from __future__ import annotations

import pytest
from azure.data.tables import TableServiceClient
from azure.storage.queue import QueueServiceClient

from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, Host

pytestmark = [pytest.mark.azurite, pytest.mark.slow]

#: Words that occur in no other place than the texts that this test sends.
CANARY = "Quetzalcoatl-9f31 of Borrowing Lane 77"


def test_text_and_keys_are_in_no_log_queue_or_table(
    storage: str, host: Host, client: Client, loans: str
) -> None:
    long = [{"id": str(n), "text": f"{CANARY} {n} " + "x" * 2000} for n in range(25)]
    broken = {"analysisInput": {"documents": [{"id": 1, "text": CANARY}]}, "tasks": [CANARY]}
    file = sample.labels()
    file["assets"]["documents"][0]["location"] = "missing.txt"
    client.wait(client.submit(loans, "production", long))
    client.wait(client.submit(loans, "production", long[:1]))
    answers = [
        client.send("POST", f"/language/analyze-text/jobs?{VERSION}", broken),
        client.send("POST", f"/language/analyze-text/jobs?{VERSION}", CANARY.encode()),
        client.send("GET", f"{PROJECTS}?{VERSION}&key={KEY.replace(' ', '+')}"),
    ]
    assert client.wait(client.start_import(loans, file))["status"] == "failed"

    places = {"log": host.log.read_text("utf-8", "replace")}
    with TableServiceClient.from_connection_string(storage) as tables:
        for table in tables.list_tables():
            rows = list(tables.get_table_client(table.name).list_entities())
            places[table.name] = repr(rows)
    with QueueServiceClient.from_connection_string(storage) as queues:
        for queue in queues.list_queues():
            messages = queues.get_queue_client(queue.name).peek_messages(max_messages=32)
            places[queue.name] = repr([message.content for message in messages])
    places["errors"] = repr([answer.body for answer in answers if answer.status >= 400])

    assert {"projects", "jobs", "operations", "documents", "authoring"} <= set(places)
    texts = {sample.text(name)[200:240] for name in sample.answers()}
    for place, content in places.items():
        assert CANARY not in content, place
        assert KEY not in content, place
        assert KEY.rpartition(" ")[2] not in content, place
        assert not [text for text in texts if text in content], place
