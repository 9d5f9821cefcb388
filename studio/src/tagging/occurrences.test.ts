import assert from "node:assert/strict";
import { test } from "node:test";
import { occurrences } from "./occurrences.ts";

const starts = (text: string, wanted: string, matchCase: boolean, wholeWords: boolean) =>
  occurrences(text, wanted, { matchCase, wholeWords }).map(({ start }) => start);

test("case and whole words are looked at only where that is wanted", () => {
  const text = "Bank bank Bankers éBank Bank.";

  assert.deepEqual(starts(text, "Bank", true, true), [0, 24]);
  assert.deepEqual(starts(text, "Bank", true, false), [0, 10, 19, 24]);
  assert.deepEqual(starts(text, "bank", false, true), [0, 5, 24]);
});

test("signs are themselves, and offsets count UTF-16 units", () => {
  assert.deepEqual(starts("😀 $1.50-(a) and $1x50", "$1.50-(a)", true, true), [3]);
  assert.deepEqual(starts("a", "", true, true), []);
});
