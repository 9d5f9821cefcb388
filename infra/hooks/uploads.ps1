# Lets storage tell the app of uploads. This comes after the deployment, since the address that is
# told holds a key that the app makes when it first runs. azd gives the outputs of main.bicep.
$ErrorActionPreference = 'Stop'

if (-not $env:AZURE_EVENTS_TOPIC_NAME) {
  Write-Output 'Uploads are not told to the app (UPLOADS is not true).'
  exit 0
}

if (-not (Get-Command az -ErrorAction SilentlyContinue)) {
  [Console]::Error.WriteLine('The Azure CLI (az) is needed to tell the app of uploads.')
  exit 1
}

# A minute or two after its deployment the app knows its functions, and has made the key.
$tries = 0
$key = ''
while (-not $key) {
  $key = az functionapp keys list `
    --resource-group $env:AZURE_RESOURCE_GROUP `
    --name $env:AZURE_FUNCTION_APP_NAME `
    --query systemKeys.blobs_extension `
    --output tsv
  if (-not $key) {
    $tries += 1
    if ($tries -ge 30) {
      [Console]::Error.WriteLine('The app has no key for uploads: see whether its function upload_arrived has started.')
      exit 1
    }
    Start-Sleep -Seconds 10
  }
}

# What the function itself writes is not told to it.
$blobs = "/blobServices/default/containers/$env:AZURE_DOCUMENTS_CONTAINER/blobs/"

# The inner quotes keep the & of the address from the shell that az itself is started by on Windows.
$endpoint = "$env:SPANWRIGHT_ENDPOINT/runtime/webhooks/blobs?functionName=Host.Functions.upload_arrived&code=$key"
az eventgrid system-topic event-subscription create `
  --resource-group $env:AZURE_RESOURCE_GROUP `
  --system-topic-name $env:AZURE_EVENTS_TOPIC_NAME `
  --name uploads `
  --endpoint-type webhook `
  --endpoint "`"$endpoint`"" `
  --included-event-types Microsoft.Storage.BlobCreated `
  --subject-begins-with $blobs `
  --advanced-filter Subject StringNotBeginsWith "${blobs}results/" "${blobs}notes/" "${blobs}originals/" `
  --output none
if ($LASTEXITCODE) { exit $LASTEXITCODE }
Write-Output "Uploads into the container $env:AZURE_DOCUMENTS_CONTAINER are told to the app."
