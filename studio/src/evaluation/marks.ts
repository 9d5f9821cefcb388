/**
 * Marks: what was tagged set against what is predicted, as a teacher would mark it.
 *
 * A predicted span that is tagged just so, stretch and type, is right. Of what is left, spans are
 * paired, at most once each: first the same stretch of another type, then an overlap of the same type,
 * then an overlap of another one; of two pairs, the one that shares more, then the one further to the
 * left. It is the service's own way of counting mistakes (`shared/ner/mistakes.py`).
 */

import type { Span } from "../tagging/spans.ts";
import type { EvaluatedDocument, Mistake, Scores } from "./answers.ts";

export type Verdict = "right" | Mistake;

export interface Predicted extends Span {
  confidence?: number;
}

export interface Mark {
  verdict: Verdict;
  /** What was tagged; null where the prediction is spurious. */
  expected: Span | null;
  /** What is predicted; null where an entity was missed. */
  predicted: Predicted | null;
}

/** A document with its marks from left to right. */
export interface Marked {
  name: string;
  expected: Span[];
  predicted: Predicted[];
  marks: Mark[];
  mistakes: number;
}

export function markedOf(document: EvaluatedDocument): Marked {
  const regions = document.customEntityRecognitionResult.entities;
  const expected = regions
    .flatMap((region) => region.expectedEntities)
    .map(({ category, offset, length }) => ({ category, start: offset, end: offset + length }))
    .sort(inOrder);
  const predicted = regions
    .flatMap((region) => region.predictedEntities)
    .map(({ category, offset, length, confidenceScore }) => ({
      category,
      start: offset,
      end: offset + length,
      confidence: confidenceScore,
    }))
    .sort(inOrder);
  const marks = marksOf(expected, predicted);
  const mistakes = marks.filter(({ verdict }) => verdict !== "right").length;
  return { name: document.location, expected, predicted, marks, mistakes };
}

/** Mark what is predicted; neither side's spans overlap each other. */
export function marksOf(expected: readonly Span[], predicted: readonly Predicted[]): Mark[] {
  const given = new Map(predicted.map((span) => [idOf(span), span]));
  const wanted = new Set(expected.map(idOf));
  const marks: Mark[] = [];
  for (const span of expected) {
    const found = given.get(idOf(span));
    if (found !== undefined) marks.push({ verdict: "right", expected: span, predicted: found });
  }
  const missing = expected.filter((span) => !given.has(idOf(span)));
  const extra = predicted.filter((span) => !wanted.has(idOf(span)));
  const partners = new Map<Span, Predicted>();
  const taken = new Set<Predicted>();
  for (const { own, other } of overlaps(missing, extra)) {
    if (partners.has(own) || taken.has(other)) continue;
    partners.set(own, other);
    taken.add(other);
  }
  for (const span of missing) {
    const partner = partners.get(span) ?? null;
    marks.push({ verdict: verdictOf(span, partner), expected: span, predicted: partner });
  }
  for (const span of extra) {
    if (!taken.has(span)) marks.push({ verdict: "spurious", expected: null, predicted: span });
  }
  return marks.sort((one, two) => placeOf(one) - placeOf(two));
}

/** Where a mark begins: where it is tagged, or else where it is predicted. */
export function placeOf({ expected, predicted }: Mark): number {
  return (expected ?? predicted)?.start ?? 0;
}

/** The type that a mark counts with: the tagged one, or that of what is spurious. */
export function categoryOf({ expected, predicted }: Mark): string {
  return (expected ?? predicted)?.category ?? "";
}

/**
 * Scores of marks, of one type or of all together (micro). A wrong type is a false positive of the
 * predicted type and a false negative of the tagged one.
 */
export function scoresOf(marks: readonly Mark[], category?: string): Scores {
  const counted = (span: Span | null) =>
    span !== null && (category === undefined || span.category === category);
  let right = 0;
  let tagged = 0;
  let found = 0;
  for (const { verdict, expected, predicted } of marks) {
    if (counted(expected)) tagged += 1;
    if (counted(predicted)) found += 1;
    if (verdict === "right" && counted(expected)) right += 1;
  }
  return {
    precision: found ? right / found : 0,
    recall: tagged ? right / tagged : 0,
    f1: tagged + found ? (2 * right) / (tagged + found) : 0,
  };
}

function verdictOf(expected: Span, predicted: Predicted | null): Verdict {
  if (predicted === null) return "missed";
  return expected.category === predicted.category ? "wrongBorder" : "wrongType";
}

interface Overlap {
  own: Span;
  other: Predicted;
  rank: number;
  shared: number;
}

/** The pairs that overlap, the best one first. Both lists are in order. */
function overlaps(expected: readonly Span[], predicted: readonly Predicted[]): Overlap[] {
  const found: Overlap[] = [];
  let left = 0;
  let right = 0;
  while (left < expected.length && right < predicted.length) {
    const own = expected[left] as Span;
    const other = predicted[right] as Predicted;
    const shared = Math.min(own.end, other.end) - Math.max(own.start, other.start);
    if (shared > 0) {
      const whole = own.start === other.start && own.end === other.end;
      const rank = whole ? 0 : own.category === other.category ? 1 : 2;
      found.push({ own, other, rank, shared });
    }
    if (own.end <= other.end) left += 1;
    else right += 1;
  }
  return found.sort(
    (one, two) =>
      one.rank - two.rank ||
      two.shared - one.shared ||
      one.own.start - two.own.start ||
      one.other.start - two.other.start,
  );
}

function idOf({ start, end, category }: Span): string {
  return `${start} ${end} ${category}`;
}

function inOrder(one: Span, other: Span): number {
  return one.start - other.start || one.end - other.end;
}
