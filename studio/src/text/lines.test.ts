import assert from "node:assert/strict";
import { test } from "node:test";
import { Lines } from "./lines.ts";

function cut(text: string): string[] {
  const lines = new Lines(text);
  return Array.from({ length: lines.count }, (_, at) => text.slice(lines.start(at), lines.end(at)));
}

test("a line ends at LF, at CR LF and at a lone CR", () => {
  assert.deepEqual(cut("one\ntwo\r\nthree\rfour\n\r\n"), ["one", "two", "three", "four", "", ""]);
  assert.deepEqual(cut(""), [""]);
});

test("every offset is in one line, those inside of a line's end in the line before", () => {
  const lines = new Lines("ab\r\nc");

  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((offset) => lines.of(offset)),
    [0, 0, 0, 0, 1, 1],
  );
});

test("a span over several lines is cut into its pieces, without what ends the lines", () => {
  const lines = new Lines("one\r\n\r\ntwo\nthree");

  assert.deepEqual(
    [...lines.pieces(1, 12)],
    [
      { line: 0, start: 1, end: 3 },
      { line: 2, start: 7, end: 10 },
      { line: 3, start: 11, end: 12 },
    ],
  );
});
