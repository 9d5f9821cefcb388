// The alert on work that was given up. Storage has no metric of a single queue, so it goes by the
// runs of the functions that take up what a poison queue holds; runs are never sampled away.
param location string
param tags object
param insightsName string

@description('Where alerts are mailed to; empty: nowhere.')
param email string

// A document that cannot be read is a result; a run of `upload_arrived` that fails is a fault.
var query = '''
requests
| where name endswith "_poison_worker" or (name == "upload_arrived" and success == false)
'''

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'spanwright'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'spanwright'
    enabled: true
    emailReceivers: [
      { name: 'owner', emailAddress: email, useCommonAlertSchema: true }
    ]
  }
}

resource poison 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'spanwright-poison'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Spanwright gave up work'
    description: 'A message came to a poison queue, or an upload could not be taken up.'
    severity: 1
    enabled: true
    scopes: [insights.id]
    // Twice as long as the pause between two looks: logs arrive minutes late.
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: empty(email) ? [] : [people.id] }
  }
}
