"""What each kind of resource must be told: its properties, by path.

Most are the promise that nothing is opened without signing in; the others are what makes a
resource the one that the app needs.
"""

from __future__ import annotations

from typing import Any

from shared import limits
from tests.infra.bicep import Choice, Code

#: The functions and decorators of Bicep that are called:
#: https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions
FUNCTIONS = {
    "allowed",
    "batchSize",
    "concat",
    "description",
    "empty",
    "environment",
    "guid",
    "items",
    "maxLength",
    "maxValue",
    "metadata",
    "minLength",
    "minValue",
    "newGuid",
    "onlyIfNotExists",
    "resourceId",
    "secure",
    "string",
    "subscription",
    "subscriptionResourceId",
    "tenant",
    "toLower",
    "union",
    "uniqueString",
}

#: Of all resources of the type, wherever they are.
PROPERTIES: dict[str, dict[str, Any]] = {
    "Microsoft.Storage/storageAccounts": {
        "kind": "StorageV2",
        "sku.name": Code("sku"),
        "properties.accessTier": "Hot",
        "properties.allowBlobPublicAccess": False,
        "properties.allowSharedKeyAccess": False,
        "properties.allowCrossTenantReplication": False,
        "properties.defaultToOAuthAuthentication": True,
        "properties.minimumTlsVersion": "TLS1_2",
        "properties.supportsHttpsTrafficOnly": True,
        "properties.publicNetworkAccess": Choice("private", "Disabled", "Enabled"),
        "properties.networkAcls.defaultAction": Choice("private", "Deny", "Allow"),
        "properties.networkAcls.bypass": "AzureServices",
    },
    "Microsoft.Storage/storageAccounts/blobServices": {
        "properties.deleteRetentionPolicy.enabled": False,
        "properties.containerDeleteRetentionPolicy.enabled": False,
        "properties.isVersioningEnabled": False,
    },
    "Microsoft.Storage/storageAccounts/blobServices/containers": {
        "name": Code("one"),
        "properties.publicAccess": "None",
    },
    "Microsoft.Storage/storageAccounts/queueServices": {},
    "Microsoft.Storage/storageAccounts/queueServices/queues": {},
    "Microsoft.Storage/storageAccounts/managementPolicies": {},
    "Microsoft.KeyVault/vaults": {
        "properties.tenantId": Code("tenant().tenantId"),
        "properties.sku.family": "A",
        "properties.sku.name": "standard",
        "properties.enableRbacAuthorization": True,
        "properties.enableSoftDelete": True,
        "properties.softDeleteRetentionInDays": 7,
        "properties.publicNetworkAccess": Choice("private", "Disabled", "Enabled"),
        "properties.networkAcls.defaultAction": Choice("private", "Deny", "Allow"),
        "properties.networkAcls.bypass": "AzureServices",
    },
    "Microsoft.KeyVault/vaults/secrets": {},
    "Microsoft.ManagedIdentity/userAssignedIdentities": {},
    "Microsoft.OperationalInsights/workspaces": {
        "properties.sku.name": "PerGB2018",
        "properties.retentionInDays": 30,
        "properties.features.disableLocalAuth": True,
    },
    "Microsoft.Insights/components": {
        "kind": "web",
        "properties.Application_Type": "web",
        "properties.WorkspaceResourceId": Code("workspace.id"),
        "properties.DisableLocalAuth": True,
    },
    "Microsoft.Insights/actionGroups": {
        "properties.groupShortName": "spanwright",
        "properties.enabled": True,
        "properties.emailReceivers.0.name": "owner",
        "properties.emailReceivers.0.emailAddress": Code("email"),
        "properties.emailReceivers.0.useCommonAlertSchema": True,
    },
    "Microsoft.Insights/scheduledQueryRules": {
        "kind": "LogAlert",
        "properties.severity": 1,
        "properties.enabled": True,
        "properties.scopes.0": Code("insights.id"),
        "properties.evaluationFrequency": "PT15M",
        "properties.windowSize": "PT30M",
        "properties.criteria.allOf.0.query": Code("query"),
        "properties.criteria.allOf.0.timeAggregation": "Count",
        "properties.criteria.allOf.0.operator": "GreaterThan",
        "properties.criteria.allOf.0.threshold": 0,
        "properties.criteria.allOf.0.failingPeriods.numberOfEvaluationPeriods": 1,
        "properties.criteria.allOf.0.failingPeriods.minFailingPeriodsToAlert": 1,
        "properties.autoMitigate": True,
        "properties.actions.actionGroups": Choice("empty(email)", [], [Code("people.id")]),
    },
    "Microsoft.EventGrid/systemTopics": {
        "properties.source": Code("account.id"),
        "properties.topicType": "Microsoft.Storage.StorageAccounts",
    },
    "Microsoft.Web/serverfarms": {
        "kind": "functionapp",
        "sku.tier": "FlexConsumption",
        "sku.name": "FC1",
        "properties.reserved": True,
    },
    "Microsoft.Web/sites": {
        "kind": "functionapp,linux",
        "tags": Code("union(tags, { 'azd-service-name': 'api' })"),
        "identity.type": "UserAssigned",
        "identity.userAssignedIdentities.${identityId}": {},
        "properties.serverFarmId": Code("plan.id"),
        "properties.httpsOnly": True,
        "properties.keyVaultReferenceIdentity": Code("identityId"),
        "properties.virtualNetworkSubnetId": Choice("empty(subnetId)", None, Code("subnetId")),
        "properties.siteConfig.minTlsVersion": "1.2",
        "properties.siteConfig.scmMinTlsVersion": "1.2",
        "properties.siteConfig.http20Enabled": True,
        "properties.functionAppConfig.deployment.storage.type": "blobContainer",
        "properties.functionAppConfig.deployment.storage.value": Code(
            "'${hostAccount.properties.primaryEndpoints.blob}${packagesContainer}'"
        ),
        "properties.functionAppConfig.deployment.storage.authentication.type": (
            "UserAssignedIdentity"
        ),
        (
            "properties.functionAppConfig.deployment.storage.authentication"
            ".userAssignedIdentityResourceId"
        ): Code("identityId"),
        "properties.functionAppConfig.runtime.name": "python",
        "properties.functionAppConfig.runtime.version": "3.13",
        "properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB": Code(
            "instanceMemoryMB"
        ),
        "properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount": Code(
            "maximumInstanceCount"
        ),
        "properties.functionAppConfig.scaleAndConcurrency.alwaysReady": Choice(
            "alwaysReadyInstances == 0",
            [],
            [{"name": "http", "instanceCount": Code("alwaysReadyInstances")}],
        ),
    },
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": {"properties.allow": False},
    "Microsoft.Web/sites/config": {},
    "Microsoft.Network/virtualNetworks": {
        "properties.addressSpace.addressPrefixes.0": "10.0.0.0/16",
        "properties.subnets.0.name": "endpoints",
        "properties.subnets.0.properties.addressPrefix": "10.0.1.0/24",
        "properties.subnets.0.properties.privateEndpointNetworkPolicies": "Disabled",
        "properties.subnets.1.name": "api",
        "properties.subnets.1.properties.addressPrefix": "10.0.2.0/24",
        "properties.subnets.1.properties.delegations.0.name": "flex-consumption",
        "properties.subnets.1.properties.delegations.0.properties.serviceName": (
            "Microsoft.App/environments"
        ),
    },
    "Microsoft.Network/privateDnsZones": {"name": Code("one.value"), "location": "global"},
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": {
        "location": "global",
        "properties.virtualNetwork.id": Code("network.id"),
        "properties.registrationEnabled": False,
    },
    "Microsoft.Network/privateEndpoints": {
        "properties.subnet.id": Code("'${network.id}/subnets/endpoints'"),
        "properties.privateLinkServiceConnections.0.name": Code("target.name"),
        "properties.privateLinkServiceConnections.0.properties.privateLinkServiceId": Code(
            "target.id"
        ),
        "properties.privateLinkServiceConnections.0.properties.groupIds.0": Code("target.part"),
    },
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": {
        "properties.privateDnsZoneConfigs.0.name": Code("target.part"),
        "properties.privateDnsZoneConfigs.0.properties.privateDnsZoneId": Code(
            "resourceId('Microsoft.Network/privateDnsZones', zones[target.part])"
        ),
    },
    "Microsoft.Authorization/roleAssignments": {},
    "Microsoft.Resources/resourceGroups": {"name": Code("'rg-${environmentName}'")},
}

#: Of single resources, by file and name.
OF_ONE: dict[tuple[str, str], dict[str, Any]] = {
    ("vault", "first"): {"name": "spanwright-key", "properties.value": Code("firstKey")},
    ("vault", "second"): {"name": "spanwright-key-2", "properties.value": Code("secondKey")},
    ("api", "ftp"): {"name": "ftp"},
    ("api", "scm"): {"name": "scm"},
    ("api", "appSettings"): {
        "name": "appsettings",
        # The last one wins: nobody undoes by a setting of their own what keeps the app safe.
        "properties": Code("union(settings, ownSettings, entra ? signInSettings : {})"),
    },
    ("api", "signIn"): {
        "name": "authsettingsV2",
        "properties.platform.enabled": True,
        "properties.httpSettings.requireHttps": True,
        "properties.globalValidation.requireAuthentication": False,
        "properties.globalValidation.unauthenticatedClientAction": "AllowAnonymous",
        "properties.identityProviders.azureActiveDirectory.enabled": True,
        "properties.identityProviders.azureActiveDirectory.registration.openIdIssuer": Code(
            "'${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'"
        ),
        "properties.identityProviders.azureActiveDirectory.registration.clientId": Code(
            "entraClientId"
        ),
        "properties.identityProviders.azureActiveDirectory.registration.clientSecretSettingName": (
            "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID"
        ),
        "properties.identityProviders.azureActiveDirectory.validation.allowedAudiences": [
            Code("entraClientId"),
            Code("'api://${entraClientId}'"),
        ],
        "properties.login.tokenStore.enabled": False,
        "dependsOn": [Code("appSettings")],
    },
    ("storage", "queue"): {"name": Code("one")},
    ("storage", "poison"): {"name": Code("'${one}-poison'")},
    ("storage", "lifeCycle"): {
        "properties.policy.rules": Code(
            "[ for one in expiries: { name: one.name enabled: true type: 'Lifecycle' definition: "
            "{ filters: { blobTypes: ['blockBlob'] prefixMatch: [one.prefix] } actions: { "
            "baseBlob: { delete: { daysAfterModificationGreaterThan: one.days } } } } } ]"
        ),
    },
    ("network", "record"): {"dependsOn": [Code("zone")]},
}

#: Under what condition a resource or a module is made that is not always made, by file and name.
CONDITIONS = {
    ("api", "signIn"): "entra",
    ("storage", "lifeCycle"): "!empty(expiries)",
    ("alerts", "people"): "!empty(email)",
    ("roles", "deployerOnDocuments"): "!empty(deployerId)",
    ("roles", "deployerOnVault"): "!empty(deployerId)",
    ("main", "hostStorage"): "separateDataAccount",
    ("main", "network"): "privateNetwork",
    ("main", "events"): "uploads",
}

#: What a module waits for, beside those whose outputs it takes.
ORDER = {
    "roles": ["dataStorage", "hostStorage"],
    "network": ["dataStorage", "hostStorage"],
    "events": ["dataStorage"],
    "api": ["roles"],
}

#: Decorators that bind, with what they are given: by file and name.
DECORATORS = {
    ("main", "firstKey"): {"secure": ""},
    ("main", "secondKey"): {"secure": ""},
    ("vault", "firstKey"): {"secure": ""},
    ("vault", "secondKey"): {"secure": ""},
    ("vault", "first"): {"onlyIfNotExists": ""},
    ("vault", "second"): {"onlyIfNotExists": ""},
    ("network", "endpoint"): {"batchSize": "1"},
    ("main", "environmentName"): {"minLength": "1", "maxLength": "64"},
    ("main", "location"): {"minLength": "1", "metadata": "{ azd: { type: 'location' } }"},
    ("main", "instanceMemoryMB"): {"allowed": "[512, 2048, 4096]"},
    ("main", "maximumInstanceCount"): {"minValue": "1", "maxValue": "1000"},
    ("main", "alwaysReadyInstances"): {"minValue": "0", "maxValue": "1000"},
    ("main", "storageSku"): {
        "allowed": "['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS']"
    },
    ("main", "documentsContainer"): {"minLength": "3", "maxLength": "63"},
    ("main", "jobHours"): {"minValue": "1", "maxValue": "87600"},
    ("main", "operationDays"): {"minValue": "1", "maxValue": "3650"},
}

#: What the Flex Consumption plan refuses or has another place for:
#: https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
REFUSED_SETTINGS = {
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_MAX_HTTP_CONCURRENCY",
    "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED",
    "FUNCTIONS_WORKER_PROCESS_COUNT",
    "FUNCTIONS_WORKER_RUNTIME",
    "FUNCTIONS_WORKER_RUNTIME_VERSION",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTOVERVNET",
    "WEBSITE_CONTENTSHARE",
    "WEBSITE_DNS_SERVER",
    "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
    "WEBSITE_NODE_DEFAULT_VERSION",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_SKIP_CONTENTSHARE_VALIDATION",
    "WEBSITE_VNET_ROUTE_ALL",
}
REFUSED_PROPERTIES = {
    "alwaysOn",
    "containerSize",
    "ftpsState",
    "functionAppScaleLimit",
    "isReserved",
    "isXenon",
    "javaVersion",
    "linuxFxVersion",
    "minimumElasticInstanceCount",
    "netFrameworkVersion",
    "powerShellVersion",
    "preWarmedInstanceCount",
    "pythonVersion",
    "use32BitWorkerProcess",
    "vnetBackupRestoreEnabled",
    "vnetContentShareEnabled",
    "vnetImagePullEnabled",
    "vnetRouteAllEnabled",
    "windowsFxVersion",
}

_CLIENT = Code("identityClientId")

#: The settings of the app.
SETTINGS: dict[str, Any] = {
    "AzureWebJobsStorage__credential": "managedidentity",
    "AzureWebJobsStorage__clientId": _CLIENT,
    "AzureWebJobsStorage__blobServiceUri": Code("hostAccount.properties.primaryEndpoints.blob"),
    "AzureWebJobsStorage__queueServiceUri": Code("hostAccount.properties.primaryEndpoints.queue"),
    "APPLICATIONINSIGHTS_CONNECTION_STRING": Code("insights.properties.ConnectionString"),
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": Code(
        "'ClientId=${identityClientId};Authorization=AAD'"
    ),
    "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": str(limits.BODY_BYTES),
    "SPANWRIGHT_STORAGE__credential": "managedidentity",
    "SPANWRIGHT_STORAGE__clientId": _CLIENT,
    "SPANWRIGHT_STORAGE__blobServiceUri": Code("dataAccount.properties.primaryEndpoints.blob"),
    "SPANWRIGHT_STORAGE__queueServiceUri": Code("dataAccount.properties.primaryEndpoints.queue"),
    "SPANWRIGHT_STORAGE__tableServiceUri": Code("dataAccount.properties.primaryEndpoints.table"),
    "SPANWRIGHT_KEY": Code("'@Microsoft.KeyVault(SecretUri=${firstKeyUri})'"),
    "SPANWRIGHT_KEY_2": Code("'@Microsoft.KeyVault(SecretUri=${secondKeyUri})'"),
    "SPANWRIGHT_UPLOADS_CONTAINER": Code("uploadsContainer"),
    "SPANWRIGHT_ENTRA": Choice("entra", "true", "false"),
    "SPANWRIGHT_LIMIT_JOB_HOURS": Code("string(jobHours)"),
    "SPANWRIGHT_LIMIT_OPERATION_DAYS": Code("string(operationDays)"),
    "SPANWRIGHT_MODEL_CACHE_MB": Code("string(instanceMemoryMB / 8)"),
}

#: Azure's ids of built-in roles:
#: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
ROLE_IDS = {
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
}
