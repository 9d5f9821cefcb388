#!/bin/sh
# Lets storage tell the app of uploads. This comes after the deployment, since the address that is
# told holds a key that the app makes when it first runs. azd gives the outputs of main.bicep.
set -eu

if [ -z "${AZURE_EVENTS_TOPIC_NAME:-}" ]; then
  echo "Uploads are not told to the app (UPLOADS is not true)."
  exit 0
fi

if ! command -v az >/dev/null; then
  echo "The Azure CLI (az) is needed to tell the app of uploads." >&2
  exit 1
fi

# A minute or two after its deployment the app knows its functions, and has made the key.
tries=0
key=""
while [ -z "$key" ]; do
  key=$(az functionapp keys list \
    --resource-group "$AZURE_RESOURCE_GROUP" \
    --name "$AZURE_FUNCTION_APP_NAME" \
    --query systemKeys.blobs_extension \
    --output tsv || true)
  if [ -z "$key" ]; then
    tries=$((tries + 1))
    if [ "$tries" -ge 30 ]; then
      echo "The app has no key for uploads: see whether its function upload_arrived has started." >&2
      exit 1
    fi
    sleep 10
  fi
done

# What the function itself writes is not told to it.
blobs="/blobServices/default/containers/$AZURE_DOCUMENTS_CONTAINER/blobs/"
az eventgrid system-topic event-subscription create \
  --resource-group "$AZURE_RESOURCE_GROUP" \
  --system-topic-name "$AZURE_EVENTS_TOPIC_NAME" \
  --name uploads \
  --endpoint-type webhook \
  --endpoint "$SPANWRIGHT_ENDPOINT/runtime/webhooks/blobs?functionName=Host.Functions.upload_arrived&code=$key" \
  --included-event-types Microsoft.Storage.BlobCreated \
  --subject-begins-with "$blobs" \
  --advanced-filter Subject StringNotBeginsWith "${blobs}results/" "${blobs}notes/" "${blobs}originals/" \
  --output none
echo "Uploads into the container $AZURE_DOCUMENTS_CONTAINER are told to the app."
