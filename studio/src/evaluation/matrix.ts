/** The confusion matrix of a test set: its axes, its cells, and the spans behind a cell. */

import type { Span } from "../tagging/spans.ts";
import type { Cell, Confusion } from "./answers.ts";
import type { Marked, Predicted } from "./marks.ts";

/** Text of no entity: the row of what is spurious, and the column of what was missed. */
export const NONE = "$none";

export type Shown = "all" | "errors" | "matches";

/** The types of the matrix in the order of names, `$none` at the end. */
export function axisOf(confusion: Confusion): string[] {
  const names = new Set<string>();
  for (const [actual, row] of Object.entries(confusion)) {
    names.add(actual);
    for (const predicted of Object.keys(row)) names.add(predicted);
  }
  names.add(NONE);
  return [...names].sort(
    (one, other) => Number(one === NONE) - Number(other === NONE) || one.localeCompare(other),
  );
}

/** The cell of what was tagged so and predicted so; null where it is empty or left out. */
export function cellOf(
  confusion: Confusion,
  actual: string,
  predicted: string,
  shown: Shown,
): Cell | null {
  const match = actual === predicted;
  if ((shown === "errors" && match) || (shown === "matches" && !match)) return null;
  return confusion[actual]?.[predicted] ?? null;
}

/** The types that a filter leaves something of, in the order of `axis`. */
export function used(confusion: Confusion, axis: readonly string[], shown: Shown): string[] {
  return axis.filter((one) =>
    axis.some(
      (other) =>
        cellOf(confusion, one, other, shown) !== null ||
        cellOf(confusion, other, one, shown) !== null,
    ),
  );
}

/** The number of a cell in few characters: counts that are whole without digits behind the point. */
export function told(cell: Cell, normalized: boolean): string {
  const value = normalized ? cell.normalizedValue : cell.rawValue;
  const rounded = normalized ? value.toFixed(1) : value.toFixed(2);
  const short = rounded.replace(/\.?0+$/, "");
  // Next to nothing is not nothing.
  if (short === "0") return normalized ? "<0.1" : "<0.01";
  return short;
}

/** A place in a document that counts into a cell. */
export interface Behind {
  document: string;
  expected: Span | null;
  predicted: Predicted | null;
}

/**
 * The spans that a cell is made of, document by document: pairs that share text, what was predicted
 * where nothing is tagged, and what was tagged where something of it is not predicted.
 */
export function behind(documents: readonly Marked[], actual: string, predicted: string): Behind[] {
  return documents.flatMap((document) =>
    behindIn(document, actual, predicted).map((pair) => ({ document: document.name, ...pair })),
  );
}

function behindIn(
  { expected, predicted }: Marked,
  actual: string,
  predictedAs: string,
): Omit<Behind, "document">[] {
  if (actual === NONE && predictedAs === NONE) return [];
  if (actual === NONE) {
    return predicted
      .filter((span) => span.category === predictedAs && !covered(span, expected))
      .map((span) => ({ expected: null, predicted: span }));
  }
  const own = expected.filter((span) => span.category === actual);
  if (predictedAs === NONE) {
    return own
      .filter((span) => !covered(span, predicted))
      .map((span) => ({
        expected: span,
        predicted: predicted.find((other) => overlap(span, other)) ?? null,
      }));
  }
  return own.flatMap((span) =>
    predicted
      .filter((other) => other.category === predictedAs && overlap(span, other))
      .map((other) => ({ expected: span, predicted: other })),
  );
}

function overlap(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Whether spans that do not overlap each other leave nothing of a span free. */
function covered(span: Span, others: readonly Span[]): boolean {
  const shared = others.reduce(
    (sum, other) =>
      sum + Math.max(0, Math.min(span.end, other.end) - Math.max(span.start, other.start)),
    0,
  );
  return shared >= span.end - span.start;
}
