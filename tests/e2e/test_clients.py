"""Programs written for the hosted service, unchanged but for endpoint and key."""

from __future__ import annotations

import pytest
from azure.ai.textanalytics import TextAnalyticsClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

from tests.e2e import sample
from tests.e2e.client import PROJECTS, VERSION, Client
from tests.e2e.hosts import KEY, Host

pytestmark = [pytest.mark.azurite, pytest.mark.slow]


def ten_documents() -> dict[str, str]:
    """Ten documents; CR LF, emoji, a byte order mark and combining marks are among them."""
    texts = {name: sample.text(name) for name in sorted(sample.answers())}
    chosen = {
        name: text
        for name, text in texts.items()
        if any(ord(sign) > 0xFFFF for sign in text) or text[0] == "\ufeff" or "\u0301" in text
    }
    crlf = {name: text for name, text in texts.items() if "\r\n" in text}
    assert crlf
    assert any(ord(sign) > 0xFFFF for text in chosen.values() for sign in text)
    rest = [name for name in (*crlf, *texts) if name not in chosen]
    names = [*list(chosen)[:6], *rest][:10]
    return {name: texts[name] for name in names}


def test_the_official_client_gets_entities_that_are_slices_of_its_documents(
    host: Host, loans: str
) -> None:
    texts = ten_documents()
    with TextAnalyticsClient(host.endpoint, AzureKeyCredential(KEY)) as client:
        poller = client.begin_recognize_custom_entities(
            [{"id": name, "language": "en", "text": text} for name, text in texts.items()],
            project_name=loans,
            deployment_name="production",
            show_stats=True,
            polling_interval=1,
        )

        results = list(poller.result())

    assert [result.id for result in results] == list(texts)
    for result in results:
        assert not result.is_error
        assert len(result.entities) >= 8
        for entity in result.entities:
            end = entity.offset + entity.length
            assert entity.text == texts[result.id][entity.offset : end]
            assert 0 < entity.confidence_score <= 1


def test_the_official_client_sees_the_error_of_one_document_beside_the_others(
    host: Host, loans: str
) -> None:
    with TextAnalyticsClient(host.endpoint, AzureKeyCredential(KEY)) as client:
        poller = client.begin_recognize_custom_entities(
            ["Date: May 2, 2021", ""], project_name=loans, deployment_name="production"
        )

        good, bad = list(poller.result())

    assert not good.is_error
    assert bad.is_error
    assert bad.error.code == "InvalidDocument"


def test_the_official_client_reads_our_refusals(host: Host, loans: str) -> None:
    with TextAnalyticsClient(host.endpoint, AzureKeyCredential("wrong")) as client:
        with pytest.raises(ClientAuthenticationError, match="Ocp-Apim-Subscription-Key"):
            client.begin_recognize_custom_entities(["x"], loans, "production")
    with TextAnalyticsClient(host.endpoint, AzureKeyCredential(KEY)) as client:
        with pytest.raises(HttpResponseError, match="no deployment"):
            client.begin_recognize_custom_entities(["x"], loans, "nothing")


@pytest.mark.parametrize("named_by", ["modelId", "latest", "names"])
def test_the_form_of_2021_over_plain_http(client: Client, loans: str, named_by: str) -> None:
    deployment = client.send("GET", f"{PROJECTS}/{loans}/deployments/production?{VERSION}").json
    parameters = {
        "modelId": {"modelId": deployment["modelId"]},
        "latest": {"modelId": f"{deployment['modelId'][-32:]}_Extraction_latest"},
        "names": {"project-name": loans, "deployment-name": "production"},
    }[named_by]
    texts = ten_documents()
    body = {
        "displayName": "MyJobName",
        "analysisInput": {
            "documents": [{"id": name, "text": text} for name, text in texts.items()]
        },
        "tasks": {
            "customEntityRecognitionTasks": [
                {"parameters": {**parameters, "stringIndexType": "Utf16CodeUnit"}}
            ]
        },
    }

    submitted = client.send("POST", "/text/analytics/v3.1-preview.ct.1/analyze", body)

    assert submitted.body == b""
    location = submitted.headers["operation-location"]
    assert "/text/analytics/v3.1-preview.ct.1/analyze/jobs/" in location
    assert "?" not in location
    job = client.wait(submitted)
    assert job["displayName"] == "MyJobName"
    (task,) = job["tasks"]["tasks"]["customEntityRecognitionTasks"]
    assert [document["id"] for document in task["results"]["documents"]] == list(texts)
    for document in task["results"]["documents"]:
        units = texts[document["id"]].encode("utf-16-le")
        assert document["entities"]
        for entity in document["entities"]:
            start, length = 2 * entity["offset"], 2 * entity["length"]
            assert units[start : start + length].decode("utf-16-le") == entity["text"]


def test_without_an_index_type_offsets_count_text_elements(client: Client, loans: str) -> None:
    import regex

    texts = ten_documents()
    documents = [{"id": name, "text": text} for name, text in texts.items()]

    job = client.wait(client.submit(loans, "production", documents))

    for document in job["tasks"]["items"][0]["results"]["documents"]:
        elements = regex.findall(r"\X", texts[document["id"]])
        for entity in document["entities"]:
            stretch = elements[entity["offset"] : entity["offset"] + entity["length"]]
            assert "".join(stretch) == entity["text"]
