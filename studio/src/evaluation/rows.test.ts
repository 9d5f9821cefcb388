import assert from "node:assert/strict";
import { test } from "node:test";
import { marksOf } from "./marks.ts";
import { contextOf, piecesOf, type Row, rowsOf, type Side } from "./rows.ts";

const text = "Ann Lee\r\n\r\nowes Bo\nand Max";
const expected = [
  { start: 4, end: 18, category: "Name" },
  { start: 23, end: 26, category: "Name" },
];
const predicted = [{ start: 0, end: 7, category: "Name" }];

function shown(row: Row | undefined, side: Side): string[] {
  assert.ok(row);
  return piecesOf(row, side).map(({ start, end, mark, last }) => {
    const words = text.slice(start, end);
    return mark === null ? words : `[${words}${last ? "]" : ""}`;
  });
}

test("each line has the marks that touch it, on either side", () => {
  const rows = rowsOf(text, marksOf(expected, predicted));

  assert.deepEqual(
    rows.map(({ marks }) => marks.map(({ verdict }) => verdict)),
    [["wrongBorder"], ["wrongBorder"], ["missed"]],
  );
});

test("an entity over several lines has its name where it ends", () => {
  const [first, second] = rowsOf(text, marksOf(expected, predicted));

  assert.deepEqual(shown(first, "expected"), ["Ann ", "[Lee"]);
  assert.deepEqual(shown(second, "expected"), ["[owes Bo]"]);
  assert.deepEqual(shown(first, "predicted"), ["[Ann Lee]"]);
  assert.deepEqual(shown(second, "predicted"), ["owes Bo"]);
});

test("what is judged beyond the end of a text that got shorter is not shown", () => {
  const marks = marksOf([{ start: 90, end: 95, category: "Name" }], []);

  assert.deepEqual(
    rowsOf(text, marks).flatMap((row) => row.marks),
    [],
  );
});

test("the context of a span is in one line, and cuts no character in two", () => {
  const words = "😀 owes\r\nBo 😀";

  assert.deepEqual(contextOf(words, { start: 9, end: 11 }, 8), {
    before: "… owes ",
    inside: "Bo",
    after: " 😀",
  });
  assert.equal(contextOf(words, { start: 9, end: 11 }, 2).after, " …");
});
