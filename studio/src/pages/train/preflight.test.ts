import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dataset, Document, Fault } from "../../api/types.ts";
import { lackOf, nameFault, preflightOf, splitLackOf } from "./preflight.ts";

function documents(count: number, dataset?: Dataset): Document[] {
  return Array.from({ length: count }, (_, number) => ({
    documentName: `${dataset ?? "any"}-${number}.txt`,
    tagged: true,
    labelCounts: { Name: 1 },
    ...(dataset ? { dataset } : {}),
  }));
}

function fault(documentName: string): Fault {
  return { documentName, code: "changed", message: "It has changed." };
}

test("a training needs so many tagged documents", () => {
  const untagged = documents(3).map((one) => ({ ...one, tagged: false }));

  assert.match(lackOf(preflightOf(untagged, []), 10) ?? "", /No document is tagged/);
  assert.match(
    lackOf(preflightOf(documents(9), []), 10) ?? "",
    /at least 10 .* 9 documents are tagged/,
  );
  assert.equal(lackOf(preflightOf(documents(10), []), 10), undefined);
  assert.match(lackOf(preflightOf(documents(10), []), 20) ?? "", /at least 20/);
});

test("documents that cannot be used do not count, and are named", () => {
  const preflight = preflightOf(documents(10), [fault("any-3.txt"), fault("not tagged.txt")]);

  assert.deepEqual(
    preflight.leftOut.map(({ documentName }) => documentName),
    ["any-3.txt"],
  );
  assert.match(lackOf(preflight, 10) ?? "", /1 document cannot/);
});

test("a split by hand needs a test document and two others", () => {
  const split = (train: number, marked: number) =>
    splitLackOf(preflightOf([...documents(train), ...documents(marked, "Test")], []));

  assert.match(split(10, 0) ?? "", /Mark tagged documents/);
  assert.match(split(1, 9) ?? "", /two tagged documents/);
  assert.equal(split(2, 1), undefined);
});

test("names of models are those that the service takes", () => {
  for (const good of ["a", "My-Model_2.1", "x".repeat(50)])
    assert.equal(nameFault(good), undefined);
  for (const bad of ["", "my model", "a#b", "größe", "x".repeat(51)]) {
    assert.notEqual(nameFault(bad), undefined, bad);
  }
});
