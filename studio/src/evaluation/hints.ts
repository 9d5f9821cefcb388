/** Hints: what repeated mistakes of a validation set say about the labels. */

import { categoryOf, type Marked } from "./marks.ts";

/** Mistakes of one kind from which they are more than chance. */
const REPEATED = 2;

export interface Taken {
  actual: string;
  predicted: string;
  count: number;
  /** How many entities of the type are tagged. */
  of: number;
}

export interface Counted {
  category: string;
  count: number;
}

export interface Hints {
  /** Types that are taken for another one at least half of the time. */
  taken: Taken[];
  /** Types of which nothing was found just as it is tagged. */
  neverFound: Counted[];
  /** Predictions where nothing is tagged. */
  untagged: Counted[];
}

export function hintsOf(documents: readonly Marked[]): Hints {
  const tagged = new Map<string, number>();
  const right = new Map<string, number>();
  const untagged = new Map<string, number>();
  const pairs = new Map<string, Taken>();
  for (const mark of documents.flatMap(({ marks }) => marks)) {
    const category = categoryOf(mark);
    if (mark.expected !== null) add(tagged, category);
    if (mark.verdict === "right") add(right, category);
    if (mark.verdict === "spurious") add(untagged, category);
    if (mark.verdict === "wrongType" && mark.predicted !== null) {
      const key = JSON.stringify([category, mark.predicted.category]);
      const pair = pairs.get(key);
      const predicted = mark.predicted.category;
      pairs.set(key, { actual: category, predicted, count: (pair?.count ?? 0) + 1, of: 0 });
    }
  }
  return {
    taken: [...pairs.values()]
      .map((pair) => ({ ...pair, of: tagged.get(pair.actual) ?? 0 }))
      .filter((pair) => pair.count >= REPEATED && 2 * pair.count >= pair.of)
      .sort((one, other) => other.count - one.count),
    neverFound: [...tagged]
      .filter(([category, number]) => number >= REPEATED && !right.has(category))
      .map(([category, number]) => ({ category, count: number }))
      .sort(most),
    untagged: [...untagged].map(([category, number]) => ({ category, count: number })).sort(most),
  };
}

function add(counts: Map<string, number>, category: string): void {
  counts.set(category, (counts.get(category) ?? 0) + 1);
}

function most(one: Counted, other: Counted): number {
  return other.count - one.count || one.category.localeCompare(other.category);
}
