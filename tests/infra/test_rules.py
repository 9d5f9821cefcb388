"""The rules of the deployment hold, and each thing in it is held by one of them."""

from __future__ import annotations

import pytest

from tests.infra.deployment import API, DOCS, Deployment
from tests.infra.mutation import Mutant, mutants
from tests.infra.rules import RULES, Rule

DEPLOYMENT = Deployment.read()

#: What may be missing: words for people alone.
FREE = ("@description", "displayName:", "description:")

MUTANTS = [
    mutant
    for mutant in mutants(DEPLOYMENT)
    if not any(f"without {word}" in mutant.about for word in FREE)
]


def name(rule: Rule) -> str:
    return rule.__name__


def faults(deployment: Deployment) -> list[str]:
    """Return what the first rule that finds something finds."""
    for rule in RULES:
        if found := list(rule(deployment)):
            return found
    return []


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_the_rule_holds(rule: Rule) -> None:
    assert list(rule(DEPLOYMENT)) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.about)
def test_it_is_noticed_when_something_is_taken_out_or_turned_round(mutant: Mutant) -> None:
    assert faults(mutant.of(DEPLOYMENT))


def test_there_is_something_to_take_out_of_every_file() -> None:
    assert {mutant.path for mutant in MUTANTS} >= set(DEPLOYMENT.files())
    assert len(MUTANTS) > 400


CONTRIBUTOR = "'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (
            "infra/app/roles.bicep",
            "var onVault = [",
            "var onVault = ['Key Vault Secrets Officer', ",
        ),
        ("infra/app/roles.bicep", CONTRIBUTOR, CONTRIBUTOR.replace("ba92f5b4", "b7e6dc6d")),
        ("infra/app/roles.bicep", "scope: documents", "scope: dataAccount"),
        ("infra/app/roles.bicep", "principalId: deployerId", "principalId: serviceId"),
        (DOCS, "| the tables, which the service makes |", "| |"),
        (API, "'managedidentity'", "'managedidentity'\n  X: hostAccount.listKeys().keys[0].value"),
        (API, "'67108864'", "'104857600'"),
        (API, "union(settings, ownSettings,", "union(ownSettings, settings,"),
        ("infra/app/storage.bicep", "accessTier: 'Hot'", "isLocalUserEnabled: true"),
        ("infra/app/storage.bicep", "accessTier: 'Hot'", "accessTier: 'Hot', isSftpEnabled: true"),
        ("infra/main.bicep", "uniqueString(", "uniqeString("),
        ("infra/app/vault.bicep", "'spanwright-key-2'", "'spanwright-key'"),
        ("infra/main.bicep", "jobHours / 24 + 2", "jobHours / 24"),
        ("infra/main.bicep", "string = newGuid()", "string = 'change-me'"),
        ("infra/main.bicep", "'authoring', 'jobs'", "'authoring', 'job'"),
        (API, "http20Enabled: true", "http20Enabled: true\n      alwaysOn: true"),
        (API, "SPANWRIGHT_ENTRA:", "FUNCTIONS_WORKER_RUNTIME: 'python'\n  SPANWRIGHT_ENTRA:"),
        ("infra/main.bicep", "= vault.outputs.name", "= firstKey"),
        ("infra/main.bicep", "'app/alerts.bicep'", "'app/alarms.bicep'"),
        ("infra/main.parameters.json", "INSTANCE_MEMORY_MB=2048", "INSTANCE_MEMORY_MB=512"),
        ("infra/app/alerts.bicep", "_poison_worker", "_poison"),
        ("infra/app/network.bicep", "vaultcore", "vault"),
        ("infra/hooks/uploads.sh", "$AZURE_EVENTS_TOPIC_NAME", "$AZURE_TOPIC_NAME"),
        ("azure.yaml", "studio.sh", "build.sh"),
        ("azure.yaml", "api:", "web:"),
    ],
)
def test_it_is_noticed_when_something_is_exchanged(path: str, old: str, new: str) -> None:
    text = DEPLOYMENT.texts[path]
    assert old in text

    assert faults(DEPLOYMENT.with_text(path, text.replace(old, new)))
