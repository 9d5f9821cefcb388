/** What a model suggests for a document: never a label before somebody has accepted it. */

import type { Prediction } from "../api/types.ts";
import { overlapping, type Span, same } from "./spans.ts";

export interface Suggestion extends Span {
  confidence: number;
}

export function suggestionsOf(predictions: readonly Prediction[]): Suggestion[] {
  return predictions
    .map(({ category, offset, length, confidenceScore }) => ({
      start: offset,
      end: offset + length,
      category,
      confidence: confidenceScore,
    }))
    .sort((one, other) => one.start - other.start);
}

/** Those that are still open: labels win over what overlaps them, and what was rejected is gone. */
export function open(
  suggestions: readonly Suggestion[],
  labels: readonly Span[],
  rejected: readonly Span[],
): Suggestion[] {
  return suggestions.filter(
    (one) => overlapping(labels, one).length === 0 && !rejected.some((gone) => same(gone, one)),
  );
}

/** The label that a suggestion becomes. */
export function accepted({ start, end, category }: Suggestion): Span {
  return { start, end, category };
}
