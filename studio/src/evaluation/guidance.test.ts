import assert from "node:assert/strict";
import { test } from "node:test";
import type { Confusion, Datasets, ReportedSet } from "./answers.ts";
import { adviceOn, categoriesOf, type Rule } from "./guidance.ts";

function set(labels: Record<string, number>): ReportedSet {
  return {
    documentCount: 10,
    entities: Object.fromEntries(
      Object.entries(labels).map(([name, labelCount]) => [name, { labelCount, documentCount: 1 }]),
    ),
  };
}

function found(
  rule: Rule,
  train: Record<string, number>,
  tested: Record<string, number>,
  confusion: Confusion = {},
): string[] {
  const datasets: Datasets = { train: set(train), validation: set({}), test: set(tested) };
  const advice = adviceOn(datasets, confusion).find((one) => one.rule === rule);
  return advice?.findings.map(({ category }) => category) ?? [];
}

test("a type needs 15 labels in the training set", () => {
  assert.deepEqual(found("few", { A: 14, B: 15 }, { A: 1, B: 1, C: 1 }), ["A", "C"]);
});

test("a type that is not in the test set is told, and told once", () => {
  assert.deepEqual(found("untested", { A: 20, B: 20 }, { A: 10 }), ["B"]);
  assert.deepEqual(found("drifting", { A: 20, B: 20 }, { A: 7 }), []);
});

test("a type is out of balance with a third or three times of the average", () => {
  // The average is 20.
  assert.deepEqual(found("unbalanced", { A: 6, B: 22, C: 32 }, {}), ["A"]);
  assert.deepEqual(found("unbalanced", { A: 7, B: 21, C: 32 }, {}), []);
  // The average is 25.
  assert.deepEqual(found("unbalanced", { A: 76, B: 9, C: 8, D: 7 }, {}), ["A", "C", "D"]);
});

test("a type's share in the test set may be half or twice that in the training set", () => {
  assert.deepEqual(found("drifting", { A: 50, B: 50 }, { A: 2, B: 8 }), ["A"]);
  assert.deepEqual(found("drifting", { A: 50, B: 50 }, { A: 5, B: 15 }), []);
});

test("few labels in the test set say nothing of a distribution", () => {
  assert.deepEqual(found("drifting", { A: 50, B: 50 }, { A: 1, B: 4 }), []);
});

test("types are confused where a tenth of one, and one entity at least, is taken for another", () => {
  const cells = (rawValue: number, normalizedValue: number) => ({
    A: { A: { rawValue: 9, normalizedValue: 90 }, B: { rawValue, normalizedValue } },
    $none: { B: { rawValue: 5, normalizedValue: 50 } },
  });

  assert.deepEqual(found("confused", {}, {}, cells(1, 10)), ["A"]);
  assert.deepEqual(found("confused", {}, {}, cells(0.9, 20)), []);
  assert.deepEqual(found("confused", {}, {}, cells(3, 9)), []);
});

test("a model's types are those of all of its sets", () => {
  const datasets = { train: set({ B: 1 }), validation: set({ C: 1 }), test: set({ A: 1 }) };

  assert.deepEqual(categoriesOf(datasets), ["A", "B", "C"]);
});
