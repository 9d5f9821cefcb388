// The private network: the app goes out into it, and finds storage and the key vault in it.
param name string
param location string
param tags object
param dataAccountName string
param hostAccountName string
param vaultName string

var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
}
var dataId = resourceId('Microsoft.Storage/storageAccounts', dataAccountName)
var hostId = resourceId('Microsoft.Storage/storageAccounts', hostAccountName)
var vaultId = resourceId('Microsoft.KeyVault/vaults', vaultName)

// A target is a resource and the part of it that an endpoint leads to, which names its zone too.
var ofData = [
  { name: 'data-blob', id: dataId, part: 'blob' }
  { name: 'data-queue', id: dataId, part: 'queue' }
  { name: 'data-table', id: dataId, part: 'table' }
  { name: 'vault', id: vaultId, part: 'vault' }
]
var ofHost = [
  { name: 'host-blob', id: hostId, part: 'blob' }
  { name: 'host-queue', id: hostId, part: 'queue' }
]
var targets = hostAccountName == dataAccountName ? ofData : concat(ofData, ofHost)

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.0.1.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
      {
        name: 'api'
        properties: {
          addressPrefix: '10.0.2.0/24'
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for one in items(zones): {
    name: one.value
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (one, index) in items(zones): {
    parent: zone[index]
    name: name
    location: 'global'
    properties: {
      virtualNetwork: { id: network.id }
      registrationEnabled: false
    }
  }
]

// One after the other: an account refuses a second one while the first is being made.
@batchSize(1)
resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for target in targets: {
    name: 'pe-${target.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: '${network.id}/subnets/endpoints' }
      privateLinkServiceConnections: [
        {
          name: target.name
          properties: {
            privateLinkServiceId: target.id
            groupIds: [target.part]
          }
        }
      ]
    }
  }
]

resource record 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (target, index) in targets: {
    parent: endpoint[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.part
          properties: {
            privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zones[target.part])
          }
        }
      ]
    }
    dependsOn: [zone]
  }
]

output apiSubnetId string = '${network.id}/subnets/api'
