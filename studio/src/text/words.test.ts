import assert from "node:assert/strict";
import { test } from "node:test";
import { Words } from "./words.ts";

/** Select what stands between the two bars, and return what it becomes. */
function snapped(marked: string): string | null {
  const start = marked.indexOf("|");
  const end = marked.indexOf("|", start + 1) - 1;
  const text = marked.replaceAll("|", "");
  const found = new Words(text).snap(start, end);
  return found && text.slice(found.start, found.end);
}

test("a selection grows to whole words and loses white space and punctuation around it", () => {
  assert.equal(snapped("paid to C|ontoso Ba|nk, today"), "Contoso Bank");
  assert.equal(snapped("paid to| Contoso, |today"), "Contoso");
  assert.equal(snapped("says “|Contoso|”."), "Contoso");
  assert.equal(snapped("the “|sum”, | of it"), "sum");
  assert.equal(snapped("at |4.5%| a year"), "4.5%");
  assert.equal(snapped("a sum of |$1,250.00.|"), "$1,250.00");
  assert.equal(snapped("über |Zoë Müll|er\n"), "Zoë Müller");
});

test("a selection over a line break keeps it inside", () => {
  assert.equal(snapped("to |Contoso\r\nBank| \r\n"), "Contoso\r\nBank");
});

test("a bracket stays where its other half is inside", () => {
  assert.equal(snapped("of |Contoso (UK)| in"), "Contoso (UK)");
  assert.equal(snapped("of |(UK) Contoso| in"), "(UK) Contoso");
  assert.equal(snapped("(of |Contoso)| in"), "Contoso");
});

test("nothing but white space is no selection, nothing but punctuation is one", () => {
  assert.equal(snapped("a |  \t| b"), null);
  assert.equal(snapped("a |---| b"), "---");
});

test("the word at an offset is found at its ends too, and without what surrounds it", () => {
  const words = new Words("Pay Contoso, now");

  for (const offset of [4, 7, 11]) assert.deepEqual(words.at(offset), { start: 4, end: 11 });
  assert.equal(words.at(12), null);
});

test("exact selections never cut a character that readers see as one", () => {
  const text = "a👩‍👩‍👧b नि ";
  const words = new Words(text);

  assert.deepEqual(words.exact(2, 4), { start: 1, end: 9 });
  assert.equal(text.slice(10).trim().length, 2);
  assert.deepEqual(words.exact(11, 12), { start: 11, end: 13 });
});

test("steps go by characters and by words", () => {
  const words = new Words("a😀 b, cd");

  assert.equal(words.step(1, 1), 3);
  assert.equal(words.step(3, -1), 1);
  assert.equal(words.step(0, -1), 0);
  assert.equal(words.stepWord(3, 1), 5);
  assert.equal(words.stepWord(5, 1), 9);
  assert.equal(words.stepWord(9, -1), 7);
  assert.equal(words.stepWord(9, 1), 9);
});
