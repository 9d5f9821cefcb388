/** Which documents the list shows. */

import type { Document } from "../../api/types.ts";

/** `all`, `tagged`, `untagged`, `Train`, `Test`, or `type:` with an entity type. */
export type Viewing = string;

export function shown(
  documents: readonly Document[],
  viewing: Viewing,
  name: string,
  /** Names of documents whose text has what was searched for; null where nothing was. */
  found: ReadonlySet<string> | null,
): Document[] {
  const wanted = name.trim().toLowerCase();
  return documents.filter(
    (one) =>
      suits(one, viewing) &&
      (wanted === "" || one.documentName.toLowerCase().includes(wanted)) &&
      (found === null || found.has(one.documentName)),
  );
}

/** Labels of a document, of all types. */
export function labelsOf({ labelCounts }: Document): number {
  return Object.values(labelCounts).reduce((sum, count) => sum + count, 0);
}

function suits(document: Document, viewing: Viewing): boolean {
  switch (viewing) {
    case "all":
      return true;
    case "tagged":
      return document.tagged;
    case "untagged":
      return !document.tagged;
    case "Train":
    case "Test":
      return document.dataset === viewing;
    default:
      return (document.labelCounts[viewing.slice("type:".length)] ?? 0) > 0;
  }
}
