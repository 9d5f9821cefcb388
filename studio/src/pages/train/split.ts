/**
 * How many tagged documents a training keeps for each of its sets: the service's own arithmetic
 * (`shared/ner/split.py` and `Snapshot.split`), so that the page can tell it before.
 */

export interface Split {
  train: number;
  validation: number;
  test: number;
}

/** What a training does where nothing is said. */
export const AUTOMATIC = { train: 80, test: 10 };

/** Deal out `count` documents by percentages of training and test; the rest is for validation. */
export function byPercentage(count: number, train: number, test: number): Split {
  let tested = share(count, test);
  let validated = share(count, 100 - train - test);
  if (tested + validated >= count) {
    // Too few for every share: training keeps one document, then test and validation one each.
    const spare = Math.max(count - 1, 0);
    tested = Math.min(tested, validated > 0 && spare > 1 ? spare - 1 : spare);
    validated = Math.min(validated, spare - tested);
  }
  return { train: count - tested - validated, validation: validated, test: tested };
}

/** Deal out documents by a percentage for training, with the rest for the test. */
export function bySharesOf(count: number, train: number): Split {
  // Validation is a part of training then: one in nine, as 10 is of 80 and 10.
  return byPercentage(count, train - Math.max(1, Math.floor(train / 9)), 100 - train);
}

/** Keep the test set that people marked; validation is one in ten of the others. */
export function byDataset(count: number, marked: number): Split {
  const others = count - marked;
  const validated = Math.min(share(others, 10), Math.max(others - 1, 0));
  return { train: others - validated, validation: validated, test: marked };
}

/** A percentage of a count, half up, and 1 at least where it is of something. */
function share(count: number, percent: number): number {
  if (percent === 0 || count === 0) return 0;
  return Math.max(1, Math.floor((2 * count * percent + 100) / 200));
}
