import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, EMPTY } from "./draft.ts";
import { contentOf, draftOf, fileFor, type LabelsFile, withoutSettings } from "./labelsFile.ts";

const draft = (content: LabelsFile["content"]): Draft => ({
  ...EMPTY,
  name: "Mine",
  container: "letters",
  file: { name: "labels.json", size: 2, id: 1, raw: new Blob(["as it is"]), content },
});

const made = (content: LabelsFile["content"]) => JSON.parse(fileFor(draft(content)) as string);

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;

test("a tags file gets the settings of the new project, and keeps its paths", () => {
  const file = made({ extractors: [{ name: "A" }], documents: [] });
  assert.deepEqual(file.extractors, [{ name: "A" }]);
  assert.deepEqual(file.metadata, {
    projectName: "Mine",
    projectKind: "CustomEntityRecognition",
    storageInputContainerName: "letters",
    language: "en-us",
    multilingual: false,
    description: "",
  });
});

test("the settings of another project are replaced, but for its kind and its threshold", () => {
  const { metadata } = made({
    metadata: {
      name: "Theirs",
      culture: "de",
      modelType: "Classification",
      settings: { confidenceThreshold: 0.5 },
    },
    assets: {},
  });
  assert.equal(metadata.projectName, "Mine");
  assert.equal(metadata.language, "en-us");
  assert.equal(metadata.projectKind, "Classification");
  assert.deepEqual(metadata.settings, { confidenceThreshold: 0.5 });
  assert.equal("culture" in metadata, false);
});

test("labels come without the settings of the project that they were made in", () => {
  const { file } = draft({ metadata: { projectName: "Theirs" }, assets: { documents: [] } });
  assert.deepEqual(JSON.parse(withoutSettings(file as LabelsFile) as string), {
    assets: { documents: [] },
  });
  const bare = draft({ documents: [] }).file as LabelsFile;
  assert.equal(withoutSettings(bare), bare.raw);
});

test("what is no JSON object is sent as it is", () => {
  assert.equal(contentOf(bytes("[1]")), undefined);
  assert.equal(contentOf(bytes("{,}")), undefined);
  assert.equal(contentOf(new Uint8Array([0x7b, 0xff, 0x7d]).buffer), undefined);
  assert.deepEqual(contentOf(bytes('\ufeff{"a": 1}')), { a: 1 });
  assert.ok(fileFor(draft(undefined)) instanceof Blob);
});

test("a draft takes over what a file says, in the words of any year", () => {
  assert.deepEqual(draftOf({ metadata: { projectName: "A", language: "en-US" } }), {
    name: "A",
    language: "en-us",
  });
  assert.deepEqual(draftOf({ metadata: { name: "B", culture: "de", multiLingual: true } }), {
    name: "B",
    language: "de",
    multilingual: true,
  });
  assert.deepEqual(draftOf({ metadata: { projectName: 7 } }), {});
  assert.deepEqual(draftOf(undefined), {});
});
