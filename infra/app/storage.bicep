// A storage account: nobody opens it by a key, and nobody reads it without signing in.
param name string
param location string
param tags object
param sku string

@description('Whether it is reached through private endpoints alone.')
param private bool

param containers array

@description('Queues, each of which gets a poison queue beside it.')
param queues array

@description('What is deleted when nobody has changed it for so long: name, prefix and days of each.')
param expiries array

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: private ? 'Deny' : 'Allow'
      // Event Grid asks the account itself for its events.
      bypass: 'AzureServices'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    // Expired means gone: nothing that was deleted is kept.
    deleteRetentionPolicy: { enabled: false }
    containerDeleteRetentionPolicy: { enabled: false }
    isVersioningEnabled: false
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for one in containers: {
    parent: blobs
    name: one
    properties: { publicAccess: 'None' }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for one in queues: {
    parent: queueService
    name: one
  }
]

resource poison 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for one in queues: {
    parent: queueService
    name: '${one}-poison'
  }
]

resource lifeCycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = if (!empty(expiries)) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        for one in expiries: {
          name: one.name
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: [one.prefix]
            }
            actions: {
              baseBlob: { delete: { daysAfterModificationGreaterThan: one.days } }
            }
          }
        }
      ]
    }
  }
}
