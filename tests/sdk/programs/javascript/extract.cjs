// Extracts entities from documents and shows them.
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
  const documents = [];
  for await (const { results } of await poller.pollUntilDone()) {
    for (const { id, entities, error } of results) {
      documents.push(
        error ? { id, error: error.code } : {
          id,
          entities: entities.map((one) => [one.text, one.category, one.offset, one.length]),
        },
      );
    }
  }
  console.log(JSON.stringify({ status: poller.getOperationState().status, documents }));
}

main();
