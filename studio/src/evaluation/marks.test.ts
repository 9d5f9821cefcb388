import assert from "node:assert/strict";
import { test } from "node:test";
import { type Mark, marksOf, scoresOf } from "./marks.ts";

/** Spans of the words of a text, each with its type. */
function spans(text: string, ...words: [word: string, category: string][]) {
  return words.map(([word, category]) => {
    const start = text.indexOf(word);
    assert.ok(start >= 0, word);
    return { start, end: start + word.length, category };
  });
}

function verdicts(marks: readonly Mark[]): string[] {
  return marks.map(({ verdict }) => verdict);
}

function rounded(scores: { precision: number; recall: number; f1: number }): number[] {
  return [scores.precision, scores.recall, scores.f1].map((value) => Number(value.toFixed(2)));
}

test("the published example: John Smith in Frederick", () => {
  // https://learn.microsoft.com/azure/ai-services/language-service/custom-named-entity-recognition/concepts/evaluation-metrics
  const text =
    "The first party of this contract is John Smith, resident of 5678 Main Rd., City of " +
    "Frederick, state of Nebraska. And the second party is Forrest Ray, resident of 123-345 " +
    "Integer Rd., City of Corona, state of New Mexico. There is also Fannie Thomas resident of " +
    "7890 River Road, city of Colorado Springs, State of Colorado.";
  const expected = spans(
    text,
    ["John Smith", "Person"],
    ["Frederick", "City"],
    ["Forrest Ray", "Person"],
    ["Fannie Thomas", "Person"],
    ["Colorado Springs", "City"],
  );
  // Frederick is taken for a person and Forrest Ray for a city; the other three are right.
  const predicted = spans(
    text,
    ["John Smith", "Person"],
    ["Frederick", "Person"],
    ["Forrest Ray", "City"],
    ["Fannie Thomas", "Person"],
    ["Colorado Springs", "City"],
  );

  const marks = marksOf(expected, predicted);

  assert.deepEqual(rounded(scoresOf(marks, "Person")), [0.67, 0.67, 0.67]);
  assert.deepEqual(rounded(scoresOf(marks, "City")), [0.5, 0.5, 0.5]);
  assert.deepEqual(rounded(scoresOf(marks)), [0.6, 0.6, 0.6]);
});

test("each kind of mistake has its name", () => {
  const text = "Ann Lee owes Bo 5 EUR since May";

  const marks = marksOf(
    spans(text, ["Ann Lee", "Name"], ["Bo", "Name"], ["5 EUR", "Sum"], ["since", "Date"]),
    spans(text, ["Lee", "Name"], ["Bo", "Sum"], ["5 EUR", "Sum"], ["May", "Date"]),
  );

  assert.deepEqual(verdicts(marks), ["wrongBorder", "wrongType", "right", "missed", "spurious"]);
});

test("a span has one partner: the same stretch before an overlap, the same type before another", () => {
  const expected = [{ start: 0, end: 10, category: "A" }];

  const marks = marksOf(expected, [
    { start: 0, end: 6, category: "B" },
    { start: 7, end: 9, category: "A" },
  ]);

  assert.deepEqual(verdicts(marks), ["wrongBorder", "spurious"]);
});

test("scores of nothing are 0", () => {
  assert.deepEqual(scoresOf([]), { precision: 0, recall: 0, f1: 0 });
});
