import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { DOCUMENT, OPERATION, snippet, type Target, tongues } from "./snippets.ts";

const target: Target = {
  endpoint: "http://127.0.0.1:7071",
  key: 'it\'s "a" $key',
  project: "Loans",
  deployment: "production",
  language: "en-us",
};

const DIFFICULT = `"Zoë" said: 'It's C:\\new\\table, \${5} & $HOME !' 🌍
\ttab	and \\n that is none,
'' and "" and END`;

/** What bash gives to curl: its arguments, and what it would send. */
function curl(script: string): { words: string[]; sent: string } {
  const fake = 'curl() { printf "%s\\0" "$@"; printf "\\0"; cat; }\n';
  const out = execFileSync("bash", ["-e", "-c", fake + script], { encoding: "utf-8", input: "" });
  const [words = "", sent = ""] = out.split("\0\0");
  return { words: words.split("\0"), sent };
}

test("a copied curl command sends any text as it is", () => {
  const script = snippet("Submit", "curl", target).replace(DOCUMENT, () => DIFFICULT);
  const { words, sent } = curl(script);
  const body = JSON.parse(sent);
  assert.equal(body.analysisInput.documents[0].text, DIFFICULT);
  assert.deepEqual(body.tasks[0].parameters, {
    projectName: "Loans",
    deploymentName: "production",
    stringIndexType: "Utf16CodeUnit",
  });
  assert.ok(words.includes(`Ocp-Apim-Subscription-Key: ${target.key}`));
});

test("a copied curl command asks for a result by its operation", () => {
  const { words } = curl(snippet("Retrieve", "curl", target).replace(OPERATION, "0123"));
  assert.ok(
    words.includes("http://127.0.0.1:7071/language/analyze-text/jobs/0123?api-version=2023-04-01"),
  );
});

test("every way to submit has one place for the text, and every way to retrieve one for the id", () => {
  for (const tongue of tongues) {
    assert.equal(snippet("Submit", tongue, target).split(DOCUMENT).length, 2, tongue);
    assert.equal(snippet("Retrieve", tongue, target).split(OPERATION).length, 2, tongue);
  }
});

test("a program may send the key over http alone where the service is there", () => {
  assert.match(snippet("Submit", "JavaScript", target), /allowInsecureConnection/);
  const secure = { ...target, endpoint: "https://example.test" };
  assert.doesNotMatch(snippet("Submit", "JavaScript", secure), /allowInsecureConnection/);
});
