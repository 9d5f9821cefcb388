"""The rules of the deployment. Each says what is wrong, in sentences; nothing where all is well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

import yaml

from devhost.invocation import registered
from function_app import app
from shared import settings
from shared.services.messages import Queue
from shared.storage.projects import CONTAINER
from tests.infra import promises
from tests.infra.bicep import Choice, Code, Declaration, at
from tests.infra.deployment import API, DOCS, MAIN, NETWORK, ROLES, Deployment

#: Says what is wrong with a deployment.
Rule = Callable[[Deployment], Iterator[str]]

#: What can be opened without an identity, and how such a thing is written.
_KEYS = re.compile(
    r"list\w*keys|list\w*sas|accountkey|sharedaccess|defaultendpointsprotocol|primarykey"
    r"|InstrumentationKey|getSecret|PublishingPassword",
    re.IGNORECASE,
)

#: What most resources have, and what is for people alone.
_USUAL = {"name", "location", "tags", "parent", "properties.displayName", "properties.description"}

_FUNCTIONS = {str(one.get_function_name()) for one in registered(app)}


def _short(path: str) -> str:
    return PurePosixPath(path).stem


def files_are_bicep(deployment: Deployment) -> Iterator[str]:
    """Every file parses."""
    for path, file in deployment.files().items():
        for line in file.faults:
            yield f"{path}:{line}: no Bicep."


def names_are_declared_and_used(deployment: Deployment) -> Iterator[str]:
    """Every name that is used is declared, once, and every parameter and variable is used."""
    for path, file in deployment.files().items():
        names = [one.name for one in file.declarations if one.kind != "output"]
        used = {name for name, _ in file.uses}
        for name, line in file.uses:
            if name not in names:
                yield f"{path}:{line}: {name} is not declared."
        for name in {name for name in names if names.count(name) > 1}:
            yield f"{path}: {name} is declared twice."
        for one in file.declarations:
            passive = one.kind in ("param", "var") or one.existing
            if passive and one.name not in used:
                yield f"{path}: {one.name} is not used."


def functions_are_those_of_bicep(deployment: Deployment) -> Iterator[str]:
    """Every function and decorator that is called is one that Bicep has."""
    for path, file in deployment.files().items():
        for name, line in file.calls:
            if name not in promises.FUNCTIONS:
                yield f"{path}:{line}: Bicep has no {name}, or it was not used until now."


def modules_get_what_they_declare(deployment: Deployment) -> Iterator[str]:
    """Every module is a file, is used, gets all its parameters and no other, and so its outputs."""
    modules = deployment.modules()
    for name, module in modules.items():
        path = f"infra/{module.type}"
        if path not in deployment.texts:
            yield f"{name}: there is no {path}."
            continue
        file = deployment.file(path)
        declared, given = file.of("param"), set(module.at("params") or {})
        for parameter in given - set(declared):
            yield f"{name} has no parameter {parameter}."
        for parameter, one in declared.items():
            if parameter not in given and one.value is None:
                yield f"{name} does not get {parameter}."
        taken = set(re.findall(rf"\b{name}!?\.outputs\.(\w+)", deployment.texts[MAIN]))
        for output in taken ^ set(file.of("output")):
            yield f"{name}: the output {output} is not there, or nobody takes it."
        if module.at("name") != name or module.at("scope") != Code("group"):
            yield f"{name}: it must have its own name, and be in the group."
        waits = [one.text for one in module.at("dependsOn") or []]
        if waits != promises.ORDER.get(name, []):
            yield f"{name}: it must wait for {promises.ORDER.get(name, [])}."
    files = {path for path in deployment.files() if path != MAIN}
    for path in files ^ {f"infra/{module.type}" for module in modules.values()}:
        yield f"{path}: no module of the main file."
    for name in {*promises.ORDER, "dataStorage", "alerts"} - set(modules):
        yield f"There is no module {name}."


def resources_are_as_promised(deployment: Deployment) -> Iterator[str]:
    """Every resource has the properties that its type and its name promise."""
    found: dict[tuple[str, str], Declaration] = {}
    for where, resource in deployment.resources():
        path, name = where.split()
        found[_short(path), name] = resource
        wanted = promises.PROPERTIES.get(resource.type)
        if wanted is None:
            yield f"{where}: nothing is promised of a {resource.type}."
        for key, value in (wanted or {}).items():
            if (known := _deep(resource.value, key)) != value:
                yield f"{where}: {key} is {known}, not {value}."
        yield from _stands(where, resource)
    for one, wanted in promises.OF_ONE.items():
        for key, value in wanted.items():
            known = _deep(found[one].value, key) if one in found else None
            if known != value:
                yield f"{' '.join(one)}: {key} is {known}, not {value}."
    for type in set(promises.PROPERTIES) - {one.type for one in found.values()}:
        yield f"There is no {type}."


def no_resource_has_anything_else(deployment: Deployment) -> Iterator[str]:
    """No resource has a property that is not promised: none opens what another keeps shut."""
    for where, resource in deployment.resources():
        if resource.type == "Microsoft.Authorization/roleAssignments":
            continue  # They are compared as a whole.
        path, name = where.split()
        promised = {
            *promises.PROPERTIES.get(resource.type, {}),
            *promises.OF_ONE.get((_short(path), name), {}),
            *_USUAL,
        }
        for leaf in _leaves(resource.value):
            if not any(leaf == one or leaf.startswith(f"{one}.") for one in promised):
                yield f"{where}: nothing is promised of {leaf}."


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of each value that has no other below it."""
    if isinstance(value, dict | list) and value:
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(below, f"{path}.{key}".lstrip("."))
    else:
        yield path


def _deep(value: Any, path: str) -> Any:
    """Return what is at a path, of which a key may itself hold points; None for nothing."""
    if isinstance(value, dict):
        for key in value:
            if path == key:
                return value[key]
            if path.startswith(f"{key}."):
                return _deep(value[key], path.removeprefix(f"{key}."))
        return None
    return at(value, path)


def _stands(where: str, resource: Declaration) -> Iterator[str]:
    """Say what a resource lacks that every one of its kind has."""
    depth = resource.type.count("/")
    if resource.type == "Microsoft.Authorization/roleAssignments":
        return
    wanted = {"name"} | ({"parent"} if depth > 1 else {"location", "tags"})
    for key in wanted - set(resource.value or {}):
        yield f"{where}: it has no {key}."


def conditions_and_decorators_stand(deployment: Deployment) -> Iterator[str]:
    """What is made only sometimes is made when it should be, and what is secret is marked so."""
    seen: dict[tuple[str, str], str] = {}
    for path, file in deployment.files().items():
        for one in file.declarations:
            key = (_short(path), one.name)
            if one.condition:
                seen[key] = one.condition
            bound = {name: given for name, given in one.decorators.items() if name != "description"}
            if one.kind != "output" and bound != promises.DECORATORS.get(key, {}):
                yield f"{path}: {one.name} must have {promises.DECORATORS.get(key)}."
            if path == MAIN and one.kind == "param" and "description" not in one.decorators:
                yield f"{path}: {one.name} is not described."
    if seen != promises.CONDITIONS:
        yield f"Conditions differ: {seen.items() ^ promises.CONDITIONS.items()}."


def only_what_is_there_is_referred_to(deployment: Deployment) -> Iterator[str]:
    """A resource that another file makes is referred to by the name that the file is told."""
    parents = {"blobs": "dataAccount", "documents": "blobs"}
    for path, file in deployment.files().items():
        for name, one in file.of("resource").items():
            if not one.existing:
                continue
            keys = {"name", "parent"} if name in parents else {"name"}
            if set(one.value) != keys or (
                name in parents and one.at("parent") != Code(parents[name])
            ):
                yield f"{path}: {name} must have {sorted(keys)}."


def roles_are_those_of_the_table(deployment: Deployment) -> Iterator[str]:
    """The roles that are given, and on what and to whom, are those that the documentation tells."""
    if deployment.variable(ROLES, "roles") != promises.ROLE_IDS:
        yield "An id of a role is not Azure's."
    given: list[tuple[str, ...]] = []
    for name, one in deployment.file(ROLES).of("resource").items():
        if one.existing:
            continue
        scope, who = _text(one.at("scope")), _text(one.at("properties.principalId"))
        if one.value != _assignment(scope, who):
            yield f"{name}: it is not an assignment of its role."
        roles = deployment.variable(ROLES, one.loop)
        if isinstance(roles, Choice):
            if (roles.condition, roles.yes) != (
                "hostAccountName == dataAccountName",
                ["Storage Table Data Contributor"],
            ):
                yield f"{name}: on one account the tables alone are missing."
            roles = roles.no
        given += [(role, scope, who) for role in roles or []]
    table = deployment.table("Roles")
    told = [tuple(row[:3]) for row in table if all(row[:4])]
    if sorted(given) != sorted(told) or len(told) != len(table):
        yield f"Roles differ from {DOCS}: {set(given) ^ set(told)}."


def _text(value: Any) -> str:
    return value.text if isinstance(value, Code) else ""


def _assignment(scope: str, who: str) -> dict[str, Any]:
    kind = {"principalType": "ServicePrincipal"} if who == "serviceId" else {}
    definition = "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[role])"
    return {
        "name": Code(f"guid({scope}.id, {who}, roles[role])"),
        "scope": Code(scope),
        "properties": {"roleDefinitionId": Code(definition), "principalId": Code(who), **kind},
    }


def every_setting_is_set_or_left_on_purpose(deployment: Deployment) -> Iterator[str]:
    """Every setting of the service has its value, or its reason in the documentation."""
    own = deployment.variable(API, "ownSettings")
    for name in own.keys() | promises.SETTINGS.keys():
        if own.get(name) != promises.SETTINGS.get(name):
            yield f"The setting {name} is {own.get(name)}, not {promises.SETTINGS.get(name)}."
    rows = deployment.table("Settings left at their defaults")
    named = [name for row in rows if row[1:] != [""] for name in re.findall(r"\w+", row[0])]
    made = [name for name in own if name.startswith("SPANWRIGHT_")]
    # What ends in an underscore stands for all that begin so and are not set.
    families = tuple(name for name in named if name.endswith("_"))
    left = [name for name in named if name not in families]
    left += [name for name in settings.SETTINGS if name.startswith(families) and name not in made]
    if sorted(left + made) != sorted(settings.SETTINGS):
        yield f"Not set or told once each: {set(left + made) ^ set(settings.SETTINGS)}."
    if deployment.variable(API, "signInSettings") != {
        "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID": Code("identityClientId")
    }:
        yield "Who signs in is not vouched for by the identity."


def flex_consumption_takes_it(deployment: Deployment) -> Iterator[str]:
    """Nothing is told to the app that its plan refuses."""
    for variable in ("ownSettings", "signInSettings"):
        for name in set(deployment.variable(API, variable) or {}) & promises.REFUSED_SETTINGS:
            yield f"The plan refuses the setting {name}."
    for where, site in deployment.resources():
        if site.type == "Microsoft.Web/sites":
            told = set(site.at("properties") or {}) | set(site.at("properties.siteConfig") or {})
            for name in told & promises.REFUSED_PROPERTIES:
                yield f"{where}: the plan refuses {name}."


def nothing_opens_by_a_key(deployment: Deployment) -> Iterator[str]:
    """No key of storage or of logs is read, made or named anywhere."""
    for path, text in deployment.texts.items():
        if path == DOCS:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if _KEYS.search(line):
                yield f"{path}:{number}: this reads a key."
    for name, one in deployment.file(MAIN).of("output").items():
        if re.search(r"firstKey|secondKey", _text(one.value)):
            yield f"The output {name} tells a key."


def storage_has_what_the_code_needs(deployment: Deployment) -> Iterator[str]:
    """The data account has the service's container, that for documents, and every queue.

    `app/storage.bicep` makes a poison queue beside each.
    """
    modules = deployment.modules()
    data = modules["dataStorage"].value["params"] if "dataStorage" in modules else {}
    host = modules["hostStorage"].value["params"] if "hostStorage" in modules else {}
    packages = Code(
        f"union( ['{CONTAINER}', documentsContainer], "
        "separateDataAccount ? [] : [packagesContainer] )"
    )
    if data.get("containers") != packages or host.get("containers") != [Code("packagesContainer")]:
        yield "A container is missing."
    queues = sorted(queue.value for queue in Queue)
    if sorted(data.get("queues", [])) != queues or host.get("queues") != []:
        yield f"The queues must be {queues}."
    expiries = {one.get("prefix"): one.get("days") for one in data.get("expiries", [])}
    if expiries != {
        f"{CONTAINER}/jobs/": Code("jobHours / 24 + 2"),
        f"{CONTAINER}/operations/": Code("operationDays + 2"),
    } or [one.get("name") for one in data.get("expiries", [])] != ["jobs", "operations"]:
        yield "What has expired must be deleted after the service's own limits, and soon."
    loops = {"container": "containers", "queue": "queues", "poison": "queues"}
    made = deployment.file("infra/app/storage.bicep").of("resource")
    if {name: one.loop for name, one in made.items() if one.loop} != loops:
        yield "Containers and queues are made of what the account is told."


def the_alert_sees_every_poison_queue(deployment: Deployment) -> Iterator[str]:
    """The alert asks for the functions of poison queues, and for no others that are well."""
    query = str(deployment.variable("infra/app/alerts.bicep", "query"))
    ends = re.findall(r'name endswith "(\w+)"', query)
    poison = {name for name in _FUNCTIONS if "poison" in name}
    if len(poison) != len(Queue) or {name for name in _FUNCTIONS if name.endswith(*ends)} != poison:
        yield "The alert does not see just the functions of poison queues."
    if 'name == "upload_arrived" and success == false' not in query:
        yield "The alert does not see uploads that fail."


def private_endpoints_are_found(deployment: Deployment) -> Iterator[str]:
    """Every service that the app is told the address of has an endpoint, and its DNS zone."""
    zones = deployment.variable(NETWORK, "zones") or {}
    storage = "${environment().suffixes.storage}'"
    if zones != {
        **{part: Code(f"'privatelink.{part}.{storage}") for part in ("blob", "queue", "table")},
        "vault": "privatelink.vaultcore.azure.net",
    }:
        yield "A DNS zone is missing, or has another name than Azure's."
    own = deployment.variable(API, "ownSettings")
    for list_, account, connection in (
        ("ofData", "dataId", settings.CONNECTION),
        ("ofHost", "hostId", "AzureWebJobsStorage"),
    ):
        parts = {
            name.partition("__")[2].removesuffix("ServiceUri")
            for name in own
            if name.startswith(f"{connection}__") and name.endswith("ServiceUri")
        }
        targets = [(account, part) for part in sorted(parts)]
        targets += [("vaultId", "vault")] if list_ == "ofData" else []
        known = deployment.variable(NETWORK, list_) or []
        if [(_text(one.get("id")), one.get("part")) for one in known] != targets:
            yield f"{list_}: the endpoints must be {targets}."
        if any(not one.get("name") for one in known):
            yield f"{list_}: an endpoint has no name."
    if deployment.variable(NETWORK, "targets") != Choice(
        "hostAccountName == dataAccountName", Code("ofData"), Code("concat(ofData, ofHost)")
    ):
        yield "An account has no endpoints."
    loops = {
        "zone": "items(zones)",
        "link": "items(zones)",
        "endpoint": "targets",
        "record": "targets",
    }
    made = deployment.file(NETWORK).of("resource")
    if {name: one.loop for name, one in made.items() if one.loop} != loops:
        yield "A zone, its link, an endpoint or its record is not made for each."


def parameters_are_told(deployment: Deployment) -> Iterator[str]:
    """Every parameter is in the file of parameters and in the documentation, with its default."""
    declared = {
        name: one
        for name, one in deployment.file(MAIN).of("param").items()
        if "secure" not in one.decorators
    }
    values = deployment.parameters()
    rows = {row[0]: row for row in deployment.table("Parameters")}
    for name in declared.keys() ^ values.keys() | declared.keys() ^ rows.keys():
        yield f"The parameter {name} is not in all of the Bicep, the file and the documentation."
    for name in declared.keys() & values.keys() & rows.keys():
        if name == "settings":
            if values[name] != {}:
                yield "Settings of one's own are none to begin with."
            continue
        variable, _, default = str(values[name]).removeprefix("${").removesuffix("}").partition("=")
        value = declared[name].value
        wanted = "" if value is None else str(value).lower() if value in (True, False) else value
        if [variable, default] != rows[name][1:3] or default != str(wanted):
            yield f"The parameter {name} has another default somewhere."
        if not rows[name][3]:
            yield f"The parameter {name} is not explained."
    for name in ("firstKey", "secondKey"):
        one = deployment.file(MAIN).of("param").get(name)
        if one is None or one.value != Code("newGuid()"):
            yield f"{name} must be made at random."


def outputs_are_used(deployment: Deployment) -> Iterator[str]:
    """The hooks take what the main file gives out, and the rest is told in the documentation."""
    outputs = set(deployment.file(MAIN).of("output"))
    told = set(re.findall(r"\b(?:AZURE|SPANWRIGHT)_[A-Z_]*[A-Z]\b", deployment.texts[DOCS]))
    by_azd = {"AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_PRINCIPAL_ID"}
    for shell, mark in (("sh", r"\$\{?"), ("ps1", r"\$env:")):
        text = deployment.texts[f"infra/hooks/uploads.{shell}"]
        taken = set(re.findall(mark + r"((?:AZURE|SPANWRIGHT)_[A-Z_]+)", text))
        if not taken or taken - outputs:
            yield f"uploads.{shell} takes what is not given out: {taken - outputs}."
        told |= taken
    for name in outputs - told:
        yield f"Nobody takes the output {name}."
    for name in told - outputs - by_azd - set(settings.SETTINGS):
        yield f"The documentation names {name}, which is not given out."


def azd_finds_what_it_deploys(deployment: Deployment) -> Iterator[str]:
    """azure.yaml names the app as its tag does, and hooks that are there for both shells."""
    told = yaml.safe_load(deployment.texts["azure.yaml"])
    hooks = {
        name: {
            "posix": {"shell": "sh", "run": f"infra/hooks/{hook}.sh"},
            "windows": {"shell": "pwsh", "run": f"infra/hooks/{hook}.ps1"},
        }
        for name, hook in (("prepackage", "studio"), ("postdeploy", "uploads"))
    }
    service = {"project": ".", "language": "python", "host": "function"}
    if told != {
        "name": "spanwright",
        # Its Bicep knows `@onlyIfNotExists()`, and older ones do not.
        "requiredVersions": {"azd": ">= 1.20.0"},
        "services": {"api": {**service, "hooks": {"prepackage": hooks["prepackage"]}}},
        "hooks": {"postdeploy": hooks["postdeploy"]},
    }:
        yield "azure.yaml does not build the studio, deploy the app, and tell it of uploads."
    for hook in hooks.values():
        for shell in hook.values():
            if shell["run"] not in deployment.texts:
                yield f"There is no {shell['run']}."
    if deployment.variable(MAIN, "tags") != {"azd-env-name": Code("environmentName")}:
        yield "azd finds its resources by their tag."
    if at(deployment.file(MAIN).of("resource")["group"].value, "tags") != Code("tags"):
        yield "azd finds its group by its tag."


#: All rules.
RULES: tuple[Rule, ...] = (
    files_are_bicep,
    names_are_declared_and_used,
    functions_are_those_of_bicep,
    modules_get_what_they_declare,
    resources_are_as_promised,
    no_resource_has_anything_else,
    conditions_and_decorators_stand,
    only_what_is_there_is_referred_to,
    roles_are_those_of_the_table,
    every_setting_is_set_or_left_on_purpose,
    flex_consumption_takes_it,
    nothing_opens_by_a_key,
    storage_has_what_the_code_needs,
    the_alert_sees_every_poison_queue,
    private_endpoints_are_found,
    parameters_are_told,
    outputs_are_used,
    azd_finds_what_it_deploys,
)
