/**
 * Guidance: what the labels of a model say about how it could be made better.
 *
 * Five rules, as the hosted studio has them. It publishes the number of the first one only; the others
 * are ours, and shown beside what they found.
 */

import type { Confusion, Datasets, ReportedSet } from "./answers.ts";
import { NONE } from "./matrix.ts";

/** Labels that a type should have in the training set. */
export const ENOUGH_LABELS = 15;

/** How many times more or less than the average of all types is out of balance. */
export const BALANCE = 3;

/** How many times more or less than its share in the training set is another distribution. */
export const DRIFT = 2;

/** Labels of a type in the test set, there or to be expected, from which a share means something. */
const TOLD_BY = 5;

/** The part of a type's labels, in per cent, that may be taken for another type. */
export const CONFUSED = 10;

export type Rule = "few" | "untested" | "unbalanced" | "drifting" | "confused";

export interface Finding {
  category: string;
  /** The numbers behind it, as a sentence. */
  numbers: string;
}

export interface Advice {
  rule: Rule;
  findings: Finding[];
}

/** Judge the labels of a model by each of the rules, in their order. */
export function adviceOn(datasets: Datasets, confusion: Confusion): Advice[] {
  const categories = categoriesOf(datasets);
  return [
    { rule: "few", findings: few(categories, datasets) },
    { rule: "untested", findings: untested(categories, datasets) },
    { rule: "unbalanced", findings: unbalanced(categories, datasets) },
    { rule: "drifting", findings: drifting(categories, datasets) },
    { rule: "confused", findings: confused(confusion) },
  ];
}

/** The entity types of a model: all that are tagged in one of its sets, in the order of names. */
export function categoriesOf({ train, validation, test }: Datasets): string[] {
  const names = [train, validation, test].flatMap(({ entities }) => Object.keys(entities));
  return [...new Set(names)].sort((one, other) => one.localeCompare(other));
}

export function labelsOf(set: ReportedSet, category: string): number {
  return set.entities[category]?.labelCount ?? 0;
}

export function allLabelsOf({ entities }: ReportedSet): number {
  return Object.values(entities).reduce((sum, { labelCount }) => sum + labelCount, 0);
}

function few(categories: readonly string[], { train }: Datasets): Finding[] {
  return categories
    .filter((category) => labelsOf(train, category) < ENOUGH_LABELS)
    .map((category) => ({
      category,
      numbers: `${labelsOf(train, category)} labels in the training set`,
    }));
}

function untested(categories: readonly string[], { train, test }: Datasets): Finding[] {
  return categories
    .filter((category) => labelsOf(test, category) === 0)
    .map((category) => ({
      category,
      numbers: `${labelsOf(train, category)} labels in the training set, none in the test set`,
    }));
}

function unbalanced(categories: readonly string[], { train }: Datasets): Finding[] {
  const average = allLabelsOf(train) / Math.max(1, categories.length);
  return categories
    .filter((category) => {
      const labels = labelsOf(train, category);
      return labels * BALANCE < average || labels > average * BALANCE;
    })
    .map((category) => ({
      category,
      numbers: `${labelsOf(train, category)} labels; types have ${average.toFixed(1)} on average`,
    }));
}

function drifting(categories: readonly string[], { train, test }: Datasets): Finding[] {
  const [learned, judged] = [allLabelsOf(train), allLabelsOf(test)];
  if (learned === 0 || judged === 0) return [];
  return categories.flatMap((category) => {
    const [own, tested] = [labelsOf(train, category), labelsOf(test, category)];
    const due = (own / learned) * judged;
    // A type that is missing from the test set is told by a rule of its own.
    if (tested === 0 || Math.max(tested, due) < TOLD_BY) return [];
    if (tested <= due * DRIFT && tested * DRIFT >= due) return [];
    const shares = [own / learned, tested / judged].map((share) => `${Math.round(100 * share)} %`);
    return [
      { category, numbers: `${shares[0]} of the training labels, ${shares[1]} of the test labels` },
    ];
  });
}

function confused(confusion: Confusion): Finding[] {
  return Object.entries(confusion)
    .filter(([actual]) => actual !== NONE)
    .flatMap(([actual, row]) =>
      Object.entries(row)
        .filter(
          ([predicted, cell]) =>
            predicted !== actual &&
            predicted !== NONE &&
            cell.rawValue >= 1 &&
            cell.normalizedValue >= CONFUSED,
        )
        .map(([predicted, cell]) => ({
          category: actual,
          numbers: `${Math.round(cell.normalizedValue)} % of it is taken for ${predicted}`,
        })),
    );
}
