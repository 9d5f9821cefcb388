// Extracts entities from documents, and shows what comes page by page.
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
    includeStatistics: true,
    updateIntervalInMs: 1000,
  });
  const answer = await poller.pollUntilDone();
  const pages = [];
  for await (const [{ results }] of answer.byPage({ maxPageSize: given.size })) {
    pages.push(results.map(({ id, error }) => [id, error ? error.code : null]));
  }
  console.log(JSON.stringify(pages));
}

main();
