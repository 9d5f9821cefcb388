import assert from "node:assert/strict";
import { test } from "node:test";
import { AUTOMATIC, byDataset, byPercentage, bySharesOf, type Split } from "./split.ts";

function parts({ train, validation, test }: Split): number[] {
  return [train, validation, test];
}

test("80/10/10 is dealt out as the service does it", () => {
  const known: [number, number[]][] = [
    [0, [0, 0, 0]],
    [1, [1, 0, 0]],
    [2, [1, 0, 1]],
    [3, [1, 1, 1]],
    [10, [8, 1, 1]],
    [14, [12, 1, 1]],
    [15, [11, 2, 2]],
    [25, [19, 3, 3]],
    [40, [32, 4, 4]],
    [105, [83, 11, 11]],
    [1000, [800, 100, 100]],
  ];

  for (const [count, expected] of known) {
    assert.deepEqual(parts(byPercentage(count, AUTOMATIC.train, AUTOMATIC.test)), expected);
  }
});

test("of two shares, the one for training keeps one in nine for validation", () => {
  assert.deepEqual(parts(bySharesOf(10, 80)), [7, 1, 2]);
  assert.deepEqual(parts(bySharesOf(40, 80)), [29, 3, 8]);
  assert.deepEqual(parts(bySharesOf(40, 50)), [18, 2, 20]);
  assert.deepEqual(parts(bySharesOf(1000, 99)), [880, 110, 10]);
});

test("what was marked for the test stays there, and one in ten of the others validates", () => {
  assert.deepEqual(parts(byDataset(10, 1)), [8, 1, 1]);
  assert.deepEqual(parts(byDataset(10, 8)), [1, 1, 8]);
  assert.deepEqual(parts(byDataset(25, 5)), [18, 2, 5]);
  assert.deepEqual(parts(byDataset(40, 4)), [32, 4, 4]);
});
