import assert from "node:assert/strict";
import { test } from "node:test";
import type { Confusion } from "./answers.ts";
import { marksOf } from "./marks.ts";
import { axisOf, behind, cellOf, NONE, told, used } from "./matrix.ts";

function cell(rawValue: number, normalizedValue = 100) {
  return { rawValue, normalizedValue };
}

const confusion: Confusion = {
  $none: { $none: cell(30, 96.8), Sum: cell(1, 3.2) },
  Name: { Name: cell(4, 80), City: cell(1, 20) },
  Sum: { Sum: cell(3) },
};

test("the axis has every type that was tagged or predicted, and $none at its end", () => {
  assert.deepEqual(axisOf(confusion), ["City", "Name", "Sum", NONE]);
  assert.deepEqual(axisOf({}), [NONE]);
});

test("rows are what was tagged, columns what was predicted", () => {
  assert.equal(cellOf(confusion, "Name", "City", "all")?.rawValue, 1);
  assert.equal(cellOf(confusion, "City", "Name", "all"), null);
});

test("errors are beside the diagonal, matches on it", () => {
  assert.equal(cellOf(confusion, "Name", "City", "matches"), null);
  assert.equal(cellOf(confusion, "Name", "Name", "errors"), null);
  assert.equal(cellOf(confusion, "Name", "Name", "matches")?.rawValue, 4);
  assert.deepEqual(used(confusion, axisOf(confusion), "errors"), ["City", "Name", "Sum", NONE]);
  assert.deepEqual(used(confusion, axisOf(confusion), "matches"), ["Name", "Sum", NONE]);
});

test("a number has no digits that say nothing, and little is not nothing", () => {
  assert.equal(told(cell(4), false), "4");
  assert.equal(told(cell(0.5), false), "0.5");
  assert.equal(told(cell(0.001), false), "<0.01");
  assert.equal(told(cell(1, 100), true), "100");
  assert.equal(told(cell(1, 33.333), true), "33.3");
});

test("the spans behind a cell are those that share text", () => {
  const expected = [
    { start: 0, end: 10, category: "Name" },
    { start: 20, end: 24, category: "Sum" },
  ];
  const predicted = [
    { start: 0, end: 5, category: "City" },
    { start: 30, end: 34, category: "Sum" },
  ];
  const marks = marksOf(expected, predicted);
  const documents = [{ name: "a.txt", expected, predicted, marks, mistakes: marks.length }];

  assert.deepEqual(behind(documents, "Name", "City"), [
    { document: "a.txt", expected: expected[0], predicted: predicted[0] },
  ]);
  assert.deepEqual(behind(documents, "Name", NONE), [
    { document: "a.txt", expected: expected[0], predicted: predicted[0] },
  ]);
  assert.deepEqual(behind(documents, "Sum", NONE), [
    { document: "a.txt", expected: expected[1], predicted: null },
  ]);
  assert.deepEqual(behind(documents, NONE, "Sum"), [
    { document: "a.txt", expected: null, predicted: predicted[1] },
  ]);
  assert.deepEqual(behind(documents, NONE, NONE), []);
});
