// The key vault, which holds the two keys of the API and nothing else.
param name string
param location string
param tags object

@description('Whether it is reached through a private endpoint alone.')
param private bool

@secure()
param firstKey string

@secure()
param secondKey string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: private ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
    }
  }
}

// A key is made once: later deployments, which bring new ones, leave it as it is.
@onlyIfNotExists()
resource first 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'spanwright-key'
  properties: { value: firstKey }
}

@onlyIfNotExists()
resource second 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'spanwright-key-2'
  properties: { value: secondKey }
}

output name string = vault.name
// Without a version: who reads them gets the newest.
output firstKeyUri string = '${vault.properties.vaultUri}secrets/${first.name}'
output secondKeyUri string = '${vault.properties.vaultUri}secrets/${second.name}'
