/** What is kept of a document beside its text. */

import type { Dataset } from "../api/types.ts";
import { allSame, type Span } from "./spans.ts";

export interface Content {
  spans: readonly Span[];
  language: string | null;
  dataset: Dataset | null;
}

/** A document as the service has it. */
export interface Saved extends Content {
  /** Empty where it has no labels yet. */
  etag: string;
  textDigest: string;
}

export function sameContent(one: Content, other: Content): boolean {
  return (
    one.language === other.language &&
    one.dataset === other.dataset &&
    allSame(one.spans, other.spans)
  );
}

export function contentOf({ spans, language, dataset }: Content): Content {
  return { spans, language, dataset };
}
