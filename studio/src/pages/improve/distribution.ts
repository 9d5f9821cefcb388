/** How the labels of a project are distributed over its entity types and sets. */

import type { Document, EntityType } from "../../api/types.ts";
import { BALANCE, ENOUGH_LABELS } from "../../evaluation/guidance.ts";

export interface Share {
  category: string;
  labels: number;
  /** Documents with a label of the type. */
  documents: number;
  /** Of these labels, those in documents that are marked for the test set. */
  test: number;
  /** Why there should be more of them; nothing where there are enough. */
  lack: string | undefined;
}

/** Count the labels of each type, in the order of the project's types. */
export function sharesOf(entities: readonly EntityType[], documents: readonly Document[]): Share[] {
  const counts = new Map(
    entities.map(({ category }) => [category, { labels: 0, documents: 0, test: 0 }]),
  );
  for (const { labelCounts, dataset } of documents) {
    for (const [category, labels] of Object.entries(labelCounts)) {
      const found = counts.get(category);
      if (found === undefined || labels === 0) continue;
      found.labels += labels;
      found.documents += 1;
      if (dataset === "Test") found.test += labels;
    }
  }
  const total = [...counts.values()].reduce((sum, { labels }) => sum + labels, 0);
  const average = total / Math.max(1, counts.size);
  return [...counts].map(([category, found]) => ({
    category,
    ...found,
    lack: lackOf(found.labels, average),
  }));
}

function lackOf(labels: number, average: number): string | undefined {
  if (labels === 0) return "not tagged yet";
  if (labels < ENOUGH_LABELS) return `fewer than ${ENOUGH_LABELS}`;
  if (labels * BALANCE < average) return "less than a third of the average";
  return undefined;
}
