// Submits a job, thinks better of it, and waits until it has ended.
const fs = require("node:fs");
const { AzureKeyCredential, TextAnalysisClient } = require("@azure/ai-language-text");

async function main() {
  const given = JSON.parse(fs.readFileSync(0, "utf8"));
  const client = new TextAnalysisClient(
    process.env.LANGUAGE_ENDPOINT,
    new AzureKeyCredential(process.env.LANGUAGE_KEY),
    { allowInsecureConnection: true },
  );
  const action = {
    kind: "CustomEntityRecognition",
    projectName: given.project,
    deploymentName: given.deployment,
  };
  const poller = await client.beginAnalyzeBatch([action], given.documents, "en", {
    updateIntervalInMs: 1000,
  });
  await poller.sendCancellationRequest();
  let error = null;
  try {
    await poller.pollUntilDone();
  } catch (refusal) {
    error = refusal.message;
  }
  console.log(
    JSON.stringify({ done: poller.isDone(), status: poller.getOperationState().status, error }),
  );
}

main();
