/**
 * Requests to a deployment, to be copied and run after one replacement.
 *
 * A text may have quotes, apostrophes, backslashes and line breaks: it is put where the language
 * reads it as it stands, and the program makes JSON of it. Names of projects and deployments are of
 * letters, digits, `_`, `.` and `-`; keys can have any characters.
 */

export const DOCUMENT = "<YOUR_DOCUMENT_HERE>";
export const OPERATION = "<operation_id>";

/** Stands for the key of who has none, being signed in by other means. */
export const NO_KEY = "<YOUR_KEY>";

export type Pivot = "Submit" | "Retrieve";
export type Tongue = "curl" | "Python" | "JavaScript";

export const tongues: readonly Tongue[] = ["curl", "Python", "JavaScript"];

export interface Target {
  /** The address of the service, without a path. */
  endpoint: string;
  key: string;
  project: string;
  deployment: string;
  language: string;
}

const VERSION = "2023-04-01";
const HEADER = "Ocp-Apim-Subscription-Key";
const JOBS = "/language/analyze-text/jobs";

/** The path at which the result of a request is read. */
export const RESULT = `${JOBS}/${OPERATION}?api-version=${VERSION}`;

export function snippet(pivot: Pivot, tongue: Tongue, target: Target): string {
  return SNIPPETS[pivot][tongue](target);
}

const SNIPPETS: Record<Pivot, Record<Tongue, (target: Target) => string>> = {
  Submit: { curl: submitByCurl, Python: submitByPython, JavaScript: submitByJavaScript },
  Retrieve: { curl: retrieveByCurl, Python: retrieveByPython, JavaScript: retrieveByJavaScript },
};

function submitByCurl({ endpoint, key, project, deployment, language }: Target): string {
  const text = "$DOCUMENT";
  const body = {
    analysisInput: { documents: [{ id: "1", language, text }] },
    tasks: [
      {
        kind: "CustomEntityRecognition",
        parameters: {
          projectName: project,
          deploymentName: deployment,
          stringIndexType: "Utf16CodeUnit",
        },
      },
    ],
  };
  return `IFS= read -r -d '' DOCUMENT <<'END_OF_DOCUMENT' || true
${DOCUMENT}
END_OF_DOCUMENT

# The text as a string of JSON
DOCUMENT=\${DOCUMENT%$'\\n'}
DOCUMENT=\${DOCUMENT//\\\\/\\\\\\\\}
DOCUMENT=\${DOCUMENT//\\"/\\\\\\"}
DOCUMENT=\${DOCUMENT//$'\\n'/\\\\n}
DOCUMENT=\${DOCUMENT//$'\\r'/\\\\r}
DOCUMENT=\${DOCUMENT//$'\\t'/\\\\t}
DOCUMENT=\${DOCUMENT//$'\\f'/\\\\f}

curl -i -sS ${shell(`${endpoint}${JOBS}?api-version=${VERSION}`)} \\
  -H ${shell(`${HEADER}: ${key}`)} \\
  -H 'Content-Type: application/json' \\
  --data-binary @- <<END_OF_REQUEST
${JSON.stringify(body, null, 2)}
END_OF_REQUEST
`;
}

function retrieveByCurl({ endpoint, key }: Target): string {
  return `curl -sS ${shell(endpoint + RESULT)} \\
  -H ${shell(`${HEADER}: ${key}`)}
`;
}

function submitByPython({ endpoint, key, project, deployment, language }: Target): string {
  return `# pip install azure-ai-textanalytics==5.4.0
from azure.ai.textanalytics import TextAnalyticsClient
from azure.core.credentials import AzureKeyCredential

# Your text stands between the lines with three apostrophes, as it is.
document = r'''
${DOCUMENT}
'''[1:-1]

client = TextAnalyticsClient(
    ${literal(endpoint)},
    AzureKeyCredential(${literal(key)}),
)
poller = client.begin_recognize_custom_entities(
    [document],
    project_name=${literal(project)},
    deployment_name=${literal(deployment)},
    language=${literal(language)},
)
print("operation_id:", poller.details["id"])
for result in poller.result():
    if result.is_error:
        raise SystemExit(result.error.message)
    for entity in result.entities:
        print(entity.category, repr(entity.text), entity.offset, entity.length, entity.confidence_score)
`;
}

function retrieveByPython({ endpoint, key }: Target): string {
  return `# pip install azure-ai-textanalytics==5.4.0
from azure.core import PipelineClient
from azure.core.rest import HttpRequest

client = PipelineClient(${literal(endpoint)})
answer = client.send_request(
    HttpRequest(
        "GET",
        ${literal(endpoint + RESULT)},
        headers={${literal(HEADER)}: ${literal(key)}},
    )
)
answer.raise_for_status()
job = answer.json()
print("status:", job["status"])
for task in job["tasks"]["items"]:
    for document in task["results"]["documents"]:
        for entity in document["entities"]:
            print(entity["category"], repr(entity["text"]), entity["offset"], entity["length"], entity["confidenceScore"])
`;
}

function submitByJavaScript({ endpoint, key, project, deployment, language }: Target): string {
  const insecure = endpoint.startsWith("http:") ? "\n  { allowInsecureConnection: true }," : "";
  return `// npm install @azure/ai-language-text@1.1.0, in a file such as submit.mjs
import { AzureKeyCredential, TextAnalysisClient } from "@azure/ai-language-text";

// Your text stands between the backticks, as it is; only a backtick and \${ cannot be in it.
const text = String.raw\`
${DOCUMENT}
\`.slice(1, -1);

const client = new TextAnalysisClient(
  ${literal(endpoint)},
  new AzureKeyCredential(${literal(key)}),${insecure}
);
const action = {
  kind: "CustomEntityRecognition",
  projectName: ${literal(project)},
  deploymentName: ${literal(deployment)},
  stringIndexType: "Utf16CodeUnit",
};
const poller = await client.beginAnalyzeBatch([action], [text], ${literal(language)});
console.log("operation_id:", poller.getOperationState().id);
for await (const { results, error } of await poller.pollUntilDone()) {
  if (error) throw new Error(error.message);
  for (const document of results) {
    if (document.error) throw new Error(document.error.message);
    for (const { category, text, offset, length, confidenceScore } of document.entities) {
      console.log(category, JSON.stringify(text), offset, length, confidenceScore);
    }
  }
}
`;
}

function retrieveByJavaScript({ endpoint, key }: Target): string {
  return `// In a file such as retrieve.mjs; Node.js needs nothing else for it
const answer = await fetch(${literal(endpoint + RESULT)}, {
  headers: { ${literal(HEADER)}: ${literal(key)} },
});
const job = await answer.json();
if (!answer.ok) throw new Error(job.error.message);
console.log("status:", job.status);
for (const { results } of job.tasks.items) {
  for (const { entities } of results.documents) {
    for (const { category, text, offset, length, confidenceScore } of entities) {
      console.log(category, JSON.stringify(text), offset, length, confidenceScore);
    }
  }
}
`;
}

/** One word of a shell, whatever is in it. */
function shell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A string of Python and of JavaScript alike. */
function literal(text: string): string {
  return JSON.stringify(text);
}
