"""The rules of the deployment hold, and each thing in it is held by one of them."""

from __future__ import annotations

import pytest

from tests.infra import rules
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
    ("rule", "path", "old", "new"),
    [
        (
            rules.roles_are_those_of_the_table,
            "infra/app/roles.bicep",
            "var onVault = [",
            "var onVault = ['Key Vault Secrets Officer', ",
        ),
        (
            rules.roles_are_those_of_the_table,
            "infra/app/roles.bicep",
            CONTRIBUTOR,
            CONTRIBUTOR.replace("ba92f5b4", "b7e6dc6d"),
        ),
        (
            rules.roles_are_those_of_the_table,
            "infra/app/roles.bicep",
            "scope: documents",
            "scope: dataAccount",
        ),
        (
            rules.roles_are_those_of_the_table,
            "infra/app/roles.bicep",
            "principalId: deployerId",
            "principalId: serviceId",
        ),
        (
            rules.roles_are_those_of_the_table,
            DOCS,
            "| the tables, which the service makes |",
            "| |",
        ),
        (
            rules.nothing_opens_by_a_key,
            API,
            "'managedidentity'",
            "'managedidentity'\n  X: hostAccount.listKeys().keys[0].value",
        ),
        (rules.every_setting_is_set_or_left_on_purpose, API, "'67108864'", "'104857600'"),
        (
            rules.resources_are_as_promised,
            API,
            "union(settings, ownSettings,",
            "union(ownSettings, settings,",
        ),
        (
            rules.no_resource_has_anything_else,
            "infra/app/storage.bicep",
            "accessTier: 'Hot'",
            "accessTier: 'Hot'\n    isLocalUserEnabled: true",
        ),
        (rules.functions_are_those_of_bicep, "infra/main.bicep", "uniqueString(", "uniqeString("),
        (
            rules.resources_are_as_promised,
            "infra/app/vault.bicep",
            "'spanwright-key-2'",
            "'spanwright-key'",
        ),
        (
            rules.storage_has_what_the_code_needs,
            "infra/main.bicep",
            "jobHours / 24 + 2",
            "jobHours / 24",
        ),
        (
            rules.parameters_are_told,
            "infra/main.bicep",
            "string = newGuid()",
            "string = 'change-me'",
        ),
        (
            rules.storage_has_what_the_code_needs,
            "infra/main.bicep",
            "'authoring', 'jobs'",
            "'authoring', 'job'",
        ),
        (
            rules.flex_consumption_takes_it,
            API,
            "http20Enabled: true",
            "http20Enabled: true\n      alwaysOn: true",
        ),
        (
            rules.flex_consumption_takes_it,
            API,
            "SPANWRIGHT_ENTRA:",
            "FUNCTIONS_WORKER_RUNTIME: 'python'\n  SPANWRIGHT_ENTRA:",
        ),
        (rules.nothing_opens_by_a_key, "infra/main.bicep", "= vault.outputs.name", "= firstKey"),
        (
            rules.modules_get_what_they_declare,
            "infra/main.bicep",
            "'app/alerts.bicep'",
            "'app/alarms.bicep'",
        ),
        (
            rules.parameters_are_told,
            "infra/main.parameters.json",
            "INSTANCE_MEMORY_MB=2048",
            "INSTANCE_MEMORY_MB=512",
        ),
        (
            rules.the_alert_sees_every_poison_queue,
            "infra/app/alerts.bicep",
            "_poison_worker",
            "_poison",
        ),
        (rules.private_endpoints_are_found, "infra/app/network.bicep", "vaultcore", "vault"),
        (
            rules.outputs_are_used,
            "infra/hooks/uploads.sh",
            "$AZURE_EVENTS_TOPIC_NAME",
            "$AZURE_TOPIC_NAME",
        ),
        (rules.azd_finds_what_it_deploys, "azure.yaml", "studio.sh", "build.sh"),
        (rules.azd_finds_what_it_deploys, "azure.yaml", "api:", "web:"),
    ],
)
def test_the_rule_notices_what_is_exchanged(rule: Rule, path: str, old: str, new: str) -> None:
    text = DEPLOYMENT.texts[path]
    assert old in text

    assert list(rule(DEPLOYMENT.with_text(path, text.replace(old, new))))
