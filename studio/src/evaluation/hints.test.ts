import assert from "node:assert/strict";
import { test } from "node:test";
import type { Span } from "../tagging/spans.ts";
import { hintsOf } from "./hints.ts";
import { type Marked, marksOf, type Predicted } from "./marks.ts";

function marked(expected: Span[], predicted: Predicted[]): Marked {
  const marks = marksOf(expected, predicted);
  return { name: "a.txt", expected, predicted, marks, mistakes: marks.length };
}

/** Entities of one letter each, side by side. */
function spans(types: string): Span[] {
  return [...types].flatMap((category, at) =>
    category === " " ? [] : [{ start: 2 * at, end: 2 * at + 1, category }],
  );
}

test("a type that is taken for another one half of the time, and twice at least, is told", () => {
  assert.deepEqual(hintsOf([marked(spans("AAAA"), spans("BBAA"))]).taken, [
    { actual: "A", predicted: "B", count: 2, of: 4 },
  ]);
  assert.deepEqual(hintsOf([marked(spans("AAAAA"), spans("BBAAA"))]).taken, []);
  assert.deepEqual(hintsOf([marked(spans("A"), spans("B"))]).taken, []);
});

test("a type of which nothing was found is told, if it could have been found twice", () => {
  const { neverFound } = hintsOf([marked(spans("AABCC"), spans("   C "))]);

  assert.deepEqual(neverFound, [{ category: "A", count: 2 }]);
});

test("predictions where nothing is tagged are counted by type", () => {
  const { untagged } = hintsOf([marked(spans("A   "), spans("AABB"))]);

  assert.deepEqual(untagged, [
    { category: "B", count: 2 },
    { category: "A", count: 1 },
  ]);
});
