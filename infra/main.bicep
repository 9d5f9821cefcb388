// The whole deployment: a resource group, and in it what the modules of `app/` make, each a noun.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the environment: resources are named by a hash of it.')
param environmentName string

@minLength(1)
@description('Region of all resources.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Object id of who deploys, who may then upload documents and read the keys; empty: nobody.')
param principalId string = ''

@allowed([512, 2048, 4096])
@description('Memory of one instance, in MB.')
param instanceMemoryMB int = 2048

@minValue(1)
@maxValue(1000)
@description('The most instances at a time of what scales together: all HTTP functions, or one queue.')
param maximumInstanceCount int = 100

@minValue(0)
@maxValue(1000)
@description('Instances that always wait for requests, so that none meets a cold start.')
param alwaysReadyInstances int = 0

@description('Whether storage and the key vault are reached through private endpoints alone.')
param privateNetwork bool = false

@description('Client id of the app registration that callers sign in by; empty: no sign-in, keys alone.')
param entraClientId string = ''

@description('Whether data have a storage account of their own, apart from that of the Functions host.')
param separateDataAccount bool = true

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
@description('How often, and where, storage keeps what it is given.')
param storageSku string = 'Standard_LRS'

@minLength(3)
@maxLength(63)
@description('Container for documents, which is made.')
param documentsContainer string = 'documents'

@description('Whether an upload into the container for documents is told to the service.')
param uploads bool = true

@description('Where alerts are mailed to; empty: they are seen in the portal alone.')
param alertEmail string = ''

@minValue(1)
@maxValue(87600)
@description('Hours for which an extraction job is kept: the limit of the service, and its back-stop.')
param jobHours int = 24

@minValue(1)
@maxValue(3650)
@description('Days for which an authoring job is kept: the limit of the service, and its back-stop.')
param operationDays int = 7

@description('Further settings of the service; what the deployment sets itself wins.')
param settings object = {}

@secure()
@description('The first key. It is used by the first deployment alone: a key that is there stays.')
param firstKey string = newGuid()

@secure()
@description('The second key, as the first.')
param secondKey string = newGuid()

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var dataAccountName = 'st${token}'
var hostAccountName = separateDataAccount ? 'sthost${token}' : dataAccountName
var packagesContainer = 'packages'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
  }
}

module dataStorage 'app/storage.bicep' = {
  name: 'dataStorage'
  scope: group
  params: {
    name: dataAccountName
    location: location
    tags: tags
    sku: storageSku
    private: privateNetwork
    containers: union(
      ['spanwright', documentsContainer],
      separateDataAccount ? [] : [packagesContainer]
    )
    queues: ['training', 'authoring', 'jobs', 'harvests']
    expiries: [
      // Days begin anew at a blob's last change, and the service itself removes sooner.
      { name: 'jobs', prefix: 'spanwright/jobs/', days: jobHours / 24 + 2 }
      { name: 'operations', prefix: 'spanwright/operations/', days: operationDays + 2 }
    ]
  }
}

module hostStorage 'app/storage.bicep' = if (separateDataAccount) {
  name: 'hostStorage'
  scope: group
  params: {
    name: hostAccountName
    location: location
    tags: tags
    sku: 'Standard_LRS'
    private: privateNetwork
    containers: [packagesContainer]
    queues: []
    expiries: []
  }
}

module vault 'app/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    private: privateNetwork
    firstKey: firstKey
    secondKey: secondKey
  }
}

module roles 'app/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    hostAccountName: hostAccountName
    dataAccountName: dataAccountName
    documentsContainer: documentsContainer
    vaultName: vault.outputs.name
    insightsName: monitoring.outputs.insightsName
    serviceId: identity.outputs.principalId
    deployerId: principalId
  }
  dependsOn: [dataStorage, hostStorage]
}

module network 'app/network.bicep' = if (privateNetwork) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
    dataAccountName: dataAccountName
    hostAccountName: hostAccountName
    vaultName: vault.outputs.name
  }
  dependsOn: [dataStorage, hostStorage]
}

module api 'app/api.bicep' = {
  name: 'api'
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostAccountName: hostAccountName
    dataAccountName: dataAccountName
    packagesContainer: packagesContainer
    insightsName: monitoring.outputs.insightsName
    firstKeyUri: vault.outputs.firstKeyUri
    secondKeyUri: vault.outputs.secondKeyUri
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    subnetId: privateNetwork ? network!.outputs.apiSubnetId : ''
    entraClientId: entraClientId
    jobHours: jobHours
    operationDays: operationDays
    uploadsContainer: uploads ? documentsContainer : ''
    settings: settings
  }
  // Without its roles the app would start, and find neither its keys nor its storage.
  dependsOn: [roles]
}

module events 'app/events.bicep' = if (uploads) {
  name: 'events'
  scope: group
  params: {
    name: 'evgt-${token}'
    location: location
    tags: tags
    accountName: dataAccountName
  }
  dependsOn: [dataStorage]
}

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: tags
    insightsName: monitoring.outputs.insightsName
    email: alertEmail
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = api.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output AZURE_STORAGE_ACCOUNT_NAME string = dataAccountName
output AZURE_DOCUMENTS_CONTAINER string = documentsContainer
output AZURE_EVENTS_TOPIC_NAME string = uploads ? 'evgt-${token}' : ''
output AZURE_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output SPANWRIGHT_ENDPOINT string = api.outputs.endpoint
