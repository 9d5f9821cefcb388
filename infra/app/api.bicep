// The function app on its Flex Consumption plan, and its settings.
param name string
param planName string
param location string
param tags object
param identityId string
param identityClientId string
param hostAccountName string
param dataAccountName string
param packagesContainer string
param insightsName string
param firstKeyUri string
param secondKeyUri string
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyInstances int

@description('Subnet that the app goes out into; empty: none.')
param subnetId string

@description('Client id of the app registration that callers sign in by; empty: no sign-in.')
param entraClientId string

param jobHours int
param operationDays int

@description('Container whose uploads are taken in; empty: none are.')
param uploadsContainer string

@description('Further settings of the service.')
param settings object

var entra = !empty(entraClientId)

var ownSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: hostAccount.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: hostAccount.properties.primaryEndpoints.queue
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // shared/limits.py, BODY_BYTES: the host refuses what the service would.
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '67108864'
  SPANWRIGHT_STORAGE__credential: 'managedidentity'
  SPANWRIGHT_STORAGE__clientId: identityClientId
  SPANWRIGHT_STORAGE__blobServiceUri: dataAccount.properties.primaryEndpoints.blob
  SPANWRIGHT_STORAGE__queueServiceUri: dataAccount.properties.primaryEndpoints.queue
  SPANWRIGHT_STORAGE__tableServiceUri: dataAccount.properties.primaryEndpoints.table
  SPANWRIGHT_KEY: '@Microsoft.KeyVault(SecretUri=${firstKeyUri})'
  SPANWRIGHT_KEY_2: '@Microsoft.KeyVault(SecretUri=${secondKeyUri})'
  SPANWRIGHT_UPLOADS_CONTAINER: uploadsContainer
  SPANWRIGHT_ENTRA: entra ? 'true' : 'false'
  SPANWRIGHT_LIMIT_JOB_HOURS: string(jobHours)
  SPANWRIGHT_LIMIT_OPERATION_DAYS: string(operationDays)
  SPANWRIGHT_MODEL_CACHE_MB: string(instanceMemoryMB / 8)
}

// The app proves itself to Entra ID by its identity, so that its registration has no secret.
var signInSettings = { OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId }

resource hostAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: dataAccountName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource api 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostAccount.properties.primaryEndpoints.blob}${packagesContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyInstances }]
      }
    }
  }
}

resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: api
  name: 'ftp'
  properties: { allow: false }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: api
  name: 'scm'
  properties: { allow: false }
}

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: api
  name: 'appsettings'
  properties: union(settings, ownSettings, entra ? signInSettings : {})
}

resource signIn 'Microsoft.Web/sites/config@2024-04-01' = if (entra) {
  parent: api
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    httpSettings: { requireHttps: true }
    globalValidation: {
      // Who sends a key has not signed in: the service itself refuses who does neither.
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          clientId: entraClientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        validation: { allowedAudiences: [entraClientId, 'api://${entraClientId}'] }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
  // Both rewrite the app's configuration: one after the other.
  dependsOn: [appSettings]
}

output name string = api.name
output endpoint string = 'https://${api.properties.defaultHostName}'
