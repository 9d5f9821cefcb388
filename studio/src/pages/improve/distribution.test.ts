import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dataset, Document } from "../../api/types.ts";
import { sharesOf } from "./distribution.ts";

function document(labelCounts: Record<string, number>, dataset?: Dataset): Document {
  return {
    documentName: "a.txt",
    tagged: true,
    labelCounts,
    ...(dataset ? { dataset } : {}),
  };
}

function types(...names: string[]) {
  return names.map((category) => ({ category, description: "" }));
}

test("labels, documents and the test set's labels are counted for each type, in the project's order", () => {
  const documents = [document({ B: 2, A: 20 }), document({ A: 5 }, "Test"), document({ B: 0 })];

  const shares = sharesOf(types("B", "A"), documents);

  assert.deepEqual(
    shares.map(({ category, labels, documents, test }) => [category, labels, documents, test]),
    [
      ["B", 2, 1, 0],
      ["A", 25, 2, 5],
    ],
  );
});

test("types with too few labels are flagged, each with its reason", () => {
  const labels = { A: 400, B: 14, C: 15, D: 140 };

  const lacks = sharesOf(types("A", "B", "C", "D", "E"), [document(labels)]).map(
    ({ lack }) => lack,
  );

  assert.deepEqual(lacks, [
    undefined,
    "fewer than 15",
    "less than a third of the average",
    undefined,
    "not tagged yet",
  ]);
});
