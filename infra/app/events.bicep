// The topic on which storage tells of uploads. Who listens is added once the app is there: the
// address of its ear holds a key that the app makes itself (see ../hooks).
param name string
param location string
param tags object
param accountName string

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: accountName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    source: account.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}
