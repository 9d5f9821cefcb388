// Who may do what. docs/azure.md says why, role by role; the two are held against each other.
param hostAccountName string
param dataAccountName string
param documentsContainer string
param vaultName string
param insightsName string

@description('Object id of the identity of the service.')
param serviceId string

@description('Object id of who deploys; empty: nobody.')
param deployerId string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var roles = {
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6'
  'Key Vault Secrets Officer': 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb'
}

var onHost = ['Storage Blob Data Owner', 'Storage Queue Data Contributor']
// On one account for both, the service has what the host has, and lacks the tables alone.
var onData = hostAccountName == dataAccountName
  ? ['Storage Table Data Contributor']
  : [
      'Storage Blob Data Contributor'
      'Storage Queue Data Contributor'
      'Storage Table Data Contributor'
    ]
var onVault = ['Key Vault Secrets User']
var onInsights = ['Monitoring Metrics Publisher']
var onDocumentsOfDeployer = ['Storage Blob Data Contributor']
var onVaultOfDeployer = ['Key Vault Secrets Officer']

resource hostAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: dataAccountName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' existing = {
  parent: dataAccount
  name: 'default'
}

resource documents 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: blobs
  name: documentsContainer
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource serviceOnHost 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in onHost: {
    name: guid(hostAccount.id, serviceId, roles[role])
    scope: hostAccount
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[role])
      principalId: serviceId
      principalType: 'ServicePrincipal'
    }
  }
]

resource serviceOnData 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in onData: {
    name: guid(dataAccount.id, serviceId, roles[role])
    scope: dataAccount
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[role])
      principalId: serviceId
      principalType: 'ServicePrincipal'
    }
  }
]

resource serviceOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in onVault: {
    name: guid(vault.id, serviceId, roles[role])
    scope: vault
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[role])
      principalId: serviceId
      principalType: 'ServicePrincipal'
    }
  }
]

resource serviceOnInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in onInsights: {
    name: guid(insights.id, serviceId, roles[role])
    scope: insights
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[role])
      principalId: serviceId
      principalType: 'ServicePrincipal'
    }
  }
]

// Who deploys may be a person or a pipeline: their kind is left for Azure to find.
resource deployerOnDocuments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in onDocumentsOfDeployer: if (!empty(deployerId)) {
    name: guid(documents.id, deployerId, roles[role])
    scope: documents
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[role])
      principalId: deployerId
    }
  }
]

resource deployerOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in onVaultOfDeployer: if (!empty(deployerId)) {
    name: guid(vault.id, deployerId, roles[role])
    scope: vault
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[role])
      principalId: deployerId
    }
  }
]
