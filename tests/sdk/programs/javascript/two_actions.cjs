// Asks two deployments about the same documents, and shows what each says of them.
const fs = require("node:fs");
const { AzureKeyCredential, TextAnalysisClient } = require("@azure/ai-language-text");

async function main() {
  const given = JSON.parse(fs.readFileSync(0, "utf8"));
  const client = new TextAnalysisClient(
    process.env.LANGUAGE_ENDPOINT,
    new AzureKeyCredential(process.env.LANGUAGE_KEY),
    { allowInsecureConnection: true },
  );
  const actions = given.deployments.map((deploymentName) => ({
    kind: "CustomEntityRecognition",
    projectName: given.project,
    deploymentName,
  }));
  const poller = await client.beginAnalyzeBatch(actions, given.documents, "en", {
    updateIntervalInMs: 1000,
  });
  const answers = [];
  for await (const action of await poller.pollUntilDone()) {
    answers.push(action.error ? action.error.code : action.results.length);
  }
  console.log(JSON.stringify({ status: poller.getOperationState().status, answers }));
}

main();
