/** What is looked at before a training: what forbids it, and what it would leave out. */

import type { Document, Fault } from "../../api/types.ts";
import { count } from "../../parts/words.ts";

/** Names of models: what the service takes. */
const NAME = /^[A-Za-z0-9_.-]{1,50}$/;

export interface Preflight {
  /** Documents that the training would use. */
  usable: Document[];
  /** How many of them are marked for the test. */
  marked: number;
  /** Tagged documents that it would leave out, and why. */
  leftOut: Fault[];
}

export function preflightOf(documents: readonly Document[], faults: readonly Fault[]): Preflight {
  const tagged = documents.filter((document) => document.tagged);
  const names = new Set(tagged.map(({ documentName }) => documentName));
  const leftOut = faults.filter(({ documentName }) => names.has(documentName));
  const out = new Set(leftOut.map(({ documentName }) => documentName));
  const usable = tagged.filter(({ documentName }) => !out.has(documentName));
  const marked = usable.filter(({ dataset }) => dataset === "Test").length;
  return { usable, marked, leftOut };
}

/** Why the documents do not do for a training, which needs at least some; nothing where they do. */
export function lackOf({ usable, leftOut }: Preflight, least: number): string | undefined {
  const tagged = usable.length + leftOut.length;
  if (tagged === 0) return "No document is tagged yet.";
  if (tagged < least) {
    return (
      `A training needs at least ${least} tagged documents, or there would be nothing ` +
      `to judge the model by. ${count(tagged, "document is", "documents are")} tagged.`
    );
  }
  if (usable.length < least) {
    return (
      `A training needs at least ${least} tagged documents that can be used. ` +
      `${count(leftOut.length, "document")} cannot: see above.`
    );
  }
  return undefined;
}

/** Why documents cannot be split by their sets; nothing where they can. */
export function splitLackOf({ usable, marked }: Preflight): string | undefined {
  if (marked === 0) {
    return "Mark tagged documents for the test set on the Tag data page first.";
  }
  if (usable.length - marked < 2) {
    return "At least two tagged documents must be left to learn from.";
  }
  return undefined;
}

/** What is wrong with the name of a model; nothing where it will do. */
export function nameFault(name: string): string | undefined {
  if (name === "") return "Give the model a name, or choose one that is there.";
  if (name.length > 50) return `At most 50 characters; these are ${name.length}.`;
  if (!NAME.test(name)) {
    return "Letters A to Z, digits, hyphens, points and underscores only: no spaces.";
  }
  return undefined;
}
