import assert from "node:assert/strict";
import { test } from "node:test";
import {
  apply,
  covering,
  difference,
  inverse,
  merge,
  neighbour,
  overlapping,
  type Span,
  spansOf,
  tagsOf,
} from "./spans.ts";

function span(start: number, end: number, category = "Name"): Span {
  return { start, end, category };
}

const three = [span(0, 3), span(5, 8), span(8, 9)];

test("labels of the wire are spans in order, and back", () => {
  const tags = [
    { category: "B", offset: 7, length: 2 },
    { category: "A", offset: 0, length: 4 },
  ];

  assert.deepEqual(spansOf(tags), [span(0, 4, "A"), span(7, 9, "B")]);
  assert.deepEqual(tagsOf(spansOf(tags)), [tags[1], tags[0]]);
});

test("spans overlap where they share a character, not where they touch", () => {
  assert.deepEqual(overlapping(three, { start: 3, end: 5 }), []);
  assert.deepEqual(overlapping(three, { start: 2, end: 6 }), three.slice(0, 2));
  assert.deepEqual(overlapping(three, { start: 6, end: 7 }), three.slice(1, 2));
});

test("the span that covers a character is found", () => {
  assert.equal(covering(three, 2), three[0]);
  assert.equal(covering(three, 3), undefined);
  assert.equal(covering(three, 8), three[2]);
  assert.equal(covering(three, 9), undefined);
});

test("going on from the last span begins at the first", () => {
  assert.equal(neighbour(three, 0, 1), three[1]);
  assert.equal(neighbour(three, 8, 1), three[0]);
  assert.equal(neighbour(three, 0, -1), three[2]);
  assert.equal(neighbour([], 0, 1), undefined);
});

test("a change can be undone, and one that overlaps is refused", () => {
  const change = { add: [span(4, 8, "Sum")], remove: [span(5, 8)] };

  const changed = apply(three, change);

  assert.deepEqual(changed, [span(0, 3), span(4, 8, "Sum"), span(8, 9)]);
  assert.deepEqual(apply(changed, inverse(change)), three);
  assert.deepEqual(difference(three, changed), change);
  assert.throws(() => apply(three, { add: [span(2, 4)], remove: [] }));
});

test("both keeps what both have done, and tells what of mine had no place", () => {
  const base = [span(0, 3), span(5, 8)];
  const mine = [span(5, 8), span(10, 12), span(20, 25), span(30, 31)];
  const theirs = [span(0, 3), span(5, 8, "Sum"), span(22, 26), span(30, 31)];

  const { spans, lost } = merge(base, mine, theirs);

  assert.deepEqual(spans, [span(5, 8, "Sum"), span(10, 12), span(22, 26), span(30, 31)]);
  assert.deepEqual(lost, [span(20, 25)]);
});
